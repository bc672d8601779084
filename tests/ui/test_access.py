"""The page for everybody: axe-core on its main states, the keyboard alone, names, colours, a lost server."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from observatory import ARABIC, ENGLISH, NOWHERE, SHORT, SLOW, KnownAnswers
from screens import SCREENS
from visitor import ask, marked

from assistant.pipeline import Assistant
from ui.chat.words import ARABIC as ARABIC_WORDS
from ui.chat.words import ENGLISH as ENGLISH_WORDS


def violations(page: Any) -> list[str]:
    """What axe-core finds at all, with the elements."""
    page.wait_for_timeout(400)  # what moves comes to rest
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@SCREENS
def test_axe_finds_nothing_in_the_main_states(
    visit: Callable[..., Any], locale: str, width: int, scheme: str
) -> None:
    page = visit(locale, width, color_scheme=scheme)
    assert violations(page) == [], "welcome"
    KnownAnswers.go_on.clear()
    page.fill("#question textarea", SLOW)
    page.press("#question textarea", "Enter")
    page.locator(".searching", has_text="6").wait_for()
    page.fill("#question textarea", "why " * 510)
    assert violations(page) == [], "asking, and a question that is too long"
    KnownAnswers.go_on.set()
    page.locator(".answer").wait_for()
    ask(page, SHORT)
    ask(page, "And when?")
    page.locator(".turn").nth(1).locator(".cite").first.click()
    marked(page)
    assert violations(page) == [], "an answer and its source"
    page.keyboard.press("Escape")
    turn = ask(page, NOWHERE)
    turn.locator("summary").first.click()
    turn.locator(".sureness summary").click()
    assert violations(page) == [], "no answer"
    turn.locator("[data-do=edit]").click()
    page.click("[data-do=list]")
    assert violations(page) == [], "conversations"
    page.click("[data-do=rename]")
    assert violations(page) == [], "renaming"
    page.keyboard.press("Escape")
    page.click("[data-do=delete]")
    assert violations(page) == [], "deleting"


@pytest.mark.parametrize(("locale", "words"), [("en-US", ENGLISH_WORDS), ("ar-EG", ARABIC_WORDS)])
def test_the_page_can_be_used_without_seeing_it(visit: Callable[..., Any], locale: str, words: Any) -> None:
    page = visit(locale)
    assert page.get_by_role("heading", level=1).inner_text() == "Majlis مجلس"
    ask(page, ENGLISH)
    assert page.get_by_role("heading", level=1).count() == 1
    log = page.get_by_role("log")
    assert log.get_attribute("aria-live") == "polite"
    assert log.get_by_role("group", name=words.you).inner_text().strip() == ENGLISH
    assert "Mary Stone" in log.get_by_role("group", name=words.reply, exact=True).inner_text()
    assert log.get_by_role("button", name="1:").count() == 1  # Citation 1: show it in its article
    ask(page, NOWHERE)
    card = log.locator(".passages .open").first
    title, line = card.locator(".title").inner_text(), card.locator(".text").inner_text()
    assert log.get_by_role("button", name=f"{title} {line}", exact=True).count() == 1
    unnamed = page.locator("button:not([aria-label])").evaluate_all(
        "buttons => buttons.filter(button => !button.textContent.trim() && button.offsetParent)"
    )
    assert unnamed == []


def test_everything_is_done_with_the_keyboard_alone(visit: Callable[..., Any]) -> None:
    page = visit()

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                ring = "getComputedStyle(document.activeElement).outlineStyle"
                assert page.evaluate(ring) != "none" or selector.endswith("textarea")
                return
            page.keyboard.press("Tab")
        pytest.fail(f"{selector} is not reached")

    tab_to("#question textarea")
    page.keyboard.type(ENGLISH)
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    marked(page)
    page.keyboard.press("Shift+Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.cite')"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    tab_to("#panel .shown .text")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "cite"
    page.keyboard.press("Escape")
    tab_to("[data-do=new]")
    page.keyboard.press("Enter")
    page.locator(".welcome").wait_for()
    tab_to("#conversations .title")
    page.keyboard.press("Space")
    page.locator(".answer").wait_for()


def test_the_colours_are_chosen_and_kept(visit: Callable[..., Any]) -> None:
    page = visit(color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.select_option(".colours", "dark")
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    page.wait_for_selector(".welcome")
    assert page.evaluate(paper) == dark
    assert page.locator(".colours").input_value() == "dark"
    page.emulate_media(color_scheme="dark")
    page.select_option(".colours", "light")
    assert page.evaluate(paper) == light
    page.select_option(".colours", "system")
    assert page.evaluate(paper) == dark
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{paper} === '{light}'")


def test_when_the_server_goes_away_the_question_is_kept_and_a_restart_loses_nothing(
    assistant: Assistant, browser: Any
) -> None:
    from ui.server.serving import serve_app

    served = serve_app(assistant, block=False)
    port = int(served.local_url.rstrip("/").rsplit(":", 1)[1])
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(served.local_url)
    page.wait_for_selector(".welcome")
    ask(page, ENGLISH)
    served.close()
    page.fill("#question textarea", "And when?")
    page.press("#question textarea", "Enter")
    page.locator(".reply.problem", has_text=ENGLISH_WORDS.lost).wait_for()
    settings = replace(assistant.settings, port=port)
    served = serve_app(Assistant(assistant.library, settings, assistant.reader), block=False)
    try:
        page.locator(".turn").nth(1).get_by_role("button", name=ENGLISH_WORDS.again).click()
        understood = page.locator(".understood", has_text="When was the Alder observatory founded?")
        understood.wait_for()  # with what was said before the restart
        page.reload()
        understood.wait_for()
        assert page.locator(".turn").count() == 2
        ask(page, ARABIC)
    finally:
        context.close()
        served.close()
