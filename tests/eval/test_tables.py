"""What the terminal shows of a report."""

from test_report import REPORT, dataset, row

from eval.report import Report
from eval.report.tables import SHOWN_PROBLEMS, problem_lines, report_lines


def test_lines() -> None:
    assert report_lines(REPORT) == [
        "3 questions over 0 articles: سؤال.json",
        "",
        "retrieval  lexical",
        "questions  2",
        "success@1  0.750 [0.500, 1.000]",
        "MRR@10     0.750 [0.500, 1.000]",
        "",
        "answers      end to end",
        "questions    3",
        "exact match  0.417 [0.000, 1.000]",
        "F1           0.417 [0.000, 1.000]",
        "",
        "[ ]: the mean's 95 % interval, by bootstrap over the questions",
        "",
        "confidence: risk-coverage area 0.278, calibration error 0.600",
        "end to end: right 2, wrong span 1",
        "an answer: 20 ms (p50), 30 ms (p95), 30 ms (p99)",
        "building 1.2 s, answering 0.5 s",
        "",
        "1 question left out, 1 problem:",
        "  سؤال.json: data[0]: not an object",
    ]


def test_the_columns_hold_nothing_that_a_terminal_reorders() -> None:
    tables = [line for line in report_lines(REPORT) if "  " in line.strip()]
    assert tables
    assert all(line.isascii() for line in tables)


def test_a_measure_that_one_task_lacks() -> None:
    whole = row(1, found=1.0, right=1.0)
    values = {"reading": {"f1": 1.0, "cited_gold": 1.0}, "answering": {"f1": 0.5}}
    lines = report_lines(Report(dataset(), {}, {}, (type(whole)(whole.example, values, {}),), {}))
    assert "F1          1.000 [1.000, 1.000]    0.500 [0.500, 0.500]" in lines
    assert "cited gold  1.000 [1.000, 1.000]    -" in lines


def test_many_problems_are_counted_and_the_first_shown() -> None:
    problems = [f"set.json: data[{n}]: not an object" for n in range(SHOWN_PROBLEMS + 3)]
    lines = problem_lines(dataset(*problems))
    assert lines[1] == f"{SHOWN_PROBLEMS + 3} questions left out, {SHOWN_PROBLEMS + 3} problems:"
    assert lines[2:-1] == [f"  {problem}" for problem in problems[:SHOWN_PROBLEMS]]
    assert lines[-1] == "  and 3 more, all of them in --json"


def test_no_problem_no_line() -> None:
    assert problem_lines(dataset()) == []
