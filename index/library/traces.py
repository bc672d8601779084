"""Whether anything of a text that was removed is left in a library's folder, looking at every byte.

Windows of the text are looked for in all files, so long that nothing else says the same by chance; one that
an article which stays says too is none of its traces. Reads the whole folder, at the speed of the disk.
Leaves out the stems in the index of words, which are of many texts: the indexes are written anew without the
passages that left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.library.database import Connection
from index.library.database.kinds import database_of

_WINDOW = 48  # bytes of a text that are looked for together
_MOST = 400  # windows of all that was removed, and at least one of each article
_BLOCK = 1 << 24  # bytes of a file that are looked at together


@dataclass(frozen=True, slots=True)
class Traces:
    """What was looked for and where, and the files in which it was found."""

    windows: int
    files: int
    bytes: int
    found: tuple[str, ...] = ()  # names in the folder


def find_traces(folder: Path, texts: Iterable[str]) -> Traces:
    """Looks for what articles said that were removed. A text that is too short is looked for whole."""
    windows = _windows(list(texts))
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found: dict[bytes, set[str]] = {}
    size = 0
    for file in files:
        for block in _blocks(file):
            size += len(block)
            for window in windows:
                if window in block:
                    found.setdefault(window, set()).add(str(file.relative_to(folder)))
    if found:
        with database_of(folder).reading() as connection:
            for window in list(found):
                if _is_said(connection, window):
                    del found[window]
    where = sorted({name for names in found.values() for name in names})
    return Traces(len(windows), len(files), size, tuple(where))


def _windows(texts: list[str]) -> list[bytes]:
    share = max(1, _MOST // max(1, len(texts)))
    windows = []
    for text in texts:
        data = text.encode()
        if len(data) <= _WINDOW:
            windows.append(data)
            continue
        step = max(_WINDOW, (len(data) - _WINDOW) // share)
        windows += [data[at : at + _WINDOW] for at in range(0, len(data) - _WINDOW + 1, step)]
    return list(dict.fromkeys(filter(None, windows)))


def _blocks(file: Path) -> Iterator[bytes]:
    """The file in pieces that overlap, so that no window lies between two."""
    tail = b""
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield tail + block
            tail = block[-_WINDOW:]


def _is_said(connection: Connection, window: bytes) -> bool:
    query = "SELECT 1 FROM texts WHERE instr(CAST(text AS BLOB), ?) LIMIT 1"
    return connection.execute(query, (window,)).fetchone() is not None
