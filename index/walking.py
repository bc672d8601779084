"""Files and folders that are named as articles: which files lie there, in order.

Leaves out what is in the files, but for the hash that tells whether one has changed.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from index.errors import UnreadableArticle, UserError
from index.formats import format_of

_NOT_STORABLE = re.compile(r"[\0\ud800-\udfff]")


def storable(name: str) -> str:
    """A text or path as it is, with U+FFFD for what UTF-8 or SQLite cannot hold; names are any bytes."""
    return _NOT_STORABLE.sub("\ufffd", name)


def hash_of(data: BufferedReader) -> str:
    """The SHA-256 (hex) of an open file, from where it is read next."""
    return hashlib.file_digest(data, "sha256").hexdigest()


def require_paths(paths: Sequence[Path]) -> None:
    """Passes where every path is there; ``UserError`` names the first that is not."""
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, it raises nothing
            raise UserError(f"{path}: no such file or folder; name one that exists")


def walk(
    folder: Path, on_problem: Callable[[UnreadableArticle], None], on_passed_over: Callable[[Path], None]
) -> Iterator[Path]:
    """The files under ``folder`` whose ending is known, sorted; links are followed, loops are not."""

    def closed(error: OSError) -> None:
        message = f"{error.filename}: {error.strerror}; allow yourself to read it"
        on_problem(UnreadableArticle(message, origin=storable(os.path.realpath(error.filename))))

    seen: set[str] = set()
    for place, folders, names in os.walk(folder, onerror=closed, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith("."))
        if real not in seen:
            for name in sorted(names):
                file = Path(place, name)
                if not name.startswith((".", "~$")) and format_of(file):
                    yield file
                elif not name.startswith((".", "~$")):
                    on_passed_over(file)
        seen.add(real)
