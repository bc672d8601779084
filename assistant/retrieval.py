"""From a question to the passages most likely to hold its answer: by words, by meaning, or by both.

Hybrid is a weighted sum of two scores, each on a scale that means the same for every question:

* words: the share of the lexical score of a passage that is full of the question's words, in the passage's
  language; a word that the library does not know counts as the others do, so a question of which only a name
  is known has hardly been matched;
* meaning: the cosine.

Words reach a passage in another language as far as their translations are known and their names sound alike.
A passage that only one leg found gets from the other at most what that gave its last hit. ``python -m
assistant.training.fusion`` prints what other weights give. Leaves out: rewriting the question, reranking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from assistant.question import Question
from index.embedders import Embedder
from index.passages import Hit
from index.progress import timed
from index.search.query import Query

POOL = 100  # hits of each leg that are weighed against each other


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How the two scores of a passage become one; the defaults are for any embedder."""

    words: float = 0.5  # the weight of words, the rest is of meaning
    across: float = 1.0  # what a share of words is worth across languages, beside one within


DEFAULT_FUSION = FusionWeights()
# The bundled encoder's cosines lie between .75 and .95: a little more of one says as much as a lot of words.
BUNDLED_FUSION = FusionWeights(words=0.2, across=1.2)


class Retriever(Protocol):
    """Finds passages: at most k, best first, none for a question without words."""

    def retrieve(self, question: Question, k: int) -> list[Hit]: ...


class Searchable(Protocol):
    """What retrieval asks of a library at one revision."""

    def lexical(self, query: Query, k: int) -> list[Hit]: ...
    def dense(self, query: Query, k: int) -> list[Hit]: ...
    def lexical_ceiling(self, query: Query, language: str) -> float: ...
    @property
    def embedder(self) -> Embedder: ...


def make_retriever(kind: str, revision: Searchable, timings: dict[str, float] | None = None) -> Retriever:
    """The retriever of that kind over one revision; ``timings`` gets each leg's milliseconds."""
    kinds: dict[str, Callable[[Searchable, dict[str, float]], Retriever]] = {
        "hybrid": HybridRetriever,
        "lexical": LexicalRetriever,
        "dense": DenseRetriever,
    }
    if kind not in kinds:
        raise ValueError(f"no retriever is called {kind!r}: {', '.join(kinds)}")
    return kinds[kind](revision, {} if timings is None else timings)


@dataclass(frozen=True, slots=True)
class LexicalRetriever:
    """Passages that share words with the question; needs no embedder."""

    revision: Searchable
    timings: dict[str, float]

    def retrieve(self, question: Question, k: int) -> list[Hit]:
        with timed(self.timings, "lexical", 1000):
            return self.revision.lexical(question.query, k)


@dataclass(frozen=True, slots=True)
class DenseRetriever:
    """Passages whose meaning is near the question's."""

    revision: Searchable
    timings: dict[str, float]

    def retrieve(self, question: Question, k: int) -> list[Hit]:
        with timed(self.timings, "dense", 1000):
            return self.revision.dense(question.query, k)


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """Both legs, each weighed by what it can know; an embedder has no say on what it cannot read."""

    revision: Searchable
    timings: dict[str, float]

    def retrieve(self, question: Question, k: int) -> list[Hit]:
        pool = max(POOL, k)
        lexical = LexicalRetriever(self.revision, self.timings).retrieve(question, pool)
        languages = self.revision.embedder.languages
        dense: list[Hit] = []
        if languages is None or question.language in languages:
            found = DenseRetriever(self.revision, self.timings).retrieve(question, pool)
            dense = [hit for hit in found if languages is None or hit.passage.language in languages]
        ceiling = partial(self.revision.lexical_ceiling, question.query)
        weights = BUNDLED_FUSION if self.revision.embedder.name == "bundled" else DEFAULT_FUSION
        return fuse(question.language, lexical, dense, ceiling, weights)[:k]


def fuse(
    language: str,
    lexical: Sequence[Hit],
    dense: Sequence[Hit],
    ceiling: Callable[[str], float],
    weights: FusionWeights = DEFAULT_FUSION,
) -> list[Hit]:
    """The hits of both legs in one order, each with both ranks; ``score`` is the weighted sum, near 0..1.

    ``language`` is the question's; ``ceiling`` gives the lexical score of a passage in a language that is
    full of the question's words.
    """
    merged = {_place(hit): hit for hit in lexical}
    for hit in dense:
        found = merged.get(_place(hit))
        merged[_place(hit)] = replace(found, dense=hit.dense) if found else hit

    ceilings = {spoken: ceiling(spoken) for spoken in {hit.passage.language for hit in merged.values()}}
    last = dense[-1].score if dense else 0.0

    def score(hit: Hit) -> float:
        meaning = hit.dense.score if hit.dense else last
        full = ceilings[hit.passage.language]
        words = hit.lexical.score / full if hit.lexical and full else 0.0
        if hit.passage.language != language:
            words *= weights.across
        return weights.words * words + (1 - weights.words) * meaning

    scored = [replace(hit, score=score(hit)) for hit in merged.values()]
    return sorted(scored, key=lambda hit: (-hit.score, *_place(hit)))


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.article_id, hit.passage.start
