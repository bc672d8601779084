"""Feedback: kept with the library by any number of processes, through a rebuilding; gone with an article."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import printed, run

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.feedback import Feedback, FeedbackStore, feedback_on
from assistant.ingest import remove_articles
from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.errors import UserError
from index.library import Library

WHO, ARABIC = "Who opened the canal of Lindham?", "من اقترح تشكيل مجلس الخبراء؟"


@pytest.fixture
def assistant(stored: Path) -> Assistant:
    return Assistant(Library.open(stored), Settings(retriever="lexical"), SentenceReader())


def feedback(assistant: Assistant, question: str = WHO, **told: object) -> tuple[Feedback, Answer]:
    answer = assistant.answer(question)
    return feedback_on(answer, **{"verdict": "up", **told}), answer  # type: ignore[arg-type]


def test_what_was_said_comes_back_whole(assistant: Assistant) -> None:
    store = FeedbackStore(assistant.library.folder)
    assert store.all() == []
    assert not store.path.exists()  # to look makes nothing
    before = Turn(ARABIC, assistant.answer(ARABIC))
    told, answer = feedback(
        assistant,
        verdict="down",
        turns=[before, Turn("And?")],
        right=assistant.search(WHO)[0].passage,
        note="not  this <b>",
        visitor="سلمى",
    )
    store.put(told)
    [kept] = store.all()
    assert (kept.verdict, kept.note, kept.visitor) == ("down", "not this <b>", "سلمى")
    assert (kept.question, kept.answer, kept.citations) == (WHO, answer.text, answer.citations)
    assert (kept.revision, kept.reader, kept.certainty) == (answer.revision, answer.reader, answer.certainty)
    assert kept.turns[0].answer is not None
    assert before.answer is not None
    assert kept.turns[0].answer.citations == before.answer.citations
    assert kept.turns[1] == Turn("And?")
    assert kept.right is not None
    assert kept.right == told.right
    assert kept.article_ids == {one.id for one in assistant.library.articles()}
    store.put(feedback_on(answer, "up", id=kept.id))  # a second thought
    assert [one.verdict for one in store.all()] == ["up"]


def test_no_build_update_or_repair_loses_it(assistant: Assistant, articles: Path) -> None:
    store = FeedbackStore(assistant.library.folder)
    store.put(feedback(assistant)[0])
    for command in (["build", articles], ["update"], ["sync", articles], ["verify"], ["repair"]):
        assert run("index", *command).exit_code == 0, command
    assert len(store.all()) == 1


WRITER = """
import sys
from pathlib import Path
from assistant.answers import Answer
from assistant.feedback import FeedbackStore, feedback_on
store = FeedbackStore(Path(sys.argv[1]))
for n in range(25):
    store.put(feedback_on(Answer(f"{sys.argv[2]} {n}", "", "", "en", (), 0.0, (), {}), "down"))
"""


def test_several_processes_add_to_it(assistant: Assistant) -> None:
    folder = assistant.library.folder
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, folder, str(n)]) for n in range(3)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert len({told.question for told in FeedbackStore(folder).all()}) == 75


def test_it_goes_with_the_article_that_it_quotes_and_leaves_nothing(assistant: Assistant) -> None:
    store = FeedbackStore(assistant.library.folder)
    store.put(feedback(assistant)[0])
    other, _ = feedback(assistant, ARABIC)
    store.put(other)
    store.put(feedback(assistant, "What do bananas contain?", turns=[Turn(WHO, assistant.answer(WHO))])[0])
    [canal] = [one.id for one in assistant.library.articles() if one.language == "en"]
    receipt = remove_articles(assistant.library, [canal])
    assert [one.id for one in store.all()] == [other.id]
    assert receipt.traces is not None
    assert receipt.traces.found == ()
    assert b"Mary Oakes" not in store.path.read_bytes()
    assert printed("index", "info")["articles"] == 1


def test_a_damaged_record_is_told(assistant: Assistant) -> None:
    store = FeedbackStore(assistant.library.folder)
    store.put(feedback(assistant)[0])
    with store._open() as connection:
        connection.execute("UPDATE feedback SET record = ?", (json.dumps({"id": 1}),))
    with pytest.raises(UserError, match="damaged"):
        store.all()
    store.path.write_bytes(b"not a database, whatever it is called" * 50)
    with pytest.raises(UserError):
        store.all()
