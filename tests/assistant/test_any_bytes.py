"""Any bytes in, never a traceback: arguments, standard input, batches, a full disk behind the output."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.cli import main
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.library import Library

QUESTION = "من صاحب القارب؟"
ASKED = {"MAJLIS_READER": "sentence", "MAJLIS_RETRIEVER": "lexical"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = Library.create(tmp_path_factory.mktemp("boats") / "library", HashingEmbedder())
    text = "صاحب القارب الأزرق هو الصياد سالم. The boat is blue."
    library.build([make_article(id="boat", title="القارب", text=text, source="/boat.txt")])
    return library.folder


def run(library: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    environment = {**ASKED, "MAJLIS_LIBRARY": str(library)}
    result = CliRunner(env=environment).invoke(main, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def process(library: Path, *arguments: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
    code = "from assistant.cli import main; main(prog_name='majlis')"
    environment = {**os.environ, **ASKED, "MAJLIS_LIBRARY": str(library), **options.pop("env", {})}  # type: ignore[dict-item]
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stderr=subprocess.PIPE,
        **({"stdout": subprocess.PIPE} | options),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_any_bytes_as_a_question(library: Path, data: bytes) -> None:
    exit_code, printed, told = run(library, "ask", "-", "--json", stdin=data)
    assert exit_code in (0, 1)
    if exit_code:
        assert told.count("\n") == 1
    else:
        assert json.loads(printed)["question"]


LINES = st.lists(
    st.one_of(
        st.binary(max_size=40).map(lambda line: line.replace(b"\n", b" ")),
        st.text(max_size=20).map(lambda text: json.dumps({"question": text, "id": 1}).encode()),
        st.sampled_from([b'{"question": "\\ud83d boat", "id": 2}', b'{"question": 5}', b"[]", b"null"]),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_after_any_lines_the_rest_of_a_batch_is_answered(library: Path, lines: list[bytes]) -> None:
    last = json.dumps({"question": QUESTION, "id": "last"}).encode()
    exit_code, printed, _ = run(library, "ask", "--batch", "-", stdin=b"\n".join([*lines, last]))
    assert exit_code == 0
    answers = [json.loads(line) for line in printed.strip().split("\n")]
    assert answers[-1]["id"] == "last"
    assert "سالم" in answers[-1]["answer"]
    assert len(answers) == 1 + sum(bool(line.strip()) for line in lines)


def test_a_byte_order_mark_costs_no_question(library: Path) -> None:
    line = json.dumps({"question": QUESTION}, ensure_ascii=False)
    for data in (f"\ufeff{line}\r\n{line}\r\n".encode(), f"\ufeff{line}".encode()):
        _, printed, _ = run(library, "ask", "--batch", "-", stdin=data)
        assert all("سالم" in json.loads(answer)["answer"] for answer in printed.strip().split("\n"))


def test_half_an_emoji_is_a_question_like_another(library: Path) -> None:
    asked = json.dumps({"question": f"{QUESTION} \ud83d"}).encode()
    _, printed, _ = run(library, "ask", "--batch", "-", stdin=asked)
    answer = json.loads(printed)
    assert "سالم" in answer["answer"]
    assert answer["question"] == f"{QUESTION} \ufffd"


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-8"])
def test_arabic_in_another_encoding_is_read(library: Path, encoding: str) -> None:
    _, printed, _ = run(library, "ask", "-", "--json", stdin=QUESTION.encode(encoding))
    assert json.loads(printed)["question"] == QUESTION
    asked = process(library, "ask", QUESTION.encode(encoding), "--json")
    assert json.loads(asked.stdout)["question"] == QUESTION


def test_a_terminal_without_arabic_gets_json_all_the_same(library: Path) -> None:
    for environment in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}):
        asked = process(library, "ask", QUESTION, "--json", env=environment)
        assert "سالم" in json.loads(asked.stdout)["answer"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", [("index", "list"), ("--help",)])
def test_a_full_disk_behind_the_output_is_one_line(library: Path, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process(library, *command, stdout=full)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert b"No space left" in done.stderr
