"""Names that meet across the scripts by what they sound like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.analysis import fold
from index.text.phonetic import SHORTEST, phonetic_keys


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("Tesla", "تسلا"),
        ("Normandy", "نورماندي"),
        ("Warsaw", "وارسو"),
        ("Lavrov", "لافروف"),
        ("Philips", "فيليبس"),
        ("Shakespeare", "شكسبير"),
        ("Michael", "مايكل"),
        ("Jacksonville", "جاكسونفيل"),
        ("Lincoln", "ولينكولن"),
    ],
)
def test_one_name_in_two_scripts(latin: str, arabic: str) -> None:
    assert set(phonetic_keys(fold(latin))) & set(phonetic_keys(fold(arabic)))


@pytest.mark.parametrize(("one", "other"), [("Tesla", "نورماندي"), ("Paris", "برلين"), ("London", "لافروف")])
def test_names_that_sound_otherwise(one: str, other: str) -> None:
    assert not set(phonetic_keys(fold(one))) & set(phonetic_keys(fold(other)))


def test_short_words_and_digits_have_no_sound() -> None:
    assert phonetic_keys("at") == phonetic_keys("في") == phonetic_keys("1874") == phonetic_keys("b2b") == ()


@given(st.text(st.sampled_from("abchkstwyالمنروجش12"), min_size=1, max_size=12))
def test_keys_are_sorted_consonants(word: str) -> None:
    found = phonetic_keys(word)
    assert list(found) == sorted(set(found))
    assert all(len(key) >= SHORTEST and not set(key) & set("aeiouh12") for key in found)
