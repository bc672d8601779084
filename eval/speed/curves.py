"""Growth curves: each figure over the size of the library, both axes in powers of ten.

A figure that grows as the library does rises by a factor for each such factor to the right; one that stays
as it is lies flat. A thin upright line goes from the least to the most of the rounds.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from eval.report.page_charts import Axis, Plot
from eval.speed.building import STAGES
from eval.speed.lines import figure, said
from eval.speed.records import SizeSpeed, Speed
from eval.speed.spread import Spread

_MIB = 2**20
_TICKS = 7  # at most
_KINDS = ("c1", "c2", "c3", "c4", "c5", "c6")

Curves = Mapping[str, Callable[[SizeSpeed], Spread | None]]


@dataclass(frozen=True, slots=True)
class LogAxis(Axis):
    """An axis on which equal steps are equal factors; both ends above 0."""

    def share(self, value: float) -> float:
        """Where a value lies on the axis, 0..1; those beyond an end lie at the end."""
        inside = min(max(value, self.low), self.high)
        return math.log(inside / self.low) / math.log(self.high / self.low)


def size_axis(sizes: Sequence[int]) -> LogAxis:
    """The axis of the sizes, with room beside the first and the last."""
    return LogAxis("passages", min(sizes) / 1.5, max(sizes) * 1.5, tuple(sizes))


def value_axis(label: str, values: Sequence[float]) -> LogAxis:
    """An axis that all the values lie on, what is 0 at its low end; its ends and ticks are round numbers."""
    positive = [value for value in values if value > 0] or [1.0]
    powers = range(math.floor(math.log10(min(positive))) - 1, math.ceil(math.log10(max(positive))) + 2)
    steps = [round(digit * 10.0**power, 12) for power in powers for digit in (1, 2, 5)]
    first = max(n for n, step in enumerate(steps) if step <= min(positive))
    last = max(first + 1, min(n for n, step in enumerate(steps) if step >= max(positive)))
    ticks = steps[first : last + 1]
    if len(ticks) > _TICKS:
        ticks = [step for step in ticks if steps.index(step) % 3 == 0]  # the powers of ten
        ticks = ticks[:: -(-len(ticks) // _TICKS)]
    return LogAxis(label, steps[first], steps[last], tuple(ticks))


def curves(speed: Speed) -> list[str]:
    """A figure for each thing that grows or should not."""
    stages = [*dict.fromkeys(stage for size in speed.sizes for stage in size.latencies()[1])]
    estimated = any(size.stand_in for size in speed.sizes)
    return [
        _figure(
            speed,
            "Building, by stage",
            "Seconds to build the library."
            + (" Where a stand-in embedded, embedding is an estimate." if estimated else ""),
            "seconds",
            {"whole": SizeSpeed.whole, **{_SHORT[stage]: _stage(stage) for stage in STAGES}},
        ),
        _figure(
            speed,
            "Building and its limit",
            "Passages a second: the whole build, and the encoder that does nothing else.",
            "passages/s",
            {
                "build": lambda size: size.whole().each(size.rate),
                "encoder": lambda size: size.limits.encoder,
            },
        ),
        _figure(
            speed,
            "Following one change",
            "Seconds until one changed article is in: its file named, its whole folder looked at, and all "
            "built anew.",
            "seconds",
            {
                "file": lambda size: size.updating["file"],
                "folder": lambda size: size.updating["folder"],
                "anew": SizeSpeed.whole,
            },
        ),
        _figure(
            speed,
            "Cold start",
            "Seconds from nothing to an answer: a fresh process that runs majlis ask, by retriever; python "
            "is the interpreter that does nothing.",
            "seconds",
            {kind: _start(kind) for kind in ("hybrid", "lexical", "dense", "python")},
        ),
        _figure(
            speed,
            "Questions a second",
            "By the number of people who ask at the same time, in one process.",
            "questions/s",
            {f"{n} asker{'s' * (n > 1)}": _rate(n) for n in speed.sizes[0].asking},
        ),
        _figure(
            speed,
            "Time for an answer",
            "Milliseconds with one asker: half, 95 and 99 of 100 answers come within them.",
            "milliseconds",
            {name: _latency("total", name) for name in ("p50", "p95", "p99")},
        ),
        _figure(
            speed,
            "Stages of an answer",
            "Milliseconds with one asker, the median; retrieve holds the two searches.",
            "milliseconds",
            {stage: _latency(stage, "p50") for stage in stages if stage != "total"},
        ),
        _figure(
            speed,
            "Searching by meaning and its limits",
            "Milliseconds: the library's search with the question embedded already, a bare FAISS scan of the "
            "same vectors, and what memory takes to give their bytes.",
            "milliseconds",
            {
                "search": lambda size: size.limits.search.each(_ms),
                "FAISS": lambda size: size.limits.scan.each(_ms),
                "memory": lambda size: size.limits.memory.each(
                    lambda rate: size.rows * size.dimension * 4 / rate * 1000
                ),
            },
        ),
        _figure(
            speed,
            "Memory",
            "MiB of a fresh process that has answered; what is mapped from files, processes share.",
            "MiB",
            {part: _held(part) for part in ("resident", "private", "mapped")},
        ),
        _figure(
            speed,
            "Disk",
            "MiB of the library, by part.",
            "MiB",
            {
                "whole": lambda size: Spread.of([sum(size.disk.values()) / _MIB]),
                "SQLite": _part("sqlite"),
                "FAISS": _part("faiss"),
                "terms": _part("terms"),
            },
        ),
    ]


_SHORT = {
    "reading": "reading",
    "embedding": "embed",
    "storing": "storing",
    "vectors": "FAISS",
    "terms": "terms",
}


def _figure(speed: Speed, title: str, words: str, unit: str, wanted: Curves) -> str:
    """One chart; a curve that has no figure for some size passes over it, one that has none is left out."""
    drawn: dict[str, list[tuple[float, Spread]]] = {}
    for name, take in wanted.items():
        points = [(float(size.passages), spread) for size in speed.sizes if (spread := take(size))]
        if points:
            drawn[name] = points
    if not drawn:
        return ""
    every = [value for points in drawn.values() for _, spread in points for value in spread.values]
    plot = Plot(size_axis([size.passages for size in speed.sizes]), value_axis(unit, every), named=True)
    for (name, points), kind in zip(drawn.items(), _KINDS, strict=False):
        for x, spread in points:
            plot.line([(x, spread.least), (x, spread.most)], f"reach {kind}")
        plot.line([(x, spread.median) for x, spread in points], kind, name)
        plot.dots(
            [(x, spread.median) for x, spread in points],
            kind,
            [3.0] * len(points),
            [f"{name}, {x:,.0f} passages: {said(spread)} {unit}" for x, spread in points],
        )
    told = "; ".join(
        f"{name} {', '.join(figure(spread.median) for _, spread in points)}" for name, points in drawn.items()
    )
    return (
        f"<figure><figcaption><h3>{escape(title)}</h3><p>{escape(words)}</p></figcaption>"
        f"{plot.svg(f'{title}, {unit}: {told}')}</figure>"
    )


def _stage(stage: str) -> Callable[[SizeSpeed], Spread]:
    return lambda size: size.stages()[stage]


def _start(kind: str) -> Callable[[SizeSpeed], Spread]:
    return lambda size: size.starting[kind]


def _rate(askers: int) -> Callable[[SizeSpeed], Spread]:
    return lambda size: size.rates()[askers]


def _latency(stage: str, percentile: str) -> Callable[[SizeSpeed], Spread | None]:
    def take(size: SizeSpeed) -> Spread | None:
        found = size.latencies()[1].get(stage)
        return Spread.of([found[percentile]]) if found else None

    return take


def _held(part: str) -> Callable[[SizeSpeed], Spread | None]:
    return lambda size: size.memory[part].each(lambda held: held / _MIB) if part in size.memory else None


def _part(part: str) -> Callable[[SizeSpeed], Spread]:
    return lambda size: Spread.of([size.disk[part] / _MIB])


def _ms(seconds: float) -> float:
    return seconds * 1000
