"""HTML elements to text as a person sees it: a line for a block, a list's item, a table's row; code as it is.

A table whose cells hold headings, other tables or long paragraphs lays out the page and is none. It leaves
out what style sheets hide.
"""

import re
from typing import Any

_UNSEEN = tuple(
    f"{{*}}{name}" for name in ("script", "style", "noscript", "template", "object", "svg", "iframe")
)
_BLOCKS = frozenset(
    """
    address article aside blockquote caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905
)
_LONG = 200  # characters of a cell's paragraph, from which the table lays out the page


def drop_unseen(tree: Any) -> None:
    """Takes out of a tree of ``lxml.html`` what is not to be read."""
    for element in list(tree.iter(*_UNSEEN)):
        element.drop_tree()


def visible_text(element: Any) -> str:
    """All text of an element of ``lxml.html``, or of None; a line for each block."""
    if element is None:
        return ""
    pieces: list[str] = []
    _gather(element, pieces)
    lines = (line.strip().replace("\0", " ").rstrip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _gather(element: Any, pieces: list[str]) -> None:
    tag = _tag(element)
    if tag == "pre":
        pieces += ["\n", element.text_content().replace(" ", "\0"), "\n"]  # its spaces are its own
        return
    if tag == "br":
        pieces.append("\n")
    if tag == "table" and not _lays_out(element):
        for row in element.iter("{*}tr"):
            if next(row.iterancestors("{*}table")) is element:
                cells = [visible_text(cell).replace("\n", " ") for cell in row if _tag(cell) in ("td", "th")]
                pieces += ["\n", " | ".join(filter(None, cells)), "\n"]
        return
    block = tag in _BLOCKS
    pieces.append("\n" if block else "")
    pieces.append(_collapsed(element.text))
    for child in element.iterchildren("*"):
        _gather(child, pieces)
        pieces.append(_collapsed(child.tail))
    pieces.append("\n" if block else "")


def _lays_out(table: Any) -> bool:
    """Whether a table sets parts of a page beside each other."""
    if table.get("role") == "presentation" or next(table.iterdescendants("{*}table"), None) is not None:
        return True
    if next(table.iterdescendants(*(f"{{*}}h{level}" for level in range(1, 7))), None) is not None:
        return True
    return any(len(paragraph.text_content()) > _LONG for paragraph in table.iterdescendants("{*}p"))


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _collapsed(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
