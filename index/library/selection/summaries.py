"""Articles without their texts: by a condition, by id or file, by words of their titles."""

import json
import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.library.database import Connection
from index.library.sources import under
from index.text.analysis import fold

ROWS_GIVEN = "(SELECT CAST(value AS BIGINT) AS value FROM json_each(?))"  # of a list in JSON


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text."""

    id: str
    title: str
    language: str
    source: str
    origin: str  # the file it was read from
    published: str
    author: str
    characters: int
    passages: int
    kind: str = ""  # the ending of its file
    added: str = ""  # when it first came in, UTC; "" where that was not noted
    tags: tuple[str, ...] = ()  # its own and a person's, sorted


def summaries(connection: Connection, condition: str, *values: object) -> list[ArticleSummary]:
    """The articles of a condition (what follows FROM articles), in its order."""
    found = connection.execute(
        f"""
        SELECT id, title, language, source, origin, published, author, characters,
            (SELECT count(*) FROM passages WHERE article = articles.row), kind, added,
            (SELECT json_group_array(tag) FROM tags WHERE tags.id = articles.id)
        FROM articles {condition}
        """,
        values,
    )
    made: Callable[..., ArticleSummary] = ArticleSummary
    return [made(*told, tags=tuple(sorted(set(json.loads(tags))))) for *told, tags in found]


def found_by_name(connection: Connection, name: str) -> list[ArticleSummary]:
    """The articles with that id, or read from that file or folder, by id."""
    found = summaries(connection, "WHERE id = ?", name)
    for place in dict.fromkeys((name, os.path.abspath(name), os.path.realpath(name))):  # noqa: PTH100
        for condition, values in under(place):
            found += summaries(connection, f"WHERE {condition}", *values)
    return sorted({summary.id: summary for summary in found}.values(), key=lambda summary: summary.id)


def listed(
    connection: Connection, search: str = "", language: str = "", first: int = 0, count: int = 50
) -> tuple[int, list[ArticleSummary]]:
    """How many articles there are, and so many of them from the ``first`` on, the last to come in first.

    ``search`` keeps those whose title or file name has all of its words, letters folded.
    """
    wanted = fold(search).split()

    def says(title: str, source: str) -> bool:
        named = _named(title, source)
        return all(word in named for word in wanted)

    found = connection.execute(
        f"""
        SELECT row{", title, source" if wanted else ""} FROM articles
        {"WHERE language = ?" if language else ""} ORDER BY row DESC
        """,
        (language,) if language else (),
    )
    rows = [row for row, *told in found if not wanted or says(*told)]
    shown = json.dumps(rows[first : first + count])
    return len(rows), summaries(connection, f"WHERE row IN {ROWS_GIVEN} ORDER BY row DESC", shown)


def titled(connection: Connection, terms: Sequence[str | Collection[str]]) -> list[ArticleSummary]:
    """The articles whose title or file name may hold words of all these stems, by id.

    In the place of a stem there may be several, one of which has to stand there.
    """
    wanted = [
        re.compile("|".join(map(_left_of, [term] if isinstance(term, str) else sorted(term))))
        for term in terms
    ]

    def may_hold(title: str, origin: str) -> bool:
        named = _named(title, origin)
        return all(pattern.search(named) for pattern in wanted)

    found = connection.execute("SELECT row, title, origin FROM articles")
    rows = json.dumps([row for row, title, origin in found if may_hold(title, origin)])
    return summaries(connection, f"WHERE row IN {ROWS_GIVEN} ORDER BY id", rows)


def _left_of(stem: str) -> str:
    """What is left of a word in its stem stands there in the same order, but for its end."""
    return ".*?".join(map(re.escape, stem[: max(2, len(stem) - 1)]))


_FOLDERS = re.compile(r"[/\\]")


@lru_cache(maxsize=50_000)
def _named(title: str, source: str) -> str:
    """A title and the name of a file, folded; kept, for a search looks at all of a library's."""
    return fold(f"{title} {_FOLDERS.split(source)[-1]}")
