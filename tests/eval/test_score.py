"""Other systems' runs and predictions, with the same rulers."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import small_dataset

from eval.data.file import DatasetFile
from eval.data.predictions import write_predictions
from eval.data.trec import write_run
from eval.run import run_benchmark
from eval.score import score
from index.embedders import HashingEmbedder
from index.errors import UserError

DATASET = replace(small_dataset.DATASET, problems=())


def write(path: Path, text: str) -> DatasetFile:
    path.write_text(text, encoding="utf-8")
    return DatasetFile(path)


def test_our_own_run_and_predictions_score_as_they_were_measured(tmp_path: Path) -> None:
    measured = run_benchmark(DATASET, embedder=HashingEmbedder(), retrievers=["hybrid"])
    write_run(tmp_path / "a.run", ((row.example.id, row.runs["hybrid"]) for row in measured.rows), "hybrid")
    texts = {row.example.id: row.details["answering"]["text"] for row in measured.rows}
    write_predictions(tmp_path / "p.json", texts)
    scored = score(
        DATASET,
        run=DatasetFile(tmp_path / "a.run"),
        predictions=DatasetFile(tmp_path / "p.json"),
        tag="hybrid",
    )
    assert scored.dataset.problems == ()
    for before, after in zip(measured.rows, scored.rows, strict=True):
        assert after.values.get("retrieval/hybrid") == before.values.get("retrieval/hybrid")
        assert after.details["ranks"] == before.details["ranks"]
        for measure, value in after.values["answering"].items():
            assert value == before.values["answering"][measure]
        assert after.details["answering"]["text"] == before.details["answering"]["text"]


def test_each_way_to_be_right_or_wrong(tmp_path: Path) -> None:
    run = write(
        tmp_path / "x.run",
        "q%201 Q0 n%201 1 9 x\nq2 Q0 c 1 9 x\nq2 Q0 s 2 8 x\nq3 Q0 c 1 9 x\nq4 Q0 c 1 9 x\n",
    )
    texts = {"q 1": {"text": "Rollo", "confidence": 0.9}, "q2": "", "q3": "المعز", "q4": "Odo", "q5": "Odo"}
    predictions = write(tmp_path / "p.json", json.dumps(texts))
    report = score(DATASET, run=run, predictions=predictions, tag="x")
    assert [row.details["ranks"] for row in report.rows] == [{"x": 1}, {"x": 2}, {"x": 1}, {"x": None}, {}]
    assert [row.details["failure"] for row in report.rows] == [
        *("right", "wrongly silent", "wrong span", "not retrieved", "wrongly spoken"),
    ]
    made = report.to_json()
    assert made["summary"]["retrieval/x"]["success@1"] == 2 / 4
    assert made["summary"]["HasAns"] == {"questions": 4, "exact_match": 1 / 4, "f1": 1 / 4}
    assert made["summary"]["NoAns"] == {"questions": 1, "exact_match": 0, "f1": 0}
    assert made["settings"]["system"] == "x.run + p.json"
    assert made["confidence"]["questions"] == 1
    assert made["timings"]["answer_ms"] == {"p50": 0, "p95": 0, "p99": 0}
    assert made["dataset"]["sha256"].keys() == {"small.json", "x.run", "p.json"}


def test_what_is_missing_counts_as_nothing_and_is_named(tmp_path: Path) -> None:
    run = write(tmp_path / "x.run", "q2 Q0 s 1 9 x\nq9 Q0 c 1 9 x\n")
    predictions = write(tmp_path / "p.json", json.dumps({"q 1": "Rollo", "q9": "Odo"}))
    report = score(DATASET, run=run, predictions=predictions)
    assert report.summary()["retrieval/run"]["success@1"] == 1 / 4
    assert report.summary()["answering"]["exact_match"] == 2 / 5  # q5: silence is right
    assert report.dataset.problems == (
        "x.run: id 'q9': no question has this id",
        "p.json: id 'q9': no question has this id",
        *(f"p.json: id {missing!r}: no answer; it counts as silence" for missing in ("q2", "q3", "q4", "q5")),
    )


@pytest.mark.parametrize("kind", ["run", "predictions"])
def test_a_file_that_is_not_there_measures_nothing(kind: str, tmp_path: Path) -> None:
    none = DatasetFile(tmp_path / "none")
    with pytest.raises(UserError, match=r"^none: file: cannot be read \(No such file.*\); name one that is"):
        score(DATASET, run=none if kind == "run" else None, predictions=none if kind != "run" else None)


def test_only_one_of_the_two(tmp_path: Path) -> None:
    run = write(tmp_path / "x.run", "q2 Q0 s 1 9 x\n")
    assert list(score(DATASET, run=run).summary()) == ["retrieval/run"]
    predictions = write(tmp_path / "p.json", json.dumps({"q2": "James Watt"}))
    report = score(DATASET, predictions=predictions)
    assert list(report.summary()) == ["answering", "HasAns", "NoAns"]
    assert report.rows[1].details["failure"] == "right"
    assert report.rows[0].details["failure"] == "wrongly silent"
