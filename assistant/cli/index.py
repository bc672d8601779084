"""``majlis index ...``: from article files to a library, and what one can ask of a library."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.collection import list_, remove, tag
from assistant.cli.maintenance import export, import_, left_in_milvus, repair, verify
from assistant.cli.options import (
    allow_private_option,
    article_path,
    article_place,
    embedder_option,
    json_option,
    kinds_for,
    library_option,
    ocr_option,
    open_library,
    paths_argument,
    print_json,
    print_lines,
    ray_option,
    search_options,
    settings_from,
)
from assistant.cli.terminal import one_line, progress_for
from assistant.cli.web import add_addresses, follow, sync_pages, unfollow
from index.errors import UserError
from index.progress import Progress
from index.structure import visible

if TYPE_CHECKING:  # the command line starts without these
    from assistant.ingest import IngestReport
    from assistant.settings import Settings
    from index.cluster import Cluster


def print_report(report: "IngestReport", as_json: bool) -> None:
    """Prints the report; exit code 1 where an input was not taken."""
    if as_json:
        print_json(report.to_json())
    else:
        print_lines(report.lines())
    if report.problems:
        raise click.exceptions.Exit(1)


@contextmanager
def _reading(settings: "Settings", progress: Progress) -> "Iterator[Cluster | None]":
    """What holds while files are read: how scans are, and the cluster that helps, if there is one."""
    from assistant.scans import reading_scans
    from index.cluster import connected

    with connected(settings.ray) as cluster, reading_scans(settings.ocr, settings.library, progress):
        yield cluster


def _take(take: "Callable[..., IngestReport]", paths: Sequence[Path], as_json: bool, **flags: Any) -> None:
    """Takes what is under the paths into the settings' library, which is created if need be; prints it."""
    settings, progress = settings_from(**flags), progress_for(as_json)
    with _reading(settings, progress) as cluster:
        report = take(
            settings.library,
            paths,
            embedder=settings.embedder,
            kinds=kinds_for(settings, moves=True),
            database=settings.database,
            progress=progress,
            cluster=cluster,
        )
    print_report(report, as_json)


@click.group()
def index() -> None:
    """Build and keep the library of articles."""


for command in (list_, remove, tag, follow, unfollow, export, import_, verify, repair):
    index.add_command(command)


@index.command()
@paths_argument
@library_option
@search_options
@ocr_option
@ray_option
@embedder_option
@json_option
def build(paths: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Make the library hold exactly the articles under PATHS, files or folders.

    What is already there and unchanged is not embedded again. Another --embedder rebuilds the vectors.

    \b
    majlis index build my-articles --library my-library
    """
    from assistant.ingest import build_library

    _take(build_library, paths, as_json, **flags)


@index.command()
@click.argument("places", metavar="PATH_OR_ADDRESS...", nargs=-1, required=True, type=article_place)
@allow_private_option
@library_option
@search_options
@ocr_option
@ray_option
@json_option
def add(places: tuple[Path | str, ...], allow_private: bool, as_json: bool, **flags: Any) -> None:
    """Add articles of files, folders and the web; those that changed are replaced, nothing is removed.

    \b
    majlis index add report.pdf more-articles
    majlis index add https://news.example/2026/the-bridge
    """
    paths = [place for place in places if isinstance(place, Path)]
    addresses = [place for place in places if isinstance(place, str)]
    if paths and addresses:
        raise click.UsageError("name files and folders, or addresses, and the others by another command.")
    if addresses:
        add_addresses(addresses, as_json, allow_private=allow_private, **flags)
        return
    from assistant.ingest import add_articles

    _take(add_articles, paths, as_json, **flags)


@index.command()
@click.argument("paths", nargs=-1, type=article_path)
@library_option
@search_options
@ocr_option
@ray_option
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

    settings, progress = settings_from(**flags), progress_for(as_json)
    with _reading(settings, progress) as cluster:
        report = update_library(open_library(**flags), paths, progress, cluster)
    print_report(report, as_json)


@index.command()
@click.argument("places", metavar="[FOLDER_OR_ADDRESS]...", nargs=-1, type=article_place)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--allow-removals", is_flag=True, help="Even if more than half of the articles go.")
@click.option("--prune", is_flag=True, help="Of the web: remove the articles whose page is gone.")
@click.option("--all", "everything", is_flag=True, help="Of the web: ask for every page, also for old ones.")
@allow_private_option
@library_option
@search_options
@ocr_option
@ray_option
@json_option
def sync(
    places: tuple[Path | str, ...], dry_run: bool, allow_removals: bool, as_json: bool, **flags: Any
) -> None:
    """Make the library equal FOLDER, and say which articles are new, changed, moved and gone.

    What moved is not embedded again. Nothing is changed where more than half of the articles would go.
    What came from the web stays as it is. Without FOLDER, all that came from the web is brought up to date,
    or what the followed ADDRESSES list; what is gone there stays, and is named, unless --prune is given.

    \b
    majlis index sync my-articles --dry-run
    majlis index sync
    """
    folders = [place for place in places if isinstance(place, Path)]
    addresses = [place for place in places if isinstance(place, str)]
    if len(folders) > 1 or (folders and addresses):
        raise click.UsageError(
            "name one folder, or addresses that are followed, or nothing for all of these."
        )
    if not folders:
        sync_pages(addresses, dry_run, as_json, **flags)
        return
    [folder] = folders
    from assistant.ingest import sync_library

    settings, progress = settings_from(**flags), progress_for(as_json)
    with _reading(settings, progress) as cluster:
        report = sync_library(
            open_library(**flags),
            folder,
            allow_removals=allow_removals,
            dry_run=dry_run,
            progress=progress,
            cluster=cluster,
        )
    print_report(report, as_json)


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
    library = open_library(**flags)
    record = asdict(library.info())
    destination = settings_from(**flags).destination
    if as_json:
        print_json(record | {"questions_sent_to": destination, "left_in_milvus": left_in_milvus(library)})
    else:
        record["questions"] = f"sent to {destination}" if destination else "answered here, sent nowhere"
        if left := left_in_milvus(library):
            told = f"{', '.join(left)}; drop them with: majlis index repair --drop-collections"
            record["left"] = f"{told} --library {library.folder}"
        print_lines([f"{name:<10} {value}" for name, value in record.items()])
