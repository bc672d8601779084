"""Asking in a real Chromium: at once, one after the other, stopped, again, otherwise."""

from collections.abc import Callable
from typing import Any

import pytest
from observatory import ARABIC, ENGLISH, NOWHERE, SLOW, KnownAnswers
from visitor import ask, conversations, marked

from assistant.pipeline import Assistant
from index.articles import make_article
from ui.chat.words import ARABIC as ARABIC_WORDS
from ui.chat.words import ENGLISH as ENGLISH_WORDS

BOTH = pytest.mark.parametrize(("locale", "words"), [("en-US", ENGLISH_WORDS), ("ar-EG", ARABIC_WORDS)])


def send(page: Any, question: str) -> Any:
    """Sends a question and does not wait."""
    turns = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    return page.locator(".turn").nth(turns)


def hold(page: Any) -> Any:
    """Sends a question whose answer waits for ``KnownAnswers.go_on``."""
    KnownAnswers.go_on.clear()
    turn = send(page, SLOW)
    turn.locator(".searching", has_text="6").wait_for()  # of 6 passages
    return turn


def test_the_question_stands_there_at_once_with_what_is_done_for_it(visit: Callable[..., Any]) -> None:
    page = visit()
    page.fill("#question textarea", ENGLISH)
    spent = page.evaluate("""() => new Promise(told => {
        const begun = performance.now();
        new MutationObserver((_, observer) => {
            if (!document.querySelector(".turn .searching p")?.textContent) return;
            observer.disconnect();
            requestAnimationFrame(() => told(performance.now() - begun));
        }).observe(document.querySelector(".log"), { childList: true, subtree: true });
        document.querySelector("#question .send").click();
    })""")
    assert spent < 150
    page.locator(".answer").wait_for()


@BOTH
def test_an_answer_is_stopped_and_asked_for_again(visit: Callable[..., Any], locale: str, words: Any) -> None:
    page = visit(locale)
    turn = hold(page)
    assert turn.get_attribute("aria-busy") == "true"
    stop = page.get_by_role("button", name=words.stop)
    stop.click()
    turn.locator(".reply", has_text=words.stopped).wait_for()
    assert stop.is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    KnownAnswers.go_on.set()
    ask(page, ENGLISH)
    page.get_by_role("button", name=words.again).first.click()
    page.locator(".answer").wait_for()
    assert page.locator(".turn .question").all_inner_texts() == [SLOW]
    assert conversations(page) == [SLOW, SLOW]  # the one with what came after it is kept


@BOTH
def test_a_second_question_waits_visibly_and_is_asked_next(
    visit: Callable[..., Any], locale: str, words: Any
) -> None:
    page = visit(locale)
    first = hold(page)
    second, third = send(page, ENGLISH), send(page, ARABIC)
    for turn in (second, third):
        assert turn.locator(".searching").inner_text() == words.waiting
    KnownAnswers.go_on.set()
    for turn in (first, second, third):
        turn.locator(".answer").wait_for()
    assert page.locator(".turn .question").all_inner_texts() == [SLOW, ENGLISH, ARABIC]
    assert "Mary Stone" in second.locator(".answer").inner_text()
    assert page.get_by_role("button", name=words.stop).is_hidden()


def test_the_up_arrow_brings_questions_back(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    ask(page, ARABIC)
    seen = []
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        page.press("#question textarea", key)
        seen.append(page.input_value("#question textarea"))
    assert seen == [ARABIC, ENGLISH, ENGLISH, ARABIC, ""]
    page.fill("#question textarea", "my own")
    page.press("#question textarea", "ArrowUp")
    assert page.input_value("#question textarea") == "my own"


@BOTH
def test_a_question_too_long_is_told_and_nothing_is_cut(
    visit: Callable[..., Any], locale: str, words: Any
) -> None:
    page = visit(locale)
    question = "why " * 510
    page.fill("#question textarea", question)
    told = page.get_by_role("alert").filter(has_text=words.too_long.format(39))
    told.wait_for()
    page.press("#question textarea", "Enter")
    assert page.locator(".turn").count() == 0
    assert page.input_value("#question textarea") == question
    page.fill("#question textarea", ENGLISH)
    assert told.is_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_question_is_folded_and_its_answer_in_view(visit: Callable[..., Any], width: int) -> None:
    page = visit(width=width)
    turn = ask(page, f"{'It is said, and was said before, that much is asked. ' * 30}{ENGLISH}")
    page.wait_for_timeout(700)
    box = page.locator(".log").bounding_box()
    reply = turn.locator(".reply > *").first.bounding_box()
    assert box["y"] <= reply["y"] < box["y"] + box["height"] - 40
    unfold = turn.locator("[data-do=unfold]")
    folded = turn.bounding_box()["height"]
    unfold.click()
    assert unfold.get_attribute("aria-expanded") == "true"
    assert turn.bounding_box()["height"] > folded + 100
    unfold.click()
    assert turn.bounding_box()["height"] == folded


def test_the_last_question_is_changed_in_place(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    ask(page, NOWHERE)
    page.locator(".turn").nth(1).locator("[data-do=edit]").click()
    assert page.input_value("#question textarea") == NOWHERE
    assert page.locator(".editing").is_visible()
    page.fill("#question textarea", ARABIC)
    page.press("#question textarea", "Enter")
    page.locator(".turn").nth(1).locator(".answer").wait_for()
    assert page.locator(".turn .question").all_inner_texts() == [ENGLISH, ARABIC]
    assert conversations(page) == [ENGLISH]
    assert page.locator(".editing").is_hidden()


def test_an_earlier_question_is_changed_in_a_copy_and_nothing_is_lost(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    ask(page, NOWHERE)
    page.locator(".turn").nth(0).locator("[data-do=edit]").click()
    page.keyboard.press("Escape")  # the source
    page.locator("#question textarea").focus()
    page.keyboard.press("Escape")  # the change
    assert page.input_value("#question textarea") == ""
    page.locator(".turn").nth(0).locator("[data-do=edit]").click()
    page.fill("#question textarea", ARABIC)
    page.press("#question textarea", "Enter")
    page.locator(".answer", has_text="سليم").wait_for()
    assert page.locator(".turn .question").all_inner_texts() == [ARABIC]
    assert conversations(page) == [ARABIC, ENGLISH]


@BOTH
def test_what_a_follow_up_was_taken_for_is_changed_in_the_box(
    visit: Callable[..., Any], locale: str, words: Any
) -> None:
    page = visit(locale)
    ask(page, ENGLISH)
    turn = ask(page, "And when?")
    understood = "When was the Alder observatory founded?"
    assert understood in turn.locator(".understood").inner_text()
    turn.get_by_role("button", name=words.change).click()
    assert page.input_value("#question textarea") == understood
    page.press("#question textarea", "Enter")
    page.locator(".turn", has_text=understood).locator(".answer").wait_for()
    assert page.locator(".turn").count() == 2


def test_the_number_of_articles_is_that_of_the_newest_answer(
    assistant: Assistant, visit: Callable[..., Any]
) -> None:
    page = visit()
    assert page.locator("#top .count").inner_text().startswith("6 articles")
    assistant.library.add(
        [make_article(id="late", title="A late one", text="It came late, by sea.", source="/l.txt")]
    )
    ask(page, ENGLISH)
    assert page.locator("#top .count").inner_text().startswith("7 articles")
    assert marked(page)
