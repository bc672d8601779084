"""Stored reports as one HTML file that opens from disk: figures, tables and every question.

Nothing is fetched: the style sheet and the script (``page.css``, ``page.js``) are written into the page,
and its content security policy allows these two alone, by their SHA-256. Without the script everything can
still be read; only the filters are missing.
"""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from eval.report.page_figures import figures, outcome_bar, slug
from eval.report.page_outcomes import MEANINGS, UNKNOWN, outcomes
from eval.report.page_questions import question_items, spoke_without_gold, told
from eval.report.page_tables import record, summary_tables
from eval.report.stored import Stored
from index.errors import UserError

SHOWN_PROBLEMS = 50
SHOWN_QUESTIONS = 2000  # of a dataset; more would not open at once


def write_page(reports: Sequence[Stored], path: Path) -> None:
    """Writes the page of stored reports; ``UserError`` where the file cannot be written."""
    try:
        path.write_text(page(reports), encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); name another file") from error


def page(reports: Sequence[Stored]) -> str:
    """The page as HTML, one section for each report."""
    style, script = (files("eval.report").joinpath(name).read_text(encoding="utf-8") for name in _PARTS)
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    names = [str(report.get("dataset", {}).get("name", "unnamed")) for report in reports]
    links = "".join(
        f'<li><a href="#set{number}">{told("bdi", name)}</a></li>'
        for number, name in enumerate(names, start=1)
    )
    contents = f"<nav aria-label=Datasets><ul>{links}</ul></nav>" if len(names) > 1 else ""
    sections = "".join(
        _section(report, name, number)
        for number, (report, name) in enumerate(zip(reports, names, strict=True), start=1)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(', '.join(names))} – Majlis evaluation</title><style>{style}</style></head>"
        '<body><header><span class="name">Majlis <span lang="ar">مجلس</span></span>'
        "<h1>Evaluation</h1></header>"
        f"<main>{contents}{sections}</main><script>{script}</script></body></html>\n"
    )


_PARTS = ("page.css", "page.js")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _section(report: Stored, name: str, number: int) -> str:
    dataset, questions = report.get("dataset", {}), report["questions"]
    articles = dataset.get("articles")
    size = f"{_count(len(questions), 'question')}" + (
        "" if articles is None else f" over {_count(articles, 'article')}"
    )
    judged = {kind: count for kind, count in outcomes(questions).items() if kind != UNKNOWN}
    shown = questions[:SHOWN_QUESTIONS]
    milliseconds = (report.get("timings") or {}).get("by_question_ms") or []
    charts = figures(report)
    return (
        f'<section class="set" id="set{number}"><h2>{told("bdi", name)}</h2><p class="soft">{size}</p>'
        f"{_left_out(dataset)}{_outcomes(judged, number)}"
        f'<div class="tables">{summary_tables(report)}</div>'
        f'<p class="soft">Means over all questions; below each its 95% interval, by bootstrap.</p>'
        + (f'<div class="figures">{charts}</div>' if charts else "")
        + f'<details class="how"><summary>Settings, versions and files</summary>{_records(report)}</details>'
        f'<h2 id="questions{number}">Questions</h2>{_cut(questions)}{_filters(shown)}'
        f'<div class="questions">{question_items(shown, milliseconds, number)}</div>'
        f'<p class="none soft" hidden>No question is like that.</p></section>'
    )


def _records(report: Stored) -> str:
    tables = (
        record("Settings", report.get("settings") or {}),
        record("Versions", report.get("versions") or {}),
        record("SHA-256", report.get("dataset", {}).get("sha256") or {}),
    )
    return f'<div class="records">{"".join(tables)}</div>'


def _outcomes(counts: dict[str, int], number: int) -> str:
    """What became of the questions: a bar, and what its parts mean."""
    total = sum(counts.values())
    if not total:
        return ""
    rows = "".join(
        f'<li><a href="#questions{number}" data-pick="{slug(name)}"><i class="{slug(name)}"></i>{name}</a> '
        f'<b>{count}</b> <span class="small">{count / total:.1%}</span>'
        f'<span class="soft">{MEANINGS[name]}</span></li>'
        for name, count in counts.items()
    )
    return f'<h3>What became of the questions</h3>{outcome_bar(counts)}<ul class="outcome-list">{rows}</ul>'


def _cut(questions: Sequence[Stored]) -> str:
    if len(questions) <= SHOWN_QUESTIONS:
        return ""
    return (
        f'<p class="soft">The first {SHOWN_QUESTIONS:,} of {len(questions):,}; the JSON has all of them.</p>'
    )


def _filters(questions: Sequence[Stored]) -> str:
    """Filters, which the script makes visible."""
    kinds = [(slug(name), name, count) for name, count in outcomes(questions).items()]
    spoken = sum(map(spoke_without_gold, questions))
    if spoken:
        kinds.append(("spoke", "spoke with gold taken out", spoken))
    buttons = "".join(
        f'<button type="button" aria-pressed="false" data-kind="{kind}"><i class="{kind}"></i>{name} '
        f"<span>{count}</span></button>"
        for kind, name, count in kinds
    )
    return (
        f'<form class="filters" role="search" hidden><input type="search" aria-label="Search the questions" '
        f'placeholder="Search questions, answers, ids" autocomplete="off" dir="auto">'
        f'<div role="group" aria-label="Show only">{buttons}</div>'
        f'<output aria-live="polite">{_count(len(questions), "question")}</output></form>'
    )


def _left_out(dataset: Stored) -> str:
    problems = dataset.get("problems") or []
    if not problems:
        return ""
    listed = "".join(told("li", str(problem)) for problem in problems[:SHOWN_PROBLEMS])
    more = len(problems) - SHOWN_PROBLEMS
    rest = f"<li>and {more} more, all of them in the JSON</li>" if more > 0 else ""
    return (
        f'<details class="how"><summary>{_count(dataset.get("left_out", 0), "question")} left out, '
        f"{_count(len(problems), 'problem')}</summary><ul>{listed}{rest}</ul></details>"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
