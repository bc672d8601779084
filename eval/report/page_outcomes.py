"""What can become of a question, as the page names, explains and counts it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from eval.measures.failures import (
    NOT_READ,
    NOT_RETRIEVED,
    RIGHT,
    RIGHTLY_SILENT,
    WRONG_SPAN,
    WRONGLY_SILENT,
    WRONGLY_SPOKEN,
)

MEANINGS = {
    RIGHT: "it says a gold answer, and quotes a sentence that holds one",
    RIGHTLY_SILENT: "the articles do not answer it, and nothing was said",
    NOT_RETRIEVED: "no gold article was among the hits that were read",
    NOT_READ: "a gold article was among the hits, but the answer is from another",
    WRONG_SPAN: "the answer is from a gold article, as far as is known, but from the wrong place",
    WRONGLY_SILENT: "a gold article was among the hits, but nothing was said",
    WRONGLY_SPOKEN: "the articles do not answer it, but something was said",
}
UNKNOWN = "not judged"  # the answers are not known, or an older file does not say


def outcome(question: Mapping[str, Any]) -> str:
    """What became of a stored question."""
    named = question.get("failure")
    return named if named in MEANINGS else UNKNOWN


def outcomes(questions: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many questions each outcome has, those that any has; right ones first."""
    counts = Counter(map(outcome, questions))
    return {name: counts[name] for name in (*MEANINGS, UNKNOWN) if counts[name]}
