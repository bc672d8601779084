"""Two runs question by question: what changed from A to B, how sure that is, and whether it got worse.

Datasets are paired by name, then by the SHA-256 of their files, and their questions by id; what has no
partner is named. The difference is B - A, its interval and its test those of ``eval.measures.resampling``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.measures.resampling import LEVEL, Difference, paired_difference
from eval.provenance import (
    dataset_name,
    has_same_files,
    has_same_name,
    listed,
    provenance_differences,
)
from eval.report.stored import Stored
from index.errors import UserError

GATE_RESAMPLES = 10_000  # the level of a check lies farther out in the tails than 95%


@dataclass(frozen=True, slots=True)
class MeasureComparison:
    """One measure of one task over the questions that have it in both runs, in the order of A."""

    task: str
    measure: str
    ids: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    difference: Difference

    @property
    def name(self) -> str:
        return f"{self.task}/{self.measure}"

    @property
    def won(self) -> list[str]:
        return [
            id for id, before, after in zip(self.ids, self.before, self.after, strict=True) if after > before
        ]

    @property
    def lost(self) -> list[str]:
        return [
            id for id, before, after in zip(self.ids, self.before, self.after, strict=True) if after < before
        ]


@dataclass(frozen=True, slots=True)
class DatasetComparison:
    """A dataset in both runs; ``questions`` are the texts by id, as A has them."""

    name: str
    questions: Mapping[str, str]
    measures: tuple[MeasureComparison, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    warnings: tuple[str, ...]  # what else differs, or does not match


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two stored files; ``only_in_a`` and ``only_in_b`` are names of datasets."""

    datasets: tuple[DatasetComparison, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The names that ``check`` takes: each measure, then each with its task before it."""
        compared = [measure for dataset in self.datasets for measure in dataset.measures]
        names = [measure.measure for measure in compared] + [measure.name for measure in compared]
        return list(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a measure got worse by more than the margin, beyond what chance explains."""

    dataset: str
    name: str  # task/measure
    margin: float
    level: float  # of the interval in ``difference``
    difference: Difference
    worse: bool


def compare_reports(before: Sequence[Stored], after: Sequence[Stored]) -> Comparison:
    """The comparison of two stored files; ``UserError`` where no question of one is in the other."""
    pairs, only_a, only_b = _paired_reports(before, after)
    datasets = tuple(_compare(first, second) for first, second in pairs)
    if not any(dataset.measures for dataset in datasets):
        names = f"{listed([*map(dataset_name, before)])} in A, {listed([*map(dataset_name, after)])} in B"
        raise UserError(
            f"nothing to compare: no question is in both ({names}); give two runs of the same files"
        )
    return Comparison(datasets, tuple(map(dataset_name, only_a)), tuple(map(dataset_name, only_b)))


def check(comparison: Comparison, limits: Sequence[tuple[str, float]]) -> list[Verdict]:
    """A verdict for each task and dataset that a (measure, margin) names.

    Worse: the whole interval of B - A lies below -margin, and the randomisation test rejects that nothing
    changed. The second guards against few changed questions, where the interval is too narrow. The 5% by
    which either may err are shared evenly among the verdicts (Bonferroni), so that checking many measures
    trips no more often than checking one.
    """
    chosen = [
        (dataset, measure, margin) for name, margin in limits for dataset, measure in _named(comparison, name)
    ]
    error = (1 - LEVEL) / max(1, len(chosen))
    verdicts = []
    for dataset, measure, margin in chosen:
        difference = paired_difference(
            measure.before, measure.after, resamples=GATE_RESAMPLES, level=1 - error
        )
        worse = difference.high < -margin and difference.p_value <= error
        verdicts.append(Verdict(dataset.name, measure.name, margin, 1 - error, difference, worse))
    return verdicts


def comparison_to_json(comparison: Comparison, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The comparison for programs, with every question that was won or lost."""
    return {
        "datasets": [
            {
                "name": dataset.name,
                "questions": len(dataset.questions) - len(dataset.only_in_a),
                "only_in_a": list(dataset.only_in_a),
                "only_in_b": list(dataset.only_in_b),
                "warnings": list(dataset.warnings),
                "measures": [
                    {
                        "task": measure.task,
                        "measure": measure.measure,
                        "questions": len(measure.ids),
                        "a": sum(measure.before) / len(measure.ids),
                        "b": sum(measure.after) / len(measure.ids),
                        "difference": measure.difference.mean,
                        "interval": [measure.difference.low, measure.difference.high],
                        "p_value": measure.difference.p_value,
                        "won": measure.won,
                        "lost": measure.lost,
                    }
                    for measure in dataset.measures
                ],
            }
            for dataset in comparison.datasets
        ],
        "only_in_a": list(comparison.only_in_a),
        "only_in_b": list(comparison.only_in_b),
        "checks": [asdict(verdict) for verdict in verdicts],
        "worse": any(verdict.worse for verdict in verdicts),
    }


def _named(comparison: Comparison, name: str) -> list[tuple[DatasetComparison, MeasureComparison]]:
    found = [
        (dataset, measure)
        for dataset in comparison.datasets
        for measure in dataset.measures
        if name in (measure.measure, measure.name)
    ]
    if not found:
        raise UserError(f"no measure {name!r} in both runs; there are {listed(comparison.names)}")
    return found


def _paired_reports(
    before: Sequence[Stored], after: Sequence[Stored]
) -> tuple[list[tuple[Stored, Stored]], list[Stored], list[Stored]]:
    """Reports of the same dataset in the order of A, then those of A and of B that have no partner."""
    partners: dict[int, Stored] = {}  # by the place in A
    free = list(after)
    for same in (has_same_name, has_same_files):
        for place, report in enumerate(before):
            partner = next((other for other in free if same(report, other)), None)
            if place not in partners and partner is not None:
                partners[place] = partner
                free.remove(partner)
    unpaired = [report for place, report in enumerate(before) if place not in partners]
    return [(before[place], partners[place]) for place in sorted(partners)], unpaired, free


def _compare(before: Stored, after: Stored) -> DatasetComparison:
    first = {question["id"]: question for question in before["questions"]}
    second = {question["id"]: question for question in after["questions"]}
    columns: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
    for question_id in (question_id for question_id in first if question_id in second):
        others = second[question_id]["values"]
        for task, measures in first[question_id]["values"].items():
            for measure, value in measures.items():
                other = others.get(task, {}).get(measure)
                if other is not None:
                    columns.setdefault((task, measure), []).append((question_id, value, other))
    if not any(task == "NoAns" for task, _ in columns):  # then HasAns repeats answering
        columns = {key: column for key, column in columns.items() if key[0] != "HasAns"}
    return DatasetComparison(
        name=dataset_name(before),
        questions={question_id: str(question.get("question", "")) for question_id, question in first.items()},
        measures=tuple(_compare_measure(*key, column) for key, column in columns.items()),
        only_in_a=tuple(question_id for question_id in first if question_id not in second),
        only_in_b=tuple(question_id for question_id in second if question_id not in first),
        warnings=tuple(provenance_differences(before, after)),
    )


def _compare_measure(
    task: str, measure: str, column: Sequence[tuple[str, float, float]]
) -> MeasureComparison:
    ids, before, after = zip(*column, strict=True)
    return MeasureComparison(task, measure, ids, before, after, paired_difference(before, after))
