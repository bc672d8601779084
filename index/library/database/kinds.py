"""Which database a library is in: the file of SQLite in its folder, or PostgreSQL, which the folder names."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from index.errors import UserError
from index.library.database import FILE, LOGS, Database
from index.library.database.postgres import ServerDatabase
from index.library.database.postgres.address import REMEMBERED, Address, remembered
from index.library.database.postgres.connection import INDEXES
from index.search import IndexKinds

LibraryDatabase = Database | ServerDatabase


class Backends(TypedDict, total=False):
    """What a library is kept and searched in, where that is not what its folder says.

    ``kinds``: what it is searched by from its next change; without them that stays what it is. ``database``:
    the URL of one in PostgreSQL (docs/postgres.md), for a folder that remembers none.
    """

    kinds: IndexKinds | None
    database: str


def database_of(folder: Path, url: str = "") -> LibraryDatabase:
    """The database of the library in a folder; ``url`` names one in PostgreSQL for a folder that has none.

    Nothing is opened. ``UserError`` where the folder holds a library of its own.
    """
    known = remembered(folder)
    address = Address.parse(url) if url else known
    if known and address and (known.database, known.schema) != (address.database, address.schema):
        raise UserError(
            f"the folder {folder} belongs to the library in {known}: name another folder, with --library, "
            f"for that in {address}"
        )
    if address is None:
        return Database(folder)
    if (own := Database(folder)).exists():
        raise UserError(
            f"the library in {folder} is in a file of its own, {own.path.name}: name another folder, with "
            f"--library, for that in {address}"
        )
    return ServerDatabase(folder, address)


def make_folder(folder: Path, indexes: Iterable[str] = ()) -> None:
    """Makes the folder of a new library, if need be; ``UserError`` where anything else lies in it.

    ``indexes``: how the names of search indexes begin, which a library that was cut off leaves there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise UserError(
            f"no library can be made in {folder} ({error.strerror}): name another folder"
        ) from error
    begins = tuple(f"{name}-" for name in indexes)
    ours = {"lock", REMEMBERED, INDEXES, FILE, f"{FILE}-journal", *(f"{FILE}{log}" for log in LOGS)}
    if any(name not in ours and not name.startswith(begins) for name in names):
        raise UserError(f"no library can be made in {folder}: it is not empty; name another folder")
