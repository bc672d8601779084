"""What a library knows of the web: what is followed, the pages that were asked for, the addresses of each.

It lies in the library's database beside the articles. A page that is known and has no article was removed by
a person, and does not come back by itself.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import UserError
from index.library.database import Connection
from index.library.database.failures import told_apart
from index.library.database.kinds import database_of
from index.library.lock import writer_lock


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """A feed or sitemap that is followed: as it was named, and where it is; ``children`` are its sitemaps."""

    address: str
    kind: str
    title: str = ""
    at: str = ""
    etag: str = ""
    modified: str = ""
    asked: int = 0  # seconds since 1970
    problem: str = ""  # why it gave nothing when it was asked last
    children: tuple[tuple[str, str], ...] = ()  # address and when it changed, of those read to their end


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page that gave an article: where it is asked for, and what it and its source stated."""

    id: str
    source: str = ""
    asked: int = 0
    gone: str = ""
    at: str = ""
    etag: str = ""
    modified: str = ""
    digest: str = ""  # SHA-256 (hex) of its answer
    changed: int = 0  # when its article did, as far as it was looked at
    problem: str = ""
    refused: str = ""  # why it never gave an article; its address is known, so as not to ask at every turn
    listed: str = ""  # what its source said of its last change
    published: str = ""
    title: str = ""
    author: str = ""


class WebRecords:
    """The records of the library in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = database_of(folder)

    def sources(self) -> list[FollowedSource]:
        """All that are followed, by address."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT address, kind, title, told FROM web_sources ORDER BY address")
            return [_source(row) for row in found.fetchall()]

    def source(self, address: str) -> FollowedSource | None:
        with self._database.reading() as connection:
            row = connection.one(
                "SELECT address, kind, title, told FROM web_sources WHERE address = ?", address
            )
        return _source(row) if row else None

    def pages(self, source: str) -> list[KnownPage]:
        """The pages of a source, "" for those that a person named, those asked longest ago first."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT id, source, asked, gone, told FROM web_pages WHERE source = ?", (source,)
            ).fetchall()
        return sorted((_page(row) for row in found), key=lambda page: (page.asked, page.id))

    def stored(self, source: str) -> list[KnownPage]:
        """The pages of a source whose article is in the library: a person may have removed it."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT web_pages.id, web_pages.source, asked, gone, told FROM web_pages "
                "CROSS JOIN articles USING (id) WHERE web_pages.source = ?",
                (source,),
            )
            return [_page(row) for row in found.fetchall()]

    def page(self, address: str) -> KnownPage | None:
        """The page that an address is known to lead to."""
        with self._database.reading() as connection:
            row = connection.one(
                "SELECT web_pages.id, source, asked, gone, told FROM web_addresses "
                "CROSS JOIN web_pages USING (id) WHERE address = ?",
                address,
            )
        return _page(row) if row else None

    def addresses(self, page: str) -> list[str]:
        """The addresses that are known to lead to a page, sorted."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT address FROM web_addresses WHERE id = ? ORDER BY address", (page,)
            )
            return [address for (address,) in found.fetchall()]

    def known(self, addresses: Iterable[str]) -> set[str]:
        """Those of the addresses that lead to a page that is known."""
        with self._database.reading() as connection:
            query = "SELECT 1 FROM web_addresses WHERE address = ?"
            return {address for address in addresses if connection.one(query, address)}

    def put(self, pages: Sequence[KnownPage], addresses: Iterable[tuple[str, str]] = ()) -> None:
        """Keeps pages, and addresses with the ids that they lead to from now on."""
        with self._changing() as connection:
            connection.executemany(
                """
                INSERT INTO web_pages (id, source, asked, gone, told) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET source = excluded.source, asked = excluded.asked,
                    gone = excluded.gone, told = excluded.told
                """,
                [(p.id, p.source, p.asked, p.gone, _told(p)) for p in pages],
            )
            since = datetime.now(UTC).isoformat(" ", "seconds")[:19]
            connection.executemany(
                """
                INSERT INTO web_addresses (address, id, since) VALUES (?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET id = excluded.id, since = excluded.since
                """,
                [(address, page, since) for address, page in addresses],
            )

    def merge(self, page: str, into: str) -> None:
        """Has every address of a page lead to another, and forgets the page."""
        with self._changing() as connection:
            connection.execute("UPDATE web_addresses SET id = ? WHERE id = ?", (into, page))
            connection.execute("DELETE FROM web_pages WHERE id = ?", (page,))

    def follow(self, source: FollowedSource) -> None:
        """Keeps a source, in the place of what was known of it."""
        with self._changing() as connection:
            told = json.dumps(
                {name: value for name, value in asdict(source).items() if name not in _OWN_COLUMNS}
            )
            connection.execute(
                """
                INSERT INTO web_sources (address, kind, title, told) VALUES (?, ?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET kind = excluded.kind, title = excluded.title,
                    told = excluded.told
                """,
                (source.address, source.kind, source.title, told),
            )

    def unfollow(self, address: str) -> int:
        """Forgets a source and its pages; how many articles of it stay. ``UserError`` where it is none."""
        with self._changing() as connection:
            if not connection.execute("DELETE FROM web_sources WHERE address = ?", (address,)).rowcount:
                raise UserError(
                    f"{address} is not followed by {self._folder}; see what is with: "
                    f"majlis index follow --list --library {self._folder}"
                )
            [stay] = connection.one(
                "SELECT count(*) FROM web_pages CROSS JOIN articles USING (id) WHERE web_pages.source = ?",
                address,
            )
            connection.execute(
                "DELETE FROM web_addresses WHERE id IN (SELECT id FROM web_pages WHERE source = ?)",
                (address,),
            )
            connection.execute("DELETE FROM web_pages WHERE source = ?", (address,))
        return int(stay)

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with (
            writer_lock(self._folder),
            told_apart(self._folder),
            self._database.writing() as connection,
            connection.transaction(),
        ):
            yield connection


_OWN_COLUMNS = ("address", "kind", "title", "id", "source", "gone")


def _told(page: KnownPage) -> str:
    own = ("id", "source", "asked", "gone")
    return json.dumps({name: value for name, value in asdict(page).items() if name not in own and value})


def _page(row: Sequence[Any]) -> KnownPage:
    name, source, asked, gone, told = row
    return KnownPage(name, source, asked, gone, **json.loads(told))


def _source(row: Sequence[Any]) -> FollowedSource:
    address, kind, title, told = row
    values = json.loads(told)
    children = tuple((child, changed) for child, changed in values.pop("children", []))
    return FollowedSource(address, kind, title, children=children, **values)
