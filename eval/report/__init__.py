"""What a benchmark found: a row for each question, the means of the rows with their intervals, and JSON.

A mean is over every question that the task has: one without an answer or without a hit counts as 0 and
is never left out. Timings stand apart: all else is the same for two runs of the same settings.
``eval.report.tables`` prints it, ``eval.compare`` sets two beside each other.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from eval.data import Dataset, Example
from eval.measures.answers import percentile
from eval.measures.calibration import aurc, expected_calibration_error, reliability, risk_coverage
from eval.measures.failures import CLASSES, outcomes_by_group
from eval.measures.resampling import bootstrap_interval
from eval.measures.written import cost

SEED = 0  # of the bootstrap
CURVE = 100  # points of the risk over coverage that are stored
PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

Summary = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One question: its values by task and measure, each in 0..1, and what they were computed from.

    The tasks are ``retrieval/lexical`` and so on by retriever, ``reading``, ``answering`` and the like; one
    that a question has no part in is absent. ``details`` is JSON: ranks, hits, the answers that each task
    gave, the failure. ``runs`` has the articles' scores by retriever.
    """

    example: Example
    values: Mapping[str, Mapping[str, float]]
    details: Mapping[str, Any]
    runs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)  # of the end-to-end answer, by stage
    seconds: Mapping[str, float] = field(default_factory=dict)  # by task


@dataclass(frozen=True, slots=True)
class Report:
    """A benchmark's outcome; means are derived from ``rows`` and never stored beside them."""

    dataset: Dataset
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    rows: tuple[Row, ...]
    seconds: Mapping[str, float]  # by stage
    searched: int | None = None  # articles, where they are not the dataset's

    @property
    def articles(self) -> int:
        """How many articles the questions were asked over."""
        return len(self.dataset.articles) if self.searched is None else self.searched

    def columns(self) -> dict[str, dict[str, list[float]]]:
        """The values of all rows by task and measure."""
        columns: dict[str, dict[str, list[float]]] = {}
        for row in self.rows:
            for task, measures in row.values.items():
                for measure, value in measures.items():
                    columns.setdefault(task, {}).setdefault(measure, []).append(value)
        return columns

    def summary(self) -> Summary:
        """The means by task and measure, after the number of questions that they are over."""
        return {
            task: {"questions": max(map(len, measures.values()))}
            | {measure: fmean(values) for measure, values in measures.items()}
            for task, measures in self.columns().items()
        }

    def intervals(self) -> dict[str, dict[str, tuple[float, float]]]:
        """The interval that holds each mean of the summary at 95 %, by bootstrap over the questions."""
        return {
            task: {measure: bootstrap_interval(values, seed=SEED) for measure, values in measures.items()}
            for task, measures in self.columns().items()
        }

    def failures(self) -> dict[str, int]:
        """How many questions went each way, all the ways named."""
        counts = Counter(row.details.get("failure") for row in self.rows)
        return {name: counts[name] for name in CLASSES}

    def outcomes(self, group: Callable[[Example], str]) -> dict[str, dict[str, int]]:
        """How the end-to-end answers went by a group of the questions; without those whose group is ""."""
        answered = [row for row in self.rows if "answering" in row.details and group(row.example)]
        return outcomes_by_group(
            (
                group(row.example),
                row.details["failure"],
                bool(row.details["answering"]["text"]),
                bool(row.details["answering"].get("sure")),  # runs stored by earlier versions do not say
            )
            for row in answered
        )

    def kinds(self) -> dict[str, dict[str, int]]:
        """The outcomes by the kind of the question; {} where the set names none."""
        return self.outcomes(lambda example: example.kind)

    def directions(self) -> dict[str, dict[str, int]]:
        """The outcomes across languages and within one; {} where the set does not say."""
        names = {None: "", False: "same language", True: "across languages"}
        return self.outcomes(lambda example: names[example.across])

    def confidence_pairs(self) -> list[tuple[float, bool]]:
        """(confidence, right) of each end-to-end answer, those that the threshold withheld included."""
        answers = [row.details["answering"] for row in self.rows if "answering" in row.details]
        return [
            (answer["confidence"], answer["right"])
            for answer in answers
            if answer.get("confidence") is not None
        ]

    def confidence(self) -> dict[str, Any] | None:
        """Whether the confidence can be trusted: areas, bins and curve as JSON; None where none is known."""
        pairs = self.confidence_pairs()
        if not pairs:
            return None
        points = risk_coverage(pairs)
        count = min(len(points), CURVE)
        return {
            "questions": len(pairs),
            "AURC": aurc(pairs),
            "ECE": expected_calibration_error(pairs),
            "reliability": [asdict(part) for part in reliability(pairs)],
            "risk_coverage": [list(points[(n + 1) * len(points) // count - 1]) for n in range(count)],
        }

    def latency_ms(self, stage: str = "total") -> dict[str, float]:
        """The percentiles of a stage of the end-to-end answers, in milliseconds; 0 where none was timed."""
        return percentiles([row.timings_ms[stage] for row in self.rows if stage in row.timings_ms])

    def writing(self) -> dict[str, float] | None:
        """What a model wrote and what it cost, over all questions; None where no model was asked."""
        return cost([row.details["written"] for row in self.rows if "written" in row.details])

    def to_json(self) -> dict[str, Any]:
        """The report for programs; without ``timings`` it is the same for two runs of the same settings."""
        stages = dict.fromkeys(stage for row in self.rows for stage in row.timings_ms if stage != "total")
        return {
            "dataset": {
                "name": self.dataset.name,
                "sha256": dict(self.dataset.files),
                "articles": self.articles,
                "questions": len(self.rows),
                "left_out": self.dataset.left_out,
                "missing_articles": self.dataset.missing_articles,
                "own_articles": self.dataset.own_articles,
                "problems": list(self.dataset.problems),
            },
            "settings": dict(self.settings) | {"seed": SEED},
            "versions": dict(self.versions),
            "summary": self.summary(),
            "intervals": {
                task: {measure: list(interval) for measure, interval in measures.items()}
                for task, measures in self.intervals().items()
            },
            "confidence": self.confidence(),
            "failures": self.failures(),
            "kinds": self.kinds(),
            "directions": self.directions(),
            **({"writing": writing} if (writing := self.writing()) else {}),
            "questions": [_row_to_json(row) for row in self.rows],
            "timings": {
                "seconds": dict(self.seconds),
                "answer_ms": self.latency_ms(),
                "by_question_ms": [row.timings_ms["total"] for row in self.rows if "total" in row.timings_ms],
                "stages_ms": {stage: self.latency_ms(stage) for stage in stages},
                "by_question_stages_ms": [dict(row.timings_ms) for row in self.rows],
            },
        }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The values that half, 95 and 99 of 100 do not exceed; 0 for none."""
    return {name: percentile(values, share) for name, share in PERCENTILES.items()}


def _row_to_json(row: Row) -> dict[str, Any]:
    example = row.example
    return {
        "id": example.id,
        "question": example.question,
        "language": example.language,
        "answers": None if example.answers is None else list(example.answers),
        "gold_articles": list(example.article_ids),
        "grades": example.relevance,
        **({"missing": list(example.missing)} if example.missing else {}),
        **({"own_article": example.own_article} if example.own_article else {}),
        **({"kind": example.kind} if example.kind else {}),
        **({"across": example.across} if example.across is not None else {}),
        **({"turns": list(example.turns)} if example.turns else {}),
        "values": {task: dict(measures) for task, measures in row.values.items()},
        **row.details,
    }
