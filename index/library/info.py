"""What a library is, in numbers."""

from dataclasses import dataclass

from index.library.database import State


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
            healthy=healthy,
        )
