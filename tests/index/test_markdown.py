"""Markdown reads as prose."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import Part, covered, outline

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
        ("- | a | b |\n  |---|---|\n  | c |", "a | b\n\nc"),
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


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        (
            "The mill\n===\n\n## Its *stones*\n###### Notes\nOne line\nand a second.",
            [
                ("heading1", "The mill"),
                ("heading2", "Its stones"),
                ("heading6", "Notes"),
                ("paragraph", "One line\nand a second."),
            ],
        ),
        (
            "3. Grind\n   - slowly\n\n     and well\n     > he said\n4. Sell\n   ```\n   x\n   ```\n\nEnd.",
            [
                ("item1", "3. Grind"),
                ("item2", "slowly"),
                ("item2", "and well"),
                ("quote", "he said"),
                ("item1", "4. Sell"),
                ("code", "x"),
                ("paragraph", "End."),
            ],
        ),
        (
            "> # Warning\n> Not today.\n>\n> - x\n>\n>       code",
            [("quote", "Warning"), ("quote", "Not today."), ("item1", "x"), ("code", "code")],
        ),
        ("1. 1. a", [("item2", "1. 1. a")]),
        ("1.\n\nNone.", [("paragraph", "None.")]),
        (
            "| a | b | c |\n|---|---|---|\n| d | | **e** |\n| | f | g | h |",
            [
                ("row head", ("a", "b", "c")),
                ("row", ("d", "", "e")),
                ("row", ("", "f", "g", "h")),
            ],
        ),
        (
            "Sold.[^1]\n[^1]: To *one*.\n\n    Then to\n      two.\n[^2]: Both.",
            [
                ("paragraph", "Sold."),
                ("paragraph", "To one."),
                ("paragraph", "Then to\ntwo."),
                ("paragraph", "Both."),
            ],
        ),
        (
            "[Reporter]: Who?\n[Miller]: I.",
            [("paragraph", "[Reporter]: Who?"), ("paragraph", "[Miller]: I.")],
        ),
        (
            "<h1 id='a'>The <i>old</i>\nmill</h1>\n<p>One<br>two</p><p>three\n<pre>\n  x &lt; y\n</pre>",
            [
                ("heading1", "The old mill"),
                ("paragraph", "One\ntwo"),
                ("paragraph", "three"),
                ("code", "  x < y"),
            ],
        ),
        (
            "<table><caption>Stones</caption>\n<tr><th>Stone<th colspan='2'>Owner</tr>\n"
            "<tr><th>Upper</th><td>Bashir<br>Nakhle</td><td></td></tr><tr><td></td><td>no</td></tr></table>After",
            [
                ("paragraph", "Stones"),
                ("row head", ("Stone", "Owner", "")),
                ("row", ("Upper", "Bashir Nakhle", "")),
                ("row", ("", "no")),
                ("paragraph", "After"),
            ],
        ),
        ("> 2. <div>x</div>", [("item1", "2. x")]),
    ],
)
def test_blocks(marked: str, parts: list[Part]) -> None:
    assert outline(parse(marked)) == parts


NOTES = """\
# The mill at Ain Dilb

The mill was sold twice in one year.[^1] It has two stones.[^stones]

The keeper can be reached at <keeper@example.org> or <https://example.org/mill>.

First line of the address<br>second line of the address<br/>third line

| Stone | Owner |
|---|---|
| Upper | Bashir<br>Nakhle |
| Lower | Zaki \\| Sons |

<table><tr><td>Upper stone</td><td>1887</td></tr><tr><td>Lower stone</td><td>1902</td></tr></table>

[Reporter]: Who greases the shaft?

[Miller]: My daughter Samar greases it on Mondays.

The yield is good if moisture <b and weight> 4, as the table of a<b and c>d shows.

```python
def turns(rate):
    return 4 * rate  # the stone
```

    indented = "code"

<details>
<summary>Price</summary>
The price was 900 pounds.
</details>

[^1]: The first buyer was the priest Elias Karam, the second the village.
[^stones]: Both stones came from
    the quarry of Jabal Hajar.
"""
NOTES_IN_ARABIC = """\
# طاحونة عين الدلب

بيعت الطاحونة مرتين في عام واحد[^1].

العنوان: شارع النهر<br>مقابل المدرسة

[الصحفي]: من يشحم المحور؟

[الطحان]: تشحمه ابنتي سمر كل يوم اثنين.

[^1]: المشتري الأول هو القس إلياس كرم، والثاني هو أهل القرية.
"""


def test_a_note_with_everything() -> None:
    assert outline(parse(NOTES)) == [
        ("heading1", "The mill at Ain Dilb"),
        ("paragraph", "The mill was sold twice in one year. It has two stones."),
        ("paragraph", "The keeper can be reached at keeper@example.org or https://example.org/mill."),
        ("paragraph", "First line of the address\nsecond line of the address\nthird line"),
        ("row head", ("Stone", "Owner")),
        ("row", ("Upper", "Bashir Nakhle")),
        ("row", ("Lower", "Zaki | Sons")),
        ("row", ("Upper stone", "1887")),
        ("row", ("Lower stone", "1902")),
        ("paragraph", "[Reporter]: Who greases the shaft?"),
        ("paragraph", "[Miller]: My daughter Samar greases it on Mondays."),
        (
            "paragraph",
            "The yield is good if moisture <b and weight> 4, as the table of a<b and c>d shows.",
        ),
        ("code", "def turns(rate):\n    return 4 * rate  # the stone"),
        ("code", 'indented = "code"'),
        ("paragraph", "Price"),
        ("paragraph", "The price was 900 pounds."),
        ("paragraph", "The first buyer was the priest Elias Karam, the second the village."),
        ("paragraph", "Both stones came from\nthe quarry of Jabal Hajar."),
    ]


def test_a_note_in_arabic() -> None:
    assert outline(parse(NOTES_IN_ARABIC)) == [
        ("heading1", "طاحونة عين الدلب"),
        ("paragraph", "بيعت الطاحونة مرتين في عام واحد."),
        ("paragraph", "العنوان: شارع النهر\nمقابل المدرسة"),
        ("paragraph", "[الصحفي]: من يشحم المحور؟"),
        ("paragraph", "[الطحان]: تشحمه ابنتي سمر كل يوم اثنين."),
        ("paragraph", "المشتري الأول هو القس إلياس كرم، والثاني هو أهل القرية."),
    ]


@pytest.mark.parametrize(
    ("marked", "title", "author", "published", "parts"),
    [
        (
            "# Angle brackets\n\nWrite to Salma Haddad <salma.haddad AT example DOT org> before Friday.\n\n"
            "The element `<main>` holds the article and `List<String>` its lines.\n\n"
            "If x<y and y>z then the pump stops.\n",
            "Angle brackets",
            "",
            "",
            [
                ("heading1", "Angle brackets"),
                ("paragraph", "Write to Salma Haddad <salma.haddad AT example DOT org> before Friday."),
                ("paragraph", "The element <main> holds the article and List<String> its lines."),
                ("paragraph", "If x<y and y>z then the pump stops."),
            ],
        ),
        (
            "---\r\ntitle: \"He said \\\"no\\\"\"\r\nauthor: 'Sa''d'\r\n---\r\nThe mayor refused.\r\n",
            'He said "no"',
            "Sa'd",
            "",
            [("paragraph", "The mayor refused.")],
        ),
        (
            '+++\ntitle = "Salt road"\ndate = 2024-01-02\n+++\nThe salt road is closed.\n',
            "Salt road",
            "",
            "2024-01-02",
            [("paragraph", "The salt road is closed.")],
        ),
    ],
    ids=["angle", "crlf", "toml"],
)
def test_what_a_file_states_and_what_it_holds(
    marked: str, title: str, author: str, published: str, parts: list[Part]
) -> None:
    found = parse(marked)
    assert (found.title, found.author, found.published) == (title, author, published)
    assert outline(found) == parts


WORDS = st.integers(0, 99).map("w{}w".format)
# No fence with words behind it, no address, no comment: these are not to be seen.
MARKS = st.sampled_from("*_<>[]|&\\ \n\t") | st.sampled_from(
    [
        "**",
        "`.",
        "~~.",
        "]: ",
        "[^1]",
        "[^1]: ",
        "> ",
        "- ",
        "1. ",
        "    ",
        "<b>",
        "<br>",
        "<td>",
        "<tr>",
        "<pre>",
    ]
)
LINES = st.sampled_from(
    ["\n\n", "\n# ", "\n---\n", "\n===\n", "\n|-|-|\n", "\n```\n", "\n<div>\n", "\n<table><tr><td>", "\n<h2>"]
)


@given(st.lists(WORDS | MARKS | LINES, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_word_is_lost_nor_out_of_order(text: str) -> None:
    words = re.findall(r"w\d+w", text)
    found = parse(text)
    assert re.findall(r"w\d+w", found.text) == words
    covered(found)


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
        "<tr><td>",
        "<table>\n<tr ",
        "<h2>",
        "<pre>",
        "\n[^1]: a",
        "1. a\n\n",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    parse(piece * 10_000)
    parse("a" + piece * 10_000 + "a")
    assert time.process_time() - started < 5
