"""What the page does, without a browser: libraries that cannot be asked, articles that went, ports taken."""

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
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
from ui.asking import answering
from ui.chat.asked import Suggestions
from ui.chat.page import Chat
from ui.chat.stored import turn_to_json, turns_from_json
from ui.chat.words import ENGLISH as CHAT_ENGLISH
from ui.render import ShownTurn
from ui.server.serving import serve_app
from ui.words import ENGLISH as ENGLISH_WORDS


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("chat") / "library")


def chat_over(assistant: object, **more: Any) -> Chat:
    stub: Any = assistant
    return Chat(stub, Suggestions(more.pop("examples", ())), **more)


def arrived(library: Any, host: str = "127.0.0.1", **more: Any) -> str:
    settings = Settings(library=Path("/srv/my library"), host=host)
    chat = chat_over(
        SimpleNamespace(library=library, settings=settings, destination=""), examples=[ENGLISH], **more
    )
    return "".join([chat.arrive({"language": "en"})["html"], chat.suggest({"language": "en"})])


def test_an_empty_library_tells_how_articles_are_added(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", load_embedder("hashing"))
    page = arrived(library)
    assert "majlis index add ARTICLES --library &#x27;/srv/my library&#x27;" in page
    assert ENGLISH not in page
    others = arrived(library, host="0.0.0.0", library_page="/library")
    assert "/srv/" not in others
    assert '<a href="/library?lang=en">Add articles' in others


def test_asking_an_empty_library_says_that_there_are_no_articles_yet(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", load_embedder("hashing"))
    chat = chat_over(Assistant(library, Settings(library=tmp_path / "library")))
    (told,) = ask(chat, ENGLISH)
    assert CHAT_ENGLISH.nothing_to_ask in told["html"]
    assert told["turn"]["problem"] == CHAT_ENGLISH.nothing_to_ask


def test_a_library_that_cannot_be_read_tells_what_mends_it() -> None:
    def info() -> None:
        raise NoLibrary("no library in x; make one: majlis index build <PATH>")

    assert "make one: majlis index build &lt;PATH&gt;" in arrived(
        SimpleNamespace(info=info, folder=Path("/srv/library"))
    )


def test_examples_are_found_once_for_each_revision() -> None:
    asked: list[int] = []

    def find() -> list[str]:
        asked.append(1)
        return [ENGLISH]

    revision = [1]
    library = SimpleNamespace(
        info=lambda: SimpleNamespace(articles=3, languages={"en": 3}, revision=revision[0])
    )
    chat = chat_over(SimpleNamespace(library=library, settings=Settings(), destination=""), examples=find)
    for revision[0], times in ((1, 1), (1, 1), (2, 2)):
        assert ENGLISH in chat.suggest({"language": "ar"})
        assert len(asked) == times


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ({"language": "ar", "accepted": "en-US"}, "ar"),
        ({"language": "", "accepted": "fr,ar-EG,en"}, "ar"),
        ({"language": "<b>", "accepted": 3}, "en"),
        (None, "en"),
    ],
)
def test_the_page_speaks_the_language_that_is_asked_for(
    assistant: Assistant, asked: Any, language: str
) -> None:
    arrived = chat_over(assistant).arrive(asked)
    assert arrived["language"] == language
    assert f'<div id="frame" lang="{language}"' in arrived["html"]


def shown(chat: Chat, turn: ShownTurn, number: int = 1, kind: str = "citation", **more: Any) -> str:
    return chat.show(
        {"turn": turn_to_json(turn), "place": 0, "kind": kind, "number": number, "language": "en", **more}
    )


def test_an_article_that_went_away_meanwhile_is_said_to_be_gone(assistant: Assistant) -> None:
    chat = chat_over(assistant)
    *_, turn = answering(chat.assistant, ENGLISH, (), ENGLISH_WORDS)
    assert turn.answer is not None
    lost = replace(turn.answer.citations[0], article_id="gone")
    gone = replace(turn, answer=replace(turn.answer, citations=(lost,)))
    assert "no longer in the library" in shown(chat, gone)
    assert shown(chat, turn, 7) == ""
    assert shown(chat, turn, kind="nowhere", number=70) == ""
    assert chat.show({"turn": "x"}) == ""


def test_a_link_opens_an_article_at_its_place_while_it_says_the_same(assistant: Assistant) -> None:
    chat = chat_over(assistant)
    [*_, told] = ask(chat, ENGLISH)
    (turn,) = turns_from_json([told["turn"]])
    (query,) = [named["data-link"] for _, named in Page(shown(chat, turn)).tags if "data-link" in named]
    given = dict(parse_qsl(query))
    start, end = map(int, given["at"].split("-"))
    link = {"article": given["article"], "start": start, "end": end, "hash": given["hash"], "language": "en"}
    page = Page(chat.follow(link))
    assert page.text("mark", "current") == told["turn"]["answer"]["citations"][0]["quote"]
    for wrong in ({"hash": "0" * 12}, {"start": end, "end": start}, {"end": 10**9}):
        page = Page(chat.follow(link | wrong))
        assert page.text("mark") == ""
        assert ENGLISH_WORDS.changed in page.text()
    assert ENGLISH_WORDS.gone in chat.follow(link | {"article": "x"})


def test_a_conversation_is_exported_from_what_the_browser_kept(assistant: Assistant) -> None:
    chat = chat_over(assistant)
    [*_, told] = ask(chat, ENGLISH)
    text = chat.export({"title": "T", "turns": [told["turn"], 7], "language": "en"})
    assert text.startswith("# T\n\n")
    assert "> The Alder observatory was founded by Mary Stone in 1871." in text
    assert "alder.txt" in text
    assert "/articles/" not in text


class Scripted:
    """An assistant that tells these events, each when it is let, then answers or fails."""

    def __init__(self, events: Sequence[Event], outcome: Answer | Exception, real: Assistant) -> None:
        self.library, self.settings = real.library, real.settings
        self._events = events
        self._outcome = outcome
        self.let = Queue[None]()
        self.before: tuple[Turn, ...] = ()

    def answer(self, question: str, turns: Sequence[Turn], on_event: OnEvent, **_: Any) -> Answer:
        self.before = tuple(turns)
        for event in self._events:
            on_event(event)
            self.let.get()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def ask(chat: Chat, question: str, turns: Sequence[ShownTurn] = (), **more: Any) -> Iterator[dict[str, Any]]:
    before = [turn_to_json(turn) for turn in turns]
    asked = {"ask": "a1", "question": question, "turns": before, "number": len(turns), "language": "en"}
    return chat.ask(gr.EventData(None, asked | more))


EVENTS = [Event("searching"), Event("reading", 1, 6), Event("reading", 6, 6), Event("done")]


def test_the_page_shows_what_is_being_done_until_there_is_an_answer(assistant: Assistant) -> None:
    answer = assistant.answer(ENGLISH)
    scripted = Scripted(EVENTS, answer, assistant)
    asked = (ShownTurn(ARABIC, assistant.answer(ARABIC)), ShownTurn(DAMAGED, problem="damaged"))
    chat = chat_over(scripted)
    updates = ask(chat, f" {ENGLISH} ", asked)
    doing = [Page(next(updates)["html"]).text("div", "searching")]
    assert chat.alive({"ask": "a1"})
    for _ in EVENTS[:-1]:
        doing.append(Page(next(updates)["html"]).text("div", "searching"))
        scripted.let.put(None)
    scripted.let.put(None)
    assert doing == [
        *[ENGLISH_WORDS.searching] * 2,
        *("Reading passage 2 of 6…", "Reading passage 6 of 6…"),
    ]
    [told] = updates
    assert (told["ask"], told["size"]) == ("a1", "6 articles · 2 in Arabic · 4 in English")
    assert told["turn"] == turn_to_json(ShownTurn(ENGLISH, answer))
    assert 'data-turn="2"' in told["html"]
    assert not chat.alive({"ask": "a1"})
    assert [turn.question for turn in scripted.before] == [ARABIC, DAMAGED]
    assert [turn.answer and turn.answer.text for turn in scripted.before] == [asked[0].answer.text, None]


def test_a_question_that_is_stopped_tells_nothing_more(assistant: Assistant) -> None:
    scripted = Scripted(EVENTS, assistant.answer(ENGLISH), assistant)
    chat = chat_over(scripted)
    updates = ask(chat, ENGLISH)
    next(updates)
    assert chat.stop({"ask": "a1"})
    assert not chat.stop({"ask": "another"})
    for _ in EVENTS:
        scripted.let.put(None)
    assert list(updates) == []
    assert not chat.alive({"ask": "a1"})


@pytest.mark.parametrize("question", ["", "  \n ", "x" * 2001])
def test_what_the_page_never_sends_is_not_answered(assistant: Assistant, question: str) -> None:
    assert list(ask(chat_over(assistant), question)) == []
    assert list(chat_over(assistant).ask(gr.EventData(None, None))) == []


def test_of_what_was_told_meanwhile_only_the_newest_is_shown(assistant: Assistant) -> None:
    answer = assistant.answer(ENGLISH)
    scripted = Scripted(EVENTS, answer, assistant)
    others = set(threading.enumerate())
    turns = answering(chat_over(scripted).assistant, ENGLISH, (), ENGLISH_WORDS)
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
def test_a_problem_is_told_and_the_question_kept(
    assistant: Assistant, failure: Exception, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    *_, told = ask(chat_over(Scripted([], failure, assistant)), "Why?")
    assert told["turn"] == turn_to_json(ShownTurn("Why?", problem=problem))
    assert problem in Page(told["html"]).text("div", "problem")
    assert ("no such wire" in caplog.text) is isinstance(failure, RuntimeError)


def test_a_written_answer_is_shown_with_the_articles_it_stands_on(assistant: Assistant) -> None:
    chat = chat_over(Assistant(assistant.library, assistant.settings, WritingReader()))
    *_, told = ask(chat, ENGLISH)
    (turn,) = turns_from_json([told["turn"]])
    assert turn.answer is not None
    for html in (told["html"], *chat.draw({"turns": [told["turn"]], "first": 0, "language": "en"})):
        assert Page(html).text("div", "answer") == f"{FIRST}[1] {SECOND}[2][3]"
    for citation in turn.answer.citations:
        page = Page(shown(chat, turn, citation.number))
        assert page.text("mark", "current") == citation.quote.replace("\n", "")


def test_a_taken_port_is_one_line_for_the_person(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = replace(assistant.settings, port=other.getsockname()[1])
        with pytest.raises(UserError, match="--port"):
            serve_app(Assistant(assistant.library, settings), block=False)
