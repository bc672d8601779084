"""Web pages: the article out of the page, with its headings, lists and tables.

What no reader came for is taken out first (scripts, navigation, notices of cookies, forms). trafilatura says
which of the rest is the article; all that stands in the smallest part of the page that holds it is kept, for
trafilatura itself drops headings and lists of pages that it does not know the make of. Where it finds little,
the whole body is read; where a script fills the page, the article that its JSON-LD carries. Title, date and
author are those that the page states. It leaves out what needs a browser to appear.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.html_text import drop_unseen, visible_text
from index.formats.text import decode

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_FURNITURE = "nav form button select dialog menu".split()  # noqa: SIM905
_ROLES = frozenset("navigation banner contentinfo search dialog alertdialog menu toolbar".split())  # noqa: SIM905
_NOTICE = re.compile(
    r"(?<![a-z])(?:cookies?|consent|gdpr|newsletter|subscribe|share|sharing|social|breadcrumbs?|pagination|adverts?"
    r"|promo|sponsored|related|recommended|comments?|sidebar|menu|navbar|skip-link)(?![a-z])",
    re.IGNORECASE,
)
_LINKS = 0.7  # share of a block's text that is links, from which it leads elsewhere and says nothing
_LITTLE = 0.4  # of the page's text: less than that, and trafilatura has missed the article
_TOLD = 30  # characters from which a line of an extraction can be found again in the page
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
_TITLES = ("//meta[@property='og:title']/@content", "//h1", "//title")


def read(file: Path) -> Parsed:
    """The article of an HTML page with its title, date and author."""
    page = decode_page(file.read_bytes())
    if not page.strip():
        yield ParsedArticle("")
        return
    from lxml import etree

    try:
        article = _parse(page)
    except etree.ParserError:  # lxml: "Document is empty"
        article = ParsedArticle("")
    except Exception as error:  # whatever lxml and trafilatura raise on what is not quite HTML
        raise UnreadableArticle(f"the page is broken ({type(error).__name__}); save it again") from error
    yield article


def decode_page(data: bytes) -> str:
    """HTML or XHTML in the encoding that it declares, without the XML declaration."""
    declared = _CHARSET.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "replace") if declared else "")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", page).replace("\0", "")


def _parse(page: str) -> ParsedArticle:
    from lxml import html

    tree = html.document_fromstring(page, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    stated = next(_linked_data(tree), {})
    title, published, author = _first(tree, _TITLES), _first(tree, _DATES), _first(tree, _AUTHORS)
    drop_unseen(tree)
    text = _article_text(tree)
    carried = str(stated.get("articleBody", ""))
    if len(text) < min(200, len(carried)):  # a script would have filled the page
        text = carried
    return ParsedArticle(
        text=text,
        title=title or _line(str(stated.get("headline", ""))),
        published=(published or str(stated.get("datePublished", "")))[: len("2024-01-02")],
        author=author or _name(stated.get("author")),
    )


def _article_text(tree: Any) -> str:
    body = tree.find("body")
    if body is None:
        return ""
    before = visible_text(body)
    _drop_furniture(body)
    lines = _extracted(tree)
    _drop_links(body, lines)
    kept = visible_text(body) or before
    text = visible_text(_smallest_with(body, lines))
    return text if len(text) >= _LITTLE * len(kept) else kept


def _extracted(tree: Any) -> set[str]:
    """The lines of the article, as trafilatura finds it, that are long enough to be known again."""
    from lxml import html
    from trafilatura import bare_extraction

    found: Any = bare_extraction(
        html.document_fromstring(html.tostring(tree, encoding="unicode")),
        include_comments=False,
        with_metadata=False,
    )
    lines = (_line(line) for line in (found.text if found else "").split("\n"))
    return {line for line in lines if len(line) >= _TOLD}


def _drop_furniture(body: Any) -> None:
    """Takes out what stands around an article, but nothing that holds half of the page or its heading."""
    most = len(_line(body.text_content())) / 2
    for element in list(body.iterdescendants("*")):
        outside = not any(True for _ in element.iterancestors("article", "main"))
        names = f"{element.get('id', '')} {element.get('class', '')}"
        furniture = (
            element.tag in _FURNITURE
            or (outside and element.tag in ("footer", "header"))
            or element.get("role") in _ROLES
            or element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
            or _NOTICE.search(names)
        )
        heading = element.tag == "h1" or next(element.iter("h1", "article", "main"), None) is not None
        if furniture and not heading and len(_line(element.text_content())) <= most:
            element.drop_tree()


def _drop_links(body: Any, lines: set[str]) -> None:
    """Takes out the blocks that are lists of links, but for those that the article was found to hold."""
    for element in list(body.iterdescendants("ul", "ol", "div", "td", "section", "p", "aside")):
        text = _line(element.text_content())
        links = [_line(link.text_content()) for link in element.iter("a")]
        if len(links) > 1 and sum(map(len, links)) >= _LINKS * len(text) and text not in lines:
            element.drop_tree()


def _smallest_with(body: Any, lines: set[str]) -> Any:
    """The smallest element with every block whose text is one of the lines; None where there is none."""
    common: list[Any] | None = None
    for element in body.iter("p", "li", "td", "pre", "blockquote", "h1", "h2", "h3", "div"):
        if _line(element.text_content()) in lines:
            above = [*reversed([*element.iterancestors()]), element]
            pairs = zip(common or above, above, strict=False)
            common = [one for one, other in pairs if one is other]
    if not common:
        return None
    last = common[-1]
    inside = last.tag not in ("html", "body", "div", "article", "main", "section", "td")
    return last.getparent() if inside else last


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
