"""Article files into a library: what the command line and the page do to it, and what they refuse.

What nobody named is never removed: a name that is empty, a folder that is away and a demo over somebody's
articles end in one line, and the library stays as it is.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from assistant.samples import sample_folder
from index.articles import Article, read_articles, require_paths
from index.embedders import DEFAULT_EMBEDDER, load_embedder
from index.errors import NoLibrary, UnreadableArticle, UserError
from index.formats import endings
from index.library import Change, Library
from index.library.sources import is_missing
from index.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What was done to a library, and the inputs that it could not take."""

    library: Path
    change: Change
    problems: tuple[str, ...]
    passed_over: Mapping[str, int] = field(default_factory=dict)  # files of other kinds, by their ending

    def lines(self) -> list[str]:
        """For a person: what changed, then a line for each input that was not taken."""
        results = ("added", "updated", "unchanged", "removed")
        counts = [f"{count} {name}" for name in results if (count := getattr(self.change, name))]
        embedded = f"{self.change.embedded} passages embedded" if self.change.embedded else "nothing to embed"
        if self.problems:
            counts.append(f"{len(self.problems)} not taken")
        lines = [f"{self.library}: {', '.join(counts) or 'no articles'}; {embedded}."]
        if self.passed_over:
            kinds = ", ".join(f"{ending} {count}" for ending, count in sorted(self.passed_over.items()))
            lines.append(f"passed over, of kinds that are not read: {kinds}")
        return [*lines, *(f"not taken: {problem}" for problem in self.problems)]

    def to_json(self) -> dict[str, Any]:
        """The object that ``majlis index build --json`` prints."""
        return asdict(self.change) | {
            "problems": list(self.problems),
            "passed_over": dict(self.passed_over),
        }


def open_or_create(folder: Path, embedder: str = "") -> Library:
    """The library in ``folder``; a new one gets the embedder of that name, or the bundled one."""
    try:
        return Library.open(folder)
    except NoLibrary:
        return Library.create(folder, load_embedder(embedder or DEFAULT_EMBEDDER))


def build_library(
    folder: Path, paths: Sequence[Path], *, embedder: str = "", progress: Progress = silent
) -> IngestReport:
    """Makes the library in ``folder`` hold exactly the articles under ``paths``; creates it if need be.

    An ``embedder`` that is not the library's own embeds everything anew; the empty name keeps its own.
    """
    require_paths(paths)  # before there is an empty library
    library = open_or_create(folder, embedder)
    chosen = load_embedder(embedder) if embedder else None

    def build(articles: Iterator[Article], problems: Sequence[UnreadableArticle]) -> Change:
        first = next(articles, None)
        if first is None:  # an empty folder, or a wrong one: no reason to throw away what is stored
            mend = f"name files or folders with articles ({', '.join(endings())})"
            if problems:
                others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
                mend = f"{problems[0]}{others}"
            where = ", ".join(map(str, paths))
            raise UserError(f"no article could be read in {where}, so {folder} stays as it is; {mend}")
        whole = chain([first], articles)
        return library.build(whole, problems=problems, embedder=chosen, progress=progress)

    return _ingest(library, paths, build, progress)


def build_samples(folder: Path, *, embedder: str = "", progress: Progress = silent) -> IngestReport:
    """Makes a library of the sample articles; ``UserError`` where ``folder`` holds others already."""
    try:
        stored = Library.open(folder).articles()
    except NoLibrary:
        stored = []
    others = sum(not article.source.startswith("Majlis sample") for article in stored)
    if others:
        raise UserError(
            f"{folder} holds {others} articles that are no samples, and stays as it is; "
            "name another folder for the demo: majlis demo --library DIR"
        )
    return build_library(folder, [sample_folder()], embedder=embedder, progress=progress)


def add_articles(
    folder: Path, paths: Sequence[Path], *, embedder: str = "", progress: Progress = silent
) -> IngestReport:
    """Adds the articles under ``paths`` to the library in ``folder``, which is created if need be.

    Those that changed are replaced, nothing is removed.
    """
    require_paths(paths)
    library = open_or_create(folder, embedder)
    return _ingest(library, paths, lambda articles, _: library.add(articles, progress=progress), progress)


def update_library(library: Library, paths: Sequence[Path], progress: Progress = silent) -> IngestReport:
    """Takes what is new or changed under ``paths`` and removes what is gone from there.

    Without ``paths``, every file that the library was read from is looked at again. What a folder that is
    away held stays (``Library.update``); ``UserError`` where one of ``paths`` is not there.
    """
    sources = [str(path) for path in paths] or None
    if paths:  # those that are missing are the library's to refuse
        there = [path for path in paths if not is_missing(path)]
    else:
        there = [origin for origin in library.origins() if os.access(origin, os.F_OK)]

    def update(articles: Iterator[Article], problems: Sequence[UnreadableArticle]) -> Change:
        return library.update(articles, sources=sources, problems=problems, progress=progress)

    return _ingest(library, there, update, progress)


def remove_articles(library: Library, names: Sequence[str]) -> IngestReport:
    """Removes articles named by id, by file or by folder; ``UserError`` where a name is none, for all."""
    stored = library.articles()
    chosen: dict[str, None] = {}
    for name in names:
        path = Path(name).resolve()
        found = [
            article.id
            for article in stored
            if article.id == name or (name.strip() and Path(article.origin).is_relative_to(path))
        ]
        if not found:
            raise UserError(
                f"no article of {library.folder} has the id or the path {name!r}, so nothing was removed; "
                f"see them with: majlis index list --library {library.folder}"
            )
        chosen.update(dict.fromkeys(found))
    return IngestReport(library.folder, library.remove(list(chosen)), ())


def _ingest(
    library: Library,
    paths: Sequence[Path],
    change: Callable[[Iterator[Article], Sequence[UnreadableArticle]], Change],
    progress: Progress,
) -> IngestReport:
    """Reads the articles under ``paths`` into ``change``, with what could not be read so far."""
    problems: list[UnreadableArticle] = []
    passed_over: Counter[str] = Counter()
    articles = read_articles(
        paths,
        on_problem=problems.append,
        on_passed_over=lambda file: passed_over.update([file.suffix.lower() or "no ending"]),
        progress=progress,
    )
    done = change(articles, problems)
    return IngestReport(library.folder, done, (*map(str, problems), *done.problems), passed_over)
