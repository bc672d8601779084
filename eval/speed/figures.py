"""What was measured of one size of library, what follows from it, and both as JSON.

Measured figures are kept round by round; rates, shares and ratios are derived and never stored beside them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from eval.report import percentiles

Percentiles = dict[str, float]  # milliseconds


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure that was measured several times: the values of all rounds, in order; at least one."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        return cls(tuple(values))

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def most(self) -> float:
        return max(self.values)

    def each(self, change: Callable[[float], float]) -> "Spread":
        """The spread of what each value becomes."""
        return Spread.of(map(change, self.values))

    def times(self, factor: float) -> "Spread":
        """The spread in another unit."""
        return self.each(lambda value: value * factor)

    def to_json(self) -> dict[str, Any]:
        return {"median": self.median, "min": self.least, "max": self.most, "rounds": list(self.values)}


@dataclass(frozen=True, slots=True)
class AskingRound:
    """Some questions that were asked: how long it took, and what came of each."""

    seconds: float
    timings_ms: tuple[Mapping[str, float], ...]  # of each answer, by stage
    found: int  # questions for which a passage of the right article was among the hits


@dataclass(frozen=True, slots=True)
class Limits:
    """What cannot be beaten, and the search by meaning that is held against it; a value for each round."""

    encoder: Spread  # passages a second, embedded and nothing else
    question: Spread  # seconds to embed one question
    scan: Spread  # seconds of one flat FAISS scan over the library's vectors
    search: Spread  # seconds of the library's own search by meaning, the question's vector given
    memory: Spread  # bytes a second that one thread reads


@dataclass(frozen=True, slots=True)
class SizeSpeed:
    """One size of library, measured; seconds and bytes."""

    passages: int
    articles: int
    text_bytes: int  # UTF-8
    encoded: int  # passages that the bare encoder embedded
    stand_in: bool  # whether the library's vectors are a stand-in's; then embedding is estimated
    rows: int  # vectors in the FAISS file
    dimension: int
    building: Mapping[str, Spread]  # seconds by stage, as the build itself took
    updating: Mapping[str, Spread]  # "file": the changed one named; "folder": all are looked at; "removal"
    starting: Mapping[str, Spread]  # by retriever; "python": the interpreter alone; "open": without it
    asking: Mapping[int, Sequence[AskingRound]]  # by the number of askers
    searching: Mapping[str, Sequence[float]]  # seconds of each question by retriever, the encoder apart
    recall: float  # at 10, of the search by meaning beside an exact one
    memory: Mapping[str, Spread]  # bytes of a fresh process that has answered
    disk: Mapping[str, int]  # bytes by part
    limits: Limits

    @property
    def vector_bytes(self) -> int:
        return self.rows * self.dimension * 4

    def stages(self) -> dict[str, Spread]:
        """Seconds by stage; embedding is what the bare encoder's rate makes it, where a stand-in embedded."""
        if not self.stand_in:
            return dict(self.building)
        return {**self.building, "embedding": self.limits.encoder.each(self.rate)}

    def whole(self) -> Spread:
        """The seconds of a build, all stages together."""
        rounds = zip(*(spread.values for spread in self.stages().values()), strict=True)
        return Spread.of(map(sum, rounds))

    def rate(self, value: float) -> float:
        """All the passages over their seconds: passages a second; over a rate: the seconds they take."""
        return self.passages / max(value, 1e-9)

    def encoder_share(self) -> Spread:
        """The build's passages a second as a share of the bare encoder's in the same round."""
        pairs = zip(self.whole().values, self.limits.encoder.values, strict=True)
        return Spread.of(self.rate(seconds) / rate for seconds, rate in pairs)

    def question_rates(self) -> dict[int, Spread]:
        """Questions a second by the number of askers."""
        return {
            askers: Spread.of(len(one.timings_ms) / one.seconds for one in rounds)
            for askers, rounds in self.asking.items()
        }

    def latencies(self) -> dict[int, dict[str, Percentiles]]:
        """Milliseconds by the number of askers, stage and percentile, over all the answers of the rounds."""
        latencies = {}
        for askers, rounds in self.asking.items():
            answers = [timings for one in rounds for timings in one.timings_ms]
            stages = dict.fromkeys(stage for timings in answers for stage in timings)
            latencies[askers] = {
                stage: percentiles([timings[stage] for timings in answers if stage in timings])
                for stage in stages
            }
        return latencies

    def search_times(self) -> dict[str, Percentiles]:
        """Milliseconds of a search by retriever and percentile, the question embedded already."""
        return {
            kind: percentiles([1000 * taken for taken in seconds]) for kind, seconds in self.searching.items()
        }

    def found(self) -> float:
        """The share of the questions for which a passage of the right article was among the hits."""
        rounds = [one for rounds in self.asking.values() for one in rounds]
        return sum(one.found for one in rounds) / sum(len(one.timings_ms) for one in rounds)

    def ratios(self) -> dict[str, float]:
        """Figures as multiples of limits measured in the same run, by medians."""
        limits, rates = self.limits, self.question_rates()
        dense = self.latencies()[1].get("dense", {}).get("p50", 0.0) / 1000
        scan, whole = limits.scan.median, self.whole().median
        return {
            "building_to_encoder": self.encoder_share().median,
            "file_update_to_building": self.updating["file"].median / whole,
            "folder_update_to_building": self.updating["folder"].median / whole,
            "removal_to_building": self.updating["removal"].median / whole,
            "dense_leg_to_encoder_and_faiss": dense / (limits.question.median + scan),
            "dense_search_to_faiss": limits.search.median / scan,
            "faiss_to_memory": scan / (self.vector_bytes / limits.memory.median),
            **{f"{n}_askers_to_one": rate.median / rates[1].median for n, rate in rates.items() if n > 1},
            "disk_to_text_and_vectors": sum(self.disk.values()) / (self.text_bytes + self.vector_bytes),
        }

    def to_json(self) -> dict[str, Any]:
        """The size for programs: seconds, milliseconds where a name ends so, bytes."""
        stages, rates, latencies, limits = self.stages(), self.question_rates(), self.latencies(), self.limits
        return {
            "passages": self.passages,
            "articles": self.articles,
            "text_bytes": self.text_bytes,
            "vectors": {"rows": self.rows, "dimension": self.dimension, "stand_in": self.stand_in},
            "building": {
                "estimated": ["embedding"] if self.stand_in else [],
                "seconds": _each(stages),
                "measured_seconds": _each(self.building),
                "whole_seconds": self.whole().to_json(),
                "passages_per_second": {
                    "whole": self.whole().each(self.rate).to_json(),
                    **_each({stage: spread.each(self.rate) for stage, spread in stages.items()}),
                },
                "share_of_encoder": self.encoder_share().to_json(),
            },
            "updating": {"seconds": _each(self.updating)},
            "starting": {"seconds": _each(self.starting)},
            "asking": {
                str(askers): {
                    "questions": sum(len(one.timings_ms) for one in rounds),
                    "questions_per_second": rates[askers].to_json(),
                    "timings_ms": latencies[askers],
                }
                for askers, rounds in self.asking.items()
            },
            "searching_ms": self.search_times(),
            "recall_at_10": self.recall,
            "found": self.found(),
            "memory_bytes": _each(self.memory),
            "disk_bytes": dict(self.disk),
            "limits": {
                "encoder": {"passages": self.encoded, "per_second": limits.encoder.to_json()},
                "question_ms": limits.question.times(1000).to_json(),
                "faiss_scan_ms": limits.scan.times(1000).to_json(),
                "dense_search_ms": limits.search.times(1000).to_json(),
                "memory_bytes_per_second": limits.memory.to_json(),
            },
            "ratios": self.ratios(),
        }


@dataclass(frozen=True, slots=True)
class Speed:
    """All sizes, and what they were measured with."""

    settings: Mapping[str, Any]
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    load: tuple[float | None, float | None]  # of the machine, before and after
    sizes: tuple[SizeSpeed, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "settings": dict(self.settings),
            "machine": dict(self.machine) | {"load": list(self.load)},
            "versions": dict(self.versions),
            "sizes": [size.to_json() for size in self.sizes],
        }


def _each(spreads: Mapping[str, Spread]) -> dict[str, Any]:
    return {name: spread.to_json() for name, spread in spreads.items()}
