"""The candidate sentences of the hits, and what speaks for each.

Sentences are cut in the article, not in the passage, so that a passage's edge never tears one. Evidence is
one row of numbers for each candidate, in the order of ``FEATURES``; their weights come from training.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.questions import Kind, holds, kind_of
from index.analysis import analyse, is_stop
from index.articles import Article
from index.embedding import Embedder
from index.passages import Hit
from index.sentences import sentence_ranges

Floats = NDArray[np.float64]
Range = tuple[int, int]

CONTEXT = (
    1500  # code points before and after a passage in which its first and last sentence may begin and end
)
EMBEDDED = 30  # candidates whose meaning is compared with the question's

FEATURES = (
    "words",  # the question's terms in the sentence, by rarity, 0..1
    "words around",  # the same for those it lacks, in the sentences before and after and in the title
    "words in passage",  # the same for the rest of the passage
    "pairs",  # neighbouring terms of the question that are near each other in the sentence, 0..1
    "meaning",  # cosine of question and sentence
    "meaning across",  # the same where their languages differ
    "hit",  # the hit's score
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
    """The sentences that the hits touch, each once, in the order of the hits."""
    found: dict[tuple[str, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        whole = article(hit.passage.article_id)
        ranges = sentence_ranges(whole.text, *_window(whole.text, hit.passage.start, hit.passage.end))
        for number, (start, end) in enumerate(ranges):
            if start < hit.passage.end and hit.passage.start < end and (whole.id, start) not in found:
                before = ranges[number - 1] if number else None
                after = ranges[number + 1] if number + 1 < len(ranges) else None
                found[whole.id, start] = Candidate(hit, rank, whole, start, end, before, after)
    return list(found.values())


def _window(text: str, start: int, end: int) -> Range:
    """The passage widened to the paragraphs that it touches, as far as ``CONTEXT`` goes."""
    low, high = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    opening = text.rfind("\n", low, start) + 1 or low
    closing = text.find("\n", end, high)
    before = text.rfind("\n", low, max(low, opening - 1)) + 1 or low  # one paragraph more, for the neighbours
    after = text.find("\n", closing + 1, high) if closing >= 0 else -1
    return before, after if after >= 0 else high


def evidence(question: str, language: str, found: Sequence[Candidate], embedder: Embedder | None) -> Floats:
    """One row for each candidate, (len(found), len(FEATURES)); without an embedder meaning counts as 0."""
    asked = telling_terms(question)
    kind = kind_of(question)
    sentences = [[term.text for term in analyse(candidate.text)] for candidate in found]
    rarity = _rarity(asked, sentences)
    total = sum(rarity[term] for term in asked) or 1.0
    pairs = set(pairwise(asked))
    meanings = _meanings(question, language, found, sentences, rarity, embedder)
    unique = set(asked)

    rows = np.zeros((len(found), len(FEATURES)))
    for row, (candidate, terms, meaning) in enumerate(zip(found, sentences, meanings, strict=True)):
        held = unique & set(terms)
        around = (unique & _terms_around(candidate)) - held
        passage = (unique & {term.text for term in analyse(candidate.hit.passage.text)}) - held - around
        text = candidate.text.rstrip("\"'”’»)")
        values = {
            "words": sum(rarity[term] for term in held) / total,
            "words around": sum(rarity[term] for term in around) / total,
            "words in passage": sum(rarity[term] for term in passage) / total,
            "pairs": _near_pairs(pairs, terms) / max(len(pairs), 1),
            "meaning": meaning,
            "meaning across": meaning if candidate.article.language != language else 0.0,
            "hit": candidate.hit.score,
            "first hit": 1 / candidate.rank,
            "opening": float(candidate.before is None and candidate.start < CONTEXT),
            "length": math.log(1 + len(terms)),
            "heading": float(not text.endswith((".", "!", "؟", "?", ":", "…"))),
            "question": float(text.endswith(("؟", "?"))),
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


def _terms_around(candidate: Candidate) -> set[str]:
    text = candidate.article.text
    pieces = [text[start:end] for start, end in filter(None, (candidate.before, candidate.after))]
    return {term.text for piece in (*pieces, candidate.article.title) for term in analyse(piece)}


def _rarity(asked: Sequence[str], sentences: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much each term tells these sentences apart."""
    held = Counter(term for terms in sentences for term in set(terms))
    return {term: math.log((len(sentences) + 1) / (held[term] + 0.5)) for term in asked}


def _near_pairs(pairs: set[tuple[str, str]], terms: Sequence[str]) -> int:
    near = {(term, other) for at, term in enumerate(terms) for other in terms[at + 1 : at + 4]}
    return len(pairs & near)


def _meanings(
    question: str,
    language: str,
    found: Sequence[Candidate],
    sentences: Sequence[Sequence[str]],
    rarity: dict[str, float],
    embedder: Embedder | None,
) -> Floats:
    """The cosines of the candidates likeliest by words and rank; the others get the lowest of them."""
    meanings = np.zeros(len(found))
    if embedder is None or (embedder.languages is not None and language not in embedder.languages):
        return meanings
    readable = [
        row
        for row, candidate in enumerate(found)
        if embedder.languages is None or candidate.article.language in embedder.languages
    ]

    def likelihood(row: int) -> float:
        return sum(rarity.get(term, 0.0) for term in set(sentences[row])) + 3 / found[row].rank

    chosen = sorted(readable, key=likelihood, reverse=True)[:EMBEDDED]
    if chosen:
        asked = embedder.embed_questions([question])[0]
        cosines = embedder.embed_passages([found[row].text for row in chosen]) @ asked
        meanings[readable] = cosines.min()
        meanings[chosen] = cosines
    return meanings
