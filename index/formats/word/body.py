"""The body of a Word document as blocks: through what wraps it, with what is anchored in it.

A text box follows the paragraph that it is anchored in, and so does a note. Lines of code that follow each
other are one block. A table of one cell, or with a heading and what is under it in a cell, only lays out
the page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from index.formats.word.elements import W, child, is_on, value, whole
from index.formats.word.styles import ParagraphStyles
from index.structure import TextBuilder

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNSEEN = frozenset(  # deleted text, and what says how the rest looks
    f"{W}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "rt")
)
_CHARACTERS = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}br": "\n", f"{W}noBreakHyphen": "-"}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_FIRST_ROW = 0x20  # of what a table says of its looks, the bit that the first row is set off
_WIDEST = 63  # columns of a table in Word


class WordBody:
    """Reads elements into ``text``; ``notes`` are those of footnotes and endnotes, by kind and number."""

    def __init__(self, styles: ParagraphStyles, notes: Mapping[tuple[str, str], Any]) -> None:
        self._styles = styles
        self._notes = notes
        self._built = TextBuilder()
        self._code: list[str] = []
        self._apart = False  # whether an empty paragraph comes before the next
        self._headlines: dict[bool, str] = {}  # the first by whether it has the style of a title

    @property
    def text(self) -> TextBuilder:
        """All that was read."""
        self._end_code()
        return self._built

    @property
    def headline(self) -> str:
        """The first paragraph with the style of a title, else the first heading of the first level."""
        return self._headlines.get(True) or self._headlines.get(False, "")

    def read(self, element: Any) -> None:
        """Reads everything that an element holds, through its wrappers."""
        for part in _seen(element):
            if part.tag == f"{W}p":
                self._paragraph(part)
            elif part.tag == f"{W}tbl":
                self._table(part)
            else:
                self.read(part)

    def _paragraph(self, paragraph: Any) -> None:
        pieces: list[str] = []
        after: list[Any] = []  # what is anchored in it: text boxes and notes
        self._gather(paragraph, pieces, after)
        text = "".join(pieces)
        kind, level = self._styles.kind(paragraph)
        number = self._styles.number(paragraph)  # an empty one is counted too
        if not text.strip():
            self._empty()
        elif kind == "code":
            self._code.append(text.rstrip())
        else:
            self._end_code()
            if kind == "heading" and level == 1:
                self._headlines.setdefault(self._styles.is_title(paragraph), " ".join(text.split()))
            self._built.add(kind, number + text.strip(), level=level, apart=self._apart)
            self._apart = False
        for anchored in after:
            self.read(anchored)

    def _gather(self, element: Any, pieces: list[str], after: list[Any]) -> None:
        for part in _seen(element):
            if part.tag == f"{W}t":
                pieces.append(part.text or "")
            elif part.tag == f"{W}br" and part.get(f"{W}type") in ("page", "column"):
                continue
            elif part.tag in _CHARACTERS:
                pieces.append(_CHARACTERS[part.tag])
            elif part.tag in _NOTES:
                note = self._notes.get((_NOTES[part.tag], part.get(f"{W}id")))
                if note is not None:
                    after.append(note)
            elif part.tag == f"{W}txbxContent":
                after.append(part)
            else:
                self._gather(part, pieces, after)

    def _empty(self) -> None:
        if self._code:
            self._code.append("")
        else:
            self._apart = True

    def _end_code(self) -> None:
        """Adds the lines of code that were read, if any."""
        code = "\n".join(self._code).rstrip()
        if code:
            ended = not self._code[-1]
            self._built.add("code", code, apart=self._apart)
            self._apart = ended
        self._code = []

    def _table(self, table: Any) -> None:
        self._end_code()
        read = ((row, [*map(self._cell, _through(row, f"{W}tc"))]) for row in _through(table, f"{W}tr"))
        rows = [(row, cells) for row, cells in read if any(cell.text for cell, _ in cells)]
        inside = [cell for _, cells in rows for cell, _ in cells]
        if len(inside) == 1 or any(map(_is_part_of_page, inside)):
            for cell in inside:
                self._built.extend(cell, apart=self._apart)
                self._apart = self._apart and not cell.text
            return
        heads = _heads(table, [row for row, _ in rows], [len(cells) for _, cells in rows])
        for number, (row, cells) in enumerate(rows):
            texts = [""] * _columns(row, "trPr", "gridBefore", least=0)
            for cell, columns in cells:
                texts += [cell.text, *[""] * (columns - 1)]
            texts += [""] * _columns(row, "trPr", "gridAfter", least=0)
            self._built.add_row(texts, head=number < heads, apart=self._apart)
            self._apart = False

    def _cell(self, cell: Any) -> tuple[TextBuilder, int]:
        """What a cell holds, and the columns that it takes."""
        body = WordBody(self._styles, self._notes)
        body.read(cell)
        self._headlines = body._headlines | self._headlines
        return body.text, _columns(cell, "tcPr", "gridSpan", least=1)


def _is_part_of_page(cell: TextBuilder) -> bool:
    """Whether what a cell holds has a heading of its own."""
    return len(cell.blocks) > 1 and any(block.kind == "heading" for block in cell.blocks)


def _columns(element: Any, *names: str, least: int) -> int:
    return min(max(whole(value(element, *names)), least), _WIDEST)


def _heads(table: Any, rows: list[Any], lengths: list[int]) -> int:
    """How many rows of a table, from the first, name its columns: as it says, else the first of several."""
    heads = 0
    while heads < len(rows) and is_on(rows[heads], "trPr", "tblHeader"):
        heads += 1
    if 0 < heads < len(rows):
        return heads
    looks = child(table, "tblPr", "tblLook")
    if looks is not None:
        bits = looks.get(f"{W}val", "")
        set_off = looks.get(f"{W}firstRow")
        if set_off in ("0", "false", "off") or (set_off is None and not _bits(bits) & _FIRST_ROW):
            return 0
    return int(len(rows) > 1 and lengths[0] > 1)


def _bits(hexadecimal: str) -> int:
    try:
        return int(hexadecimal, 16)
    except ValueError:
        return _FIRST_ROW


def _seen(element: Any) -> Iterator[Any]:
    """The children that a person sees; of a drawing that is stored twice, the first form that has text."""
    for part in element.iterchildren("*"):
        if part.tag in _UNSEEN:
            continue
        if part.tag != f"{_MC}AlternateContent":
            yield part
            continue
        forms = [*part.iterchildren(f"{_MC}Choice"), *part.iterchildren(f"{_MC}Fallback")]
        yield from [form for form in forms if next(form.iter(f"{W}t"), None) is not None][:1]


def _through(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row, whatever wraps them."""
    for part in _seen(element):
        if part.tag == tag:
            yield part
        elif part.tag in (f"{W}tr", f"{W}tc"):  # of a table inside
            continue
        else:
            yield from _through(part, tag)
