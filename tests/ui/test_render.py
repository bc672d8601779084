"""The page around the replies, and that no text of others becomes markup anywhere on it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hostile_texts import HOSTILE_TEXTS
from hypothesis import given, settings
from pages import Page, answered, answered_in_short, conversation, hit, hostile

from assistant.answers import Answer, AskedWithin, content_hash
from index.articles import Article
from index.filters import Condition, Filter
from index.library import ArticleSummary
from ui.chat.frame import frame
from ui.chat.stored import turn_from_json, turn_to_json
from ui.panel import HASH, Link, Place, linked_panel, panel
from ui.render import ShownTurn, header, no_answers_yet, welcome
from ui.within.panel import PanelView, bar
from ui.within.panel import panel as panel_within
from ui.within.telling import source_buttons
from ui.words import ARABIC, ENGLISH, Words


def test_the_header_tells_how_many_articles_there_are_in_each_language() -> None:
    assert "20 articles · 12 in Arabic · 8 in English" in header(20, {"en": 8, "ar": 12}, ENGLISH)
    assert "3 مقالات<" in header(3, {"ar": 3}, ARABIC)


def test_waiting_and_problems_keep_the_question() -> None:
    page = Page(conversation([ShownTurn("first?", problem="no such folder"), ShownTurn("second?")], ENGLISH))
    assert page.text("div", "question") == "first?second?"
    assert page.text("div", "problem") == ENGLISH.problem + "no such folder"
    assert page.text("div", "searching") == ENGLISH.searching


# everything that others wrote

ALLOWED = {
    *("div", "p", "span", "bdi", "button", "ul", "li", "h1", "h2", "h3", "a", "mark", "article", "section"),
    *("details", "summary", "header", "pre", "code", "blockquote", "strong", "nav", "select", "option"),
    *(
        "aside",
        "dialog",
        "form",
        "textarea",
        "input",
        "fieldset",
        "legend",
        "label",
        "template",
        "svg",
        "path",
    ),
}


def everything(text: str) -> Iterator[tuple[str, str]]:
    article = Article(text, text, f"{text}. {text}", "en", text, text)
    turn = answered(text, (article, article.text), hits=(hit(article, article.text, (text,)),))
    assert turn.answer is not None
    abstention = replace(turn.answer, text="", citations=(), understood_as=text + text)
    part = (article, article.text, text)
    short = answered_in_short(text, part, part, otherwise=[part])
    assert short.answer is not None
    for words in (ENGLISH, ARABIC):
        yield "log", conversation([short], words)
        yield "panel", panel(short.answer, Place(0, "citation", 3), article, words)
        yield (
            "log",
            conversation(
                [turn, ShownTurn(text), ShownTurn(text, problem=text), ShownTurn(text, abstention)], words
            ),
        )
        yield "panel", panel(turn.answer, Place(0, "citation", 1), article, words)
        yield "parts", everything_else(text, article, words)
        yield "panel", panel(abstention, Place(0, "passage", 1), article, words)
        yield "welcome", welcome([text], words)
        yield "nothing", no_answers_yet(text, text, words)
        yield "within", asked_within(text, abstention, words)


def asked_within(text: str, answer: Answer, words: Words) -> str:
    """The bar beside the question, the panel, and what an answer says of what it was asked within."""
    filter = Filter.of(Condition(field, text) for field in ("id", "source", "author", "tag"))
    summary = ArticleSummary(text, text, "en", text, text, text, text, 1, 1)
    view = PanelView(filter, 1, 1, text, 0, 1, [summary], [text], {text: text})
    kept = AskedWithin(str(filter), str(filter), 1, 1, (text,), True)
    turn = turn_from_json(turn_to_json(ShownTurn(text, replace(answer, statements=(), within=kept))))
    assert turn
    assert turn.answer
    assert turn.answer.within
    return "".join(
        [
            bar(filter, 1, words.language, {text: text}),
            panel_within(view, words.language),
            source_buttons(text, words.language),
            conversation([turn], words),
        ]
    )


def everything_else(text: str, article: Article, words: Words) -> str:
    """What else shows texts of others: the frame about a problem, a link, a turn as browsers keep it."""
    kept = turn_from_json(turn_to_json(ShownTurn(text, problem=text)))
    assert kept
    link = Link(text, 0, len(text), content_hash(article)[:HASH])
    return "".join(
        [
            frame(header(1, {}, words, "/library"), no_answers_yet("", text, words, "/library"), words),
            linked_panel(link, article, words),
            conversation([kept], words),
            conversation([ShownTurn(text, stopped=True), ShownTurn(text, unreadable=True)], words),
        ]
    )


@settings(max_examples=60, deadline=None)
@given(hostile.filter(lambda text: text.strip()))
def test_no_text_of_others_becomes_markup(text: str) -> None:
    is_text(text)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_text_is_text_wherever_it_shows(text: str) -> None:
    is_text(text)


def is_text(text: str) -> None:
    for _, html in everything(text):
        page = Page(html)
        assert {tag for tag, _ in page.tags} <= ALLOWED
        for tag, named in page.tags:
            assert not [name for name in named if name.startswith("on") or name in ("style", "src")]
            assert tag != "a" or named["href"].startswith(("https://", "http://", "/library"))
