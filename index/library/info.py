"""What a library is, in numbers."""

from dataclasses import dataclass, replace
from pathlib import Path

from index.library.database import State
from index.library.generations.stamps import bytes_of

KEPT = "uploads"  # in a library's folder: the files of articles that it keeps itself


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """A library, or its export, in numbers."""

    articles: int
    passages: int
    vectors: int  # one a window of a passage
    languages: dict[str, int]  # articles by language
    embedder: str
    dimension: int
    revision: int
    bytes: int
    originals: int  # files that it keeps itself
    original_bytes: int  # of ``bytes``
    healthy: bool  # the indexes' files are there, as they were written; ``verify`` reads everything

    @classmethod
    def of(cls, state: State, size: int, *, healthy: bool) -> "LibraryInfo":
        """Of a state, whose files take so many bytes."""
        counts = state.counts
        return cls(
            articles=counts.articles,
            passages=counts.passages,
            vectors=counts.vectors,
            languages=counts.languages,
            embedder=state.embedder,
            dimension=state.dimension,
            revision=state.revision,
            bytes=size,
            originals=0,
            original_bytes=0,
            healthy=healthy,
        )

    @classmethod
    def in_folder(cls, state: State, folder: Path, *, healthy: bool) -> "LibraryInfo":
        """Of a state, with all the files of its folder."""
        count, size = kept_originals(folder)
        told = cls.of(state, bytes_of(folder), healthy=healthy)
        return replace(told, originals=count, original_bytes=size)


def kept_originals(folder: Path) -> tuple[int, int]:
    """How many files a library's folder keeps of articles, and how many bytes."""
    files = [file for file in (folder / KEPT).rglob("*") if file.is_file() and not _is_ours(file)]
    return len(files), sum(file.stat().st_size for file in files)


def _is_ours(file: Path) -> bool:
    """Whether it is of the work on them: the lock, or on its way in or out."""
    return file.name == "lock" or file.name.startswith((".new-", ".aside-"))
