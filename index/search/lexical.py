"""BM25 over analysis terms, in tantivy, within a language and across the two.

A passage is five fields: its stems, its pairs of neighbouring stems, the groups of four letters in its
words (they reach what stemming misses: spellings of names, derived forms), the stems of its title, and the
phonetic keys of its words. The score is the sum of the fields' BM25, weighted as measured on the development
sets; where a word of the question is not in a passage, what it is in the other language
(``expansion``) may stand for it. tantivy gets terms that are already analysed, joined by spaces, and
queries built of terms: what a person typed is never parsed.

Leaves out: proximity beyond pairs, synonyms, fuzzy search, other BM25 parameters than tantivy's.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from index.search import IndexChange, IndexKind, Match, PassageCorpus, Selection
from index.search.expansion import REST_WEIGHT, Expansion, expand, rarity
from index.search.lexical_segments import (
    POLICY,
    SegmentChange,
    TermSegment,
    put_together,
    read_segments,
    told,
)
from index.search.query import Query, QueryWord
from index.search.segments import MergePolicy, Segment, read_manifest, write_manifest
from index.search.terms import Matching, document, letters, pairs, schema
from index.text.analysis import ANALYSIS_VERSION

_PAIR_WEIGHT = 0.1
_LETTERS_WEIGHT = 0.15
_TITLE_WEIGHT = 0.25
_STOP_WEIGHT = 0.3  # a stop word of the question counts so much of another word
_TIES = 20  # fetched beyond k, so that equal passages at the border are ordered by row too
_WRITER_BYTES = 30_000_000
_POSTINGS = 500_000  # passages that a search looks at, each once for every term that it holds
_SATURATION = 2.2  # k1 + 1 in tantivy's BM25: what a term's weight grows to as it fills a passage

Clauses = dict[tuple[str, str], float]  # (field, term) with its weight


class LexicalIndex:
    """Passages by row number, found by the words that they share with a question."""

    def __init__(
        self,
        index: tantivy.Index | None = None,
        segments: Sequence[TermSegment] = (),
        *,
        policy: MergePolicy = POLICY,
    ) -> None:
        """``index``: of tantivy, and the ``segments`` of its files; empty and in memory without them."""
        self._index = tantivy.Index(schema()) if index is None else index
        self._segments = segments
        self._policy = policy
        self._index.config_reader("manual")
        self._index.reload()

    @classmethod
    def open(cls, folder: Path, *, policy: MergePolicy = POLICY) -> "LexicalIndex":
        """The index in a folder; ``ValueError`` where there is none that can be read."""
        segments = read_segments(folder, read_manifest(folder))
        try:
            return cls(tantivy.Index.open(str(folder)), segments, policy=policy)
        except ValueError:
            # tantivy makes a lock in the folder of what it reads; where nobody may, in one of links to it
            with TemporaryDirectory(prefix="majlis-", ignore_cleanup_errors=True) as place:
                for file in folder.iterdir():
                    if file.suffix != ".lock":
                        (Path(place) / file.name).symlink_to(file.absolute())
                return cls(
                    tantivy.Index.open(place), segments, policy=policy
                )  # mapped: names are no matter now

    @property
    def segments(self) -> list[Segment]:
        """What the index is made of on disk, by row."""
        return [each.segment for each in self._segments]

    def apply(self, change: IndexChange, to: Path | None = None) -> "LexicalIndex":
        if to is None:
            changed = LexicalIndex(policy=self._policy)
            changed._fill(change)
            return changed
        to.mkdir()
        work = to / "work"
        work.mkdir()
        segments = SegmentChange(self._segments, change, work, self._policy).made()
        put_together(to, segments)
        before = next((each.folder for each in self._segments), None)
        write_manifest(to, [each.segment for each in segments], before)
        shutil.rmtree(work)
        return LexicalIndex.open(to, policy=self._policy)

    def is_sound(self, corpus: PassageCorpus) -> bool:
        searcher = self._index.searcher()
        fillers = sum(
            searcher.doc_freq("row", row) for row in {segment.filler for segment in self.segments} if row
        )
        return bool(searcher.num_docs - fillers == corpus.count())

    def _fill(self, change: IndexChange) -> None:
        """Puts all passages in, in memory."""
        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        try:
            for passage in told(change.corpus.texts(), change.corpus.count(), change.progress):
                writer.add_document(document(*passage))
            writer.commit()
        finally:
            writer.wait_merging_threads()
        self._index.reload()

    def search(self, asked: Query, k: int, within: Selection | None = None) -> list[Match]:
        if not asked.words or k < 1 or (within is not None and not len(within)):
            return []
        searcher = self._index.searcher()
        expanded = expand(asked.words, searcher.doc_freq, searcher.num_docs)
        clauses = _affordable(_clauses(asked.words), expanded, searcher)
        found = self._found(searcher, self._query(clauses, expanded), k + _TIES, within)
        ordered = sorted(
            # tantivy adds up in an order of its own: the last digits of equal scores differ
            (-round(score, 4), row, address)
            for score, row, address in found
        )
        found_by = Matching.of(asked.words, expanded)
        return [
            Match(row, -score, found_by.terms_in(searcher.doc(address)))
            for score, row, address in ordered[:k]
        ]

    def ceiling(self, query: Query, language: str) -> float:
        # A word that the library does not know counts as the others do on average.
        searcher = self._index.searcher()
        foreign = [word for word in query.words if word.language not in (language, "")]
        own = [word for word in query.words if word.language in (language, "")]
        everything = expand(query.words, searcher.doc_freq, searcher.num_docs)
        expanded = {word.term: everything[word.term] for word in foreign if word.term in everything}
        asked = _affordable(_clauses(query.words), everything, searcher)
        total = sum(
            weight * rarity(frequency, searcher.num_docs)
            for clause, weight in _clauses(own).items()
            if clause in asked and (frequency := searcher.doc_freq(*clause))
        )
        for word in query.words:
            if ("stems", word.term) in asked and (expansions := expanded.get(word.term)):
                total += _weight(word) * max(found.weight * found.rarity for found in expansions)
        content = set(query.content_terms)
        known = {word.term for word in own if searcher.doc_freq("stems", word.term)} | expanded.keys()
        share = len(content & known) / len(content) if content else 0.0
        return total * _SATURATION / share if share else 0.0

    def _query(self, clauses: Clauses, expanded: Mapping[str, Sequence[Expansion]]) -> tantivy.Query:
        queries = []
        for (field, term), weight in clauses.items():
            query = self._term_query(field, term, weight)
            if field == "stems" and (expansions := expanded.get(term)):
                others = [self._term_query(e.field, e.term, weight * e.weight) for e in expansions]
                query = tantivy.Query.disjunction_max_query([query, *others], REST_WEIGHT)
            queries.append((tantivy.Occur.Should, query))
        return tantivy.Query.boolean_query(queries)

    def _found(
        self, searcher: tantivy.Searcher, query: tantivy.Query, count: int, within: Selection | None
    ) -> list[tuple[float, int, tantivy.DocAddress]]:
        """The score, the row and the address of so many of the best passages.

        Of a selection the query asks for its rows; the weights stay those of all passages. Where these are
        many, it is quicker to look first through so many of all that they should hold enough of it.
        """
        if within is None:
            return _hits(searcher, query, count)
        looked = max(count, 2 * count * searcher.num_docs // len(within))
        if looked < len(within):
            hits = _hits(searcher, query, looked)
            found = [hit for hit in hits if within.holds(hit[1])]
            if len(found) >= count or len(hits) < looked:
                return found
        chosen = tantivy.Query.term_set_query(self._index.schema, "row", within.rows.tolist())
        both = [query, tantivy.Query.const_score_query(chosen, 0.0)]
        return _hits(
            searcher, tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in both]), count
        )

    def _term_query(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._index.schema, field, term, "freq")
        return tantivy.Query.boost_query(query, weight)


def _hits(
    searcher: tantivy.Searcher, query: tantivy.Query, count: int
) -> list[tuple[float, int, tantivy.DocAddress]]:
    hits = searcher.search(query, count, count=False).hits
    rows = searcher.fast_field_values("row", [address for _, address in hits])
    return [(score, int(row or 0), address) for (score, address), row in zip(hits, rows, strict=True)]


def _weight(word: QueryWord) -> float:
    return 1.0 if word.content else _STOP_WEIGHT


def _clauses(words: Iterable[QueryWord]) -> Clauses:
    """All that a question asks the index for."""
    words = list(words)
    clauses: defaultdict[tuple[str, str], float] = defaultdict(float)
    for word in words:
        clauses["stems", word.term] += _weight(word)
        clauses["title", word.term] += _weight(word) * _TITLE_WEIGHT
        for group in letters(word.spelling).split(" "):
            clauses["letters", group] += _weight(word) * _LETTERS_WEIGHT
    for pair in pairs([word.term for word in words]):
        clauses["pairs", pair] += _PAIR_WEIGHT
    return clauses


def _affordable(
    clauses: Clauses, expanded: Mapping[str, Sequence[Expansion]], searcher: tantivy.Searcher
) -> Clauses:
    """The clauses that can tell most, as many as a search has time for; in a library of ordinary size all.

    tantivy looks at every passage that holds any of the terms. What most passages hold, stop words and common
    letter groups, costs most of that time and moves no rank to speak of.
    """
    count = searcher.num_docs
    if count * len(clauses) <= _POSTINGS:
        return clauses
    worth: dict[tuple[str, str], tuple[float, int]] = {}
    for (field, term), weight in clauses.items():
        frequency = searcher.doc_freq(field, term)
        others = expanded.get(term, ()) if field == "stems" else ()
        best = max([rarity(frequency, count) if frequency else 0.0, *(e.weight * e.rarity for e in others)])
        passages = frequency + sum(searcher.doc_freq(e.field, e.term) for e in others)
        worth[field, term] = weight * best, passages
    left = _POSTINGS
    kept: set[tuple[str, str]] = set()
    for clause, (_, passages) in sorted(worth.items(), key=lambda item: -item[1][0]):
        if passages and (passages <= left or not kept):
            kept.add(clause)
            left -= passages
    return {clause: weight for clause, weight in clauses.items() if clause in kept}


KIND = IndexKind(
    "lexical", "", "the folder of terms", f"5.{ANALYSIS_VERSION}", create=LexicalIndex, open=LexicalIndex.open
)
