"""The candidate sentences of the hits, and what speaks for each.

Sentences are cut in the article, not in the passage, so that a passage's edge never tears one. Evidence is
one row of numbers for each candidate, in the order of ``FEATURES``; their weights come from training.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.question import Kind, holds, kind_of
from assistant.readers.spans import Span, SpanModel, best_span
from index.articles import Article
from index.embedders import Embedder
from index.passages import Hit
from index.text.analysis import analyse, is_stop, terms_and_spellings
from index.text.phonetic import skeletons
from index.text.sentences import sentence_ranges
from index.text.translation import translations

Floats = NDArray[np.float64]
Range = tuple[int, int]

CONTEXT = 1500  # code points around a passage in which its first and last sentence may begin and end
HEADING = 12  # words
LIKELY = 0.05  # a translation below is none
SPAN_LIMIT = 15.0  # log odds beyond it say nothing more
EMBEDDED = 20  # candidates whose meaning is compared with the question's

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit's article, with its neighbours' ranges where it has any."""

    hit: Hit
    rank: int
    article: Article
    start: int
    end: int
    before: Range | None
    after: Range | None

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def candidates(hits: Sequence[Hit], article: Callable[[str], Article]) -> list[Candidate]:
    """The sentences that the hits touch, each once, in the order of the hits; no headings."""
    found: dict[tuple[str, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        whole = article(hit.passage.article_id)
        ranges = sentence_ranges(whole.text, *_window(whole.text, hit.passage.start, hit.passage.end))
        for number, (start, end) in enumerate(ranges):
            if start < hit.passage.end and hit.passage.start < end and (whole.id, start) not in found:
                before = ranges[number - 1] if number else None
                after = ranges[number + 1] if number + 1 < len(ranges) else None
                found[whole.id, start] = Candidate(hit, rank, whole, start, end, before, after)
    return [candidate for candidate in found.values() if not _is_heading(candidate)]


def _is_heading(candidate: Candidate) -> bool:
    """A short line that says nothing of its own: no full stop, colon or figure, and a text that follows."""
    whole, text = candidate.article.text, candidate.text
    follows = candidate.after is not None and "\n" in whole[candidate.end : candidate.after[0]]
    opens = candidate.before is None or "\n" in whole[candidate.before[1] : candidate.start]
    return opens and follows and len(text.split()) <= HEADING and not re.search(r"[.!?؟:…\d]", text)


def _window(text: str, start: int, end: int) -> Range:
    """The passage widened to the paragraphs that it touches, as far as ``CONTEXT`` goes."""
    low, high = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    opening = text.rfind("\n", low, start) + 1 or low
    closing = text.find("\n", end, high)
    before = text.rfind("\n", low, max(low, opening - 1)) + 1 or low  # one paragraph more, for the neighbours
    after = text.find("\n", closing + 1, high) if closing >= 0 else -1
    return before, after if after >= 0 else high


def spans_of(question: str, found: Sequence[Candidate], model: SpanModel) -> list[Span | None]:
    """For each candidate what the model reads as the answer in it, in code points of the article.

    The model reads the hits' passages widened to whole sentences, each once.
    """
    ranges: dict[int, Range] = {}
    for candidate in found:
        low, high = ranges.get(candidate.rank, (candidate.start, candidate.end))
        ranges[candidate.rank] = min(low, candidate.start), max(high, candidate.end)
    articles = {candidate.rank: candidate.article for candidate in found}
    texts = [articles[rank].text[slice(*ranges[rank])] for rank in ranges]
    windows = dict(zip(ranges, model.read(question, texts), strict=True))
    spans: list[Span | None] = []
    for candidate in found:
        begin = ranges[candidate.rank][0]
        span = best_span(windows[candidate.rank], candidate.start - begin, candidate.end - begin)
        spans.append(span and replace(span, start=span.start + begin, end=span.end + begin))
    return spans


def evidence(
    question: str,
    language: str,
    found: Sequence[Candidate],
    embedder: Embedder | None,
    spans: Sequence[Span | None],
) -> Floats:
    """One row for each candidate, (len(found), len(FEATURES)); without an embedder meaning counts as 0."""
    asked = telling_terms(question)
    unique = set(asked)
    meant = _meant(question, unique)
    kind = kind_of(question)
    sentences = [_terms(candidate.text) for candidate in found]
    across = [candidate.article.language != language for candidate in found]
    held_by = [_held(meant, candidate.text, other) for candidate, other in zip(found, across, strict=True)]
    rarity = _rarity(unique, held_by)
    total = sum(rarity.values()) or 1.0
    pairs = set(pairwise(asked))
    meanings = _meanings(question, found, held_by, rarity, embedder)
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
            "words before": share(lacking & _held(meant, text[slice(*candidate.before)], other))
            if candidate.before
            else 0,
            "words after": share(lacking & _held(meant, text[slice(*candidate.after)], other))
            if candidate.after
            else 0,
            "words in title": share(lacking & _held(meant, candidate.article.title, other)),
            "words in passage": share(_held(meant, candidate.hit.passage.text, other)),
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


def telling_terms(question: str) -> list[str]:
    """The question's terms in order, stop words only where there is nothing else."""
    terms = [term.text for term in analyse(question)]
    return [term for term in terms if not is_stop(term)] or terms


@lru_cache(maxsize=4096)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.text for term in analyse(text))


@lru_cache(maxsize=4096)
def _sounds(text: str) -> frozenset[str]:
    """What the telling words of a text sound like."""
    words = terms_and_spellings(text)
    return frozenset(sound for term, word in words if not is_stop(term) for sound in skeletons(word))


def _meant(question: str, asked: Set[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each term asked the terms of the other language that it may stand for, and its sounds."""
    return {
        term: (
            frozenset(name for name, share in translations(term, word) if share >= LIKELY),
            frozenset(skeletons(word)),
        )
        for term, word in terms_and_spellings(question)
        if term in asked
    }


def _held(meant: Mapping[str, tuple[frozenset[str], frozenset[str]]], text: str, across: bool) -> set[str]:
    """The terms asked that a text holds; ``across`` languages, those too that it holds translated."""
    terms = set(_terms(text))
    held = meant.keys() & terms
    if across:
        sounds = _sounds(text)
        held |= {
            term
            for term, (names, heard) in meant.items()
            if not terms.isdisjoint(names) or not sounds.isdisjoint(heard)
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


def _meanings(
    question: str,
    found: Sequence[Candidate],
    held_by: Sequence[Set[str]],
    rarity: dict[str, float],
    embedder: Embedder | None,
) -> Floats:
    """The cosines of the candidates likeliest by words and rank; the others get the lowest of them."""
    meanings = np.zeros(len(found))
    if embedder is None:
        return meanings
    readable = [
        row
        for row, candidate in enumerate(found)
        if embedder.languages is None or candidate.article.language in embedder.languages
    ]

    def likelihood(row: int) -> float:
        return sum(rarity[term] for term in held_by[row]) + 3 / found[row].rank

    chosen = sorted(readable, key=likelihood, reverse=True)[:EMBEDDED]
    if chosen:
        asked = embedder.embed_questions([question])[0]
        cosines = embedder.embed_passages([found[row].text for row in chosen]).best(asked)
        meanings[readable] = cosines.min()
        meanings[chosen] = cosines
    return meanings
