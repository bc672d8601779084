"""`majlis eval compare`: what it prints, when it fails, and what it makes of bad input."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from comparisons import stored

from assistant.cli import main
from eval.report.stored import read_reports
from index.errors import UserError


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    before = {f"q{number}": 1.0 for number in range(60)}
    after = before | {f"q{number}": 0.0 for number in range(20)}
    a, b = tmp_path / "a.json", tmp_path / "b.json"
    a.write_text(json.dumps([stored(before)]), encoding="utf-8")
    b.write_text(json.dumps([stored(after)]), encoding="utf-8")
    return a, b


def test_the_command_prints_what_changed(files: tuple[Path, Path]) -> None:
    result = run("compare", *files)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert "set: 60 questions in both" in lines
    (row,) = [line.split() for line in lines if line.startswith("answering/f1")]
    assert row[:5] == ["answering/f1", "60", "1.000", "0.667", "-0.333"]
    assert row[7:] == ["<0.001", "0", "20"]
    assert "lost by answering/f1: 20" in lines
    assert "  q0  سؤال q0" in lines
    assert "  and 10 more, all of them in --json" in lines


def test_the_command_fails_where_it_got_worse(files: tuple[Path, Path]) -> None:
    a, b = files
    result = run("compare", a, b, "--fail-if-worse", "f1:0.1")
    assert result.exit_code == 1
    assert result.stderr == "majlis: B is worse than A: answering/f1 of set\n"
    assert run("compare", b, a, "--fail-if-worse", "f1:0").exit_code == 0
    assert run("compare", a, a, "--fail-if-worse", "f1:0").exit_code == 0
    assert run("compare", a, b, "--fail-if-worse", "f1:0.5").exit_code == 0
    told = run("compare", a, b, "--fail-if-worse", "answering/f1:0.1", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["worse"] is True
    assert json.loads(told.stdout)["datasets"][0]["measures"][0]["lost"] == [f"q{n}" for n in range(20)]


@pytest.mark.parametrize("limit", ["f1", "f1:", ":0.1", "f1:much", "f1:-0.1", "f1:nan", "f1:1"])
def test_a_limit_that_cannot_be_read_is_wrong_usage(files: tuple[Path, Path], limit: str) -> None:
    result = run("compare", *files, "--fail-if-worse", limit)
    assert result.exit_code == 2
    assert "MEASURE:MARGIN" in result.stderr


def test_an_unknown_measure_is_one_line(files: tuple[Path, Path]) -> None:
    result = run("compare", *files, "--fail-if-worse", "bleu:0")
    assert result.exit_code == 1
    assert result.stderr == "majlis: no measure 'bleu' in both runs; there are f1, answering/f1\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "not JSON"),
        ("{}", "not an array of reports"),
        ("[]", "not an array of reports"),
        ("[{}]", r'\[0\]: not a report with "questions"'),
        ('[{"questions": [], "settings": 3}]', r"\[0\]\.settings: not an object"),
        ('[{"questions": [{"id": 3}]}]', r'\[0\]\.questions\[0\]: no "id"'),
        ('[{"questions": [{"id": "q"}]}]', r"questions\[0\] \(id 'q'\): no \"values\""),
        ('[{"questions": [{"id": "q", "values": {"f1": 1}}]}]', r"questions\[0\] \(id 'q'\): no \"values\""),
    ],
)
def test_a_file_that_is_no_report_is_one_line(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=problem):
        read_reports(file)
    result = run("compare", file, file)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "majlis eval run --out FILE" in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        read_reports(tmp_path / "none.json")
