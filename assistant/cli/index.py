"""``majlis index ...``: from article files to a library, and what one can ask of a library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    embedder_option,
    json_option,
    library_option,
    print_json,
    print_lines,
    settings_from,
)
from assistant.cli.terminal import progress_for, table_lines
from index.errors import LibraryDamaged, NoLibrary, UserError
from index.progress import Progress

if TYPE_CHECKING:
    from index.articles import Article
    from index.library import Library
    from index.library.change import Change

paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a command did to a library, and the inputs that it could not take."""

    library: Path
    change: "Change"
    problems: tuple[str, ...]

    def lines(self) -> list[str]:
        kinds = ("added", "updated", "unchanged", "removed")
        counts = [f"{getattr(self.change, kind)} {kind}" for kind in kinds if getattr(self.change, kind)]
        embedded = f"{self.change.embedded} passages embedded" if self.change.embedded else "nothing to embed"
        if self.problems:
            counts.append(f"{len(self.problems)} not taken")
        done = f"{self.library}: {', '.join(counts) or 'no articles'}; {embedded}."
        return [done, *(f"not taken: {problem}" for problem in self.problems)]

    def to_json(self) -> dict[str, Any]:
        return asdict(self.change) | {"problems": list(self.problems)}


def take(
    library: "Library",
    paths: Sequence[Path],
    change: "Callable[[Iterator[Article]], Change]",
    progress: Progress,
) -> IndexReport:
    """Read the articles under ``paths`` into ``change``, and gather what could not be read."""
    from index.articles import read_articles

    problems: list[UserError] = []
    done = change(read_articles(paths, on_problem=problems.append, progress=progress))
    return IndexReport(library.folder, done, (*map(str, problems), *done.problems))


def open_or_create(folder: Path, embedder: str) -> "Library":
    """The library in ``folder``; a new one gets the embedder of that name, or the bundled one."""
    from index.embedders import DEFAULT_EMBEDDER, load_embedder
    from index.library import Library

    try:
        return Library.open(folder)
    except NoLibrary:
        return Library.create(folder, load_embedder(embedder or DEFAULT_EMBEDDER))


def build_library(folder: Path, paths: Sequence[Path], *, embedder: str, progress: Progress) -> IndexReport:
    """Make the library in ``folder`` hold exactly the articles under ``paths``; create it if need be.

    An ``embedder`` that is not the library's own embeds everything anew; the empty name keeps its own.
    """
    from index.embedders import load_embedder

    library = open_or_create(folder, embedder)
    chosen = load_embedder(embedder) if embedder else None

    def build(articles: "Iterator[Article]") -> "Change":
        first = next(articles, None)
        if first is None:  # an empty folder, or a wrong one: no reason to throw away what is stored
            raise UserError(
                f"no article could be read in {', '.join(map(str, paths))}, so {folder} stays as it is; "
                "name files or folders with txt, md, html, pdf, docx or jsonl articles"
            )
        return library.build(chain([first], articles), embedder=chosen, progress=progress)

    return take(library, paths, build, progress)


def tell(report: IndexReport, as_json: bool) -> None:
    """Print the report; exit code 1 where an input was not taken."""
    if as_json:
        print_json(report.to_json())
    else:
        print_lines(report.lines())
    if report.problems:
        raise click.exceptions.Exit(1)


@click.group()
def index() -> None:
    """Build and keep the library of articles."""


@index.command()
@paths_argument
@library_option
@embedder_option
@json_option
def build(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Make the library hold exactly the articles under PATHS, files or folders.

    What is already there and unchanged is not embedded again. Another --embedder rebuilds the vectors.

    \b
    majlis index build my-articles --library my-library
    """
    settings = settings_from(**flags)
    tell(
        build_library(settings.library, paths, embedder=settings.embedder, progress=progress_for(as_json)),
        as_json,
    )


@index.command()
@paths_argument
@library_option
@json_option
def add(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Add the articles under PATHS; those that changed are replaced, nothing is removed.

    \b
    majlis index add report.pdf more-articles
    """
    settings = settings_from(**flags)
    progress = progress_for(as_json)
    library = open_or_create(settings.library, settings.embedder)
    tell(take(library, paths, lambda articles: library.add(articles, progress=progress), progress), as_json)


@index.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@library_option
@json_option
def update(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Follow the files: take what is new or changed under PATHS, remove what is gone.

    Without PATHS, every file that the library was read from is looked at again.

    \b
    majlis index update my-articles
    """
    library = open_library(**flags)
    progress = progress_for(as_json)
    sources = [str(path.resolve()) for path in paths] or sorted({a.origin for a in library.articles()})
    there = [path for path in map(Path, sources) if path.exists()]
    tell(
        take(
            library,
            there,
            lambda articles: library.update(articles, sources=sources, progress=progress),
            progress,
        ),
        as_json,
    )


@index.command()
@click.argument("names", metavar="PATH_OR_ID...", nargs=-1, required=True)
@library_option
@json_option
def remove(names: tuple[str, ...], as_json: bool, **flags: Any) -> None:
    """Remove articles, named by id, by file or by folder.

    \b
    majlis index remove old-news report.pdf 3f2a90c1d4e5b6a7
    """
    library = open_library(**flags)
    stored = library.articles()
    chosen: dict[str, None] = {}
    for name in names:
        path = Path(name).resolve()
        found = [a.id for a in stored if a.id == name or Path(a.origin).is_relative_to(path)]
        if not found:
            raise UserError(
                f"no article of {library.folder} has the id or the path {name!r}; "
                f"see them with: majlis index list --library {library.folder}"
            )
        chosen.update(dict.fromkeys(found))
    tell(IndexReport(library.folder, library.remove(list(chosen)), ()), as_json)


@index.command("list")
@library_option
@json_option
def list_(as_json: bool, **flags: Any) -> None:
    """List the articles: id, language, passages, title, source."""
    articles = open_library(**flags).articles()
    if as_json:
        print_json([asdict(article) for article in articles])
    else:
        columns = ("id", "language", "passages", "title", "source")
        print_lines(table_lines([{name: getattr(a, name) for name in columns} for a in articles]))


@index.command()
@library_option
@json_option
def info(as_json: bool, **flags: Any) -> None:
    """Say what the library holds, how large it is, and whether it is sound."""
    record = asdict(open_library(**flags).info())
    if as_json:
        print_json(record)
    else:
        print_lines([f"{name:<10} {value}" for name, value in record.items()])


@index.command()
@library_option
@json_option
def verify(as_json: bool, **flags: Any) -> None:
    """Check every stored article, passage, vector and index file against its hash."""
    library = open_library(**flags)
    problems = library.verify()
    if as_json:
        print_json({"healthy": not problems, "problems": problems})
    else:
        print_lines(problems or [f"{library.folder}: sound."])
    if problems:
        raise LibraryDamaged(
            f"{library.folder}: {len(problems)} problems; mend them with: "
            f"majlis index repair --library {library.folder}"
        )


@index.command()
@library_option
@json_option
def repair(as_json: bool, **flags: Any) -> None:
    """Rebuild from the stored articles whatever is damaged, missing or stale."""
    library = open_library(**flags)
    mended = library.repair(progress_for(as_json))
    if as_json:
        print_json({"mended": mended})
    else:
        print_lines(mended or [f"{library.folder}: nothing to mend."])


def open_library(**flags: Any) -> "Library":
    from index.library import Library

    return Library.open(settings_from(**flags).library)
