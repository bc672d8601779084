"""What speaks for each candidate sentence: one row of numbers, in the order of ``FEATURES``.

The weights of the numbers come from training (``ranking``).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Event, OnEvent, ignore
from assistant.question import Kind, Question, holds
from assistant.readers.candidates import CONTEXT, Candidate
from assistant.readers.spans import Span, SpanModel, best_span
from index.embedders import Embedder, Vectors
from index.search.query import Query
from index.structure import Range
from index.text.analysis import analyse, is_stop, terms_and_spellings
from index.text.phonetic import phonetic_keys

Features = NDArray[np.float64]
Counterparts = tuple[frozenset[str], frozenset[str]]  # of a term: its translations, its phonetic keys

LIKELY = 0.05  # a translation below is none
SPAN_LIMIT = 15.0  # log odds beyond it say nothing more
EMBEDDED = 12  # candidates whose meaning is compared with the question's

FEATURES = (
    "words",  # the question's terms in the sentence, by rarity, 0..1; across languages by what they may mean
    "words across",  # the same where their languages differ
    "words alike",  # the same for those it lacks, where it has one that begins alike
    "words before",  # the same for those it lacks altogether, in the sentence before
    "words after",  # in the sentence after
    "words in title",
    "words in passage",  # anywhere in the passage, the sentence included
    "pairs",  # neighbouring terms of the question that are near each other in the sentence, 0..1
    "span",  # log odds of the best span in the sentence, by the reading model
    "span across",  # the same where their languages differ
    "span share",  # of that span among those of all sentences and "no answer", as probabilities
    "span certain",  # of that span among those of its sentence, as a probability
    "meaning",  # cosine of question and sentence
    "meaning across",  # the same where their languages differ
    "passage",  # cosine of question and passage
    "passage across",  # the same where their languages differ
    "hit",  # its score over the best hit's
    "first hit",  # 1 / rank
    "opening",  # the sentence opens the article
    "length",  # logarithm of its words
    "heading",  # it ends without a full stop
    "question",  # it asks itself
    "news",  # terms that the question does not have, up to eight of them, 0..1
    *(f"holds a {kind.value}" for kind in Kind if kind is not Kind.THING),
)


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What the meanings of sentences are compared with: the question's vector, and what embeds them."""

    question: Vectors  # (dimension,)
    embedder: Embedder


def best_spans(
    question: Question, found: Sequence[Candidate], model: SpanModel, on_event: OnEvent = ignore
) -> list[Span | None]:
    """For each candidate what the model reads as the answer in it, in code points of the article.

    The model reads the hits' passages widened to whole sentences, each once.
    """
    ranges: dict[int, Range] = {}
    for candidate in found:
        low, high = ranges.get(candidate.rank, (candidate.start, candidate.end))
        ranges[candidate.rank] = min(low, candidate.start), max(high, candidate.end)
    articles = {candidate.rank: candidate.article for candidate in found}
    texts = [articles[rank].text[start:end] for rank, (start, end) in ranges.items()]
    windows = {}
    on_event(Event("reading", 0, len(ranges)))
    for rank, read in zip(ranges, model.read(question.text, texts), strict=True):
        windows[rank] = read
        on_event(Event("reading", len(windows), len(ranges)))
    spans: list[Span | None] = []
    for candidate in found:
        begin = ranges[candidate.rank][0]
        span = best_span(windows[candidate.rank], candidate.start - begin, candidate.end - begin)
        spans.append(span and replace(span, start=span.start + begin, end=span.end + begin))
    return spans


def evidence(
    question: Question,
    found: Sequence[Candidate],
    spans: Sequence[Span | None],
    meaning: Meaning | None,
) -> Features:
    """One row for each candidate, (len(found), len(FEATURES)); without ``meaning`` that counts as 0."""
    asked = question.query.content_terms
    unique = set(asked)
    meant = meanings_of_terms(question)
    kind = question.kind
    sentences = [_terms(candidate.text) for candidate in found]
    across = [candidate.article.language != question.language for candidate in found]
    held_by = [
        terms_held(meant, candidate.text, other) for candidate, other in zip(found, across, strict=True)
    ]
    rarity = _rarity(unique, held_by)
    total = sum(rarity.values()) or 1.0
    pairs = set(pairwise(asked))
    meanings = _cosines(found, held_by, rarity, meaning)
    passages = _passage_meanings(found)
    best = max((candidate.hit.score for candidate in found), default=1.0) or 1.0
    odds = np.array([span.score if span else -SPAN_LIMIT for span in spans]).clip(-SPAN_LIMIT, SPAN_LIMIT)
    shares = np.exp(odds) / (1 + np.exp(odds).sum())
    certain = [span.certain if span else 0.0 for span in spans]

    def share(terms: Iterable[str]) -> float:
        return sum(rarity[term] for term in terms) / total

    rows = np.zeros((len(found), len(FEATURES)))
    for row, (candidate, terms) in enumerate(zip(found, sentences, strict=True)):
        text = candidate.article.text
        held, other = held_by[row], across[row]
        alike = {term for term in unique - held if _has_alike(term, terms)}
        lacking = unique - held - alike
        end = candidate.text.rstrip("\"'”’»)")
        values = {
            "words": share(held),
            "words across": share(held) if other else 0.0,
            "words alike": share(alike),
            "words before": share(lacking & terms_held(meant, text[slice(*candidate.before)], other))
            if candidate.before
            else 0,
            "words after": share(lacking & terms_held(meant, text[slice(*candidate.after)], other))
            if candidate.after
            else 0,
            "words in title": share(lacking & terms_held(meant, candidate.under, other)),
            "words in passage": share(terms_held(meant, candidate.hit.passage.text, other)),
            "pairs": _near_pairs(pairs, terms) / max(len(pairs), 1),
            "span": odds[row],
            "span across": odds[row] if other else 0.0,
            "span share": shares[row],
            "span certain": certain[row],
            "meaning": meanings[row],
            "meaning across": meanings[row] if other else 0.0,
            "passage": passages[row],
            "passage across": passages[row] if other else 0.0,
            "hit": candidate.hit.score / best,
            "first hit": 1 / candidate.rank,
            "opening": float(candidate.before is None and candidate.start < CONTEXT),
            "length": math.log(1 + len(terms)),
            "heading": float(not end.endswith((".", "!", "؟", "?", ":", "…"))),
            "question": float(end.endswith(("؟", "?"))),
            "news": min(len({term for term in terms if not is_stop(term)} - unique), 8) / 8,
        }
        if kind is not Kind.THING and holds(kind, candidate.text, unique):
            values[f"holds a {kind.value}"] = 1.0
        rows[row] = [values.get(name, 0.0) for name in FEATURES]
    return rows


@lru_cache(maxsize=4096)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.text for term in analyse(text))


@lru_cache(maxsize=4096)
def _phonetic_keys(text: str) -> frozenset[str]:
    """The phonetic keys of the content words of a text."""
    words = terms_and_spellings(text)
    return frozenset(key for term, word in words if not is_stop(term) for key in phonetic_keys(word))


def meanings_of_terms(question: Question) -> dict[str, Counterparts]:
    """For each content term asked its translations that are likely, and its phonetic keys."""
    return counterparts(question.query)


def counterparts(query: Query) -> dict[str, Counterparts]:
    """For each content term of a query its translations that are likely, and its phonetic keys."""
    return {
        word.term: (
            frozenset(name for name, share in word.translations if share >= LIKELY),
            frozenset(word.phonetic_keys),
        )
        for word in query.words
        if word.content
    }


def terms_held(asked: Mapping[str, Counterparts], text: str, across: bool) -> set[str]:
    """The terms asked that a text holds; ``across`` languages, those too that it holds translated."""
    terms = set(_terms(text))
    held = asked.keys() & terms
    if across:
        keys = _phonetic_keys(text)
        held |= {
            term
            for term, (translated, sounding) in asked.items()
            if not terms.isdisjoint(translated) or not keys.isdisjoint(sounding)
        }
    return held


def _rarity(asked: Iterable[str], held_by: Sequence[Set[str]]) -> dict[str, float]:
    """How much each term tells these sentences apart."""
    held = Counter(term for terms in held_by for term in terms)
    return {term: math.log((len(held_by) + 1) / (held[term] + 0.5)) for term in asked}


def _has_alike(term: str, terms: Sequence[str]) -> bool:
    """Whether one of the terms begins as this one does: proposed, proposal; اقترح، اقتراح."""
    stem = term[: max(3, math.ceil(0.7 * len(term)))]
    return any(other.startswith(stem) and len(other) <= len(term) + 3 for other in terms)


def _passage_meanings(found: Sequence[Candidate]) -> list[float]:
    """The hits' cosines; a hit that meaning did not find gets the lowest of the others."""
    scores = [candidate.hit.dense.score if candidate.hit.dense else None for candidate in found]
    lowest = min((score for score in scores if score is not None), default=0.0)
    return [lowest if score is None else score for score in scores]


def _near_pairs(pairs: set[tuple[str, str]], terms: Sequence[str]) -> int:
    near = {(term, other) for at, term in enumerate(terms) for other in terms[at + 1 : at + 4]}
    return len(pairs & near)


def _cosines(
    found: Sequence[Candidate],
    held_by: Sequence[Set[str]],
    rarity: dict[str, float],
    meaning: Meaning | None,
) -> Features:
    """The cosines of the candidates likeliest by words and rank; the others get the lowest of them."""
    cosines = np.zeros(len(found))
    if meaning is None:
        return cosines
    languages = meaning.embedder.languages
    readable = [
        row
        for row, candidate in enumerate(found)
        if languages is None or candidate.article.language in languages
    ]

    def likelihood(row: int) -> float:
        return sum(rarity[term] for term in held_by[row]) + 3 / found[row].rank

    chosen = sorted(readable, key=likelihood, reverse=True)[:EMBEDDED]
    if chosen:
        near = meaning.embedder.embed_passages([found[row].text for row in chosen]).best(meaning.question)
        cosines[readable] = near.min()
        cosines[chosen] = near
    return cosines
