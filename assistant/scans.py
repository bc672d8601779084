"""How scans are read into a library: as the settings say, and none twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import UserError
from index.formats.ocr import PageText, Recognition, recognising
from index.library import Library
from index.progress import Progress, silent


@contextmanager
def reading_scans(mode: str, folder: Path, progress: Progress = silent) -> Iterator[None]:
    """Reads scans so within the block, in this thread; a page that the library in ``folder`` holds is taken
    from there. ``mode`` is one of ``index.formats.ocr.MODES``.
    """
    try:
        library: Library | None = Library.open(folder)
    except UserError:  # there is none yet, or what it is is for others to say
        library = None

    def known(digest: str) -> PageText | None:
        if library is None:
            return None
        with library.snapshot() as snapshot:
            return snapshot.scanned(digest)

    with recognising(Recognition(mode, progress, known)):
        yield
