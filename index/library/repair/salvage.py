"""A new file of SQLite from what can still be read of a damaged one, which is kept beside it.

Rows are taken from the pages themselves (``carving``): a damaged tree, index or head costs nothing, a damaged
page what was on it. Passages are left behind, for ``repair`` to make again. An article whose record cannot be
read is lost; its name stands in three places, and is told from any of them.
"""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.errors import LibraryDamaged
from index.library.database import LOGS, Counts, Database, SqliteConnection, State
from index.library.database.schema import DERIVED, know_records
from index.library.database.state import state_told
from index.library.repair.carving import PageRow, Pages, PageValue, rows
from index.progress import counted

_META = ("library", "derived", "counts")
_BEGINNING = 60  # characters of an article whose name cannot be read


@dataclass(slots=True)
class _Told:
    """What the pages tell beside the rows that are saved."""

    state: State | None = None
    counts: Counts | None = None
    names: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # by row: ids and origins


def salvage(database: Database, why: str, spare: Callable[[], State]) -> list[str]:
    """Puts a new file in the place of a damaged one; what became of it and what was lost, a line each.

    ``spare`` gives the state for one that cannot be read. ``LibraryBusy`` where another program has the file
    open; then nothing is replaced.
    """
    with database.alone():
        pass  # before the work is done
    fresh = Database(database.folder / "salvage")
    shutil.rmtree(fresh.folder, ignore_errors=True)
    fresh.folder.mkdir()
    try:
        told = _Told()
        fresh.create(State(0, "", "", 1))
        with fresh.writing() as new, Pages(database.path) as pages:
            new.execute("PRAGMA foreign_keys = OFF")
            with new.transaction():
                for row in rows(pages):
                    _take(new, row, told)
                lost = _without_record(new, told)
                if told.state is None and not new.one("SELECT count(*) FROM articles")[0]:
                    raise LibraryDamaged(
                        f"nothing can be read of {database.path} any more, and it stays as it is: bring "
                        f"back a copy of it, or move {database.folder} away and build it anew with: "
                        f"majlis index build PATH... --library {database.folder}"
                    )
                state = replace(told.state or spare(), indexes={})
                new.write_state(replace(state, counts=new.counts(state)))
            new.checkpoint()
        with database.alone():
            kept = _keep(database.path)
            for log in LOGS:  # the old file's, and poison to the new one
                database.path.with_name(f"{database.path.name}{log}").unlink(missing_ok=True)
            shutil.copymode(database.path, fresh.path)
            fresh.path.replace(database.path)
    finally:
        shutil.rmtree(fresh.folder, ignore_errors=True)
    mended = f"mended: the file of SQLite was damaged ({why}); it is kept as {kept}, what could be read is in"
    return [f"{mended} a new one", *lost]


def _take(new: SqliteConnection, row: PageRow, told: _Told) -> None:
    """Puts a row into its table, or notes what it tells."""
    match row:
        case int(number), [None, str(), *_] as values if 10 <= len(values) <= 17:
            _insert(new, "articles", [number, *values[1:], *[""] * (17 - len(values))])
        case int(number), [None, str(text)]:
            _insert(new, "texts", [number, text])
        case int(), [str(key), str(value)] if key in _META:
            _note(told, key, value)
        case int(), [str(), bytes(), bytes()] as values:
            _insert(new, "vectors", values)
        case None, [int(), int(), int(), str(), int(), int(), str()] as values:
            _insert(new, "blocks", values)
        case None, [int(), int(), int(), str()] as values:  # before format 4
            _insert(new, "pages", [*values, 0, "page"])
        case None, [int(), int(), int(), str(), int(), str()] as values:
            _insert(new, "pages", values)
        case None, [int(), int(), int(), int(), str(), bytes()] as values:
            _insert(new, "scans", values)
        case None, [str(), str(), int(), str()] as values:
            _insert(new, "tags", values)
        case None, [str(), str(), str(), str()] as values:
            _insert(new, "web_sources", values)
        case None, [str(), str(), int(), str(), str()] as values:
            _insert(new, "web_pages", values)
        case None, [str(), str(), str()] as values:
            _insert(new, "web_addresses", values)
        case None, [str(name), int(number)] if name not in _META:
            told.names[number].add(name)


def _insert(new: SqliteConnection, table: str, values: Iterable[PageValue]) -> None:
    values = list(values)
    new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def _note(told: _Told, key: str, value: str) -> None:
    try:
        if key == "library":
            told.state = state_told(json.loads(value))
        elif key == "counts":
            told.counts = Counts(**json.loads(value))
    except (TypeError, ValueError, KeyError, AttributeError):
        return


def _without_record(new: SqliteConnection, told: _Told) -> list[str]:
    """Takes out what has no article, and names each article that is lost so, a line each."""
    known = {row: (name, origin) for row, name, origin in new.execute("SELECT row, id, origin FROM articles")}
    saved = {name for names in known.values() for name in names}
    texts = dict(
        new.execute(
            "SELECT article, substr(text, 1, ?) FROM texts WHERE article NOT IN (SELECT row FROM articles)",
            (_BEGINNING,),
        )
    )
    lost = []
    for row in sorted({*texts, *(row for row, names in told.names.items() if names - saved)} - known.keys()):
        names = sorted(told.names.get(row, ()), key=lambda name: (Path(name).is_absolute(), name))
        if names:
            where = names[-1] if Path(names[-1]).is_absolute() else "its file"
            lost.append(f"lost: article {names[0]}, its record was damaged: add it again from {where}")
        else:
            begins = " ".join(texts[row].split())
            lost.append(f"lost: an article whose name cannot be read, which begins: {begins}")
    for row, (name, origin) in known.items():
        if (others := told.names.get(row, set()) - {name, origin}) and name not in told.names[row]:
            lost.append(f"doubtful: article {name} was named {' or '.join(sorted(others))} in another place")
    for table in ("texts", "blocks", "pages", "scans"):
        new.execute(f"DELETE FROM {table} WHERE article NOT IN (SELECT row FROM articles)")
    new.execute("DELETE FROM tags WHERE id NOT IN (SELECT id FROM articles)")
    know_records(new)
    new.execute(f"UPDATE articles SET {', '.join(f'{name} = {of}' for name, of in DERIVED.items())}")
    named = sum(line.startswith("lost: ") for line in lost)
    unknown = told.counts.articles - len(known) - named if told.counts else 0
    if unknown > 0:
        lost.append(f"lost: {counted(unknown, 'more article')}, of which nothing can be read")
    return lost


def _keep(path: Path) -> str:
    """Keeps the file, and its log if it has one, under a name that is free; the name."""
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        shutil.copy2(log, f"{kept}-wal")
    try:
        os.link(path, kept)
    except OSError:  # a disk without links
        shutil.copy2(path, kept)
    return kept.name
