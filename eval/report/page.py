"""Stored reports as one HTML file that opens from disk: figures, tables and every question.

The words and the elements stand in templates (``*.jinja``), which escape every text; here is what they are
given. Nothing is fetched: the style sheet and the script (``page.css``, ``page.js``) are written into the
page, and its content security policy allows these two alone, by their SHA-256. Without the script everything
can still be read; only the filters are missing.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader

from eval.report import PERCENTILES, charts, questions
from eval.report.figures import figures
from eval.report.stored import Stored
from eval.report.tables import TITLES
from index.errors import UserError
from index.text.language import detect_language

SHOWN_PROBLEMS = 50
SHOWN_QUESTIONS = 2000  # of a dataset; more would not open at once
_TITLES = TITLES | {
    "reading": "gold article given",
    "abstention": "gold taken out",
    "beside": "answering sentence taken out",
    "gold_precision": "in gold articles: precision",
    "gold_recall": "in gold articles: recall",
    "answer_precision": "hold an answer: precision",
    "answer_recall": "hold an answer: recall",
}
_ANSWERS = ("reading", "answering", "HasAns", "NoAns")


def write_page(reports: Sequence[Stored], path: Path) -> None:
    """Writes the page of stored reports; ``UserError`` where the file cannot be written."""
    try:
        path.write_text(page(reports), encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); name another file") from error


def page(reports: Sequence[Stored]) -> str:
    """The page as HTML, one section for each report."""
    return render("report/report.html.jinja", script=_asset("page.js"), reports=reports)


def render(template: str, script: str = "", **values: Any) -> str:
    """A page of the bench from one of its templates: the common frame, style sheet and policy with it."""
    return _templates().get_template(template).render(style=_asset("page.css"), script=script, **values)


def summary_tables(summary: Mapping[str, Any]) -> list[tuple[str, list[str], bool]]:
    """Retrieval, answers, the rest: a title, the tasks, and whether these stand side by side.

    Tasks that share their measures do. Tables that the report has nothing for are left out.
    """
    retrieval = [task for task in summary if task.startswith("retrieval/")]
    answers = [task for task in _ANSWERS if task in summary]
    if "NoAns" not in summary:  # else it repeats the answers
        answers = [task for task in answers if task != "HasAns"]
    others = [task for task in summary if task not in {*retrieval, *_ANSWERS}]
    tables = (("Retrieval", retrieval, True), ("Answers", answers, True))
    return [table for table in (*tables, ("Silence and citations", others, False)) if table[1]]


def _asset(name: str) -> str:
    return files("eval.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    """The templates of the bench, addressed from ``eval``, and what they may call."""
    templates = Environment(
        loader=PackageLoader("eval", ""), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    templates.globals |= {
        "PERCENTILES": PERCENTILES,
        "SHOWN_PROBLEMS": SHOWN_PROBLEMS,
        "SHOWN_QUESTIONS": SHOWN_QUESTIONS,
        "TITLES": _TITLES,
        "charts": charts,
        "figures": figures,
        "summary_tables": summary_tables,
        "texts": questions,
    }
    templates.filters |= {
        "counted": _counted,
        "language": lambda text: detect_language(str(text)),
        "measures": _measures,
        "plain": _plain,
        "sha256": _sha256,
    }
    templates.tests["spoken_without_gold"] = questions.spoke_without_gold
    return templates


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _measures(tasks: Sequence[str], summary: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The measures that any of the tasks has, in order."""
    named = (measure for task in tasks for measure in summary[task] if measure != "questions")
    return [*dict.fromkeys(named)]


def _plain(value: object) -> str:
    """A setting as a person reads it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "none" if value is None else str(value)


def _sha256(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
