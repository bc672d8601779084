"""What a benchmark found: a row for each question, the means of the rows, a table and JSON.

A mean is over every question that the task has: one without an answer or without a hit counts as 0 and
is never left out. Timings stand apart: all else is the same for two runs of the same settings.
Leaves out intervals and the comparison of two reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from eval.datasets import Dataset, Example
from eval.metrics import percentile

SHOWN_PROBLEMS = 10
_TITLES = {
    "reading": "given the gold article",
    "answering": "end to end",
    "exact_match": "exact match",
    "f1": "F1",
    "sentence_match": "sentence match",
    "cited_gold": "cited gold",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One question: its values by task and measure, each in 0..1, and what they were computed from.

    The tasks are ``retrieval/lexical`` and so on by retriever, ``reading`` and ``answering``; one that a
    question has no part in is absent. ``details`` is JSON: the rank of the gold article by retriever, and
    the answer that each of the other tasks gave.
    """

    example: Example
    values: Mapping[str, Mapping[str, float]]
    details: Mapping[str, Any]
    milliseconds: float  # that the end-to-end answer took


@dataclass(frozen=True, slots=True)
class Report:
    """A benchmark's outcome; means are derived from ``rows`` and never stored beside them."""

    dataset: Dataset
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    rows: tuple[Row, ...]
    seconds: Mapping[str, float]  # by stage

    def summary(self) -> dict[str, dict[str, float]]:
        """The means by task and measure, after the number of questions that they are over."""
        columns: dict[str, dict[str, list[float]]] = {}
        for row in self.rows:
            for task, measures in row.values.items():
                for measure, value in measures.items():
                    columns.setdefault(task, {}).setdefault(measure, []).append(value)
        return {
            task: {"questions": len(next(iter(measures.values())))}
            | {measure: fmean(values) for measure, values in measures.items()}
            for task, measures in columns.items()
        }

    def to_json(self) -> dict[str, Any]:
        """The report for programs; without ``timings`` it is the same for two runs of the same settings."""
        return {
            "dataset": {
                "name": self.dataset.name,
                "sha256": dict(self.dataset.files),
                "articles": len(self.dataset.articles),
                "questions": len(self.rows),
                "left_out": self.dataset.left_out,
                "problems": list(self.dataset.problems),
            },
            "settings": dict(self.settings),
            "versions": dict(self.versions),
            "summary": self.summary(),
            "questions": [_row_to_json(row) for row in self.rows],
            "timings": {
                "seconds": dict(self.seconds),
                "answer_ms": self._answer_ms(),
                "by_question_ms": [row.milliseconds for row in self.rows],
            },
        }

    def lines(self) -> list[str]:
        """The report as tables for a terminal, then what was left out."""
        summary = self.summary()
        retrieval = {task: values for task, values in summary.items() if task.startswith("retrieval/")}
        answers = {task: values for task, values in summary.items() if task not in retrieval}
        stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in self.seconds.items())
        answer_ms = self._answer_ms()
        return [
            f"{_count(len(self.rows), 'question')} over {_count(len(self.dataset.articles), 'article')}: "
            f"{self.dataset.name}",
            *_table("retrieval", retrieval),
            *_table("answers", answers),
            "",
            f"an answer: {answer_ms['p50']:.0f} ms (p50), {answer_ms['p95']:.0f} ms (p95)",
            stages,
            *problem_lines(self.dataset),
        ]

    def _answer_ms(self) -> dict[str, float]:
        milliseconds = [row.milliseconds for row in self.rows]
        return {"p50": percentile(milliseconds, 0.5), "p95": percentile(milliseconds, 0.95)}


def problem_lines(dataset: Dataset) -> list[str]:
    """What of a dataset could not be used: a count, and the first few lines of it; [] for nothing."""
    if not dataset.problems:
        return []
    shown = dataset.problems[:SHOWN_PROBLEMS]
    more = len(dataset.problems) - len(shown)
    return [
        "",
        f"{_count(dataset.left_out, 'question')} left out, {_count(len(dataset.problems), 'problem')}:",
        *(f"  {problem}" for problem in shown),
        *([f"  and {more} more, all of them in --json"] if more else []),
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _row_to_json(row: Row) -> dict[str, Any]:
    example = row.example
    return {
        "id": example.id,
        "question": example.question,
        "language": example.language,
        "answers": list(example.answers),
        "gold_articles": list(example.article_ids),
        "values": {task: dict(measures) for task, measures in row.values.items()},
        **row.details,
    }


def _table(title: str, tasks: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A line for each task below the names of the measures; ASCII, so no terminal reorders the columns."""
    if not tasks:
        return []
    measures = list(next(iter(tasks.values())))
    names = [_TITLES.get(task, task.removeprefix("retrieval/")) for task in tasks]
    width = max(map(len, [title, *names]))
    titles = [f"{_TITLES.get(measure, measure):>5}" for measure in measures]  # as wide as 0.123
    lines = ["", "  ".join([title.ljust(width), *titles])]
    for name, values in zip(names, tasks.values(), strict=True):
        cells = [
            f"{values[measure]:{len(head)}{'d' if measure == 'questions' else '.3f'}}"
            for measure, head in zip(measures, titles, strict=True)
        ]
        lines.append("  ".join([name.ljust(width), *cells]))
    return lines
