"""What texts state in numbers and dates, compared across languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.quantities import quantities


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a hundred and forty-two steps", {142}),
        ("مئة واثنتين وأربعين درجة", {142}),
        ("خمسة عشر يومًا", {15}),
        ("15 of 20", {15, 20}),
        ("ثلاثمئة وعشرون", {320}),
        ("ثلاثة آلاف ومئتان", {3200}),
        ("twenty-five thousand three hundred", {25300}),
        ("25 مليار", {25e9}),
        ("4.8 million dinars", {4.8e6}),
        ("٩٤٠ ألف دينار", {940_000}),
        ("940,000 dinars", {940_000}),
        ("بعد نحو ساعتين ونصف", {2.5}),
        ("two and a half hours", {2.5}),
        ("الحادية عشرة ليلًا", {11}),
        ("nothing", set()),
    ],
)
def test_numbers_in_digits_and_words(text: str, numbers: set[float]) -> None:
    assert quantities(text).numbers == numbers


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("في ١٢ أيار ١٩٣٨", "on 12 May 1938", True),
        ("في ١٢ أيار ١٩٣٨", "in 1938", True),
        ("في ٣ تشرين الثاني ٢٠١٤", "on 3 November 2015", False),
        ("في كانون الثاني 2025", "from March 2025", False),
        ("من السبت إلى الأربعاء", "Saturday to Thursday", False),
        ("ما عدا الثلاثاء", "closed on Mondays", False),
        ("نحو 48 ألف نسمة", "About 52,000 people", False),
        ("about 340", "338", True),
        ("340", "338", False),
        ("أكثر من سبعين بيتًا", "over seventy houses", True),
        ("60 قاربًا", "forty boats", False),
        ("عصير البرتقال", "orange juice", None),
        ("بسبب مدفأة", "two stoves", None),
    ],
)
def test_what_is_stated_agrees_or_not(one: str, other: str, same: bool | None) -> None:
    assert quantities(one).agrees(quantities(other)) is same
    assert quantities(other).agrees(quantities(one)) is same


@given(st.integers(0, 999), st.integers(0, 999))
def test_digits_are_told_apart_as_numbers_are(one: int, other: int) -> None:
    apart = abs(one - other) > 0.005 * max(one, other)
    assert quantities(f"{one} boats").agrees(quantities(f"{other} قاربًا")) is not apart


@given(st.text(max_size=60))
def test_any_text_agrees_with_itself_or_states_nothing(text: str) -> None:
    stated = quantities(text)
    assert stated.agrees(stated) is (True if stated else None)
