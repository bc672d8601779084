"""``majlis index follow`` and ``unfollow``, and what ``add`` and ``sync`` say of articles of the web."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    allow_private_option,
    json_option,
    library_option,
    open_library,
    print_json,
    print_lines,
    settings_from,
)
from assistant.cli.terminal import one_line, progress_for, table_lines
from index.progress import counted

if TYPE_CHECKING:  # the command line starts without these
    from index.library import Library
    from index.web.report import WebReport


def print_web_report(report: "WebReport", library: Path, as_json: bool) -> None:
    """Prints the report; exit code 1 where something could not be taken or looked at."""
    if as_json:
        print_json(report.to_json())
    else:
        print_lines([one_line(line) for line in report.lines(str(library))])
    if report.troubles():
        raise click.exceptions.Exit(1)


def add_addresses(addresses: Sequence[str], as_json: bool, *, allow_private: bool, **flags: Any) -> None:
    """Adds pages to the settings' library, which is created if need be, and prints what came of it."""
    from assistant.scans import reading_scans
    from assistant.web import add_pages

    settings, progress = settings_from(**flags), progress_for(as_json)
    with reading_scans(settings.ocr, settings.library, progress):
        report = add_pages(settings, addresses, allow_private=allow_private, progress=progress)
    print_web_report(report, settings.library, as_json)


def sync_pages(addresses: Sequence[str], dry_run: bool, as_json: bool, **flags: Any) -> None:
    """Brings what came from the web up to date, and prints what came of it.

    Of the ``flags``, ``everything``, ``prune`` and ``allow_private`` are its own.
    """
    from assistant.scans import reading_scans
    from assistant.web import follower_of

    settings, progress = settings_from(**flags), progress_for(as_json)
    library = open_library(**flags)
    follower = follower_of(library, settings, allow_private=flags["allow_private"], progress=progress)
    with reading_scans(settings.ocr, settings.library, progress):
        report = follower.sync(
            addresses, everything=flags["everything"], prune=flags["prune"], dry_run=dry_run
        )
    print_web_report(report, settings.library, as_json)


@click.command()
@click.argument("address", required=False)
@click.option("--list", "as_list", is_flag=True, help="List what is followed, and how it went.")
@click.option("--most", type=click.IntRange(1, 100_000), help="New articles at a time.  [default: 500]")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and take nothing.")
@allow_private_option
@library_option
@json_option
def follow(
    address: str | None,
    as_list: bool,
    most: int | None,
    dry_run: bool,
    allow_private: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Follow a feed, a sitemap, or a page that names its feed, and take the articles that it lists.

    From then on `majlis index sync` brings them up to date.

    \\b
    majlis index follow https://news.example/feed.xml
    majlis index follow --list
    """
    if bool(address) == as_list:
        raise click.UsageError("name an ADDRESS, or give --list.")
    if as_list:
        _print_followed(open_library(**flags), as_json)
        return
    from assistant.scans import reading_scans
    from assistant.web import follow_source
    from index.web.following import MOST

    settings, progress = settings_from(**flags), progress_for(as_json)
    with reading_scans(settings.ocr, settings.library, progress):
        report = follow_source(
            settings,
            address or "",
            most=most or MOST,
            dry_run=dry_run,
            allow_private=allow_private,
            progress=progress,
        )
    print_web_report(report, settings.library, as_json)


@click.command()
@click.argument("address")
@library_option
@json_option
def unfollow(address: str, as_json: bool, **flags: Any) -> None:
    """Stop following ADDRESS; the articles that came from it stay.

    \\b
    majlis index unfollow https://news.example/feed.xml
    """
    from index.web.addresses import address_of
    from index.web.records import WebRecords

    library = open_library(**flags)
    pages = WebRecords(library.folder).unfollow(address_of(address))
    if as_json:
        print_json({"unfollowed": address_of(address), "pages": pages})
    else:
        print_lines(
            [f"{library.folder}: {address} is not followed any more; {counted(pages, 'article')} stay."]
        )


def _print_followed(library: "Library", as_json: bool) -> None:
    from index.web.records import WebRecords

    records = WebRecords(library.folder)
    sources = [(source, records.stored(source.address)) for source in records.sources()]
    if as_json:
        print_json(
            [
                {name: value for name, value in asdict(source).items() if name != "children"}
                | {"pages": len(pages), "gone": [page.at for page in pages if page.gone]}
                for source, pages in sources
            ]
        )
        return
    rows = [
        {
            "address": source.address,
            "kind": source.kind,
            "articles": len(pages),
            "gone": sum(bool(page.gone) for page in pages),
            "asked": datetime.fromtimestamp(source.asked, UTC).isoformat(" ", "minutes")[:16],
            "title": source.title,
            "problem": source.problem,
        }
        for source, pages in sources
    ]
    print_lines(
        table_lines(rows) or [f"{library.folder} follows nothing; begin with: majlis index follow ADDRESS"]
    )
