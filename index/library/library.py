"""A library: the folder on disk that articles go into and questions are answered from.

    library = Library.create(Path("my-library"), load_embedder())
    library.build(read_articles([Path("articles")], on_problem=print))
    with library.snapshot() as snapshot:
        hits = snapshot.lexical("Who proposed the council?", 10)

SQLite is the truth (``store``), FAISS and tantivy are derived from it (``derived``). One process changes it
at a time; any number read, and each sees one revision per question.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from index.articles import Article
from index.embedders import Embedder, load_embedder
from index.errors import EmbedderMismatch, EmbedderUnavailable, UserError
from index.library import database as store
from index.library import generations as derived
from index.library import records
from index.library import repair as repairing
from index.library import verify as checking
from index.library.change import Change, Changing
from index.library.database import State
from index.library.lock import writer_lock
from index.library.records import ArticleSummary
from index.library.snapshot import Legs, Snapshot
from index.progress import Progress, silent
from index.search.vectors import GRAPH_FROM


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """What a library is, in numbers."""

    articles: int
    passages: int
    vectors: int  # one a window of a passage
    languages: dict[str, int]  # articles by language
    embedder: str
    dimension: int
    revision: int
    bytes: int
    healthy: bool  # the derived indexes are there and undamaged; ``verify`` looks at everything


class Library:
    """Articles, passages and their indexes in one folder. Safe to use from many threads."""

    def __init__(
        self, folder: Path, embedder: Embedder | None = None, *, graph_from: int = GRAPH_FROM
    ) -> None:
        self.folder = folder
        self._graph_from = graph_from
        self._given = embedder
        self._loaded = embedder
        self._loading = Lock()
        self._legs = Legs(folder, self._mend)

    @classmethod
    def create(cls, folder: Path, embedder: Embedder, *, graph_from: int = GRAPH_FROM) -> "Library":
        """An empty library in a new or empty folder; ``UserError`` where there is one, or anything else."""
        if store.exists(folder):
            raise UserError(
                f"there is a library in {folder} already: "
                f"add to it with: majlis index add PATH... --library {folder}"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            names = {path.name for path in folder.iterdir()}
        except OSError as error:
            raise UserError(
                f"no library can be made in {folder} ({error.strerror}): name another folder"
            ) from error
        if not names <= {
            "lock",
            store.FILE,
            f"{store.FILE}-wal",
            f"{store.FILE}-shm",
            f"{store.FILE}-journal",
        }:
            raise UserError(f"no library can be made in {folder}: it is not empty; name another folder")
        with writer_lock(folder):
            store.create(folder, State(0, embedder.name, embedder.fingerprint, embedder.dimension))
            library = cls(folder, embedder, graph_from=graph_from)
            with store.writing(folder) as connection:
                library._rederive(connection)
        return library

    @classmethod
    def open(
        cls, folder: Path, embedder: Embedder | None = None, *, graph_from: int = GRAPH_FROM
    ) -> "Library":
        """The library in a folder; without an embedder, its own is loaded when it is needed."""
        library = cls(folder, embedder, graph_from=graph_from)
        store.check(folder)
        if embedder is not None:
            with store.reading(folder) as connection:
                library._check(store.read_state(connection), embedder)
        return library

    @property
    def embedder(self) -> Embedder:
        """The embedder of the library's vectors; ``EmbedderMismatch`` where it is not to be had."""
        with store.reading(self.folder) as connection:
            return self._embedder_of(store.read_state(connection))

    def build(
        self, articles: Iterable[Article], *, embedder: Embedder | None = None, progress: Progress = silent
    ) -> Change:
        """Makes the library hold exactly these articles; another ``embedder`` embeds all of them anew.

        Until the last moment the old library is there and answers. What was embedded is kept when the build
        is cut off, and the next one goes on from there.
        """
        with self._changing(embedder) as changing:
            changing.intake.take(articles)
            removed = changing.intake.leave(lambda _id, _origin: True)
            embedded = changing.embed(progress)
            change = changing.publish(progress, embedded=embedded, removed=removed, whole=True)
        if embedder is not None:
            self._given = self._loaded = embedder
        return change

    def add(self, articles: Iterable[Article], *, progress: Progress = silent) -> Change:
        """Puts new articles in and changed ones in the place of their old selves; removes nothing."""
        with self._changing() as changing:
            changing.intake.take(articles)
            changing.intake.settle(lambda _origin: False)
            return changing.publish(progress, embedded=changing.embed(progress))

    def update(
        self, articles: Iterable[Article], *, sources: Sequence[str], progress: Progress = silent
    ) -> Change:
        """Like ``add``, and what was once read from ``sources`` (files or folders) and did not come now goes.

        But where a file is still there and gave nothing at all, it could not be read: its articles stay.
        """
        with self._changing() as changing:
            intake = changing.intake
            intake.take(articles)

            def reread(origin: str) -> bool:
                return _lies_under(origin, sources) and intake.reread(origin)

            intake.settle(reread)
            removed = intake.leave(lambda _id, origin: reread(origin))
            return changing.publish(progress, embedded=changing.embed(progress), removed=removed)

    def remove(self, article_ids: Iterable[str]) -> Change:
        """Takes articles out; of them nothing stays in the folder. Ids that are not there are passed over."""
        chosen = set(article_ids)
        with self._changing() as changing:
            removed = changing.intake.leave(lambda article_id, _origin: article_id in chosen)
            return changing.publish(silent, removed=removed)

    def info(self) -> LibraryInfo:
        """The library in numbers; quick."""
        with store.reading(self.folder) as connection:
            state = store.read_state(connection)
            languages = dict(
                connection.execute(
                    "SELECT language, count(*) FROM articles GROUP BY language ORDER BY language"
                )
            )
            passages = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
            vectors = records.count_vectors(connection, state)
        return LibraryInfo(
            articles=sum(languages.values()),
            passages=passages,
            vectors=vectors,
            languages=languages,
            embedder=state.embedder,
            dimension=state.dimension,
            revision=state.revision,
            bytes=sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()),
            healthy=not checking.derived_problems(self.folder, state),
        )

    def articles(self) -> list[ArticleSummary]:
        """Every article without its text, by id."""
        with store.reading(self.folder) as connection:
            return list(records.read_summaries(connection))

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest revision, held still for the block. Many threads may have one each at the same time."""
        with store.reading(self.folder) as connection:
            yield Snapshot(connection, self._legs, self._embedder_of)

    def verify(self) -> list[str]:
        """What is wrong with what is stored, a line each; nothing for a sound library. Reads all of it."""
        with store.reading(self.folder) as connection:
            return checking.verify(self.folder, connection)

    def repair(self, progress: Progress = silent) -> list[str]:
        """Mends what can be mended, and says what that was and what was lost, a line each.

        Embeds everything again where the embedder of the library's name has become another version.
        """
        with writer_lock(self.folder):
            report = repairing.salvage(self.folder)
            with store.writing(self.folder) as connection:
                state = store.read_state(connection)
                damaged = checking.derived_problems(self.folder, state)
                other = None
                if self._given is None:
                    with suppress(EmbedderUnavailable):
                        other = load_embedder(state.embedder)
                changing = self._begin(connection, state, other)
                report += repairing.repair_rows(connection, changing, progress)
                state = self._rederive(connection)
                if wrong := checking.wrong_rows(self.folder, connection, state):
                    self._rederive(connection, afresh=True)
                connection.execute("VACUUM")
                store.settle(connection)
        return report + [f"made afresh: {problem}" for problem in damaged + wrong]

    @contextmanager
    def _changing(self, other: Embedder | None = None) -> Iterator[Changing]:
        with writer_lock(self.folder), store.writing(self.folder) as connection:
            yield self._begin(connection, self._rederive(connection), other)

    def _begin(self, connection: sqlite3.Connection, state: State, other: Embedder | None) -> Changing:
        target = state
        if other is not None:
            target = replace(
                state, embedder=other.name, fingerprint=other.fingerprint, dimension=other.dimension
            )
        return Changing(
            self.folder, connection, target, lambda: other or self._embedder_of(state), self._graph_from
        )

    def _rederive(self, connection: sqlite3.Connection, *, afresh: bool = False) -> State:
        """Makes the derived indexes afresh where they cannot be trusted; the state that points at them."""
        state = store.read_state(connection)
        if afresh or checking.derived_problems(self.folder, state):
            last = connection.execute("SELECT coalesce(max(row), 0) FROM passages").fetchone()[0]
            with store.transaction(connection):
                state = derived.derive(
                    self.folder, connection, state, after=last, afresh=afresh, graph_from=self._graph_from
                )
                store.write_state(connection, state)
        derived.sweep(self.folder, state)
        return state

    def _mend(self, state: State) -> State | None:
        """The state with derived indexes made afresh; none where it has passed, or none can be made now."""
        try:
            with store.reading(self.folder) as connection:
                if store.read_state(connection).revision != state.revision:
                    return None
            with writer_lock(self.folder), store.writing(self.folder) as connection:
                return self._rederive(connection)
        except (UserError, OSError):  # another is writing, or nobody may: memory will do
            return None

    def _embedder_of(self, state: State) -> Embedder:
        with self._loading:
            if self._loaded is None or (
                self._given is None and self._loaded.fingerprint != state.fingerprint
            ):
                self._loaded = load_embedder(state.embedder)
            self._check(state, self._loaded)
            return self._loaded

    def _check(self, state: State, embedder: Embedder) -> None:
        if embedder.fingerprint == state.fingerprint:
            return
        if embedder.name == state.embedder:
            raise EmbedderMismatch(
                f"the library in {self.folder} was built with another version of the embedder "
                f"{embedder.name}: embed it anew with: majlis index repair --library {self.folder}"
            )
        raise EmbedderMismatch(
            f"the library in {self.folder} was built with the embedder {state.embedder}, not "
            f"{embedder.name}: to change it run: majlis index build PATH... --embedder {embedder.name} "
            f"--library {self.folder}"
        )


def _lies_under(origin: str, places: Iterable[str]) -> bool:
    for place in places:
        for path in (str(Path(place).absolute()), str(Path(place).resolve())):
            if origin == path or origin.startswith(path.rstrip(os.sep) + os.sep):
                return True
    return False
