"""Where an answer went wrong: every way, and which cause comes first."""

from itertools import product

import pytest

from eval.measures.failures import CLASSES, OUTCOMES, failure, outcomes_by_group


@pytest.mark.parametrize(
    ("answerable", "spoke", "right", "retrieved", "from_gold", "expected"),
    [
        (True, True, True, True, True, "right"),
        (True, True, True, False, False, "right"),  # said elsewhere too
        (True, True, False, False, False, "not retrieved"),
        (True, False, False, False, False, "not retrieved"),  # the silence was not the reader's fault
        (True, True, False, True, False, "retrieved but not read"),
        (True, True, False, True, True, "wrong span"),
        (True, False, False, True, False, "wrongly silent"),
        (False, True, False, True, True, "wrongly spoken"),
        (False, False, False, False, False, "rightly silent"),
    ],
)
def test_each_way(
    answerable: bool, spoke: bool, right: bool, retrieved: bool, from_gold: bool, expected: str
) -> None:
    assert expected == failure(
        answerable=answerable, spoke=spoke, right=right, retrieved=retrieved, from_gold=from_gold
    )


def test_every_class_is_reached_and_no_other() -> None:
    reached = {
        failure(answerable=a, spoke=b, right=c, retrieved=d, from_gold=e)
        for a, b, c, d, e in product([False, True], repeat=5)
    }
    assert reached == set(CLASSES)


def test_outcomes_by_group_by_hand() -> None:
    counts = outcomes_by_group(
        [
            ("time", "right", True, True),
            ("person", "not retrieved", True, True),
            ("time", "not retrieved", False, False),
            ("time", "wrongly spoken", True, False),  # no article supports it
            ("time", "rightly silent", False, False),
        ]
    )
    assert list(counts) == ["person", "time"]
    assert counts["person"] == dict(zip(OUTCOMES, (1, 0, 1, 0, 0, 1, 0), strict=True))
    assert counts["time"] == dict(zip(OUTCOMES, (4, 1, 1, 2, 1, 1, 1), strict=True))
