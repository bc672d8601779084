"""One page of a PDF or a picture file, and where a text's words stand on it: read in a process of its own.

Boxes are told in shares of the picture, from its left and its top, so that they hold at any size.
"""

import base64
import ctypes
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.errors import UnreadableArticle
from index.formats.child import Said, serve
from index.formats.layout.characters import Box, page_box
from index.formats.layout.glyphs import Fonts
from index.formats.layout.pages import page_lines
from index.formats.layout.runs import read_runs
from index.formats.pdf_document import opened
from index.originals.pages import is_picture
from index.originals.picture_file import picture
from index.originals.placing import PlacedText

MOST_PIXELS = 12_000_000  # of a picture
_NO_PLACES = {"boxes": [], "letters": 0, "known": 0}  # a picture has no letters of its own
_GRID = 1_000_000  # steps along a page's edge, in which PDFium tells places


def answer(file: Path, gets_on: Callable[[], None], asked: dict[str, Any]) -> Said:
    """A ``page`` of the file: its picture, ``width`` pixels wide, or the places of ``ranges`` of a text."""
    try:
        if is_picture(file):
            told = picture(file, asked["page"], asked.get("width", 0))
            return told | {"places": [_NO_PLACES] * len(asked.get("ranges", ()))}
        with opened(file) as document:
            if not 0 < asked["page"] <= len(document):
                return {"problem": "the file has no such page"}
            page = document[asked["page"] - 1]
            try:
                if "width" in asked:
                    return _picture(page, asked["width"]) | {"pages": len(document)}
                across, down = page.get_size()
                told = {"ratio": across / down, "pages": len(document)}
                return _places(page, asked["texts"], asked["ranges"]) | told
            finally:
                page.close()
    except UnreadableArticle as problem:
        return {"problem": str(problem)}
    except MemoryError:
        return {"problem": "the page takes too much memory to draw"}
    except Exception as error:  # whatever a damaged file makes of it
        return {"problem": f"the page is broken ({type(error).__name__})"}


def _picture(page: pdfium.PdfPage, width: int) -> Said:
    from index.originals.png import png

    across, down = page.get_size()
    scale = min(width / across, (MOST_PIXELS / (across * down)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
    pixels = bitmap.to_numpy()[..., :3]
    return {
        "png": base64.b64encode(png(pixels)).decode(),
        "width": pixels.shape[1],
        "height": pixels.shape[0],
    }


def _places(page: pdfium.PdfPage, texts: Sequence[Any], ranges: Sequence[Sequence[int]]) -> Said:
    """The places of ranges of an article; ``texts``: its stretches on the page, with what is around them.

    Each: where it begins, itself with a little before and behind, and where its own begins and ends.
    """
    seen = page_box(page.raw)
    lines = page_lines(read_runs(page.raw, seen, Fonts(heights=True)), seen, "", placed=True)
    whole = "\n".join(text for _, text, _, _ in texts)
    found = PlacedText([*lines.lines(), *(line for region in lines.turned for line in region)], whole)
    places = []
    for start, end in ranges:
        boxes: list[Box] = []
        letters = known = at = 0
        for begins, text, first, last in texts:
            shift = at - begins  # from the article to the whole of its stretches
            low, high = max(start, begins) + shift, min(end, begins + len(text)) + shift
            boxes += found.boxes(low, high)
            counts = found.letters(max(low, first + shift), min(high, last + shift))
            letters, known = letters + counts[0], known + counts[1]
            at += len(text) + 1
        places.append({"boxes": [_seen(page, box) for box in boxes], "letters": letters, "known": known})
    return {"places": places}


def _seen(page: pdfium.PdfPage, box: Box) -> tuple[float, ...]:
    """A box as it is seen: its left, top, width and height as shares of the page's."""
    corners = [_device(page, box[0], box[1]), _device(page, box[2], box[3])]
    (left, right), (top, bottom) = (sorted(axis) for axis in zip(*corners, strict=True))
    left, top = max(left, 0.0), max(top, 0.0)
    return (
        round(left, 5),
        round(top, 5),
        round(min(right, 1.0) - left, 5),
        round(min(bottom, 1.0) - top, 5),
    )


def _device(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, across, down)
    return across.value / _GRID, down.value / _GRID


if __name__ == "__main__":
    serve(answer)
