"""The means of a stored report as tables: a row for each measure, a column for each task, intervals below."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval.report.stored import Stored

Means = Mapping[str, Mapping[str, float]]  # by task and measure
Intervals = Mapping[str, Mapping[str, Sequence[float]]]

TITLES = {
    "reading": "gold article given",
    "answering": "end to end",
    "HasAns": "has an answer",
    "NoAns": "has none",
    "abstention": "gold taken out",
    "citations": "citations",
    "exact_match": "exact match",
    "f1": "F1",
    "sentence_match": "sentence match",
    "cited_gold": "cited gold",
    "gold_precision": "in gold articles: precision",
    "gold_recall": "in gold articles: recall",
    "answer_precision": "hold an answer: precision",
    "answer_recall": "hold an answer: recall",
}
_ANSWERS = ("reading", "answering", "HasAns", "NoAns")


def summary_tables(report: Stored) -> str:
    """Retrieval, answers, and the rest; tables that the report has nothing for are left out."""
    summary: Means = report.get("summary") or {}
    retrieval = [task for task in summary if task.startswith("retrieval/")]
    answers = [task for task in _ANSWERS if task in summary]
    if "NoAns" not in summary:  # else it repeats the answers
        answers = [task for task in answers if task != "HasAns"]
    others = [task for task in summary if task not in {*retrieval, *_ANSWERS}]
    intervals = report.get("intervals") or {}
    shown = (
        ("Retrieval", retrieval, _side_by_side),
        ("Answers", answers, _side_by_side),
        ("Silence and citations", others, _one_below_the_other),
    )
    return "".join(table(title, tasks, summary, intervals) for title, tasks, table in shown if tasks)


def _side_by_side(title: str, tasks: Sequence[str], summary: Means, intervals: Intervals) -> str:
    """A column for each task: for tasks that share their measures."""
    heads = "".join(f'<th scope="col">{_head(task, summary)}</th>' for task in tasks)
    rows = "".join(
        f'<tr><th scope="row">{escape(TITLES.get(measure, measure))}</th>'
        + "".join(_cell(task, measure, summary, intervals) for task in tasks)
        + "</tr>"
        for measure in dict.fromkeys(measure for task in tasks for measure in _measures(task, summary))
    )
    return _framed(title, f'<thead><tr><th scope="col">measure</th>{heads}</tr></thead><tbody>{rows}</tbody>')


def _one_below_the_other(title: str, tasks: Sequence[str], summary: Means, intervals: Intervals) -> str:
    """A group of rows for each task: for tasks that share nothing."""
    groups = []
    for task in tasks:
        rows = "".join(
            f'<tr><th scope="row">{escape(TITLES.get(measure, measure))}</th>'
            f"{_cell(task, measure, summary, intervals)}</tr>"
            for measure in _measures(task, summary)
        )
        head = f'<tr><th class="group" colspan="2" scope="rowgroup">{_head(task, summary)}</th></tr>'
        groups.append(f"<tbody>{head}{rows}</tbody>")
    return _framed(title, "".join(groups))


def _framed(title: str, inside: str) -> str:
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{title}">'
        f'<table class="means"><caption>{title}</caption>{inside}</table></div>'
    )


def _head(task: str, summary: Means) -> str:
    name = TITLES.get(task, task.removeprefix("retrieval/"))
    questions = summary[task].get("questions", "?")
    return f'{escape(name)} <span class="small">{questions} questions</span>'


def _measures(task: str, summary: Means) -> list[str]:
    return [measure for measure in summary[task] if measure != "questions"]


def _cell(task: str, measure: str, summary: Means, intervals: Intervals) -> str:
    mean, interval = summary[task].get(measure), (intervals.get(task) or {}).get(measure)
    if mean is None:
        return "<td>–</td>"
    if not interval:
        return f"<td>{mean:.3f}</td>"
    low, high = interval
    return f"<td>{mean:.3f}{_whisker(mean, low, high)}<span class=small>{low:.3f}–{high:.3f}</span></td>"


def _whisker(mean: float, low: float, high: float) -> str:
    """The interval and the mean on a line from 0 to 1."""
    left, right, middle = (100 * min(1.0, max(0.0, value)) for value in (low, high, mean))
    return (
        '<svg class="whisker" viewBox="-3 0 106 8" aria-hidden="true"><path class="grid" d="M0 4H100"/>'
        f'<path class="reach" d="M{left:.1f} 4H{right:.1f}"/><circle cx="{middle:.1f}" cy="4" r="3"/></svg>'
    )


def record(title: str, values: Mapping[str, Any]) -> str:
    """Settings or versions, a line each."""
    rows = "".join(
        f'<tr><th scope="row">{escape(str(key))}</th><td>{escape(_plain(value))}</td></tr>'
        for key, value in values.items()
    )
    return f"<table class=record><caption>{title}</caption><tbody>{rows}</tbody></table>" if rows else ""


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "none" if value is None else str(value)
