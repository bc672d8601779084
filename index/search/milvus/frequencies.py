"""How many of a library's passages hold each term, beside an engine that does not tell.

The counts lie in parts, each two sorted arrays: 64 bits of a term's BLAKE2 and how many passages more hold it
(fewer, below 0). A change adds a part that is as large as the change; neighbours of about one size become one
(as in ``index.search.segments``), so a library has a few. Parts are mapped, not read. Leaves out the terms
themselves: nothing is listed, only looked up.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.search.segments import link
from index.search.terms import FIELDS, AnalysedPassage, analysed

_FACTOR = 4  # a part that is not so many times as large as the one after it is joined with it
_FULL = 4_000_000  # terms that are counted in memory before they become a part
# The lengths that tantivy keeps in a byte: exact at first, then four bits of them.
_NORMS: list[int] = [*range(40)]
_NORMS += [24 + ((n & 7 | 8) << (n >> 3) - 1) for n in range(16, 232)]


def kept_length(length: int) -> int:
    """A field's length as tantivy keeps it, in a byte."""
    return _NORMS[int(np.searchsorted(_NORM_ARRAY, length, "right")) - 1]


_NORM_ARRAY = np.array(_NORMS, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class CountedTerms:
    """A part: the hashes of its terms, sorted, and a count for each; ``name`` of its two files."""

    name: str
    hashes: NDArray[np.uint64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, hashes: NDArray[np.uint64], counts: NDArray[np.int64]) -> "CountedTerms":
        """A new part; the counts of one hash are added up, and those that come to nothing go."""
        kept, places = np.unique(hashes, return_inverse=True)
        sums = np.bincount(places, weights=counts, minlength=len(kept)).astype(np.int64)
        return cls(f"terms-{secrets.token_hex(6)}", kept[sums != 0], sums[sums != 0])

    @classmethod
    def read(cls, folder: Path, name: str) -> "CountedTerms":
        """The part in a folder, mapped; ``ValueError`` or ``OSError`` where there is none."""
        hashes, counts = (
            np.load(folder / f"{name}.{what}.npy", mmap_mode="r") for what in ("hashes", "counts")
        )
        return cls(name, hashes, counts)

    def write(self, folder: Path) -> None:
        np.save(folder / f"{self.name}.hashes.npy", self.hashes)
        np.save(folder / f"{self.name}.counts.npy", self.counts)

    def count(self, hashed: int) -> int:
        place = int(np.searchsorted(self.hashes, np.uint64(hashed)))
        found = place < len(self.hashes) and int(self.hashes[place]) == hashed
        return int(self.counts[place]) if found else 0


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """The ``Statistics`` of some passages; ``tokens``: how long each field is in all of them."""

    parts: Sequence[CountedTerms] = ()
    num_docs: int = 0
    tokens: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))

    def doc_freq(self, field: str, term: str) -> int:
        hashed = _hash(field, term)
        return sum(part.count(hashed) for part in self.parts)

    def averages(self) -> dict[str, float]:
        """How long each field is on average, as tantivy reckons it."""
        return {name: total / max(self.num_docs, 1) for name, total in self.tokens.items()}

    def told(self) -> dict[str, object]:
        """What ``read`` needs beside the files of the parts."""
        return {
            "parts": [part.name for part in self.parts],
            "passages": self.num_docs,
            "tokens": dict(self.tokens),
        }

    @classmethod
    def read(cls, folder: Path, told: Mapping[str, object]) -> "TermStatistics":
        """What was written to a folder; ``ValueError``, ``KeyError`` or ``OSError`` where it is not there."""
        parts, tokens = told["parts"], told["tokens"]
        if not isinstance(parts, list) or not isinstance(tokens, dict):
            raise ValueError(f"{folder}: no statistics")
        return cls(
            [CountedTerms.read(folder, name) for name in parts], int(str(told["passages"])), dict(tokens)
        )

    def write(self, folder: Path, before: Path | None) -> None:
        """Writes the parts; those that lie in the folder ``before`` get a second name."""
        for part in self.parts:
            for what in ("hashes", "counts"):
                old = before / f"{part.name}.{what}.npy" if before else None
                if old is not None and old.exists():
                    link(old, folder / old.name)
            if not (folder / f"{part.name}.counts.npy").exists():
                part.write(folder)


class Counting:
    """The statistics of passages that come to others and leave them."""

    def __init__(self, before: TermStatistics | None = None) -> None:
        before = before or TermStatistics()
        self._parts = list(before.parts)
        self._num_docs = before.num_docs
        self._tokens = Counter(before.tokens)
        self.came = 0
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, passage: AnalysedPassage, sign: int = 1) -> None:
        """Counts a passage that came, or with the sign -1 one that left."""
        self._num_docs += sign
        self.came += sign > 0
        for name, terms in passage.fields.items():
            self._tokens[name] += sign * len(terms)
            for term in set(terms):
                self._counts[name, term] += sign
        if len(self._counts) > _FULL:
            self._close()

    def measure(self, title: str, text: str) -> None:
        """Counts how long a passage's fields are, and none of its terms."""
        self._num_docs += 1
        for name, terms in analysed(title, text).fields.items():
            self._tokens[name] += len(terms)

    def averages(self) -> dict[str, float]:
        """How long each field is on average."""
        return TermStatistics((), self._num_docs, self._tokens).averages()

    def made(self, *, purge: bool = False) -> TermStatistics:
        """The statistics; ``purge``: of a term that nobody holds any more no hash stays."""
        self._close()
        if purge:
            self._parts = [_joined(self._parts)] if self._parts else []
        return TermStatistics(tuple(self._parts), self._num_docs, dict(self._tokens))

    def _close(self) -> None:
        if self._counts:
            hashes = np.array([_hash(*term) for term in self._counts], dtype=np.uint64)
            counts = np.array(list(self._counts.values()), dtype=np.int64)
            self._parts.append(CountedTerms.of(hashes, counts))
            self._counts.clear()
        while len(self._parts) > 1 and len(self._parts[-2].hashes) < _FACTOR * len(self._parts[-1].hashes):
            self._parts[-2:] = [_joined(self._parts[-2:])]


def _joined(parts: Iterable[CountedTerms]) -> CountedTerms:
    parts = list(parts)
    return CountedTerms.of(
        np.concatenate([part.hashes for part in parts]), np.concatenate([part.counts for part in parts])
    )


def _hash(field: str, term: str) -> int:
    return int.from_bytes(blake2b(f"{field}\n{term}".encode(), digest_size=8).digest(), "little")
