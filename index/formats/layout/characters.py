"""The characters of a PDF's page as PDFium gives them: letter, place and style.

Only what the page draws is given: PDFium's own spaces and ends of lines are not, for they go wrong where
directions mix. A glyph of which the font does not say what it is has a place and the empty string.

A file may say the text of what it draws (ActualText, ISO 32000-1, 14.9.4): a letter with its vowels for the
several glyphs that show them. PDFium spreads such a text over the first of them; here it is kept whole, with
the places of all. It leaves out what is said of what stands within forms.
"""

import codecs
import ctypes
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pypdfium2.raw as pdfium

MOST_CHARACTERS = 200_000  # of one page
MOST_OBJECTS = 200_000  # of one page
LOST = -1  # the number of a character that PDFium does not give
HYPHEN = "\x02"  # PDFium's mark for a hyphen at the end of a line, whichever it was
_ASKEW = math.tan(math.radians(12))  # how far a scanned page's text layer may be from upright
_AS_SEEN = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf076\uf0d8\uf06e\uf0a8\u2219"), "•")
_AS_SEEN |= dict.fromkeys((9, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_UNSEEN = frozenset(
    (10, 13, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
)
_UNKNOWN = frozenset((*range(9), *range(11, 32), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF))
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_LONGEST_NAME = 128  # bytes of a font's name that are looked at
_LONGEST_SAID = 64  # bytes that are said instead
_LARGEST_FONT = 32 * 2**20  # bytes

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(slots=True)
class Ink:
    """What one object shows: the origin of its first glyph, and the box of its ink."""

    x: float
    y: float
    box: Box


@dataclass(slots=True)
class Drawn:
    """Text that a page draws; ``said`` is what the file says instead, a space if blank, else nothing."""

    number: int
    said: str
    parts: list[Ink]


Character = tuple[int, str, float, float, Box]  # number, letter, origin, and box with the font's height

DrawnCharacter = tuple[int, Drawn | None, Character]  # with the number of its object, and the object


@dataclass(frozen=True, slots=True)
class Style:
    """How a character is set; ``turns`` are quarter turns anticlockwise, None where it runs aslant."""

    size: float
    bold: bool
    turns: int | None


def _direct(function: Any, *arguments: Any) -> Callable[..., int]:
    """A function of PDFium that takes bare addresses: half the time of a call, of which a letter has four."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int, *arguments)(address)


_unicode_of = _direct(pdfium.FPDFText_GetUnicode)
_box_of = _direct(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p)
_is_unmapped = _direct(pdfium.FPDFText_HasUnicodeMapError)
_origin_of = _direct(pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_void_p)


class Characters:
    """The characters of one page, by number."""

    def __init__(self, text: "pdfium.FPDF_TEXTPAGE", page: "pdfium.FPDF_PAGE") -> None:
        self._text = text
        self._page = page
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(_LONGEST_NAME)
        self._heights: dict[int, tuple[float, float] | None] = {}  # by the address of the font

    def __iter__(self) -> Iterator[Character]:
        """Each in PDFium's order."""
        rect, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        to_rect, to_x, to_y = map(ctypes.addressof, (rect, x, y))
        text = self._text
        page = ctypes.cast(text, ctypes.c_void_p).value
        half = 0  # the first half of a letter that UTF-16 writes as two
        for index in range(min(pdfium.FPDFText_CountChars(text), MOST_CHARACTERS)):
            code = _unicode_of(page, index)
            if code & 0xFC00 == 0xD800:
                half = code
                continue
            if code & 0xFC00 == 0xDC00:
                code = 0x10000 + ((half & 0x3FF) << 10 | code & 0x3FF) if half else 0xFFFD
            if code in _UNSEEN or (code < 33 and pdfium.FPDFText_GetFontWeight(text, index) == -1):
                continue  # of the spaces, those that no text object draws
            _box_of(page, index, to_rect)
            _origin_of(page, index, to_x, to_y)
            if code in _AS_SEEN:
                letter = _AS_SEEN[code]
            elif code in _UNKNOWN or _is_unmapped(page, index) == 1:
                letter = HYPHEN if code == 2 and pdfium.FPDFText_IsHyphen(text, index) == 1 else ""
            else:
                letter = chr(code) if code < 0x110000 else "\ufffd"
            half = 0
            yield index, letter, x.value, y.value, (rect.left, rect.bottom, rect.right, rect.top)

    def style(self, index: int) -> Style:
        """How a character is set."""
        matrix, name = self._matrix, self._name
        pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        along, up = abs(matrix.a), abs(matrix.b)
        turns: int | None = None
        if up <= _ASKEW * along:
            turns = 0 if matrix.a >= 0 else 2
        elif along <= _ASKEW * up:
            turns = 1 if matrix.b >= 0 else 3
        size = abs(pdfium.FPDFText_GetFontSize(self._text, index)) * math.hypot(matrix.c, matrix.d)
        pdfium.FPDFText_GetFontInfo(self._text, index, name, _LONGEST_NAME, None)
        return Style(min(max(size, 0.5), 500.0), _BOLD.search(name.value) is not None, turns)

    def in_drawing_order(self) -> list[DrawnCharacter]:
        """The characters with the number of the object that draws each, and the object.

        A page without letters that run from right to left is given as PDFium orders it, without objects, and
        so is what stands within a form.
        """
        found = list(self)
        if not any(RIGHT_TO_LEFT.match(letter) for _, letter, _, _, _ in found):
            return [(0, None, character) for character in found]
        objects = _drawn(self._page)
        origins = {(x, y) for _, letter, x, y, _ in found if letter != " "}
        texts: dict[int, list[DrawnCharacter]] = {}
        number = 0
        for character in found:
            item = objects.get(_address(pdfium.FPDFText_GetTextObject(self._text, character[0])))
            number = number if item is None else item.number
            if character[1] == " " and character[2:4] in origins:
                continue  # one that PDFium put in
            texts.setdefault(number, []).append((number, item, character))
        for item in objects.values():
            if (
                item.said and item.number not in texts
            ):  # PDFium loses blanks, and may lose what is said instead
                first = item.parts[0]
                texts[item.number] = [(item.number, item, (LOST, item.said[0], first.x, first.y, first.box))]
        return [one for number in sorted(texts) for one in _as_drawn(texts[number])]

    def height(self, index: int) -> tuple[float, float] | None:
        """How far a character's font reaches below the baseline and above, as the font itself says, in sizes.

        None where the file has no font that says it.
        """
        font = pdfium.FPDFTextObj_GetFont(pdfium.FPDFText_GetTextObject(self._text, index))
        key = _address(font) if font else 0
        if key not in self._heights:
            self._heights[key] = _height_of(font) if font else None
        return self._heights[key]

    def ink(self, index: int) -> Box:
        """The box of what a character shows."""
        left, right, low, high = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._text, index, left, right, low, high)
        return left.value, low.value, right.value, high.value


def _as_drawn(text: list[DrawnCharacter]) -> list[DrawnCharacter]:
    """The characters of one object as it draws them; PDFium may turn them. Those of one glyph stay."""
    if text[0][2][2] <= text[-1][2][2]:
        return text
    glyphs = [list(glyph) for _, glyph in groupby(text, key=lambda one: one[2][2:])]
    return [one for glyph in reversed(glyphs) for one in glyph]


@contextmanager
def characters_of(page: "pdfium.FPDF_PAGE") -> Iterator[Characters | None]:
    """The characters of a page; None where PDFium cannot give them."""
    text = pdfium.FPDFText_LoadPage(page)
    try:
        yield Characters(text, page) if text else None
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)


def page_box(page: "pdfium.FPDF_PAGE") -> Box:
    """The part of a page that is seen."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return 0.0, 0.0, 612.0, 792.0
    return box.left, box.bottom, box.right, box.top


def _height_of(font: object) -> tuple[float, float] | None:
    """The descent and the ascent of an embedded TrueType font, in sizes (its tables head and hhea)."""
    size = ctypes.c_size_t()
    if pdfium.FPDFFont_GetIsEmbedded(font) != 1 or not pdfium.FPDFFont_GetFontData(font, None, 0, size):
        return None
    if not 12 < size.value <= _LARGEST_FONT:
        return None
    buffer = (ctypes.c_ubyte * size.value)()
    pdfium.FPDFFont_GetFontData(font, buffer, size.value, size)
    data = bytes(buffer)
    tables = {}
    for place in range(12, min(12 + 16 * int.from_bytes(data[4:6]), len(data) - 15), 16):
        tables[data[place : place + 4]] = int.from_bytes(data[place + 8 : place + 12])
    if not {b"head", b"hhea"} <= tables.keys():
        return None
    units = int.from_bytes(data[tables[b"head"] + 18 :][:2])
    up, down = (int.from_bytes(data[tables[b"hhea"] + at :][:2], signed=True) for at in (4, 6))
    return (down / units, up / units) if units and 0.5 * units < up - down < 4 * units else None


def _drawn(page: "pdfium.FPDF_PAGE") -> dict[int, Drawn]:
    """The texts of a page by the addresses of their objects; those that one text stands for share it."""
    found: dict[int, Drawn] = {}
    spans: dict[int, Drawn | None] = {}  # by the address of the mark that says a text
    for number in range(min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, number)
        if not item or pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        span: Drawn | None = None
        for place in range(pdfium.FPDFPageObj_CountMarks(item)):
            mark = pdfium.FPDFPageObj_GetMark(item, place)
            key = _address(mark)
            if key not in spans:
                said = _said(mark)
                spans[key] = Drawn(number, said, []) if said else None
            span = spans[key] or span
        ink = _ink(item)
        if span is None:
            span = Drawn(number, " " if ink.box[2] - ink.box[0] < 0.01 else "", [])
        span.parts.append(ink)
        found[_address(item)] = span
    return found


def _address(pointer: object) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _said(mark: object) -> str:
    """The text that a mark says, where it is in Unicode and short."""
    buffer = ctypes.create_string_buffer(_LONGEST_SAID)
    size = ctypes.c_ulong()
    into = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ubyte))
    if not pdfium.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", into, _LONGEST_SAID, size):
        return ""
    data = buffer.raw[: size.value] if size.value <= _LONGEST_SAID else b""
    if data[:2] == codecs.BOM_UTF16_BE:
        return data[2:].decode("utf-16-be", "ignore")
    return data[3:].decode("utf-8", "ignore") if data[:3] == codecs.BOM_UTF8 else ""


def _ink(item: object) -> Ink:
    left, low, right, high = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, low, right, high)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return Ink(matrix.e, matrix.f, (left.value, low.value, right.value, high.value))
