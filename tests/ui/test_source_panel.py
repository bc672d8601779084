"""The source panel in a real Chromium: opened, stepped through, copied, linked to, closed."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from observatory import ARABIC, ENGLISH, NOWHERE
from pages import answered
from screens import IN_ARABIC, IN_ENGLISH
from test_long_articles import book
from visitor import ask, highlight_is_in_view, marked, restored

from assistant.pipeline import Assistant
from index.articles import make_article
from ui.chat.stored import turn_to_json
from ui.render import ShownTurn


def columns(page: Any) -> list[float]:
    """Where the conversation and the side are."""
    boxes = [page.locator(part).bounding_box() for part in ("#chat", "#side")]
    return [box[name] for box in boxes for name in ("x", "width")]


def focused(page: Any) -> str:
    name: str = page.evaluate("document.activeElement.className || document.activeElement.tagName")
    return name


def keep(page: Any, turn: ShownTurn) -> None:
    """Puts a turn into the browser's store, as the conversation that is shown."""
    kept = {"turns": [turn_to_json(turn)], "waiting": [], "title": "", "stamp": "s", "updated": 1}
    page.evaluate(
        """text => {
            const key = kind => `majlis:${location.pathname}::${kind}:`;
            localStorage.setItem(key("chat") + "made", text);
            sessionStorage.setItem(key("shown"), "made");
        }""",
        json.dumps(kept),
    )
    restored(page)
    page.locator(".turn").wait_for()


@IN_ENGLISH
def test_it_closes_with_escape_and_with_a_button_back_to_the_answer(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(locale)
    where = columns(page)
    turn = ask(page, ENGLISH)
    marked(page)
    assert columns(page) == where
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.click("[data-do=close]")):
        turn.locator(".cite").click()
        assert marked(page)
        assert focused(page) == "H2"
        close()
        page.locator("#panel .shown").wait_for(state="detached")
        assert focused(page) == "cite"
        assert columns(page) == where
    ask(page, NOWHERE)
    assert columns(page) == where
    assert page.locator("#conversations").is_visible()


@IN_ARABIC
def test_on_a_phone_it_lies_over_the_page_and_goes_away_again(visit: Callable[..., Any], locale: str) -> None:
    page = visit(locale, width=390)
    turn = ask(page, ENGLISH)
    assert page.locator("#panel .shown").count() == 0  # the answer is not covered
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.click("[data-do=close]"),
        page.go_back,
    ):
        turn.locator(".cite").click()
        assert marked(page)
        assert highlight_is_in_view(page)
        side = page.locator("#side").bounding_box()
        assert (side["x"], side["y"], side["width"], side["height"]) == (0, 0, 390, 800)
        assert page.locator("#chat").evaluate("chat => chat.inert")
        close()
        page.locator("#side").wait_for(state="hidden")
        assert focused(page) == "cite"
        assert turn.locator(".answer").is_visible()
    page.click("[data-do=list]")
    assert page.locator("#conversations li").is_visible()
    page.click("[data-do=close]")
    page.locator("#side").wait_for(state="hidden")


def test_a_quote_is_copied_with_its_reference(visit: Callable[..., Any]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ENGLISH)
    page.click("#panel [data-copy]")
    page.wait_for_selector("#panel [data-copy]:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "“The Alder observatory was founded by Mary Stone in 1871.”\n"
        "The Alder observatory (1999-05-04, alder.txt)"
    )


@IN_ARABIC
def test_a_link_opens_the_article_at_its_place_in_another_browser(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ARABIC)
    quote = marked(page)
    page.click("#panel [data-link]")
    page.wait_for_selector("#panel [data-link]:has-text('Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit(locale)
    other.goto(link)
    assert marked(other) == quote
    assert highlight_is_in_view(other)
    restored(other)
    assert marked(other) == quote
    other.keyboard.press("Escape")
    assert "article=" not in other.url
    assert other.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_quotes_of_an_answer_in_one_article_are_stepped_through(
    assistant: Assistant, visit: Callable[..., Any]
) -> None:
    article = assistant.article("alder")
    quotes = ["Paragraph 3 speaks", "The Alder observatory was founded", "It stands on a hill."]
    page = visit()
    keep(page, answered("Where?", *((article, quote) for quote in quotes)))
    page.locator(".cite").first.click()
    assert marked(page) == quotes[0]
    assert page.locator("#panel mark.quote").count() == 3
    for step, quote, told in (
        ("Next quote", quotes[1], "Quote 2 of 3"),
        ("Next quote", quotes[2], "Quote 3 of 3"),
        ("Previous quote", quotes[1], "Quote 2 of 3"),
    ):
        page.get_by_role("button", name=step).click()
        page.locator("#panel .steps", has_text=told).wait_for()
        assert marked(page) == quote
        assert highlight_is_in_view(page)
        assert page.evaluate("document.activeElement.ariaLabel") == step  # so that it can be pressed again


def test_other_passages_are_folded_away(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, "Which observatory stands on a hill?")
    others = page.locator("#panel .others")
    if others.count():
        assert others.get_attribute("open") is None


@pytest.fixture(scope="module")
def bookcase(assistant: Assistant) -> Iterator[str]:
    """The quote in the middle of a book of 5 MB that is in the library too."""
    text = book(5_000_000).text
    quote = "The lighthouse keeper counted eleven ships."
    middle = text.index("\n\n", len(text) // 2)
    text = f"{text[:middle]}\n\n{quote}{text[middle:]}"
    assistant.library.add([make_article(id="book", title="A book", text=text, source="/articles/book.txt")])
    return quote


def test_a_book_opens_at_its_quote_within_a_second_and_goes_on_at_both_ends(
    assistant: Assistant, bookcase: str, visit: Callable[..., Any]
) -> None:
    page = visit()
    keep(page, answered("How many ships?", (assistant.article("book"), bookcase)))
    begun = time.monotonic()
    page.locator(".cite").click()
    assert marked(page) == bookcase
    assert time.monotonic() - begun < 1
    assert highlight_is_in_view(page)
    text = page.locator("#panel .shown .text")
    paragraphs = text.locator("p").count()
    for side in ("before", "after"):
        mark = page.locator("#panel mark.current").first
        text.evaluate("text => text.scrollTo(0, 0)") if side == "before" else None
        first = text.locator("p").first
        said, above = first.inner_text(), first.bounding_box()["y"]
        page.locator(f"[data-more={side}]").click()
        page.wait_for_function(
            f"document.querySelectorAll('#panel .shown .text p').length > {paragraphs + 100}"
        )
        paragraphs = text.locator("p").count()
        if side == "before":  # what was read stays where it was
            assert abs(text.locator("p", has_text=said).first.bounding_box()["y"] - above) < 60
        assert mark.count() == 1
    assert page.locator("[data-more]").count() == 2
