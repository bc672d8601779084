"""The search indexes of a library on disk, and as this process has loaded them.

Each lies under a name of its own, and the database's state says which one belongs to its revision and by what
its files are known (``stamps``). A change writes new ones beside the old, the database's transaction then
points at them, and only after that the old ones go, each when nobody holds it (``holds``): a reader or a kill
at any moment finds a whole generation. What is missing or damaged is made afresh from the database; nothing
is embedded for it.
"""

import os
import secrets
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from index.errors import UserError
from index.library.corpus import StoredCorpus
from index.library.database import Connection, IndexFiles, State
from index.library.database.kinds import LibraryDatabase
from index.library.database.postgres import ServerDatabase
from index.library.database.state import OutdatedIndexes
from index.library.generations.holds import Hold, delete_unheld
from index.library.generations.searched import note_left
from index.library.generations.stamps import are_kept, are_newer, are_whole, stamps_of
from index.library.lock import writer_lock
from index.progress import Progress, silent
from index.search import KIND_NAMES, IndexChange, IndexKind, IndexKinds, SearchIndex

AnyIndex = TypeVar("AnyIndex", bound=SearchIndex[Any])
_PATIENCE = 1.0  # seconds for who still holds what a removal has to take away


class Generations:
    """The indexes of a library's revisions. Of each kind the one that was asked for last stays loaded."""

    def __init__(self, database: LibraryDatabase, kinds: IndexKinds, *, moves: bool = True) -> None:
        """``moves``: a library that is searched by other kinds is searched by these from its next change."""
        self.kinds = kinds
        self._moves = moves
        self._database = database
        self._folder = database.folder
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)  # by kind
        self._loaded: dict[str, tuple[tuple[int, str], SearchIndex[Any]]] = {}
        self._patience = 0.0

    @contextmanager
    def holding(self, connection: Connection, *, files: bool = False) -> Iterator[None]:
        """Keeps the indexes of the revision that a reading connection sees until the block is done.

        Where they went before they could be held, the connection moves on to a newer revision.
        ``files``: also the files of those that are loaded, which nobody needs to search.
        """
        while True:
            state = connection.read_state()
            with ExitStack() as held:
                try:
                    for kind in self.kinds:
                        if kind.name in state.indexes and (files or kind.name not in self.loaded(state)):
                            held.callback(Hold(self._folder / state.indexes[kind.name].name).let_go)
                except OSError:  # a change has passed; or they are damaged, or nobody may read them
                    if self._has_passed(state):
                        connection.renew()
                        continue
                if not state.indexes and self._has_passed(state):  # another process brought them further
                    connection.renew()
                    continue
                yield
                return

    def follow_others(self) -> None:
        """Brings the indexes here to the newest revision, where another server made it."""
        if isinstance(self._database, ServerDatabase):
            with self._database.reading() as connection:
                state = connection.read_state()
            if not state.indexes:
                self._mended(state)

    def damaged(self, state: State) -> list[str]:
        """What is wrong with the files of a state, as far as size and time tell; quick.

        Of a state that has passed it is told of the one that has come since: its own files may be gone.
        """
        while True:
            found = [
                f"{kind.label} is missing, damaged or of another version"
                for kind in self.kinds
                if not self._is_current(kind, state)
            ]
            if not found or not self._has_passed(state):
                return found
            with self._database.reading() as connection:
                state = connection.read_state()

    def unsound(self, connection: Connection, state: State) -> list[str]:
        """What is wrong with files that are there: other bytes, or other passages than the database has.

        They are held (``holding``), or it is the writer who asks.
        """
        corpus = StoredCorpus(connection, state)
        problems = []
        for kind in self.kinds:
            files = state.indexes.get(kind.name, IndexFiles())
            if not are_whole(self._folder / files.name, files.checksums):
                problems.append(f"{kind.label} is damaged")
                continue
            index = self._open(kind, state)
            if index is not None and not index.is_sound(corpus):  # none: nobody may open it here
                problems.append(f"{kind.label} holds other passages than the library")
        return problems

    def ensure(self, connection: Connection, *, afresh: bool = False, progress: Progress = silent) -> State:
        """The state once its indexes can be trusted: what cannot (``afresh``: all) is made anew."""
        state = connection.read_state()
        self._refuse_others(state)
        wanted = [kind for kind in self.kinds if afresh or not self._is_current(kind, state)]
        if not wanted and (state := self._with_new_times(state)) != connection.read_state():
            with connection.transaction():
                connection.write_indexes(state.indexes)
        if wanted:
            with connection.transaction():
                corpus = StoredCorpus(connection, state)
                behind = None if afresh else connection.outdated_indexes()
                written = {
                    kind.name: (behind and self._caught_up(kind, state, behind, corpus))
                    or self._write(kind, state, kind.create(), IndexChange(corpus, progress=progress))
                    for kind in wanted
                }
                state = self._pointing(state, written)
                connection.write_indexes(state.indexes)
        self.sweep(state)
        return state

    def _caught_up(
        self, kind: IndexKind[Any], state: State, behind: OutdatedIndexes, corpus: StoredCorpus
    ) -> IndexFiles | None:
        """The files of an older revision once they hold what this one does; none where they cannot."""
        old = replace(state, indexes=behind.files)
        if not behind.removed and not corpus.count(behind.after):
            return behind.files[kind.name] if self._is_current(kind, old) else None
        index = self._open(kind, old)
        change = IndexChange(corpus, behind.removed, behind.after, bool(behind.removed))
        return None if index is None else self._write(kind, old, index, change)

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
        self._patience = _PATIENCE if purge else 0.0
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
        """Deletes what no state points at any more, but for what somebody holds: that goes another time."""
        used = {files.name for files in state.indexes.values()}
        note_left(self._folder, self.kinds)
        for name in {*KIND_NAMES, *(kind.name for kind in self.kinds)}:
            for path in self._folder.glob(f"{name}-*"):
                if path.name not in used:
                    delete_unheld(path, self._patience)
        for kind in self.kinds:
            kind.settle(sorted(self._folder.glob(f"{kind.name}-*")))
        self._patience = 0.0

    def loaded(self, state: State) -> dict[str, SearchIndex[Any]]:
        """The indexes of the state, by kind, as far as they are loaded; does not wait for others to be."""
        return {
            kind: index for kind, (key, index) in [*self._loaded.items()] if key == self._key(kind, state)
        }

    def load(self, kind: IndexKind[AnyIndex], state: State, connection: Connection) -> AnyIndex:
        """The index of the state, to be searched; made afresh where it cannot be loaded."""
        key = self._key(kind.name, state)
        with self._locks[kind.name]:
            if kind.name not in self._loaded or self._loaded[kind.name][0] != key:
                self._refuse_others(state)
                index = self._open(kind, state)
                if index is None and (mended := self._mended(state)):
                    index = self._open(kind, mended)
                if index is None:  # another is writing, or nobody may: memory will do
                    index = self._in_memory(kind, state, connection)
                self._loaded[kind.name] = key, index
            return cast(AnyIndex, self._loaded[kind.name][1])

    def _refuse_others(self, state: State) -> None:
        """``UserError`` where the library has come to be searched by other kinds, and may not be moved."""
        if not self._moves and state.indexes and not any(k.name in state.indexes for k in self.kinds):
            raise UserError(
                f"the library in {self._folder} is searched in another engine by now: start again what has "
                "it open"
            )

    def _in_memory(self, kind: IndexKind[AnyIndex], state: State, connection: Connection) -> AnyIndex:
        made: AnyIndex = kind.create().apply(IndexChange(StoredCorpus(connection, state)))
        return made

    def _key(self, kind: str, state: State) -> tuple[int, str]:
        # the name too: a library made anew counts from 0 again
        return state.revision, state.indexes.get(kind, IndexFiles()).name

    def _mended(self, state: State) -> State | None:
        """The state with new indexes on disk; none where it has passed, or none can be made now."""
        try:
            with self._database.reading() as connection:
                if connection.read_state().revision != state.revision:
                    return None
            with writer_lock(self._folder), self._database.deriving() as connection:
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
        self._open_to_readers(path)
        known = state.indexes.get(kind.name, IndexFiles()).checksums
        return IndexFiles(path.name, kind.version, stamps_of(path, known))

    def _open_to_readers(self, path: Path) -> None:
        """Lets whoever may read or write the database's file do so with the files of an index."""
        mode = stat.S_IMODE(self._database.path.stat().st_mode) & 0o666
        with suppress(OSError):  # a file that is another's has its mode already
            for file in [*path.rglob("*"), path]:
                wanted = mode | (mode & 0o444) >> 2 if file.is_dir() else mode
                if stat.S_IMODE(file.stat().st_mode) != wanted:
                    file.chmod(wanted)

    def _with_new_times(self, state: State) -> State:
        """The state with the times of its files as they are: in a library that was copied they are others."""
        indexes = dict(state.indexes)
        for name, files in state.indexes.items():
            path = self._folder / files.name
            if path.exists() and are_newer(path, files.checksums):
                indexes[name] = replace(files, checksums=stamps_of(path))
        return replace(state, indexes=indexes)

    def _has_passed(self, state: State) -> bool:
        """Whether the library has come to another state since."""
        with self._database.reading() as connection:
            newest = connection.read_state()
        return (newest.revision, newest.indexes) != (state.revision, state.indexes)

    def _is_current(self, kind: IndexKind[Any], state: State) -> bool:
        """Whether the files are there, of this version, and by size and time those that were written."""
        files = state.indexes.get(kind.name, IndexFiles())
        return files.version == kind.version and are_kept(self._folder / files.name, files.checksums)

    def _open(self, kind: IndexKind[AnyIndex], state: State) -> AnyIndex | None:
        """The index in the state's files; none where they cannot be trusted."""
        if not self._is_current(kind, state):
            return None
        try:
            return kind.open(self._folder / state.indexes[kind.name].name)
        except (ValueError, OSError):  # nobody may read it, or too many files are open
            return None


def _sync(folder: Path) -> None:
    if os.name == "nt":  # Windows has no such thing for folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
