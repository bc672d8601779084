"""The report: means out of rows, tables, JSON."""

import json

from eval.datasets import Dataset, Example
from eval.report import SHOWN_PROBLEMS, Report, Row, problem_lines


def dataset(*problems: str) -> Dataset:
    return Dataset("سؤال.json", (), (), problems, len(problems), {"سؤال.json": "ab12"})


def row(number: int, *, found: float | None, right: float) -> Row:
    example = Example(f"q{number}", "من؟", ("رولو",) if found is not None else (), ("a1",), "ar")
    retrieval = {} if found is None else {"retrieval/lexical": {"success@1": found, "MRR@10": found}}
    answers = {"exact_match": right, "f1": right}
    details = {"ranks": {"lexical": 1}, "answering": {"text": "رولو"}}
    return Row(example, retrieval | {"answering": answers}, details, milliseconds=10.0 * number)


REPORT = Report(
    dataset=dataset("سؤال.json: data[0]: not an object"),
    settings={"embedder": "hashing", "k": 10},
    versions={"analysis": "1"},
    rows=(row(1, found=1.0, right=0.0), row(2, found=0.5, right=1.0), row(3, found=None, right=0.25)),
    seconds={"building": 1.25, "answering": 0.5},
)


def test_means_are_over_the_questions_that_have_the_task() -> None:
    assert REPORT.summary() == {
        "retrieval/lexical": {"questions": 2, "success@1": 0.75, "MRR@10": 0.75},
        "answering": {"questions": 3, "exact_match": 1.25 / 3, "f1": 1.25 / 3},
    }


def test_lines() -> None:
    assert REPORT.lines() == [
        "3 questions over 0 articles: سؤال.json",
        "",
        "retrieval  questions  success@1  MRR@10",
        "lexical            2      0.750   0.750",
        "",
        "answers     questions  exact match     F1",
        "end to end          3        0.417  0.417",
        "",
        "an answer: 20 ms (p50), 30 ms (p95)",
        "building 1.2 s, answering 0.5 s",
        "",
        "1 question left out, 1 problem:",
        "  سؤال.json: data[0]: not an object",
    ]


def test_the_columns_hold_nothing_that_a_terminal_reorders() -> None:
    tables = [line for line in REPORT.lines() if "  " in line.strip()]
    assert tables
    assert all(line.isascii() for line in tables)


def test_json_has_the_rows_and_keeps_timings_apart() -> None:
    report = json.loads(json.dumps(REPORT.to_json()))
    assert report["dataset"] == {
        "name": "سؤال.json",
        "sha256": {"سؤال.json": "ab12"},
        "articles": 0,
        "questions": 3,
        "left_out": 1,
        "problems": ["سؤال.json: data[0]: not an object"],
    }
    assert (report["settings"], report["versions"]) == ({"embedder": "hashing", "k": 10}, {"analysis": "1"})
    assert report["summary"]["answering"]["f1"] == 1.25 / 3
    assert report["questions"][0] == {
        "id": "q1",
        "question": "من؟",
        "language": "ar",
        "answers": ["رولو"],
        "gold_articles": ["a1"],
        "values": {
            "retrieval/lexical": {"success@1": 1.0, "MRR@10": 1.0},
            "answering": {"exact_match": 0.0, "f1": 0.0},
        },
        "ranks": {"lexical": 1},
        "answering": {"text": "رولو"},
    }
    assert report["timings"] == {
        "seconds": {"building": 1.25, "answering": 0.5},
        "answer_ms": {"p50": 20.0, "p95": 30.0},
        "by_question_ms": [10.0, 20.0, 30.0],
    }


def test_many_problems_are_counted_and_the_first_shown() -> None:
    problems = [f"set.json: data[{n}]: not an object" for n in range(SHOWN_PROBLEMS + 3)]
    lines = problem_lines(dataset(*problems))
    assert lines[1] == f"{SHOWN_PROBLEMS + 3} questions left out, {SHOWN_PROBLEMS + 3} problems:"
    assert lines[2:-1] == [f"  {problem}" for problem in problems[:SHOWN_PROBLEMS]]
    assert lines[-1] == "  and 3 more, all of them in --json"


def test_no_problem_no_line() -> None:
    assert problem_lines(dataset()) == []
