"""The speed as one HTML file that opens from disk: the growth curves, then every figure in a table.

A curve is a figure over the size of the library, both axes in powers of ten: one that grows as the library
does rises by a factor for each such factor to the right, one that stays as it is lies flat. A thin upright
line goes from the least to the most of the rounds. Nothing is fetched and nothing runs.
"""

from collections.abc import Mapping
from functools import partial

from eval.report.charts import Axis, Figure, Plot, logarithmic_axis
from eval.report.page import render
from eval.speed.figures import SizeSpeed, Speed, Spread
from eval.speed.tables import MIB, asker_count, figure_text, memory_mib, notes, spread_text, tables

_KINDS = ("c1", "c2", "c3", "c4", "c5", "c6")

Curves = Mapping[str, Spread]  # the points of one size by the name of their curve


def speed_page(speed: Speed) -> str:
    """The page as HTML."""
    points = [(float(size.passages), curves(size)) for size in speed.sizes]
    return render(
        "speed/speed.html.jinja",
        sizes=" / ".join(f"{size.passages:,}" for size in speed.sizes),
        estimated=any(size.stand_in for size in speed.sizes),
        notes=notes(speed),
        growth=partial(growth, points),
        tables=tables(speed),
    )


def curves(size: SizeSpeed) -> dict[str, Curves]:
    """What grows with the library, or should not, by chart and by curve."""
    stages, latencies = size.stages(), size.latencies()[1]
    disk = {"whole": sum(size.disk.values())} | {
        name: size.disk[part] for name, part in (("SQLite", "sqlite"), ("FAISS", "faiss"), ("terms", "terms"))
    }
    return {
        "building": {
            "whole": size.whole(),
            "reading": stages["reading"],
            "embed": stages["embedding"],
            "storing": stages["storing"],
            "FAISS": stages["vectors"],
            "terms": stages["terms"],
        },
        "encoder": {"build": size.whole().each(size.rate), "encoder": size.limits.encoder},
        "updating": {**size.updating, "anew": size.whole()},
        "starting": {name: size.starting[name] for name in ("hybrid", "lexical", "dense", "python", "open")},
        "asking": {asker_count(n): rate for n, rate in size.question_rates().items()},
        "answer": {name: Spread((value,)) for name, value in latencies["total"].items()},
        "stages": {s: Spread((shares["p50"],)) for s, shares in latencies.items() if s != "total"},
        "searching": {
            "search": size.limits.search.times(1000),
            "FAISS": size.limits.scan.times(1000),
            "memory": size.limits.memory.each(lambda rate: size.vector_bytes / rate * 1000),
        },
        "legs": {kind: Spread((shares["p95"],)) for kind, shares in size.search_times().items()},
        "memory": {part: held for part, held in memory_mib(size).items() if part != "peak"},
        "disk": {name: Spread((held / MIB,)) for name, held in disk.items()},
    }


def growth(
    sizes: list[tuple[float, dict[str, Curves]]], chart: str, title: str, unit: str, words: str
) -> Figure | None:
    """One chart; a curve that has no figure for some size passes over it; None where there is no curve."""
    drawn: dict[str, list[tuple[float, Spread]]] = {}
    for passages, charts in sizes:
        for name, spread in charts[chart].items():
            drawn.setdefault(name, []).append((passages, spread))
    if not drawn:
        return None
    every = [value for points in drawn.values() for _, spread in points for value in spread.values]
    ticks = tuple(passages for passages, _ in sizes)
    across = Axis("passages", min(ticks) / 1.5, max(ticks) * 1.5, ticks, logarithmic=True)
    plot = Plot(across, logarithmic_axis(unit, every), named=True)
    for (name, points), kind in zip(drawn.items(), _KINDS, strict=False):
        for x, spread in points:
            plot.line([(x, spread.least), (x, spread.most)], f"reach {kind}")
        medians = [(x, spread.median) for x, spread in points]
        titles = [f"{name}, {x:,.0f} passages: {spread_text(spread)} {unit}" for x, spread in points]
        plot.line(medians, kind, name)
        plot.dots(medians, kind, [3.0] * len(points), titles)
    told = "; ".join(
        f"{name} {', '.join(figure_text(spread.median) for _, spread in points)}"
        for name, points in drawn.items()
    )
    return Figure(title, words, plot, f"{title}, {unit}: {told}")
