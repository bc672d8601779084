"""All rows of a library from one database into another: between a file of SQLite and PostgreSQL.

SQLite's file says which tables there are, and which columns. Leaves out the state and what is derived.
"""

from index.library.database.connection import Connection, SqliteConnection

_TOGETHER = 512  # rows


def tables_of(file: SqliteConnection) -> dict[str, str]:
    """The columns of each table of a library, in an order in which they can be filled."""
    named = file.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return {
        name: ", ".join(told[1] for told in file.execute(f"PRAGMA table_info({name})"))
        for (name,) in named.fetchall()
        if name != "meta"
    }


def copy_rows(source: Connection, target: Connection, tables: dict[str, str]) -> None:
    """Puts the rows of the tables into a library that is empty, in the transaction that is open there."""
    for table, columns in tables.items():
        first, *others = columns.split(", ")
        marks = ", ".join("?" * (1 + len(others)))
        order = f"ORDER BY {first}" if first in ("row", "article") else ""  # as an index has them
        rows = source.stream(f"SELECT {columns} FROM {table} {order}")
        while part := rows.fetchmany(_TOGETHER):
            target.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", part)
