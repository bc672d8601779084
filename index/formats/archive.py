"""Zip files, as .docx and .epub are: what comes from anywhere is bounded before it is unpacked.

A part never gives more than the size that the archive states for it (zipfile stops there), so the sum of the
stated sizes bounds what is read. It leaves out archives of several files.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from index.errors import UnreadableArticle

LARGEST_UNPACKED = 256 * 2**20  # bytes


@contextmanager
def open_archive(data: bytes, ending: str) -> Iterator[zipfile.ZipFile]:
    """The archive; too large a one, and whatever goes wrong while it is open, is ``UnreadableArticle``.

    A hostile zip raises more than ``zipfile.BadZipFile``, and so do lxml and python-docx on XML that is not
    what the ending says.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > LARGEST_UNPACKED:
                raise UnreadableArticle(
                    f"the {ending} unpacks to {unpacked >> 20} MiB; take the pictures out of it"
                )
            yield archive
    except UnreadableArticle:
        raise
    except Exception as error:
        raise UnreadableArticle(f"the {ending} is broken ({type(error).__name__}); save it again") from error
