"""Analysis: worked examples in both languages, and what holds for any text."""

import doctest
import re
import unicodedata
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import formats, headlines, text
from index.text import arabic, english
from index.text.analysis import analyse, fold, is_stop, terms_and_spellings

LETTERS = "".join(chr(code) for code in range(0x0621, 0x064B)) + "ٱکیۀﷲﻻﺍﻟﻌ"
MARKS = "\u064b\u064c\u064e\u064f\u0650\u0651\u0652\u0670\u0640\u0301\u200d\u200f"
PIECES = st.sampled_from([*"aZéßİ'’-_.,٫٬0١۹½²مستشفى日ΣК\u0e33", " ", "\n", "U.S.", "1,987", "Lee's", "وَالـ"])
TEXTS = st.lists(PIECES | st.text(LETTERS + MARKS, max_size=8) | st.text(max_size=4), max_size=25).map(
    "".join
)


def terms(text: str) -> list[str]:
    return [term.text for term in analyse(text)]


@pytest.mark.parametrize("folder", [text, formats])
def test_the_examples_in_the_docstrings_hold(folder: ModuleType) -> None:
    modules = [import_module(f"{folder.__name__}.{module.name}") for module in iter_modules(folder.__path__)]
    results = [doctest.testmod(module) for module in (*modules, headlines)]
    assert sum(result.attempted for result in results) > 3
    assert not any(result.failed for result in results)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أإآٱا", "ااااا"),
        ("مستشفى مكتبة", "مستشفي مكتبه"),
        ("مُحَمَّدٌ", "محمد"),
        ("محـــمد", "محمد"),
        ("مؤتمر رئيس شيء", "موتمر رييس شي"),
        ("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹", "0123456789 0123456789"),
        ("ﺍﻟﻌﺮﺑﻴﺔ", "العربيه"),
        ("کتاب ایرانی", "كتاب ايراني"),
        ("Café ÅNGSTRÖM Straße Łódź ŒUVRE", "cafe angstrom strasse lodz oeuvre"),
        ("ﬁne co\u00adoperate\u200f", "fine cooperate"),
    ],
)
def test_what_writers_vary_is_folded_away(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "family",
    [
        "المدرسة مدرسة مدارس والمدارس بالمدرسة للمدرسة مدرستهم مدرستنا المَدْرَسَةُ",
        "كتاب الكتاب كتب وكتبها للكتاب كتابه",
        "المعلم معلم معلمون معلمين المعلمين ومعلماتها",
        "جناح أجنحة الأجنحة",
        "تاريخ التاريخية تاريخيا",
        "study studies studied studying STUDIES",
        "stop stops stopped stopping",
        "write writes wrote written writing",
        "city cities city's cities' city’s",
        "child children children's",
        "U.S. US",
        "1,987 1987 ١٩٨٧ ١٬٩٨٧ ۱۹۸۷",
        "3.5 ٣٫٥",
    ],
)
def test_forms_of_one_word_are_one_term(family: str) -> None:
    assert len({term for word in family.split() for term in terms(word)}) == 1


@pytest.mark.parametrize(
    "words", ["كاتب مدرسة ملعب", "علم معلم علاقة", "university universe unit", "1.5 15 1.05", "thing the"]
)
def test_other_words_stay_apart(words: str) -> None:
    assert len(set(terms(words))) == len(words.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anti-war", ["anti", "war"]),
        ("l'Hôpital d’État", ["lhopital", "detat"]),
        ("don't O'Brien Qur'an", ["dont", "obrien", "quran"]),
        ("الـBBC قناة", ["ال", "bbc", "قنا"]),
        ("سنة 2010م", ["سنه", "2010", "م"]),
        ("12.05.2007", ["12", "05", "2007"]),
        ("COVID-19 snake_case", ["covid", "19", "snak", "cas"]),
        ("", []),
        (" \n…«»؟", []),
        ("ء", ["ء"]),
    ],
)
def test_where_words_begin_and_end(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_ranges_land_on_the_vowelled_original() -> None:
    text = "قَرَأَ الطُّلّابُ «الكُتُبَ» في 1,987 library's."
    assert [text[term.start : term.end] for term in analyse(text)] == [
        "قَرَأَ", "الطُّلّابُ", "الكُتُبَ", "في", "1,987", "library's",
    ]  # fmt: skip


def test_stop_words_are_terms_too() -> None:
    for question in ("من متى أين كم لماذا ما هل كيف", "who what when where why how many which"):
        assert all(is_stop(term) for term in terms(question))
    assert not any(is_stop(term) for term in terms("council lavrov library لافروف مجلس الخبراء مدرسة"))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_every_term_comes_from_its_own_range(text: str) -> None:
    found = analyse(text)
    assert [term.text for term in found] == [stemmed for stemmed, _ in terms_and_spellings(text)]
    before = 0
    for term, (_, spelling) in zip(found, terms_and_spellings(text), strict=True):
        assert before <= term.start < term.end <= len(text)
        before = term.end
        piece = text[term.start : term.end]
        assert terms_and_spellings(piece) == [(term.text, spelling)]
        assert term.text
        assert not re.search(r"\s", term.text)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_letter_or_digit_is_outside_of_the_terms(text: str) -> None:
    covered = {place for term in analyse(text) for place in range(term.start, term.end)}
    outside = [text[place] for place in range(len(text)) if place not in covered]
    assert not [character for character in outside if character.isalnum()]


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_folding_is_stable_and_blind_to_normal_forms_and_case(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, text)) == once
    assert fold(text.casefold()) == once


@given(
    st.text(LETTERS, min_size=1, max_size=12), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
)
@settings(max_examples=300, deadline=None)
def test_a_stem_is_never_empty_nor_longer_than_its_word(one: str, other: str) -> None:
    word = fold(one)
    if word:
        assert min(3, len(word)) <= len(arabic.stem(word)) <= len(word)
    assert min(2, len(other)) <= len(english.stem(other)) <= len(other)
