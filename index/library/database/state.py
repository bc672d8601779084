"""What a library is at one revision, but for its articles.

The state is a few rows of JSON: which embedder, which revision, which files are its search indexes, and how
much it holds. A check of its own tells a damaged one. Leaves out how it is read and stored (``connection``).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from index.library.database.schema import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class IndexFiles:
    """What a derived index must be on disk to be trusted: its name, its version, its files' stamps."""

    name: str = ""
    version: str = ""
    checksums: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a library holds, kept with each change, so that nobody has to count it."""

    languages: dict[str, int] = field(default_factory=dict)  # articles by language
    passages: int = 0
    vectors: int = 0  # one a window of a passage

    @property
    def articles(self) -> int:
        return sum(self.languages.values())

    def __add__(self, other: "Counts") -> "Counts":
        return self._with(other, 1)

    def __sub__(self, other: "Counts") -> "Counts":
        return self._with(other, -1)

    def _with(self, other: "Counts", sign: int) -> "Counts":
        sums = {
            language: self.languages.get(language, 0) + sign * other.languages.get(language, 0)
            for language in sorted({*self.languages, *other.languages})
        }
        return Counts(
            {language: count for language, count in sums.items() if count},
            self.passages + sign * other.passages,
            self.vectors + sign * other.vectors,
        )


@dataclass(frozen=True, slots=True)
class State:
    """The library at one revision, but for its articles; ``indexes`` by the name of their kind."""

    revision: int
    embedder: str
    fingerprint: str
    dimension: int
    indexes: dict[str, IndexFiles] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    @property
    def vector_bytes(self) -> int:
        """The size of one vector where it is stored."""
        return 4 * self.dimension


@dataclass(frozen=True, slots=True)
class OutdatedIndexes:
    """Index files of an older revision, and what has become of the passages since."""

    files: dict[str, IndexFiles]
    after: int  # the last passage that they hold
    removed: Sequence[int]


def state_told(values: dict[str, Any]) -> State:
    """The state that a row of ``meta`` tells, without its indexes; ``ValueError`` where it is damaged."""
    if values.get("check", _check(values)) != _check(values):
        raise ValueError("the row is not what was written")
    return State(*(values[name] for name in ("revision", "embedder", "fingerprint", "dimension")))


def state_to_tell(state: State) -> dict[str, Any]:
    """A state without its indexes and counts, for JSON."""
    values = asdict(state)
    del values["indexes"], values["counts"]
    values["format"] = SCHEMA_VERSION
    return values | {"check": _check(values)}


def _check(values: dict[str, Any]) -> str:
    told = json.dumps({name: value for name, value in values.items() if name != "check"}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def indexes_told(values: dict[str, Any]) -> dict[str, IndexFiles]:
    """Index files by their kind, of what ``indexes_to_tell`` wrote."""
    return {kind: IndexFiles(told["name"], told["version"], told["files"]) for kind, told in values.items()}


def indexes_to_tell(indexes: dict[str, IndexFiles]) -> dict[str, Any]:
    """Index files by their kind, for JSON."""
    return {
        kind: {"name": files.name, "version": files.version, "files": files.checksums}
        for kind, files in indexes.items()
    }
