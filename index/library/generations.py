"""The search indexes of a library on disk, and as this process has loaded them.

Each lies under a name of its own, and the database's state says which one belongs to its revision and what
the SHA-256 of its files must be (FAISS loads flipped bytes without a word). A change writes new ones beside
the old, the database's transaction then points at them, and only after that the old ones go: a reader or a
kill at any moment finds a whole generation. What is missing or damaged is made afresh from the database;
nothing is embedded for it.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from index.errors import UserError
from index.library.corpus import StoredCorpus
from index.library.database import Connection, Database, IndexFiles, State
from index.library.lock import writer_lock
from index.progress import Progress, silent
from index.search import IndexChange, IndexKind, IndexKinds, SearchIndex

AnyIndex = TypeVar("AnyIndex", bound=SearchIndex[Any])


class Generations:
    """The indexes of a library's revisions. Of each kind the one that was asked for last stays loaded."""

    def __init__(self, database: Database, kinds: IndexKinds) -> None:
        self.kinds = kinds
        self._database = database
        self._folder = database.folder
        self._lock = Lock()
        self._loaded: dict[str, tuple[tuple[int, str], SearchIndex[Any]]] = {}

    def damaged(self, state: State) -> list[str]:
        """What is wrong with the files of a state."""
        return [
            f"{kind.label} is missing, damaged or of another version"
            for kind in self.kinds
            if not self._is_current(kind, state)
        ]

    def unsound(self, connection: Connection, state: State) -> list[str]:
        """What is wrong with undamaged files: they hold other passages than the database does."""
        corpus = StoredCorpus(connection, state)
        opened = [(kind, self._open(kind, state)) for kind in self.kinds]
        return [
            f"{kind.label} holds other passages than the library"
            for kind, index in opened
            if index is not None and not index.is_sound(corpus)  # none: nobody may open it here
        ]

    def ensure(self, connection: Connection, *, afresh: bool = False) -> State:
        """The state once its indexes can be trusted: what cannot (``afresh``: all) is made anew."""
        state = connection.read_state()
        wanted = [kind for kind in self.kinds if afresh or not self._is_current(kind, state)]
        if wanted:
            with connection.transaction():
                everything = IndexChange(StoredCorpus(connection, state))
                written = {kind.name: self._write(kind, state, kind.create(), everything) for kind in wanted}
                state = self._pointing(state, written)
                connection.write_state(state)
        self.sweep(state)
        return state

    def follow(
        self,
        connection: Connection,
        state: State,
        *,
        removed: Sequence[int],
        after: int,
        purge: bool,
        afresh: bool = False,
        progress: Progress = silent,
    ) -> State:
        """Writes the indexes of a new state, which still names the old ones; the state that names the new.

        ``removed``, ``after`` and ``purge`` are those of ``IndexChange``; ``afresh`` uses nothing of the old.
        """
        corpus = StoredCorpus(connection, state)
        change = IndexChange(corpus, removed, after, purge, progress)
        everything = IndexChange(corpus, progress=progress)
        written = {}
        for kind in self.kinds:
            old = None if afresh else self._open(kind, state)
            index = kind.create() if old is None else old
            written[kind.name] = self._write(kind, state, index, everything if old is None else change)
        return self._pointing(state, written)

    def sweep(self, state: State) -> None:
        """Deletes what no state points at any more; open readers keep what they hold."""
        used = {files.name for files in state.indexes.values()}
        for kind in self.kinds:
            for path in self._folder.glob(f"{kind.name}-*"):
                if path.name in used:
                    continue
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def loaded(self, state: State) -> dict[str, SearchIndex[Any]]:
        """The indexes of the state, by kind, as far as they are loaded; does not wait for others to be."""
        return {
            kind: index for kind, (key, index) in [*self._loaded.items()] if key == self._key(kind, state)
        }

    def load(self, kind: IndexKind[AnyIndex], state: State, connection: Connection) -> AnyIndex:
        """The index of the state, to be searched; made afresh where it cannot be loaded."""
        key = self._key(kind.name, state)
        with self._lock:
            if kind.name not in self._loaded or self._loaded[kind.name][0] != key:
                index = self._open(kind, state)
                if index is None and (mended := self._mended(state)):
                    index = self._open(kind, mended)
                if index is None:  # another is writing, or nobody may: memory will do
                    index = kind.create().apply(IndexChange(StoredCorpus(connection, state)))
                self._loaded[kind.name] = key, index
            return cast(AnyIndex, self._loaded[kind.name][1])

    def _key(self, kind: str, state: State) -> tuple[int, str]:
        # the name too: a library made anew counts from 0 again
        return state.revision, state.indexes.get(kind, IndexFiles()).name

    def _mended(self, state: State) -> State | None:
        """The state with new indexes on disk; none where it has passed, or none can be made now."""
        try:
            with self._database.reading() as connection:
                if connection.read_state().revision != state.revision:
                    return None
            with writer_lock(self._folder), self._database.writing() as connection:
                mended = self.ensure(connection)
        except (UserError, OSError):
            return None
        return mended if mended.revision == state.revision else None

    def _pointing(self, state: State, written: dict[str, IndexFiles]) -> State:
        _sync(self._folder)
        named = {kind.name: state.indexes[kind.name] for kind in self.kinds if kind.name in state.indexes}
        return replace(state, indexes=named | written)

    def _write(
        self, kind: IndexKind[Any], state: State, index: SearchIndex[Any], change: IndexChange
    ) -> IndexFiles:
        path = self._folder / f"{kind.name}-{state.revision:06}-{secrets.token_hex(4)}{kind.suffix}"
        index.apply(change, path)
        return IndexFiles(path.name, kind.version, _checksums(path))

    def _is_current(self, kind: IndexKind[Any], state: State) -> bool:
        """Whether the files are there, of this version, and bit for bit what was written."""
        files = state.indexes.get(kind.name, IndexFiles())
        path = self._folder / files.name
        return files.version == kind.version and files.checksums != {} and _checksums(path) == files.checksums

    def _open(self, kind: IndexKind[AnyIndex], state: State) -> AnyIndex | None:
        """The index in the state's files; none where they cannot be trusted."""
        if not self._is_current(kind, state):
            return None
        try:
            return kind.open(self._folder / state.indexes[kind.name].name)
        except ValueError:  # it went between the check and the opening
            return None


def _checksums(path: Path) -> dict[str, str]:
    """SHA-256 by name of a file, or of a folder's files; of nothing where there is nothing."""
    files = sorted(path.iterdir()) if path.is_dir() else [path] if path.is_file() else []
    sums = {}
    for file in files:
        if file.suffix != ".lock":
            with file.open("rb") as stream:
                sums[file.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return sums


def _sync(folder: Path) -> None:
    if os.name == "nt":  # Windows has no such thing for folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
