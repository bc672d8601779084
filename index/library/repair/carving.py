"""Rows from the pages of a library's SQLite file, whatever the trees above them are like.

Follows "Database File Format" (sqlite.org/fileformat2.html): each leaf of a table, and each page of an index,
tells its own rows, so a page that is damaged costs the rows on it and on no other. What a row belongs to is
told by how many values it has and of which kinds. Nothing here is trusted: what is read is checked against
its SHA-256 afterwards. Committed frames of the log come before the file. Leaves out encodings other than
UTF-8 and other sizes of pages than a library's.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from index.library.database.schema import PAGE_SIZE

PageValue = None | int | float | bytes | str
PageRow = tuple[int | None, list[PageValue]]  # its number, none in an index, and its values

_TABLE, _INDEX, _INDEX_INNER = 0x0D, 0x0A, 0x02
_MOST = 1 << 30  # bytes of a row: SQLite's own limit, about
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


class Pages:
    """The pages of the file at ``path``, with those that its log holds in their place."""

    size = PAGE_SIZE

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._log = _committed(path.with_name(path.name + "-wal"), self.size)
        self.count = max([path.stat().st_size // self.size, *self._log])

    def __enter__(self) -> "Pages":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Each page with its number."""
        return ((number, Pages.__getitem__(self, number)) for number in range(1, self.count + 1))

    def __getitem__(self, number: int) -> bytes:
        """A page by its number, from 1; empty where there is none."""
        if number in self._log:
            return self._log[number]
        if not 0 < number <= self.count:
            return b""
        self._file.seek((number - 1) * self.size)
        page = self._file.read(self.size)
        return page if len(page) == self.size else b""


def rows(pages: Pages) -> Iterator[PageRow]:
    """Each row that can be read, of tables and of indexes, in the order of the pages."""
    for number, page in pages:
        at = 100 if number == 1 else 0
        if len(page) <= at or page[at] not in (_TABLE, _INDEX, _INDEX_INNER):
            continue
        kind, cells = page[at], int.from_bytes(page[at + 3 : at + 5], "big")
        first = at + (12 if kind == _INDEX_INNER else 8)
        for place in range(first, min(first + 2 * cells, pages.size - 1), 2):
            start = int.from_bytes(page[place : place + 2], "big")
            try:
                yield _row(pages, page, kind, start)
            except (ValueError, IndexError, struct.error):  # damaged: the others on the page may be whole
                continue


def _row(pages: Pages, page: bytes, kind: int, at: int) -> PageRow:
    if kind == _INDEX_INNER:
        at += 4
    size, at = _varint(page, at)
    number = None
    if kind == _TABLE:
        number, at = _varint(page, at)
    return number, _values(_payload(pages, page, at, size, kind == _TABLE))


def _payload(pages: Pages, page: bytes, at: int, size: int, of_table: bool) -> bytes:
    """The bytes of a row, on its page and on those that it runs over to."""
    usable = pages.size
    if not 0 < size < min(_MOST, usable * pages.count):
        raise ValueError(f"a row of {size} bytes")
    most = usable - 35 if of_table else (usable - 12) * 64 // 255 - 23
    if size <= most:
        return page[at : at + size]
    least = (usable - 12) * 32 // 255 - 23
    here = least + (size - least) % (usable - 4)
    here = here if here <= most else least
    parts, held = [page[at : at + here]], here
    following = int.from_bytes(page[at + here : at + here + 4], "big")
    while held < size:
        over = pages[following]
        if not over:
            raise ValueError(f"a row runs over to page {following}, which is none")
        parts.append(over[4 : 4 + size - held])
        held += len(parts[-1])
        following = int.from_bytes(over[:4], "big")
    return b"".join(parts)


def _values(payload: bytes) -> list[PageValue]:
    end, at = _varint(payload, 0)
    if not at <= end <= len(payload):
        raise ValueError(f"a row whose head has {end} bytes")
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[PageValue] = []
    for kind in kinds:
        size = (kind - 12) // 2 if kind >= 12 else _SIZES[kind]
        raw = payload[at : at + size]
        if len(raw) != size:
            raise ValueError(f"a value of {size} bytes, of which there are {len(raw)}")
        at += size
        if kind >= 12:
            values.append(raw.decode("utf-8", "replace") if kind % 2 else raw)
        elif kind == 7:
            values.append(struct.unpack(">d", raw)[0])
        else:
            values.append(
                None if kind == 0 else kind - 8 if kind >= 8 else int.from_bytes(raw, "big", signed=True)
            )
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    value = value << 8 | data[at + 8]
    return (value - (1 << 64) if value >= 1 << 63 else value), at + 9


def _committed(log: Path, size: int) -> dict[int, bytes]:
    """The newest image of each page in the frames of a log that end in a commit."""
    try:
        data = log.read_bytes()
    except OSError:
        return {}
    images: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}
    if len(data) < 32 or int.from_bytes(data[8:12], "big") != size:
        return images
    for at in range(32, len(data) - size - 23, size + 24):
        page, pages = struct.unpack(">II", data[at : at + 8])
        if data[at + 8 : at + 16] != data[16:24]:  # of an earlier use of the log
            break
        waiting[page] = data[at + 24 : at + 24 + size]
        if pages:  # a commit
            images |= waiting
            waiting.clear()
    return images
