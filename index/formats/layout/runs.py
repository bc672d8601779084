"""Runs of glyphs: what a page draws one after another on one baseline, close together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium

from index.formats.layout.characters import Box, characters_of
from index.formats.layout.glyphs import Fonts, Glyph, read_glyphs
from index.formats.layout.marks import put_marks, said_once, set_apart, set_down

REACH = 0.6  # of the size: how far apart the glyphs of a run may be


@dataclass(slots=True)
class GlyphRun:
    """Glyphs in no sure order, of one style."""

    y: float
    size: float
    bold: bool
    turns: int  # quarter turns of its frame, anticlockwise
    x0: float
    x1: float
    glyphs: list[Glyph] = field(default_factory=list)


def read_runs(page: "pdfium.FPDF_PAGE", seen: Box, fonts: Fonts) -> list[GlyphRun]:
    """The runs of a page's glyphs, as they are drawn; ``seen`` is the part of the page that counts."""
    with characters_of(page) as characters:
        if characters is None:
            return []
        glyphs, marks = read_glyphs(characters, seen, fonts)
    put_marks(marks, glyphs)
    glyphs = said_once(glyphs)
    set_down(glyphs)
    set_apart(glyphs)
    return runs_of(glyphs)


def runs_of(glyphs: Sequence[Glyph]) -> list[GlyphRun]:
    """The glyphs in runs; a run that says nothing is none."""
    runs: list[GlyphRun] = []
    run: GlyphRun | None = None
    for glyph in glyphs:
        style = glyph.style
        reach = REACH * style.size
        if (
            run is None
            or abs(glyph.y - run.y) > 0.1 * style.size
            or abs(style.size - run.size) > 0.1 * style.size
            or style.bold != run.bold
            or style.turns != run.turns
            or glyph.x0 > run.x1 + reach
            or glyph.x1 < run.x0 - reach
        ):
            run = GlyphRun(glyph.y, style.size, style.bold, style.turns or 0, glyph.x0, glyph.x1)
            runs.append(run)
        run.glyphs.append(glyph)
        if glyph.x0 < run.x0:
            run.x0 = glyph.x0
        if glyph.x1 > run.x1:
            run.x1 = glyph.x1
    return [run for run in runs if any(glyph.text.strip() for glyph in run.glyphs)]
