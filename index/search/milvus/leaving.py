"""What a library that is searched elsewhere again left in Milvus: noted in its folder, dropped when asked.

A library that moves away may do so because its Milvus does not answer, and whoever moved it may want to move
it back. So its collections stay; ``majlis index info`` names them, and ``repair --drop-collections`` is what
takes them away. A library that was copied leaves nothing: what it read is the first one's.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from index.search.milvus.engine import engine_at
from index.search.milvus.manifest import owner_of, places

FILE = "left-in-milvus.json"


@dataclass(frozen=True, slots=True, order=True)
class LeftCollections:
    """The collections of a library in the Milvus at an address."""

    url: str
    library: str

    def __str__(self) -> str:
        return f"{self.prefix}* in Milvus at {self.url}"

    @property
    def prefix(self) -> str:
        """How the names of all of them begin."""
        return f"majlis_{self.library}_"


def left(folder: Path) -> list[LeftCollections]:
    """What the library in a folder has left, as far as its folder says."""
    try:
        return [LeftCollections(**told) for told in json.loads((folder / FILE).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def note_left(folder: Path) -> None:
    """Notes what the library in a folder is about to leave."""
    _write(folder, {*left(folder), *_own(folder)})


def drop_left(folder: Path) -> list[str]:
    """Drops what was left; the names. ``EngineUnavailable`` where a Milvus is away: the rest stays."""
    dropped: list[str] = []
    for each in sorted({*left(folder)} - _own(folder)):
        engine = engine_at(each.url)
        for name in engine.collections():
            if name.startswith(each.prefix):
                engine.drop(name)
                dropped.append(name)
        _write(folder, {*left(folder)} - {each})
    return dropped


def _own(folder: Path) -> set[LeftCollections]:
    """The collections that the indexes in a folder lie in, if they are its own."""
    owner = owner_of(folder)
    held = places(folder.glob("milvus-*"))
    return {LeftCollections(p.url, p.library) for p in held if p.collection and p.owner == owner}


def _write(folder: Path, these: Iterable[LeftCollections]) -> None:
    told = [asdict(each) for each in sorted(these)]
    if told:
        whole = folder / f"{FILE}.partial"  # on a full disk the note that is there stays
        whole.write_text(json.dumps(told), encoding="utf-8")
        whole.replace(folder / FILE)
    else:
        (folder / FILE).unlink(missing_ok=True)
