"""Markdown reads as prose."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats.markdown import parse


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
            'See [the guide](http://a.b/c_(d) "now"), [this][1] and ![a map](m.png).\n\n[1]: http://a.b',
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
    assert parse(marked).text == prose


def test_front_matter() -> None:
    front = "title: \"خبر: اليوم\"\ndate: 2024-01-02\nlang: ar\nsource: 'جريدة'\ntags:\n  - a"
    found = parse(f"---\n{front}\n---\n# عنوان\nالنص")
    assert (found.title, found.published, found.language, found.source) == (
        "خبر: اليوم",
        "2024-01-02",
        "ar",
        "جريدة",
    )
    assert found.text == "عنوان\nالنص"


def test_without_front_matter_the_heading_is_the_title() -> None:
    assert parse("Intro\r\n\r\n# The *old* mill\r\nText").title == "The old mill"


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        (
            "Sold twice.[^1]\n\n[^1]: To the priest\n    of the village.",
            "Sold twice.\n\nTo the priest\nof the village.",
        ),
        ("[^1]: Once.\n[^two]: http://a.b", "Once.\nhttp://a.b"),
        ("He said[^1]: no", "He said: no"),
        (
            "[Reporter]: Who greases it?\n\n[Miller]: Samar.",
            "[Reporter]: Who greases it?\n\n[Miller]: Samar.",
        ),
        ("> [Miller]: Samar.", "[Miller]: Samar."),
        (
            "<keeper@example.org> or <salma.haddad AT example>",
            "keeper@example.org or <salma.haddad AT example>",
        ),
        ("`<main>` and List<String>, 1 < 2", "<main> and List<String>, 1 < 2"),
        ("If x<y and y>z, moisture <b and weight> 4", "If x<y and y>z, moisture <b and weight> 4"),
        ("street<br>opposite<br/>\nthe school", "street\nopposite\nthe school"),
        ("| a | b |\n|---|---|\n| c<br>d | e \\| f | g | h |", "a | b\n\nc d | e | f | g | h"),
        ("- | a | b |\n  |---|---|\n  | c |", "a | b\n\nc | "),
        ("<table><tr><td>Upper</td><td>1887</td></tr></table>", "Upper\n1887"),
        ("<details open>\n<summary>Price</summary>\n900 &pound;\n</details>", "Price\n900 £"),
        ("<T>\n\n<script>\nhidden\n</script>\n<style>hidden</style>", "<T>"),
        ("<pre>\n  a\n\n  b\n</pre>", "  a\n\n  b"),
        ("<!-- not ended\n\n*text*", "<!-- not ended\n*text*"),
        ("```html\n<!-- kept -->\n\n\n<b>\n```", "<!-- kept -->\n\n\n<b>"),
        ("Code:\n\n    x = [1]\n      y\n", "Code:\n\nx = [1]\n  y"),
        ("[this][1], [1] and [other]\n\n[1]: /a 'title'", "this, 1 and [other]"),
    ],
)
def test_what_is_there_to_be_read_stays(marked: str, text: str) -> None:
    assert parse(marked).text == text


WORDS = st.integers(0, 99).map("w{}w".format)
# No fence with words behind it, no address, no comment: these are not to be seen.
MARKS = st.sampled_from("*_<>[]|&\\ \n\t") | st.sampled_from(
    ["**", "`.", "~~.", "]: ", "[^1]", "[^1]: ", "> ", "- ", "1. ", "    ", "<b>", "<br>", "<td>"]
)
LINES = st.sampled_from(["\n\n", "\n# ", "\n---\n", "\n===\n", "\n|-|-|\n", "\n```\n", "\n<div>\n"])


@given(st.lists(WORDS | MARKS | LINES, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_word_is_lost_nor_out_of_order(text: str) -> None:
    words = re.findall(r"w\d+w", text)
    assert re.findall(r"w\d+w", parse(text).text) == words


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "[",
        "![a](",
        "*a ",
        "_a ",
        "`",
        "<a ",
        "&a",
        '[a](b "',
        "~~a",
        "|-",
        " ",
        "#",
        "<!A",
        "<script ",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    parse(piece * 10_000)
    parse("a" + piece * 10_000 + "a")
    assert time.process_time() - started < 5
