"""How long building a library takes, by stage, and how long one changed article takes.

The stages are those of one and the same build, watched from outside: what lies between the first article
and the last is reading, the public methods of the embedder, of the vectors and of the terms are clocked
while they run, and what remains is storing. So they add up to the whole.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from time import perf_counter
from types import FunctionType
from typing import Any

from index.articles import Article, read_articles
from index.embedders import Embedder
from index.errors import UserError
from index.library import Library
from index.library.change import Change
from index.progress import Progress, silent
from index.search.lexical import LexicalIndex
from index.search.vectors import VectorIndex

STAGES = {
    "reading": "reading and splitting",  # to the end of the articles, their passages noted
    "embedding": "embedding",
    "storing": "storing",  # SQLite, checksums, waiting for the disk
    "vectors": "FAISS",  # and reading the vectors from SQLite for it
    "terms": "terms",  # and reading the passages from SQLite for them
}


def build(
    folder: Path, articles: Path, embedder: Embedder, progress: Progress = silent
) -> tuple[Change, dict[str, float]]:
    """A new library in ``folder`` from the files in ``articles``; the seconds of each of ``STAGES``."""
    clocks: dict[type, str] = {type(embedder): "embedding", VectorIndex: "vectors", LexicalIndex: "terms"}
    with clocked(clocks) as seconds:
        begun = perf_counter()
        library = Library.create(folder, embedder)
        change = library.build(_watched(read_all(articles), seconds), progress=progress)
        whole = perf_counter() - begun
    seconds["storing"] = whole - sum(seconds.values())
    return change, {stage: seconds[stage] for stage in STAGES}


def update(library: Library, place: Path) -> tuple[Change, float]:
    """Follows the files in ``place``, one file or a folder, of which one has changed; the seconds it took."""
    begun = perf_counter()
    change = library.update(read_all(place), sources=[str(place)])
    taken = perf_counter() - begun
    if (change.added, change.updated, change.removed) != (0, 1, 0):  # then something else was measured
        raise ValueError(f"one article changed in {place}, but the change was {change}")
    return change, taken


def read_all(place: Path) -> Iterator[Article]:
    """The articles in a file or a folder that this command wrote: all can be read."""

    def refuse(problem: UserError) -> None:
        raise problem

    return read_articles([place], on_problem=refuse)


@contextmanager
def clocked(stages: Mapping[type, str]) -> Iterator[dict[str, float]]:
    """The seconds spent in these classes' public methods while the block runs, by stage.

    Of methods that call one another only the outermost counts. For one thread.
    """
    seconds = dict.fromkeys(stages.values(), 0.0)
    running = False

    def timed(function: Any, stage: str) -> Any:
        @wraps(function)
        def call(*values: Any, **named: Any) -> Any:
            nonlocal running
            if running:
                return function(*values, **named)
            running, begun = True, perf_counter()
            try:
                return function(*values, **named)
            finally:
                seconds[stage] += perf_counter() - begun
                running = False

        return call

    kept = [
        (owner, name, member)
        for owner in stages
        for name, member in vars(owner).items()
        if isinstance(member, FunctionType | classmethod) and not name.startswith("_")
    ]
    for owner, name, member in kept:
        if isinstance(member, classmethod):
            setattr(owner, name, classmethod(timed(member.__func__, stages[owner])))
        else:
            setattr(owner, name, timed(member, stages[owner]))
    try:
        yield seconds
    finally:
        for owner, name, member in kept:
            setattr(owner, name, member)


def _watched(articles: Iterator[Article], seconds: dict[str, float]) -> Iterator[Article]:
    begun, elsewhere = perf_counter(), sum(seconds.values())
    yield from articles
    seconds["reading"] = perf_counter() - begun - (sum(seconds.values()) - elsewhere)
