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
    "words around",
    "words in passage",
    "pairs",
    "meaning",
    "across",
    "meaning across",
    "hit",
    "lead",  # of the best sentence over the best one elsewhere
    "share",  # of the best sentence among all, as probabilities
    "kind",  # it holds what is asked for, where the kind can be seen
)
AGREEMENT = 0.5  # share of their telling terms that two sentences have in common


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: for each of ``FEATURES``, and for each of ``SIGNS``."""

    ranking: Floats
    confidence: Floats

    @classmethod
    def load(cls, path: Path = WEIGHTS_FILE) -> "Weights":
        stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            np.array([stored["ranking"][name] for name in FEATURES]),
            np.array([stored["confidence"][name] for name in SIGNS]),
        )


@lru_cache(maxsize=1)
def bundled_weights() -> Weights:
    """The weights that the package carries."""
    return Weights.load()


class ExtractiveReader:
    """Answers with a sentence, or with two where the first leaves the reason or the list to the second.

    ``embedder`` is asked for only when a question is read; ``None`` reads by words alone.
    """

    def __init__(
        self, embedder: Callable[[], Embedder] | None = None, weights: Weights | None = None
    ) -> None:
        self._embedder = embedder
        self._weights = weights or bundled_weights()

    def read(self, question: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> Reading:
        """The best sentence, cited, and how sure it is; an empty text where there is nothing to read."""
        language = detect_language(question)
        found = candidates(hits, article)
        if not found or not telling_terms(question):
            return Reading("", language, (), 0.0)
        rows = evidence(question, language, found, self._embedder and self._embedder())
        scores = rows @ self._weights.ranking
        best = int(scores.argmax())
        confidence = logistic(
            float(signs(question, language, found, rows, scores) @ self._weights.confidence)
        )
        chosen = found[best]
        ranges = [(chosen.start, chosen.end), *_continuation(question, chosen)]
        citations = [cite(number, chosen.article, *piece) for number, piece in enumerate(ranges, start=1)]
        citations += _agreeing(len(ranges) + 1, chosen, [found[row] for row in np.argsort(-scores)[1:20]])
        text = " ".join(chosen.article.text[start:end] for start, end in ranges)
        return Reading(text, chosen.article.language, tuple(citations), confidence)


def signs(question: str, language: str, found: Sequence[Candidate], rows: Floats, scores: Floats) -> Floats:
    """What the best sentence shows of its being right, in the order of ``SIGNS``."""
    best = int(scores.argmax())
    shown = dict(zip(FEATURES, rows[best], strict=True))
    others = [
        score
        for candidate, score in zip(found, scores, strict=True)
        if candidate.article.id != found[best].article.id or candidate.rank != found[best].rank
    ]
    odds = np.exp(scores - scores[best])
    kind = kind_of(question)
    values = {
        "constant": 1.0,
        **{name: shown[name] for name in ("words", "words around", "words in passage", "pairs", "meaning")},
        "across": float(found[best].article.language != language),
        "meaning across": shown["meaning across"],
        "hit": shown["hit"],
        "lead": min(scores[best] - max(others), 5.0) if others else 5.0,
        "share": 1 / odds.sum(),
        "kind": 0.5 if kind is Kind.THING else shown[f"holds a {kind.value}"],
    }
    return np.array([values[name] for name in SIGNS])


def logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


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
