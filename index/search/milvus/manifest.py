"""What a library's folder holds of an engine's index: where its entities lie, and how rare terms are."""

import json
import os
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from index.search.milvus.frequencies import TermStatistics

_FILE = "milvus.json"
_SETTLED = 60.0  # seconds after which every server that searches has what was written


@dataclass(frozen=True, slots=True)
class EnginePlace:
    """Where the entities of an index lie, and which of them are its own.

    ``owner`` is the folder that may change them: a library that was copied makes a collection of its own.
    """

    url: str
    library: str = ""  # what its collections are called by
    owner: str = ""
    collection: str = ""  # none yet: there is nothing to hold
    step: int = 0  # of what came up to this change, and had not left by then
    windows: int = 0  # that the collection was made for
    averages: Mapping[str, float] = field(default_factory=dict)  # of the sparse vectors
    written: float = 0.0

    def fresh(self) -> bool:
        """Whether it was written so lately that a search has to ask for all that was ever put in."""
        return time.time() - self.written < _SETTLED

    def write(self, folder: Path, statistics: TermStatistics, before: Path | None) -> None:
        """Writes the new folder."""
        folder.mkdir()
        statistics.write(folder, before)
        told = json.dumps({"place": asdict(self), "statistics": statistics.told()})
        with (folder / _FILE).open("w", encoding="utf-8") as file:
            file.write(told)
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> tuple["EnginePlace", TermStatistics]:
        """What was written to a folder; ``ValueError`` where it cannot be read."""
        try:
            told = json.loads((folder / _FILE).read_text("utf-8"))
            return cls(**told["place"]), TermStatistics.read(folder, told["statistics"])
        except (OSError, KeyError, TypeError) as error:
            raise ValueError(f"no place of entities can be read from {folder}") from error

    def beside(self, folder: Path) -> "EnginePlace":
        """The same for the new ``folder``, with the names that what lies beside it has."""
        owner = owner_of(folder.parent)
        known = (place for place in places(folder.parent.iterdir()) if place.owner == owner)
        library = next((place.library for place in known), "") or secrets.token_hex(6)
        return replace(self, owner=owner, library=library)


def places(folders: Iterable[Path]) -> list[EnginePlace]:
    """Those of the folders that are such."""
    found = []
    for folder in folders:
        try:
            told = json.loads((folder / _FILE).read_text("utf-8"))
            found.append(EnginePlace(**told["place"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def owner_of(folder: Path) -> str:
    """By what a library's folder is known where it is renamed, and not taken for one that was copied."""
    told = folder.stat()
    return f"{os.uname().nodename if hasattr(os, 'uname') else ''}:{told.st_dev}:{told.st_ino}"
