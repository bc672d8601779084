"""A report as tables for a terminal, each mean with its interval, then what was left out."""

from collections.abc import Mapping, Sequence

from eval.data import Dataset
from eval.measures.failures import OUTCOMES
from eval.report import Report

SHOWN_PROBLEMS = 10
TITLES = {
    "reading": "given the gold article",
    "answering": "end to end",
    "HasAns": "has an answer",
    "NoAns": "has none",
    "exact_match": "exact match",
    "f1": "F1",
    "sentence_match": "sentence match",
    "cited_gold": "cited gold",
    "gold_precision": "in gold, precision",
    "gold_recall": "in gold, recall",
    "answer_precision": "has the answer, precision",
    "answer_recall": "has the answer, recall",
    "citation_precision": "citations, precision",
    "citation_recall": "citations, recall",
}
_TABLES = (
    ("answers", ("reading", "answering")),
    ("answerable", ("HasAns", "NoAns")),
    ("citations", ("citations",)),
    ("written by a model", ("written",)),
    ("gold taken out", ("abstention",)),
    ("answering sentence taken out", ("beside",)),
)

Means = Mapping[str, Mapping[str, float]]
Intervals = Mapping[str, Mapping[str, tuple[float, float]]]


def report_lines(report: Report) -> list[str]:
    """The report, line by line."""
    summary, intervals = report.summary(), report.intervals()
    lines = [
        f"{_count(len(report.rows), 'question')} over {_count(report.articles, 'article')}: "
        f"{report.dataset.name}"
    ]
    legs = {task: values for task, values in summary.items() if task.startswith("retrieval/")}
    lines += _table("retrieval", legs, intervals)
    for title, tasks in _TABLES:
        if title != "answerable" or "NoAns" in summary:  # else it repeats the answers
            lines += _table(title, {task: summary[task] for task in tasks if task in summary}, intervals)
    if summary:
        lines += ["", "[ ]: the mean's 95 % interval, by bootstrap over the questions"]
    lines += _outcome_lines(report)
    lines += [*_confidence_lines(report), *_failure_lines(report), *_writing_lines(report)]
    lines += _time_lines(report)
    return [*lines, *problem_lines(report.dataset)]


def problem_lines(dataset: Dataset) -> list[str]:
    """What of a dataset could not be used: counts, and the first few lines of it; [] for nothing."""
    lines = [""] if dataset.own_articles or dataset.missing_articles or dataset.problems else []
    if dataset.own_articles:
        own = _count(dataset.own_articles, "question")
        lines += [f"{own} in the corpus: the article with the question's id is left out of the hits"]
    if dataset.missing_articles:
        missing = _count(dataset.missing_articles, "judged article")
        lines += [f"{missing} not in the corpus: counted as right and not found"]
    if not dataset.problems:
        return lines
    shown = dataset.problems[:SHOWN_PROBLEMS]
    more = len(dataset.problems) - len(shown)
    return [
        *lines,
        f"{_count(dataset.left_out, 'question')} left out, {_count(len(dataset.problems), 'problem')}:",
        *(f"  {problem}" for problem in shown),
        *([f"  and {more} more, all of them in --json"] if more else []),
    ]


def _outcome_lines(report: Report) -> list[str]:
    """How each kind of question was answered, where the set names kinds."""
    groups = report.kinds() | report.directions()
    if not groups:
        return []
    columns = [name.replace("_", " ") for name in OUTCOMES]
    rows = [[name, *(f"{count:d}" for count in counts.values())] for name, counts in groups.items()]
    return ["", *_aligned([["kind", *columns], *rows])]


def _confidence_lines(report: Report) -> list[str]:
    found = report.confidence()
    if found is None:
        return []
    return [
        "",
        f"confidence: risk-coverage area {found['AURC']:.3f}, calibration error {found['ECE']:.3f}",
    ]


def _failure_lines(report: Report) -> list[str]:
    named = [f"{name} {count}" for name, count in report.failures().items() if count]
    return [f"end to end: {', '.join(named)}"] if named else []


def _writing_lines(report: Report) -> list[str]:
    found = report.writing()
    if found is None:
        return []
    return [
        f"the model wrote {found['written']:.0f} of {found['questions']:.0f} answers: "
        f"{found['supported']:.0f} of {_count(int(found['statements']), 'statement')} supported; tokens "
        f"an answer: {found['prompt_tokens']:.0f} read, {found['completion_tokens']:.0f} written"
    ]


def _time_lines(report: Report) -> list[str]:
    if not report.seconds:
        return []
    latency = ", ".join(f"{spent:.0f} ms ({name})" for name, spent in report.latency_ms().items())
    timed = any("total" in row.timings_ms for row in report.rows)
    return [
        *([f"an answer: {latency}"] if timed else []),
        ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items()),
    ]


def _table(title: str, tasks: Means, intervals: Intervals) -> list[str]:
    """A column for each task, a line for each measure; ASCII, so no terminal reorders the columns."""
    if not tasks:
        return []
    measures = dict.fromkeys(measure for values in tasks.values() for measure in values)
    rows = [[title, *(TITLES.get(task, task.removeprefix("retrieval/")) for task in tasks)]]
    for measure in measures:
        cells = [_cell(measure, values, intervals.get(task, {})) for task, values in tasks.items()]
        rows.append([TITLES.get(measure, measure), *cells])
    return ["", *_aligned(rows)]


def _cell(measure: str, values: Mapping[str, float], intervals: Mapping[str, tuple[float, float]]) -> str:
    if measure not in values:
        return "-"
    if measure not in intervals:  # how many questions
        return f"{values[measure]:d}"
    low, high = intervals[measure]
    return f"{values[measure]:.3f} [{low:.3f}, {high:.3f}]"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
