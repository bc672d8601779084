"""The speed as tables, a line for each figure, a column for each size of library; for a terminal, as text.

A figure is the median of its rounds, with the least and the most behind it where there were several.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from eval.speed.building import STAGES
from eval.speed.figures import SizeSpeed, Speed, Spread

RATIOS = {
    "building_to_encoder": "building : bare encoder, passages/s",
    "file_update_to_building": "one changed file : building anew",
    "folder_update_to_building": "a folder with one change : building anew",
    "dense_leg_to_encoder_and_faiss": "search by meaning : bare encoder and FAISS",
    "dense_search_to_faiss": "its search, question embedded : bare FAISS",
    "faiss_to_memory": "bare FAISS : memory bandwidth",
    "4_askers_to_one": "4 askers : 1 asker, questions/s",
    "16_askers_to_one": "16 askers : 1 asker, questions/s",
    "disk_to_text_and_vectors": "disk : bare text and vectors",
}
UPDATES = {"file": "its file", "folder": "its folder"}
STARTS = {"python": "python, nothing done", "hybrid": "hybrid", "dense": "dense", "lexical": "lexical"}
MEMORY = {"resident": "resident", "private": "its own", "mapped": "of files, shared", "peak": "peak"}
DISK = {"sqlite": "SQLite", "faiss": "FAISS", "terms": "terms", "other": "other"}
MIB = 2**20

Key = TypeVar("Key", str, int)
Row = tuple[str, list[str]]  # its name, and a cell for each size


def tables(speed: Speed) -> list[tuple[str, list[Row]]]:
    """All the figures, in tables with a title."""
    sizes = speed.sizes

    def row(name: str, cell: Callable[[SizeSpeed], str]) -> Row:
        return name, [cell(size) for size in sizes]

    def spread(name: str, figure: Callable[[SizeSpeed], Spread]) -> Row:
        return row(name, lambda size: spread_text(figure(size)))

    def spreads(titles: Mapping[Key, str], figures: Callable[[SizeSpeed], Mapping[Key, Spread]]) -> list[Row]:
        return [
            (title, [spread_text(figures(size)[key]) for size in sizes])
            for key, title in titles.items()
            if key in figures(sizes[0])
        ]

    def building(figure: Callable[[SizeSpeed, Spread], Spread]) -> list[Row]:
        """The whole and its stages; a star marks what is estimated."""
        rows = []
        for stage, title in {"whole": "whole", **STAGES}.items():
            cells = []
            for size in sizes:
                star = "*" if size.stand_in and stage in ("whole", "embedding") else ""
                cells.append(
                    spread_text(figure(size, {"whole": size.whole(), **size.stages()}[stage])) + star
                )
            rows.append((title, cells))
        return rows

    def latency(name: str, askers: int, stage: str) -> Row:
        return row(
            name,
            lambda size: (
                " / ".join(map(figure_text, size.latencies()[askers].get(stage, {}).values())) or "-"
            ),
        )

    askers = {n: f"{n} asker{'s' * (n > 1)}" for n in sizes[0].asking}
    return [
        (
            "library",
            [
                row("passages", lambda size: f"{size.passages:,}"),
                row("articles", lambda size: f"{size.articles:,}"),
                row("vectors", lambda size: f"{size.rows:,} x {size.dimension}"),
                row("embedded with", lambda size: "a stand-in" if size.stand_in else "the encoder"),
            ],
        ),
        ("building, s", building(lambda _size, seconds: seconds)),
        (
            "building, passages/s",
            [
                *building(lambda size, seconds: seconds.each(size.rate)),
                spread("bare encoder", lambda size: size.limits.encoder),
            ],
        ),
        ("following one change, s", spreads(UPDATES, lambda size: size.updating)),
        ("cold start of ask, s", spreads(STARTS, lambda size: size.starting)),
        ("questions/s", spreads(askers, SizeSpeed.question_rates)),
        (
            "answering, ms: p50 / p95 / p99",
            [
                *[latency(f"{stage}, 1 asker", 1, stage) for stage in answer_stages(speed)],
                *[latency(f"total, {name}", n, "total") for n, name in askers.items() if n > 1],
            ],
        ),
        ("memory of a fresh process, MiB", spreads(MEMORY, memory_mib)),
        (
            "disk, MiB",
            [
                row("whole", lambda size: f"{sum(size.disk.values()) / MIB:,.1f}"),
                *[
                    (title, [f"{size.disk[part] / MIB:,.1f}" for size in sizes])
                    for part, title in DISK.items()
                ],
            ],
        ),
        (
            "limits",
            [
                spread("encoder, one question, ms", lambda size: size.limits.question.times(1000)),
                spread("FAISS, flat scan, ms", lambda size: size.limits.scan.times(1000)),
                spread("library's scan, ms", lambda size: size.limits.search.times(1000)),
                spread("memory, GB/s", lambda size: size.limits.memory.times(1e-9)),
            ],
        ),
        (
            "ratios",
            [(title, [figure_text(size.ratios()[name]) for size in sizes]) for name, title in RATIOS.items()],
        ),
    ]


def speed_lines(speed: Speed) -> list[str]:
    """The tables, then what one must know to read them; ASCII, so that no terminal reorders them."""
    lines: list[str] = []
    for title, rows in tables(speed):
        width = max(len(name) for name, _ in rows)
        columns = [max(map(len, column)) for column in zip(*(cells for _, cells in rows), strict=True)]
        lines.append(title)
        for name, cells in rows:
            aligned = [f"{cell:>{column}}" for cell, column in zip(cells, columns, strict=True)]
            lines.append("  ".join([f"  {name:<{width}}", *aligned]))
        lines.append("")
    return lines + notes(speed)


def notes(speed: Speed) -> list[str]:
    """What the figures were measured with, and which of them are estimates."""
    machine, rounds = speed.machine, speed.settings["rounds"]
    memory = f", {machine['memory_bytes'] / 2**30:.0f} GiB" if "memory_bytes" in machine else ""
    loads = [f"{load:.1f}" for load in speed.load if load is not None]
    return [
        f"{machine['processor']}, {machine['cores']} cores{memory}, {machine['system']}"
        + (f"; load {' before, '.join(loads)} after" if len(loads) == 2 else ""),
        f"embedder {speed.settings['embedder']}; seed {speed.settings['seed']}; "
        + ("one round" if rounds == 1 else f"median of {rounds} rounds (least..most)"),
        *(
            f"{size.passages:,} passages: vectors by a stand-in; * embedding is estimated from the bare "
            f"encoder, which embedded {size.encoded:,} of the passages"
            for size in speed.sizes
            if size.stand_in
        ),
        f"questions with their article among the hits: {', '.join(f'{s.found():.0%}' for s in speed.sizes)}",
    ]


def answer_stages(speed: Speed) -> list[str]:
    """The stages of an answer to one asker, those that any size has."""
    return [*dict.fromkeys(stage for size in speed.sizes for stage in size.latencies()[1])]


def memory_mib(size: SizeSpeed) -> dict[str, Spread]:
    return {part: held.times(1 / MIB) for part, held in size.memory.items()}


def spread_text(spread: Spread) -> str:
    """A spread as a person reads it: 12.3 (11.9..14.0)."""
    if len(spread.values) == 1:
        return figure_text(spread.median)
    return f"{figure_text(spread.median)} ({figure_text(spread.least)}..{figure_text(spread.most)})"


def figure_text(value: float) -> str:
    """A number with about three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or not value else f"{value:.2g}"
