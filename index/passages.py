"""Passages: exact slices of an article, and hits: passages that were found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: ``text == article.text[start:end]``, in code points, half-open."""

    article_id: str
    title: str
    source: str
    language: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where one leg of the search put a passage: ``rank`` from 1, ``score`` larger is better."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with the reasons; ``score`` is the one the hits are ordered by."""

    passage: Passage
    score: float
    dense: LegScore | None = None
    lexical: LegScore | None = None
    matched_terms: tuple[str, ...] = ()  # analysis terms of the question that the passage holds
