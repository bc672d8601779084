"""Untrusted text to HTML paragraphs: escaped, each in its own direction, with ranges marked.

The direction of a paragraph is that of most of its words, so that an Arabic sentence that begins with a
Latin name still runs from the right. Ranges are code points of the whole text, and may lie inside each
other, overlap or span several paragraphs. Leaves out every kind of markup: what the text says is what the
page shows.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from index.text.sentences import with_line_feeds

_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open range to set off; a current one is the one that was asked for."""

    start: int
    end: int
    kind: str  # quote, span (what answers in a quote), passage; unsupported, unfound (ui.chat.written)
    current: bool = False
    title: str = ""  # what is said of it where it is pointed at


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
    part: tuple[int, int] | None = None,
) -> str:
    """One ``<p dir=...>`` for each line of the text, or of a part of it, that is not blank.

    ``inserts`` are pieces of trusted HTML by the offset that they go before (or the end of the text).
    """
    placed: dict[int, str] = {}
    for offset, html in (inserts or {}).items():
        offset = _after_letter(text, offset)
        placed[offset] = placed.get(offset, "") + html
    start, end = part or (0, len(text))
    plain = with_line_feeds(text[start:end])
    tight = part or _BLANK_LINE.search(plain)  # lines that blank ones do not part belong closer together
    lines, previous = [], 0
    for line in _LINE.finditer(plain):
        joined = tight and previous and plain.count("\n", previous, line.start()) == 1
        side = direction(line[0], otherwise)
        lines.append(
            f'<p dir="{side}"{" class=joined" if joined else ""}>'
            f"{marked(text, start + line.start(), start + line.end(), marks, placed)}</p>"
        )
        previous = line.end()
    return "".join(lines)


def marked(
    text: str, start: int, end: int, marks: Iterable[Mark], inserts: Mapping[int, str] | None = None
) -> str:
    """``text[start:end]`` with its marks nested; where two only overlap, the second is opened again."""
    inserts = inserts or {}
    here = [_whole(text, mark) for mark in marks if mark.start < min(mark.end, end) and start < mark.end]
    here.sort(key=lambda mark: (mark.start, -mark.end))  # the wider one is opened first, and so is outside
    edges = {start, end} | {edge for mark in here for edge in (mark.start, mark.end)} | set(inserts)
    pieces: list[str] = []
    opened: list[Mark] = []
    previous = start
    for place in sorted(edge for edge in edges if start <= edge <= end):
        pieces.append(escape(text[previous:place]))
        inside = [mark for mark in here if mark.start <= place < min(mark.end, end)]
        kept = 0
        while kept < min(len(opened), len(inside)) and opened[kept] is inside[kept]:
            kept += 1
        pieces.append("</mark>" * (len(opened) - kept))
        if place > start:
            pieces.append(inserts.get(place, ""))
        pieces.extend(
            f'<mark class="{mark.kind}{" current" if mark.current else ""}"{_title(mark)}>'
            for mark in inside[kept:]
        )
        opened, previous = inside, place
    return "".join(pieces)


def _title(mark: Mark) -> str:
    return f' title="{escape(mark.title)}"' if mark.title else ""


def _whole(text: str, mark: Mark) -> Mark:
    """The mark, widened so that no letter is parted from the vowel signs and accents that stand on it."""
    start = mark.start
    while _parts_a_letter(text, start):
        start -= 1
    return replace(mark, start=start, end=_after_letter(text, mark.end))


def _after_letter(text: str, offset: int) -> int:
    while _parts_a_letter(text, offset):
        offset += 1
    return offset


def _parts_a_letter(text: str, offset: int) -> bool:
    return (
        0 < offset < len(text)
        and unicodedata.category(text[offset]).startswith("M")
        and with_line_feeds(text[offset - 1]) != "\n"
    )


def inline(text: str) -> str:
    """A title, a name or a date inside a line, kept from turning the line around it."""
    return f"<bdi>{escape(text)}</bdi>"
