"""What was measured of one size of library, what follows from it, and both as JSON.

Measured figures are kept round by round; rates, shares and ratios are derived and never stored beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.speed.asking import ExampleRunner, stage_percentiles
from eval.speed.spread import Spread


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
    updating: Mapping[str, Spread]  # "file": the changed one named; "folder": all of them looked at
    starting: Mapping[str, Spread]  # by retriever; "python": the interpreter alone
    asking: Mapping[int, Sequence[ExampleRunner]]  # by the number of askers
    memory: Mapping[str, Spread]  # bytes of a fresh process that has answered
    disk: Mapping[str, int]  # bytes by part
    limits: Limits

    def stages(self) -> dict[str, Spread]:
        """Seconds by stage; embedding is what the bare encoder's rate makes it, where a stand-in embedded."""
        if not self.stand_in:
            return dict(self.building)
        return {**self.building, "embedding": self.limits.encoder.each(lambda rate: self.passages / rate)}

    def whole(self) -> Spread:
        """The seconds of a build, all stages together."""
        rounds = zip(*(spread.values for spread in self.stages().values()), strict=True)
        return Spread.of(map(sum, rounds))

    def rate(self, seconds: float) -> float:
        """Passages a second, where all of them take so many seconds."""
        return self.passages / max(seconds, 1e-9)

    def encoder_share(self) -> Spread:
        """The build's passages a second as a share of the bare encoder's in the same round."""
        pairs = zip(self.whole().values, self.limits.encoder.values, strict=True)
        return Spread.of(self.passages / seconds / rate for seconds, rate in pairs)

    def rates(self) -> dict[int, Spread]:
        """Questions a second by the number of askers."""
        return {askers: Spread.of(a.rate for a in rounds) for askers, rounds in self.asking.items()}

    def latencies(self) -> dict[int, dict[str, dict[str, float]]]:
        """Milliseconds by the number of askers, stage and percentile."""
        return {askers: stage_percentiles(rounds) for askers, rounds in self.asking.items()}

    def found(self) -> float:
        """The share of the questions for which a passage of the right article was among the hits."""
        rounds = [asking for rounds in self.asking.values() for asking in rounds]
        return sum(a.found for a in rounds) / sum(len(a.timings_ms) for a in rounds)

    def ratios(self) -> dict[str, float]:
        """Figures as multiples of limits measured in the same run, by medians."""
        limits, rates = self.limits, self.rates()
        one = rates[1].median
        dense = self.latencies()[1].get("dense", {}).get("p50", 0.0) / 1000
        scan = limits.scan.median
        vectors = self.rows * self.dimension * 4
        return {
            "building_to_encoder": self.encoder_share().median,
            "file_update_to_building": self.updating["file"].median / self.whole().median,
            "folder_update_to_building": self.updating["folder"].median / self.whole().median,
            "dense_leg_to_encoder_and_faiss": dense / (limits.question.median + scan),
            "dense_search_to_faiss": limits.search.median / scan,
            "faiss_to_memory": scan / (vectors / limits.memory.median),
            **{f"{n}_askers_to_one": rate.median / one for n, rate in rates.items() if n > 1},
            "disk_to_text_and_vectors": sum(self.disk.values()) / (self.text_bytes + vectors),
        }

    def to_json(self) -> dict[str, Any]:
        """The size for programs: seconds, milliseconds where a name ends so, bytes."""
        stages = self.stages()
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
                    **_each({s: spread.each(self.rate) for s, spread in stages.items()}),
                },
                "share_of_encoder": self.encoder_share().to_json(),
            },
            "updating": {"seconds": _each(self.updating)},
            "starting": {"seconds": _each(self.starting)},
            "asking": {
                str(askers): {
                    "questions": sum(len(asking.timings_ms) for asking in rounds),
                    "questions_per_second": self.rates()[askers].to_json(),
                    "timings_ms": self.latencies()[askers],
                }
                for askers, rounds in self.asking.items()
            },
            "found": self.found(),
            "memory_bytes": _each(self.memory),
            "disk_bytes": dict(self.disk),
            "limits": {
                "encoder": {"passages": self.encoded, "per_second": self.limits.encoder.to_json()},
                "question_ms": self.limits.question.each(_milliseconds).to_json(),
                "faiss_scan_ms": self.limits.scan.each(_milliseconds).to_json(),
                "dense_search_ms": self.limits.search.each(_milliseconds).to_json(),
                "memory_bytes_per_second": self.limits.memory.to_json(),
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


def _milliseconds(seconds: float) -> float:
    return seconds * 1000
