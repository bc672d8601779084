"""Which engine a library is searched in: a property of the library, so that whoever opens it does right.

Its state names its indexes by their kind. A change that is told of another kind makes the indexes of that one
afresh, from what is stored, and the library is searched there from then on. Where Milvus is, its index's file
says; another address of the same server may be given with each command.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from index.errors import UserError
from index.library.database.kinds import LibraryDatabase
from index.search import IndexKinds, index_kinds


def library_kinds(database: LibraryDatabase, search: str = "", url: str = "") -> IndexKinds:
    """The kinds of the indexes of the library in a database; those of ``search``, where that is given.

    ``url``: of Milvus, if it is not where the library says.
    """
    files = _in_milvus(database)
    if search == "local" or (not search and files is None):
        return index_kinds()
    from index.search.milvus import milvus_kinds, place_in

    if not url and files is not None:
        with suppress(ValueError):
            url = place_in(files).url
    return milvus_kinds(url)


def note_left(folder: Path, kinds: IndexKinds) -> None:
    """Notes the collections of a library that these kinds search, and Milvus did until now."""
    if any(folder.glob("milvus-*")) and all(kind.name != "milvus" for kind in kinds):
        from index.search.milvus import leaving

        leaving.note_left(folder)


def _in_milvus(database: LibraryDatabase) -> Path | None:
    """The file that says where the library's passages lie in Milvus; none where it is searched here."""
    try:
        with database.reading() as connection:
            files = connection.read_state().indexes.get("milvus")
    except (UserError, sqlite3.Error):  # not there, damaged, or not to be read: whoever opens it tells
        return max(database.folder.glob("milvus-*"), default=None)
    return database.folder / files.name if files is not None else None
