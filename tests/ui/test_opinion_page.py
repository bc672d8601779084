"""What a visitor says of an answer, and asks of it, in a real Chromium, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from observatory import ENGLISH, NOWHERE
from visitor import ask

from assistant.feedback import FeedbackStore
from assistant.pipeline import Assistant
from ui.chat.words import chat_words_in
from ui.feedback import opinion_words_in

EXHAUSTIVE = pytest.mark.exhaustive
IN_ENGLISH = pytest.mark.parametrize(
    ("locale", "language"), [("en-US", "en"), pytest.param("ar-EG", "ar", marks=EXHAUSTIVE)]
)
IN_ARABIC = pytest.mark.parametrize(
    ("locale", "language"), [pytest.param("en-US", "en", marks=EXHAUSTIVE), ("ar-EG", "ar")]
)


@IN_ARABIC
def test_an_opinion_is_kept_changed_and_there_after_a_reload(
    visit: Callable[..., Any], assistant: Assistant, locale: str, language: str
) -> None:
    store = FeedbackStore(assistant.library.folder)
    before = len(list(store.all()))
    page, words = visit(locale), opinion_words_in(language)
    ask(page, NOWHERE)
    turn = ask(page, ENGLISH)
    turn.get_by_role("button", name=words.up, exact=True).click()
    turn.get_by_text(words.thanks).wait_for()
    assert [one.verdict for one in store.all()][before:] == ["up"]
    turn.get_by_text(words.more).click()
    turn.locator(".opinion input[type=radio]").nth(1).check()
    turn.get_by_label(words.note).fill("it was her sister <b>")
    turn.get_by_role("button", name=words.send, exact=True).click()
    turn.locator(".thumb[data-verdict=down][aria-pressed=true]").wait_for()
    assert turn.locator(".thumb[data-verdict=up]").get_attribute("aria-pressed") == "false"
    page.wait_for_function("() => !document.querySelector('.turn:last-child .opinion details').open")
    (told,) = list(store.all())[before:]
    assert (told.verdict, told.question, told.note) == ("down", ENGLISH, "it was her sister <b>")
    assert told.right is not None
    assert told.turns[0].question == NOWHERE
    page.reload()
    turn = page.locator(".turn").nth(1)
    turn.locator(".thumb[data-verdict=down][aria-pressed=true]").wait_for()


@IN_ENGLISH
def test_why_not_that_article_is_told(visit: Callable[..., Any], locale: str, language: str) -> None:
    page, words = visit(locale), chat_words_in(language)
    turn = ask(page, ENGLISH)
    turn.get_by_text(words.sureness).click()
    turn.get_by_label(words.why_not).fill("The comet of 1911")
    turn.get_by_role("button", name=words.look, exact=True).click()
    turn.locator(".why-not .title").wait_for()
    assert turn.locator(".why-not .title").inner_text() == "The comet of 1911"
    assert turn.locator(".why-not p").count() == 3
    turn.get_by_label(words.why_not).fill("<img src=x onerror=window.evil=1>")
    turn.get_by_role("button", name=words.look, exact=True).click()
    turn.get_by_text(words.why_unknown).wait_for()
    assert turn.locator(".why-not img").count() == 0
