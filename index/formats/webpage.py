"""Web pages: the article out of the page, by trafilatura; the whole body where it finds none.

Scripts, styles and comments never reach the text. It leaves out what needs a browser to appear.
"""

import re
from pathlib import Path
from typing import Any

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.text import decode

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_BLOCKS = frozenset(
    """
    address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table td th tr ul
    """.split()  # noqa: SIM905
)

_UNSEEN = tuple(
    f"{{*}}{name}" for name in ("script", "style", "noscript", "template", "object", "svg", "iframe")
)


def read(file: Path) -> Parsed:
    """The article of an HTML page with its title and date."""
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
    from trafilatura import bare_extraction

    tree = html.document_fromstring(page, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    drop_unseen(tree)
    found: Any = bare_extraction(
        html.document_fromstring(html.tostring(tree, encoding="unicode")),
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    title = tree.findtext(".//title") or ""
    if found is None or not found.text:
        return ParsedArticle(text=visible_text(tree.find("body")), title=_line(title))
    text = re.sub(
        r"^\|(?:-+\|)+\n|^(?:- |\| )| \| *$", "", found.text, flags=re.MULTILINE
    )  # bullets, table edges
    return ParsedArticle(text=text, title=_line(found.title or title), published=found.date or "")


def _line(text: str) -> str:
    return " ".join(text.split())


def drop_unseen(tree: Any) -> None:
    """Take out of a tree of ``lxml.html`` what is not to be read."""
    for element in list(tree.iter(*_UNSEEN)):
        element.drop_tree()


def visible_text(body: Any) -> str:
    """All text of an element, or of None, a line for each block."""
    from lxml import etree

    pieces: list[str] = []
    for event, element in [] if body is None else etree.iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            pieces.append("\n")
        piece = element.text if event == "start" else element.tail
        if piece and not (event == "end" and element is body):
            pieces.append(re.sub(r"\s+", " ", piece))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
