"""The order of reading from where glyphs stand: laws on made-up pages and lines."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats.layout.blocks import structured
from index.formats.layout.characters import Style
from index.formats.layout.glyphs import Fonts, Glyph
from index.formats.layout.hyphens import HYPHEN, SOFT, Joiner
from index.formats.layout.pages import page_lines
from index.formats.layout.right_to_left import reading_order
from index.formats.layout.running_heads import PageLines, without_running_heads
from index.formats.layout.runs import GlyphRun

SEEN = (0.0, 0.0, 600.0, 800.0)
ARABIC = ["البيت", "في", "قال", "مدينة", "كلفته"]
LATIN = ["NASA", "Blue Harbor", "U.S.A", "www.example.org", "COBALT-7", "Boeing 747"]
NUMBERS = ["12", "3.5", "7,300", "27/10/2024", "8:30", "٣٫٥", "1921-1934", "18%"]


def shown(text: str) -> list[str]:
    """The text from left to right as a page shows a paragraph that runs from right to left (UAX #9)."""
    kinds = [kind_of(letter) for letter in text]
    strong = "AL"
    for place, kind in enumerate(kinds):  # W2, W7
        if kind in {"L", "AL"}:
            strong = kind
        elif kind == "EN":
            kinds[place] = "AN" if strong == "AL" else "L"
    for place in range(1, len(kinds) - 1):  # W4
        if kinds[place] == "CS" and kinds[place - 1] == kinds[place + 1] == "AN":
            kinds[place] = "AN"
    levels = []
    for place, kind in enumerate(kinds):  # N1, N2, I1
        if kind in {"CS", "ON"}:
            sides = {strong_at(kinds[:place][::-1]), strong_at(kinds[place + 1 :])}
            kind = "L" if sides == {"L"} else "R"
        levels.append(2 if kind in {"L", "AN"} else 1)
    seen: list[str] = []
    for run in re.finditer("1+|2+", "".join(map(str, levels))):  # L2
        part = list(text[run.start() : run.end()])
        seen = (part if run[0][0] == "2" else part[::-1]) + seen
    return seen


def kind_of(letter: str) -> str:
    if letter in "0123456789":
        return "EN"
    if letter in "٠١٢٣٤٥٦٧٨٩٫":
        return "AN"
    if letter in ".,:/":
        return "CS"
    return "L" if letter.isascii() and letter.isalpha() else "AL" if letter.isalpha() else "ON"


def strong_at(kinds: Sequence[str]) -> str:
    return next((kind for kind in kinds if kind not in {"CS", "ON"}), "AL")


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ARABIC), st.sampled_from([*LATIN, *NUMBERS, *ARABIC])), min_size=1))
def test_reading_order_reads_what_the_bidirectional_algorithm_shows(pairs: list[tuple[str, str]]) -> None:
    text = " ".join(word for pair in pairs for word in pair) + " انتهى."
    assert reading_order(shown(text), right_to_left=True) == text


@pytest.mark.parametrize(
    "text",
    [
        "وقال الوزير (سامي النجار) في القاهرة إن شركة NASA Goddard شاركت.",
        "المعروف باسم (Tarfawi Port) مدته 12 سنة.",
        "في «المدينة» [العدد 27] عند الساعة 10:45 على",
        "زادت بنسبة 18.5% بين 1998 و2004، ونشرت",
        "يوم 27/10/2024 (هاتف 0965-331-204).",
    ],
)
def test_brackets_signs_and_numbers_within_arabic(text: str) -> None:
    mirrored = text.translate(str.maketrans("()[]«»", ")(][»«"))
    for written in (text, mirrored):  # programs differ in what they say of a bracket that is turned
        assert reading_order(shown(written), right_to_left=True) == text


def test_arabic_within_english_is_turned_and_the_rest_is_not() -> None:
    assert (
        reading_order(list("the name (يلع دمحم) in 1921."), right_to_left=False)
        == "the name (محمد علي) in 1921."
    )


def line(text: str, x: float, y: float, size: float = 10.0, bold: bool = False) -> GlyphRun:
    """A run of glyphs of half their size in width."""
    width, style = size / 2, Style(size, bold, 0)
    glyphs = [Glyph(letter, x + n * width, x + (n + 1) * width, y, style) for n, letter in enumerate(text)]
    return GlyphRun(y, size, bold, 0, x, x + len(text) * width, glyphs)


def page(runs: Sequence[GlyphRun], label: str = "1") -> PageLines:
    return page_lines(runs, SEEN, label)


def text_of(*pages: Sequence[GlyphRun]) -> list[str]:
    made = [page(runs, str(number)) for number, runs in enumerate(pages, 1)]
    without_running_heads(made)
    return structured(made).text.split("\n")


def column(words: Sequence[str], x: float, y: float, size: float = 10.0) -> list[GlyphRun]:
    return [line(text, x, y - 14 * n, size) for n, text in enumerate(words)]


LEFT = [
    "the harbour was closed that",
    "year to every ship that came",
    "from the north of the island",
    "and nobody",
]
RIGHT = [
    "knew for how long it would",
    "be so since the council said",
    "nothing to the people of the",
    "old town.",
]
STORY = " ".join(LEFT + RIGHT)


@given(st.randoms(use_true_random=False), st.floats(-6, 6))
@settings(max_examples=50, deadline=None)
def test_two_columns_are_read_one_after_the_other(chance, shift: float) -> None:  # type: ignore[no-untyped-def]
    """Whatever the order in which they are drawn, on one grid of lines or not, under a heading over both."""
    runs = [line("A heading that goes over the whole of the page", 50, 700, 16)]
    runs += [*column(LEFT, 50, 650), *column(RIGHT, 320, 650 + shift)]
    chance.shuffle(runs)
    assert text_of(runs) == ["A heading that goes over the whole of the page", STORY]


def test_a_longer_column_goes_on_below_the_end_of_the_other_however_wide_its_lines_stand() -> None:
    first = [*LEFT[:3], "and for a long time after that", "not even the master of the port"]
    runs = [line(text, 50, 650 - 22 * n) for n, text in enumerate(first)]
    runs += [line(text, 320, 650 - 22 * n) for n, text in enumerate([*RIGHT[:2], "nothing to them."])]
    assert text_of(runs) == [" ".join([*first, *RIGHT[:2], "nothing to them."])]


def test_columns_of_arabic_are_read_from_the_right() -> None:
    first = [
        "لم يكن في المدينة ميناء حتى",
        "جاء المهندسون من الشمال في",
        "ذلك العام وبنوا رصيفا طويلا",
        "من الحجر",
    ]
    second = [
        "الأبيض قرب السوق القديمة ثم",
        "فتحوا فيه مخازن للسمك وبيتا",
        "للحارس وعلقوا فوقه مصباحا",
        "كبيرا.",
    ]
    runs = [
        *column([text[::-1] for text in second], 50, 650),
        *column([text[::-1] for text in first], 320, 650),
    ]
    right = 320 + 5 * len(first[0])
    for run in runs:  # set to the right of their columns
        edge = right if run.x0 == 320 else right - 270
        shift = edge - run.x1
        run.x0, run.x1 = run.x0 + shift, run.x1 + shift
        for glyph in run.glyphs:
            glyph.x0, glyph.x1 = glyph.x0 + shift, glyph.x1 + shift
    assert text_of(runs) == [" ".join(first + second)]


def test_a_table_is_read_row_by_row() -> None:
    rows = [("Harbour", "Ships", "Opened"), ("Mersa Tala", "1,240", "1931"), ("Ras Amoud", "860", "1954")]
    runs = [
        line(cell, 50 + 120 * n, 600 - 16 * m) for m, row in enumerate(rows) for n, cell in enumerate(row)
    ]
    found = structured([page(runs)])
    cells = [tuple(found.text[start:end] for start, end in block.cells) for block in found.blocks]
    assert cells == rows
    assert [block.head for block in found.blocks] == [True, False, False]
    assert [found.text[block.start : block.end] for block in found.blocks] == [
        " | ".join(row) for row in rows
    ]


def test_a_list_is_items_and_a_wrapped_item_is_one() -> None:
    lines = ["• a loaf of bread and some oil for the lamp of", "  the keeper", "• a coil of rope"]
    found = structured([page(column(lines, 50, 600))])
    assert [(block.kind, found.text[block.start : block.end]) for block in found.blocks] == [
        ("item", "• a loaf of bread and some oil for the lamp of the keeper"),
        ("item", "• a coil of rope"),
    ]


def test_a_wrapped_heading_is_one_heading_and_levels_follow_sizes() -> None:
    runs = [*column(["The harbour of the old town and", "what became of it"], 50, 700, 16)]
    runs += [line("Its lamp", 50, 650, 13), *column(LEFT, 50, 620)]
    found = structured([page(runs)])
    assert [(block.kind, block.level) for block in found.blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 0),
    ]
    assert found.text.startswith("The harbour of the old town and what became of it\nIts lamp\n")


def test_a_paragraph_goes_on_over_the_page_and_pages_know_their_text() -> None:
    pages = [page(column(LEFT, 50, 700), "xii"), page(column(RIGHT, 50, 700), "1")]
    found = structured(pages)
    assert found.text == STORY
    assert [(at.label, found.text[at.start : at.end]) for at in found.pages] == [
        ("xii", " ".join(LEFT) + " "),
        ("1", " ".join(RIGHT)),
    ]


def test_a_note_at_the_foot_does_not_cut_the_sentence() -> None:
    first = [*column(LEFT, 50, 300), line("1 See the letters of the keeper.", 50, 200, 8)]
    assert text_of(first, column(RIGHT, 50, 700)) == [STORY, "1 See the letters of the keeper."]


@pytest.mark.parametrize(
    ("word", "number", "read"),
    [
        ("Anna Berg", "1", "Anna Berg[1]"),
        ("the end.", "12", "the end.[12]"),
        ("in 1934", "2", "in 1934[2]"),
        ("about 240 m", "2", "about 240 m2"),
        ("some 10", "3", "some 103"),
        ("where x", "2", "where x2"),
        ("المدينة القديمة", "1", "المدينة القديمة[1]"),
        ("انتهى.", "12", "انتهى.[12]"),
        ("240 م", "2", "240 م2"),
    ],
)
def test_a_notes_number_is_told_from_a_power(word: str, number: str, read: str) -> None:
    seen = "".join(shown(word)) if word[-2] > "z" or word[-1] > "z" else word
    x = 50 - 3 * len(number) if seen is not word else 50 + 5 * len(word)
    assert text_of([line(seen, 50, 600), line(number, x, 604, 6)]) == [read]


def test_a_page_is_labelled_with_the_number_printed_on_it() -> None:
    made = [
        page([line(text, 50, 600), line(f"- {n} -", 280, 20)], str(n - 6))
        for n, text in ((7, "one"), (8, "two"))
    ]
    without_running_heads(made)
    assert [at.label for at in structured(made).pages] == ["7", "8"]


class TestRunningHeads:
    def pages(self, heads: Sequence[str], feet: Sequence[str]) -> list[str]:
        body = [["one two three"], ["four five six"], ["seven eight nine."]]
        return text_of(
            *(
                [line(h, 50, 780), *column(b, 50, 600), line(f, 280, 20)]
                for h, b, f in zip(heads, body, feet, strict=True)
            )
        )

    @pytest.mark.parametrize(
        ("heads", "feet"),
        [
            (["The review"] * 3, ["1", "2", "3"]),
            (["The review, 1934"] * 3, ["Page 7 of 90", "Page 8 of 90", "Page 9 of 90"]),
            (["1 The review", "2 The review", "3 The review"], ["- 1 -", "- 2 -", "- 3 -"]),
            (["مجلة المنارة"] * 3, ["صفحة ٧ من ٩", "صفحة ٨ من ٩", "صفحة ٩ من ٩"]),
            (["The review"] * 3, ["x", "xi", "xii"]),
        ],
    )
    def test_what_repeats_goes(self, heads: list[str], feet: list[str]) -> None:
        assert self.pages(heads, feet) == ["one two three four five six seven eight nine."]

    def test_what_does_not_repeat_stays(self) -> None:
        text = self.pages(["Of ships.", "Of lamps.", "Of oil."], ["In 1931.", "In 1954.", "In 2022."])
        assert [line for line in text if line.startswith(("Of", "In"))] == [
            "Of ships.", "In 1931.", "Of lamps.", "In 1954.", "Of oil.", "In 2022."
        ]  # fmt: skip

    @pytest.mark.parametrize("address", ["file:///home/anna/climb.html", "https://example.org/climb?day=1"])
    def test_what_a_browser_prints_about_one_page_goes(self, address: str) -> None:
        head = [line("11/27/26, 10:56 PM", 24, 776, 8), line("The climb of 1934", 260, 776, 8)]
        body = column(LEFT, 50, 700)
        assert text_of([*head, *body, line(address, 24, 17, 8), line("1/1", 570, 17, 8)]) == [" ".join(LEFT)]
        assert len(text_of([*head, *body, line(address, 24, 17, 8)])) == 3  # an address may be the author's

    def test_a_document_of_nothing_else_is_kept(self) -> None:
        assert text_of([line("The review", 50, 780)], [line("The review", 50, 780)]) == [
            "The review The review"
        ]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("the medi-", "cines of", "the medicines of"),
        ("the medi\u2010", "cines of", "the medicines of"),
        (f"the medi{SOFT}", "cines of", "the medicines of"),
        (f"the medi{HYPHEN}", "cines of", "the medicines of"),
        ("Karima al-", "Rahman", "Karima al-Rahman"),
        ("in 1921-", "1934", "in 1921-1934"),
        ("a well-", "known man", "a well-known man"),
        ("state-of-the-", "art work", "state-of-the-art work"),
        ("a sea-", "plane", "a sea-plane"),  # as the article writes it elsewhere
        ("an air-", "plane", "an airplane"),
        ("the UN-", "led force", "the UN-led force"),
        ("it was -", "so they said", "it was - so they said"),
        ("1921–", "1934", "1921–1934"),
        ("see https://example.org/", "a/b", "see https://example.org/a/b"),
        ("قال في", "المدينة", "قال في المدينة"),
    ],
)
def test_words_over_the_end_of_a_line(first: str, second: str, joined: str) -> None:
    joiner = Joiner(["a sea-plane flew over an airplane", first, second])
    text, glue = joiner.join(first, second)
    assert (
        text + glue + second == joined.replace("-", HYPHEN)
        if HYPHEN in text
        else text + glue + second == joined
    )


def test_letters_of_one_glyph_are_turned_as_lam_alef_shows() -> None:
    for glyphs, letters in ((["ال", "مل"], ["لا", "لم"]), (["لا", "لم"], ["لا", "لم"]), (["مل"], ["لم"])):
        made = [Glyph(text, 0, 10, 0, Style(10, False, 0)) for text in glyphs]
        Fonts().mend(made)
        assert [glyph.text for glyph in made] == letters


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text("ab لاة.-1", min_size=1, max_size=30), st.integers(0, 400), st.integers(0, 39)),
        unique_by=lambda drawn: drawn[2],
    )
)
def test_no_letter_is_lost_or_made_up(lines: list[tuple[str, int, int]]) -> None:
    found = structured([page([line(text, x, 20 * y) for text, x, y in lines if text.strip()])])
    assert sorted(re.sub(r"[^abلاة]", "", found.text)) == sorted(
        re.sub(r"[^abلاة]", "", "".join(text for text, _, _ in lines))
    )
    starts = [block.start for block in found.blocks]
    assert starts == sorted(starts)
    assert [found.text[block.start : block.end] for block in found.blocks] == found.text.split("\n") * bool(
        starts
    )
