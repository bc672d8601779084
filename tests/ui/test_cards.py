"""Passages as cards: the line that matters, which are worth showing, a short name for each."""

from dataclasses import replace

from pages import BRIDGE, MILL, Page, answer_to, hit

from assistant.answers import cite
from index.articles import Article
from ui.cards import MOST, passage_cards, worth_showing
from ui.words import ENGLISH

TOWN = Article(
    "town",
    "The town",
    "The town is old. Its bridge was built in 1910 by Tom Reed. The bridge is of stone and iron. So it is.",
    "en",
    "/articles/town.txt",
)


def test_a_card_says_the_title_and_the_line_that_matters_and_no_more() -> None:
    found = hit(TOWN, TOWN.text, ("bridg", "build"))
    page = Page(passage_cards("Who built the bridge?", [(3, found)], 1, ENGLISH))
    assert page.text("button") == "The town Its bridge was built in 1910 by Tom Reed."
    (button,) = [named for tag, named in page.tags if tag == "button"]
    assert (button["data-kind"], button["data-turn"], button["data-number"]) == ("passage", "1", "3")
    assert page.text("details", "why") == (
        "Why this passage?It has these words of your question: bridge · built"
    )


def test_worth_showing_is_what_is_near_shares_a_word_and_is_not_quoted() -> None:
    quoted = hit(MILL, "Tom Reed built it in 1702.", ("built",))
    near = replace(hit(TOWN, TOWN.text, ("bridg",)), score=0.9)
    far = replace(near, score=0.8)
    only_stops = hit(BRIDGE, "بُني الجسر سنة 1910.", ("في", "the"))
    answer = answer_to(
        "Who?", "Tom Reed", "en", [cite(1, MILL, 31, 57)], hits=(quoted, only_stops, near, far)
    )
    assert worth_showing(answer) == [(3, near)]
    assert worth_showing(replace(answer, hits=(near,) * 9)) == [(n, near) for n in range(1, MOST + 1)]
    assert worth_showing(replace(answer, hits=())) == []
