"""Markdown reads as prose."""

import time

import pytest

from index.formats.markdown import read_markdown


@pytest.mark.parametrize(
    ("marked", "prose"),
    [
        ("# The council #", "The council"),
        (
            "Some **bold**, *soft*, __strong__ and _slanted_ words",
            "Some bold, soft, strong and slanted words",
        ),
        ("**مجلس** و*لجنة*", "مجلس ولجنة"),
        ("a * b, 2*3*4, snake_case_name", "a * b, 2*3*4, snake_case_name"),
        (
            'See [the guide](http://a.b/c_(d) "now"), [this][1] and ![a map](m.png).',
            "See the guide, this and a map.",
        ),
        ("Text[^1] <https://a.b> `code` ~~old~~", "Text https://a.b code old"),
        ("> quoted\n> twice", "quoted\ntwice"),
        ("* one\n- [x] two\n3. three", "one\ntwo\n3. three"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a | b\n\nc | d"),
        ("Head\n====\n\n***\n\nBody", "Head\n\nBody"),
        ("```py\nx = *a[0](1)*\n```\n*then*", "x = *a[0](1)*\nthen"),
        ("A <!-- gone\nstill --> B &amp; C<br>", "A  B & C"),
        (r"\*not\* emphasis", "*not* emphasis"),
        ("[1]: http://a.b\nText", "Text"),
        ("---\nA rule, not front matter\n---", "A rule, not front matter"),
    ],
)
def test_marks_go_and_words_stay(marked: str, prose: str) -> None:
    assert read_markdown(marked.encode()).text == prose


def test_front_matter() -> None:
    front = "title: \"خبر: اليوم\"\ndate: 2024-01-02\nlang: ar\nsource: 'جريدة'\ntags:\n  - a"
    found = read_markdown(f"---\n{front}\n---\n# عنوان\nالنص".encode())
    assert (found.title, found.published, found.language, found.source) == (
        "خبر: اليوم",
        "2024-01-02",
        "ar",
        "جريدة",
    )
    assert found.text == "عنوان\nالنص"


def test_without_front_matter_the_heading_is_the_title() -> None:
    assert read_markdown(b"Intro\r\n\r\n# The *old* mill\r\nText").title == "The old mill"


@pytest.mark.parametrize(
    "piece", ["<!--", "[", "![a](", "*a ", "_a ", "`", "<a ", "&a", '[a](b "', "~~a", "|-", " ", "#"]
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.perf_counter()
    read_markdown((piece * 20_000).encode())
    read_markdown(("a" + piece * 20_000 + "a").encode())
    assert time.perf_counter() - started < 3
