"""What the page does, without a browser: libraries that cannot be asked, articles that went, ports taken."""

import socket
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from observatory import ENGLISH, SHORT, open_observatory

from assistant.answers import Answer
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.embedders import load_embedder
from index.errors import NoLibrary, UserError
from index.library import Library
from ui.app import Chat, serve_app
from ui.panel import Place


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
    turn = chat.answered(ENGLISH, "unexpected")
    assert turn.answer is not None
    lost = replace(turn.answer.citations[0], article_id="gone")
    turns = (replace(turn, answer=replace(turn.answer, citations=(lost,))),)
    assert "no longer in the library" in chat.panel("en", turns, Place(0, "citation", 1))
    assert chat.panel("en", turns, Place(0, "citation", 7)) == ""
    assert chat.panel("en", turns, None) == ""


def test_what_was_not_foreseen_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def answer(question: str) -> Answer:
        raise RuntimeError("no such wire")

    broken: Any = SimpleNamespace(answer=answer)
    assert Chat(broken, ()).answered("Why?", "unexpected").problem == "unexpected"
    assert "no such wire" in caplog.text


def test_an_answer_comes_with_the_quotes_of_all_that_it_cites(assistant: Assistant) -> None:
    turn = Chat(assistant, ()).answered(SHORT, "unexpected")
    assert [(source.citation.number, source.answer) for source in turn.sources] == [
        *((1, "Ada Birch"), (2, "آدا بيرش"), (3, "Karl Moss")),
    ]
    assert turn.sources[2].quote == "Old people say that it was Karl Moss who saw the comet first."


def test_a_taken_port_is_one_line_for_the_person(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = replace(assistant.settings, port=other.getsockname()[1])
        with pytest.raises(UserError, match="--port"):
            serve_app(Assistant(assistant.library, settings), block=False)
