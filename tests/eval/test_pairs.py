"""What is seen of two articles that answer one question."""

import pytest
from lindham import ARTICLES

from assistant.answers import Alternative, Answer, Citation, cite
from eval.pairs import outcome

CANAL, HISTORY, COUNCIL = (cite(1, ARTICLES[name], 0, 10) for name in ("canal", "history", "council"))
BOTH = frozenset({"canal", "history"})


def answer(*citations: Citation, against: Citation | None = None, text: str = "1874") -> Answer:
    others = (Alternative("1875", "en", against, 0.5),) if against else ()
    return Answer("When?", "When?", text, "en", citations, 0.9, (), {}, others)


@pytest.mark.parametrize(
    ("said", "agree", "seen"),
    [
        (answer(text=""), True, "silent"),
        (answer(CANAL), False, "one side"),
        (answer(COUNCIL), False, "other articles"),
        (answer(CANAL, HISTORY), True, "agreement"),
        (answer(CANAL, against=HISTORY), False, "disagreement"),
        (answer(CANAL, against=COUNCIL), False, "disagreement of others"),
        (answer(CANAL, against=COUNCIL), True, "disagreement"),  # none of a pair that agrees is right
    ],
)
def test_what_is_seen_of_a_pair(said: Answer, agree: bool, seen: str) -> None:
    assert outcome(said, agree, BOTH) == seen
