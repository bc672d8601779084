"""Passages: exact slices of an article, and hits: passages that were found."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.articles import Article
from index.structure import Range
from index.text.sentences import sentence_ranges

SPLITTER_VERSION = "1"  # changes when passages of the same article would

# Code points, measured on the development sets from 300 to 1500: smaller loses context, larger gains little
# and makes the reader read more. An overlap gained nothing.
_SIZE = {"ar": 800, "en": 900}
# Where a sentence longer than that is cut: the first of these that it holds.
_SEPARATORS = [r"(?<=[.!?؟])\s", r"(?<=[؛;:])\s", r"(?<=[،,])\s", r"\s", ""]


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
    matched_terms: tuple[str, ...] = ()  # the passage's analysis terms that the question holds, or may mean


def article_sentences(article: Article, start: int = 0, end: int | None = None) -> list[Range]:
    """The half-open ranges of the sentences in ``article.text[start:end]``, in order.

    None crosses the border of a block; a heading, and a row of a table, are one each.
    """
    end = len(article.text) if end is None else end
    ranges: list[Range] = []
    first = bisect_right(article.blocks, start, key=lambda block: block.end)
    for block in article.blocks[first:]:
        if block.start >= end:
            break
        ranges += sentence_ranges(article.text, start, max(start, block.start))
        inside = max(start, block.start), min(end, block.end)
        one = block.kind in ("heading", "row") and inside == (block.start, block.end)
        ranges += [inside] if one else sentence_ranges(article.text, *inside)
        start = inside[1]
    return ranges + sentence_ranges(article.text, start, end)


def split_article(article: Article) -> list[Passage]:
    """The passages of an article in order: as many whole sentences each as its size allows.

    No character but space is outside of them, and none is in two.
    """
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
        for start, end in _packed(article, _SIZE[article.language])
    ]


def _packed(article: Article, size: int) -> Iterator[tuple[int, int]]:
    packed: tuple[int, int] | None = None
    for start, end in _pieces(article, size):
        if packed and end - packed[0] > size:
            yield packed
            packed = None
        packed = (packed[0] if packed else start, end)
    if packed:
        yield packed


def _pieces(article: Article, size: int) -> Iterator[tuple[int, int]]:
    for start, end in article_sentences(article):
        if end - start <= size:
            yield start, end
        else:
            yield from _cut(article.text[start:end], start, size)


def _cut(sentence: str, start: int, size: int) -> Iterator[tuple[int, int]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # a second to import

    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,  # so that the pieces add up to the sentence, and offsets are sums
        chunk_size=size,
        chunk_overlap=0,
    )
    for piece in splitter.split_text(sentence):
        inner = piece.strip()
        if inner:
            first = start + piece.index(inner[0])
            yield first, first + len(inner)
        start += len(piece)
