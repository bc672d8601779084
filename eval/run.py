"""A dataset asked through the chat's own pipeline: retrieval, reading, answering, abstention, citations.

The dataset's articles become a library in a temporary folder, or the questions are asked of a library that
is there and stays as it is. ``eval.example_run`` asks each question; ``eval.score`` measures what other
systems found.
"""

import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from assistant.caching import CachingEmbedder
from assistant.settings import RETRIEVERS, Settings
from eval.data import Dataset
from eval.example_run import ExampleRunner
from eval.report import Report, Row
from eval.resume import PartialRun
from index.embedders import Embedder
from index.errors import EmbedderMismatch, NoLibrary, UserError
from index.library import Library
from index.passages import SPLITTER_VERSION
from index.progress import Progress, silent
from index.text.analysis import ANALYSIS_VERSION

_PACKAGES = ("majlis", "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy", "tokenizers")


def run_benchmark(
    dataset: Dataset,
    *,
    embedder: Embedder | None = None,
    library: Library | None = None,
    retrievers: Sequence[str] = RETRIEVERS,
    settings: Settings | None = None,
    limit: int | None = None,
    work: Path | None = None,
    progress: Progress = silent,
) -> Report:
    """The report on a dataset; ``UserError`` where it has no question.

    Its articles are embedded with ``embedder``, or it is asked over ``library``. Answers come from the first
    of the ``retrievers``, with the k and the threshold of ``settings``. ``limit`` asks only so many of the
    questions, evenly spread; all the articles stay in the pool. ``work`` is a folder that keeps what is
    done, and that a run which was cut off goes on from.
    """
    if (embedder is None) == (library is None):
        raise ValueError("either an embedder or a library")
    settings = settings or Settings()
    dataset = dataset.sample(limit)
    check_questions(dataset)
    seconds: dict[str, float] = {}
    with TemporaryDirectory(prefix="majlis-eval-", ignore_cleanup_errors=True) as folder:
        building = embedder and _begun(Path(work or folder) / "library", embedder)
        source = building or library
        assert source is not None
        remembering = CachingEmbedder(embedder or source.embedder)
        asking = ExampleRunner(Library.open(source.folder, remembering), retrievers, settings, remembering)
        what = _what(dataset, source, building is None, retrievers, settings, limit)
        what["versions"]["reader"] = asking.reader.fingerprint
        partial = PartialRun(work, what, dataset.examples) if work else None
        if building:
            with _timed(seconds, "building"):
                building.build(dataset.articles, progress=progress)
        rows = []
        for example in dataset.examples:
            row = partial.rows.get(example.id) if partial else None
            if row is None:
                row = asking.row(example)
                if partial:
                    partial.add(row)
            rows.append(row)
            progress("asking", len(rows), len(dataset.examples))
    return Report(
        dataset=dataset,
        settings=what["settings"],
        versions=what["versions"],
        rows=tuple(rows),
        seconds=_added(seconds, rows),
        searched=None if building else what["settings"]["library"]["articles"],
    )


def check_questions(dataset: Dataset) -> None:
    """Passes where there is a question to measure; else ``UserError`` says why there is none."""
    if not dataset.examples:
        why, *others = dataset.problems or [f"{dataset.name}: file: no question"]
        if others:
            why += f" (and {len(others)} more)"
        raise UserError(f"nothing to measure; {why}; docs/evaluation.md shows the files that can be read")


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that numbers depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that is not installed
            continue
    return found


def _begun(folder: Path, embedder: Embedder) -> Library:
    """The library of a run that was cut off, or a new one."""
    try:
        return Library.open(folder, embedder)
    except NoLibrary:
        return Library.create(folder, embedder)
    except EmbedderMismatch as error:
        raise UserError(
            f"{folder.parent}: the run there was begun with another embedder; "
            "to begin anew leave out --resume"
        ) from error


def _what(
    dataset: Dataset,
    library: Library,
    live: bool,
    retrievers: Sequence[str],
    settings: Settings,
    limit: int | None,
) -> dict[str, Any]:
    """All that the numbers depend on, but for the reader."""
    info = library.info()
    chosen: dict[str, Any] = {
        "embedder": info.embedder,
        "retrievers": list(retrievers),
        "answers_from": retrievers[0],
        "k": settings.k,
        "threshold": settings.threshold,
        "limit": limit,
    }
    if live:
        chosen["library"] = {
            "name": library.folder.resolve().name,
            "revision": info.revision,
            "articles": info.articles,
            "passages": info.passages,
        }
    return {
        "dataset": dict(dataset.files),
        "settings": chosen,
        "versions": versions()
        | {
            "embedder": library.embedder.fingerprint,
            "analysis": ANALYSIS_VERSION,
            "splitter": SPLITTER_VERSION,
        },
    }


def _added(seconds: dict[str, float], rows: Sequence[Row]) -> dict[str, float]:
    """The seconds of the stages, those of the rows added up."""
    total = dict(seconds)
    for row in rows:
        for stage, spent in row.seconds.items():
            total[stage] = total.get(stage, 0.0) + spent
    return total


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - begun
