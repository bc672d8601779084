"""A page as a picture, made ready to be read: grey, of a size that is read well, upright and straight.

What comes from anywhere is looked at before it is decoded: a picture of more pixels than any scan has is
refused. It leaves out what a photograph would need: lighting, curved pages.
"""

import math
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence, UnidentifiedImageError

from index.errors import UnreadableArticle

MOST_PIXELS = 120_000_000  # of a picture that is decoded
MOST_READ = 24_000_000  # of one that is read
FEWEST = 1_600  # the longer side of one that is read: smaller letters are read badly
SMALLEST = 30  # pixels, the shorter side of what may hold a word
MOST_FRAMES = 2_000
RESOLUTION = 300  # dots per inch, of pages that are drawn
_LARGEST_SLANT = 8.0  # degrees
_KINDS = ("PNG", "JPEG", "TIFF", "WEBP")


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A grey picture, and how it was turned from the page as the file has it, whose size is kept."""

    image: Any
    width: int  # of the page as it is
    height: int
    quarter_turns: int = 0  # clockwise
    slant: float = 0.0  # degrees, anticlockwise, after them

    def png(self, longest: int = 0) -> bytes:
        """The picture as a file; ``longest`` is its longer side at most."""
        image = self.image
        if longest and max(image.size) > longest:
            image = image.copy()
            image.thumbnail((longest, longest))
        stored = BytesIO()
        image.save(stored, "PNG", compress_level=1)
        return stored.getvalue()

    def upright(self, degrees: int) -> "PagePicture":
        """The picture turned so many degrees clockwise, a multiple of 90, and then made straight."""
        turns = degrees // 90 % 4
        image = self.image.rotate(-90 * turns, expand=True) if turns else self.image
        slant = slant_of(image)
        if slant:
            image = image.rotate(slant, resample=Image.Resampling.BICUBIC, fillcolor=_paper(image))
        return PagePicture(image, self.width, self.height, turns, slant)

    def on_page(self, left: int, top: int, width: int, height: int) -> tuple[float, float, float, float]:
        """A box of the picture as shares of the page as it is: left, top, right, bottom."""
        across, down = self.image.size
        angle = math.radians(self.slant)
        points = []
        for x, y in ((left, top), (left + width, top), (left, top + height), (left + width, top + height)):
            dx, dy = x - across / 2, y - down / 2
            x = (dx * math.cos(angle) - dy * math.sin(angle)) / across + 0.5
            y = (dx * math.sin(angle) + dy * math.cos(angle)) / down + 0.5
            for _ in range(self.quarter_turns):
                x, y = y, 1 - x
            points.append((x, y))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)


def frames_of(file: Path) -> int:
    """How many pages a picture has. Raises ``UnreadableArticle`` where it is none, or too large to decode."""
    with opened_picture(file) as image:
        frames = int(getattr(image, "n_frames", 1))
    if frames > MOST_FRAMES:
        raise UnreadableArticle(f"it has over {MOST_FRAMES:,} pages; cut it into parts")
    return frames


def picture_of(file: Path, frame: int) -> PagePicture:
    """A page of a picture file."""
    with opened_picture(file) as image:
        for number, page in enumerate(ImageSequence.Iterator(image)):
            if number == frame:
                _refuse_large(page.size)
                page.draft("L", (FEWEST * 3, FEWEST * 3))  # of a JPEG less is decoded
                return _grey(page)
    raise UnreadableArticle("the picture is broken; save it again")


def drawn_page(file: Path, number: int) -> PagePicture:
    """A page of a PDF, drawn."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(file)
    page = document[number]
    width, height = page.get_size()
    scale = min(RESOLUTION / 72, math.sqrt(MOST_READ / max(width * height, 1.0)))
    if min(width, height) * scale < 1:
        raise UnreadableArticle("the page is no page; print or save it anew")
    return _grey(page.render(scale=scale, grayscale=True).to_pil())


def slant_of(image: Any) -> float:
    """By how many degrees the lines of an upright picture rise to the left: what straightens it.

    At the right angle the rows of the picture differ most: lines of ink and lines of paper.
    """
    small = image.copy()
    small.thumbnail((800, 800))
    paper = _paper(small)
    ink = np.abs(np.asarray(small, dtype=np.int16) - paper) > 64
    if not 0.002 < ink.mean() < 0.5:
        return 0.0
    small = Image.fromarray((ink * 255).astype(np.uint8))

    def contrast(angle: float) -> float:
        rows = np.asarray(small.rotate(angle), dtype=np.float32).mean(axis=1)
        return float(np.square(np.diff(rows)).sum())

    best, step = 0.0, 1.0
    angles = np.arange(-_LARGEST_SLANT, _LARGEST_SLANT + step, step)
    while step > 0.05:
        best = float(max(angles, key=contrast))
        step /= 4
        angles = best + step * np.arange(-4, 5)
    return best if abs(best) > 0.15 and contrast(best) > 1.1 * contrast(0.0) else 0.0


def opened_picture(file: Path) -> Any:
    """A picture that is small enough to be decoded, for ``with``. Raises ``UnreadableArticle``."""
    Image.MAX_IMAGE_PIXELS = None  # what is too large is said here
    try:
        image = Image.open(file, formats=_KINDS)
        _refuse_large(image.size)
    except UnidentifiedImageError as error:
        raise UnreadableArticle("it is no picture that can be read; save it again as PNG") from error
    return image


def _refuse_large(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise UnreadableArticle(
            f"the picture has {width:,} x {height:,} pixels, more than {most} million; make it smaller"
        )
    if min(size) < SMALLEST:
        raise UnreadableArticle("the picture is too small for a text; leave it out")


def _grey(image: Any) -> PagePicture:
    width, height = image.size
    if image.mode in ("RGBA", "LA", "P", "PA"):
        image = image.convert("RGBA")
        under = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(under, image)
    elif image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = Image.fromarray((np.asarray(image, dtype=np.float64) / 257).clip(0, 255).astype(np.uint8))
    image = image.convert("L")
    scale = min(1.0, math.sqrt(MOST_READ / (width * height)))
    if max(width, height) < FEWEST:
        scale = min(FEWEST / max(width, height), 3.0)
    if scale != 1.0:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return PagePicture(image, width, height)


def _paper(image: Any) -> int:
    """The grey that most of a picture has."""
    return int(np.argmax(image.histogram()))
