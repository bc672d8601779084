"""What a question asks an index of words for: terms of fields, each with the weight of its BM25.

A passage is five fields (``index.search.terms``); its score is the sum of the fields' BM25, weighted as
measured on the development sets. An index says how rare a term is (``Statistics``). Leaves out how passages
are found (``index.search.lexical``, ``index.search.milvus``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from index.search.expansion import Expansion, expand, rarity
from index.search.query import Query, QueryWord
from index.search.terms import letters, pairs

SATURATION = 2.2  # k1 + 1 in BM25: what a term's weight grows to as it fills a passage
_PAIR_WEIGHT = 0.1
_LETTERS_WEIGHT = 0.15
_TITLE_WEIGHT = 0.25
_STOP_WEIGHT = 0.3  # a stop word of the question counts so much of another word
_POSTINGS = 500_000  # passages that a search looks at, each once for every term that it holds

Clauses = dict[tuple[str, str], float]  # (field, term) with its weight


class Statistics(Protocol):
    """What a library's passages hold, as tantivy's searcher tells it."""

    @property
    def num_docs(self) -> int: ...

    def doc_freq(self, field: str, term: str) -> int:
        """How many passages hold the term in that field."""


def clauses_of(words: Iterable[QueryWord]) -> Clauses:
    """All that a question asks the index for."""
    words = list(words)
    clauses: defaultdict[tuple[str, str], float] = defaultdict(float)
    for word in words:
        clauses["stems", word.term] += _weight(word)
        clauses["title", word.term] += _weight(word) * _TITLE_WEIGHT
        for group in letters(word.spelling).split(" "):
            clauses["letters", group] += _weight(word) * _LETTERS_WEIGHT
    for pair in pairs([word.term for word in words]):
        clauses["pairs", pair] += _PAIR_WEIGHT
    return clauses


def affordable(
    clauses: Clauses, expanded: Mapping[str, Sequence[Expansion]], statistics: Statistics
) -> Clauses:
    """The clauses that can tell most, as many as a search has time for; in a library of ordinary size all.

    An index looks at every passage that holds any of the terms. What most passages hold, stop words and
    common letter groups, costs most of that time and moves no rank to speak of.
    """
    count = statistics.num_docs
    if count * len(clauses) <= _POSTINGS:
        return clauses
    worth: dict[tuple[str, str], tuple[float, int]] = {}
    for (field, term), weight in clauses.items():
        frequency = statistics.doc_freq(field, term)
        others = expanded.get(term, ()) if field == "stems" else ()
        best = max([rarity(frequency, count) if frequency else 0.0, *(e.weight * e.rarity for e in others)])
        passages = frequency + sum(statistics.doc_freq(e.field, e.term) for e in others)
        worth[field, term] = weight * best, passages
    left = _POSTINGS
    kept: set[tuple[str, str]] = set()
    for clause, (_, passages) in sorted(worth.items(), key=lambda item: -item[1][0]):
        if passages and (passages <= left or not kept):
            kept.add(clause)
            left -= passages
    return {clause: weight for clause, weight in clauses.items() if clause in kept}


def ceiling(query: Query, language: str, statistics: Statistics) -> float:
    """The score of a passage in that language that is full of the query's words; 0.0 if none is known."""
    # A word that the library does not know counts as the others do on average.
    foreign = [word for word in query.words if word.language not in (language, "")]
    own = [word for word in query.words if word.language in (language, "")]
    everything = expand(query.words, statistics.doc_freq, statistics.num_docs)
    expanded = {word.term: everything[word.term] for word in foreign if word.term in everything}
    asked = affordable(clauses_of(query.words), everything, statistics)
    total = sum(
        weight * rarity(frequency, statistics.num_docs)
        for clause, weight in clauses_of(own).items()
        if clause in asked and (frequency := statistics.doc_freq(*clause))
    )
    for word in query.words:
        if ("stems", word.term) in asked and (expansions := expanded.get(word.term)):
            total += _weight(word) * max(found.weight * found.rarity for found in expansions)
    content = set(query.content_terms)
    known = {word.term for word in own if statistics.doc_freq("stems", word.term)} | expanded.keys()
    share = len(content & known) / len(content) if content else 0.0
    return total * SATURATION / share if share else 0.0


def _weight(word: QueryWord) -> float:
    return 1.0 if word.content else _STOP_WEIGHT
