"""BM25 over analysis terms, in tantivy.

A passage is four fields: its stems, its pairs of neighbouring stems, the groups of four letters in its
words (they reach what stemming misses: spellings of names, derived forms) and the stems of its title. The
score is the sum of the fields' BM25, weighted as measured on the development sets. tantivy gets terms that
are already analysed, joined by spaces, and queries built of terms: what a person typed is never parsed.

Leaves out: proximity beyond pairs, synonyms, fuzzy search, other BM25 parameters than tantivy's.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import tantivy

from index.analysis import is_stop, terms_and_spellings
from index.errors import LibraryBusy

_PAIR_WEIGHT = 0.1
_LETTERS_WEIGHT = 0.15
_TITLE_WEIGHT = 0.25
_STOP_WEIGHT = 0.3  # a stop word of the question counts so much of another word
_LETTERS = 4
_TIES = 20  # fetched beyond k, so that equal passages at the border are ordered by row too
_WRITER_BYTES = 30_000_000
_SATURATION = 2.2  # k1 + 1 in tantivy's BM25: what a term's weight grows to as it fills a passage


@dataclass(frozen=True, slots=True)
class LexicalMatch:
    """A passage that shares words with a question: its row, its score, the question's terms in it."""

    row: int
    score: float
    terms: tuple[str, ...]


class LexicalIndex:
    """Passages by row number, found by the words that they share with a question.

    Searches may run in many threads at once; each sees the last change that was finished.
    """

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        index.config_reader("manual")
        index.reload()

    @classmethod
    def create(cls, folder: Path | None = None) -> "LexicalIndex":
        """An empty index in a new or empty folder, or in memory."""
        if folder is None:
            return cls(tantivy.Index(_schema()))
        folder.mkdir(parents=True, exist_ok=True)
        return cls(tantivy.Index(_schema(), str(folder), reuse=False))

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """The index in a folder; ``ValueError`` where there is none that can be read."""
        return cls(tantivy.Index.open(str(folder)))

    def change(self, add: Iterable[tuple[int, str, str]] = (), remove: Iterable[int] = ()) -> None:
        """Takes rows out, then puts (row, title, text) in: all of it, or nothing where it fails."""
        try:
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            raise LibraryBusy("another process is changing the library: try again when it is done") from error
        try:
            for row in remove:
                writer.delete_documents_by_term("row", row)
            for row, title, text in add:
                writer.add_document(_document(row, title, text))
            writer.commit()
        finally:
            writer.wait_merging_threads()  # releases the lock; what was not committed is dropped
        self._index.reload()

    def search(self, question: str, k: int) -> list[LexicalMatch]:
        """The k best passages, best first, equal ones by row; none for a question without words."""
        clauses = _clauses(question)
        if not clauses or k < 1:
            return []
        searcher = self._index.searcher()
        found = searcher.search(self._query(clauses), k + _TIES, count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in found])
        ordered = sorted(
            # tantivy adds up in an order of its own: the last digits of equal scores differ
            (-round(score, 4), int(row or 0), address)
            for (score, address), row in zip(found, rows, strict=True)
        )
        wanted = [term for field, term in clauses if field == "stems"]
        matches = []
        for score, row, address in ordered[:k]:
            stems = f" {searcher.doc(address).get_first('stems')} "
            matches.append(LexicalMatch(row, -score, tuple(term for term in wanted if f" {term} " in stems)))
        return matches

    def ceiling(self, question: str) -> float:
        """A score that no passage can exceed for this question; 0.0 where none can score at all."""
        searcher = self._index.searcher()
        total = 0.0
        for (field, term), weight in _clauses(question).items():
            frequency = searcher.doc_freq(field, term)
            if frequency:
                # rows that were removed are still in the frequency until tantivy merges its segments
                others = max(0, searcher.num_docs - frequency)
                total += weight * math.log(1 + (others + 0.5) / (frequency + 0.5))
        return total * _SATURATION

    def _query(self, clauses: dict[tuple[str, str], float]) -> tantivy.Query:
        queries = []
        for (field, term), weight in clauses.items():
            query = tantivy.Query.term_query(self._index.schema, field, term, "freq")
            queries.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)))
        return tantivy.Query.boolean_query(queries)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True, indexed=True, fast=True)
    builder.add_text_field("stems", stored=True, tokenizer_name="whitespace", index_option="freq")
    for field in ("pairs", "letters", "title"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(row: int, title: str, text: str) -> tantivy.Document:
    words = terms_and_spellings(text)
    stems = [term for term, _ in words]
    document = tantivy.Document()
    document.add_integer("row", row)
    document.add_text("stems", " ".join(stems))
    document.add_text("pairs", " ".join(_pairs(stems)))
    document.add_text("letters", " ".join(_letters(spelling) for _, spelling in words))
    document.add_text("title", " ".join(term for term, _ in terms_and_spellings(title)))
    return document


def _clauses(question: str) -> dict[tuple[str, str], float]:
    """The weight of each (field, term) that a question asks the index for."""
    words = terms_and_spellings(question)
    only_stops = all(is_stop(term) for term, _ in words)
    clauses: defaultdict[tuple[str, str], float] = defaultdict(float)
    for term, spelling in words:
        weight = 1.0 if only_stops or not is_stop(term) else _STOP_WEIGHT
        clauses["stems", term] += weight
        clauses["title", term] += weight * _TITLE_WEIGHT
        for group in _letters(spelling).split(" "):
            clauses["letters", group] += weight * _LETTERS_WEIGHT
    for pair in _pairs([term for term, _ in words]):
        clauses["pairs", pair] += _PAIR_WEIGHT
    return clauses


def _pairs(stems: list[str]) -> Iterator[str]:
    return (f"{first}_{second}" for first, second in pairwise(stems))


@lru_cache(maxsize=1 << 17)
def _letters(spelling: str) -> str:
    word = f"^{spelling}$"
    return " ".join(word[i : i + _LETTERS] for i in range(max(1, len(word) - _LETTERS + 1)))
