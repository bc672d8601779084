"""The speed as tables, a line for each figure, a column for each size of library; for a terminal, as text.

A figure is the median of its rounds, with the least and the most behind it where there were several.
"""

from collections.abc import Mapping
from typing import Any

from eval.speed.building import STAGES
from eval.speed.figures import SizeSpeed, Speed, Spread

RATIOS = {
    "building_to_encoder": "building : bare encoder, passages/s",
    "file_update_to_building": "one changed file : building anew",
    "folder_update_to_building": "a folder with one change : building anew",
    "removal_to_building": "one article removed : building anew",
    "dense_leg_to_encoder_and_faiss": "search by meaning : bare encoder and FAISS",
    "dense_search_to_faiss": "its search, question embedded : bare FAISS",
    "faiss_to_memory": "bare FAISS : memory bandwidth",
    "4_askers_to_one": "4 askers : 1 asker, questions/s",
    "16_askers_to_one": "16 askers : 1 asker, questions/s",
    "disk_to_text_and_vectors": "disk : bare text and vectors",
}
_BUILDING = {"whole": "whole", **STAGES}
UPDATES = {"file": "its file", "folder": "its folder", "removal": "one article removed"}
STARTS = {
    "python": "python, nothing done",
    "open": "library opened, both legs",
    "hybrid": "hybrid",
    "dense": "dense",
    "lexical": "lexical",
}
MEMORY = {"resident": "resident", "private": "its own", "mapped": "of files, shared", "peak": "peak"}
DISK = {"sqlite": "SQLite", "faiss": "FAISS", "terms": "terms", "other": "other"}
MIB = 2**20


def tables(speed: Speed) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """All the figures: tables with a title, of rows with a name and a cell for each size."""
    columns = [_column(size) for size in speed.sizes]
    named = {
        title: dict.fromkeys(name for column in columns for name in column[title]) for title in columns[0]
    }
    return [
        (title, [(name, [column[title].get(name, "-") for column in columns]) for name in names])
        for title, names in named.items()
    ]


def _column(size: SizeSpeed) -> dict[str, dict[str, str]]:
    """The cells of one size, by table and row; a star marks what is estimated."""
    stages = {"whole": size.whole(), **size.stages()}
    estimated = ("whole", "embedding") if size.stand_in else ()
    building = [(stage, title, "*" * (stage in estimated)) for stage, title in _BUILDING.items()]
    latencies = size.latencies()
    return {
        "library": {
            "passages": f"{size.passages:,}",
            "articles": f"{size.articles:,}",
            "vectors": f"{size.rows:,} x {size.dimension}",
            "embedded with": "a stand-in" if size.stand_in else "the encoder",
        },
        "building, s": {title: spread_text(stages[stage]) + star for stage, title, star in building},
        "building, passages/s": {
            **{title: spread_text(stages[stage].each(size.rate)) + star for stage, title, star in building},
            "bare encoder": spread_text(size.limits.encoder),
        },
        "following one change, s": _texts(UPDATES, size.updating),
        "cold start of ask, s": _texts(STARTS, size.starting),
        "questions/s": _texts({n: asker_count(n) for n in size.asking}, size.question_rates()),
        "answering, ms: p50 / p95 / p99": {
            f"{stage}, {asker_count(n)}": " / ".join(map(figure_text, shares.values()))
            for n, by_stage in latencies.items()
            for stage, shares in by_stage.items()
            if n == 1 or stage == "total"
        },
        "searching, question embedded, ms: p50 / p95 / p99": {
            **{
                kind: " / ".join(map(figure_text, shares.values()))
                for kind, shares in size.search_times().items()
            },
            "recall@10 of the search by meaning": f"{size.recall:.3f}",
        },
        "memory of a fresh process, MiB": _texts(MEMORY, memory_mib(size)),
        "disk, MiB": {
            "whole": f"{sum(size.disk.values()) / MIB:,.1f}",
            **{title: f"{size.disk[part] / MIB:,.1f}" for part, title in DISK.items()},
        },
        "limits": {
            "encoder, one question, ms": spread_text(size.limits.question.times(1000)),
            "FAISS, flat scan, ms": spread_text(size.limits.scan.times(1000)),
            "library's scan, ms": spread_text(size.limits.search.times(1000)),
            "memory, GB/s": spread_text(size.limits.memory.times(1e-9)),
        },
        "ratios": {title: figure_text(size.ratios()[name]) for name, title in RATIOS.items()},
    }


def _texts(titles: Mapping[Any, str], spreads: Mapping[Any, Spread]) -> dict[str, str]:
    return {title: spread_text(spreads[key]) for key, title in titles.items() if key in spreads}


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


def asker_count(number: int) -> str:
    return "1 asker" if number == 1 else f"{number} askers"


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
