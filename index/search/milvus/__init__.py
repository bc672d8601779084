"""A library searched in Milvus, by meaning and by words: one kind of index in the place of two.

    index.py       a library's collection: changes, searches, whether it is sound
    scoring.py     BM25 as an inner product, and as it is
    frequencies.py how many passages hold each term
    searching.py   the best entities within a selection
    manifest.py    what the library's folder holds of it
    leaving.py     what stays there when the library is searched elsewhere again
    engine.py      pymilvus, and what can go wrong with it

docs/scale.md says how it is set up and what it costs.
"""

from functools import partial
from pathlib import Path

from index.errors import UserError
from index.search import IndexKind, IndexKinds
from index.search.milvus.index import MilvusIndex, settle
from index.search.milvus.manifest import EnginePlace
from index.text.analysis import ANALYSIS_VERSION

NAME = "milvus"


def milvus_kinds(url: str) -> IndexKinds:
    """The kinds of a library that is searched in the Milvus at an address."""
    kind = IndexKind(
        NAME,
        "",
        "the place of entities in Milvus",
        f"1.{ANALYSIS_VERSION}",
        create=partial(_create, url),
        open=partial(MilvusIndex.open, url=url),
        settle=settle,
    )
    return IndexKinds(kind, kind)


def place_in(folder: Path) -> EnginePlace:
    """Where the entities of an index in a folder lie; ``ValueError`` where it cannot be read."""
    return EnginePlace.read(folder)[0]


def _create(url: str) -> MilvusIndex:
    if not url:
        raise UserError("which Milvus? name it with --milvus-url http://HOST:19530, or in MAJLIS_MILVUS_URL")
    return MilvusIndex(EnginePlace(url))
