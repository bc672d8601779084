"""What two stored runs were made from: whether it is the same dataset, and what else differs.

Leaves out what they measured: ``eval.compare``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eval.report.stored import Stored


def has_same_name(first: Stored, second: Stored) -> bool:
    return dataset_name(first) == dataset_name(second)


def has_same_files(first: Stored, second: Stored) -> bool:
    hashes = _hashes(first)
    return bool(hashes) and sorted(hashes.values()) == sorted(_hashes(second).values())


def dataset_name(report: Stored) -> str:
    return str(report.get("dataset", {}).get("name", "unnamed"))


def _hashes(report: Stored) -> dict[str, str]:
    return dict(report.get("dataset", {}).get("sha256") or {})


def provenance_differences(before: Stored, after: Stored) -> list[str]:
    """One line for each thing that may explain a difference, other than the code that was run.

    Files, settings and versions that are not the same; questions with other texts or golds under the same
    id; measures that only one of the runs has.
    """
    second = {question["id"]: question for question in after["questions"]}
    pairs = [(first, second[first["id"]]) for first in before["questions"] if first["id"] in second]
    return [
        *_differing(before, after),
        *_differing_questions(pairs),
        *_unmatched_measures(before, after),
    ]


def _differing(before: Stored, after: Stored) -> list[str]:
    """One line for each file, setting and version that is not the same."""
    lines = []
    if dataset_name(before) != dataset_name(after):
        lines.append(f"dataset: name: {dataset_name(before)} -> {dataset_name(after)}")
    first_files, second_files = _hashes(before), _hashes(after)
    lines += [
        f"dataset: the file {name} is not the same: SHA-256 {digest[:12]} -> {second_files[name][:12]}"
        for name, digest in first_files.items()
        if name in second_files and second_files[name] != digest
    ]
    for part in ("settings", "versions"):
        first, second = before.get(part, {}), after.get(part, {})
        lines += [
            f"{part}: {key}: {_shown(first, key)} -> {_shown(second, key)}"
            for key in dict.fromkeys([*first, *second])
            if _shown(first, key) != _shown(second, key)
        ]
    return lines


def _shown(values: Mapping[str, Any], key: str) -> str:
    if key not in values:
        return "not recorded"
    value = values[key]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _differing_questions(pairs: Sequence[tuple[Stored, Stored]]) -> list[str]:
    lines = []
    for key, what in (("question", "text"), ("answers", "gold answers"), ("gold_articles", "gold articles")):
        ids = [first["id"] for first, second in pairs if first.get(key) != second.get(key)]
        if ids:
            lines.append(f"questions: {len(ids)} of {len(pairs)} have other {what}: {listed(ids)}")
    return lines


def _unmatched_measures(before: Stored, after: Stored) -> list[str]:
    first, second = _measured(before), _measured(after)
    lines = []
    for here, there, letter in ((first, second, "A"), (second, first, "B")):
        missing = [name for name in here if name not in there]
        if missing:
            lines.append(f"measures: only in {letter}: {listed(missing, most=6)}")
    return lines


def _measured(report: Stored) -> list[str]:
    return list(
        dict.fromkeys(
            f"{task}/{measure}"
            for question in report["questions"]
            for task, measures in question["values"].items()
            for measure in measures
        )
    )


def listed(names: Sequence[str], most: int = 40) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
