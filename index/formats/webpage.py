"""Web pages: the article out of the page, by trafilatura; the whole body where it finds none.

Scripts, styles and comments never reach the text. It leaves out what needs a browser to appear.
"""

import re
from typing import Any

from index.errors import UnreadableArticle
from index.formats.contents import Contents
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


def read_webpage(data: bytes) -> Contents:
    """The article of an HTML page with its title and date."""
    declared = _CHARSET.search(data[:4096])
    page = decode(data, declared[1].decode("ascii", "replace") if declared else "")
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page).replace("\0", "")
    if not page.strip():
        return Contents("")
    from lxml import etree

    try:
        return _read(page)
    except etree.ParserError:  # lxml: "Document is empty"
        return Contents("")
    except Exception as error:  # whatever lxml and trafilatura raise on what is not quite HTML
        raise UnreadableArticle(f"the page is broken ({type(error).__name__}); save it again") from error


def _read(page: str) -> Contents:
    from lxml import html
    from trafilatura import bare_extraction

    tree = html.document_fromstring(page, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    for element in list(tree.iter("script", "style", "noscript", "template", "object", "svg", "iframe")):
        element.drop_tree()
    found: Any = bare_extraction(
        html.document_fromstring(html.tostring(tree, encoding="unicode")),
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    title = tree.findtext(".//title") or ""
    if found is None or not found.text:
        return Contents(text=_body(tree), title=_line(title))
    text = re.sub(
        r"^\|(?:-+\|)+\n|^(?:- |\| )| \| *$", "", found.text, flags=re.MULTILINE
    )  # bullets, table edges
    return Contents(text=text, title=_line(found.title or title), published=found.date or "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _body(tree: Any) -> str:
    """All text of the body, a line for each block."""
    pieces: list[str] = []
    body = tree.find("body")
    for event, element in [] if body is None else _events(body):
        if element.tag in _BLOCKS:
            pieces.append("\n")
        piece = element.text if event == "start" else element.tail
        if piece and not (event == "end" and element is body):
            pieces.append(re.sub(r"\s+", " ", piece))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _events(body: Any) -> Any:
    from lxml import etree

    return etree.iterwalk(body, events=("start", "end"))
