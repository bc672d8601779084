"""Untrusted text to HTML paragraphs: escaped, each in its own direction, with ranges marked.

The direction of a paragraph is that of most of its words, so that an Arabic sentence that begins with a
Latin name still runs from the right. Ranges are code points of the whole text, and may overlap or span
several paragraphs. Leaves out every kind of markup: what the text says is what the page shows.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

_LINE = re.compile(r"[^\n]*[^\s][^\n]*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open range to set off; a current one is the one that was asked for."""

    start: int
    end: int
    kind: str  # "quote" or "passage"
    current: bool = False


def direction(text: str, otherwise: str = "auto") -> str:
    """``"rtl"`` or ``"ltr"``, as most words run; ``otherwise`` where no side has more.

    >>> direction("NATO يعقد اجتماعا")
    'rtl'
    """
    right = left = 0
    for word in text.split():
        strong = next((side for side in map(unicodedata.bidirectional, word) if side in ("L", "R", "AL")), "")
        right += strong in ("R", "AL")
        left += strong == "L"
    return otherwise if right == left else "rtl" if right > left else "ltr"


def paragraphs(
    text: str,
    marks: Sequence[Mark] = (),
    inserts: Mapping[int, str] | None = None,
    otherwise: str = "auto",
) -> str:
    """One ``<p dir=...>`` for each line that is not blank.

    ``inserts`` are pieces of trusted HTML by the offset that they go before (or the end of the text).
    """
    tight = "\n\n" in text  # lines that blank lines do not part belong closer together
    lines, previous = [], 0
    for line in _LINE.finditer(text):
        joined = tight and previous and text.count("\n", previous, line.start()) == 1
        side = direction(line[0], otherwise)
        lines.append(
            f'<p dir="{side}"{" class=joined" if joined else ""}>'
            f"{_marked(text, line.start(), line.end(), marks, inserts or {})}</p>"
        )
        previous = line.end()
    return "".join(lines)


def _marked(text: str, start: int, end: int, marks: Iterable[Mark], inserts: Mapping[int, str]) -> str:
    here = [mark for mark in marks if mark.start < end and start < mark.end]
    edges = {start, end} | {edge for mark in here for edge in (mark.start, mark.end)} | set(inserts)
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    pieces = []
    for left, right in pairwise(cuts):
        pieces.append(inserts.get(left, "") if left > start else "")
        pieces.append(_piece(text[left:right], [mark for mark in here if mark.start <= left < mark.end]))
    pieces.append(inserts.get(end, ""))
    return "".join(pieces)


def _piece(text: str, marks: Sequence[Mark]) -> str:
    if not marks:
        return escape(text)
    names = {mark.kind for mark in marks} | {"current" for mark in marks if mark.current}
    return f'<mark class="{" ".join(sorted(names))}">{escape(text)}</mark>'


def inline(text: str) -> str:
    """A title, a name or a date inside a line, kept from turning the line around it."""
    return f"<bdi>{escape(text)}</bdi>"
