"""What a model wrote, drawn, copied and kept: lists, marks, sentences and figures that nothing supports."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from pages import BRIDGE, MILL, THRESHOLD, Page, hit, span

from assistant.answers import Answer, Draft, Event, Statement, Writing, cite
from ui.chat.markdown import to_markdown
from ui.chat.stored import turn_from_json, turn_to_json
from ui.chat.words import chat_words_in
from ui.chat.written import written_html, written_lines
from ui.render import ShownTurn, turn_html
from ui.reply import plain_text
from ui.words import ARABIC, ENGLISH

TEXT = "On the mill:\n• Tom Reed built it in 1702.\n• It had <b>nine</b> wheels.\n\n1. It burned in 1809."
QUOTES = [(MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809.")]
NINE = TEXT.index("nine")


def statement(sentence: str, *numbers: int, unfound: Sequence[tuple[int, int]] = ()) -> Statement:
    start = TEXT.index(sentence)
    return Statement(start, start + len(sentence), numbers, bool(numbers), tuple(unfound))


STATEMENTS = (
    statement("Tom Reed built it in 1702.", 1),
    statement("It had <b>nine</b> wheels.", unfound=[(NINE, NINE + 4)]),
    statement("It burned in 1809.", 2, 1),
)
CITATIONS = tuple(cite(n, article, *span(article, quote)) for n, (article, quote) in enumerate(QUOTES, 1))
ANSWER = Answer(
    "Who built the mill?", "Who built the mill?", TEXT, "en", CITATIONS, 0.7, (hit(MILL, QUOTES[0][1]),), {},
    statements=STATEMENTS, sure=False, writing=Writing("<tiny>", 90, 20), reader="llm",
)  # fmt: skip


def drawn(answer: Answer) -> str:
    return turn_html(ShownTurn(answer.question, answer), 0, ENGLISH, THRESHOLD)


def said(html: str) -> str:
    return "".join(piece for _, piece in Page(html).pieces)


def test_lines_are_paragraphs_and_items_of_lists() -> None:
    text = "رأس\n• أول\n• ثان\n\n٣. ثالث\n10. ten\nend"
    lines = written_lines(text)
    assert [(text[line.start : line.end], line.sign, line.apart) for line in lines] == [
        ("رأس", "", True), ("أول", "•", False), ("ثان", "•", False),
        ("ثالث", "٣", True), ("ten", "10", False), ("end", "", False),
    ]  # fmt: skip
    html = written_html(text, (), {}, str, chat_words_in("ar"), "rtl")
    assert html == (
        '<p dir="rtl">رأس</p><ul dir="rtl"><li dir="rtl">أول</li><li dir="rtl">ثان</li></ul>'
        '<ol dir="rtl"><li dir="rtl" value="3">ثالث</li><li dir="ltr" value="10">ten</li></ol>'
        '<p dir="ltr" class="joined">end</p>'
    )
    assert written_html("", (), {}, str, chat_words_in("en"), "ltr") == ""


def test_a_sentence_that_nothing_supports_is_marked_in_words_and_a_figure_of_none_underlined() -> None:
    html = drawn(ANSWER)
    assert (
        '<mark class="unsupported">It had &lt;b&gt;'
        '<mark class="unfound" title="in no cited article">nine</mark>'
        '<span class="for-hearing" lang="en"> (in no cited article)</span>&lt;/b&gt; wheels.</mark>'
        ' <span class="flag" lang="en"><bdi>not found in the articles</bdi></span>'
    ) in html
    assert html.count('class="unsupported"') == 1
    text = said(html)
    assert "2 of 3 sentences supported by the articles. Written by <tiny>." in text
    assert "In no cited article: nine" in text
    assert "Perhaps" not in text
    assert re.findall(r"1809\.</?[^\[]*\[(\d)\]</button><button[^\[]*\[(\d)\]", html) == [("2", "1")]


def test_what_is_being_written_has_no_buttons_and_says_so() -> None:
    nothing = turn_html(ShownTurn("من بنى؟", event=Event("writing")), 0, ENGLISH, THRESHOLD)
    assert "أكتب…" in nothing
    draft = Draft(TEXT[:60], "en", STATEMENTS[:1], CITATIONS[:1])
    html = turn_html(ShownTurn("Who?", event=Event("writing", draft=draft)), 0, ENGLISH, THRESHOLD)
    assert '1702. <span class="cite"' in html.replace("1702.<span", "1702. <span")
    assert "Writing…" in html
    assert "aria-busy=true" in html
    assert html.partition('class="reply')[2].count("<button") == 0


def test_why_a_model_did_not_write_is_said_plainly() -> None:
    told = "The model at here:1 cannot be reached; these are the articles' own words."
    own = replace(ANSWER, writing=None, notice=told, text=QUOTES[0][1], statements=(), sure=True)
    html = drawn(own)
    assert said(html).index("cannot be reached") < said(html).index("Tom Reed built it")
    assert "sentences supported" not in html
    assert told in plain_text(own)
    silent = replace(ANSWER, text="", statements=(), citations=(), notice="<b>busy</b>")
    assert "&lt;b&gt;busy&lt;/b&gt;" in drawn(silent)
    assert "&lt;tiny&gt;</bdi> found no answer in them either." in drawn(silent)


def test_what_is_copied_and_exported_is_marked_too() -> None:
    text = plain_text(ANSWER)
    assert text.startswith(
        "On the mill:\n• Tom Reed built it in 1702. [1]\n"
        "• It had <b>nine</b> wheels. (not found in the articles)\n\n"
        "1. It burned in 1809. [2][1]\n\n2 of 3 sentences supported"
    )
    turn = ShownTurn(ANSWER.question, replace(ANSWER, notice="It ends *early*."))
    exported = to_markdown("Mill", [turn], ARABIC)
    assert "It had \\<b\\>nine\\</b\\> wheels. (not found in the articles)" in exported
    assert "*2 of 3 sentences supported by the articles. Written by \\<tiny\\>.*" in exported
    assert "*It ends \\*early\\*.*" in exported
    silent = replace(ANSWER, text="", statements=(), citations=(), notice="Busy.")
    assert to_markdown("", [ShownTurn("Who?", silent)], ENGLISH).count("*Busy.*") == 1


def test_a_written_answer_is_kept_and_an_older_one_is_read() -> None:
    answer = replace(ANSWER, notice="It ends early.")
    told = json.loads(json.dumps(turn_to_json(ShownTurn(answer.question, answer))))
    restored = turn_from_json(told)
    assert restored
    assert restored.answer
    assert (restored.answer.statements, restored.answer.writing, restored.answer.notice) == (
        STATEMENTS, answer.writing, answer.notice,
    )  # fmt: skip
    assert restored.answer.support == (2, 3)
    for kept in told["answer"]["statements"]:
        del kept["supported"], kept["unfound"]
    del told["answer"]["writing"], told["answer"]["notice"]
    older = turn_from_json(told)
    assert older
    assert older.answer
    assert (older.answer.support, older.answer.writing, older.answer.notice) == ((3, 3), None, "")


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("statements", 0, "supported"), 1),
        (("statements", 0, "supported"), None),
        (("statements", 0, "unfound"), [[0, 3]]),  # before it begins
        (("statements", 1, "unfound"), [[NINE + 4, NINE]]),
        (("statements", 1, "unfound"), [[NINE, 10_000]]),
        (("statements", 1, "unfound"), [[NINE]]),
        (("statements", 1, "unfound"), [[NINE, "x"]]),
        (("statements", 1, "unfound"), "x"),
        (("writing",), "tiny"),
        (("writing", "model"), 3),
        (("writing", "prompt_tokens"), -1),
        (("writing", "completion_tokens"), True),
        (("notice",), ["x"]),
        (("notice",), "x" * 100_001),
    ],
)
def test_what_does_not_hold_is_no_answer(place: tuple[Any, ...], wrong: Any) -> None:
    told = json.loads(json.dumps(turn_to_json(ShownTurn(ANSWER.question, ANSWER))))
    assert not turn_from_json(told).unreadable  # type: ignore[union-attr]
    *way, last = place
    held = told["answer"]
    for step in way:
        held = held[step]
    held[last] = wrong
    restored = turn_from_json(told)
    assert restored == ShownTurn(ANSWER.question, unreadable=True)


def test_the_flag_is_in_the_question_s_language_and_the_text_in_its_own() -> None:
    asked = replace(ANSWER, question="من بنى الطاحونة؟", understood_as="من بنى الطاحونة؟")
    html = drawn(asked)
    assert '<span class="flag" lang="ar"><bdi>لم نجد هذا في المقالات</bdi></span>' in html
    assert "الجمل التي تسندها المقالات: 2 من 3. كتبه النموذج" in html
    assert '<div lang="en"><div class="answer written">' in html
    assert BRIDGE.title not in html
