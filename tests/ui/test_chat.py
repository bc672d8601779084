"""The chat in a real Chromium: what a visitor asks, reads, clicks and copies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from observatory import (
    ARABIC,
    DAMAGED,
    ENGLISH,
    EVIL,
    IN_SHORT,
    NOWHERE,
    NOWHERE_ARABIC,
    SHORT,
    SHORT_ARABIC,
    SLOW,
    KnownAnswers,
)
from visitor import ask, highlight_is_in_view, marked

from assistant.pipeline import Assistant
from ui.chat.lines import best_line


@pytest.mark.parametrize(
    ("locale", "question", "direction"),
    [("en-US", ENGLISH, "ltr"), ("ar-EG", ARABIC, "rtl"), ("en-US", ARABIC, "rtl")],
)
def test_a_question_gets_an_answer_its_citation_and_the_quote_in_view(
    assistant: Assistant, visit: Callable[..., Any], locale: str, question: str, direction: str
) -> None:
    page = visit(locale)
    expected = assistant.answer(question)
    (citation,) = expected.citations
    article = assistant.article(citation.article_id)
    turn = ask(page, question)
    assert turn.locator(".question").inner_text() == question
    assert turn.locator(".answer").inner_text() == f"{expected.text}[1]"
    paragraph = turn.locator(".answer p")
    assert paragraph.evaluate("p => getComputedStyle(p).direction") == direction
    assert marked(page) == citation.quote
    assert highlight_is_in_view(page)
    assert page.locator("#panel h2").inner_text() == article.title
    assert page.locator("#panel .shown .text p").all_text_contents() == re.split(r"\n+", article.text)
    quoted = page.locator("#panel .shown .text p", has=page.locator("mark.current"))
    assert quoted.evaluate("p => getComputedStyle(p).direction") == direction


@pytest.mark.parametrize(("locale", "question"), [("en-US", SHORT), ("ar-EG", SHORT_ARABIC)])
def test_a_short_answer_its_sentence_who_agrees_and_who_does_not(
    assistant: Assistant, visit: Callable[..., Any], locale: str, question: str
) -> None:
    page = visit(locale)
    turn = ask(page, question)
    (_, words), (agreeing, other_words), (differing, against) = IN_SHORT[question]
    own, *_ = assistant.answer(question).citations
    sentence = own.quote
    answer = turn.locator(".answer").first
    assert answer.inner_text() == f"{words}[1][2]"
    assert turn.locator("blockquote").first.inner_text() == sentence
    assert turn.locator("blockquote mark").first.inner_text() == words
    size = "element => parseFloat(getComputedStyle(element.querySelector('p')).fontSize)"
    assert answer.evaluate(size) > 1.3 * turn.locator("blockquote").first.evaluate(size)
    assert marked(page) == sentence
    assert page.locator("#panel mark.span.current").inner_text() == words
    grounds = page.locator("#panel mark.current").evaluate_all(
        "marks => marks.map(mark => getComputedStyle(mark).backgroundColor)"
    )
    assert len({*grounds, "rgba(0, 0, 0, 0)"}) == 3  # the sentence and the words, each in its own
    for of_kind, title, part in (
        (".also", assistant.article(agreeing).title, other_words),
        (".otherwise", assistant.article(differing).title, against),
    ):
        turn.locator(f"{of_kind} .source").click()
        page.locator("#panel h2", has_text=title).wait_for()
        assert page.locator("#panel mark.span.current").inner_text() == part
    assert turn.locator(".otherwise .answer").inner_text() == f"{against}[3]"


def test_each_paragraph_of_an_article_runs_its_own_way(visit: Callable[..., Any]) -> None:
    page = visit("ar-EG")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    ask(page, ARABIC)
    line = page.locator("#panel .shown .text p", has_text="What follows is a line in English.")
    assert line.evaluate("p => getComputedStyle(p).direction") == "ltr"
    gap = page.locator(".answer .cite").evaluate("""cite => {
        const range = document.createRange();
        const before = cite.previousSibling;
        const text = before.nodeType === 3 ? before : before.lastChild;
        range.setStart(text, text.length - 1);
        range.setEnd(text, text.length);
        return range.getBoundingClientRect().left - cite.getBoundingClientRect().right;
    }""")
    assert 0 <= gap < 20  # the mark stands to the left of where the Arabic sentence ends


def test_clicking_a_citation_brings_the_quote_back(visit: Callable[..., Any]) -> None:
    page = visit()
    turn = ask(page, ENGLISH)
    quote = marked(page)
    ask(page, ARABIC)
    page.wait_for_selector("#panel h2[dir=rtl]")
    turn.locator(".cite").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2[dir=ltr]")
    assert marked(page) == quote
    page.locator("#panel .shown .text").evaluate("text => text.scrollTo(0, 0)")
    assert not highlight_is_in_view(page)
    turn.locator(".source").click()
    assert highlight_is_in_view(page)


def test_an_example_is_asked_by_clicking_it(visit: Callable[..., Any]) -> None:
    page = visit()
    assert "6 articles · 2 in Arabic · 4 in English" in page.locator("#top .count").inner_text()
    page.locator(".chip", has_text=ARABIC).click()
    page.wait_for_selector(".answer")
    assert page.locator(".question").inner_text() == ARABIC
    assert "سليم الخوري" in marked(page)


@pytest.mark.parametrize(
    ("question", "said"),
    [(NOWHERE, "I found no answer in your articles."), (NOWHERE_ARABIC, "لم أجد جوابًا في مقالاتك.")],
)
def test_an_abstention_shows_passages_that_can_be_opened(
    assistant: Assistant, visit: Callable[..., Any], question: str, said: str
) -> None:
    page = visit()
    turn = ask(page, question)
    assert said in turn.locator(".abstention").inner_text()
    first = turn.locator(".passages .open").first
    assert first.locator(".text").inner_text() == best_line(assistant.answer(question).hits[0])
    assert turn.locator(".answer, .cite").count() == 0
    nearest = assistant.answer(question).hits[0].passage
    turn.locator(".passages .open").first.click()
    page.wait_for_selector("#panel mark.passage")
    assert marked(page) == "".join(re.split(r"\n+", nearest.text))
    assert page.locator("#panel h2").inner_text() == nearest.title


def test_nothing_that_an_article_or_a_question_says_runs(visit: Callable[..., Any]) -> None:
    page = visit()
    turn = ask(page, f"What has the gremlin wrote? {EVIL}")
    assert EVIL in turn.locator(".question").inner_text()
    assert EVIL in page.locator("#conversations .title").text_content()
    assert EVIL in turn.locator(".answer").inner_text()
    assert EVIL in marked(page)
    assert page.locator("#panel h2").text_content() == EVIL
    assert EVIL in page.locator("#panel .details").text_content()
    assert page.locator(":is(#talk, #panel, #conversations) :is(script, img, b, i, .katex, a)").count() == 0
    page.wait_for_timeout(300)
    assert page.evaluate("window.evil") is None


def test_a_problem_is_told_the_question_kept_and_the_chat_goes_on(visit: Callable[..., Any]) -> None:
    page = visit()
    turn = ask(page, DAMAGED)
    assert "here: <b>damaged</b>; mend it: majlis index repair" in turn.locator(".problem").inner_text()
    assert turn.locator(".question").inner_text() == DAMAGED
    assert "Mary Stone" in ask(page, ENGLISH).locator(".answer").inner_text()
    assert page.locator(".turn").count() == 2


def test_what_is_being_done_is_shown_until_the_answer_is(visit: Callable[..., Any]) -> None:
    page = visit()
    KnownAnswers.go_on.clear()
    page.fill("#question textarea", SLOW)
    page.press("#question textarea", "Enter")
    page.locator(".searching", has_text="Reading passage 2 of 6…").wait_for()
    KnownAnswers.go_on.set()
    page.wait_for_selector(".answer")
    assert page.locator(".searching").count() == 0


def test_visitors_have_each_their_own_conversation(visit: Callable[..., Any]) -> None:
    first, second = visit(), visit("ar-EG")
    ask(first, ENGLISH)
    assert second.locator(".turn").count() == 0
    ask(second, ARABIC)
    ask(first, NOWHERE)
    assert (first.locator(".turn").count(), second.locator(".turn").count()) == (2, 1)


def test_the_switch_turns_the_page_and_keeps_the_conversation(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    page.click("[data-language=ar]")
    page.wait_for_selector("#frame[lang=ar] .answer")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert "Mary Stone" in page.locator(".answer").inner_text()
    assert "اسأل" in page.get_attribute("#question textarea", "placeholder")
    assert page.get_attribute("#question textarea", "dir") == "auto"
    page.reload()
    page.wait_for_selector("#frame[lang=ar]")
    assert page.evaluate("document.documentElement.dir") == "rtl"


def test_an_answer_is_copied_with_its_source(visit: Callable[..., Any]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ENGLISH)
    page.click(".copy")
    page.wait_for_selector(".copy:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "The Alder observatory was founded by Mary Stone in 1871. [1]\n\n"
        "[1] The Alder observatory (1999-05-04, alder.txt)"
    )
