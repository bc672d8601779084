"""Which pages of a PDF have no text of their own, though something is drawn on them."""

import ctypes

import pypdfium2.raw as pdfium

from index.formats.layout.characters import Box

FEW_LETTERS = 30  # of a page that is a picture: a stamp, a number, what a scanner writes beneath
COVERED = 0.4  # of the page by one picture, from which on it is a scan
MANY_SHAPES = 200  # of a page without a letter: its letters are drawn as shapes
_MOST_LOOKED_AT = 2_000
_PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)


def is_unread(page: "pdfium.FPDF_PAGE", seen: Box, letters: int, unknown: int, known: int) -> bool:
    """Whether a page is to be read from its picture; ``unknown`` of its glyphs say nothing, ``known`` do."""
    if unknown > known:
        return True
    if letters >= FEW_LETTERS:
        return False
    count = pdfium.FPDFPage_CountObjects(page)
    area = max((seen[2] - seen[0]) * (seen[3] - seen[1]), 1.0)
    shapes = 0
    for number in range(min(count, _MOST_LOOKED_AT)):
        drawn = pdfium.FPDFPage_GetObject(page, number)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        shapes += kind == pdfium.FPDF_PAGEOBJ_PATH
        if (
            kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
            and _covered(drawn, seen) > COVERED * area
        ):
            return True
    return not letters and shapes >= MANY_SHAPES


def _covered(drawn: "pdfium.FPDF_PAGEOBJECT", seen: Box) -> float:
    """How much of the page an object covers."""
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
        return 0.0
    left, bottom, right, top = (edge.value for edge in edges)
    across = min(right, seen[2]) - max(left, seen[0])
    return max(across, 0.0) * max(min(top, seen[3]) - max(bottom, seen[1]), 0.0)
