"""What is derived from the store: the vectors in FAISS and the terms in tantivy.

Each lies under a name of its own, and the store's state says which one belongs to its revision and what the
SHA-256 of its files must be (FAISS loads flipped bytes without a word). A change writes new ones beside the
old, the store's transaction then points at them, and only after that the old ones go: a reader or a kill at
any moment finds a whole pair. What is missing or damaged is made afresh from the store; nothing is embedded.
"""

import hashlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.library import records
from index.library.database import Stamp, State
from index.progress import Progress, silent
from index.search.lexical import LexicalIndex
from index.search.vectors import GRAPH_FROM, VECTORS_VERSION, VectorIndex
from index.text.analysis import ANALYSIS_VERSION

LEXICAL_VERSION = f"3.{ANALYSIS_VERSION}"
# tantivy only marks what leaves it, and goes on counting it in the scores, until the index is made afresh.
_PURGE_BELOW = 1_000  # passages: so few are made afresh in a moment
_WORN = 0.1  # share of rows that left


def is_current(folder: Path, stamp: Stamp, version: str) -> bool:
    """Whether the files are there, of this version, and bit for bit what was written."""
    return stamp.version == version and bool(stamp.files) and _checksums(folder / stamp.name) == stamp.files


def load_vectors(folder: Path, state: State) -> VectorIndex | None:
    """The state's vectors, to search; none where the file cannot be trusted."""
    return _load_vectors(folder, state, GRAPH_FROM, shared=True)


def load_lexical(folder: Path, state: State) -> LexicalIndex | None:
    """The state's terms, to search; none where the folder cannot be trusted."""
    if not is_current(folder, state.lexical, LEXICAL_VERSION):
        return None
    try:
        return LexicalIndex.open(folder / state.lexical.name)
    except ValueError:  # it went between the check and the opening
        return None


def build_vectors(connection: sqlite3.Connection, state: State, graph_from: int = GRAPH_FROM) -> VectorIndex:
    """The vectors afresh, in memory."""
    count = records.count_vectors(connection, state)
    return VectorIndex.build(state.dimension, count, records.read_vectors(connection, state), graph_from)


def build_lexical(
    connection: sqlite3.Connection, folder: Path | None = None, progress: Progress = silent
) -> LexicalIndex:
    """The terms afresh, in a new folder or in memory."""
    index = LexicalIndex.create(folder)
    index.change(add=_counted(connection, 0, progress))
    return index


def derive(
    folder: Path,
    connection: sqlite3.Connection,
    state: State,
    *,
    gone: Sequence[int] = (),
    after: int = 0,
    purge: bool = False,
    afresh: bool = False,
    graph_from: int = GRAPH_FROM,
    progress: Progress = silent,
) -> State:
    """Writes both for what the connection sees now; gives the state that points at them.

    ``gone`` are the rows that left since ``state``, and rows above ``after`` came. ``purge`` leaves nothing
    of those that left, though all terms must be indexed again for it.
    """
    name = f"{state.revision:06}-{secrets.token_hex(4)}"
    index = None if afresh else _load_vectors(folder, state, graph_from)
    if index is not None:
        index.remove(np.array(gone, dtype=np.int64))
        for batch in records.read_vectors(connection, state, after):
            index.add(*batch)
    if index is None or index.worn:
        index = build_vectors(connection, state, graph_from)
    vectors_path = folder / f"vectors-{name}.faiss"
    index.save(vectors_path)
    _sync(vectors_path)
    vectors = Stamp(vectors_path.name, VECTORS_VERSION, 0, _checksums(vectors_path))

    lexical_path = folder / f"lexical-{name}"
    total = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    dead = state.lexical.dead + len(gone)
    swept = dead > 0 and (purge or total < _PURGE_BELOW or dead > _WORN * total)
    if afresh or swept or not is_current(folder, state.lexical, LEXICAL_VERSION):
        dead = 0
        build_lexical(connection, lexical_path, progress)
    else:
        shutil.copytree(folder / state.lexical.name, lexical_path, copy_function=_link)
        LexicalIndex.open(lexical_path).change(add=_counted(connection, after, progress), remove=gone)
    lexical = Stamp(lexical_path.name, LEXICAL_VERSION, dead, _checksums(lexical_path))
    _sync(folder)
    return replace(state, vectors=vectors, lexical=lexical)


def sweep(folder: Path, state: State) -> None:
    """Deletes what no state points at any more; open readers keep what they hold."""
    for path in [*folder.glob("vectors-*.faiss"), *folder.glob("lexical-*")]:
        if path.name not in (state.vectors.name, state.lexical.name):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _load_vectors(folder: Path, state: State, graph_from: int, *, shared: bool = False) -> VectorIndex | None:
    if not is_current(folder, state.vectors, VECTORS_VERSION):
        return None
    try:
        return VectorIndex.load(folder / state.vectors.name, graph_from, shared=shared)
    except RuntimeError:  # it went between the check and the opening
        return None


def _counted(
    connection: sqlite3.Connection, after: int, progress: Progress
) -> Iterator[tuple[int, str, str]]:
    total = connection.execute("SELECT count(*) FROM passages WHERE row > ?", (after,)).fetchone()[0]
    done = 0
    for done, passage in enumerate(records.read_passage_texts(connection, after), start=1):
        yield passage
        if done % 1000 == 0:
            progress("indexing", done, total)
    progress("indexing", done, total)


def _link(source: str, target: str) -> None:
    """A second name for the same bytes, where there is such a thing; tantivy never changes a file."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _checksums(path: Path) -> dict[str, str]:
    """SHA-256 by name of a file, or of a folder's files; of nothing where there is nothing."""
    files = sorted(path.iterdir()) if path.is_dir() else [path] if path.is_file() else []
    sums = {}
    for file in files:
        if file.suffix != ".lock":
            with file.open("rb") as stream:
                sums[file.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return sums


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows has no such thing
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
