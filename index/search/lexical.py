"""BM25 over analysis terms, in tantivy, within a language and across the two.

A passage is five fields: its stems, its pairs of neighbouring stems, the groups of four letters in its
words (they reach what stemming misses: spellings of names, derived forms), the stems of its title, and the
phonetic keys of its words. The score is the sum of the fields' BM25, weighted as measured on the development
sets; where a word of the question is not in a passage, what it is in the other language
(``expansion``) may stand for it. tantivy gets terms that are already analysed, joined by spaces, and
queries built of terms: what a person typed is never parsed.

Leaves out: proximity beyond pairs, synonyms, fuzzy search, other BM25 parameters than tantivy's.
"""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import tantivy

from index.search import IndexChange, IndexKind, Match, PassageCorpus
from index.search.expansion import REST_WEIGHT, Expansion, expand, phonetic_terms, rarity
from index.search.query import Query, QueryWord
from index.text.analysis import ANALYSIS_VERSION, is_stop, terms_and_spellings

_PAIR_WEIGHT = 0.1
_LETTERS_WEIGHT = 0.15
_TITLE_WEIGHT = 0.25
_STOP_WEIGHT = 0.3  # a stop word of the question counts so much of another word
_LETTERS = 4
_TIES = 20  # fetched beyond k, so that equal passages at the border are ordered by row too
_WRITER_BYTES = 30_000_000
_AFRESH_BELOW = 1_000  # passages: so few are made afresh in a moment
_WORN = 0.1  # share of rows that left
_SATURATION = 2.2  # k1 + 1 in tantivy's BM25: what a term's weight grows to as it fills a passage


class LexicalIndex:
    """Passages by row number, found by the words that they share with a question."""

    def __init__(self, index: tantivy.Index | None = None, folder: Path | None = None) -> None:
        """``index``: of tantivy, and ``folder`` where it lies; empty and in memory without them."""
        self._index = tantivy.Index(_schema()) if index is None else index
        self._folder = folder
        self._index.config_reader("manual")
        self._index.reload()

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """The index in a folder; ``ValueError`` where there is none that can be read."""
        return cls(tantivy.Index.open(str(folder)), folder)

    def apply(self, change: IndexChange, to: Path | None = None) -> "LexicalIndex":
        if self._folder is None or to is None or self._is_worn(change):
            if to is not None:
                to.mkdir()
            index = None if to is None else tantivy.Index(_schema(), str(to), reuse=False)
            changed = LexicalIndex(index, to)
            changed._write(change, after=0)
        else:
            shutil.copytree(self._folder, to, copy_function=_link)
            changed = LexicalIndex.open(to)
            changed._write(change, change.after, change.removed)
        return changed

    def is_sound(self, corpus: PassageCorpus) -> bool:
        return bool(self._index.searcher().num_docs == corpus.count())

    def _is_worn(self, change: IndexChange) -> bool:
        """Whether to make it afresh: tantivy only marks what leaves, and still counts it in the scores."""
        assert self._folder is not None
        stored = json.loads((self._folder / "meta.json").read_text("utf-8"))["segments"]
        marked = sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in stored)
        gone, left = marked + len(change.removed), change.corpus.count()
        return gone > 0 and (change.purge or left < _AFRESH_BELOW or gone > _WORN * left)

    def _write(self, change: IndexChange, after: int, removed: Iterable[int] = ()) -> None:
        """Takes rows out, then puts those above ``after`` in."""
        total = change.corpus.count(after)
        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        try:
            for row in removed:
                writer.delete_documents_by_term("row", row)
            for done, passage in enumerate(change.corpus.texts(after)):
                if done % 1000 == 0:
                    change.progress("indexing", done, total)
                writer.add_document(_document(*passage))
            writer.commit()
        finally:
            writer.wait_merging_threads()  # releases the lock; what was not committed is dropped
        change.progress("indexing", total, total)
        self._index.reload()

    def search(self, asked: Query, k: int) -> list[Match]:
        if not asked.words or k < 1:
            return []
        searcher = self._index.searcher()
        expanded = expand(asked.words, searcher.doc_freq, searcher.num_docs)
        found = searcher.search(self._query(asked.words, expanded), k + _TIES, count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in found])
        ordered = sorted(
            # tantivy adds up in an order of its own: the last digits of equal scores differ
            (-round(score, 4), int(row or 0), address)
            for (score, address), row in zip(found, rows, strict=True)
        )
        found_by = _Matching.of(asked.words, expanded)
        return [
            Match(row, -score, found_by.terms_in(searcher.doc(address)))
            for score, row, address in ordered[:k]
        ]

    def ceiling(self, query: Query, language: str) -> float:
        # A word that the library does not know counts as the others do on average.
        searcher = self._index.searcher()
        foreign = [word for word in query.words if word.language not in (language, "")]
        own = [word for word in query.words if word.language in (language, "")]
        expanded = expand(foreign, searcher.doc_freq, searcher.num_docs)
        total = sum(
            weight * rarity(frequency, searcher.num_docs)
            for (field, term), weight in _clauses(own).items()
            if (frequency := searcher.doc_freq(field, term))
        )
        for word in query.words:
            if expansions := expanded.get(word.term):
                total += _weight(word) * max(found.weight * found.rarity for found in expansions)
        content = set(query.content_terms)
        known = {word.term for word in own if searcher.doc_freq("stems", word.term)} | expanded.keys()
        share = len(content & known) / len(content) if content else 0.0
        return total * _SATURATION / share if share else 0.0

    def _query(
        self, words: Sequence[QueryWord], expanded: Mapping[str, Sequence[Expansion]]
    ) -> tantivy.Query:
        queries = []
        for (field, term), weight in _clauses(words).items():
            query = self._term_query(field, term, weight)
            if field == "stems" and (expansions := expanded.get(term)):
                others = [self._term_query(e.field, e.term, weight * e.weight) for e in expansions]
                query = tantivy.Query.disjunction_max_query([query, *others], REST_WEIGHT)
            queries.append((tantivy.Occur.Should, query))
        return tantivy.Query.boolean_query(queries)

    def _term_query(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._index.schema, field, term, "freq")
        return tantivy.Query.boost_query(query, weight)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True, indexed=True, fast=True)
    for field in ("stems", "pairs", "letters", "title", "phonetic"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("matchable", stored=True, indexed=False)  # see _Matching
    return builder.build()


def _document(row: int, title: str, text: str) -> tantivy.Document:
    words = terms_and_spellings(text)
    stems = [term for term, _ in words]
    keys = [(term, key) for term, spelling in words if not is_stop(term) for key in phonetic_terms(spelling)]
    document = tantivy.Document()
    document.add_integer("row", row)
    document.add_text("stems", " ".join(stems))
    document.add_text("pairs", " ".join(_pairs(stems)))
    document.add_text("letters", " ".join(_letters(spelling) for _, spelling in words))
    document.add_text("title", " ".join(term for term, _ in terms_and_spellings(title)))
    document.add_text("phonetic", " ".join(key for _, key in keys))
    document.add_bytes("matchable", _matchable(stems, keys))
    return document


def _matchable(stems: Sequence[str], keys: Iterable[tuple[str, str]]) -> bytes:
    """A line of the stems, each once, and a line of their phonetic keys in the same order, commas between."""
    by_stem: dict[str, dict[str, None]] = {stem: {} for stem in stems}
    for stem, key in keys:
        by_stem[stem][key] = None
    joined = ",".join(f" {' '.join(found)} " for found in by_stem.values())
    return f"{' '.join(by_stem)}\n{joined}".encode()


@dataclass(frozen=True, slots=True)
class _Matching:
    """The stems and phonetic keys that a query asks for."""

    stems: dict[str, int]  # with their place
    keys: set[str]

    @classmethod
    def of(cls, words: Iterable[QueryWord], expanded: Mapping[str, Sequence[Expansion]]) -> "_Matching":
        expansions = [expansion for found in expanded.values() for expansion in found]
        stems = [*(word.term for word in words), *(e.term for e in expansions if e.field == "stems")]
        return cls(
            {stem: place for place, stem in enumerate(dict.fromkeys(stems))},
            {e.term for e in expansions if e.field == "phonetic"},
        )

    def terms_in(self, stored: tantivy.Document) -> tuple[str, ...]:
        """The stems of a passage that the query asks for, by themselves or by their sound; each once."""
        held, keys = bytes(stored["matchable"][0]).decode().split("\n")
        stems = held.split(" ")
        terms = self.stems.keys() & stems
        if self.keys:
            places = (keys.find(f" {key} ") for key in self.keys)
            terms |= {stems[keys.count(",", 0, place)] for place in places if place >= 0}
        return tuple(sorted(terms, key=lambda term: (self.stems.get(term, len(self.stems)), term)))


def _weight(word: QueryWord) -> float:
    return 1.0 if word.content else _STOP_WEIGHT


def _clauses(words: Iterable[QueryWord]) -> dict[tuple[str, str], float]:
    """The weight of each (field, term) that a question asks the index for."""
    words = list(words)
    clauses: defaultdict[tuple[str, str], float] = defaultdict(float)
    for word in words:
        clauses["stems", word.term] += _weight(word)
        clauses["title", word.term] += _weight(word) * _TITLE_WEIGHT
        for group in _letters(word.spelling).split(" "):
            clauses["letters", group] += _weight(word) * _LETTERS_WEIGHT
    for pair in _pairs([word.term for word in words]):
        clauses["pairs", pair] += _PAIR_WEIGHT
    return clauses


def _pairs(stems: list[str]) -> Iterator[str]:
    return (f"{first}_{second}" for first, second in pairwise(stems))


@lru_cache(maxsize=1 << 17)
def _letters(spelling: str) -> str:
    word = f"^{spelling}$"
    return " ".join(word[i : i + _LETTERS] for i in range(max(1, len(word) - _LETTERS + 1)))


def _link(source: str, target: str) -> None:
    """A second name for the same bytes, where there is such a thing; tantivy never changes a file."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


KIND = IndexKind(
    "lexical", "", "the folder of terms", f"4.{ANALYSIS_VERSION}", create=LexicalIndex, open=LexicalIndex.open
)
