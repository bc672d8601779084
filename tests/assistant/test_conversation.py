"""Turns before a question, and what a rewriter makes of it: what is retrieved, read and shown."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from lindham import WritingReader

from assistant.answers import OnEvent
from assistant.answers.as_json import answer_to_json
from assistant.cli.batch import respond_to_batch
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.question import Question
from assistant.readers import Reading, Revision
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.library import Library
from index.passages import Hit

BEFORE = (Turn("Who dug the canal of Lindham?"), Turn("Where is it?"))


class Listening(WritingReader):
    """Knows what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def read(self, question: Question, hits: Sequence[Hit], revision: Revision, on_event: OnEvent) -> Reading:
        self.asked.append(question)
        return super().read(question, hits, revision, on_event)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    texts = {"canal": "The canal of Lindham is 31 kilometres long.", "mill": "The mill is 9 metres high."}
    library.build(
        make_article(id=name, title=name, text=text, source=f"/{name}") for name, text in texts.items()
    )
    return library


def to_the_canal(question: str, turns: Sequence[Turn]) -> str:
    """A rewriter that knows what all the turns were about."""
    assert turns == BEFORE
    assert question == " How  long is it?"
    return "How long is the canal \n of Lindham?"


def test_what_is_made_of_a_follow_up_is_retrieved_read_and_shown(library: Library) -> None:
    reader = Listening()
    answer = Assistant(library, reader=reader, rewrite=to_the_canal).answer(" How  long is it?", BEFORE)
    assert (answer.question, answer.understood_as) == (
        " How  long is it?",
        "How long is the canal of Lindham?",
    )
    assert answer.hits[0].passage.article_id == "canal"
    assert "canal" in answer.hits[0].matched_terms
    [read] = reader.asked
    assert read.text == answer.understood_as
    assert answer_to_json(answer)["understood_as"] == answer.understood_as


def test_a_question_that_follows_on_nothing_is_not_rewritten(library: Library) -> None:
    def never(question: str, turns: Sequence[Turn]) -> str:
        raise AssertionError("rewritten")

    answer = Assistant(library, reader=WritingReader(), rewrite=never).answer("How long is it?")
    assert answer.understood_as == "How long is it?"
    with pytest.raises(UserError, match="question is empty"):
        Assistant(library, rewrite=never).answer(" ", BEFORE)


def test_without_a_rewriter_a_follow_up_is_taken_as_it_was_typed(library: Library) -> None:
    answer = Assistant(library, reader=WritingReader(), rewrite=None).answer("How long is it?", BEFORE)
    assert answer.understood_as == "How long is it?"


def test_a_batch_hands_its_turns_on() -> None:
    """Oldest first, as they stand; each question has its own."""
    record = {"question": "How long is it?", "turns": [{"question": turn.question} for turn in BEFORE]}
    lines = [json.dumps(record).encode(), b'{"question": "Who?"}', b'{"question": "Who?", "turns": null}']
    answered = respond_to_batch(lines, lambda question, turns, *_: {"asked": question, "turns": turns})
    assert list(answered) == [
        {"asked": "How long is it?", "turns": BEFORE},
        {"asked": "Who?", "turns": ()},
        {"asked": "Who?", "turns": ()},
    ]
