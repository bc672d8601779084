"""The speed as one HTML file that opens from disk: the growth curves, then every figure in a table.

A curve is a figure over the size of the library, both axes in powers of ten: one that grows as the library
does rises by a factor for each such factor to the right, one that stays as it is lies flat. A thin upright
line goes from the least to the most of the rounds. Nothing is fetched and nothing runs.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from eval.report.charts import Axis, Figure, Plot, logarithmic_axis
from eval.report.page import render
from eval.speed.figures import SizeSpeed, Speed, Spread
from eval.speed.tables import MIB, answer_stages, figure_text, memory_mib, notes, spread_text, tables

_KINDS = ("c1", "c2", "c3", "c4", "c5", "c6")
_STAGES = {
    "reading": "reading",
    "embedding": "embed",
    "storing": "storing",
    "vectors": "FAISS",
    "terms": "terms",
}

Key = TypeVar("Key", str, int)
Figures = Callable[[SizeSpeed], Mapping[str, Spread]]  # of a size, by the name of their curve


def speed_page(speed: Speed) -> str:
    """The page as HTML."""
    return render(
        "speed/speed.html.jinja",
        sizes=" / ".join(f"{size.passages:,}" for size in speed.sizes),
        columns=len(speed.sizes),
        notes=notes(speed),
        figures=growth(speed),
        tables=tables(speed),
    )


def growth(speed: Speed) -> list[Figure]:
    """A figure for each thing that grows or should not."""
    estimated = any(size.stand_in for size in speed.sizes)
    askers = {n: f"{n} asker{'s' * (n > 1)}" for n in speed.sizes[0].asking}
    stages = [stage for stage in answer_stages(speed) if stage != "total"]
    wanted: list[tuple[str, str, str, Figures]] = [
        (
            "Building, by stage",
            "seconds",
            "Seconds to build the library."
            + (" Where a stand-in embedded, embedding is an estimate." if estimated else ""),
            lambda size: {"whole": size.whole(), **_named(_STAGES, size.stages())},
        ),
        (
            "Building and its limit",
            "passages/s",
            "Passages a second: the whole build, and the encoder that does nothing else.",
            lambda size: {"build": size.whole().each(size.rate), "encoder": size.limits.encoder},
        ),
        (
            "Following one change",
            "seconds",
            "Seconds until one changed article is in: its file named, its whole folder looked at, and all "
            "built anew.",
            lambda size: {**size.updating, "anew": size.whole()},
        ),
        (
            "Cold start",
            "seconds",
            "Seconds from nothing to an answer: a fresh process that runs majlis ask, by retriever; python "
            "is the interpreter that does nothing.",
            lambda size: {name: size.starting[name] for name in ("hybrid", "lexical", "dense", "python")},
        ),
        (
            "Questions a second",
            "questions/s",
            "By the number of people who ask at the same time, in one process.",
            lambda size: _named(askers, size.question_rates()),
        ),
        (
            "Time for an answer",
            "milliseconds",
            "Milliseconds with one asker: half, 95 and 99 of 100 answers come within them.",
            lambda size: {name: Spread((value,)) for name, value in size.latencies()[1]["total"].items()},
        ),
        (
            "Stages of an answer",
            "milliseconds",
            "Milliseconds with one asker, the median; retrieve holds the two searches.",
            lambda size: {
                stage: Spread((size.latencies()[1][stage]["p50"],))
                for stage in stages
                if stage in size.latencies()[1]
            },
        ),
        (
            "Searching by meaning and its limits",
            "milliseconds",
            "Milliseconds: the library's search with the question embedded already, a bare FAISS scan of the "
            "same vectors, and what memory takes to give their bytes.",
            lambda size: {
                "search": size.limits.search.times(1000),
                "FAISS": size.limits.scan.times(1000),
                "memory": size.limits.memory.each(lambda rate: size.vector_bytes / rate * 1000),
            },
        ),
        (
            "Memory",
            "MiB",
            "MiB of a fresh process that has answered; what is mapped from files, processes share.",
            lambda size: {part: held for part, held in memory_mib(size).items() if part != "peak"},
        ),
        (
            "Disk",
            "MiB",
            "MiB of the library, by part.",
            lambda size: {
                name: Spread((size_of / MIB,))
                for name, size_of in (
                    ("whole", sum(size.disk.values())),
                    ("SQLite", size.disk["sqlite"]),
                    ("FAISS", size.disk["faiss"]),
                    ("terms", size.disk["terms"]),
                )
            },
        ),
    ]
    drawn = (_figure(speed, title, unit, words, figures) for title, unit, words, figures in wanted)
    return [figure for figure in drawn if figure]


def _named(names: Mapping[Key, str], figures: Mapping[Key, Spread]) -> dict[str, Spread]:
    return {name: figures[key] for key, name in names.items()}


def _figure(speed: Speed, title: str, unit: str, words: str, figures: Figures) -> Figure | None:
    """One chart; a curve that has no figure for some size passes over it; None where there is no curve."""
    curves: dict[str, list[tuple[float, Spread]]] = {}
    for size in speed.sizes:
        for name, spread in figures(size).items():
            curves.setdefault(name, []).append((float(size.passages), spread))
    if not curves:
        return None
    every = [value for points in curves.values() for _, spread in points for value in spread.values]
    sizes = [size.passages for size in speed.sizes]
    across = Axis("passages", min(sizes) / 1.5, max(sizes) * 1.5, tuple(sizes), logarithmic=True)
    plot = Plot(across, logarithmic_axis(unit, every), named=True)
    for (name, points), kind in zip(curves.items(), _KINDS, strict=False):
        for x, spread in points:
            plot.line([(x, spread.least), (x, spread.most)], f"reach {kind}")
        medians = [(x, spread.median) for x, spread in points]
        titles = [f"{name}, {x:,.0f} passages: {spread_text(spread)} {unit}" for x, spread in points]
        plot.line(medians, kind, name)
        plot.dots(medians, kind, [3.0] * len(points), titles)
    told = "; ".join(
        f"{name} {', '.join(figure_text(spread.median) for _, spread in points)}"
        for name, points in curves.items()
    )
    return Figure(title, words, plot, f"{title}, {unit}: {told}")
