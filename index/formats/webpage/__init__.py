"""Web pages: the article out of the page, with its headings, lists and tables.

Title, date and author are those that the page states. Where a script fills the page, the article is the one
that its JSON-LD carries. It leaves out what needs a browser to appear; which part of a page is the article
says ``article``.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.html_text import drop_unseen, is_headline, parse_html, structured_text
from index.formats.text import decode
from index.formats.webpage.article import article_text
from index.structure import TextBuilder

MOST_TAGS = 200_000
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//*[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime",
    "//meta[translate(@name,'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')='date']/@content",
    "//meta[starts-with(translate(@name,'DCTERMS','dcterms'),'dc') and contains(@name,'date')]/@content",
    "//time[@pubdate]/@datetime | //article//time[1]/@datetime",
)
_AUTHORS = (
    "//meta[@name='author']/@content",
    "//meta[@property='article:author' and not(contains(@content,'://'))]/@content",
    "//*[@itemprop='author']//*[@itemprop='name']/text() | //*[@itemprop='author']/text()",
)


def read(file: Path) -> Parsed:
    """The article of an HTML page with its title, date and author."""
    yield article_of(decode_page(file.read_bytes()))


def article_of(page: str) -> ParsedArticle:
    """The article of the text of an HTML page; ``UnreadableArticle`` where that is broken."""
    if not page.strip():
        return ParsedArticle("")
    from lxml import etree

    try:
        return _parse(page)
    except etree.ParserError:  # lxml: "Document is empty"
        return ParsedArticle("")
    except UnreadableArticle:
        raise
    except Exception as error:  # whatever lxml and trafilatura raise on what is not quite HTML
        raise UnreadableArticle(f"the page is broken ({type(error).__name__}); save it again") from error


def decode_page(data: bytes) -> str:
    """HTML or XHTML in the encoding that it declares, without the XML declaration.

    Raises ``UnreadableArticle`` where it is no text, or has too many tags to be read in good time.
    """
    declared = _CHARSET.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "replace") if declared else "")
    if page.count("<") > MOST_TAGS:
        raise UnreadableArticle(f"it has over {MOST_TAGS:,} tags; save it in parts")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", page).replace("\0", "")


def _parse(page: str) -> ParsedArticle:
    tree = parse_html(page)
    stated = next(_linked_data(tree), {})
    title, published, author = _title(tree), _first(tree, _DATES), _first(tree, _AUTHORS)
    drop_unseen(tree)
    found = article_text(tree, title)
    carried = _carried(str(stated.get("articleBody", "")))
    if len(found.text) < min(200, len(carried.text)):  # a script would have filled the page
        found = carried
    return ParsedArticle(
        text=found.text,
        blocks=found.blocks,
        title=title or _line(str(stated.get("headline", ""))),
        published=(published or str(stated.get("datePublished", "")))[: len("2024-01-02")],
        author=author or _name(stated.get("author")),
    )


def _carried(body: str) -> TextBuilder:
    """The text of an article in JSON-LD, which is plain or HTML."""
    if re.search(r"</?(?:p|br|div|h[1-6]|ul)\b[^<>]*>|&#?\w+;", body, re.IGNORECASE):
        return structured_text(parse_html(body))
    built = TextBuilder()
    apart = False
    for line in body.splitlines():
        built.add("paragraph", line, apart=apart)
        apart = not line.strip()
    return built


def _title(tree: Any) -> str:
    """The title that a page states, without the name of the site, which many put there and into an ``h1``."""
    whole = _first(tree, ("//title",))
    headings = [_line(heading.text_content()) for heading in tree.iter("h1", "h2")]
    named = max((heading for heading in headings if heading in whole), key=len, default="")
    highest = (_line(element.text_content()) for element in tree.iter("h1", "p") if is_headline(element, ""))
    return _first(tree, ("//meta[@property='og:title']/@content",)) or named or next(highest, "") or whole


def _first(tree: Any, paths: tuple[str, ...]) -> str:
    """The first that a page states of several places."""
    for path in paths:
        for found in tree.xpath(path):
            if text := _line(found if isinstance(found, str) else found.text_content()):
                return text
    return ""


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """The articles that the page describes in JSON-LD."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text_content())]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += reversed(value)
            elif isinstance(value, dict):
                if "articleBody" in value or str(value.get("@type", "")).endswith(("Article", "Posting")):
                    yield value
                waiting += [value["@graph"]] if "@graph" in value else []


def _name(author: Any) -> str:
    if isinstance(author, list):
        return ", ".join(filter(None, map(_name, author)))
    return _line(str(author.get("name", "") if isinstance(author, dict) else author or ""))


def _line(text: str) -> str:
    return " ".join(text.split())
