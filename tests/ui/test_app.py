"""What the page does, without a browser: libraries that cannot be asked, articles that went, ports taken."""

import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from lindham import FIRST, SECOND, WritingReader
from observatory import ARABIC, DAMAGED, ENGLISH, open_observatory
from pages import Page

from assistant.answers import Answer, Event, OnEvent
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.embedders import load_embedder
from index.errors import NoLibrary, UserError
from index.library import Library
from ui.app import Chat
from ui.asking import answering
from ui.panel import Place
from ui.render import ShownTurn
from ui.server.serving import serve_app
from ui.words import ENGLISH as ENGLISH_WORDS


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("chat") / "library")


def drawn(library: Any) -> str:
    stub: Any = SimpleNamespace(library=library, settings=Settings(library=Path("my library")))
    return "".join(part for part in Chat(stub, [ENGLISH]).redraw("en", (), None) if isinstance(part, str))


def test_an_empty_library_tells_the_command_that_fills_it(tmp_path: Path) -> None:
    page = drawn(Library.create(tmp_path / "library", load_embedder("hashing")))
    assert "majlis index add ARTICLES --library &#x27;my library&#x27;" in page
    assert ENGLISH not in page


def test_a_library_that_cannot_be_read_tells_what_mends_it() -> None:
    def info() -> None:
        raise NoLibrary("no library in x; make one: majlis index build <PATH>")

    assert "make one: majlis index build &lt;PATH&gt;" in drawn(SimpleNamespace(info=info))


def test_an_article_that_went_away_meanwhile_is_said_to_be_gone(assistant: Assistant) -> None:
    chat = Chat(assistant, ())
    *_, turn = answering(chat.assistant, ENGLISH, (), "unexpected")
    assert turn.answer is not None
    lost = replace(turn.answer.citations[0], article_id="gone")
    turns = (replace(turn, answer=replace(turn.answer, citations=(lost,))),)
    assert "no longer in the library" in chat.panel("en", turns, Place(0, "citation", 1))
    assert chat.panel("en", turns, Place(0, "citation", 7)) == ""
    assert chat.panel("en", turns, None) == ""


class Scripted:
    """An assistant that tells these events, each when it is let, then answers or fails."""

    def __init__(self, events: Sequence[Event], outcome: Answer | Exception) -> None:
        self._events = events
        self._outcome = outcome
        self.let = Queue[None]()
        self.before: tuple[Turn, ...] = ()

    def answer(self, question: str, turns: Sequence[Turn], on_event: OnEvent) -> Answer:
        self.before = tuple(turns)
        for event in self._events:
            on_event(event)
            self.let.get()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def chat_over(assistant: object) -> Chat:
    stub: Any = assistant
    return Chat(stub, ())


EVENTS = [Event("searching"), Event("reading", 1, 6), Event("reading", 6, 6), Event("done")]


def test_the_page_shows_what_is_being_done_until_there_is_an_answer(assistant: Assistant) -> None:
    answer = assistant.answer(ENGLISH)
    scripted = Scripted(EVENTS, answer)
    asked = (ShownTurn(ARABIC, assistant.answer(ARABIC)), ShownTurn(DAMAGED, problem="damaged"))
    updates = chat_over(scripted).ask(f" {ENGLISH} ", asked, "en")
    turns, _, log, box = next(updates)
    assert (turns[-1], box) == (ShownTurn(ENGLISH), "")
    doing = [Page(log).text("div", "searching")]
    for _ in EVENTS[:-1]:
        doing.append(Page(next(updates)[2]).text("div", "searching"))
        scripted.let.put(None)
    scripted.let.put(None)
    assert doing == [
        *[ENGLISH_WORDS.searching] * 2,
        *("Reading passage 2 of 6…", "Reading passage 6 of 6…"),
    ]
    [(turns, place, _, _)] = updates
    assert turns == (*asked, ShownTurn(ENGLISH, answer))
    assert place == Place(2, "citation", 1)
    assert scripted.before == (Turn(ARABIC, asked[0].answer), Turn(DAMAGED))


def test_of_what_was_told_meanwhile_only_the_newest_is_shown(assistant: Assistant) -> None:
    answer = assistant.answer(ENGLISH)
    scripted = Scripted(EVENTS, answer)
    others = set(threading.enumerate())
    turns = answering(chat_over(scripted).assistant, ENGLISH, (), "unexpected")
    assert next(turns).event == EVENTS[0]
    [worker] = set(threading.enumerate()) - others
    for _ in EVENTS:
        scripted.let.put(None)
    worker.join()
    assert list(turns) == [ShownTurn(ENGLISH, answer)]


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        (UserError("here; mend it: so"), "here; mend it: so"),
        (RuntimeError("no such wire"), ENGLISH_WORDS.unexpected),
    ],
)
def test_a_problem_is_told_and_the_question_comes_back(
    failure: Exception, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    *_, (turns, place, _, box) = chat_over(Scripted([], failure)).ask("Why?", (), "en")
    assert turns == (ShownTurn("Why?", problem=problem),)
    assert (place, box) == (None, "Why?")
    assert ("no such wire" in caplog.text) is isinstance(failure, RuntimeError)


def test_a_written_answer_is_shown_with_the_articles_it_stands_on(assistant: Assistant) -> None:
    chat = Chat(Assistant(assistant.library, assistant.settings, WritingReader()), ())
    *_, (turns, place, _, _) = chat.ask(ENGLISH, (), "en")
    log, panel = chat.draw("en", turns, place)
    answer = turns[-1].answer
    assert Page(log).text("div", "answer") == f"{FIRST}[1] {SECOND}[2][3]"
    for citation in answer.citations:
        shown = Page(chat.panel("en", turns, Place(0, "citation", citation.number)))
        assert shown.text("mark", "current") == citation.quote.replace("\n", "")
    assert Page(panel).text("mark", "current") == answer.citations[0].quote.replace("\n", "")


def test_a_taken_port_is_one_line_for_the_person(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = replace(assistant.settings, port=other.getsockname()[1])
        with pytest.raises(UserError, match="--port"):
            serve_app(Assistant(assistant.library, settings), block=False)
