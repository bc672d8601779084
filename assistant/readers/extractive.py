"""The reader: the words of the hits that answer, in the sentence that best does.

A reading model sees spans in the sentences (``spans``). A linear score over what speaks for each
sentence, that among it (``evidence``), orders them; a logistic one over what the best of them shows
says how likely it is right. ``python -m assistant.training weigh`` fits both into ``extractive.json``.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from assistant.answers import Alternative, Citation, cite
from assistant.question import Kind, holds, kind_of
from assistant.readers import Reading
from assistant.readers.evidence import (
    FEATURES,
    Candidate,
    Floats,
    candidates,
    evidence,
    spans_of,
    telling_terms,
)
from assistant.readers.spans import Span, SpanModel, load_span_model
from assistant.readers.wording import said_range
from index.articles import Article, detect_language
from index.embedders import Embedder
from index.models import sha256
from index.passages import Hit
from index.text.analysis import analyse, is_stop

WEIGHTS_FILE = Path(__file__).parent / "extractive.json"
SIGNS = (
    "constant",
    "words",
    "words in passage",
    "meaning",
    "span",
    "span share",
    "span certain",
    "across",  # the sentence is not in the question's language
    "lead",  # of the best sentence over the best one of another passage
    "share",  # of the best sentence among all, as probabilities
    "terms",  # logarithm of the number of telling terms in the question
)
LEAD = 5.0  # more than this is as good as alone
COMPARED = 20  # sentences that may agree with the answer, or say otherwise
OWN_LANGUAGE = 4.0  # log odds: of two sentences that say the same, the one in the question's language
STILL_LIKELY, NEARLY = 3.0, 1.0  # log odds that another article's answer may be behind, same or not
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
    """Answers with the words that answer, or with whole sentences where the model saw none.

    ``embedder`` is asked for when a question is read; without one, or for a question in a language that it
    does not read, words and spans alone decide. ``model`` likewise.
    """

    def __init__(
        self,
        embedder: Callable[[], Embedder] | None = None,
        model: Callable[[], SpanModel] = load_span_model,
        weights: Callable[[bool], Weights] = bundled_weights,
    ) -> None:
        self._embedder = embedder
        self._load_model = model
        self._model: SpanModel | None = None
        self._loading = Lock()
        self._weights = weights

    @property
    def model(self) -> SpanModel:
        """The reading model, loaded when it is first needed."""
        with self._loading:
            if self._model is None:
                self._model = self._load_model()
            return self._model

    @property
    def fingerprint(self) -> str:
        """What the answers depend on: the reading model and the weights."""
        return f"{self.model.fingerprint}-{sha256(WEIGHTS_FILE.read_bytes())[:8]}"

    def read(self, question: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> Reading:
        """The best answer, cited, and how sure it is; an empty text where there is nothing to read."""
        language = detect_language(question)
        found = candidates(hits, article)
        if not found or not telling_terms(question):
            return Reading("", language, (), 0.0)
        embedder = self._embedder() if self._embedder else None
        if embedder and not _compares_meanings(embedder, language):
            embedder = None
        weights = self._weights(embedder is None)
        spans = spans_of(question, found, self.model)
        rows = evidence(question, language, found, embedder, spans)
        scores = scores_of(rows, language, found, weights.ranking)
        confidence = logistic(float(signs(question, language, found, rows, scores) @ weights.confidence))
        order = np.argsort(-scores, kind="stable")
        if embedder is None and not rows[order[0], FEATURES.index("words in passage")]:
            confidence = 0.0  # neither words nor meaning: the model's guess alone is no evidence
        said = [said_from(question, found[row], spans[row]) for row in order[:COMPARED]]
        chosen, *others = said
        source = chosen.candidate.article
        ranges = [(chosen.candidate.start, chosen.candidate.end), *_continuation(question, chosen.candidate)]
        if len(ranges) > 1:
            text = " ".join(source.text[start:end] for start, end in ranges)
            citations = [cite(number, source, *piece) for number, piece in enumerate(ranges, start=1)]
        else:
            text = chosen.text
            citations = [chosen.cited(1)]
        behind = [float(scores[order[0]] - scores[row]) for row in order[1:COMPARED]]
        compared = list(zip(others, behind, strict=True))
        citations += _agreeing(len(citations) + 1, chosen, compared)
        alternatives = _otherwise(len(citations) + 1, chosen, compared, confidence)
        return Reading(text, source.language, tuple(citations), confidence, alternatives)


@dataclass(frozen=True, slots=True)
class Said:
    """A candidate and the range of its article that it would answer with."""

    candidate: Candidate
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.candidate.article.text[self.start : self.end]

    @property
    def whole(self) -> bool:
        """Whether the whole sentence is the answer."""
        return (self.start, self.end) == (self.candidate.start, self.candidate.end)

    def cited(self, number: int) -> Citation:
        """The sentence, with the answer in it."""
        sentence = self.candidate
        return cite(number, sentence.article, sentence.start, sentence.end, (self.start, self.end))


def said_from(question: str, candidate: Candidate, span: Span | None) -> Said:
    """What a sentence answers: the words of the span, made whole, or all of it where the model saw none."""
    sentence = candidate.start, candidate.end
    if span is None:
        return Said(candidate, *sentence)
    return Said(candidate, *said_range(question, candidate.article.text, (span.start, span.end), sentence))


def scores_of(rows: Floats, language: str, found: Sequence[Candidate], ranking: Floats) -> Floats:
    """What the candidates are ordered by, log odds among them; ``language`` is the question's."""
    own = np.array([candidate.article.language == language for candidate in found])
    scores: Floats = rows @ ranking + OWN_LANGUAGE * own
    return scores


def signs(question: str, language: str, found: Sequence[Candidate], rows: Floats, scores: Floats) -> Floats:
    """What the best sentence shows of its being right, in the order of ``SIGNS``."""
    best = int(scores.argmax())
    shown = dict(zip(FEATURES, rows[best], strict=True))
    # an article in the other language that comes near says the same as often as not: it is no rival
    spoken = found[best].article.language
    rivals = np.array([candidate.article.language == spoken for candidate in found])
    elsewhere = [
        score
        for candidate, score, rival in zip(found, scores, rivals, strict=True)
        if rival and candidate.rank != found[best].rank
    ]
    values = {
        "constant": 1.0,
        "words": shown["words"],
        "words in passage": shown["words in passage"],
        "meaning": shown["meaning"],
        "span": shown["span"],
        "span share": shown["span share"],
        "span certain": shown["span certain"],
        "across": float(found[best].article.language != language),
        "lead": min(scores[best] - max(elsewhere, default=-np.inf), LEAD),
        "share": 1 / np.exp(scores[rivals] - scores[best]).sum(),
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


def _agreeing(number: int, chosen: Said, others: Sequence[tuple[Said, float]]) -> list[Citation]:
    """A citation of another article that says the same, if one does that may well answer."""
    for other, behind in others:
        elsewhere = other.candidate.article.id != chosen.candidate.article.id
        if elsewhere and behind < STILL_LIKELY and _same(chosen, other):
            return [other.cited(number)]
    return []


def _otherwise(
    number: int, chosen: Said, others: Sequence[tuple[Said, float]], confidence: float
) -> tuple[Alternative, ...]:
    """What another article says instead, where that is nearly as likely."""
    for other, behind in others:
        article = other.candidate.article
        if behind < NEARLY and article.id != chosen.candidate.article.id and _differ(chosen, other):
            sure = confidence * float(np.exp(-behind))
            return (Alternative(other.text, article.language, other.cited(number), sure),)
    return ()


def _same(one: Said, other: Said) -> bool:
    """Whether two answers say the same: the one is in the other, or as whole sentences they share most terms.

    Across languages only figures can be compared, and it takes figures to be sure.
    """
    said, also = _telling(one.text), _telling(other.text)
    if one.candidate.article.language != other.candidate.article.language:
        return bool(_figures(said)) and _figures(said) == _figures(also)
    if not (one.whole or other.whole):
        return bool(said and also) and (said <= also or also <= said)
    said, also = _telling(one.candidate.text), _telling(other.candidate.text)
    return len(said & also) >= AGREEMENT * max(len(said | also), 1)


def _differ(one: Said, other: Said) -> bool:
    """Whether two answers are short, of one kind, and not the same."""
    if one.whole or other.whole or _same(one, other):
        return False
    figures = [bool(_figures(_telling(said.text))) for said in (one, other)]
    across = one.candidate.article.language != other.candidate.article.language
    return figures[0] == figures[1] and (figures[0] or not across)


def _figures(terms: set[str]) -> set[str]:
    return {term for term in terms if term[0].isdecimal()}


def _telling(text: str) -> set[str]:
    return {term.text for term in analyse(text) if not is_stop(term.text)}
