"""The kinds of file that articles come in: a module each, chosen by the file's ending.

Every module that ``FORMATS`` names has ``read(file: Path) -> Parsed``. It yields what the file holds, one
``ParsedArticle`` or several, lazily; an ``UnreadableArticle`` that it yields is a bad part of the file, after
which it goes on; one that it raises is the file's end. Both say ``reason; how to mend it`` and leave the
file's name to ``index.articles``. It lets ``OSError`` pass and raises nothing else, whatever the bytes: all
that it is given is untrusted. The module, and the libraries under it, are imported when such a file comes.
So a new kind is one file here and one line of ``FORMATS`` (and a sample in the contract suite).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from index.errors import UnreadableArticle
from index.scans import ScannedPage
from index.structure import Block, Page

LARGEST_FILE = 128 * 2**20  # bytes
LARGEST_TEXT_FILE = 40 * 2**20  # bytes: the longest text, in Arabic
LARGEST_ARCHIVE = 2 * 2**30  # bytes of files in one, of which each has its own limit
LARGEST_MARKED_UP = 4 * 2**20  # bytes of text with structure, of which each costs a hundred times as much
LONGEST_TEXT = 20_000_000  # characters of one article


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """Text, and what it says about itself; the empty string where it says nothing.

    The text is the file's own, character for character, where that is text for people (plain text, JSON
    Lines); else it is ``index.structure.visible``, and its blocks and pages are told as far as the file
    tells them. ``part`` is where in its file it stands, such as a line's number; empty where it is the whole.
    ``place`` is the same where that stays when the file changes, as the name of a file in an archive does.
    """

    text: str
    title: str = ""
    language: str = ""
    published: str = ""
    source: str = ""
    author: str = ""
    id: str = ""
    part: str = ""
    place: str = ""
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    scans: tuple[ScannedPage, ...] = ()
    tags: tuple[str, ...] = ()


Parsed = Iterator[ParsedArticle | UnreadableArticle]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file; ``largest`` is None where it is read part by part, and may be of any size.

    ``several``: such a file holds many articles, so that its name says nothing of one.
    """

    module: str  # in this package
    endings: tuple[str, ...]
    largest: int | None = LARGEST_FILE
    several: bool = False

    def read(self, file: Path) -> Parsed:
        """What the file holds, in its order."""
        articles: Parsed = import_module(f"{__name__}.{self.module}").read(file)
        return articles


FORMATS = (
    Format("text", (".txt", ".text"), LARGEST_TEXT_FILE),
    Format("markdown", (".md", ".markdown"), LARGEST_MARKED_UP),
    Format("webpage", (".html", ".htm", ".xhtml"), LARGEST_TEXT_FILE),
    Format("pdf", (".pdf",)),
    Format("word", (".docx",)),
    Format("epub", (".epub",)),
    Format("mail", (".eml", ".mht", ".mhtml")),
    Format("rtf", (".rtf",), LARGEST_TEXT_FILE),
    Format("office.odt", (".odt",)),
    Format("office.pptx", (".pptx",)),
    Format("office.xlsx", (".xlsx",)),
    Format("office.delimited", (".csv", ".tsv"), LARGEST_TEXT_FILE),
    Format("ocr.picture", (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")),
    Format("jsonl", (".jsonl", ".ndjson"), largest=None, several=True),
    Format("containers.mbox", (".mbox",), largest=None, several=True),
    Format("containers.zipped", (".zip",), LARGEST_ARCHIVE, several=True),
)
_BY_ENDING = {ending: format for format in FORMATS for ending in format.endings}


def format_of(file: Path) -> Format | None:
    """The kind of a file, by its name alone; None where it is none that can be read."""
    return _BY_ENDING.get(file.suffix.lower())


def endings() -> list[str]:
    """The endings of all kinds without their dots, sorted."""
    return sorted(ending[1:] for ending in _BY_ENDING)
