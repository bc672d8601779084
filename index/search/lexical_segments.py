"""Segments of tantivy on disk: how they are written, marked, merged and put together.

tantivy has all that an index of segments needs, but merges as it sees fit, into segments as large as the
library. So each step is done in a small folder of its own, which holds the segments that it is about and no
others; an index is then a folder of links to the files of its segments and a ``meta.json`` that names them.
Terms that left are gone from the files once their segment is merged, alone or with neighbours.

tantivy merges eight segments or more (its ``LogMergePolicy``). Where there are fewer, empty documents fill
the number up: no term finds them, and the next merge drops them. They count among the documents, which where
there are few would change the scores: so few are analysed again instead.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from index.progress import Progress
from index.search import IndexChange
from index.search.segments import MergePolicy, Segment, by_segment, link
from index.search.terms import document, schema

# Passages. tantivy counts segments of up to 10 000 and one of 16 384 as of one level.
POLICY = MergePolicy(largest=16_384, smallest=64, factor=8, exact=256)
_MERGED = 8  # segments, from which tantivy merges
_SMALL_HEAP, _LARGE_HEAP = 15_000_000, 1_000_000_000  # bytes at most; with enough a commit is one segment


@dataclass(frozen=True, slots=True)
class TermSegment:
    """A segment with the folder where its files lie and tantivy's own record of it."""

    segment: Segment
    folder: Path
    record: Mapping[str, Any]
    files: str = ""  # the name that its files have in the folder, where it is another

    def link_to(self, folder: Path) -> None:
        """Gives its files a second name in the folder."""
        stem, deletes = (self.files or self.segment.name).replace("-", ""), self.record["deletes"]
        for path in self.folder.glob(f"{stem}.*"):
            if path.suffix != ".del" or (deletes and path.name == f"{stem}.{deletes['opstamp']}.del"):
                link(path, folder / path.name.replace(stem, self.segment.name.replace("-", "")))

    def copies(self, count: int) -> "Iterator[TermSegment]":
        """So many segments of the same files: nothing in them says which segment they are."""
        for _ in range(count):
            name = str(uuid.uuid4())
            record = {**self.record, "segment_id": name}
            yield TermSegment(replace(self.segment, name=name), self.folder, record, self.segment.name)


def read_segments(folder: Path, segments: Iterable[Segment]) -> list[TermSegment]:
    """The segments of a folder with tantivy's records; ``ValueError`` where it has none of one."""
    records = _records(folder)
    try:
        return [TermSegment(segment, folder, records[segment.name]) for segment in segments]
    except KeyError as error:
        raise ValueError(f"tantivy has no segment {error} in {folder}") from error


def put_together(folder: Path, segments: Sequence[TermSegment]) -> None:
    """Makes the new folder an index of tantivy that holds these segments."""
    folder.mkdir(exist_ok=True)
    tantivy.Index(schema(), str(folder), reuse=False)
    for segment in segments:
        segment.link_to(folder)
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    opstamps = [record["deletes"]["opstamp"] for _, record in _of(segments) if record["deletes"]]
    meta["segments"] = [dict(record) for _, record in _of(segments)]
    meta["opstamp"] = max([meta["opstamp"], *opstamps])
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


def _of(segments: Iterable[TermSegment]) -> Iterator[tuple[Segment, Mapping[str, Any]]]:
    return ((each.segment, each.record) for each in segments)


def write(folder: Path, documents: Iterable[tantivy.Document]) -> TermSegment:
    """A new segment in a new folder, of documents in the order of their rows; at least one."""
    folder.mkdir()
    rows = []
    writer = tantivy.Index(schema(), str(folder), reuse=False).writer(heap_size=_LARGE_HEAP, num_threads=1)
    try:
        for each in documents:
            rows.append(int(each["row"][0]))
            writer.add_document(each)
        writer.commit()
    finally:
        writer.wait_merging_threads()  # releases the lock; what was not committed is dropped
    [(name, record)] = _records(folder).items()
    return TermSegment(Segment(name, rows[0], rows[-1], len(rows), len(rows)), folder, record)


def mark(folder: Path, old: TermSegment) -> TermSegment:
    """The segment with a tombstone for the rows that are gone, in a new folder."""
    writer = _opened(folder, [old]).writer(heap_size=_SMALL_HEAP, num_threads=1)
    try:
        for row in old.segment.gone:
            writer.delete_documents_by_term("row", row)
        writer.commit()
    finally:
        writer.wait_merging_threads()
    return TermSegment(old.segment, folder, _records(folder)[old.segment.name])


def merge(folder: Path, group: Sequence[TermSegment]) -> TermSegment | None:
    """One segment of several, or of one, without what left them; none where tantivy did not merge them."""
    filler = min(each.segment.filler for each in group) - 1
    missing = max(0, _MERGED - len(group))
    shown = list(group)
    if missing:
        empty = tantivy.Document()
        empty.add_integer("row", filler)
        shown += write(folder.with_name(f"{folder.name}-filler"), [empty]).copies(missing)
    writer = _opened(folder, shown).writer(heap_size=_SMALL_HEAP, num_threads=1)
    try:
        for each in group:
            for row in (*each.segment.gone, each.segment.filler):
                writer.delete_documents_by_term("row", row)
        writer.commit()
    finally:
        writer.wait_merging_threads()
    records = _records(folder)
    passages = sum(each.segment.passages - len(each.segment.gone) for each in group)
    [(name, record)] = [*records.items()][:1]
    if len(records) > 1 or record["deletes"] or record["max_doc"] != passages + missing:
        return None
    first, last = group[0].segment.first, group[-1].segment.last
    merged = Segment(name, first, last, passages, passages, filler=filler if missing else 0)
    return TermSegment(merged, folder, record)


def _opened(folder: Path, segments: Sequence[TermSegment]) -> tantivy.Index:
    put_together(folder, segments)
    return tantivy.Index.open(str(folder))


def _records(folder: Path) -> dict[str, Mapping[str, Any]]:
    """What tantivy's ``meta.json`` says of each segment, by its name."""
    try:
        stored = json.loads((folder / "meta.json").read_text("utf-8"))["segments"]
    except (OSError, KeyError) as error:
        raise ValueError(f"no terms can be read from {folder}") from error
    return {record["segment_id"]: record for record in stored}


class SegmentChange:
    """What becomes of an index's segments by a change, step by step, in the folder ``work``."""

    def __init__(
        self, segments: Sequence[TermSegment], change: IndexChange, work: Path, policy: MergePolicy
    ) -> None:
        self._old = segments
        self._change = change
        self._work = work
        self._policy = policy
        self._steps = 0
        self._analysed: dict[int, tantivy.Document] = {}  # what came, where it is little

    def made(self) -> list[TermSegment]:
        """The segments after the change."""
        removed = by_segment([each.segment for each in self._old], self._change.removed)
        segments = [_without(each, removed.get(place, ())) for place, each in enumerate(self._old)]
        segments = [each for each in segments if len(each.segment.gone) < each.segment.passages]
        segments += self._new(self._change.after if self._old else 0)
        made = []
        for places in self._policy.groups([each.segment.live for each in segments]):
            group = [segments[place] for place in places]
            if len(group) > 1 or self._policy.is_worn(group[0].segment, purge=self._change.purge):
                made.append(self._merged(group))
            else:
                made.append(self._kept(group[0]))
        return made

    def _new(self, after: int) -> Iterator[TermSegment]:
        """What came, in segments; where it is little it is analysed and waits to be written."""
        total = self._change.corpus.count(after)
        texts = told(self._change.corpus.texts(after), total, self._change.progress)
        if total <= self._policy.exact:
            self._analysed = {row: document(row, title, text) for row, title, text in texts}
            if rows := [*self._analysed]:
                yield TermSegment(Segment("", rows[0], rows[-1], total, total), self._work, {})
            return
        for _ in range(-(-total // self._policy.largest)):
            yield self._written(document(*passage) for passage in islice(texts, self._policy.largest))

    def _kept(self, each: TermSegment) -> TermSegment:
        """The segment as it is, with what left it marked."""
        if not each.segment.name:
            return self._written(self._analysed.values())
        return mark(self._step(), each) if each.record != {} and _is_unmarked(each) else each

    def _merged(self, group: Sequence[TermSegment]) -> TermSegment:
        if sum(each.segment.live for each in group) > self._policy.exact:
            written = [each if each.segment.name else self._kept(each) for each in group]
            if (merged := merge(self._step(), written)) is not None:
                return merged
        first, last = group[0].segment.first, group[-1].segment.last
        return self._written(
            self._analysed.get(row) or document(row, title, text)
            for row, title, text in self._change.corpus.texts(first - 1, last)
        )

    def _written(self, documents: Iterable[tantivy.Document]) -> TermSegment:
        return write(self._step(), documents)

    def _step(self) -> Path:
        self._steps += 1
        return self._work / f"{self._steps}"


def _without(each: TermSegment, rows: Sequence[int]) -> TermSegment:
    """The segment of which these rows are gone, though its files do not say so yet."""
    if not rows:
        return each
    gone = tuple(sorted({*each.segment.gone, *rows}))
    return replace(each, segment=replace(each.segment, gone=gone))


def _is_unmarked(each: TermSegment) -> bool:
    deletes = each.record["deletes"] or {"num_deleted_docs": 0}
    return bool(deletes["num_deleted_docs"] < len(each.segment.gone))


def told(
    passages: Iterable[tuple[int, str, str]], total: int, progress: Progress
) -> Iterator[tuple[int, str, str]]:
    """The passages, and how far they have come."""
    for done, passage in enumerate(passages):
        if done % 1000 == 0:
            progress("indexing", done, total)
        yield passage
    progress("indexing", total, total)
