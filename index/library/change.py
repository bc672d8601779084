"""How a library is changed: what was staged becomes one transaction.

``embed`` computes the vectors that are not there yet and commits them batch by batch, so a build that is cut
off goes on where it was; a vector alone makes nobody a member. ``publish`` changes articles, passages,
revision and indexes together: before it the old library is there, after it the new one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from index.articles import Article
from index.embedders import Embedder
from index.errors import UnreadableArticle
from index.library.database import Connection, Counts
from index.library.database.schema import DERIVED
from index.library.generations import Generations
from index.library.records import BLOCK_FIELDS, PAGE_FIELDS, SCAN_FIELDS
from index.library.sources import unread
from index.library.staging import Staging
from index.passages import SPLITTER_VERSION
from index.progress import Progress, silent
from index.text.analysis import fold
from index.web.addresses import is_address

_FIRST_BATCH, _LARGEST_BATCH = 32, 4096  # texts between two commits, fewer where they take long:
_NEEDED_BY_NONE = "NOT EXISTS (SELECT 1 FROM passages WHERE passages.text_hash = vectors.text_hash)"
_COMMIT_EVERY = 3.0  # seconds of embedding, about: what a kill can cost


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did, in articles; ``passages`` and ``revision`` are the library's after it."""

    added: int
    updated: int
    unchanged: int
    removed: int
    passages: int
    embedded: int  # texts: the same text in two articles is one
    revision: int
    moved: int = 0  # to another file, with the same text; neither added nor removed
    problems: tuple[str, ...] = ()  # articles that did not go in, a line each


class LibraryWriter:
    """One change under way, on a connection of its own, under the writer's lock."""

    def __init__(
        self,
        connection: Connection,
        generations: Generations,
        embedder: Callable[[], Embedder],
        other: Embedder | None = None,
    ) -> None:
        """``embedder`` gives the library's when it is needed; ``other`` takes its place from now on."""
        self._connection = connection
        self._generations = generations
        self._embedder = embedder
        self._old = self._new = connection.read_state()
        if other is not None:
            self._embedder = lambda: other
            self._new = replace(
                self._old, embedder=other.name, fingerprint=other.fingerprint, dimension=other.dimension
            )
        self.staging = Staging(connection, self._new.fingerprint)

    @property
    def stored(self) -> int:
        """How many articles the library holds before the change."""
        return self._old.counts.articles

    @property
    def _other_embedder(self) -> bool:
        return self._new.fingerprint != self._old.fingerprint

    def stage_all(self, articles: Iterable[Article], problems: Sequence[UnreadableArticle]) -> int:
        """Stages what is to be all of the library but for what came from the web; how many articles go."""
        self.staging.stage(articles)
        closed = unread(problems)
        self.staging.follow_moves()
        return self.staging.remove(lambda origin: not (closed(origin) or is_address(origin)))

    def embed(self, progress: Progress) -> int:
        """Computes and stores the vectors that are wanted; how many. Loads no embedder for none."""
        if self._other_embedder:
            self.staging.queue_stored()
        total = int(self._connection.one("SELECT count(*) FROM to_embed")[0])
        done = last = 0
        size = min(_FIRST_BATCH, _LARGEST_BATCH)
        while batch := self._connection.execute(
            "SELECT n, text_hash, text FROM to_embed WHERE n > ? ORDER BY n LIMIT ?", (last, size)
        ).fetchall():
            begun = monotonic()
            texts = [text for _, _, text in batch]
            windows = self._embedder().embed_passages(
                texts, progress=_part_of(progress, done, len(batch), total)
            )
            given, asked = (len(windows), windows.vectors.shape[1]), (len(batch), self._new.dimension)
            if given != asked:
                raise ValueError(f"embedder gave (texts, dimension) {given}, not {asked}")
            with self._connection.transaction():
                self._connection.executemany(
                    "INSERT INTO vectors VALUES (?, ?, ?) "
                    "ON CONFLICT (fingerprint, text_hash) DO UPDATE SET vector = excluded.vector",
                    [
                        (self._new.fingerprint, digest, vectors.astype("<f4").tobytes())
                        for (_, digest, _), vectors in zip(batch, windows.by_text(), strict=True)
                    ],
                )
            done, last = done + len(batch), batch[-1][0]
            in_time = len(batch) * _COMMIT_EVERY / max(monotonic() - begun, 1e-6)
            size = min(max(1, int(min(in_time, 2 * size))), _LARGEST_BATCH)
        if done:
            progress("embedding", done, total)
        return done

    def publish(
        self, progress: Progress = silent, *, embedded: int = 0, removed: int = 0, whole: bool = False
    ) -> Change:
        """Makes the change, if there is one.

        ``whole`` looks for vectors that nobody needs everywhere, not only among those of what left.
        """
        change = self.planned(removed)
        self.replace_staged()
        if change.added or change.updated or change.moved or removed or self._other_embedder:
            self.commit(
                progress,
                purge=removed + change.moved > 0,
                whole=whole or self._other_embedder,
                afresh=self._other_embedder,
            )
        return replace(
            change, embedded=embedded, passages=self._new.counts.passages, revision=self._new.revision
        )

    def planned(self, removed: int) -> Change:
        """What ``publish`` would do of what is staged; nothing is done."""
        one = self._connection.one
        changed = int(one("SELECT count(*) FROM staged WHERE changed = 1")[0])
        updated = int(one("SELECT count(*) FROM staged CROSS JOIN articles USING (id) WHERE changed = 1")[0])
        moved = len(self.staging.moves)
        return Change(
            added=changed - updated - moved,
            updated=updated,
            unchanged=int(one("SELECT count(*) FROM staged WHERE changed = 0")[0]),
            removed=removed,
            moved=moved,
            passages=self._old.counts.passages,
            embedded=0,
            revision=self._old.revision,
            problems=tuple(self.staging.problems),
        )

    def tag(self, article_ids: Iterable[str], tags: Sequence[str], *, remove: bool) -> int:
        """Tags articles for a person, or takes such tags away: a new revision; how many that changed."""
        told = [(fold(tag), name, tag) for name in article_ids for tag in tags]
        change = (
            "DELETE FROM tags WHERE stated = 0 AND folded = ?1 AND id = ?2 AND ?3 <> ''"
            if remove
            else "INSERT INTO tags SELECT ?1, id, 0, ?3 FROM articles WHERE id = ?2 "
            "AND NOT EXISTS (SELECT 1 FROM tags WHERE folded = ?1 AND id = ?2)"
        )
        changed = set()
        with self._connection.transaction():
            for values in told:
                if self._connection.execute(change, values).rowcount:
                    changed.add(values[1])
            if changed:
                self._new = replace(self._old, revision=self._old.revision + 1)
                self._connection.write_state(self._new, afresh=False)
        return len(changed)

    def replace_staged(self) -> None:
        """Marks the stored articles that give way to a staged one."""
        self._connection.execute(
            "INSERT INTO leaving SELECT row FROM staged CROSS JOIN articles USING (id) WHERE changed = 1 "
            "ON CONFLICT DO NOTHING"
        )

    def commit(self, progress: Progress, *, purge: bool, whole: bool, afresh: bool) -> None:
        """The transaction. ``afresh`` makes the indexes anew instead of changing them."""
        run = self._connection.execute
        with self._connection.transaction():
            last = int(self._connection.one("SELECT coalesce(max(row), 0) FROM passages")[0])
            gone = self._count("row IN (SELECT row FROM leaving)", "article IN (SELECT row FROM leaving)")
            left = run(
                "SELECT row, text_hash FROM passages WHERE article IN (SELECT row FROM leaving)"
            ).fetchall()
            self.staging.keep_what_is_not_said()
            run("DELETE FROM articles WHERE row IN (SELECT row FROM leaving)")
            self._insert()
            if whole:
                run(f"DELETE FROM vectors WHERE {_NEEDED_BY_NONE}")
                run("DELETE FROM vectors WHERE fingerprint <> ?", (self._new.fingerprint,))
            else:
                self._connection.executemany(
                    f"DELETE FROM vectors WHERE fingerprint = ? AND text_hash = ? AND {_NEEDED_BY_NONE}",
                    [(self._new.fingerprint, digest) for digest in {digest for _, digest in left}],
                )
            if afresh:
                counts = self._connection.counts(self._new)
            else:
                came = self._count(
                    "id IN (SELECT id FROM staged WHERE changed = 1)",
                    f"passages.row > {last}",
                )
                counts = self._old.counts - gone + came
            state = self._generations.follow(
                self._connection,
                replace(self._new, revision=self._old.revision + 1, counts=counts),
                removed=[row for row, _ in left],
                after=last,
                purge=purge,
                afresh=afresh,
                progress=progress,
            )
            self._connection.write_state(state, removed=[row for row, _ in left], afresh=afresh)
        self._new = state
        self._generations.sweep(state)
        self._connection.checkpoint()

    def _count(self, articles: str, passages: str) -> Counts:
        return self._connection.counts(self._old, articles=articles, passages=passages)

    def _insert(self) -> None:
        run = self._connection.execute
        fields = "id, title, language, source, origin, published, author, file_hash"
        run(
            f"""
            INSERT INTO articles ({fields}, characters, splitter, record_hash, added, {", ".join(DERIVED)})
            SELECT {fields}, length(text), ?, record_hash,
                coalesce((SELECT added FROM kept WHERE kept.id = staged.id), ?), {", ".join(DERIVED)}
            FROM staged WHERE changed = 1 ORDER BY staged.n
            """,
            (SPLITTER_VERSION, datetime.now(UTC).isoformat(" ", "seconds")[:19]),
        )
        run("INSERT INTO tags SELECT folded, id, 1, tag FROM staged_tags")
        # CROSS JOIN: from what is staged to the library's row, not the other way round
        run("INSERT INTO texts SELECT row, text FROM staged CROSS JOIN articles USING (id) WHERE changed = 1")
        run("""
            INSERT INTO passages (article, start, end, text_hash)
            SELECT row, start, end, text_hash FROM staged_passages CROSS JOIN articles USING (id)
            ORDER BY row, start
        """)
        structure = (("blocks", BLOCK_FIELDS), ("pages", PAGE_FIELDS), ("scans", SCAN_FIELDS))
        for rows, columns in structure:
            told = ", ".join(f"staged_{rows}.{column}" for column in columns.split(", "))
            run(
                f"INSERT INTO {rows} (article, {columns}) "
                f"SELECT row, {told} FROM staged_{rows} CROSS JOIN articles USING (id) ORDER BY row, start"
            )


def _part_of(progress: Progress, before: int, size: int, total: int) -> Progress:
    """Progress over ``size`` texts of ``total``, of an embedder that counts in windows."""
    return lambda _stage, done, windows: progress("embedding", before + size * done // windows, total)
