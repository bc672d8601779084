"""What a library's indexes are made of: the passages of one revision, as the database holds them."""

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from index.embedders.windows import Vectors
from index.headlines import searched_title
from index.library.database import Connection, State
from index.library.database.failures import RowDamaged
from index.library.records import stored_blocks
from index.search import Rows
from index.structure import contexts

_BATCH = 4_096  # passages whose vectors are read at once
_LAST = 2**63 - 1  # the largest row there can be


class StoredCorpus:
    """The ``PassageCorpus`` that a connection sees; ``state`` says which embedder's vectors are meant."""

    def __init__(self, connection: Connection, state: State, batch: int = _BATCH) -> None:
        self._connection = connection
        self._fingerprint = state.fingerprint
        self._vector_bytes = state.vector_bytes
        self._batch = batch
        self.dimension = state.dimension
        self.revision = state.revision

    def count(self, after: int = 0) -> int:
        return int(self._connection.one("SELECT count(*) FROM passages WHERE row > ?", after)[0])

    def count_vectors(self) -> int:
        found = self._connection.one(
            "SELECT sum(length(vector)) FROM passages JOIN vectors USING (text_hash) WHERE fingerprint = ?",
            self._fingerprint,
        )
        return int(found[0] or 0) // self._vector_bytes

    def windows(self) -> dict[int, int | None]:
        return dict(
            self._connection.stream(
                """
                SELECT row, length(vector) / ? FROM passages LEFT JOIN vectors
                    ON vectors.text_hash = passages.text_hash AND fingerprint = ?
                """,
                (self._vector_bytes, self._fingerprint),
            )
        )

    def texts(self, after: int = 0, last: int | None = None) -> Iterator[tuple[int, str, str]]:
        last = _LAST if last is None else last
        articles = self._connection.stream(
            """
            SELECT articles.row, title, text, origin FROM articles JOIN texts ON article = articles.row
            WHERE articles.row IN (SELECT article FROM passages WHERE row > ? AND row <= ?)
            ORDER BY articles.row
            """,
            (after, last),
        )
        for article, title, text, origin in articles:
            title = searched_title(title, text, origin)
            blocks = stored_blocks(self._connection, article)
            above = contexts(blocks)
            ranges = "SELECT row, start, end FROM passages WHERE article = ? AND row > ? AND row <= ?"
            for row, start, end in self._connection.execute(ranges, (article, after, last)):
                at = bisect_right(blocks, start, key=lambda block: block.end)
                told = [text[block.start : block.end] for block in above[at]] if at < len(above) else []
                yield row, " ".join([title, *told]), text[start:end]

    def vectors(self, after: int = 0) -> Iterator[tuple[Rows, Vectors]]:
        found = self._connection.stream(
            """
            SELECT row, vector FROM passages JOIN vectors USING (text_hash)
            WHERE fingerprint = ? AND row > ? ORDER BY row
            """,
            (self._fingerprint, after),
        )
        while pairs := found.fetchmany(self._batch):
            sizes = np.array([len(blob) for _, blob in pairs])
            if not sizes.all() or (sizes % self._vector_bytes).any():
                raise RowDamaged("a vector of the wrong size")
            rows = np.array([row for row, _ in pairs], dtype=np.int64)
            vectors = np.frombuffer(b"".join(blob for _, blob in pairs), dtype="<f4")
            yield np.repeat(rows, sizes // self._vector_bytes), vectors.reshape(-1, self.dimension)
