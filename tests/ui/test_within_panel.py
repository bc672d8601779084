"""Which articles are asked, on the page: told in plain words, chosen in the panel, kept as text."""

import re
import time
from collections.abc import Iterator

import pytest

from assistant.answers import AskedWithin
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.filters import ALL, Filter
from index.library import Library, Snapshot
from ui.within.panel import PAGE, bar, filter_of_form, listing, panel, view_of
from ui.within.telling import (
    answer_notes,
    asked_words,
    filter_of_link,
    filter_words,
    less,
    only,
    source_buttons,
    without,
)

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
            "11 مقالًا: العربية، منذ 2023، ليس في motions/",
        ),
        (
            "id:a -id:b author:Oakes",
            1,
            "1 article: “Mill”, not “b”, by Oakes",
            "مقال واحد: «Mill»، ليس «b»، بقلم Oakes",
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
    assert 'name="first" dir="ltr" size="10" placeholder="2023 أو 2023-05" value="2001"' in shown
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


def test_an_answer_says_what_it_was_asked_within() -> None:
    assert answer_notes(None, "en") == ""
    told = answer_notes(AskedWithin("", "id:a", 1, 2, (SCRIPT,), True), "en")
    assert SCRIPT not in told
    assert "Understood as: within" in told
    assert 'data-within="literally"' in told
    assert 'data-within="all"' in told
    assert "none so exact: 2" in told
    assert "لا" not in answer_notes(AskedWithin("language:ar", "", 3, 0), "ar")
    assert filter_words(Filter.parse("language:ar"), "ar") == "العربية"
