"""Pages that are pictures of text, read by Tesseract: when, and what is told while it is done.

Reading is by program, not by library: ``tesseract`` is looked for when the first such page comes. What to do
holds for a thread of work (``recognising``), since it is the same for every file of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from index.progress import Progress, silent
from index.structure import Block

MODES = ("auto", "never", "always")


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page with its blocks and its words as ``index.scans`` packs them; it begins at 0."""

    text: str
    blocks: tuple[Block, ...]
    packed: bytes


@dataclass(frozen=True, slots=True)
class Recognition:
    """``mode``: auto reads the pages that have no text of their own, always reads all. ``known`` gives the
    text of a page that was read before, by its digest. ``at_once``: pages; 0: as many as there are cores.
    """

    mode: str = "auto"
    progress: Progress = silent
    known: Callable[[str], PageText | None] = lambda _digest: None
    at_once: int = 0


_DEFAULT = Recognition()
_current: ContextVar[Recognition] = ContextVar("recognition", default=_DEFAULT)


def current() -> Recognition:
    """What holds where no ``recognising`` says otherwise: auto, silently."""
    return _current.get()


@contextmanager
def recognising(recognition: Recognition) -> Iterator[None]:
    """What holds for the files that are read within the block, in this thread."""
    before = _current.set(recognition)
    try:
        yield
    finally:
        _current.reset(before)
