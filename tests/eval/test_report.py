"""The report: means out of rows, intervals, JSON."""

import json
from typing import Any

import pytest

from eval.data import Dataset, Example
from eval.measures.resampling import bootstrap_interval
from eval.report import CURVE, SEED, Report, Row


def dataset(*problems: str) -> Dataset:
    return Dataset("سؤال.json", (), (), problems, len(problems), {"سؤال.json": "ab12"})


def row(
    number: int, *, found: float | None, right: float, confidence: float = 0.5, failure: str = "right"
) -> Row:
    example = Example(f"q{number}", "من؟", ("رولو",) if found is not None else (), ("a1",), "ar")
    retrieval = {} if found is None else {"retrieval/lexical": {"success@1": found, "MRR@10": found}}
    details: dict[str, Any] = {
        "ranks": {"lexical": 1},
        "answering": {"text": "رولو", "confidence": confidence, "right": bool(right)},
        "failure": failure,
    }
    spent = {"total": 10.0 * number, "read": 1.0 * number}
    return Row(example, retrieval | {"answering": {"exact_match": right, "f1": right}}, details, {}, spent)


REPORT = Report(
    dataset=dataset("سؤال.json: data[0]: not an object"),
    settings={"embedder": "hashing", "k": 10},
    versions={"analysis": "1"},
    rows=(
        row(1, found=1.0, right=0.0, confidence=0.8, failure="wrong span"),
        row(2, found=0.5, right=1.0, confidence=0.9),
        row(3, found=None, right=0.25, confidence=0.1),
    ),
    seconds={"building": 1.25, "answering": 0.5},
)


def test_means_are_over_the_questions_that_have_the_task() -> None:
    assert REPORT.summary() == {
        "retrieval/lexical": {"questions": 2, "success@1": 0.75, "MRR@10": 0.75},
        "answering": {"questions": 3, "exact_match": 1.25 / 3, "f1": 1.25 / 3},
    }


def test_every_mean_has_its_interval() -> None:
    intervals = REPORT.intervals()
    summary = REPORT.summary()
    assert {task: {*means} for task, means in intervals.items()} == {
        task: {*means} - {"questions"} for task, means in summary.items()
    }
    assert intervals["answering"]["f1"] == bootstrap_interval([0.0, 1.0, 0.25], seed=SEED)


def test_json_has_the_rows_and_keeps_timings_apart() -> None:
    report = json.loads(json.dumps(REPORT.to_json()))
    assert list(report) == [
        *("dataset", "settings", "versions", "summary", "intervals", "confidence", "failures"),
        *("kinds", "directions", "questions", "timings"),
    ]
    assert report["dataset"] == {
        "name": "سؤال.json",
        "sha256": {"سؤال.json": "ab12"},
        "articles": 0,
        "questions": 3,
        "left_out": 1,
        "missing_articles": 0,
        "own_articles": 0,
        "problems": ["سؤال.json: data[0]: not an object"],
    }
    assert report["settings"] == {"embedder": "hashing", "k": 10, "seed": SEED}
    assert report["versions"] == {"analysis": "1"}
    assert report["summary"]["answering"]["f1"] == 1.25 / 3
    assert report["questions"][0] == {
        "id": "q1",
        "question": "من؟",
        "language": "ar",
        "answers": ["رولو"],
        "gold_articles": ["a1"],
        "grades": {"a1": 1},
        "values": {
            "retrieval/lexical": {"success@1": 1.0, "MRR@10": 1.0},
            "answering": {"exact_match": 0.0, "f1": 0.0},
        },
        "ranks": {"lexical": 1},
        "answering": {"text": "رولو", "confidence": 0.8, "right": False},
        "failure": "wrong span",
    }
    assert report["timings"] == {
        "seconds": {"building": 1.25, "answering": 0.5},
        "answer_ms": {"p50": 20.0, "p95": 30.0, "p99": 30.0},
        "by_question_ms": [10.0, 20.0, 30.0],
        "stages_ms": {"read": {"p50": 2.0, "p95": 3.0, "p99": 3.0}},
        "by_question_stages_ms": [
            {"total": 10.0, "read": 1.0},
            {"total": 20.0, "read": 2.0},
            {"total": 30.0, "read": 3.0},
        ],
    }


def test_failures_are_counted_and_all_ways_named() -> None:
    assert REPORT.failures() == {
        "right": 2,
        "not retrieved": 0,
        "retrieved but not read": 0,
        "wrong span": 1,
        "wrongly silent": 0,
        "wrongly spoken": 0,
        "rightly silent": 0,
    }


def test_confidence() -> None:
    confidence = REPORT.confidence()
    assert confidence is not None
    assert confidence["questions"] == 3
    assert confidence["AURC"] == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert confidence["ECE"] == pytest.approx((0.1 + 0.8 + 0.9) / 3)
    assert confidence["risk_coverage"] == [
        [pytest.approx(1 / 3), 0.0, 0.9],
        [pytest.approx(2 / 3), 0.5, 0.8],
        [1.0, pytest.approx(1 / 3), 0.1],
    ]
    assert [part["right"] for part in confidence["reliability"]] == [1.0, 0.0, 1.0]


def test_a_long_curve_is_thinned_to_its_end() -> None:
    rows = tuple(row(n, found=1.0, right=1.0, confidence=1 / n) for n in range(1, 3 * CURVE))
    confidence = Report(dataset(), {}, {}, rows, {}).confidence()
    assert confidence is not None
    curve = confidence["risk_coverage"]
    assert len(curve) == CURVE
    assert curve[-1][0] == 1.0
    assert [point[0] for point in curve] == sorted({point[0] for point in curve})
