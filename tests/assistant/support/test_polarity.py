"""Negation and opposites, within a language and across."""

import pytest

from assistant.support.polarity import contrary, denials


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("The United States ratified the protocol.", "The United States never ratified the protocol."),
        ("The United States did not ratify the protocol.", "The United States ratified the protocol."),
        ("لم يوقّع أعماله.", "He signed his works."),
        ("He signed his works.", "لم يوقّع أعماله."),
    ],
)
def test_a_negation_on_one_side_is_seen(sentence: str, evidence: str) -> None:
    assert contrary(sentence, [evidence])[0] > 0


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("He did not sign his works.", "لم يوقّع أعماله."),
        ("A non-governmental council was proposed.", "اقتُرح مجلس غير حكومي."),
        ("No more than 40 came.", "40 came."),
    ],
)
def test_a_negation_on_both_sides_is_none(sentence: str, evidence: str) -> None:
    assert contrary(sentence, [evidence])[0] == 0


def test_an_opposite_is_seen() -> None:
    assert contrary("The shop closed early.", ["The shop opened early."])[1] == 1
    assert contrary("فُتحت القناة.", ["أُغلقت القناة."])[1] == 1
    assert contrary("The shop opened early.", ["The shop opened early."])[1] == 0


def test_what_is_denied_within_one_word_is_no_negation() -> None:
    assert denials("مذكرة غير رسمية") == 0
    assert denials("It was not read.") == 1
