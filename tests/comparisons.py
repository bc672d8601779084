"""Two runs to compare, as reports on disk or in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

Report = dict[str, Any]


def stored(
    values: Mapping[str, float], *, task: str = "answering", measure: str = "f1", name: str = "set"
) -> Report:
    """A report as an old version wrote it: what a comparison needs and no more."""
    return {
        "dataset": {"name": name, "sha256": {f"{name}.json": "ab12"}},
        "settings": {"k": 10, "retrievers": ["lexical"]},
        "versions": {"analysis": "1"},
        "questions": [
            {
                "id": question_id,
                "question": f"سؤال {question_id}",
                "answers": ["رولو"],
                "gold_articles": ["a"],
                "values": {task: {measure: value}},
            }
            for question_id, value in values.items()
        ],
    }


def with_values(before: Sequence[float], after: Sequence[float]) -> tuple[list[Report], list[Report]]:
    ids = [f"q{number}" for number in range(len(before))]
    return (
        [stored(dict(zip(ids, before, strict=True)))],
        [stored(dict(zip(ids, after, strict=True)))],
    )


BEFORE = stored({"q1": 1.0, "q2": 0.0, "q3": 0.5, "q4": 1.0})
AFTER = stored({"q4": 0.25, "q3": 1.0, "q2": 0.0, "q1": 0.0, "q5": 1.0})
