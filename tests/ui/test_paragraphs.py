"""Paragraphs: each in its own direction, every character shown, marks where they belong."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import SIGNS, Page, hostile

from index.text.sentences import with_line_feeds
from ui.paragraphs import Mark, direction, paragraphs


def without_line_breaks(text: str) -> str:
    shown, start = "", 0
    for line in with_line_feeds(text).split("\n"):
        shown += text[start : start + len(line)] if line.strip() else ""
        start += len(line) + 1
    return shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mill stands by the river.", "ltr"),
        ("أعلن حلف NATO اجتماعا", "rtl"),
        ("NATO يعقد اجتماعا في بروكسل", "rtl"),  # the first strong letter is Latin, the paragraph is not
        ("He said (مجلس) and left the room", "ltr"),
        ("1. اقترح لافروف تشكيل مجلس", "rtl"),
        ("1987 - 2021", "auto"),
        ("", "auto"),
        ("مجلس Majlis", "auto"),
    ],
)
def test_a_paragraph_runs_as_most_of_its_words_do(text: str, expected: str) -> None:
    assert direction(text) == expected


def test_each_paragraph_has_its_own_direction() -> None:
    assert paragraphs("Hello there\n\nمرحبا بكم\n1987", otherwise="rtl") == (
        '<p dir="ltr">Hello there</p><p dir="rtl">مرحبا بكم</p><p dir="rtl" class=joined>1987</p>'
    )


def test_a_mark_inside_another_is_nested_in_it() -> None:
    shown = paragraphs("abcdef", [Mark(2, 3, "span", current=True), Mark(1, 5, "quote", current=True)])
    assert shown == (
        '<p dir="ltr">a<mark class="quote current">b<mark class="span current">c</mark>de</mark>f</p>'
    )


def test_of_two_equal_marks_the_second_is_inside() -> None:
    shown = paragraphs("ab", [Mark(0, 2, "quote"), Mark(0, 2, "span")])
    assert shown == '<p dir="ltr"><mark class="quote"><mark class="span">ab</mark></mark></p>'


def test_marks_may_overlap_and_span_paragraphs() -> None:
    shown = paragraphs("abcd\nefgh", [Mark(1, 3, "quote", current=True), Mark(2, 7, "quote")])
    assert shown == (
        '<p dir="ltr">a<mark class="quote current">b<mark class="quote">c</mark></mark>'
        '<mark class="quote">d</mark></p><p dir="ltr"><mark class="quote">ef</mark>gh</p>'
    )


def test_an_empty_mark_marks_nothing() -> None:
    assert paragraphs("ab", [Mark(1, 1, "span"), Mark(0, 0, "span")]) == '<p dir="ltr">ab</p>'


def test_a_letter_keeps_its_vowel_signs_and_accents() -> None:
    name = "سليمٍ"  # the reader may leave the sign of the ending out of the name
    assert paragraphs(name, [Mark(0, 4, "span")], {4: "<b>1</b>"}) == (
        f'<p dir="rtl"><mark class="span">{name}</mark><b>1</b></p>'
    )
    assert paragraphs("e\u0301a", [Mark(1, 3, "span")]) == (
        '<p dir="ltr"><mark class="span">e\u0301a</mark></p>'
    )


@settings(max_examples=200, deadline=None)
@given(hostile, st.data())
def test_every_character_is_shown_and_every_mark_covers_its_letters(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    ranges = data.draw(st.lists(st.tuples(places, places).map(sorted), max_size=3))
    shown = paragraphs(text, [Mark(start, end, f"k{n}") for n, (start, end) in enumerate(ranges)])
    page = Page(shown)
    assert {tag for tag, _ in page.tags} <= {"p", "mark"}
    assert page.text() == without_line_breaks(text)
    letters = [letter.span() for letter in re.finditer(f"\n|[^\n][{SIGNS}]*", with_line_feeds(text))]
    for n, (first, last) in enumerate(ranges):
        touched = [letter for letter in letters if letter[0] < last and first < letter[1] and first < last]
        start, end = (touched[0][0], touched[-1][1]) if touched else (0, 0)
        whole_lines = [
            text[max(start, line.start()) : min(end, line.end())]
            for line in re.finditer(r"[^\n]*", with_line_feeds(text))
            if line[0].strip() and line.start() < end and start < line.end()
        ]
        assert page.text("mark", f"k{n}") == "".join(whole_lines)


@settings(max_examples=100, deadline=None)
@given(hostile.filter(lambda text: "\n" not in with_line_feeds(text) and text.strip()), st.data())
def test_marks_that_lie_inside_each_other_are_one_element_each(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    outer, inner = Mark(edges[0], edges[3], "quote"), Mark(edges[1], edges[2], "span")
    tags = [named["class"] for tag, named in Page(paragraphs(text, [outer, inner])).tags if tag == "mark"]
    assert tags == ["quote"] * (outer.start < outer.end) + ["span"] * (inner.start < inner.end)
