"""Feedback as questions that the bench reads, and saved questions asked again: better, worse, or other."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import CANAL, COUNCIL, printed, run

from assistant.feedback import FeedbackStore, feedback_on
from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from eval.replay import SavedAnswer, SavedQuestion, change_of
from index.library import Library
from index.passages import Passage

WHO, LONG, ARABIC = "Who opened the canal of Lindham?", "How long is it?", "من اقترح تشكيل مجلس الخبراء؟"
NOWHERE = "Which vitamins do bananas contain?"


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "council.txt").write_text(COUNCIL, encoding="utf-8")
    (tmp_path / "articles" / "canal.txt").write_text(CANAL, encoding="utf-8")
    folder = tmp_path / "library"
    assert run("index", "build", "articles", "--library", folder, "--embedder", "hashing").exit_code == 0
    for name, value in {"LIBRARY": str(folder), "READER": "sentence", "RETRIEVER": "lexical"}.items():
        monkeypatch.setenv(f"MAJLIS_{name}", value)
    return Assistant(Library.open(folder), Settings(retriever="lexical"), SentenceReader())


@pytest.fixture
def exported(assistant: Assistant, tmp_path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the export tells and writes of six opinions."""
    store = FeedbackStore(assistant.library.folder)
    canal = next(hit.passage for hit in assistant.search(WHO) if "canal" in hit.passage.text)
    store.put(feedback_on(assistant.answer(WHO), "down"))
    store.put(feedback_on(assistant.answer(WHO), "up", note="yes"))  # a second thought
    store.put(feedback_on(assistant.answer(ARABIC), "up"))
    store.put(feedback_on(assistant.answer(NOWHERE), "up"))
    store.put(feedback_on(assistant.answer("When was coal carried?"), "down", right=canal))
    store.put(feedback_on(assistant.answer("Is it nice?"), "down"))
    told = printed("eval", "export-feedback", "--out", tmp_path / "feedback.jsonl")
    lines = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    return told, [json.loads(line) for line in lines]


def test_what_is_right_is_what_was_called_so(
    assistant: Assistant, exported: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    told, questions = exported
    assert told == {
        "questions": 4,
        "left_out": {"said again later": 1, "called wrong without a right passage": 1},
    }
    who, council, nowhere, coal = questions
    [cited] = assistant.answer(WHO).citations
    assert (who["question"], who["answers"], who["article_ids"]) == (WHO, [cited.answer], [cited.article_id])
    assert who["note"] == "yes"
    assert "سامي حداد" in council["answers"][0]
    assert (nowhere["answers"], nowhere["article_ids"]) == ([], [])
    assert coal["article_ids"] == [cited.article_id]
    assert coal["evidence"]["text"] in CANAL
    shown = run("eval", "export-feedback", "--out", "again.jsonl")
    assert shown.stdout.splitlines()[0] == "again.jsonl: 4 questions."
    assert "left out: 1 called wrong without a right passage" in shown.stdout


def test_the_bench_reads_them(exported: object, assistant: Assistant) -> None:
    result = run("eval", "run", "feedback.jsonl", "--library", assistant.library.folder, "--json")
    assert result.exit_code == 0, result.output
    [report] = json.loads(result.stdout)
    by_question = {row["question"]: row for row in report["questions"]}
    assert len(by_question) == 4  # none was left out
    assert by_question[WHO]["answering"]["right"]


def test_after_no_change_every_answer_is_the_same(exported: object) -> None:
    result = run("eval", "replay", "feedback.jsonl", "--fail-on-worse")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["4 questions: 4 same"]


def test_after_a_change_it_tells_what_is_worse(exported: object, assistant: Assistant) -> None:
    (Path("articles") / "canal.txt").write_text("The pond of Lindham\n\nDucks swim there.", encoding="utf-8")
    assert run("index", "update").exit_code == 0
    done = printed("eval", "replay", "feedback.jsonl")
    assert done["questions"] == 4
    assert done["worse"] >= 1
    [who] = [one for one in done["changed"] if one["question"] == WHO]
    assert who["change"] == "worse"
    assert "Mary Oakes" in who["before"]["text"]
    assert "Mary Oakes" not in who["now"]["text"]
    shown = run("eval", "replay", "feedback.jsonl", "--fail-on-worse")
    assert shown.exit_code == 1
    assert f"worse: {WHO}" in shown.stdout
    assert shown.stderr.strip().splitlines()[-1].endswith("worse than before")
    assert run("eval", "replay", "feedback.jsonl").exit_code == 0


def test_the_output_of_ask_is_asked_again_with_its_turns(assistant: Assistant, tmp_path: Path) -> None:
    asked = json.dumps({"question": WHO, "id": "q"})
    answered = run("ask", "--batch", "-", stdin=asked).stdout
    saved = json.loads(answered) | {"turns": [{"question": "Is there a canal?"}]}
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join([json.dumps(saved), '{"question": "Who?"}', "{", "[]", '{"answer": ""}']))
    done = printed("eval", "replay", file)
    assert (done["questions"], done["same"], len(done["problems"])) == (1, 1, 4)
    file.write_text(json.dumps(saved | {"answer": "Tom Reed", "answers": ["Mary Oakes"], "citations": []}))
    assert printed("eval", "replay", file)["better"] == 1
    file.write_text("{")
    assert run("eval", "replay", file).exit_code == 1


def saved(**told: Any) -> SavedQuestion:
    given = {"before": said("Tom Reed did it."), "language": "en", **told}
    return SavedQuestion("q", WHO, (), **given)


def said(text: str, article: str = "canal") -> SavedAnswer:
    return SavedAnswer(text, (text,), (article,)) if text else SavedAnswer("", (), ())


RIGHT, WRONG, SILENT = said("Mary Oakes did it."), said("Tom Reed did it."), said("")
GOLD = {"answers": ("Mary Oakes",)}
BY_ARTICLE = {"article_ids": ("canal",), "evidence": "It was long ago. Mary Oakes did it."}


@pytest.mark.parametrize(
    ("before", "now", "gold", "change"),
    [
        (WRONG, said("tom reed did it"), {}, "same"),
        (WRONG, RIGHT, {}, "other"),
        (WRONG, RIGHT, GOLD, "better"),
        (SILENT, RIGHT, GOLD, "better"),
        (WRONG, SILENT, GOLD, "better"),
        (RIGHT, WRONG, GOLD, "worse"),
        (RIGHT, SILENT, GOLD, "worse"),
        (SILENT, WRONG, GOLD, "worse"),
        (WRONG, said("Ann Low did it."), GOLD, "other"),
        (SILENT, WRONG, {"answers": ()}, "worse"),
        (WRONG, SILENT, {"answers": ()}, "better"),
        (WRONG, RIGHT, BY_ARTICLE, "better"),
        (RIGHT, said("Mary Oakes did it, they say.", "rumour"), BY_ARTICLE, "worse"),
        (WRONG, said("Mary Oakes did it.", "rumour"), BY_ARTICLE, "other"),
    ],
)
def test_a_change_is_better_or_worse_where_the_right_answer_is_known(
    before: SavedAnswer, now: SavedAnswer, gold: dict[str, Any], change: str
) -> None:
    assert change_of(saved(before=before, **gold), now) == change


def test_a_passage_is_enough_for_feedback(assistant: Assistant) -> None:
    passage = Passage("gone", "Gone", "gone.txt", "en", 0, 4, "word")
    told = feedback_on(assistant.answer(NOWHERE), "down", right=passage)
    assert told.right is not None
    assert told.article_ids == {"gone"}
