"""Pages and sections of citations: in JSON, in words, and in what was kept before there were any."""

from dataclasses import replace

import pytest

from assistant.answers import Answer, cite
from assistant.answers.as_json import answer_to_json
from assistant.cli.terminal import answer_lines
from assistant.locators import NOWHERE, Locator, in_words, located
from assistant.transcript import citation_from_json, citation_to_json, locator_from_json
from index.articles import Article, make_article
from index.structure import Page, TextBuilder


def report(kind: str = "page", number: int = 14) -> Article:
    built = TextBuilder()
    built.add("heading", "The canal", level=1)
    built.add("heading", "Costs", level=2)
    built.add("paragraph", "It cost a million. It was paid by the town.")
    built.add("heading", "Builders", level=2)
    built.add("paragraph", "Ann Hill built it.")
    cut = built.text.index("It was paid") + 6
    pages = (
        Page("xii", 0, cut, number, kind),
        Page("xiii", cut, len(built.text), number and number + 1, kind),
    )
    return make_article(
        id="canal",
        title="The canal",
        text=built.text,
        source="/canal.pdf",
        blocks=built.blocks,
        pages=pages,
    )


def told(article: Article, quote: str) -> Locator:
    start = article.text.index(quote)
    return located(article, start, start + len(quote))


def test_a_quote_is_on_its_page_under_its_heading() -> None:
    assert told(report(), "It cost a million.") == Locator(14, "xii", 14, "xii", "page", "Costs")
    assert told(report(), "It was paid by the town.") == Locator(14, "xii", 15, "xiii", "page", "Costs")
    assert told(report(), "Ann Hill") == Locator(15, "xiii", 15, "xiii", "page", "Builders")


def test_a_page_without_a_number_is_counted_by_its_label() -> None:
    assert told(report("slide", 0), "Ann Hill") == Locator(2, "xiii", 2, "xiii", "slide", "Builders")


def test_a_section_that_is_the_title_or_the_chapter_is_not_told_twice() -> None:
    article = report()
    assert told(replace(article, title="COSTS"), "It cost").section == ""
    chapters = (Page("Costs", 0, len(article.text), 1, "chapter"),)
    assert told(replace(article, pages=chapters), "It cost") == Locator(1, "Costs", 1, "Costs", "chapter", "")
    assert told(replace(article, pages=(), blocks=()), "It cost") == NOWHERE


@pytest.mark.parametrize(
    ("locator", "english", "arabic"),
    [
        (Locator(12, "12", 12, "12"), "page 12", "الصفحة 12"),
        (Locator(45, "٤٥", 46, "٤٦"), "pages ٤٥–٤٦", "الصفحتان ٤٥ و٤٦"),
        (Locator(1, "i", 3, "iii"), "pages i–iii", "الصفحات من i إلى iii"),
        (Locator(3, "3", 3, "3", "slide"), "slide 3", "الشريحة 3"),
        (Locator(2, "The storm", 2, "The storm", "chapter"), "chapter “The storm”", "الفصل «The storm»"),
        (Locator(section="Costs"), "section “Costs”", "القسم «Costs»"),
        (Locator(1, "1", 1, "1", section="Costs"), "page 1, section “Costs”", "الصفحة 1، القسم «Costs»"),
        (NOWHERE, "", ""),
    ],
)
def test_in_words(locator: Locator, english: str, arabic: str) -> None:
    assert (in_words(locator, "en"), in_words(locator, "ar")) == (english, arabic)


def answer() -> Answer:
    article = report()
    start = article.text.index("It was paid")
    citation = cite(1, article, start, start + len("It was paid by the town."))
    return Answer("Who paid?", "Who paid?", "the town", "en", (citation,), 0.9, (), {})


def test_the_json_and_the_terminal_say_both_pages() -> None:
    [citation] = answer_to_json(answer())["citations"]
    keys = ("page", "page_label", "last_page", "last_page_label", "page_kind", "section")
    assert [citation[key] for key in keys] == [14, "xii", 15, "xiii", "page", "Costs"]
    assert "    /canal.pdf, pages xii–xiii, section “Costs”, characters 35-59" in answer_lines(answer())


def test_what_was_told_before_there_were_pages_is_read_all_the_same() -> None:
    [citation] = answer().citations
    now = citation_to_json(citation)
    assert citation_from_json(now) == citation
    before = {key: value for key, value in now.items() if "page" not in key and key != "section"}
    assert citation_from_json(before) == replace(citation, locator=NOWHERE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": "14"},
        {"page": True},
        {"page": -1},
        {"page": 3, "last_page": 2},
        {"page": 1, "page_label": 3},
        {"page": 1, "section": "x" * 5000},
    ],
)
def test_what_is_no_place_is_nowhere(wrong: dict[str, object]) -> None:
    assert locator_from_json(wrong) == NOWHERE
    assert locator_from_json({"page": 7, "page_kind": "<b>"}) == Locator(7, "7", 7, "7")
