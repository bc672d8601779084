"""Turns as JSON: what a batch may tell of a conversation, what is kept of one, and what is asked first."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from commands import COUNCIL, run

from assistant.answers import Answer
from assistant.answers.as_json import answer_to_json
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from assistant.transcript import turn_to_json, turns_from_json, with_answers
from index.errors import UserError
from index.library import Library

WHO, WHEN = "Who opened the canal of Lindham?", "And when?"


@pytest.fixture
def assistant(stored: Path) -> Assistant:
    return Assistant(Library.open(stored), Settings(retriever="lexical"), SentenceReader())


def asked(*records: dict[str, Any], command: str = "ask") -> tuple[int, list[dict[str, Any]], str]:
    result = run(command, "--batch", "-", stdin="\n".join(map(json.dumps, records)))
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_a_turn_is_a_question_and_what_was_answered() -> None:
    known, silent, unknown, none = turns_from_json(
        [
            {"question": WHO, "answer": "Mary Oakes", "understood_as": "Who  opened it?"},
            {"question": WHEN, "answer": ""},
            {"question": WHEN},
            {"question": WHEN, "answer": None},
        ]
    )
    assert known.answer is not None
    assert (known.answer.text, known.answer.understood_as) == ("Mary Oakes", "Who opened it?")
    assert silent.answer is not None
    assert silent.answer.abstained
    assert (unknown, none) == (Turn(WHEN), Turn(WHEN))
    assert turns_from_json(None) == turns_from_json([]) == ()


@pytest.mark.parametrize("question", [WHO, "من اقترح تشكيل مجلس الخبراء؟", "What do bananas contain?"])
def test_what_ask_prints_is_a_turn_and_what_is_kept_comes_back(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    [printed] = turns_from_json([json.loads(json.dumps(answer_to_json(answer)))])
    [kept] = turns_from_json([json.loads(json.dumps(turn_to_json(Turn(question, answer))))])
    assert printed.answer is not None
    assert kept.answer is not None
    assert printed.answer.text == kept.answer.text == answer.text
    assert kept.answer.citations == answer.citations
    assert [citation.quote for citation in printed.answer.citations] == [
        citation.quote for citation in answer.citations
    ]
    assert turn_to_json(Turn(question)) == {"question": question}


CITATION = {
    "number": 1,
    "article_id": "a",
    "title": "A",
    "source": "a.txt",
    "quote": "word",
    "start": 0,
    "end": 4,
    "answer_start": 0,
    "answer_end": 4,
}


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ("How long?", "no list of objects"),
        ([{"question": " "}], '"question"'),
        ([{"question": WHO, "answer": 1874}], '"answer"'),
        ([{"question": WHO, "answer": "1874", "understood_as": 5}], '"answer"'),
        ([{"question": WHO, "answer": "1874", "citations": "all"}], '"citations"'),
        ([{"question": WHO, "answer": "1874", "citations": ["all"]}], "majlis ask --json"),
        ([{"question": WHO, "answer": "1874", "citations": [{**CITATION, "end": 9}]}], "majlis ask --json"),
        ([{"question": WHO, "answer": "1874", "citations": [{**CITATION, "start": "0"}]}], "--json"),
        ([{"question": WHO, "answer": "1874", "citations": [{**CITATION, "title": None}]}], "--json"),
    ],
)
def test_what_is_no_conversation_is_told(turns: object, words: str) -> None:
    with pytest.raises(UserError, match=words):
        turns_from_json(turns)


def test_only_what_is_not_known_is_asked_and_after_what_came_before() -> None:
    given = turns_from_json([{"question": "a", "answer": ""}, {"question": "b"}, {"question": "c"}])
    heard: list[tuple[str, list[str]]] = []

    def answer(question: str, turns: Sequence[Turn]) -> Answer:
        heard.append((question, [turn.question for turn in turns]))
        return Answer(question, question, "yes", "en", (), 1.0, (), {})

    known = with_answers(given, answer)
    assert heard == [("b", ["a"]), ("c", ["a", "b"])]
    assert [turn.answer.text for turn in known if turn.answer] == ["", "yes", "yes"]


def test_a_batch_answers_a_follow_up_as_the_chat_does(stored: Path, assistant: Assistant) -> None:
    """Whether the turn's answer is given, or the printed one, or not known: then it is asked first."""
    _, [first], _ = asked({"question": WHO})
    code, answered, _ = asked(
        {"question": WHEN, "turns": [{"question": WHO, "answer": "Mary Oakes"}]},
        {"question": WHEN, "turns": [first]},
        {"question": WHEN, "turns": [{"question": WHO}]},
    )
    assert code == 0
    for one in answered:
        assert one["understood_as"] == "When was the canal of Lindham opened?"
        assert "1874" in one["answer"]


def test_the_answer_that_a_turn_tells_is_what_the_follow_up_is_about(stored: Path) -> None:
    _, answered, _ = asked(
        *(
            {"question": "When was she born?", "turns": [{"question": WHO, "answer": name}]}
            for name in ("Mary Oakes", "Sara Hill")
        )
    )
    assert [one["understood_as"] for one in answered] == [
        "When was Mary Oakes born?",
        "When was Sara Hill born?",
    ]


def test_an_arabic_follow_up_in_a_batch(stored: Path) -> None:
    assert "اثني عشر" in COUNCIL
    _, [answer], _ = asked({"question": "ومتى؟", "turns": [{"question": "من اقترح تشكيل مجلس الخبراء؟"}]})
    assert "مجلس الخبراء" in answer["understood_as"]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_batch_of_bad_lines_alone_is_a_failure(stored: Path, command: str) -> None:
    code, lines, told = asked({"id": 7}, {"question": WHO, "turns": 3}, command=command)
    assert code == 1
    assert [line["line"] for line in lines] == [1, 2]
    assert told.startswith("majlis: none of the 2 lines could be asked")
    assert told.count("\n") == 1
    assert asked(command=command)[0] == 0  # nothing was asked, and nothing failed
