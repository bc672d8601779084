"""A search index that a person can check by hand: every vector looked at, BM25 by its definition.

It answers by meaning and by words at once, as an engine would, and so stands in for either kind in the tests.
By meaning it gives what ``VectorIndex`` gives; by words it knows the stems of a passage's text alone. Leaves
out all that makes an index fast, small or clever.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embedders.windows import Vectors
from index.search import IndexChange, IndexKind, Match, PassageCorpus, Rows, Selection
from index.search.query import Query
from index.text.analysis import terms_and_spellings

_K1, _B = 1.2, 0.75
_DIGITS = {Query: 4, np.ndarray: 6}  # of a score: beyond them lies only the order of summation


@dataclass(frozen=True, slots=True)
class MemoryPassage:
    """A passage as an index sees it; ``vectors``: of its windows, ``(windows, dimension)``."""

    title: str
    text: str
    vectors: Vectors


@dataclass(frozen=True)
class MemoryCorpus:
    """The ``PassageCorpus`` of passages by row number."""

    passages: Mapping[int, MemoryPassage] = field(default_factory=dict)
    dimension: int = 1
    revision: int = 0

    @classmethod
    def of_texts(cls, texts: Iterable[tuple[int, str, str]]) -> "MemoryCorpus":
        """From (row, title, text) of each passage, for an index that looks at no vectors."""
        none = np.zeros((0, 1), dtype=np.float32)
        return cls({row: MemoryPassage(title, text, none) for row, title, text in texts})

    def count(self, after: int = 0) -> int:
        return sum(row > after for row in self.passages)

    def count_vectors(self) -> int:
        return sum(len(passage.vectors) for passage in self.passages.values())

    def windows(self) -> dict[int, int | None]:
        return {row: len(passage.vectors) for row, passage in self.passages.items()}

    def texts(self, after: int = 0, last: int | None = None) -> Iterator[tuple[int, str, str]]:
        for row in sorted(self.passages):
            if row > after and (last is None or row <= last):
                yield row, self.passages[row].title, self.passages[row].text

    def vectors(self, after: int = 0) -> Iterator[tuple[Rows, Vectors]]:
        held = [(row, self.passages[row].vectors) for row in sorted(self.passages) if row > after]
        if held:
            sizes = [len(vectors) for _, vectors in held]
            rows = np.repeat(np.array([row for row, _ in held], dtype=np.int64), sizes)
            yield rows, np.concatenate([vectors for _, vectors in held])


class MemoryIndex:
    """Passages by row number, in dictionaries."""

    def __init__(self, passages: Mapping[int, MemoryPassage] | None = None) -> None:
        self._passages = dict(sorted((passages or {}).items()))

    @classmethod
    def open(cls, path: Path) -> "MemoryIndex":
        """The index in a file; ``ValueError`` where there is none that can be read."""
        try:
            stored = json.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ValueError(f"no index can be read from {path}") from error
        return cls({row: MemoryPassage(title, text, np.array(v, "f4")) for row, title, text, v in stored})

    def apply(self, change: IndexChange, to: Path | None = None) -> "MemoryIndex":
        passages = {row: held for row, held in self._passages.items() if row not in change.removed}
        vectors: dict[int, Vectors] = {}
        for rows, batch in change.corpus.vectors(change.after):
            vectors |= {row: batch[rows == row] for row in rows.tolist()}
        none = np.zeros((0, change.corpus.dimension), dtype=np.float32)
        for row, title, text in change.corpus.texts(change.after):
            passages[row] = MemoryPassage(title, text, vectors.get(row, none))
        if to is not None:
            stored = [[row, p.title, p.text, p.vectors.tolist()] for row, p in passages.items()]
            to.write_text(json.dumps(stored), "utf-8")
        return MemoryIndex(passages)

    def is_sound(self, corpus: PassageCorpus) -> bool:
        held = {row: len(passage.vectors) for row, passage in self._passages.items()}
        windows = corpus.windows()
        return held.keys() == windows.keys() and all(windows[row] in (None, held[row]) for row in held)

    def search(self, asked: Query | Vectors, k: int, within: Selection | None = None) -> list[Match]:
        found = self._by_words(asked) if isinstance(asked, Query) else self._by_meaning(asked)
        digits = _DIGITS[type(asked)]
        chosen = self._passages.keys() if within is None else set(within.rows.tolist())
        matches = [Match(row, round(score, digits), terms) for row, score, terms in found if row in chosen]
        return sorted(matches, key=lambda match: (-match.score, match.row))[: max(k, 0)]

    def ceiling(self, query: Query, language: str) -> float:
        terms = [word.term for word in query.words if self._rarity(word.term)]
        return sum(self._rarity(term) for term in terms) * (_K1 + 1)

    def _by_meaning(self, vector: Vectors) -> Iterator[tuple[int, float, tuple[str, ...]]]:
        for row, passage in self._passages.items():
            if len(passage.vectors):
                yield row, float((passage.vectors @ vector).max()), ()

    def _by_words(self, query: Query) -> Iterator[tuple[int, float, tuple[str, ...]]]:
        terms = [word.term for word in query.words]
        average = sum(counts.total() for counts in self._terms.values()) / max(len(self._terms), 1)
        for row, counts in self._terms.items():
            if shared := tuple(dict.fromkeys(term for term in terms if counts[term])):
                norm = _K1 * (1 - _B + _B * counts.total() / average)
                yield (
                    row,
                    sum(self._rarity(t) * counts[t] * (_K1 + 1) / (counts[t] + norm) for t in terms),
                    shared,
                )

    def _rarity(self, term: str) -> float:
        holding = sum(term in counts for counts in self._terms.values())
        return math.log(1 + (len(self._terms) - holding + 0.5) / (holding + 0.5)) if holding else 0.0

    @cached_property
    def _terms(self) -> dict[int, Counter[str]]:
        return {
            row: Counter(term for term, _ in terms_and_spellings(passage.text))
            for row, passage in self._passages.items()
        }


KIND = IndexKind(
    "memory", ".json", "the file of passages", version="1", create=MemoryIndex, open=MemoryIndex.open
)
