"""How an index on disk grows: segments that are never changed, tombstones, and merges among neighbours.

What comes with a change is written as a segment of its own; what leaves is marked in a tombstone and passed
over. Segments of about one size are merged as they become many, so that a passage is written again a few
times in all, however large the library grows (the log-structured merge-tree, O'Neil and others 1996; Lucene's
``LogMergePolicy``). None grows beyond a largest size: no change, and no removal, rewrites more than what it
touches, by so much at a time.

A segment holds the passages of a range of rows, and the ranges follow one another. Leaves out what a segment
is made of: ``vectors``, ``lexical``.
"""

import json
import os
import secrets
import shutil
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

MANIFEST = "segments.json"  # in the folder of an index
_FULL = 0.75  # of the largest size
_ROWS = np.dtype("<i8")  # in a tombstone, one after the other
_TOLD = ("name", "first", "last", "passages", "size", "filler")  # of a segment, in the manifest


@dataclass(frozen=True, slots=True)
class Segment:
    """The passages whose rows lie in ``first..last``, as files whose names begin with ``name``."""

    name: str
    first: int
    last: int
    passages: int
    size: int  # in the unit of its kind: vectors, or passages
    gone: tuple[int, ...] = ()  # rows that left, and are in its files still
    filler: int = 0  # the row of documents that are none: see ``terms``

    @property
    def live(self) -> int:
        """About how much of it is searched."""
        return self.size - self.size * len(self.gone) // max(self.passages, 1)


def new_name() -> str:
    """A name that no other segment has."""
    return secrets.token_hex(8)


def read_manifest(folder: Path) -> list[Segment]:
    """The segments of an index by their rows; ``ValueError`` where they cannot be read."""
    try:
        stored = json.loads((folder / MANIFEST).read_text("utf-8"))
        return [_segment(folder, values) for values in stored["segments"]]
    except (OSError, KeyError, TypeError) as error:
        raise ValueError(f"no segments can be read from {folder}") from error


def write_manifest(folder: Path, segments: Iterable[Segment], before: Path | None = None) -> None:
    """Writes what ``read_manifest`` reads, in a folder without it; ``before``: that of the index before.

    A tombstone is a file of its own, which is linked where nothing left its segment since.
    """
    stored = []
    for segment in segments:
        stored.append({name: getattr(segment, name) for name in _TOLD} | {"gone": len(segment.gone)})
        if segment.gone:
            tombstone = _tombstone(folder, segment.name, len(segment.gone))
            # of a segment rows only leave: as many are the same ones
            if before is not None and (before / tombstone.name).exists():
                link(before / tombstone.name, tombstone)
            else:
                with tombstone.open("wb") as rows:
                    rows.write(np.array(segment.gone, _ROWS).tobytes())
                    _sync(rows)
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        file.write(json.dumps({"segments": stored}))
        _sync(file)


def _segment(folder: Path, values: dict[str, Any]) -> Segment:
    gone = values["gone"]
    if isinstance(gone, int):  # else the rows, as they were told before
        told = _tombstone(folder, values["name"], gone).read_bytes() if gone else b""
        rows = np.frombuffer(told, _ROWS)
        if len(rows) != gone:
            raise ValueError(f"a tombstone in {folder} holds {len(rows)} rows, not {gone}")
        gone = rows.tolist()
    return Segment(**values | {"gone": tuple(gone)})


def _tombstone(folder: Path, name: str, count: int) -> Path:
    return folder / f"{name}.gone-{count}"


def _sync(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def link(source: Path, target: Path) -> None:
    """A second name for the same bytes, where there is such a thing, else a copy; segments never change."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def by_segment(segments: Sequence[Segment], rows: Iterable[int]) -> dict[int, list[int]]:
    """The rows by the place of the segment whose range they lie in; those of no range are left out."""
    ends = [segment.last for segment in segments]
    found: dict[int, list[int]] = {}
    for row in sorted(rows):
        place = bisect_left(ends, row)
        if place < len(segments) and segments[place].first <= row:
            found.setdefault(place, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """What is written anew, and with which neighbours; sizes are in the unit of the kind."""

    largest: int  # a merge makes none larger; one that is nearly so large takes part in none
    smallest: int  # up to this size all are one level
    factor: int  # so many of one level become one
    worn: float = 0.2  # of a segment's passages: with more gone it is written anew
    exact: int = 0  # one of at most this size is written anew as soon as anything left it

    def is_worn(self, segment: Segment, *, purge: bool) -> bool:
        """Whether it is written anew for what left it; ``purge``: of that nothing may stay in a file."""
        gone = len(segment.gone)
        return gone > 0 and (purge or segment.size <= self.exact or gone > self.worn * segment.passages)

    def groups(self, sizes: Sequence[int]) -> list[list[int]]:
        """The places of the segments of these sizes, those together that become one; in order."""
        groups = [[place] for place in range(len(sizes))]
        level = 0
        while level <= self._level(self.largest):
            joined = self._joined(groups, sizes, level)
            level += len(joined) == len(groups)
            groups = joined
        # where much was removed, many small ones can stand between large ones
        whole = sum(sizes)
        if len(groups) > 2 * self.factor * (self._level(whole) + 1) + 4 * whole // self.largest:
            groups = self._packed(groups, sizes)
        return groups

    def _level(self, size: int) -> int:
        level = 0
        while size > self.smallest:
            size //= self.factor
            level += 1
        return level

    def _joined(self, groups: Sequence[list[int]], sizes: Sequence[int], level: int) -> list[list[int]]:
        """The groups once runs of neighbours up to a level are joined, where they are long enough."""
        joined: list[list[int]] = []
        run: list[list[int]] = []

        def close() -> None:
            for pack in self._packs(run, sizes):
                held = [sum(sizes[place] for place in group) for group in pack]
                many = sum(self._level(size) == level for size in held) >= self.factor
                fills = len(pack) > 1 and sum(held) >= _FULL * self.largest
                joined.extend([[p for group in pack for p in group]] if many or fills else pack)
            run.clear()

        for group in groups:
            size = sum(sizes[place] for place in group)
            if self._level(size) <= level and size < _FULL * self.largest:
                run.append(group)
            else:
                close()
                joined.append(group)
        close()
        return joined

    def _packed(self, groups: Sequence[list[int]], sizes: Sequence[int]) -> list[list[int]]:
        return [[place for group in pack for place in group] for pack in self._packs(groups, sizes)]

    def _packs(self, groups: Sequence[list[int]], sizes: Sequence[int]) -> list[list[list[int]]]:
        """Neighbouring groups together, as many as the largest size allows."""
        packs: list[list[list[int]]] = []
        filled = 0
        for group in groups:
            size = sum(sizes[place] for place in group)
            if not packs or filled + size > self.largest:
                packs.append([])
                filled = 0
            packs[-1].append(group)
            filled += size
        return packs
