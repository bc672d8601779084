"""The articles of a library that a filter keeps, and their passages: by the database's indexes alone.

Each condition is a look into an index; where it is on a name that people shorten (a folder, a site, an
author), the different names there are come first, skipping from one to the next. Conditions on several fields
are intersected by SQLite. What was selected at one revision is kept for the next question.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

import numpy as np

from index.filters import DATES, Filter, endings_of
from index.library.database import Connection
from index.places import ends_with, folder_of, is_of_site, lies_in
from index.search import Rows, Selection
from index.text.analysis import fold
from index.text.dates import DateRange

_KEPT = 32  # selections of a library that are remembered
_GIVEN = "(SELECT value FROM json_each(?))"
_ALL = "SELECT row FROM articles"


@dataclass(frozen=True, slots=True)
class SelectedArticles:
    """What a filter keeps at one revision: articles by row, and their passages as indexes search them.

    ``undated``: how many more there were, but for a date that they do not state, or not exactly enough.
    """

    articles: Rows
    passages: Selection
    undated: int = 0

    def __len__(self) -> int:
        return len(self.articles)

    def __and__(self, other: "SelectedArticles") -> "SelectedArticles":
        return SelectedArticles(
            np.intersect1d(self.articles, other.articles, assume_unique=True),
            Selection(np.intersect1d(self.passages.rows, other.passages.rows, assume_unique=True)),
            max(self.undated, other.undated),
        )

    def __sub__(self, other: "SelectedArticles") -> "SelectedArticles":
        return SelectedArticles(
            np.setdiff1d(self.articles, other.articles, assume_unique=True),
            Selection(np.setdiff1d(self.passages.rows, other.passages.rows, assume_unique=True)),
        )


class Selections:
    """What was selected of a library lately, by revision and filter; shared by threads."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, Filter], SelectedArticles] = {}

    def get(self, connection: Connection, revision: int, filter: Filter) -> SelectedArticles:
        """What the filter keeps, as the connection sees the library."""
        key = revision, filter
        if (found := self._kept.get(key)) is None:
            found = self._kept[key] = select(connection, filter)
            for old in [*self._kept][:-_KEPT]:
                self._kept.pop(old, None)
        return found


def select(connection: Connection, filter: Filter) -> SelectedArticles:
    """What the filter keeps; all where it has no conditions."""
    query = _Query.of(connection, filter, filter.fields)
    articles = connection.execute(query.text, query.values).fetchall()
    passages = connection.execute(
        f"SELECT row FROM passages WHERE article IN (SELECT row FROM ({query.text}) AS kept) ORDER BY row"
        if filter
        else "SELECT row FROM passages ORDER BY row",
        query.values if filter else (),
    ).fetchall()
    undated = 0
    if dated := [field for field in DATES if filter.values(field)]:
        others = ((field, values) for field, values in filter.fields if field not in dated)
        query = _Query.of(connection, filter, [*others, *((f"no {field}", []) for field in dated)])
        undated = connection.one(f"SELECT count(*) FROM ({query.text}) AS kept", *query.values)[0]
    return SelectedArticles(_rows(articles), Selection(_rows(passages)), undated)


@dataclass(frozen=True, slots=True)
class _Query:
    """A statement that gives rows of ``articles``, and its values."""

    text: str
    values: tuple[object, ...] = ()

    @classmethod
    def of(cls, connection: Connection, filter: Filter, wanted: Iterable[tuple[str, list[str]]]) -> "_Query":
        """What has one of the values of each field, and none of those that the filter excludes."""
        parts = [_having(connection, field, values, filter) for field, values in wanted] or [cls(_ALL)]
        texts, values = [" INTERSECT ".join(part.text for part in parts)], [part.values for part in parts]
        for field in dict.fromkeys(one.field for one in filter.conditions if one.excluded):
            part = _having(connection, field, filter.values(field, excluded=True), filter)
            texts.append(part.text)
            values.append(part.values)
        return cls(" EXCEPT ".join(texts), tuple(value for each in values for value in each))


def _having(connection: Connection, field: str, values: list[str], filter: Filter) -> _Query:
    match field:
        case "id":
            return _Query(f"{_ALL} WHERE id IN {_GIVEN}", (json.dumps(values),))
        case "language":
            return _Query(f"{_ALL} WHERE language IN {_GIVEN}", (json.dumps(values),))
        case "kind":
            endings = [ending for value in values for ending in endings_of(value)]
            return _Query(f"{_ALL} WHERE kind IN {_GIVEN}", (json.dumps(endings),))
        case "tag":
            tagged = f"SELECT id FROM tags WHERE folded IN {_GIVEN}"
            return _Query(f"{_ALL} WHERE id IN ({tagged})", (json.dumps([fold(value) for value in values]),))
        case "author":
            found = [name for name in names(connection, "author") if _is_by(name, values)]
            return _Query(f"{_ALL} WHERE author IN {_GIVEN}", (json.dumps(found),))
        case "source":
            return _from(connection, values)
        case "no published" | "no added":
            field = field.removeprefix("no ")
            doubtful = {key for value in filter.values(field) for key in DateRange.parse(value).doubtful}
            return _Query(f"{_ALL} WHERE {_COLUMNS[field]} IN {_GIVEN}", (json.dumps(["", *doubtful]),))
        case _:
            return _within(_COLUMNS[field], [DateRange.parse(value) for value in values])


_COLUMNS = {"published": "dated", "added": "added"}


def _within(column: str, ranges: Iterable[DateRange]) -> _Query:
    texts, values = list[str](), list[object]()
    for one in ranges:
        first, last = one.bounds
        texts.append(f"{column} >= ? AND {column} < ? AND {column} NOT IN {_GIVEN}")
        values += [first or "0", last, json.dumps(one.doubtful)]
    # A statement for each: SQLite looks into an index for both ends of one range.
    return _Query(_union(f"{_ALL} WHERE {text}" for text in texts), tuple(values))


def _from(connection: Connection, values: list[str]) -> _Query:
    """Of a folder, a site or a file; a name that ends in a slash is no file's."""
    folders, sites = names(connection, "folder"), names(connection, "site")
    texts = [f"{_ALL} WHERE folder IN {_GIVEN}", f"{_ALL} WHERE site IN {_GIVEN}"]
    found: list[object] = [
        json.dumps([folder for folder in folders if any(lies_in(folder, value) for value in values)]),
        json.dumps([site for site in sites if any(is_of_site(site, value) for value in values)]),
    ]
    files = []
    for value in values:
        plain = value.replace("\\", "/")
        if PurePath(plain).suffix and not plain.endswith("/"):
            place, name = folder_of(plain), PurePath(plain).name
            files += [f"{folder}{name}" for folder in folders if ends_with(folder, place)]
    if files:
        texts.append(f"{_ALL} WHERE origin IN {_GIVEN}")
        found.append(json.dumps(files))
    return _Query(_union(texts), tuple(found))


def _union(texts: Iterable[str]) -> str:
    return f"SELECT row FROM ({' UNION '.join(texts)}) AS one_of"


def names(connection: Connection, column: str, table: str = "articles") -> list[str]:
    """The different values of a column that an index begins with, sorted; it skips from one to the next."""
    found = connection.execute(f"""
        WITH RECURSIVE each (name) AS (
            SELECT min({column}) FROM {table}
            UNION ALL
            SELECT (SELECT min({column}) FROM {table} WHERE {column} > name) FROM each WHERE name IS NOT NULL
        )
        SELECT name FROM each WHERE name <> ''
    """)
    return [name for (name,) in found]


def _is_by(author: str, values: Iterable[str]) -> bool:
    """Whether all the words of one of the values are an author's."""
    known = _words(author)
    return any(_words(value) <= known and _words(value) for value in values)


@lru_cache(maxsize=20_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(fold(name).replace(",", " ").replace(".", " ").split())


def _rows(found: Iterable[tuple[int]]) -> Rows:
    return np.array(sorted(row for (row,) in found), dtype=np.int64)
