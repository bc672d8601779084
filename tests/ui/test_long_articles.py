"""A long article is drawn about its quote, on borders of blocks, and all of it can be reached."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import Page, answered

from index.articles import Article
from index.structure import Block
from ui.article import AROUND, LITTLE, article_html, neighbourhood, part_after, part_before
from ui.panel import Place, article_part, panel
from ui.words import ENGLISH

LINE = "Paragraph {} speaks of weather, of clouds, of wind and of long evenings by the fire."


def book(characters: int, blocks: bool = True) -> Article:
    lines = [LINE.format(number) for number in range(characters // len(LINE))]
    text = "\n\n".join(lines)
    ranges, start = [], 0
    for line in lines:
        ranges.append(Block("paragraph", start, start + len(line)))
        start += len(line) + 2
    return Article("book", "A book", text, "en", "/b.txt", blocks=tuple(ranges) if blocks else ())


BOOKS = [
    book(200_000),
    book(200_000, blocks=False),
    Article("run", "One line", "word " * 40_000, "en", "/r.txt"),
]


@pytest.mark.parametrize("article", BOOKS)
def test_from_the_middle_all_of_it_is_reached_and_nothing_twice(article: Article) -> None:
    middle = article.text.index(" ", 100_000)
    start, end = neighbourhood(article, middle, middle + 30)
    assert start <= middle - AROUND + LITTLE
    assert middle + AROUND - LITTLE <= end
    assert end - start < 2 * (AROUND + LITTLE) + 100
    pieces = [(start, end)]
    while pieces[0][0]:
        pieces.insert(0, part_before(article, pieces[0][0]))
    while pieces[-1][1] < len(article.text):
        pieces.append(part_after(article, pieces[-1][1]))
    assert len(pieces) > 8
    shown = "".join(Page(article_html(article, (), part)).text() for part in pieces)
    assert "".join(shown.split()) == "".join(article.text.split())


@pytest.mark.parametrize("article", BOOKS[:2])
def test_parts_end_where_paragraphs_do(article: Article) -> None:
    middle = article.text.index("Paragraph", 100_000)
    start, end = neighbourhood(article, middle, middle + 30)
    assert article.text[start:].startswith("Paragraph")
    assert article.text[:end].endswith("\n\n")


@given(st.integers(0, 200_000), st.integers(0, 400))
def test_a_neighbourhood_holds_what_it_is_about(start: int, length: int) -> None:
    article = BOOKS[0]
    start = min(start, len(article.text))
    end = min(start + length, len(article.text))
    first, last = neighbourhood(article, start, end)
    assert 0 <= first <= start <= end <= last <= len(article.text)


def test_a_short_article_is_shown_whole_without_buttons() -> None:
    article = book(AROUND)
    assert neighbourhood(article, 0, 10) == (0, len(article.text))
    assert "<button" not in article_part(article, (), (0, len(article.text)), ENGLISH)


def test_buttons_go_on_from_both_ends_and_a_part_only_away_from_what_is_shown() -> None:
    article = BOOKS[0]
    quote = article.text[100_000:100_020]
    turn = answered("q?", (replace(article, text=article.text), quote))
    assert turn.answer is not None
    page = Page(panel(turn.answer, Place(0, "citation", 1), article, ENGLISH))
    more = [(named["data-more"], int(named["data-offset"])) for _, named in page.tags if "data-more" in named]
    citation = turn.answer.citations[0]
    start, end = neighbourhood(article, citation.start, citation.end)
    assert more == [("before", start), ("after", end)]
    for side, part in (("before", part_before(article, start)), ("after", part_after(article, end))):
        page = Page(article_part(article, (), part, ENGLISH, side))
        assert [named["data-more"] for _, named in page.tags if "data-more" in named] == [side]


def test_a_book_is_drawn_quickly() -> None:
    article = book(5_000_000)
    quote = article.text[2_500_000:2_500_050]
    turn = answered("q?", (article, quote))
    assert turn.answer is not None
    begun = time.process_time()
    html = panel(turn.answer, Place(0, "citation", 1), article, ENGLISH)
    assert time.process_time() - begun < 0.5
    assert len(html) < 200_000
