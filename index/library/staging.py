"""What comes in with a change: a stream of articles, staged in temporary tables.

Memory stays bounded whatever comes. Only what is new or changed is split and kept; of an article that is
stored just so, only its name is noted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.articles import Article
from index.library.database import Connection
from index.library.database.schema import DERIVED
from index.library.records import (
    BLOCK_FIELDS,
    FIELDS,
    PAGE_FIELDS,
    SCAN_FIELDS,
    block_rows,
    derived,
    page_rows,
    record_hash,
    scan_rows,
    tag_rows,
    text_hash,
)
from index.library.sources import is_missing, under
from index.passages import split_article

_AT_ONCE = 500  # texts that are looked for together
_NUMBERS = {"start", "end", "level", "head", "number"}


def _columns(fields: str) -> str:
    """The definitions of columns that hold an article's fields."""
    kinds = {"packed": "BLOB"} | dict.fromkeys(_NUMBERS, "INTEGER")
    return ", ".join(f"{name} {kinds.get(name, 'TEXT')}" for name in fields.split(", "))


_TABLES = f"""
CREATE TEMP TABLE staged (
    n INTEGER PRIMARY KEY, {_columns(FIELDS)}, {_columns(", ".join(DERIVED))}, record_hash BLOB,
    changed INTEGER, UNIQUE (id)
);
CREATE TEMP TABLE staged_passages (id TEXT, start INTEGER, end INTEGER, text_hash BLOB);
CREATE TEMP TABLE staged_blocks (id TEXT, {_columns(BLOCK_FIELDS)});
CREATE TEMP TABLE staged_pages (id TEXT, {_columns(PAGE_FIELDS)});
CREATE TEMP TABLE staged_scans (id TEXT, {_columns(SCAN_FIELDS)});
CREATE TEMP TABLE staged_tags (id TEXT, folded TEXT, tag TEXT);
CREATE INDEX temp.staged_by_origin ON staged (origin);
CREATE INDEX temp.staged_passages_by_id ON staged_passages (id);
CREATE INDEX temp.staged_blocks_by_id ON staged_blocks (id);
CREATE INDEX temp.staged_pages_by_id ON staged_pages (id);
CREATE INDEX temp.staged_scans_by_id ON staged_scans (id);
CREATE INDEX temp.staged_tags_by_id ON staged_tags (id);
CREATE TEMP TABLE to_embed (n INTEGER PRIMARY KEY, text_hash BLOB UNIQUE, text TEXT);
CREATE TEMP TABLE leaving (row INTEGER PRIMARY KEY);  -- articles that go, or give way to their new selves
CREATE TEMP TABLE kept (id TEXT PRIMARY KEY, formerly TEXT, added TEXT);  -- of those that come again or moved
"""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """The articles that a change concerns, by their files, or their ids where they have none."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]  # from where to where
    gone: tuple[str, ...]


_SAME_TEXT = """
SELECT articles.row, articles.origin
FROM passages JOIN articles ON articles.row = passages.article JOIN texts ON texts.article = articles.row
WHERE (text_hash, start) = (SELECT text_hash, start FROM staged_passages WHERE id = ? ORDER BY start LIMIT 1)
AND text = (SELECT text FROM staged WHERE id = ?) AND articles.id <> ?
AND articles.id NOT IN (SELECT id FROM staged) AND articles.row NOT IN (SELECT row FROM leaving)
"""


class Staging:
    """The articles of one change; ``problems`` has a line for each that does not go in."""

    def __init__(self, connection: Connection, fingerprint: str) -> None:
        self._connection = connection
        self._fingerprint = fingerprint
        self.problems: list[str] = []
        self.moves: list[tuple[str, str]] = []  # from which file to which
        connection.executescript(_TABLES)

    def stage(self, articles: Iterable[Article]) -> None:
        """Reads the stream to its end."""
        self._connection.execute("BEGIN")  # one for all the temporary rows; it takes no lock that others want
        try:
            for article in articles:
                self._stage(article)
        finally:
            self._connection.execute("COMMIT")

    def _stage(self, article: Article) -> None:
        digest = record_hash(article)
        stored = self._connection.one("SELECT record_hash, origin FROM articles WHERE id = ?", article.id)
        staged = self._connection.one("SELECT record_hash, origin FROM staged WHERE id = ?", article.id)
        changed = stored is None or stored[0] != digest
        if staged is None:
            self._put(article, digest, changed)
        elif staged[0] != digest:  # else it is the same file, named twice
            places = [staged[1], article.origin]
            if stored is not None and stored[1] == article.origin != staged[1]:  # the stored one comes second
                places.reverse()
                self._forget(article.id)
                self._put(article, digest, changed)
            self._report(article.id, "comes from {} and from {}", *places)

    def restage(self, article: Article) -> None:
        """Splits a stored article again, though it has not changed."""
        self._put(article, record_hash(article), changed=True)

    def has_from(self, origin: str) -> bool:
        """Whether any article came from that file."""
        return self._connection.one("SELECT 1 FROM staged WHERE origin = ? LIMIT 1", origin) is not None

    def came(self) -> bool:
        """Whether anything came at all."""
        return self._connection.one("SELECT 1 FROM staged LIMIT 1") is not None

    def keep_first(self, reread: Callable[[str], bool]) -> None:
        """Keeps a stored article from giving way to a namesake from elsewhere, while its own file is there.

        ``reread`` tells the origins that were read again: what did not come from those has left them.
        """
        for article_id, old, new in self._connection.execute("""
            SELECT id, articles.origin, staged.origin FROM staged JOIN articles USING (id)
            WHERE articles.origin NOT IN ('', staged.origin) AND staged.origin <> ''
        """).fetchall():
            if not is_missing(old) and not reread(old):
                self._report(article_id, "is stored from {} and comes from {}", old, new)
                self._forget(article_id)
                self._connection.execute("INSERT INTO staged (id, changed) VALUES (?, 0)", (article_id,))
        self._connection.execute(
            "DELETE FROM to_embed WHERE text_hash NOT IN (SELECT text_hash FROM staged_passages)"
        )

    def follow_moves(self) -> None:
        """Marks the stored articles whose file is gone and whose text came from another: they moved."""
        for article_id, origin in self._connection.execute("""
            SELECT id, origin FROM staged WHERE changed = 1 AND id NOT IN (SELECT id FROM articles)
        """).fetchall():
            for row, old in self._connection.execute(_SAME_TEXT, (article_id, article_id, article_id)):
                if Path(old).is_absolute() and is_missing(old):
                    self._connection.execute("INSERT INTO leaving VALUES (?)", (row,))
                    self._connection.execute(
                        "INSERT INTO kept SELECT ?, id, added FROM articles WHERE row = ? ON CONFLICT (id) "
                        "DO UPDATE SET formerly = excluded.formerly, added = excluded.added",
                        (article_id, row),
                    )
                    self.moves.append((old, origin))
                    break

    def keep_what_is_not_said(self) -> None:
        """Keeps when an article came in and how a person tagged it, where it gives way or moved.

        Of what leaves for good, and of what articles state, no tag stays. For the transaction of the change.
        """
        run = self._connection.execute
        run(
            "INSERT INTO kept SELECT id, id, added FROM staged CROSS JOIN articles USING (id) "
            "WHERE changed = 1 ON CONFLICT DO NOTHING"
        )
        run("""
            INSERT INTO tags SELECT folded, kept.id, 0, tag
            FROM kept CROSS JOIN tags ON tags.id = formerly AND stated = 0 WHERE 1 = 1
            ON CONFLICT DO NOTHING
        """)
        gone = "SELECT id FROM leaving CROSS JOIN articles USING (row)"
        run(f"DELETE FROM tags WHERE stated = 1 AND id IN ({gone})")
        run(f"DELETE FROM tags WHERE stated = 0 AND id IN ({gone}) AND id NOT IN (SELECT id FROM kept)")

    def remove_named(self, ids: Iterable[str]) -> int:
        """Marks the stored articles with these ids: they go. How many."""
        return self._connection.executemany(
            "INSERT INTO leaving SELECT row FROM articles WHERE id = ? ON CONFLICT DO NOTHING",
            [(name,) for name in ids],
        ).rowcount

    def remove(self, chosen: Callable[[str], bool], places: Sequence[str] | None = None) -> int:
        """Marks the stored articles that did not come and are chosen by origin: they go. How many.

        Of ``places``, files and folders, if these are given; else every article is looked at.
        """
        conditions: list[tuple[str, tuple[str, ...]]] = [("", ())]
        if places is not None:
            conditions = [
                (f"AND {condition}", values) for place in places for condition, values in under(place)
            ]
        rows = []
        for condition, values in conditions:
            found = self._connection.execute(
                f"""
                SELECT row, origin FROM articles WHERE id NOT IN (SELECT id FROM staged)
                AND row NOT IN (SELECT row FROM leaving) {condition}
                """,
                values,
            ).fetchall()
            rows += [(row,) for row, origin in found if chosen(origin)]
        return self._connection.executemany(
            "INSERT INTO leaving VALUES (?) ON CONFLICT DO NOTHING", rows
        ).rowcount

    def plan(self) -> SyncPlan:
        """Which articles are concerned, by what becomes of them."""
        moved_to = {new for _, new in self.moves}
        moved_from = {old for old, _ in self.moves}
        gone = self._connection.execute("SELECT id, origin FROM leaving CROSS JOIN articles USING (row)")
        came = {
            known: self._connection.execute(
                f"""
                SELECT id, origin FROM staged WHERE changed = 1
                AND id {"IN" if known else "NOT IN"} (SELECT id FROM articles)
                """
            ).fetchall()
            for known in (False, True)
        }
        return SyncPlan(
            new=tuple(sorted(origin or name for name, origin in came[False] if origin not in moved_to)),
            changed=tuple(sorted(origin or name for name, origin in came[True])),
            moved=tuple(sorted(self.moves)),
            gone=tuple(sorted(origin or name for name, origin in gone if origin not in moved_from)),
        )

    def queue_stored(self) -> None:
        """Wants vectors for every stored passage that stays: of another embedder, or where some are lost."""
        for article, text in self._connection.stream("""
            SELECT article, text FROM texts WHERE article NOT IN (SELECT row FROM leaving)
            AND article NOT IN (SELECT row FROM articles JOIN staged USING (id) WHERE changed = 1)
        """):
            held = self._connection.execute(
                "SELECT start, end, text_hash FROM passages WHERE article = ?", (article,)
            )
            self._queue({digest: text[start:end] for start, end, digest in held})

    def _put(self, article: Article, digest: bytes, changed: bool) -> None:
        fields = FIELDS.split(", ") if changed else ["id", "origin"]
        values = [getattr(article, field) for field in fields]
        if changed:
            fields += DERIVED
            values += derived(article)
        self._connection.execute(
            f"INSERT INTO staged ({', '.join(fields)}, record_hash, changed) "
            f"VALUES ({'?, ' * len(fields)}?, ?)",
            (*values, digest, changed),
        )
        if changed:
            self._connection.executemany(
                "INSERT INTO staged_blocks VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(article.id, *values) for values in block_rows(article)],
            )
            self._connection.executemany(
                "INSERT INTO staged_pages VALUES (?, ?, ?, ?, ?, ?)",
                [(article.id, *values) for values in page_rows(article)],
            )
            self._connection.executemany(
                "INSERT INTO staged_scans VALUES (?, ?, ?, ?, ?, ?)",
                [(article.id, *values) for values in scan_rows(article)],
            )
            self._connection.executemany("INSERT INTO staged_tags VALUES (?, ?, ?)", tag_rows(article))
            passages = [(passage, text_hash(passage.text)) for passage in split_article(article)]
            self._connection.executemany(
                "INSERT INTO staged_passages VALUES (?, ?, ?, ?)",
                [(article.id, passage.start, passage.end, digest) for passage, digest in passages],
            )
            self._queue({digest: passage.text for passage, digest in passages})

    def _queue(self, texts: dict[bytes, str]) -> None:
        """Wants vectors for texts, by their hashes, where there are none."""
        wanted = list(texts)
        known = set[bytes]()
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            found = self._connection.execute(
                f"SELECT text_hash FROM vectors WHERE fingerprint = ? AND text_hash IN ({marks})",
                (self._fingerprint, *some),
            )
            known.update(digest for (digest,) in found)
        self._connection.executemany(
            "INSERT INTO to_embed (text_hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(digest, text) for digest, text in texts.items() if digest not in known],
        )

    def _forget(self, article_id: str) -> None:
        kinds = ("passages", "blocks", "pages", "scans", "tags")
        for rows in ("staged", *(f"staged_{kind}" for kind in kinds)):
            self._connection.execute(f"DELETE FROM {rows} WHERE id = ?", (article_id,))

    def _report(self, article_id: str, what: str, first: str, second: str) -> None:
        line = f"{article_id}: the same id {what.format(first or 'a script', second or 'a script')}"
        self.problems.append(f"{line}; the first stays: give one of them another id")
