"""How a library is changed: what came in (``intake``) becomes one transaction.

``embed`` computes the vectors that are not there yet and commits them batch by batch, so a build that is cut
off goes on where it was; a vector alone makes nobody a member. ``publish`` changes articles, passages,
revision and derived indexes together: before it the old library is there, after it the new one.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from index.embedders import Embedder
from index.library import database as store
from index.library import generations as derived
from index.library import records
from index.library.database import State
from index.library.incoming import Intake
from index.passages import SPLITTER_VERSION
from index.progress import Progress
from index.search.vectors import GRAPH_FROM

_EMBED_BATCH = 512  # texts between two commits: what a kill can cost


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
    problems: tuple[str, ...] = ()  # articles that did not go in, a line each


class Changing:
    """One change under way, on a connection of its own, under the writer's lock."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        target: State,
        embedder: Callable[[], Embedder],
        graph_from: int = GRAPH_FROM,
    ) -> None:
        """``target`` names the embedder from now on; ``embedder`` gives it when it is needed."""
        self._folder = folder
        self._connection = connection
        self._old = store.read_state(connection)
        self._target = target
        self._embedder = embedder
        self._graph_from = graph_from
        self.intake = Intake(connection, target.fingerprint)

    @property
    def _other_embedder(self) -> bool:
        return self._target.fingerprint != self._old.fingerprint

    def embed(self, progress: Progress) -> int:
        """Computes and stores the vectors that are wanted; how many. Loads no embedder for none."""
        if self._other_embedder:
            self.intake.want_stored()
        total = int(self.intake.one("SELECT count(*) FROM wanted")[0])
        done = last = 0
        while batch := self._connection.execute(
            "SELECT n, text_hash, text FROM wanted WHERE n > ? ORDER BY n LIMIT ?", (last, _EMBED_BATCH)
        ).fetchall():
            texts = [text for _, _, text in batch]
            part = _part_of(progress, done, len(batch), total)
            windows = self._embedder().embed_passages(texts, progress=part)
            given, asked = (len(windows), windows.vectors.shape[1]), (len(batch), self._target.dimension)
            if given != asked:
                raise ValueError(f"embedder gave (texts, dimension) {given}, not {asked}")
            hashes = [digest for _, digest, _ in batch]
            with store.transaction(self._connection):
                records.store_vectors(self._connection, self._target.fingerprint, hashes, windows)
            done, last = done + len(batch), batch[-1][0]
        if done:
            progress("embedding", done, total)
        return done

    def publish(
        self, progress: Progress, *, embedded: int = 0, removed: int = 0, whole: bool = False
    ) -> Change:
        """Makes the change, if there is one.

        ``whole`` looks for vectors that nobody needs everywhere, not only among those of what left.
        """
        came = int(self.intake.one("SELECT count(*) FROM incoming WHERE changed")[0])
        updated = self._connection.execute(
            "INSERT INTO leaving SELECT row FROM articles JOIN incoming USING (id) WHERE changed"
        ).rowcount
        if came or removed or self._other_embedder:
            state = self.commit(
                progress, purge=removed > 0, whole=whole or self._other_embedder, afresh=self._other_embedder
            )
        else:
            state = self._old
        return Change(
            added=came - updated,
            updated=updated,
            unchanged=int(self.intake.one("SELECT count(*) FROM incoming WHERE NOT changed")[0]),
            removed=removed,
            passages=int(self.intake.one("SELECT count(*) FROM passages")[0]),
            embedded=embedded,
            revision=state.revision,
            problems=tuple(self.intake.problems),
        )

    def commit(self, progress: Progress, *, purge: bool, whole: bool, afresh: bool) -> State:
        """The transaction; ``afresh`` makes the derived indexes anew instead of changing them."""
        run = self._connection.execute
        with store.transaction(self._connection):
            last = int(self.intake.one("SELECT coalesce(max(row), 0) FROM passages")[0])
            left = run(
                "SELECT row, text_hash FROM passages WHERE article IN (SELECT row FROM leaving)"
            ).fetchall()
            run("DELETE FROM articles WHERE row IN (SELECT row FROM leaving)")
            self._insert()
            unused = "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
            if whole:
                run(unused)
                run("DELETE FROM vectors WHERE fingerprint <> ?", (self._target.fingerprint,))
            else:
                self._connection.executemany(f"{unused} AND text_hash = ?", [(digest,) for _, digest in left])
            state = derived.derive(
                self._folder,
                self._connection,
                replace(self._target, revision=self._old.revision + 1),
                gone=[row for row, _ in left],
                after=last,
                purge=purge,
                afresh=afresh,
                graph_from=self._graph_from,
                progress=progress,
            )
            store.write_state(self._connection, state)
        derived.sweep(self._folder, state)
        store.settle(self._connection)
        return state

    def _insert(self) -> None:
        run = self._connection.execute
        fields = "id, title, language, source, origin, published"
        run(
            f"""
            INSERT INTO articles ({fields}, characters, splitter, record_hash)
            SELECT {fields}, length(text), ?, record_hash FROM incoming WHERE changed ORDER BY incoming.rowid
            """,
            (SPLITTER_VERSION,),
        )
        run("INSERT INTO texts SELECT row, text FROM incoming JOIN articles USING (id) WHERE changed")
        run("""
            INSERT INTO passages (article, start, end, text_hash)
            SELECT row, start, end, text_hash FROM incoming_passages JOIN articles USING (id)
            ORDER BY row, start
        """)


def _part_of(progress: Progress, before: int, size: int, total: int) -> Progress:
    """Progress over ``size`` texts of ``total``, of an embedder that counts in windows."""
    return lambda _stage, done, windows: progress("embedding", before + size * done // windows, total)
