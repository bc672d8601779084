"""The commands that look after a library as a whole: verify, repair, export and import."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    json_option,
    kinds_for,
    library_option,
    open_library,
    print_json,
    print_lines,
    search_options,
    settings_from,
)
from assistant.cli.terminal import progress_for
from index.errors import LibraryDamaged
from index.progress import counted

if TYPE_CHECKING:  # the command line starts without these
    from index.library import Library

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
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


@click.command("import")
@file_argument
@library_option
@search_options
@json_option
def import_(file: Path, as_json: bool, **flags: Any) -> None:
    """Make a library of FILE, which export wrote, in a new folder; it is verified, and nothing is embedded.

    \b
    majlis index import my-library.majlis --library another-library
    """
    from index.library import Library

    settings = settings_from(**flags)
    folder, kinds = settings.library, kinds_for(settings, moves=True)
    imported = Library.import_from(file, folder, kinds=kinds, database=settings.database)
    record = asdict(imported.info())
    if as_json:
        print_json(record)
    else:
        print_lines([f"{folder}: {_held(record)}; sound."])


def _held(record: dict[str, Any]) -> str:
    return f"{counted(record['articles'], 'article')}, {counted(record['passages'], 'passage')}"


@click.command()
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


@click.command()
@library_option
@search_options
@click.option(
    "--drop-collections",
    is_flag=True,
    help="Drop what the library left in Milvus when it was moved to --search local.",
)
@json_option
def repair(drop_collections: bool, as_json: bool, **flags: Any) -> None:
    """Rebuild from the stored articles whatever is damaged, missing or stale."""
    from index.library import Library

    settings = settings_from(**flags)  # not opened: one that is damaged cannot be
    kinds = kinds_for(settings, moves=True)
    library = Library(settings.library, kinds=kinds, database=settings.database)
    mended = library.repair(progress_for(as_json))
    if drop_collections:
        from index.search.milvus.leaving import drop_left

        mended += [f"dropped in Milvus: {name}" for name in drop_left(library.folder)]
    left = left_in_milvus(library)
    if as_json:
        print_json({"mended": mended, "left_in_milvus": left})
    else:
        command = f"majlis index repair --drop-collections --library {library.folder}"
        print_lines(
            (mended or [f"{library.folder}: nothing to mend."])
            + [f"left there: {each}; drop it with: {command}" for each in left]
        )


def left_in_milvus(library: "Library") -> list[str]:
    """The collections that a library has left, a line for each Milvus."""
    from index.search.milvus.leaving import left

    return list(map(str, left(library.folder)))
