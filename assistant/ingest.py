"""Article files into a library: what the command line and the page do to it, and what they refuse.

What nobody named is never removed: a name that is empty, a folder that is away and a demo over somebody's
articles end in one line, and the library stays as it is.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Unpack

from assistant.feedback import FeedbackStore
from assistant.receipt import Receipt
from assistant.samples import sample_folder
from assistant.uploads import read_uploads, releasing
from assistant.uploads.names import is_upload, origin_of
from index.articles import Article, FileReader, read_articles, read_files
from index.cluster import Cluster
from index.embedders import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.errors import NoLibrary, PassedOver, UnreadableArticle, UserError
from index.formats import endings
from index.headlines import one_line
from index.library import ArticleSummary, Change, Library, SyncPlan
from index.library.database.kinds import Backends
from index.library.sources import is_missing
from index.progress import Progress, counted, silent
from index.walking import require_paths

MOST_KINDS = 8  # of files that are passed over, which are told by name


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What was done to a library, and the inputs that it could not take."""

    library: Path
    change: Change
    problems: tuple[str, ...]
    passed_over: Mapping[str, int] = field(default_factory=dict)  # files of other kinds, by their ending
    plan: SyncPlan | None = None  # the articles that a sync concerns
    dry: bool = False  # nothing was changed
    notes: tuple[str, ...] = ()  # what a person should know, and need not mend

    def lines(self) -> list[str]:
        """For a person: what changed, then a line for each input that was not taken."""
        results = ("added", "updated", "moved", "unchanged", "removed")
        counts = [f"{count} {name}" for name in results if (count := getattr(self.change, name))]
        embedded = (
            f"{counted(self.change.embedded, 'passage')} embedded"
            if self.change.embedded
            else "nothing was changed"
            if self.dry
            else "nothing to embed"
        )
        if self.problems:
            counts.append(f"{len(self.problems)} not taken")
        would = "it would be " if self.dry else ""
        lines = [f"{self.library}: {would}{', '.join(counts) or 'no articles'}; {embedded}."]
        if self.plan is not None:
            plan = {"new": self.plan.new, "changed": self.plan.changed, "gone": self.plan.gone}
            lines += [f"{what}: {one_line(name)}" for what, names in plan.items() for name in names]
            lines += [f"moved: {one_line(old)} -> {one_line(new)}" for old, new in self.plan.moved]
        if self.passed_over:
            common = Counter(self.passed_over).most_common(MOST_KINDS)
            kinds = ", ".join(f"{ending} {count}" for ending, count in sorted(common))
            if others := len(self.passed_over) - len(common):
                kinds += f", and {counted(others, 'more kind')}"
            lines.append(f"passed over, of kinds that are not read: {kinds}")
        lines += [f"note: {note}" for note in self.notes]
        return [*lines, *(f"not taken: {problem}" for problem in self.problems)]

    def to_json(self) -> dict[str, Any]:
        """The object that ``majlis index build --json`` prints."""
        told = asdict(self.change) | {
            "problems": list(self.problems),
            "passed_over": dict(self.passed_over),
        }
        if self.plan is not None:
            told |= {"dry_run": self.dry, "plan": asdict(self.plan)}
        if self.notes:
            told |= {"notes": list(self.notes)}
        return told


def open_or_create(folder: Path, embedder: str = "", **backends: Unpack[Backends]) -> Library:
    """The library in ``folder``; a new one gets the embedder of that name, or the bundled one."""
    try:
        return Library.open(folder, **backends)
    except NoLibrary:
        return Library.create(folder, load_embedder(embedder or DEFAULT_EMBEDDER), **backends)


def build_library(
    folder: Path,
    paths: Sequence[Path],
    *,
    embedder: str = "",
    progress: Progress = silent,
    cluster: Cluster | None = None,
    **backends: Unpack[Backends],
) -> IngestReport:
    """Makes the library in ``folder`` hold exactly the articles under ``paths``; creates it if need be.

    What was uploaded to it stays. An ``embedder`` that is not the library's own embeds everything anew; the
    empty name keeps its own. A ``cluster`` reads and embeds for it; so in what follows.
    """
    require_paths(paths)  # before there is an empty library
    library = open_or_create(folder, embedder, **backends)
    chosen: Embedder | None = load_embedder(embedder) if embedder else None
    if cluster is not None:
        chosen = cluster.embedder(chosen or library.embedder)

    def build(articles: Iterator[Article], problems: list[UnreadableArticle]) -> Change:
        whole = chain(_some(articles, problems, paths, folder), read_uploads(library, problems.append))
        return library.build(whole, problems=problems, embedder=chosen, progress=progress)

    return _ingest(library, paths, build, progress, cluster)


def sync_library(
    library: Library,
    folder: Path,
    *,
    allow_removals: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    cluster: Cluster | None = None,
) -> IngestReport:
    """Makes the library equal the folder: new, changed, moved and gone; says which (``Library.sync``).

    What was uploaded to it stays.
    """
    require_paths([folder])
    library = _spread(library, cluster)
    plans: list[SyncPlan] = []

    def sync(articles: Iterator[Article], problems: list[UnreadableArticle]) -> Change:
        whole = _some(articles, problems, [folder], library.folder)
        change, plan = library.sync(
            chain(whole, read_uploads(library, problems.append)),
            problems=problems,
            allow_removals=allow_removals,
            dry_run=dry_run,
            progress=progress,
        )
        plans.append(plan)
        return change

    return replace(_ingest(library, [folder], sync, progress, cluster), plan=plans[0], dry=dry_run)


def _spread(library: Library, cluster: Cluster | None) -> Library:
    """The library with its embedder on the cluster, if there is one."""
    return library if cluster is None else Library.open(library.folder, cluster.embedder(library.embedder))


def _some(
    articles: Iterator[Article],
    problems: Sequence[UnreadableArticle],
    paths: Sequence[Path],
    library: Path,
) -> Iterator[Article]:
    """The articles; ``UserError`` where there is none: no reason to throw away what is stored."""
    first = next(articles, None)
    if first is None:  # an empty folder, or a wrong one
        mend = f"name files or folders with articles ({', '.join(endings())})"
        if problems:
            others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            mend = f"{problems[0]}{others}"
        where = ", ".join(map(str, paths))
        raise UserError(f"no article could be read in {where}, so {library} stays as it is; {mend}")
    return chain([first], articles)


def build_samples(folder: Path, *, embedder: str = "", progress: Progress = silent) -> IngestReport:
    """Makes a library of the sample articles; ``UserError`` where ``folder`` holds, or held, others."""
    other = "and stays as it is; name another folder for the demo: majlis demo --library DIR"
    stored = []
    with suppress(NoLibrary):
        library = Library.open(folder)
        stored = library.articles()
        if not stored and library.info().revision:
            raise UserError(f"{folder} is a library whose articles were removed, {other}")
    others = sum(not (a.source.startswith("Majlis sample") or is_upload(a.origin)) for a in stored)
    if others:
        raise UserError(f"{folder} holds {others} articles that are no samples, {other}")
    return build_library(folder, [sample_folder()], embedder=embedder, progress=progress)


def add_articles(
    folder: Path,
    paths: Sequence[Path],
    *,
    embedder: str = "",
    progress: Progress = silent,
    cluster: Cluster | None = None,
    **backends: Unpack[Backends],
) -> IngestReport:
    """Adds the articles under ``paths`` to the library in ``folder``, which is created if need be.

    Those that changed are replaced, nothing is removed.
    """
    require_paths(paths)
    library = _spread(open_or_create(folder, embedder, **backends), cluster)

    def add(articles: Iterator[Article], _: list[UnreadableArticle]) -> Change:
        return library.add(articles, progress=progress)

    return _ingest(library, paths, add, progress, cluster)


def update_library(
    library: Library, paths: Sequence[Path], progress: Progress = silent, cluster: Cluster | None = None
) -> IngestReport:
    """Takes what is new or changed under ``paths`` and removes what is gone from there.

    Without ``paths``, all that the library was read from is looked at again, and what was uploaded to it.
    What a folder held that is away stays (``Library.update``); ``UserError`` where a path is missing.
    """
    library = _spread(library, cluster)
    sources = [str(path) for path in paths] or None
    if paths:  # those that are missing are the library's to refuse
        there = [path for path in paths if not is_missing(path)]
    else:
        there = [origin for origin in library.origins() if os.access(origin, os.F_OK)]

    def update(articles: Iterator[Article], problems: list[UnreadableArticle]) -> Change:
        if not paths:
            articles = chain(articles, read_uploads(library, problems.append))
        return library.update(articles, sources=sources, problems=problems, progress=progress)

    return _ingest(library, there, update, progress, cluster)


def remove_articles(
    library: Library, names: Sequence[str], *, all_below: bool = False, prove: bool = True
) -> Receipt:
    """Removes articles named by id, by file or by folder; ``UserError`` where a name is none, for all.

    This folder, or one above it, is no name for articles unless ``all_below`` says so. ``prove`` reads all of
    the library's folder for what is left of them.
    """
    chosen: dict[str, ArticleSummary] = {}
    for name in names:
        found = library.find(origin_of(library, name))
        if not found:
            raise UserError(
                f"no article of {library.folder} has the id or the path {name!r}, so nothing was removed; "
                f"see them with: majlis index list --library {library.folder}"
            )
        if not all_below and Path.cwd().is_relative_to(Path(name).resolve()):
            raise UserError(
                f"{name} is this folder or one above it, with {counted(len(found), 'article')} of "
                f"{library.folder}, so nothing was removed; if all are to go, add --allow-removals"
            )
        chosen |= {article.id: article for article in found}
    texts = []
    if prove:
        with library.snapshot() as snapshot:
            texts = [snapshot.article(name).text for name in chosen]
    with releasing(library, chosen.values()) as files:
        change = library.remove(chosen)
    FeedbackStore(library.folder).forget(chosen)
    traces = library.traces(texts) if prove else None
    return Receipt(library.folder, change, tuple(chosen.values()), traces, tuple(files))


def _ingest(
    library: Library,
    paths: Sequence[Path],
    change: Callable[[Iterator[Article], list[UnreadableArticle]], Change],
    progress: Progress,
    cluster: Cluster | None = None,
) -> IngestReport:
    """Reads the articles under ``paths`` into ``change``, with what could not be read so far."""
    problems: list[UnreadableArticle] = []
    passed_over: Counter[str] = Counter()
    reader: FileReader = read_files
    if cluster is not None:
        with library.snapshot() as snapshot:
            reader = cluster.reader(snapshot.scanned_files())
    articles = read_articles(
        paths,
        on_problem=problems.append,
        on_passed_over=lambda file: passed_over.update([file.suffix.lower() or "no ending"]),
        progress=progress,
        reader=reader,
    )
    done = change(articles, problems)
    told = [str(problem) for problem in problems if not isinstance(problem, PassedOver)]
    none = [one.part or one.origin for one in problems if isinstance(one, PassedOver)]
    passed_over.update(Path(name).suffix.lower() for name in none)
    notes = tuple(cluster.notes) if cluster is not None else ()
    return IngestReport(library.folder, done, (*told, *done.problems), passed_over, notes=notes)
