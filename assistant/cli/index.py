"""``majlis index ...``: from article files to a library, and what one can ask of a library."""

from dataclasses import asdict
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
from assistant.cli.terminal import one_line, progress_for, table_lines
from index.errors import LibraryDamaged, UserError
from index.structure import visible

if TYPE_CHECKING:  # the command line starts without these
    from assistant.ingest import IngestReport
    from index.library import Library


class ArticlePath(click.Path):
    """A file or a folder; an empty name, as of a variable that is not set, is neither, not this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty name is no file or folder; name one, or . for this folder", param, ctx)
        return super().convert(value, param, ctx)


article_path = ArticlePath(path_type=Path)
paths_argument = click.argument("paths", nargs=-1, required=True, type=article_path)


def print_report(report: "IngestReport", as_json: bool) -> None:
    """Prints the report; exit code 1 where an input was not taken."""
    if as_json:
        print_json(report.to_json())
    else:
        print_lines(report.lines())
    if report.problems:
        raise click.exceptions.Exit(1)


def open_library(**flags: Any) -> "Library":
    """The library that the flags and settings name."""
    from index.library import Library

    return Library.open(settings_from(**flags).library)


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
    from assistant.ingest import build_library

    settings = settings_from(**flags)
    progress = progress_for(as_json)
    print_report(
        build_library(settings.library, paths, embedder=settings.embedder, progress=progress), as_json
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
    from assistant.ingest import add_articles

    settings = settings_from(**flags)
    progress = progress_for(as_json)
    print_report(
        add_articles(settings.library, paths, embedder=settings.embedder, progress=progress), as_json
    )


@index.command()
@click.argument("paths", nargs=-1, type=article_path)
@library_option
@json_option
def update(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Follow the files: take what is new or changed under PATHS, remove what is gone.

    Without PATHS, every file that the library was read from is looked at again. A folder that is away
    removes nothing.

    \b
    majlis index update my-articles
    """
    from assistant.ingest import update_library

    print_report(update_library(open_library(**flags), paths, progress_for(as_json)), as_json)


@index.command()
@click.argument("names", metavar="PATH_OR_ID...", nargs=-1, required=True)
@library_option
@json_option
def remove(names: tuple[str, ...], as_json: bool, **flags: Any) -> None:
    """Remove articles, named by id, by file or by folder.

    \b
    majlis index remove old-news report.pdf 3f2a90c1d4e5b6a7
    """
    from assistant.ingest import remove_articles

    print_report(remove_articles(open_library(**flags), names), as_json)


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
@click.argument("article_id", metavar="ID")
@library_option
@json_option
def show(article_id: str, as_json: bool, **flags: Any) -> None:
    """Show a stored article: what is known of it, and its text.

    \b
    majlis index show 3f2a90c1d4e5b6a7
    """
    library = open_library(**flags)
    try:
        with library.snapshot() as snapshot:
            article = snapshot.article(article_id)
    except KeyError:
        raise UserError(
            f"no article of {library.folder} has the id {article_id!r}; "
            f"see them with: majlis index list --library {library.folder}"
        ) from None
    if as_json:
        print_json(asdict(article))
        return
    known = ("id", "title", "language", "source", "published", "author", "origin")
    lines = [f"{name:<10} {one_line(getattr(article, name))}" for name in known if getattr(article, name)]
    print_lines([*lines, "", visible(article.text)])


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
