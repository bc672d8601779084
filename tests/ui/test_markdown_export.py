"""Conversations as Markdown: citations with their quotes, and nothing that people wrote as markup."""

from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from pages import BRIDGE, MILL, Page, answered_in_short, hostile

from assistant.answers import AskedWithin
from assistant.locators import Locator
from ui.chat.markdown import plain, to_markdown
from ui.render import ShownTurn
from ui.words import ARABIC, ENGLISH

TURN = answered_in_short(
    "Who built it?",
    (MILL, "Tom Reed built it in 1702.", "Tom Reed"),
    otherwise=[(BRIDGE, "صممه المهندس Tom Reed.", "المهندس")],
)


def test_a_conversation_has_its_answers_with_their_citations() -> None:
    assert TURN.answer is not None
    turns = [
        TURN,
        ShownTurn(
            "And why?", replace(TURN.answer, question="And why?", understood_as="Why?", text="", citations=())
        ),
        ShownTurn("When?", stopped=True),
    ]
    assert to_markdown("The mill", turns, ENGLISH) == (
        "# The mill\n\n"
        "A conversation with Majlis. Each number points to its source below the answer.\n\n"
        "## Who built it?\n\n"
        "Tom Reed \\[1\\]\n\n"
        "\\[1\\] The old mill (2020-01-02, mill.txt)\n\n"
        "> Tom Reed built it in 1702.\n\n"
        "**Another article says otherwise:** المهندس \\[2\\]\n\n"
        "\\[2\\] الجسر القديم (جسر.txt)\n\n"
        "> صممه المهندس Tom Reed.\n\n"
        "## And why?\n\n*Understood as:* Why?\n\nI found no answer in your articles.\n\n"
        "## When?\n\nStopped.\n"
    )


def test_an_answer_says_what_it_was_asked_within() -> None:
    assert TURN.answer is not None
    within = AskedWithin("tag:*x*", "published:2023", 3, 2)
    turn = ShownTurn(TURN.question, replace(TURN.answer, within=within))
    assert (
        "*Asked within: tagged \\*x\\* (3 articles)*\n\n*Understood as: within 2023*\n\n"
        "*Left out, for they state no date or none so exact: 2*\n\nTom Reed"
    ) in to_markdown("The mill", [turn], ENGLISH)


def test_a_citation_says_its_page() -> None:
    assert TURN.answer is not None
    [citation] = TURN.answer.citations
    on = replace(citation, locator=Locator(14, "xii", 15, "xiii", section="Costs"))
    turn = ShownTurn("Who built it?", replace(TURN.answer, citations=(on,), alternatives=()))
    line = "\\[1\\] The old mill (2020-01-02, mill.txt, pages xii–xiii, section “Costs”)\n"
    assert line in to_markdown("The mill", [turn], ENGLISH)
    assert "mill.txt, الصفحتان xii وxiii، القسم «Costs»)" in to_markdown("", [turn], ARABIC)


def test_an_unsure_answer_is_its_sentence_with_a_plain_word() -> None:
    assert TURN.answer is not None
    unsure = ShownTurn(TURN.question, replace(TURN.answer, sure=False, alternatives=()))
    text = to_markdown("", [unsure], ARABIC)
    assert text.startswith("# بلا عنوان\n")
    assert "**Perhaps.** I am not certain. This sentence may answer:" in text
    assert "> Tom Reed built it in 1702." in text


@pytest.mark.parametrize(
    "text", ["1. x", "- x", "# x", "> x", "a\n---", "===", "* x", "12) y", "+ z", "    code"]
)
def test_no_line_begins_anything(text: str) -> None:
    html = MarkdownIt().render(plain(text))
    assert {tag for tag, _ in Page(html.replace("<br />", "")).tags} <= (
        {"pre", "code"} if text[0] == " " else {"p"}
    )


@given(hostile)
def test_no_text_of_others_becomes_markup_in_markdown(text: str) -> None:
    lines = " ".join(text.split())
    html = MarkdownIt().render(f"x {plain(lines)} x")
    assert [tag for tag, _ in Page(html).tags] == ["p"]
