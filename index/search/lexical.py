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
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from index.search import IndexChange, IndexKind, Match, PassageCorpus, Selection
from index.search.clauses import Clauses, affordable, ceiling, clauses_of
from index.search.expansion import REST_WEIGHT, Expansion, expand
from index.search.lexical_segments import (
    POLICY,
    SegmentChange,
    TermSegment,
    put_together,
    read_segments,
    told,
)
from index.search.query import Query
from index.search.segments import MergePolicy, Segment, read_manifest, write_manifest
from index.search.terms import Matching, document, schema
from index.text.analysis import ANALYSIS_VERSION

_TIES = 20  # fetched beyond k, so that equal passages at the border are ordered by row too
_WRITER_BYTES = 30_000_000


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
        clauses = affordable(clauses_of(asked.words), expanded, searcher)
        found = self._found(searcher, self._query(clauses, expanded), k + _TIES, within)
        ordered = sorted(
            # tantivy adds up in an order of its own: the last digits of equal scores differ
            (-round(score, 4), row, address)
            for score, row, address in found
        )
        found_by = Matching.of(asked.words, expanded)
        return [
            Match(row, -score, found_by.terms_in(bytes(searcher.doc(address)["matchable"][0])))
            for score, row, address in ordered[:k]
        ]

    def ceiling(self, query: Query, language: str) -> float:
        return ceiling(query, language, self._index.searcher())

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


KIND = IndexKind(
    "lexical", "", "the folder of terms", f"5.{ANALYSIS_VERSION}", create=LexicalIndex, open=LexicalIndex.open
)
