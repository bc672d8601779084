"""Reports as ``majlis eval run --out FILE`` stored them, checked as far as their readers rely on them.

Keys that an older version did not write are absent; readers treat them as unknown.
"""

import json
from pathlib import Path
from typing import Any

from index.errors import UserError

Stored = dict[str, Any]  # one report: dataset, settings, versions, summary, questions, timings


def read_reports(path: Path) -> list[Stored]:
    """The reports in a stored file, one for each dataset; ``UserError`` where it holds something else."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON ({error}); {_REMEDY}") from error
    if not isinstance(content, list) or not content:
        raise UserError(f"{path}: not an array of reports; {_REMEDY}")
    for number, report in enumerate(content):
        problem = _problem(report)
        if problem:
            raise UserError(f"{path}: [{number}]{problem}; {_REMEDY}")
    return content


_REMEDY = "give a file that `majlis eval run --out FILE` wrote"


def _problem(report: object) -> str:
    """Where a report is not one, and why; empty for a sound one."""
    if not isinstance(report, dict) or not isinstance(report.get("questions"), list):
        return ': not a report with "questions"'
    for key in ("dataset", "settings", "versions", "summary", "timings"):
        if not isinstance(report.get(key, {}), dict):
            return f".{key}: not an object"
    for number, question in enumerate(report["questions"]):
        place = f".questions[{number}]"
        if not isinstance(question, dict) or not isinstance(question.get("id"), str):
            return f'{place}: no "id"'
        if not _is_measured(question.get("values")):
            return f'{place} (id {question["id"]!r}): no "values" by task and measure'
    return ""


def _is_measured(values: object) -> bool:
    return isinstance(values, dict) and all(
        isinstance(measures, dict) and all(isinstance(value, int | float) for value in measures.values())
        for measures in values.values()
    )
