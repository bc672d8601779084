"""BM25 as an inner product, and as it is.

A passage's sparse vector holds for each of its terms tf / (tf + k1 (1 - b + b length / average)), with the
average lengths of the time when its collection was made, so that it never has to be written again. A
question's holds what the library's statistics say now: weight times rarity times (k1 + 1). Their inner
product is BM25 but for two things: the averages have moved since, and of what a word may stand for in the
other language a passage gets the best and a little of the rest, not the sum. Neither makes the inner product
too small (``slack``), so it says in which order passages are worth scoring exactly, and when enough are.
"""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.search.clauses import SATURATION, Clauses, affordable, clauses_of
from index.search.expansion import REST_WEIGHT, Expansion, expand, rarity
from index.search.milvus.frequencies import TermStatistics, kept_length
from index.search.query import Query
from index.search.terms import AnalysedPassage, Matching

_K1, _B = 1.2, 0.75  # tantivy's
_DIMENSIONS = 2**32 - 2  # 0 to this; terms that share one only make an inner product larger
_NO_TERM = 2**32 - 2  # the dimension of what has no terms: no question asks for it
_ROUNDING = 1.0001  # of floats of 32 bits

SparseVector = dict[int, float]


@dataclass(frozen=True, slots=True)
class CountedPassage:
    """A passage to be scored: how often it holds each term of a field, and how long its fields are."""

    counts: Mapping[str, Mapping[str, int]]
    lengths: Mapping[str, int]
    matchable: bytes

    @classmethod
    def of(cls, passage: AnalysedPassage) -> "CountedPassage":
        return cls(
            {field: Counter(terms) for field, terms in passage.fields.items()},
            {field: kept_length(len(terms)) for field, terms in passage.fields.items()},
            passage.matchable,
        )


def no_terms() -> SparseVector:
    """The vector of what has no terms; an engine takes no empty one."""
    return {_NO_TERM: 1e-6}


def passage_vector(passage: AnalysedPassage, averages: Mapping[str, float]) -> SparseVector:
    """The vector of a passage, by the average lengths of its fields."""
    vector: SparseVector = {}
    for field, terms in passage.fields.items():
        norm = _norm(kept_length(len(terms)), averages[field])
        for term, count in Counter(terms).items():
            dimension = _dimension(field, term)
            vector[dimension] = vector.get(dimension, 0.0) + count / (count + norm)
    return vector or no_terms()


def slack(averages: Mapping[str, float], now: Mapping[str, float]) -> float:
    """By how much BM25 can be more than the inner product with vectors of these averages."""
    by_field = [now[f] / average if average else 1 / (1 - _B) for f, average in averages.items() if now[f]]
    return _ROUNDING * max([1.0, *by_field])


@dataclass(frozen=True, slots=True)
class Scoring:
    """A question as a library's statistics weigh it."""

    clauses: Clauses
    expanded: Mapping[str, Sequence[Expansion]]
    rarities: Mapping[tuple[str, str], float]
    averages: Mapping[str, float]
    matching: Matching

    @classmethod
    def of(cls, query: Query, statistics: TermStatistics) -> "Scoring":
        expanded = expand(query.words, statistics.doc_freq, statistics.num_docs)
        clauses = affordable(clauses_of(query.words), expanded, statistics)
        rarities = {
            clause: rarity(frequency, statistics.num_docs)
            for clause in clauses
            if (frequency := statistics.doc_freq(*clause))
        }
        matching = Matching.of(query.words, expanded)
        return cls(clauses, expanded, rarities, statistics.averages(), matching)

    def vector(self) -> SparseVector:
        """What passages are ordered by; empty where the library knows none of the words."""
        vector: SparseVector = {}

        def put(field: str, term: str, weight: float) -> None:
            dimension = _dimension(field, term)
            vector[dimension] = vector.get(dimension, 0.0) + weight * SATURATION

        for (field, term), weight in self.clauses.items():
            if (field, term) in self.rarities:
                put(field, term, weight * self.rarities[field, term])
            for expansion in self.expanded.get(term, ()) if field == "stems" else ():
                put(expansion.field, expansion.term, weight * expansion.weight * expansion.rarity)
        return vector

    def score(self, passage: CountedPassage) -> float:
        """The passage's BM25; 0.0 where it holds nothing that is asked for."""
        counts = passage.counts
        norms = {field: _norm(kept, self.averages[field]) for field, kept in passage.lengths.items()}

        def filled(field: str, term: str) -> float:
            count = counts[field].get(term, 0)
            return count / (count + norms[field]) if count else 0.0

        total = 0.0
        for (field, term), weight in self.clauses.items():
            found = self.rarities.get((field, term), 0.0) * filled(field, term)
            if field == "stems" and (expansions := self.expanded.get(term)):
                each = [found, *(e.weight * e.rarity * filled(e.field, e.term) for e in expansions)]
                found = max(each) + REST_WEIGHT * (sum(each) - max(each))
            total += weight * found
        return total * SATURATION


def _norm(length: int, average: float) -> float:
    return _K1 * (1 - _B + _B * length / average) if average else _K1


def _dimension(field: str, term: str) -> int:
    return zlib.crc32(f"{field}\n{term}".encode()) % _DIMENSIONS
