"""Passages: exact slices of an article, and hits: passages that were found."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.articles import Article
from index.sentences import sentence_ranges

SPLITTER_VERSION = "1"


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


_SIZE = {"ar": 800, "en": 900}  # code points; within the 256 tokens that the encoder reads
_SEPARATORS = [r"(?<=[؛;:])\s", r"(?<=[،,])\s", r"\s", ""]


def split_article(article: Article) -> list[Passage]:
    """The passages of an article in order, each of whole sentences where its size allows."""
    return [
        Passage(
            article_id=article.id,
            title=article.title,
            source=article.source,
            language=article.language,
            start=start,
            end=end,
            text=article.text[start:end],
        )
        for start, end in _packed(article.text, _SIZE[article.language])
    ]


def _packed(text: str, size: int) -> Iterator[tuple[int, int]]:
    start = end = -1
    for piece in _pieces(text, size):
        if start >= 0 and piece[1] - start > size:
            yield start, end
            start = -1
        start, end = (piece[0] if start < 0 else start), piece[1]
    if start >= 0:
        yield start, end


def _pieces(text: str, size: int) -> Iterator[tuple[int, int]]:
    for start, end in sentence_ranges(text):
        if end - start <= size:
            yield start, end
        else:
            yield from _cut(text, start, end, size)


def _cut(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    for piece in splitter.split_text(text[start:end]):
        yield start, start + len(piece.rstrip())
        start += len(piece)
