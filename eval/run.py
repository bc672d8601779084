"""A dataset asked through the chat's own pipeline: retrieval, reading, answering, abstention, citations.

The dataset's articles become a library in a temporary folder, or the questions are asked of a library that
is there and stays as it is. ``eval.example_run`` asks each question; ``eval.score`` measures what other
systems found.
"""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
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
from index.progress import Progress, silent, timed
from index.search import IndexKinds
from index.text.analysis import ANALYSIS_VERSION

_PACKAGES = ("majlis", "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy", "tokenizers")


def run_benchmark(
    dataset: Dataset,
    *,
    embedder: Embedder | None = None,
    library: Library | None = None,
    retrievers: Sequence[str] = RETRIEVERS,
    kinds: IndexKinds | None = None,
    settings: Settings | None = None,
    limit: int | None = None,
    work: Path | None = None,
    progress: Progress = silent,
) -> Report:
    """The report on a dataset; ``UserError`` where it has no question.

    Its articles are embedded with ``embedder`` and searched by ``kinds``, or it is asked over ``library``.
    Answers come from the first of the ``retrievers``, with the k and the threshold of ``settings``. ``limit``
    asks only so many of the questions, evenly spread, over all the articles. ``work`` is a folder that keeps
    what is done, and that a run which was cut off goes on from.
    """
    if (embedder is None) == (library is None):
        raise ValueError(f"embedder {embedder}, library {library}: one of the two")
    settings = settings or Settings()
    dataset = dataset.sample(limit)
    check_questions(dataset)
    seconds: dict[str, float] = {}
    with TemporaryDirectory(prefix="majlis-eval-", ignore_cleanup_errors=True) as folder:
        building = embedder and _open_or_create(Path(work or folder) / "library", embedder, kinds)
        source = building or library
        assert source is not None
        caching = CachingEmbedder(embedder or source.embedder)
        runner = ExampleRunner(Library.open(source.folder, caching), retrievers, settings, caching)
        inputs = _inputs(dataset, source, retrievers, settings, limit, live=building is None)
        if kinds:
            inputs["settings"]["search"] = kinds.lexical.name
        inputs["versions"]["reader"] = runner.reader.fingerprint
        partial = PartialRun(work, inputs, dataset.examples) if work else None
        if building:
            with timed(seconds, "building"):
                building.build(dataset.articles, progress=progress)
        rows: list[Row] = []
        for example in dataset.examples:
            row = partial.rows.get(example.id) if partial else None
            if row is None:
                row = runner.run(example)
                if partial:
                    partial.add(row)
            rows.append(row)
            for stage, spent in row.seconds.items():
                seconds[stage] = seconds.get(stage, 0.0) + spent
            progress("asking", len(rows), len(dataset.examples))
    return Report(
        dataset=dataset,
        settings=inputs["settings"],
        versions=inputs["versions"],
        rows=tuple(rows),
        seconds=seconds,
        searched=None if building else inputs["settings"]["library"]["articles"],
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


def _open_or_create(folder: Path, embedder: Embedder, kinds: IndexKinds | None) -> Library:
    """The library of a run that was cut off, or a new one."""
    try:
        return Library.open(folder, embedder, kinds=kinds)
    except NoLibrary:
        return Library.create(folder, embedder, kinds=kinds)
    except EmbedderMismatch as error:
        raise UserError(
            f"{folder.parent}: the run there was begun with another embedder; "
            "to begin anew leave out --resume"
        ) from error


def _inputs(
    dataset: Dataset,
    library: Library,
    retrievers: Sequence[str],
    settings: Settings,
    limit: int | None,
    *,
    live: bool,
) -> dict[str, Any]:
    """All that the numbers depend on, but for the reader; of a ``live`` library what it holds too."""
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
    fingerprints = {
        "embedder": library.embedder.fingerprint,
        "analysis": ANALYSIS_VERSION,
        "splitter": SPLITTER_VERSION,
    }
    return {"dataset": dict(dataset.files), "settings": chosen, "versions": versions() | fingerprints}
