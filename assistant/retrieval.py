"""From a question to the passages most likely to hold its answer: by words, by meaning, or by both.

Hybrid is a weighted sum of two scores, each on a scale that means the same for every question:

* words: the share of the best lexical score that the question could reach, times the share of the question's
  terms that the library knows at all (a question of which only a name is known has hardly been matched);
* meaning: the cosine.

Words cannot reach a passage in another language than the question's, and that is no evidence against it: such
a passage gets the share of words that its meaning promises. A passage that only one leg found gets from the
other at most what that gave its last hit. Measured against reciprocal rank fusion, min-max and z-scores on
twelve sets of questions, Arabic, English, across, and over a library of both: all three fall below the better
leg somewhere. Leaves out: rewriting the question, reranking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Protocol

from index.analysis import analyse, is_stop
from index.articles import detect_language
from index.passages import Hit

POOL = 100  # hits of each leg that are weighed against each other
WORDS_WEIGHT = 0.7  # of words, the rest is of meaning
PROMISE = 0.85  # share of words per cosine above the pool's median


class Retriever(Protocol):
    """Finds passages: at most k, best first, none for a question without words."""

    def retrieve(self, question: str, k: int) -> list[Hit]: ...


class Searchable(Protocol):
    """What retrieval asks of a library at one revision."""

    def lexical(self, question: str, k: int) -> list[Hit]: ...
    def dense(self, question: str, k: int) -> list[Hit]: ...
    def lexical_ceiling(self, question: str) -> float: ...


Languages = Callable[[], frozenset[str] | None]


def make_retriever(kind: str, snapshot: Searchable, languages: Languages) -> Retriever:
    """The retriever of that kind over one revision.

    ``languages`` says what the embedder reads (None: any); it is called only where meaning is asked for.
    """
    if kind == "lexical":
        return LexicalRetriever(snapshot)
    if kind == "dense":
        return DenseRetriever(snapshot)
    if kind == "hybrid":
        return HybridRetriever(snapshot, languages)
    raise ValueError(f"no retriever is called {kind!r}: lexical, dense, hybrid")


@dataclass(frozen=True, slots=True)
class LexicalRetriever:
    """Passages that share words with the question; needs no embedder."""

    snapshot: Searchable

    def retrieve(self, question: str, k: int) -> list[Hit]:
        return self.snapshot.lexical(question, k)


@dataclass(frozen=True, slots=True)
class DenseRetriever:
    """Passages whose meaning is near the question's."""

    snapshot: Searchable

    def retrieve(self, question: str, k: int) -> list[Hit]:
        return self.snapshot.dense(question, k)


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """Both legs, each weighed by what it can know; an embedder has no say on what it cannot read."""

    snapshot: Searchable
    languages: Languages

    def retrieve(self, question: str, k: int) -> list[Hit]:
        pool = max(POOL, k)
        lexical = self.snapshot.lexical(question, pool)
        languages = self.languages()
        if languages is not None and detect_language(question) not in languages:
            dense = []
        else:
            dense = self.snapshot.dense(question, pool)
        if languages is not None:
            dense = [hit for hit in dense if hit.passage.language in languages]
        return fuse(question, lexical, dense, self.snapshot.lexical_ceiling(question))[:k]


def fuse(question: str, lexical: Sequence[Hit], dense: Sequence[Hit], ceiling: float) -> list[Hit]:
    """The hits of both legs in one order, each with both ranks; ``score`` is the weighted sum, near 0..1.

    ``ceiling`` is the best lexical score that the question could reach.
    """
    merged = {_place(hit): hit for hit in lexical}
    for hit in dense:
        found = merged.get(_place(hit))
        merged[_place(hit)] = replace(found, dense=hit.dense) if found else hit

    language = detect_language(question)
    scale = _known_share(question, lexical) / ceiling if ceiling else 0.0
    field = median(hit.score for hit in dense) if dense else 0.0
    last = dense[-1].score if dense else 0.0

    def score(hit: Hit) -> float:
        meaning = hit.dense.score if hit.dense else last
        words = hit.lexical.score * scale if hit.lexical else 0.0
        if dense and hit.passage.language != language:
            words = max(words, PROMISE * (meaning - field))
        return WORDS_WEIGHT * words + (1 - WORDS_WEIGHT) * meaning

    scored = [replace(hit, score=score(hit)) for hit in merged.values()]
    return sorted(scored, key=lambda hit: (-hit.score, *_place(hit)))


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.article_id, hit.passage.start


def _known_share(question: str, lexical: Sequence[Hit]) -> float:
    """The share of the question's telling terms that any passage found by words holds."""
    terms = {term.text for term in analyse(question)}
    telling = {term for term in terms if not is_stop(term)} or terms
    known = {term for hit in lexical for term in hit.matched_terms}
    return len(telling & known) / len(telling) if telling else 0.0
