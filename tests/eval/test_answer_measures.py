"""Measures against their published definitions, on cases that a reader can work out by hand."""

import re
import string
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures.answers import (
    exact_match,
    f1,
    is_right,
    normalise_answer,
    percentile,
    sentence_match,
)

texts = st.text(st.sampled_from("اللمسوخدةَـ،؟«» .-'aAnthe5٥"), max_size=30)


@pytest.mark.parametrize(
    ("text", "language", "normalised"),
    [
        ("The  U.S. Army,\tan example", "en", "us army example"),
        ("A-team; theatre", "en", "ateam theatre"),  # punctuation goes first, and articles only as words
        ("“Rollo” – 911", "en", "“rollo” – 911"),  # SQuAD knows ASCII punctuation only
        ("the", "en", ""),
        ("القاهرة", "ar", "قاهرة"),
        ("«في القاهرة»؟!", "ar", "في قاهرة"),
        ("والقاهرة، بالنيل", "ar", "و قاهرة ب نيل"),  # ال leaves a space wherever it stands
        ("خالد وسالم", "ar", "خ د وس م"),  # inside words as well
        ("مُحَمَّد", "ar", "مُحَمَّد"),  # vowel marks stay
        ("أحمد إحسان ى ة ـ", "ar", "أحمد إحسان ى ة ـ"),  # nothing is folded
        ("The NATO", "ar", "the nato"),  # English articles are words like others in Arabic answers
        ("١٩٩١–٢٠٠٣ م.", "ar", "١٩٩١٢٠٠٣ م"),
        ("ال", "ar", ""),
        ("ا\u0644قا\u200fهرة Cafe\u0301", "ar", "قاهرة café"),  # an article is kept as its file has it
        ("محم\u0651\u064eد", "ar", "محم\u064e\u0651د"),  # shadda is typed first, and stands second in NFC
    ],
)
def test_normalise_answer(text: str, language: str, normalised: str) -> None:
    assert normalise_answer(text, language) == normalised


@given(texts)
def test_normalise_answer_is_the_published_pipeline(text: str) -> None:
    squad = "".join(c for c in text.lower() if c not in set(string.punctuation))
    assert normalise_answer(text, "en") == " ".join(re.sub(r"\b(a|an|the)\b", " ", squad).split())
    mlqa = "".join(
        c for c in text.lower() if not (unicodedata.category(c).startswith("P") or c in string.punctuation)
    )
    assert normalise_answer(text, "ar") == " ".join(re.sub(r"\sال^|ال", " ", mlqa).split())


@pytest.mark.parametrize(
    ("prediction", "answers", "language", "exact", "overlap"),
    [
        ("the Denver Broncos!", ["Denver Broncos"], "en", 1, 1),
        ("Denver Broncos won", ["The Broncos", "Denver Broncos"], "en", 0, 0.8),  # 2/3 and 1; not 1/3 and 1
        ("cat cat", ["a cat"], "en", 0, 2 / 3),  # a word matches as often as it occurs
        ("in 1991", ["1992", "1993"], "en", 0, 0),
        ("the", ["the"], "en", 1, 0),  # v1.1: equal, but no word in common
        ("", ["Rollo"], "en", 0, 0),  # an abstention, where there is an answer
        ("", ["the"], "en", 0, 0),
        ("", [], "en", 1, 1),  # and where there is none
        ("Rollo", [], "en", 0, 0),
        ("القاهرة", ["قاهرة"], "ar", 1, 1),
        ("في القاهرة.", ["القاهرة"], "ar", 0, 2 / 3),
        ("والقاهرة", ["القاهرة", "دمشق"], "ar", 0, 2 / 3),  # و, قاهرة against قاهرة
        ("مُحمّد", ["محمد"], "ar", 0, 0),
        ("خالد", ["خليد"], "ar", 0, 0),
        ("خالد", ["خ د"], "ar", 1, 1),  # what MLQA's article rule costs
        ("عام ١٩٩١،", ["«عام ١٩٩١»"], "ar", 1, 1),
        ("", ["القاهرة", "دمشق"], "ar", 0, 0),
        ("...", ["Rollo"], "en", 0, 0),  # punctuation alone is an answer, of no words
        ("الـقاهرة", ["القاهرة"], "ar", 0, 0),  # a stretched letter is another letter
        ("أَلْقَاهِرَة", ["القاهرة"], "ar", 0, 0),  # as are vowel marks and hamzas
        ("in the years 1991 and 1992", ["1991", "1991 and 1992", "1992"], "en", 0, 0.75),
        ("a an the", ["Rollo", "an"], "en", 1, 0),
    ],
)
def test_exact_match_and_f1(
    prediction: str, answers: list[str], language: str, exact: float, overlap: float
) -> None:
    assert exact_match(prediction, answers, language) == exact
    assert f1(prediction, answers, language) == pytest.approx(overlap)


@settings(max_examples=200)
@given(texts, st.lists(texts.filter(bool), min_size=1, max_size=3), st.sampled_from(["ar", "en"]))
def test_f1_and_exact_match_are_the_published_functions(
    prediction: str, answers: list[str], language: str
) -> None:
    """As evaluate-v1.1.py and mlqa_evaluation_v1.py have ``f1_score`` and ``exact_match_score``."""

    def published(answer: str) -> float:
        predicted = normalise_answer(prediction, language).split()
        truth = normalise_answer(answer, language).split()
        same = sum((Counter(predicted) & Counter(truth)).values())
        if same == 0:
            return 0.0
        precision, recall = same / len(predicted), same / len(truth)
        return 2 * precision * recall / (precision + recall)

    if prediction:
        assert f1(prediction, answers, language) == max(published(answer) for answer in answers)
        equal = [normalise_answer(a, language) == normalise_answer(prediction, language) for a in answers]
        assert exact_match(prediction, answers, language) == float(any(equal))


@given(texts, texts, st.sampled_from(["ar", "en"]))
def test_f1_is_symmetric_and_no_less_than_exact_match(one: str, other: str, language: str) -> None:
    if one and other:
        assert f1(one, [other], language) == pytest.approx(f1(other, [one], language))
        if normalise_answer(one, language):
            assert exact_match(one, [other], language) <= f1(one, [other], language) <= 1


@pytest.mark.parametrize(
    ("quotes", "answers", "language", "value"),
    [
        (["Rollo came in 911."], ["911", "in 912"], "en", 1),
        (["Rollo came.", "It was in 911."], ["in 911"], "en", 1),
        (["It was in", "911."], ["in 911"], "en", 0),  # in one sentence, not across two
        (["The U.S. Army"], ["US army"], "en", 1),
        (["وُلد في القاهرة عام ١٩١١."], ["القاهرة"], "ar", 1),
        (["سافر للقاهرة"], ["قاهرة"], "ar", 1),  # the answer begins inside a word
        (["سافر إلى دمشق"], ["القاهرة"], "ar", 0),
        (["anything"], ["the"], "en", 0),  # normalises to nothing
        ([], ["911"], "en", 0),
        ([], [], "en", 1),
        (["anything"], [], "en", 0),
    ],
)
def test_sentence_match(quotes: list[str], answers: list[str], language: str, value: float) -> None:
    assert sentence_match(quotes, answers, language) == value


@pytest.mark.parametrize(
    ("prediction", "quotes", "answers", "language", "right"),
    [
        ("Rollo came in 911.", ["Rollo came in 911."], ["911"], "en", True),  # the sentence is the answer
        ("911", ["Rollo came in 911."], ["in 911"], "en", True),  # a span of it, shorter than the gold one
        ("came in 911", ["Rollo came in 911."], ["in 911 or so", "911"], "en", True),  # or longer
        ("came 911 from", ["He came 911 from Rome"], ["911 from Rome"], "en", True),  # two words of three
        ("He came 911", ["He came 911 from Rome"], ["911 from Rome"], "en", False),  # one of three
        ("Rollo", ["Rollo came in 911."], ["911"], "en", False),  # another span of the right sentence
        ("in", ["Rollo came in 911."], ["911"], "en", False),
        ("911", ["It was 911 or 912."], ["910"], "en", False),  # not in the sentence at all
        ("91", ["Rollo came in 911."], ["911"], "en", False),  # within a word is not within the answer
        ("بالقاهرة", ["ولد بالقاهرة عام ١٩١١"], ["القاهرة"], "ar", True),
        ("the", ["the end"], ["the"], "en", False),  # normalises to nothing
        ("", [], ["911"], "en", False),
        ("Rollo", ["Rollo"], [], "en", False),
    ],
)
def test_is_right(prediction: str, quotes: list[str], answers: list[str], language: str, right: bool) -> None:
    assert is_right(prediction, quotes, answers, language) is right


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30), st.sampled_from([0.0, 0.5, 0.95, 1.0])
)
def test_percentile_is_numpy_inverted_cdf(values: list[float], share: float) -> None:
    assert percentile(values, share) == np.quantile(values, share, method="inverted_cdf")


def test_percentile_of_nothing() -> None:
    assert percentile([], 0.5) == 0.0
