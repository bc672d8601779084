"""The reader that needs no trained network: it answers with the sentence of the hits that best answers.

A linear score over ``assistant.evidence`` orders the sentences; a logistic one over what the best of them
shows says how likely it is right. ``python -m assistant.training`` fits both into ``extractive.json``.
Leaves out: spans within the sentence (a trained reader's part).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.answers import Citation, cite
from assistant.evidence import FEATURES, Candidate, Floats, candidates, evidence, telling_terms
from assistant.questions import Kind, holds, kind_of
from assistant.reading import Reading
from index.analysis import analyse, is_stop
from index.articles import Article, detect_language
from index.embedding import Embedder
from index.passages import Hit

WEIGHTS_FILE = Path(__file__).parent / "extractive.json"
SIGNS = (
    "constant",
    "words",
    "words in passage",
    "meaning",
    "across",  # the sentence is not in the question's language
    "lead",  # of the best sentence over the best one of another passage
    "share",  # of the best sentence among all, as probabilities
    "terms",  # logarithm of the number of telling terms in the question
)
LEAD = 5.0  # more than this is as good as alone
AGREEMENT = 0.5  # share of their telling terms that two sentences have in common


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: for each of ``FEATURES``, and for each of ``SIGNS``."""

    ranking: Floats
    confidence: Floats


@lru_cache(maxsize=2)
def bundled_weights(by_words: bool = False) -> Weights:
    """The weights that the package carries; others where there is no embedder to compare meanings."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["by words" if by_words else "with meaning"]
    return Weights(
        np.array([stored["ranking"][name] for name in FEATURES]),
        np.array([stored["confidence"][name] for name in SIGNS]),
    )


class ExtractiveReader:
    """Answers with a sentence, or with two where the first leaves the reason or the list to the second.

    ``embedder`` is asked for when a question is read; without one, or for a question in a language that it
    does not read, words alone decide.
    """

    def __init__(
        self,
        embedder: Callable[[], Embedder] | None = None,
        weights: Callable[[bool], Weights] = bundled_weights,
    ) -> None:
        self._embedder = embedder
        self._weights = weights

    def read(self, question: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> Reading:
        """The best sentence, cited, and how sure it is; an empty text where there is nothing to read."""
        language = detect_language(question)
        found = candidates(hits, article)
        if not found or not telling_terms(question):
            return Reading("", language, (), 0.0)
        embedder = self._embedder() if self._embedder else None
        if embedder and not _compares_meanings(embedder, language):
            embedder = None
        weights = self._weights(embedder is None)
        rows = evidence(question, language, found, embedder)
        scores = rows @ weights.ranking
        if embedder is None:  # then a passage without a word of the question has nothing that speaks for it
            scores[rows[:, FEATURES.index("words in passage")] == 0] = -np.inf
            if not np.isfinite(scores).any():
                return Reading("", language, (), 0.0)
        confidence = logistic(float(signs(question, language, found, rows, scores) @ weights.confidence))
        order = np.argsort(-scores, kind="stable")
        chosen, *others = [found[row] for row in order]
        ranges = [(chosen.start, chosen.end), *_continuation(question, chosen)]
        citations = [cite(number, chosen.article, *piece) for number, piece in enumerate(ranges, start=1)]
        citations += _agreeing(len(ranges) + 1, chosen, others[:20])
        text = " ".join(chosen.article.text[start:end] for start, end in ranges)
        return Reading(text, chosen.article.language, tuple(citations), confidence)


def signs(question: str, language: str, found: Sequence[Candidate], rows: Floats, scores: Floats) -> Floats:
    """What the best sentence shows of its being right, in the order of ``SIGNS``."""
    best = int(scores.argmax())
    shown = dict(zip(FEATURES, rows[best], strict=True))
    elsewhere = [
        score for candidate, score in zip(found, scores, strict=True) if candidate.rank != found[best].rank
    ]
    values = {
        "constant": 1.0,
        "words": shown["words"],
        "words in passage": shown["words in passage"],
        "meaning": shown["meaning"],
        "across": float(found[best].article.language != language),
        "lead": min(scores[best] - max(elsewhere, default=-np.inf), LEAD),
        "share": 1 / np.exp(scores - scores[best]).sum(),
        "terms": np.log(1 + len(telling_terms(question))),
    }
    return np.array([values[name] for name in SIGNS])


def logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def _compares_meanings(embedder: Embedder, language: str) -> bool:
    """Whether its cosines mean something for a question in that language; hashing only counts words."""
    return embedder.name != "hashing" and (embedder.languages is None or language in embedder.languages)


def _continuation(question: str, chosen: Candidate) -> list[tuple[int, int]]:
    """The next sentence, where the chosen one only announces what was asked."""
    if chosen.after is None:
        return []
    following = chosen.article.text[slice(*chosen.after)]
    kind = kind_of(question)
    announces = chosen.text.endswith(":")
    explained = kind in (Kind.REASON, Kind.MANNER) and (
        not holds(kind, chosen.text, frozenset()) and holds(kind, following, frozenset())
    )
    return [chosen.after] if announces or explained else []


def _agreeing(number: int, chosen: Candidate, others: Sequence[Candidate]) -> list[Citation]:
    """A citation of another article that says the same, if one does."""
    said = _telling(chosen.text)
    for other in others:
        if other.article.id != chosen.article.id:
            also = _telling(other.text)
            if len(said & also) >= AGREEMENT * max(len(said | also), 1):
                return [cite(number, other.article, other.start, other.end)]
    return []


def _telling(text: str) -> set[str]:
    return {term.text for term in analyse(text) if not is_stop(term.text)}
