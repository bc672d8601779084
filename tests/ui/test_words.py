"""The words of the page in both languages."""

from dataclasses import fields

import pytest

from ui.paragraphs import direction
from ui.words import ARABIC, ENGLISH, Words, count_articles, preferred_language


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (1, "1 article", "مقال واحد"),
        (2, "2 articles", "مقالان"),
        (3, "3 articles", "3 مقالات"),
        (10, "10 articles", "10 مقالات"),
        (11, "11 articles", "11 مقالًا"),
        (99, "99 articles", "99 مقالًا"),
        (100, "100 articles", "100 مقال"),
        (102, "102 articles", "102 مقال"),
        (1103, "1,103 articles", "1,103 مقالات"),
    ],
)
def test_articles_are_counted_as_each_language_counts(count: int, english: str, arabic: str) -> None:
    assert count_articles(count, "en") == english
    assert count_articles(count, "ar") == arabic


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("en-GB,en;q=0.9,ar;q=0.8", "en"),
        ("fr, ar-EG;q=0.9, en;q=0.8", "ar"),
        ("*", "en"),
    ],
)
def test_the_page_speaks_the_browsers_language(accepted: str, expected: str) -> None:
    assert preferred_language(accepted) == expected


def test_both_languages_say_everything_with_the_same_gaps() -> None:
    for field in fields(Words):
        english, arabic = str(getattr(ENGLISH, field.name)), str(getattr(ARABIC, field.name))
        assert english.strip()
        assert english.count("{}") == arabic.count("{}"), field.name
        expected = {"direction": ("auto", "auto"), "language": ("auto", "auto")}
        if field.name == "other_language":  # said in the other language
            assert (direction(english), direction(arabic)) == ("rtl", "ltr")
        elif field.name not in expected:
            assert direction(arabic) == "rtl", field.name
