"""A question being answered: its place in the line, how it is stopped, and its log without its text."""

import io
import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from observatory import ARABIC, DAMAGED, ENGLISH, NOWHERE, open_observatory
from pages import Page

from assistant.answers import Answer, Event, OnEvent
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from ui.asking import answering
from ui.queueing import QuestionQueue
from ui.render import ShownTurn, turn_html
from ui.server.request_log import log_requests
from ui.words import ARABIC as ARABIC_WORDS
from ui.words import ENGLISH as ENGLISH_WORDS
from ui.words import Words


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("asking") / "library")


TITLE = "the Alder observatory"


class Endless:
    """An assistant that reads passage after passage until it is stopped, and counts them."""

    def __init__(self) -> None:
        self.read = 0
        self.ended = threading.Event()

    def answer(self, question: str, turns: Sequence[Turn], on_event: OnEvent, **_: Any) -> Answer:
        try:
            while True:
                self.read += 1
                on_event(Event("reading", self.read, 1000))
                time.sleep(0.01)
        finally:
            self.ended.set()


def asked(
    assistant: Any, question: str = "Why?", words: Words = ENGLISH_WORDS, **options: Any
) -> Iterator[ShownTurn]:
    return answering(assistant, question, (), words, **options)


def test_a_question_that_is_stopped_ends_without_an_answer_and_its_work_ends_too() -> None:
    endless, stop, queue = Endless(), threading.Event(), QuestionQueue(at_once=1)
    turns = asked(endless, queue=queue, visitor="a", stop=stop)
    assert next(turns).event is not None
    began = time.monotonic()
    stop.set()
    assert all(turn.event for turn in turns)
    assert time.monotonic() - began < 2
    assert endless.ended.wait(timeout=10)
    read = endless.read
    time.sleep(0.05)
    assert endless.read == read
    queue.enter("a").leave()
    assert queue.enter("b").ahead() is None  # the place in the line was given up


def test_closing_the_turns_stops_the_work_as_well() -> None:
    endless = Endless()
    turns = asked(endless)
    next(turns)
    turns.close()  # type: ignore[attr-defined]
    assert endless.ended.wait(timeout=10)


def test_a_question_that_waits_tells_its_place_and_can_be_stopped_there(assistant: Assistant) -> None:
    queue = QuestionQueue(at_once=1)
    busy, between = queue.enter("a"), queue.enter("b")
    turns = asked(assistant, ENGLISH, queue=queue, visitor="c")
    assert next(turns) == ShownTurn(ENGLISH, ahead=1)
    stop = threading.Event()
    behind = asked(assistant, ENGLISH, queue=queue, visitor="d", stop=stop)
    assert next(behind) == ShownTurn(ENGLISH, ahead=2)
    busy.leave()
    assert next(turns) == ShownTurn(ENGLISH, ahead=0)
    stop.set()
    assert list(behind) == []
    between.leave()
    *_, last = turns
    assert last.answer is not None
    assert last.answer.text == assistant.answer(ENGLISH).text


def test_the_place_in_the_line_is_shown_in_both_languages() -> None:
    for words, next_one, third in (
        (ENGLISH_WORDS, "Waiting. Yours is the next question.", "Waiting. Questions before yours: 3"),
        (ARABIC_WORDS, "في الانتظار. سؤالك هو التالي.", "في الانتظار. عدد الأسئلة قبل سؤالك: 3"),
    ):
        for ahead, shown in ((0, next_one), (3, third)):
            log = turn_html(ShownTurn("?", ahead=ahead), 0, words, 0.0)
            assert Page(log).text("div", "searching") == shown


@pytest.mark.parametrize(
    ("words", "often", "many"),
    [
        (
            ENGLISH_WORDS,
            "You have reached the limit of 1 questions a minute. Ask again in 60 s.",
            "1 of your questions are waiting already. Ask again when one of them is answered.",
        ),
        (
            ARABIC_WORDS,
            "بلغت الحد، وهو 1 من الأسئلة في الدقيقة. أعد السؤال بعد 60 ث.",
            "أسئلتك التي تنتظر بلغت الحد، وهو 1. أعد السؤال بعد أن يُجاب عن أحدها.",
        ),
    ],
)
def test_a_limit_is_told_plainly(assistant: Assistant, words: Any, often: str, many: str) -> None:
    queue = QuestionQueue(per_minute=1, clock=lambda: 0.0)
    queue.enter("a").leave()
    assert list(asked(assistant, queue=queue, visitor="a", words=words)) == [ShownTurn("Why?", problem=often)]
    queue = QuestionQueue(waiting=1)
    held = [queue.enter("a"), queue.enter("a")]
    assert list(asked(assistant, queue=queue, visitor="a", words=words)) == [ShownTurn("Why?", problem=many)]
    assert held[1].ahead() == 0


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged of requests meanwhile."""
    stream = io.StringIO()
    log_requests(stream)
    yield stream
    logging.getLogger("majlis.requests").setLevel(logging.WARNING)


def test_how_questions_ended_is_logged_and_no_text_of_theirs(
    assistant: Assistant, written: io.StringIO
) -> None:
    queue = QuestionQueue(per_minute=4)
    for question in (ENGLISH, NOWHERE, ARABIC, DAMAGED, ENGLISH):
        list(asked(assistant, question, queue=queue, visitor="layla"))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["outcome"] for line in lines] == ["sure", "silent", "sure", "problem", "refused"]
    assert {(line["endpoint"], line["visitor"]) for line in lines} == {("ask", "layla")}
    assert {frozenset(line) for line in lines} == {
        frozenset(("time", "endpoint", "outcome", "ms", "visitor"))
    }
    assert all(isinstance(line["ms"], float) and line["ms"] >= 0 for line in lines)
    for word in ("observatory", "مرصد", "damaged", "Mary"):
        assert word not in written.getvalue()


def test_nothing_of_a_question_is_logged_when_it_fails(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing:
        def answer(self, question: str, turns: Sequence[Turn], on_event: OnEvent, **_: Any) -> Answer:
            raise RuntimeError("no such wire")

    *_, turn = asked(Failing(), "a secret question")
    assert turn.problem == ENGLISH_WORDS.unexpected
    assert "no such wire" in caplog.text
    assert "secret" not in caplog.text


def test_requests_are_not_logged_unless_that_was_asked_for(
    assistant: Assistant, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    list(asked(assistant, ENGLISH))
    assert "endpoint" not in "".join(capfd.readouterr())


def test_a_question_is_asked_within_what_is_told_and_as_it_stands(assistant: Assistant) -> None:
    *_, narrowed = asked(assistant, ENGLISH, within="language:ar")
    assert narrowed.answer
    assert narrowed.answer.within
    assert (narrowed.answer.within.given, narrowed.answer.within.articles) == ("language:ar", 2)
    assert narrowed.answer.within.outside is True
    *_, said = asked(assistant, f"According to {TITLE}, who founded it?")
    assert said.answer
    assert said.answer.within
    assert said.answer.within.understood == "id:alder"
    *_, literal = asked(assistant, f"According to {TITLE}, who founded it?", literally=True)
    assert literal.answer
    assert literal.answer.within is None
    *_, wrong = asked(assistant, ENGLISH, within="published:soon")
    assert wrong.answer is None
    assert "soon" in wrong.problem
