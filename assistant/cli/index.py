"""``majlis index ...``: from article files to a library, and what one can ask of a library."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.collection import list_, remove, tag
from assistant.cli.options import (
    article_path,
    embedder_option,
    json_option,
    library_option,
    ocr_option,
    open_library,
    paths_argument,
    print_json,
    print_lines,
    settings_from,
)
from assistant.cli.terminal import one_line, progress_for
from index.errors import LibraryDamaged, UserError
from index.progress import counted
from index.structure import visible

if TYPE_CHECKING:  # the command line starts without these
    from assistant.ingest import IngestReport


def print_report(report: "IngestReport", as_json: bool) -> None:
    """Prints the report; exit code 1 where an input was not taken."""
    if as_json:
        print_json(report.to_json())
    else:
        print_lines(report.lines())
    if report.problems:
        raise click.exceptions.Exit(1)


@click.group()
def index() -> None:
    """Build and keep the library of articles."""


index.add_command(list_)
index.add_command(remove)
index.add_command(tag)


@index.command()
@paths_argument
@library_option
@ocr_option
@embedder_option
@json_option
def build(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Make the library hold exactly the articles under PATHS, files or folders.

    What is already there and unchanged is not embedded again. Another --embedder rebuilds the vectors.

    \b
    majlis index build my-articles --library my-library
    """
    from assistant.ingest import build_library
    from assistant.scans import reading_scans

    settings = settings_from(**flags)
    progress = progress_for(as_json)
    with reading_scans(settings.ocr, settings.library, progress):
        report = build_library(settings.library, paths, embedder=settings.embedder, progress=progress)
    print_report(report, as_json)


@index.command()
@paths_argument
@library_option
@ocr_option
@json_option
def add(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Add the articles under PATHS; those that changed are replaced, nothing is removed.

    \b
    majlis index add report.pdf more-articles
    """
    from assistant.ingest import add_articles
    from assistant.scans import reading_scans

    settings = settings_from(**flags)
    progress = progress_for(as_json)
    with reading_scans(settings.ocr, settings.library, progress):
        report = add_articles(settings.library, paths, embedder=settings.embedder, progress=progress)
    print_report(report, as_json)


@index.command()
@click.argument("paths", nargs=-1, type=article_path)
@library_option
@ocr_option
@json_option
def update(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Follow the files: take what is new or changed under PATHS, remove what is gone.

    Without PATHS, every file that the library was read from is looked at again. What a folder that is away
    held stays, and the rest is followed. A file that moved, or whose folder was renamed, takes its articles
    along.

    \b
    majlis index update my-articles
    """
    from assistant.ingest import update_library
    from assistant.scans import reading_scans

    settings, progress = settings_from(**flags), progress_for(as_json)
    with reading_scans(settings.ocr, settings.library, progress):
        report = update_library(open_library(**flags), paths, progress)
    print_report(report, as_json)


@index.command()
@click.argument("folder", type=article_path)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--allow-removals", is_flag=True, help="Even if more than half of the articles go.")
@library_option
@ocr_option
@json_option
def sync(folder: Path, dry_run: bool, allow_removals: bool, as_json: bool, **flags: Any) -> None:
    """Make the library equal FOLDER, and say which articles are new, changed, moved and gone.

    What moved is not embedded again. Nothing is changed where more than half of the articles would go.

    \b
    majlis index sync my-articles --dry-run
    """
    from assistant.ingest import sync_library
    from assistant.scans import reading_scans

    settings, progress = settings_from(**flags), progress_for(as_json)
    with reading_scans(settings.ocr, settings.library, progress):
        report = sync_library(
            open_library(**flags), folder, allow_removals=allow_removals, dry_run=dry_run, progress=progress
        )
    print_report(report, as_json)


file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@index.command()
@file_argument
@library_option
@json_option
def export(file: Path, as_json: bool, **flags: Any) -> None:
    """Write the library to one new FILE: articles, passages and vectors.

    \b
    majlis index export my-library.majlis
    """
    record = asdict(open_library(**flags).export(file))
    if as_json:
        print_json(record)
    else:
        print_lines([f"{file}: {_held(record)}, {record['bytes']:,} bytes."])


@index.command("import")
@file_argument
@library_option
@json_option
def import_(file: Path, as_json: bool, **flags: Any) -> None:
    """Make a library of FILE, which export wrote, in a new folder; it is verified, and nothing is embedded.

    \b
    majlis index import my-library.majlis --library another-library
    """
    from index.library import Library

    folder = settings_from(**flags).library
    record = asdict(Library.import_from(file, folder).info())
    if as_json:
        print_json(record)
    else:
        print_lines([f"{folder}: {_held(record)}; sound."])


def _held(record: dict[str, Any]) -> str:
    return f"{counted(record['articles'], 'article')}, {counted(record['passages'], 'passage')}"


@index.command()
@click.argument("article_id", metavar="ID")
@library_option
@json_option
def show(article_id: str, as_json: bool, **flags: Any) -> None:
    """Show a stored article: what is known of it, and its text.

    \b
    majlis index show 3f2a90c1d4e5b6a7
    """
    from index.scans import scans_to_json

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
        print_json(asdict(article) | {"scans": scans_to_json(article.scans)})
        return
    known = ("id", "title", "language", "source", "published", "author", "origin")
    lines = [f"{name:<10} {one_line(getattr(article, name))}" for name in known if getattr(article, name)]
    print_lines([*lines, "", visible(article.text)])


@index.command()
@library_option
@json_option
def info(as_json: bool, **flags: Any) -> None:
    """Say what the library holds, how large it is, whether it is sound, and where questions are sent."""
    record = asdict(open_library(**flags).info())
    destination = settings_from(**flags).destination
    if as_json:
        print_json(record | {"questions_sent_to": destination})
    else:
        record["questions"] = f"sent to {destination}" if destination else "answered here, sent nowhere"
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
            f"{library.folder}: {counted(len(problems), 'problem')}; mend them with: "
            f"majlis index repair --library {library.folder}"
        )


@index.command()
@library_option
@json_option
def repair(as_json: bool, **flags: Any) -> None:
    """Rebuild from the stored articles whatever is damaged, missing or stale."""
    from index.library import Library

    library = Library(settings_from(**flags).library)  # not opened: one that is damaged cannot be
    mended = library.repair(progress_for(as_json))
    if as_json:
        print_json({"mended": mended})
    else:
        print_lines(mended or [f"{library.folder}: nothing to mend."])
