"""Which articles are asked, on the page: told in plain words, chosen in the panel, kept as text."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import answered_in_short, conversation

from assistant.answers import AskedWithin
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.filters import ALL, Filter
from index.library import Library, Snapshot
from ui.within.page import Within
from ui.within.panel import PAGE, bar, filter_of_form, listing, panel, view_of
from ui.within.telling import (
    answer_notes,
    asked_words,
    filter_of_link,
    filter_words,
    less,
    notes_of,
    only,
    source_buttons,
    without,
)
from ui.within.words import within_words_in
from ui.words import ENGLISH

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Ten thousand articles."""
    library = Library.create(tmp_path_factory.mktemp("within") / "library", HashingEmbedder())
    library.add(
        make_article(
            id=f"a{n:05}",
            title=f"Report {n} {SCRIPT if n == 9_999 else ''}",
            text=f"Of {n}.",
            source=f"/r/{n}.md",
            published=f"{2000 + n % 20}",
            tags=[f"group {n % 7}"],
        )
        for n in range(10_000)
    )
    with library.snapshot() as snapshot:
        yield snapshot


@pytest.mark.parametrize(
    ("filter", "count", "english", "arabic"),
    [
        ("", 212, "All 212 articles", "كل المقالات (212)"),
        ("published:2023", 3, "3 articles: 2023", "3 مقالات: 2023"),
        (
            "language:ar published:2023.. -source:motions/",
            11,
            "11 articles: Arabic, from 2023, not in motions/",
            "11 مقالًا: العربية، منذ 2023، ليس في \u2068motions/\u2069",
        ),
        (
            "id:a -id:b author:Oakes",
            1,
            "1 article: “\u2068Mill\u2069”, not “\u2068b\u2069”, by Oakes",
            "مقال واحد: «\u2068Mill\u2069»، ليس «\u2068b\u2069»، بقلم \u2068Oakes\u2069",
        ),
        ("id:1 id:2 id:3 id:4", 4, "4 articles: 4 articles chosen", "4 مقالات: مختارة: 4 مقالات"),
        ("kind:pdf tag:x added:..2024", 2, "2 articles: pdf files, tagged x, added until 2024", None),
    ],
)
def test_what_is_asked_is_said_in_plain_words(
    filter: str, count: int, english: str, arabic: str | None
) -> None:
    titles = {"a": "Mill"}
    assert asked_words(Filter.parse(filter), count, "en", titles) == english
    if arabic:
        assert asked_words(Filter.parse(filter), count, "ar", titles) == arabic


def test_a_page_of_the_list_comes_at_a_time_and_quickly(many: Snapshot) -> None:
    filter = Filter.parse("id:a00001 id:a09998 tag:'group' published:2001..".replace("'group'", '"group 1"'))
    view_of(many, filter, "report")
    begun = time.process_time()
    shown = panel(view_of(many, filter, "report", 100), "en")
    assert time.process_time() - begun < 0.5
    assert len(shown) < 60_000
    boxes = re.findall(r'type="checkbox" name="id" value="(a\d+)"', shown)
    assert len(boxes) == PAGE
    assert boxes[0] == "a09899"
    assert re.findall(r'type="hidden" name="id" value="(a\d+)"', shown) == ["a00001", "a09998"]
    assert "101–150 of 10,000" in shown
    assert shown.count("data-first=") == 2


def test_what_is_chosen_is_checked(many: Snapshot) -> None:
    filter = Filter.parse('id:a09998 language:en published:2001..2005 tag:"group 3" author:Oakes -tag:draft')
    shown = panel(view_of(many, filter), "ar")
    assert re.findall(r'value="([^"]*)" checked', shown) == ["en", "group 3", "a09998"]
    assert 'name="first" dir="ltr" size="10" placeholder="2023 أو \u20662023-05\u2069" value="2001"' in shown
    assert 'value="author:Oakes -tag:draft"' in shown
    assert SCRIPT not in shown
    assert "&lt;script&gt;" in shown
    assert "لا مقال بهذا العنوان" in listing(view_of(many, ALL, "nothing of the kind"), "ar")


def test_the_form_tells_the_filter_that_made_it() -> None:
    filter = Filter.parse('id:a language:ar published:2001..2005 tag:"group 3" author:Oakes -id:b')
    form = {
        "id": ["a"],
        "language": "ar",
        "first": "2001",
        "last": "٢٠٠٥",
        "tag": ["group 3"],
        "rest": "author:Oakes -id:b",
    }
    assert filter_of_form(form) == filter
    assert filter_of_form({}) == ALL
    assert filter_of_form({"first": "2001", "last": "2001"}) == Filter.parse("published:2001")
    assert filter_of_form({"last": "2001"}) == Filter.parse("published:..2001")
    with pytest.raises(UserError, match="is no date"):
        filter_of_form({"first": "soon"})


def test_beside_the_question_each_condition_can_be_taken_off() -> None:
    filter = Filter.parse(f'author:"{SCRIPT}" published:2023')
    shown = bar(filter, 3, "en")
    assert SCRIPT not in shown
    assert shown.count('data-within="less"') == 2
    assert 'data-condition="published:2023"' in shown
    assert less(filter, ["published:2023"]) == Filter.parse(f'author:"{SCRIPT}"')


def test_a_source_is_asked_alone_or_left_out() -> None:
    assert str(only("a b")) == 'id:"a b"'
    assert str(without(Filter.parse("id:a id:b published:2023"), "a")) == "id:b published:2023 -id:a"
    assert 'data-within="without" data-id="a&quot;b"' in source_buttons('a"b', "en")
    assert filter_of_link("published:soon") == ALL
    assert filter_of_link(str(only("a"))) == only("a")


def test_many_articles_have_one_button_together() -> None:
    filter = Filter.parse("id:a id:b id:c id:d -id:e language:ar")
    shown = bar(filter, 4, "en", {"e": "Mill"})
    assert shown.count('data-within="less"') == 3
    assert 'data-condition="id:a id:b id:c id:d"' in shown
    assert "4 articles chosen" in shown
    assert "not “\u2068Mill\u2069”" in shown


def test_an_answer_says_what_it_was_asked_within() -> None:
    assert answer_notes(None, "en") == ""
    told = answer_notes(AskedWithin("", "id:a", 1, 2, (SCRIPT,), True), "en")
    assert SCRIPT not in told
    assert "Understood as: within" in told
    assert 'data-within="literally"' in told
    assert 'data-within="all"' in told
    assert "none so exact: 2" in told
    assert filter_words(Filter.parse("language:ar"), "ar") == "العربية"
    given = AskedWithin("id:a id:b -id:c published:2023", "language:ar", 2, 0, ("Mill", "الجسر"), False)
    assert [(note.text, note.does) for note in notes_of(given, "en")] == [
        (
            "Asked within: “\u2068Mill\u2069”, “\u2068الجسر\u2069”, without 1 article, 2023 (2 articles)",
            "",
        ),
        ("Understood as: within Arabic", "literally"),
        ("The other articles do not answer it either.", ""),
    ]
    unknown = AskedWithin("added:2024..", "", 2, 3)
    assert [note.text for note in notes_of(unknown, "en")][1] == (
        "Left out, for an older version took them in and did not note when: 3"
    )
    assert [note.text for note in notes_of(AskedWithin("id:a id:b id:c id:d", "", 4, 0), "ar")] == [
        "سُئل ضمن: مختارة: 4 مقالات (4 مقالات)"
    ]


def test_of_two_that_disagree_the_earlier_and_the_later_are_named() -> None:
    old, new = (
        make_article(id=name, title=name, text="It says so.", source=name, published=date)
        for name, date in (("old", "2001"), ("new", "2003-05"))
    )
    for first, other, english, arabic in (
        (old, new, "A later article says otherwise:", "مقال أحدث يقول غير ذلك:"),
        (new, old, "An earlier article says otherwise:", "مقال أقدم يقول غير ذلك:"),
        (new, new, "Another article says otherwise:", "مقال آخر يقول غير ذلك:"),
    ):
        part = "It says so.", "so"
        for question, said in (("What?", english), ("ماذا؟", arabic)):
            turn = answered_in_short(question, (first, *part), otherwise=[(other, *part)])
            shown = conversation([turn], ENGLISH)
            assert said in shown
            dates = re.findall('<span class="date">(?:<[^>]*>)?([^<]*)', shown)
            assert dates == [first.published, other.published]


def test_whatever_a_browser_hands_over_is_a_filter_or_is_told_as_none(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    page = Within(Assistant(library, Settings(library=tmp_path, retriever="lexical")))
    assert page.narrow({}) == {"within": "", "html": ""}  # nothing to choose among
    library.add(
        [
            make_article(id="a", title="Mill", text="The mill.", source="/m/a.md", published="2001"),
            make_article(id="b", title="الجسر", text="بُني الجسر.", source="/m/b.md", tags=["x"]),
        ]
    )
    assert page.narrow({"within": "نشر:٢٠٠١"})["within"] == "published:2001"
    assert page.narrow({"within": "nonsense", "language": 7})["within"] == ""
    assert page.narrow({"within": "tag:x language:ar", "less": "tag:x"})["within"] == "language:ar"
    assert page.narrow({"within": "tag:x", "only": "a"})["within"] == "id:a"
    assert "«\u2068الجسر\u2069»" in page.narrow({"without": "b", "language": "ar"})["html"]
    for form in (None, 7, [], {"id": {}, "tag": "x", "first": []}):
        assert page.weigh({"form": form})["within"] == ""
    told = page.weigh({"form": {"id": ["a", 1, ""], "last": "2001", "search": "mill"}, "first": -3})
    assert told["within"] == "id:a published:..2001"
    assert "Mill" in told["list"]
    assert page.weigh({"form": {"rest": "nonsense"}})["field"] == "rest"
    assert "2023" in page.weigh({"form": {"first": "soon"}, "language": "ar"})["problem"]
    assert "within-panel" in page.choices({"within": "tag:x"})


def test_a_filter_that_no_link_takes_says_so() -> None:
    short, long = (Filter.of_articles([f"{n:016x}" for n in range(count)]) for count in (90, 300))
    assert within_words_in("en").too_long not in bar(short, 90, "en")
    assert within_words_in("en").too_long in bar(long, 300, "en")
    assert within_words_in("ar").too_long in bar(long, 300, "ar")
    assert "all 6 articles" in bar(Filter.parse(""), 6, "en")


@pytest.mark.parametrize(
    ("published", "english", "arabic"),
    [
        ("2020", "2020", "2020"),
        ("2020-09-23", "2020-09-23", "\u20662020-09-23\u2069"),
        ("2020-09-23..", "from 2020-09-23", "منذ \u20662020-09-23\u2069"),
        ("2020-09..2021", "2020-09–2021", "\u20662020-09–2021\u2069"),
    ],
)
def test_an_arabic_line_does_not_turn_dates_round(published: str, english: str, arabic: str) -> None:
    filter = Filter.parse(f"published:{published}")
    assert filter_words(filter, "en") == english
    assert filter_words(filter, "ar") == arabic
