"""The order of the candidates and the confidence in the first of them, from what evidence shows.

A linear score orders them, the verifier's number moves the best of that order, and a logistic function of
what the first then shows says how likely it is right. ``python -m assistant.training weigh`` fits all three
into ``extractive.json``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.question import Kind, Question, holds, states
from assistant.readers.candidates import Candidate
from assistant.readers.evidence import FEATURES, Features
from index.models import sha256
from index.text.analysis import analyse, is_stop
from index.text.figures import figures

WEIGHTS_FILE = Path(__file__).parent / "extractive.json"
CONFIDENCE_FEATURES = (
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
    "terms",  # logarithm of the number of content terms in the question
    "figure missing",  # the question has a figure that neither the passage nor the title has
    "kind missing",
    "asked already",
    "verified",
    "verified lead",  # over the best of what another sentence would say
)
LOOKED = (  # what a second look says of the words that would be said
    "verified",  # log odds that they answer, by the verifier
    "kind missing",  # 1 where they are not of the kind that was asked for
    "asked already",  # 1 where they say nothing but what the question says
)
LOOKED_AT = 6  # candidates that get a second look: the best by the evidence
SHORTEST_REASON = 2  # words: a table's cell is no reason
LEAD = 5.0  # more than this is as good as alone
OWN_LANGUAGE = 4.0  # log odds: of two sentences that say the same, the one in the question's language


@dataclass(frozen=True, slots=True, eq=False)
class RankingWeights:
    """What was learned: for each of ``FEATURES``, of ``CONFIDENCE_FEATURES``, and of ``LOOKED``."""

    ranking: Features
    confidence: Features
    sure: tuple[float, float] = (1.0, 1.0)  # from which confidence on, within a language and across
    looked: Features = field(default_factory=lambda: np.zeros(len(LOOKED)))  # beside ``ranking``


@lru_cache(maxsize=2)
def bundled_weights(by_words: bool = False) -> RankingWeights:
    """The weights that the package carries; others where no meanings are compared."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["by words" if by_words else "with meaning"]
    return RankingWeights(
        np.array([stored["ranking"][name] for name in FEATURES]),
        np.array([stored["confidence"][name] for name in CONFIDENCE_FEATURES]),
        (stored["sure"]["within"], stored["sure"]["across"]),
        np.array([stored["looked"][name] for name in LOOKED]),
    )


@lru_cache(maxsize=1)
def weights_version() -> str:
    """Eight hex digits that change with the weights that the package carries."""
    return sha256(WEIGHTS_FILE.read_bytes())[:8]


def ranking_scores(rows: Features, language: str, found: Sequence[Candidate], ranking: Features) -> Features:
    """What the candidates are ordered by, log odds among them; ``language`` is the question's."""
    own = np.array([candidate.article.language == language for candidate in found])
    scores: Features = rows @ ranking + OWN_LANGUAGE * own
    return scores


def confidence_features(
    question: Question,
    found: Sequence[Candidate],
    rows: Features,
    scores: Features,
    looked: Features,
) -> Features:
    """What the best sentence shows of its being right, in the order of ``CONFIDENCE_FEATURES``.

    ``looked``: (len(found), len(LOOKED)). The same sentence in another article is no rival.
    """
    best = int(scores.argmax())
    shown = dict(zip((*FEATURES, *LOOKED), (*rows[best], *looked[best]), strict=True))
    verified = looked[:, LOOKED.index("verified")]
    # an article in the other language that comes near says the same as often as not: it is no rival
    spoken = found[best].article.language
    rivals = np.array(
        [
            candidate.article.language == spoken and (number == best or candidate.text != found[best].text)
            for number, candidate in enumerate(found)
        ]
    )
    others = np.arange(len(found)) != best
    elsewhere = [
        score
        for candidate, score, rival in zip(found, scores, rivals, strict=True)
        if rival and candidate.rank != found[best].rank
    ]
    values = {
        "constant": 1.0,
        **{name: shown[name] for name in CONFIDENCE_FEATURES if name in shown},
        "across": float(spoken != question.language),
        "lead": min(scores[best] - max(elsewhere, default=-np.inf), LEAD),
        "share": 1 / np.exp(scores[rivals] - scores[best]).sum(),
        "terms": np.log(1 + len(question.query.content_terms)),
        "figure missing": float(_lacks_figure(question, found[best])),
        "verified lead": min(verified[best] - max(verified[rivals & others], default=-np.inf), LEAD),
    }
    return np.array([values[name] for name in CONFIDENCE_FEATURES])


def looked_at(scores: Features) -> list[int]:
    """The candidates that get a second look, best first."""
    return [int(row) for row in np.argsort(-scores, kind="stable")[:LOOKED_AT]]


def second_look(
    question: Question, count: int, chosen: Sequence[int], verified: NDArray[np.float32], said: Sequence[str]
) -> Features:
    """``LOOKED`` of ``count`` candidates from what is known of the ``chosen``, (count, len(LOOKED)).

    ``verified`` are the verifier's numbers and ``said`` the words of those. The others get the worst of each.
    """
    looked = np.ones((count, len(LOOKED)))
    looked[:, 0] = verified.min(initial=0.0)
    for row, number, words in zip(chosen, verified, said, strict=True):
        looked[row] = (
            number,
            lacks_kind(question, words),
            _asked_already(question, words),
        )
    return looked


def _lacks_figure(question: Question, candidate: Candidate) -> bool:
    there = f"{candidate.article.title}\n{candidate.hit.passage.text}\n{candidate.text}"
    return not figures(question.text) <= figures(there)


def lacks_kind(question: Question, said: str) -> bool:
    """Whether a figure, unit or date is asked for and not said, or is said where none was asked for."""
    if question.who_is:
        return False
    if question.answer_type:
        return not states(question.answer_type, said)
    if question.kind in (Kind.NUMBER, Kind.TIME):
        return not holds(question.kind, said, frozenset())
    if question.kind in (Kind.REASON, Kind.MANNER):
        return len(said.split()) < SHORTEST_REASON
    return question.kind in (Kind.PERSON, Kind.PLACE) and bool(figures(said))


def _asked_already(question: Question, said: str) -> bool:
    terms = {term.text for term in analyse(said) if not is_stop(term.text)}
    return not question.yes_or_no and terms <= set(question.query.content_terms)


def logistic(value: float) -> float:
    """The probability of log odds."""
    return float(1 / (1 + np.exp(-value)))
