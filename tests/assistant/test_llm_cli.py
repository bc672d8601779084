"""The reader llm from the command line: what is asked for, printed, measured, and never told."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from commands import printed, run, told
from scripted_model import Reply, ScriptedModel, scripted_model

from assistant.answers import Draft, Event, Statement
from assistant.cli.written import StreamedAnswer, written_text

ASKED = "When was the canal of Lindham opened?"
KEY = "sk-secret-1234"
TRUE = "The canal of Lindham was opened in 1874 by the engineer Mary Oakes."
SAID = f"{TRUE} [1] Barges carried coal on it until 1967 [1]."


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model(SAID, key=KEY) as running:
        yield running


@pytest.fixture
def chosen(
    stored: Path, tmp_path: Path, articles: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with a library and the settings that name the model, its key in a file."""
    built = run("index", "build", articles, "--library", tmp_path / "meant")
    assert built.exit_code == 0, built.output
    monkeypatch.setenv("MAJLIS_LIBRARY", str(tmp_path / "meant"))
    (tmp_path / "key.txt").write_text(f"{KEY}\n", encoding="utf-8")
    written = f'reader = "llm"\nllm_url = "{model.url}"\nllm_model = "m"\nllm_key_file = "key.txt"\n'
    (tmp_path / "majlis.toml").write_text(written, encoding="utf-8")
    model.say(SAID)
    return tmp_path


def test_an_answer_with_its_marks_and_how_much_is_supported(chosen: Path, model: ScriptedModel) -> None:
    result = run("ask", ASKED)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    flags = "[not found in the articles] [not in the passages: 1967]"
    assert lines[0] == f"{TRUE} [1] Barges carried coal on it until 1967. {flags}"
    assert lines[2:4] == ["supported: 1 of 2 sentences", "Not sure. Compare it with the sentences below."]
    assert f"    “{TRUE}”" in lines
    assert KEY not in result.output
    answer = printed("ask", ASKED)
    assert answer["support"] == [1, 2]
    assert [one["supported"] for one in answer["statements"]] == [True, False]
    assert answer["writing"]["model"] == "m"
    assert answer["writing"]["completion_tokens"] > 0
    assert answer["notice"] == ""
    assert KEY not in json.dumps(answer)
    host = model.url.removeprefix("http://").removesuffix("/v1")
    assert printed("index", "info")["questions_sent_to"] == host
    assert f"questions  sent to {host}" in run("index", "info").stdout

    model.say(Reply(status=404))
    result = run("ask", ASKED, "--reader", "llm", "--llm-model", "absent")
    assert result.stdout.startswith(
        f"{host} does not know the model absent (--llm-model, --llm-url); these are"
    )
    assert "1874" in result.stdout

    batch = run("ask", "--batch", "-", stdin=json.dumps({"question": ASKED}))
    assert "does not know" in json.loads(batch.stdout)["notice"]


def test_it_can_be_measured(chosen: Path, articles: Path) -> None:
    questions = chosen / "questions.jsonl"
    line = {"id": "1", "question": ASKED, "answers": ["1874"], "articles": [str(articles / "canal.txt")]}
    questions.write_text(json.dumps(line), encoding="utf-8")
    result = run(
        "eval", "run", questions, "--library", chosen / "meant", "--reader", "llm", "--retriever", "lexical"
    )
    assert result.exit_code == 0, result.output
    assert KEY not in result.output


def test_what_is_missing_or_cannot_be_is_told_at_the_start(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://127.0.0.1:9/v1"
    assert "needs --llm-url" in told("ask", ASKED, "--reader", "llm")
    assert "needs --llm-model" in told("ask", ASKED, "--reader", "llm", "--llm-url", url)
    named = ("ask", ASKED, "--reader", "llm", "--llm-url", url, "--llm-model", "m")
    absent = tmp_path / "absent.txt"
    assert f"{absent}: cannot be read" in told(*named, "--llm-key-file", absent)
    absent.write_bytes(b"\xff\xfe")
    assert "it is no text" in told(*named, "--llm-key-file", absent)
    absent.write_text(" \n", encoding="utf-8")
    assert "is empty" in told(*named, "--llm-key-file", absent)
    monkeypatch.setenv("MAJLIS_LLM_KEY", "مفتاح سري")
    line = told(*named)
    assert "MAJLIS_LLM_KEY" in line
    assert "سري" not in line


def test_words_stand_on_a_terminal_as_they_come_and_only_the_rest_follows() -> None:
    stream, beside = StringIO(), list[str]()
    shown = StreamedAnswer(stream, lambda event: beside.append(event.stage), "en")
    first = Statement(0, 10, (1,))
    text = "It is old. It was in 1967. More"
    shown(Event("reading", 0, 6))
    shown(Event("writing"))
    for draft in (
        Draft("It is", "en"),
        Draft("It is old. It", "en", (first,)),
        Draft("It is old. It was in 19", "en", (first,)),  # grown from what stands there
        Draft(text, "en", (first, Statement(11, 26, (), False, ((21, 25),)))),
    ):
        shown(Event("writing", draft=draft))
    shown(Event("done"))
    assert beside == ["reading", "writing", "done"]
    whole = "It is old. [1] It was in 1967. [not found in the articles] [not in the passages: 1967] More"
    assert stream.getvalue() == whole
    assert shown.rest([f"{whole} words.", "", "supported: 1 of 2 sentences"]) == [
        " words.",
        "",
        "supported: 1 of 2 sentences",
    ]
    assert shown.rest(["Within: x", "", whole]) == ["", "", "Within: x"]
    assert shown.rest(["The model failed", "", "Other words"]) == [
        "",
        "",
        "The model failed",
        "",
        "Other words",
    ]
    assert (
        written_text("هي قديمة.", (Statement(0, 9, (), False),), "ar") == "هي قديمة. [لم نجد هذا في المقالات]"
    )
