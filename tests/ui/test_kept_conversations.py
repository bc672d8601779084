"""Conversations in a real Chromium: kept, listed, named, deleted, exported, and in several tabs."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from observatory import ARABIC, ENGLISH, EVIL, NOWHERE, SLOW, KnownAnswers
from screens import IN_ARABIC, IN_ENGLISH
from visitor import ask, conversations, marked, restored


def chat_keys(page: Any) -> list[str]:
    keys: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.includes(':chat:'))")
    return keys


@IN_ENGLISH
def test_a_reload_loses_neither_answers_nor_a_half_typed_question(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(locale)
    ask(page, ENGLISH)
    ask(page, NOWHERE)
    quote = marked_after(page, ENGLISH)
    page.fill("#question textarea", "A half-typed ques")
    before = page.locator(".log").inner_text()
    restored(page)
    page.locator(".turn").nth(1).wait_for()
    assert page.locator(".log").inner_text() == before
    assert page.input_value("#question textarea") == "A half-typed ques"
    assert marked_after(page, ENGLISH) == quote
    page.go_back()  # away, and here again
    page.go_forward()
    page.locator(".turn").nth(1).wait_for()
    assert page.input_value("#question textarea") == "A half-typed ques"


def marked_after(page: Any, question: str) -> str:
    """The quote of the answer to a question, opened by its mark."""
    page.locator(".turn", has_text=question).locator(".cite").first.click()
    return marked(page)


@IN_ENGLISH
def test_a_new_chat_keeps_the_old_one_which_can_be_opened_again(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(locale)
    ask(page, ENGLISH)
    page.click("[data-do=new]")
    page.locator(".welcome").wait_for()
    assert page.locator(".turn").count() == 0
    assert conversations(page) == [ENGLISH]
    ask(page, ARABIC)
    assert conversations(page) == [ARABIC, ENGLISH]
    page.click("[data-do=list]")
    page.locator("#conversations .title", has_text=ENGLISH).click()
    page.locator(".turn .answer", has_text="Mary Stone").wait_for()
    assert page.locator(".turn").count() == 1
    current = page.locator("#conversations [aria-current]")
    assert current.text_content() == ENGLISH
    ask(page, NOWHERE)
    restored(page)
    page.locator(".turn").nth(1).wait_for()
    assert conversations(page) == [ENGLISH, ARABIC]


@IN_ARABIC
def test_a_conversation_is_renamed_and_deleted_only_when_it_is_said_twice(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(locale)
    ask(page, ENGLISH)
    page.click("[data-do=list]")
    row = page.locator("#conversations li")
    row.locator("[data-do=rename]").click()
    assert page.evaluate("document.activeElement.value") == ENGLISH
    page.keyboard.type("Observatories <b>")  # the old name is gone only once it is taken away
    row.locator("input").fill("Observatories <b>")
    page.keyboard.press("Enter")
    assert conversations(page) == ["Observatories <b>"]
    restored(page)
    page.locator(".answer").wait_for()
    assert conversations(page) == ["Observatories <b>"]
    row.locator("[data-do=delete]").click()
    row.locator(".sure [data-do=unask]").click()
    assert conversations(page) == ["Observatories <b>"]
    row.locator("[data-do=delete]").click()
    page.keyboard.press("Escape")
    assert row.locator(".sure").is_hidden()
    row.locator("[data-do=delete]").click()
    row.locator("[data-do=delete-now]").click()
    page.locator(".welcome").wait_for()
    assert (conversations(page), chat_keys(page)) == ([], [])
    restored(page)
    assert page.locator(".turn").count() == 0


def test_a_conversation_is_exported_as_markdown_with_its_citations(
    visit: Callable[..., Any], tmp_path: Path
) -> None:
    page = visit()
    ask(page, ENGLISH)
    ask(page, ARABIC)
    page.click("[data-do=list]")
    with page.expect_download() as started:
        page.click("[data-do=export]")
    assert started.value.suggested_filename == "Who-founded-the-Alder-observatory.md"
    started.value.save_as(tmp_path / "saved.md")
    text = (tmp_path / "saved.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {ENGLISH}\n")
    assert "\\[1\\] The Alder observatory (1999-05-04, alder.txt)" in text
    assert "> The Alder observatory was founded by Mary Stone in 1871." in text
    assert f"## {ARABIC}" in text


def test_tabs_do_not_write_over_each_others_conversations(visit: Callable[..., Any]) -> None:
    first = visit()
    ask(first, ENGLISH)
    second = visit(beside=first)
    assert second.locator(".turn").count() == 0
    ask(second, ARABIC)
    ask(first, NOWHERE)
    for page, turns in ((first, 2), (second, 1)):
        restored(page)
        page.locator(".turn").nth(turns - 1).wait_for()
        assert page.locator(".turn").count() == turns
        assert conversations(page) == [ENGLISH, ARABIC]


def test_one_conversation_in_two_tabs_is_the_same_in_both_and_becomes_two_where_they_part(
    visit: Callable[..., Any],
) -> None:
    first = visit()
    ask(first, ENGLISH)
    second = visit(beside=first)
    shown = first.evaluate("Object.entries(sessionStorage).filter(([key]) => key.includes(':shown:'))")
    second.evaluate("shown => shown.forEach(([key, value]) => sessionStorage.setItem(key, value))", shown)
    restored(second)
    second.locator(".answer").wait_for()
    ask(first, NOWHERE)
    second.locator(".turn").nth(1).wait_for()  # what one tab asks appears in the other
    KnownAnswers.go_on.clear()
    first.fill("#question textarea", SLOW)
    first.press("#question textarea", "Enter")
    first.locator(".searching", has_text="Reading").wait_for()
    second.fill("#question textarea", ARABIC)
    second.press("#question textarea", "Enter")
    second.locator(
        ".searching", has_text="Yours is the next"
    ).wait_for()  # one question of a visitor at a time
    KnownAnswers.go_on.set()
    for page in (first, second):
        page.locator(".turn").nth(2).locator(".answer").wait_for()
    told = {page: page.locator(".turn .question").all_inner_texts() for page in (first, second)}
    assert told == {first: [ENGLISH, NOWHERE, SLOW], second: [ENGLISH, NOWHERE, ARABIC]}
    assert len(chat_keys(first)) == 2
    for page in (first, second):
        restored(page)
        page.locator(".turn").nth(2).wait_for()
        assert page.locator(".turn .question").all_inner_texts() == told[page]


def test_what_was_being_answered_is_asked_again_after_a_reload(visit: Callable[..., Any]) -> None:
    page = visit()
    KnownAnswers.go_on.clear()
    page.fill("#question textarea", SLOW)
    page.press("#question textarea", "Enter")
    page.locator(".searching", has_text="Reading").wait_for()
    restored(page)
    KnownAnswers.go_on.set()
    page.locator(".answer").wait_for()
    assert page.locator(".turn").count() == 1


HOSTILE: list[Any] = [
    "not JSON {",
    "null",
    "[]",
    json.dumps({"turns": "x", "waiting": [], "title": ""}),
    json.dumps({"turns": [], "waiting": [{}], "title": ""}),
    json.dumps({"turns": [None, 3, {"question": {}}], "waiting": [], "title": EVIL, "updated": "x"}),
    json.dumps(
        {"turns": [{"question": EVIL, "problem": EVIL, "answer": None}], "waiting": [], "title": EVIL}
    ),
    json.dumps({"turns": [{"question": EVIL, "answer": {"text": EVIL}}], "waiting": [], "title": ""}),
]


def test_whatever_stands_in_the_browsers_store_is_text(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    (key,) = chat_keys(page)
    page.evaluate(
        "([key, all]) => all.forEach((text, n) => localStorage[key.replace(/[^:]*$/, `x${n}`)] = text)",
        [key, HOSTILE],
    )
    real = json.loads(page.evaluate("key => localStorage.getItem(key)", key))
    forged = json.loads(json.dumps(real))
    answer = forged["turns"][0]["answer"]
    answer["text"] = answer["citations"][0]["title"] = answer["hits"][0]["passage"]["title"] = EVIL
    answer["statements"] = []
    page.evaluate(
        "([key, text]) => localStorage.setItem(key.replace(/[^:]*$/, 'forged'), text)",
        [key, json.dumps(forged)],
    )
    restored(page)
    page.locator(".answer").wait_for()
    titles = conversations(page)
    assert titles.count(EVIL) == 3
    for number in range(len(titles)):
        page.click("[data-do=list]")
        page.locator("#conversations .title").nth(number).click()
        page.wait_for_selector(".log :is(.welcome, .turn)")
    assert page.locator(":is(#talk, #conversations) :is(script, img, b, i, a)").count() == 0
    page.click("[data-do=list]")
    page.locator("li[data-chat=forged] .title").click()
    page.locator(".answer", has_text="script").wait_for()
    page.locator(".source").first.click()
    assert (
        marked(page) == "The Alder observatory was founded by Mary Stone in 1871."
    )  # as the library says it
    assert page.locator("#panel h2").inner_text() == "The Alder observatory"


def test_a_full_store_is_told(visit: Callable[..., Any]) -> None:
    page = visit()
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    )
    ask(page, ENGLISH)
    assert re.search("no more room", page.locator("#notice").inner_text())
