"""Milvus, as much of it as is needed here: one collection's entities, and errors that a person can mend.

pymilvus is imported when the engine is first spoken to. It logs each failure with its whole history, and asks
nobody but the server; here its log is off, and a failure is one line. The token is never a flag and never
stored: it comes from ``MAJLIS_MILVUS_TOKEN``, or from the file that ``MAJLIS_MILVUS_TOKEN_FILE`` names.
"""

import logging
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from index.errors import EngineUnavailable, UserError

LIMIT = 16_384  # hits of one search, Milvus's own bound
_SECONDS = 60.0  # that an answer may take
_AT_WORK = 600.0  # that a write may take, or a search that finds no index yet: the server may be merging
_CONNECTING = 5.0
_GRPC = {
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 1_000,
    "grpc.keepalive_time_ms": 300_000,  # servers that find pings too many hang up
}
_PATIENCE, _NOT_THERE = 4.0, 2  # seconds for a server that is not there, which pymilvus calls 2
_EXACT = 1_000_000  # windows up to which every vector is looked at; more lie in a graph

Entity = dict[str, Any]
_Result = TypeVar("_Result")


class Engine:
    """A Milvus server. Safe to use from many threads."""

    def __init__(self, url: str, client: Any) -> None:
        self.url = url
        self._client = client

    def create(self, name: str, dimension: int, windows: int) -> None:
        """A new collection, for about so many windows."""
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", DataType.INT64, is_primary=True)
        for field in ("row", "window", "came", "gone"):
            schema.add_field(field, DataType.INT64)
        schema.add_field("passage", DataType.VARCHAR, max_length=65_535)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        indexes = self._client.prepare_index_params()
        graph = {"index_type": "HNSW", "params": {"M": 16, "efConstruction": 200}}
        dense = {"index_type": "FLAT"} if windows <= _EXACT else graph
        indexes.add_index("dense", metric_type="IP", **dense)
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        self._told(
            lambda: self._client.create_collection(
                name, schema=schema, index_params=indexes, consistency_level="Strong"
            )
        )

    def collections(self) -> list[str]:
        return self._told(lambda: list(self._client.list_collections()))

    def drop(self, name: str) -> None:
        self._told(lambda: self._client.drop_collection(name))

    def insert(self, name: str, entities: Sequence[Entity]) -> None:
        """Puts entities in, or in the place of those with their keys."""
        self._loaded(
            name, lambda seconds: self._client.upsert(name, list(entities), timeout=seconds), _AT_WORK
        )

    def change(self, name: str, entities: Sequence[Entity]) -> None:
        """Changes the fields that are given, of the entities with these keys."""
        if entities:
            self._loaded(
                name,
                lambda seconds: self._client.upsert(
                    name, list(entities), partial_update=True, timeout=seconds
                ),
                _AT_WORK,
            )

    def delete(self, name: str, condition: str) -> None:
        self._loaded(
            name, lambda seconds: self._client.delete(name, filter=condition, timeout=seconds), _AT_WORK
        )

    def seal(self, name: str) -> None:
        """Has what was put in written into segments, which are searched by their indexes."""
        self._told(lambda: self._client.flush(name, timeout=_AT_WORK))

    def search(
        self,
        name: str,
        field: str,
        vector: Any,
        limit: int,
        condition: str,
        *,
        output: Sequence[str] = (),
        fresh: bool = True,
        first: bool = False,
    ) -> list[tuple[float, Entity]]:
        """(inner product, entity) of the nearest, best first.

        ``fresh``: of all that was ever put in; ``first``: the indexes may have to be made for it.
        """
        parameters = {"ef": max(128, 2 * limit)} if field == "dense" else {}
        found = self._loaded(
            name,
            lambda seconds: self._client.search(
                name,
                [vector],
                anns_field=field,
                limit=limit,
                filter=condition,
                output_fields=["row", *output],
                search_params={"metric_type": "IP", "params": parameters},
                consistency_level="Strong" if fresh else "Bounded",
                timeout=seconds,
            ),
            _AT_WORK if first else _SECONDS,
        )
        return [(float(hit["distance"]), hit["entity"]) for hit in found[0]]

    def entities(self, name: str, condition: str, output: Sequence[str]) -> Iterator[list[Entity]]:
        """Batches of all entities of which the condition is true, those fields of them."""
        iterator = self._loaded(
            name,
            lambda seconds: self._client.query_iterator(
                name,
                batch_size=LIMIT if "passage" not in output else 512,
                filter=condition,
                output_fields=list(output),
                consistency_level="Strong",
                timeout=seconds,
            ),
        )
        try:
            while batch := self._told(iterator.next):
                yield list(batch)
        finally:
            iterator.close()

    def _loaded(self, name: str, ask: Callable[[float], _Result], seconds: float = _SECONDS) -> _Result:
        """What it says of a collection within the seconds; more where it has to load it: it started again."""
        try:
            return self._told(lambda: ask(seconds))
        except EngineUnavailable as error:
            if getattr(error.__cause__, "code", None) == _NOT_THERE:
                raise
            if name not in self.collections():
                raise EngineUnavailable(
                    f"Milvus at {self.url} has lost the library's collection {name}: make it afresh, which "
                    "embeds nothing, with: majlis index repair"
                ) from error
            self._told(lambda: self._client.load_collection(name, timeout=_AT_WORK))
            return self._told(lambda: ask(_AT_WORK))

    def _told(self, ask: Callable[[], _Result]) -> _Result:
        return _patiently(self.url, ask)


def engine_at(url: str) -> Engine:
    """The engine at an address; ``EngineUnavailable`` where none answers."""
    return _connected(url, _token())


@lru_cache(maxsize=8)
def _connected(url: str, token: str) -> Engine:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            from pymilvus import MilvusClient
    except ImportError as error:
        raise EngineUnavailable(
            f"Milvus at {url} is spoken to with pymilvus, which is not installed: "
            "install it with: pip install 'majlis[milvus]'"
        ) from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
    return Engine(
        url,
        _patiently(url, lambda: MilvusClient(uri=url, token=token, timeout=_CONNECTING, grpc_options=_GRPC)),
    )


def _patiently(url: str, ask: Callable[[], _Result]) -> _Result:
    """What a server says; one that was just started again is not spoken to at once (gRPC waits a while)."""
    from pymilvus.exceptions import MilvusException

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return ask()
        except MilvusException as error:
            if error.code != _NOT_THERE or time.monotonic() > until:
                raise _failure(url, error) from error
            time.sleep(0.2)


def _token() -> str:
    if named := os.environ.get("MAJLIS_MILVUS_TOKEN_FILE"):
        try:
            return Path(named).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise UserError(
                f"{named}: the token of Milvus cannot be read from it; correct MAJLIS_MILVUS_TOKEN_FILE"
            ) from error
    return os.environ.get("MAJLIS_MILVUS_TOKEN", "")


def _failure(url: str, error: Any) -> EngineUnavailable:
    why = " ".join(str(getattr(error, "message", error)).split())[:200]
    return EngineUnavailable(
        f"Milvus at {url} does not answer as it should ({why}); nothing was changed: start it, or have the "
        "library searched on its own machine with: majlis index repair --search local"
    )


def any_of(field: str, values: Iterable[int]) -> str:
    """The condition that a field has one of the values."""
    return f"{field} in [{','.join(map(str, values))}]"
