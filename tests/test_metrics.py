"""Measures against their published definitions, on cases that a reader can work out by hand."""

import re
import string
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics import (
    exact_match,
    f1,
    gold_rank,
    normalise_answer,
    percentile,
    reciprocal_rank,
    sentence_match,
    success,
)

runs = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 4).map(float), max_size=10)
golds = st.sets(st.sampled_from("abcdefghij"), min_size=1, max_size=3)
texts = st.text(st.sampled_from("اللمسوخدةَـ،؟«» .-'aAnthe5٥"), max_size=30)


@pytest.mark.parametrize(
    ("scores", "gold", "rank"),
    [
        ({"a": 3.0, "b": 2.0, "c": 1.0}, {"a"}, 1),
        ({"a": 3.0, "b": 2.0, "c": 1.0}, {"c"}, 3),
        ({"c": 1.0, "b": 2.0, "a": 3.0}, {"c"}, 3),  # the order in which they come says nothing
        ({"a": 2.0, "b": 2.0, "c": 1.0}, {"a"}, 2),  # a tie counts against
        ({"a": 0.0, "b": 0.0, "c": 0.0}, {"b"}, 3),  # all the same: nothing was found
        ({"a": 3.0, "b": 2.0}, {"z"}, None),
        ({}, {"z"}, None),
        ({"a": 3.0, "b": 2.0, "c": 1.0}, {"b", "c"}, 2),  # the best of several
        ({"a": 3.0, "b": 2.0, "c": 2.0}, {"b", "c"}, 2),  # golds do not count against each other
        ({"a": -0.1, "b": -0.3}, {"b", "z"}, 2),
    ],
)
def test_gold_rank(scores: dict[str, float], gold: set[str], rank: int | None) -> None:
    assert gold_rank(scores, gold) == rank


@given(runs, golds)
def test_gold_rank_is_the_first_gold_of_the_least_favourable_order(
    scores: dict[str, float], gold: set[str]
) -> None:
    against = sorted(scores, key=lambda article_id: (-scores[article_id], article_id in gold))
    positions = [place for place, article_id in enumerate(against, start=1) if article_id in gold]
    assert gold_rank(scores, gold) == (positions[0] if positions else None)


def test_success_and_reciprocal_rank_as_ir_measures_has_them() -> None:
    # ir_measures.calc_aggregate([Success@1, Success@5, Success@10, RR@10], qrels, run) on four queries
    # whose first relevant documents are at 1, 3, 11 and nowhere: 0.25, 0.5, 0.5, (1 + 1/3) / 4.
    ranks = [1, 3, 11, None]
    assert [np.mean([success(rank, k) for rank in ranks]) for k in (1, 5, 10)] == [0.25, 0.5, 0.5]
    assert np.mean([reciprocal_rank(rank, 10) for rank in ranks]) == pytest.approx(1 / 3)
    assert success(10, 10) == 1
    assert reciprocal_rank(10, 10) == 0.1


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
    ],
)
def test_exact_match_and_f1(
    prediction: str, answers: list[str], language: str, exact: float, overlap: float
) -> None:
    assert exact_match(prediction, answers, language) == exact
    assert f1(prediction, answers, language) == pytest.approx(overlap)


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


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30), st.sampled_from([0.0, 0.5, 0.95, 1.0])
)
def test_percentile_is_numpy_inverted_cdf(values: list[float], share: float) -> None:
    assert percentile(values, share) == np.quantile(values, share, method="inverted_cdf")


def test_percentile_of_nothing() -> None:
    assert percentile([], 0.5) == 0.0
