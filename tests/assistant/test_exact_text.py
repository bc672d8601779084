"""What is quoted stands in the owner's own file, character for character."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import printed, run

# As people type them: shadda before the vowel, marks of direction, both kinds of line break, old Mac's too.
VOWELLED = (
    "\u200fإعلان القاهرة\r\n\r\nعقد الوزراء اجتماعهم في القاهرة.\u200f "
    "اقترح سَيِّدٌ حدّاد تشكيل مجلس خُبَراء مستقلّ.\r\n"
)
DECOMPOSED = (
    "Cafe\u0301 Lindham\r\rThe re\u00adading room was opened by Zoe\u0308 Oakes in 1874. "
    "It is\u00a0old.\u2028It stands."
)


def ask(tmp_path: Path, name: str, data: bytes, question: str) -> tuple[Any, Any]:
    """The answer and the hits over one file."""
    (tmp_path / name).write_bytes(data)
    assert run("index", "build", tmp_path / name, "--library", tmp_path / "library").exit_code == 0
    answer = printed("ask", question, "--library", tmp_path / "library")
    hits = printed("search", question, "--library", tmp_path / "library")["hits"]
    return answer, hits


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (VOWELLED, "من اقترح تشكيل مجلس خبراء؟", "اقترح سَيِّدٌ حدّاد تشكيل مجلس خُبَراء مستقلّ."),
        (
            DECOMPOSED,
            "Who opened the reading room?",
            "The re\u00adading room was opened by Zoe\u0308 Oakes in 1874.",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["txt", "utf-16", "marked", "jsonl"])
def test_offsets_and_quotes_are_the_files_own(
    tmp_path: Path, kind: str, text: str, question: str, expected: str
) -> None:
    if kind == "jsonl":
        text = f"\ufeff  {text}"  # what stands at the head of a record's text counts
        data = json.dumps({"text": text}).encode()
    else:
        data = text.encode({"txt": "utf-8", "utf-16": "utf-16", "marked": "utf-8-sig"}[kind])
    answer, hits = ask(tmp_path, f"a.{'jsonl' if kind == 'jsonl' else 'txt'}", data, question)
    [citation] = answer["citations"]
    assert citation["quote"] == text[citation["start"] : citation["end"]] == expected
    assert all(hit["text"] == text[hit["start"] : hit["end"]] for hit in hits)
    assert answer["answer"] in " ".join(text.split())


def test_what_a_text_holds_for_terminals_is_not_sent_to_one(tmp_path: Path) -> None:
    text = "The lamp\x1b[2J of Lindham was lit by Mary\x07 Oakes\x9b31m in 1874.\r\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    run("index", "build", tmp_path / "a.txt", "--library", tmp_path / "library")
    for command in (("ask", "Who lit the lamp of Lindham?"), ("search", "lamp"), ("index", "list")):
        shown = run(*command, "--library", tmp_path / "library").stdout
        assert "Lindham" in shown
        assert not [c for c in shown if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160]


def test_a_file_is_found_by_its_name_where_it_states_no_title(tmp_path: Path) -> None:
    (tmp_path / "harbour-survey.txt").write_text("It was a dry year.\n\nNothing was built.")
    (tmp_path / "b.txt").write_text("It was a wet year.\n\nA wall was built.")
    run("index", "build", tmp_path, "--library", tmp_path / "library")
    asked = ("search", "harbour survey", "--retriever", "lexical")
    [first, *_] = printed(*asked, "--library", tmp_path / "library")["hits"]
    assert first["text"].startswith("It was a dry year.")
    assert first["lexical"]["rank"] == 1
