"""Predictions in and out."""

import json
from pathlib import Path

import pytest

from eval.data.file import DatasetFile
from eval.data.predictions import PredictedText, read_predictions, write_predictions
from index.errors import UserError


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_predictions(tmp_path / "p.json", {"q1": "رولو", "q2": ""})
    source = DatasetFile(tmp_path / "p.json")
    assert read_predictions(source) == {"q1": PredictedText("رولو"), "q2": PredictedText("")}
    assert source.problems == []


def test_entries_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    given = {
        "q1": {"text": "Rollo", "confidence": 0.5},
        "q2": {"text": "Rollo", "confidence": 2},
        "q3": 5,
        "q4": {"text": None},
        "q5": {"text": "Odo"},
        "q6": {"text": "Odo", "confidence": True},
    }
    (tmp_path / "p.json").write_text(json.dumps(given))
    source = DatasetFile(tmp_path / "p.json")
    assert read_predictions(source) == {"q1": PredictedText("Rollo", 0.5), "q5": PredictedText("Odo")}
    assert [problem.split(": ")[1] for problem in source.problems] == [
        "id 'q2'",
        "id 'q3'",
        "id 'q4'",
        "id 'q6'",
    ]


@pytest.mark.parametrize(
    ("text", "problem"), [("[]", "not predictions"), ("", "it is empty"), ("{", "not JSON")]
)
def test_a_file_that_is_none(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(text)
    source = DatasetFile(tmp_path / "p.json")
    assert read_predictions(source) == {}
    (line,) = source.problems
    assert line.startswith(f"p.json: file: {problem}")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="name another --predictions-out"):
        write_predictions(tmp_path / "none" / "p.json", {})
