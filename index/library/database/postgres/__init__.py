"""A library's tables in PostgreSQL: for many servers that ask, and as many that change it, one at a time.

Each library is a schema of a database. The folder holds what each server has for itself: the search indexes,
which are made from the tables, and the address. Who changes the library holds a lease, an advisory lock of
the session; the server ends it with the connection, however that ends.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from index.errors import LibraryDamaged, LibraryTooNew, NoLibrary, UserError
from index.library.database import Database
from index.library.database.postgres.address import REMEMBERED, Address, remember
from index.library.database.postgres.connection import CHANGES, ServerConnection
from index.library.database.postgres.copying import copy_rows, tables_of
from index.library.database.postgres.lease import end_lease, take_lease
from index.library.database.postgres.pool import Pool
from index.library.database.schema import MIGRATIONS, SCHEMA, SCHEMA_VERSION
from index.library.database.state import State

FIRST_FORMAT = 4  # of those in PostgreSQL


class ServerDatabase:
    """The tables of the library whose folder this is, in the schema of an address."""

    def __init__(self, folder: Path, address: Address) -> None:
        self.folder = folder
        self.path = folder / REMEMBERED
        self.address = address
        self._pool = Pool(lambda: ServerConnection.open(address, folder))

    def create(self, state: State) -> None:
        """Makes the tables, empty but for the state, and remembers the address in the folder."""
        with self._leased() as connection, self._made(connection):
            connection.write_state(state)
        remember(self.folder, self.address)

    def fill(self, file: Database) -> None:
        """Makes the tables, and puts all of the library of a file of SQLite into them."""
        with file.reading() as source, self._leased() as connection:
            with self._made(connection):
                copy_rows(source, connection, tables_of(source))
                connection.continue_numbers()
                connection.write_state(replace(source.read_state(), indexes={}))
            connection.compact()
        remember(self.folder, self.address)

    def remove(self) -> None:
        """Takes the tables of the library away."""
        with self._leased() as connection, connection.transaction():
            for table in re.findall(r"CREATE TABLE (\w+)", SCHEMA + CHANGES)[::-1]:
                connection.execute(f"DROP TABLE IF EXISTS {table} CASCADE")

    def exists(self) -> bool:
        """Whether there is a library in the schema."""
        with self._pool.connection() as connection:
            return connection.has_library()

    def check(self) -> None:
        """Nothing, for a library that this version reads; else the ``UserError`` that says what it is.

        One that an older version made is brought to this version's format.
        """
        with self._pool.connection() as connection:
            if not connection.has_library():
                raise NoLibrary(
                    f"there is no library in {self.address}: make one with: majlis index build PATH... "
                    f"--library {self.folder} --database {self.address}"
                )
            version = connection.format()
        if version is None or version < FIRST_FORMAT:
            raise LibraryDamaged(
                f"the library in {self.address} does not say of which format it is: bring the database back "
                "from a backup"
            )
        if version > SCHEMA_VERSION:
            raise LibraryTooNew(
                f"the library in {self.address} was made by a newer Majlis (format {version}, this one reads "
                f"{SCHEMA_VERSION}): run: pip install --upgrade majlis"
            )
        if version < SCHEMA_VERSION:
            self._upgrade()
        remember(self.folder, self.address)

    def _upgrade(self) -> None:
        with self._leased() as connection, connection.transaction():
            # read again: another server may have been quicker
            for version in range(connection.format() or SCHEMA_VERSION, SCHEMA_VERSION):
                cast(Callable[[Any], None], MIGRATIONS[version])(connection)
            connection.write_state(connection.read_state())

    @contextmanager
    def reading(self) -> Iterator[ServerConnection]:
        """A connection inside a read transaction: it sees one revision for as long as it is open."""
        with self._pool.connection() as connection:
            connection.begin_reading()
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[ServerConnection]:
        """A connection for changes, outside any transaction; ``LibraryBusy`` where another has the lease."""
        with self._leased() as connection:
            yield connection

    @contextmanager
    def deriving(self) -> Iterator[ServerConnection]:
        """A connection for who makes the indexes of the newest revision in this folder."""
        with self.reading() as connection:
            yield connection

    def damage(self) -> str:
        """Nothing: what is wrong with its files the server finds, and tells when they are read."""
        self.check()
        return ""

    @contextmanager
    def _leased(self) -> Iterator[ServerConnection]:
        connection = ServerConnection.open(self.address, self.folder, writes=True)
        try:
            take_lease(connection, self.address)
            yield connection
        finally:
            end_lease(connection)

    @contextmanager
    def _made(self, connection: ServerConnection) -> Iterator[None]:
        """Makes the tables in a transaction, for the block to fill them."""
        encoding = connection.one("SHOW server_encoding")[0]
        if encoding != "UTF8":
            raise UserError(
                f"{self.address} is of the encoding {encoding}: make a database for the library with: "
                "createdb --encoding UTF8 --template template0 NAME"
            )
        if connection.has_library():  # another server was quicker
            raise UserError(f"there is a library in {self.address} already: name another schema")
        with connection.transaction():
            if connection.one("SELECT to_regnamespace(?) IS NULL", self.address.quoted_schema)[0]:
                connection.execute(f"CREATE SCHEMA {self.address.quoted_schema}")
            connection.executescript(SCHEMA)
            connection.executescript(CHANGES)
            yield
