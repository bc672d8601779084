"""The program that reads pictures: Tesseract, by its command line and its TSV.

It leaves out its own threads, which take more time together than one alone.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.errors import UnreadableArticle

INSTALL = "apt-get install tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng"
ARABIC, LATIN = "ara", "eng"
_WORD_LEVEL = "5"


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word with its box in pixels and where it stands: block, paragraph and line of the page."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float  # 0..1
    place: tuple[int, int, int]


@cache
def languages() -> frozenset[str]:
    """What the installed program can read; nothing where there is none."""
    if shutil.which("tesseract") is None:
        return frozenset()
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return frozenset(done.stdout.split())


def require() -> None:
    """Passes where the program and both its languages are installed; ``UnreadableArticle`` names the rest."""
    missing = {ARABIC, LATIN, "osd"} - languages()
    if missing:
        what = (
            "Tesseract is not installed"
            if not languages()
            else f"Tesseract lacks {', '.join(sorted(missing))}"
        )
        raise UnreadableArticle(f"it is a scan, and {what}, which reads scans; install it: {INSTALL}")


def _run(image: bytes, *options: str) -> str:
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", *options],
        input=image,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def orientation(image: bytes) -> tuple[int, str]:
    """By how many degrees, clockwise, a picture is to be turned to stand upright, and the script in it."""
    told = dict(
        line.split(": ", 1) for line in _run(image, "--psm", "0").splitlines() if line.count(": ") == 1
    )
    sure = float(told.get("Orientation confidence", "0")) > 1.0
    degrees = int(told.get("Rotate", "0")) if sure else 0
    return degrees, told.get("Script", "")


def words(image: bytes, language: str, *, resolution: int) -> list[ReadWord]:
    """The words of a picture in the order of reading."""
    table = _run(image, "-l", language, "--psm", "3", "--dpi", str(resolution), "tsv")
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    return [_word(row) for row in rows if len(row) == 12 and row[0] == _WORD_LEVEL and row[11].strip()]


def _word(row: Sequence[str]) -> ReadWord:
    block, paragraph, line, _, left, top, width, height = map(int, row[2:10])
    confidence = max(float(row[10]), 0.0) / 100
    return ReadWord(row[11], left, top, width, height, confidence, (block, paragraph, line))
