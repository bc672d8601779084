"""PDF files: their text layer, by pypdf, or by poppler's pdftotext where that serves better and is there.

It leaves out recognition of scanned pages, columns and pictures.
"""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import LONGEST_TEXT, Parsed, ParsedArticle
from index.formats.arabic_pdf import (
    fix_lam_alef,
    in_reading_order,
    is_arabic,
    letters_of,
    plausibility,
    running_text,
)

POPPLER_SECONDS = 60
SOUND = 0.15  # plausibility below which Arabic is taken for broken; prose has about 0.5


def read(file: Path) -> Parsed:
    """The text of a PDF, its pages joined into paragraphs."""
    data = file.read_bytes()
    problem: UnreadableArticle | None = None
    pages: list[str] = []
    title = published = ""
    try:
        pages, title, published = _by_pypdf(data)
    except UnreadableArticle:
        raise
    except Exception as error:  # pypdf: "broken PDF files might cause other Exceptions"
        problem = UnreadableArticle(f"the PDF is broken ({type(error).__name__}); print or save it anew")
    text = running_text(pages)
    if not text or _looks_broken(text):
        other = running_text([fix_lam_alef(in_reading_order(page)) for page in _by_poppler(data)])
        if other and (not text or plausibility(other) > plausibility(text)):
            text = other
    if not text:
        raise problem or UnreadableArticle(
            "the PDF has no text layer, it may be scanned; run text recognition (OCR) over it first"
        )
    yield ParsedArticle(text=text, title=title, published=published)


def _looks_broken(text: str) -> bool:
    arabic = len(re.findall(r"[\u0621-\u064a]", text))
    lost = text.count("\ufffd") + len(re.findall(r"[\ue000-\uf8ff]|/g(?:id)?\d+|\(cid:\d+\)", text))
    return (arabic > 200 and plausibility(text) < SOUND) or lost * 20 > len(text)


def _by_pypdf(data: bytes) -> tuple[list[str], str, str]:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableArticle("the PDF is encrypted; save a copy without the password")
    pages: list[str] = []
    for page in reader.pages:
        text = page.extract_text()
        if text and is_arabic(text):  # by geometry: lines as they are seen, whatever order they were drawn in
            text = page.extract_text(extraction_mode="layout")
        pages.append(in_reading_order(text))
        if sum(map(len, pages[-100:])) > LONGEST_TEXT:
            raise UnreadableArticle(f"the PDF holds over {LONGEST_TEXT} characters; cut it into parts")
    about = reader.metadata
    title = letters_of(str(about.title or "")) if about else ""
    date = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", str(about.get("/CreationDate", ""))) if about else None
    return pages, " ".join(title.split()), "-".join(date.groups()) if date else ""


def _by_poppler(data: bytes) -> list[str]:
    """What pdftotext makes of it; nothing where it is not installed, fails or takes too long."""
    program = shutil.which("pdftotext")
    if program is None:
        return []
    try:
        command = [program, "-q", "-enc", "UTF-8", "-", "-"]
        done = subprocess.run(command, input=data, capture_output=True, timeout=POPPLER_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return []
    text = done.stdout.decode("utf-8", "replace")
    text = re.sub(
        r"\u202a( +)([^\u202a-\u202c\n]*)\u202c", r"\2\1", text
    )  # it puts the space on the wrong side
    return re.sub(r"[\u200e\u200f\u202a-\u202e]", "", text).split("\f")
