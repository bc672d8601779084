"""Where an article came from, as a person would cite it: never a path of the server."""

import re
from html import escape
from pathlib import PurePath

from assistant.answers import Citation
from assistant.locators import NOWHERE, Locator, in_words
from index.articles import Article
from index.web.addresses import shown_address

_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


def shown_source(source: str) -> str:
    """A web address as people read it, of a path the file's name, and what an article names as its source.

    >>> shown_source("/home/nadia/articles/canal.txt")
    'canal.txt'
    >>> shown_source("Al-Ahram, p. 3")
    'Al-Ahram, p. 3'
    """
    if _WEB.match(source):
        return shown_address(source)
    path = source.startswith(("/", "\\", "file:")) or re.match(r"[A-Za-z]:[\\/]", source)
    return PurePath(source.replace("\\", "/")).name if path else source


def source_link(source: str) -> str:
    """The same as HTML: a link where it is a web address."""
    text = escape(shown_source(source))
    if _WEB.match(source):
        return f'<a href="{escape(source)}" target="_blank" rel="noopener noreferrer" dir="ltr">{text}</a>'
    return f"<bdi>{text}</bdi>"


def reference(cited: Citation | Article, locator: Locator = NOWHERE, language: str = "en") -> str:
    """Title, author, date, source and place of what is cited, on one line, without what is not known.

    The place is a citation's own, of an article that of ``locator``, in words of the language.

    >>> reference(Article("1", "The canal", "", "en", "/articles/canal.txt", "1999-05-04"))
    'The canal (1999-05-04, canal.txt)'
    >>> canal = Article("1", "The canal", "", "en", "/articles/canal.pdf")
    >>> reference(canal, Locator(12, "12", 12, "12"))
    'The canal (canal.pdf, page 12)'
    """
    author = cited.author if isinstance(cited, Article) else ""
    place = in_words(cited.locator if isinstance(cited, Citation) else locator, language)
    told = [part for part in (author, cited.published, shown_source(cited.source), place) if part]
    return f"{cited.title} ({', '.join(told)})" if told else cited.title
