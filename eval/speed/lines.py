"""The speed as a table for a terminal: a line for each figure, a column for each size of library.

A figure is the median of its rounds, with the least and the most behind it where there were several.
"""

from collections.abc import Callable, Sequence

from eval.speed.building import STAGES
from eval.speed.records import SizeSpeed, Speed
from eval.speed.spread import Spread

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
PARTS = {"sqlite": "SQLite", "faiss": "FAISS", "terms": "terms", "other": "other"}
HELD = {"resident": "resident", "private": "its own", "mapped": "of files, shared", "peak": "peak"}
STARTS = {"python": "python, nothing done", "hybrid": "hybrid", "dense": "dense", "lexical": "lexical"}
_MIB = 2**20

Figure = Callable[[SizeSpeed], str]
Group = tuple[str, list[tuple[str, Figure]]]


def groups(speed: Speed) -> list[Group]:
    """All the figures: titles, and for each a row's name and what it says of a size."""
    first = speed.sizes[0]
    stages = [*dict.fromkeys(stage for size in speed.sizes for stage in size.latencies()[1])]
    return [
        (
            "library",
            [
                ("passages", lambda size: f"{size.passages:,}"),
                ("articles", lambda size: f"{size.articles:,}"),
                ("vectors", lambda size: f"{size.rows:,} x {size.dimension}"),
                ("embedded with", lambda size: "a stand-in" if size.stand_in else "the encoder"),
            ],
        ),
        (
            "building, s",
            [
                ("whole", lambda size: _mark(size, said(size.whole()))),
                *[(title, _stage(stage)) for stage, title in STAGES.items()],
            ],
        ),
        (
            "building, passages/s",
            [
                ("whole", lambda size: _mark(size, said(size.whole().each(size.rate)))),
                *[(title, _stage_rate(stage)) for stage, title in STAGES.items()],
                ("bare encoder", lambda size: said(size.limits.encoder)),
            ],
        ),
        (
            "following one change, s",
            [
                ("its file", lambda size: said(size.updating["file"])),
                ("its folder", lambda size: said(size.updating["folder"])),
            ],
        ),
        ("cold start of ask, s", [(title, _start(kind)) for kind, title in STARTS.items()]),
        ("questions/s", [(f"{n} asker{'s' * (n > 1)}", _rate(n)) for n in first.asking]),
        (
            "answering, ms: p50 / p95 / p99",
            [
                *[(f"{stage}, 1 asker", _latency(1, stage)) for stage in stages],
                *[(f"total, {n} askers", _latency(n, "total")) for n in first.asking if n > 1],
            ],
        ),
        (
            "memory of a fresh process, MiB",
            [(title, _held(part)) for part, title in HELD.items() if part in first.memory],
        ),
        (
            "disk, MiB",
            [
                ("whole", lambda size: f"{sum(size.disk.values()) / _MIB:,.1f}"),
                *[(title, _part(part)) for part, title in PARTS.items()],
            ],
        ),
        (
            "limits",
            [
                ("encoder, one question, ms", lambda size: said(size.limits.question.each(_ms))),
                ("FAISS, flat scan, ms", lambda size: said(size.limits.scan.each(_ms))),
                ("library's scan, ms", lambda size: said(size.limits.search.each(_ms))),
                ("memory, GB/s", lambda size: said(size.limits.memory.each(lambda rate: rate / 1e9))),
            ],
        ),
        ("ratios", [(title, _ratio(name)) for name, title in RATIOS.items()]),
    ]


def speed_lines(speed: Speed) -> list[str]:
    """The table, then what one must know to read it; ASCII, so that no terminal reorders it."""
    lines: list[str] = []
    for title, rows in groups(speed):
        lines += _table(title, [(name, [figure(size) for size in speed.sizes]) for name, figure in rows])
        lines.append("")
    return lines + notes(speed)


def notes(speed: Speed) -> list[str]:
    """What the figures were measured with, and which of them are estimates."""
    machine = speed.machine
    rounds = speed.settings["rounds"]
    memory = f", {machine['memory_bytes'] / 2**30:.0f} GiB" if "memory_bytes" in machine else ""
    loads = [f"{load:.1f}" for load in speed.load if load is not None]
    told = [
        f"{machine['processor']}, {machine['cores']} cores{memory}, {machine['system']}"
        + (f"; load {' before, '.join(loads)} after" if len(loads) == 2 else ""),
        f"embedder {speed.settings['embedder']}; seed {speed.settings['seed']}; "
        + ("one round" if rounds == 1 else f"median of {rounds} rounds (least..most)"),
    ]
    standing = [size for size in speed.sizes if size.stand_in]
    for size in standing:
        told.append(
            f"{size.passages:,} passages: vectors by a stand-in; * embedding is estimated from the bare "
            f"encoder, which embedded {size.encoded:,} of the passages"
        )
    found = ", ".join(f"{size.found():.0%}" for size in speed.sizes)
    told.append(f"questions with their article among the hits: {found}")
    return told


def said(spread: Spread) -> str:
    """A spread as a person reads it: 12.3 (11.9..14.0)."""
    if len(spread.values) == 1:
        return figure(spread.median)
    return f"{figure(spread.median)} ({figure(spread.least)}..{figure(spread.most)})"


def figure(value: float) -> str:
    """A number with about three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or not value else f"{value:.2g}"


def _mark(size: SizeSpeed, text: str) -> str:
    return f"{text}*" if size.stand_in else text


def _stage(stage: str) -> Figure:
    def tell(size: SizeSpeed) -> str:
        text = said(size.stages()[stage])
        return _mark(size, text) if stage == "embedding" else text

    return tell


def _stage_rate(stage: str) -> Figure:
    def tell(size: SizeSpeed) -> str:
        text = said(size.stages()[stage].each(size.rate))
        return _mark(size, text) if stage == "embedding" else text

    return tell


def _start(kind: str) -> Figure:
    return lambda size: said(size.starting[kind])


def _rate(askers: int) -> Figure:
    return lambda size: said(size.rates()[askers])


def _latency(askers: int, stage: str) -> Figure:
    def tell(size: SizeSpeed) -> str:
        return " / ".join(map(figure, size.latencies()[askers].get(stage, {}).values())) or "-"

    return tell


def _held(part: str) -> Figure:
    return lambda size: said(size.memory[part].each(lambda held: held / _MIB))


def _part(part: str) -> Figure:
    return lambda size: f"{size.disk[part] / _MIB:,.1f}"


def _ratio(name: str) -> Figure:
    return lambda size: figure(size.ratios()[name])


def _ms(seconds: float) -> float:
    return seconds * 1000


def _table(title: str, rows: Sequence[tuple[str, list[str]]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    columns = [max(len(cells[n]) for _, cells in rows) for n in range(len(rows[0][1]))]
    return [
        title,
        *(
            "  ".join([f"  {name:<{width}}", *(f"{c:>{w}}" for c, w in zip(cells, columns, strict=True))])
            for name, cells in rows
        ),
    ]
