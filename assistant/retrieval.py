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

from index.passages import Hit
from index.text.language import detect_language

POOL = 100  # hits of each leg that are weighed against each other


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the two scores of a passage become one; the defaults are what the product does."""

    words: float = 0.5  # the weight of words, the rest is of meaning
    across: float = 1.0  # what a share of words is worth across languages, beside one within


WEIGHING = Weighing()


class Retriever(Protocol):
    """Finds passages: at most k, best first, none for a question without words."""

    def retrieve(self, question: str, k: int) -> list[Hit]: ...


class Searchable(Protocol):
    """What retrieval asks of a library at one revision."""

    def lexical(self, question: str, k: int) -> list[Hit]: ...
    def dense(self, question: str, k: int) -> list[Hit]: ...
    def lexical_ceiling(self, question: str, language: str) -> float: ...


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
        return fuse(question, lexical, dense, partial(self.snapshot.lexical_ceiling, question))[:k]


def fuse(
    question: str,
    lexical: Sequence[Hit],
    dense: Sequence[Hit],
    ceiling: Callable[[str], float],
    weighing: Weighing = WEIGHING,
) -> list[Hit]:
    """The hits of both legs in one order, each with both ranks; ``score`` is the weighted sum, near 0..1.

    ``ceiling`` gives the lexical score of a passage in a language that is full of the question's words.
    """
    merged = {_place(hit): hit for hit in lexical}
    for hit in dense:
        found = merged.get(_place(hit))
        merged[_place(hit)] = replace(found, dense=hit.dense) if found else hit

    asked = detect_language(question)
    ceilings = {language: ceiling(language) for language in {hit.passage.language for hit in merged.values()}}
    last = dense[-1].score if dense else 0.0

    def score(hit: Hit) -> float:
        language = hit.passage.language
        meaning = hit.dense.score if hit.dense else last
        full = ceilings[language]
        words = hit.lexical.score / full if hit.lexical and full else 0.0
        if language != asked:
            words *= weighing.across
        return weighing.words * words + (1 - weighing.words) * meaning

    scored = [replace(hit, score=score(hit)) for hit in merged.values()]
    return sorted(scored, key=lambda hit: (-hit.score, *_place(hit)))


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.article_id, hit.passage.start
