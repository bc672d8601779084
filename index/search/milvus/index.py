"""The index of a library in Milvus: a collection of windows, of which each change makes others visible.

An entity is a window of a passage: its vector, the change that it came with and the one that it left with.
The first of a passage holds its terms too, as a sparse vector and as they are. A search sees what had come
by the change that its index is of, and had not left: so readers at two revisions search one collection. What
a change that failed has left behind is of a later one than all; the next change takes it away first. What no
revision sees any more is deleted once a change is in force (``settle``).
"""

import secrets
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from heapq import heappush, heappushpop
from pathlib import Path
from typing import TypeVar

from index.embedders.windows import Vectors
from index.errors import EngineUnavailable
from index.search import IndexChange, Match, PassageCorpus, Selection
from index.search.clauses import ceiling
from index.search.milvus.engine import LIMIT, Engine, Entity, any_of, engine_at
from index.search.milvus.entities import NEVER, arrived, counted, entities_of, packed, unpacked
from index.search.milvus.frequencies import Counting, TermStatistics
from index.search.milvus.manifest import EnginePlace, owner_of, places
from index.search.milvus.scoring import Scoring, no_terms, slack
from index.search.milvus.searching import FoundRow, found_within
from index.search.query import Query
from index.search.terms import AnalysedPassage, analysed

_SENT = 256  # entities at once
_SEALED = 1_000  # passages of a change, from which it is sealed
_DRIFT, _DRIFTING = 1.5, 10_000  # of average lengths, in a library of so many passages: written anew
_GROWN = 4  # a collection whose vectors are all looked at is made anew where there are so many times more
_Value = TypeVar("_Value")
_DIGITS = 6  # of an inner product: beyond them lies only the order of summation


class MilvusIndex:
    """Passages by row number, searched by meaning with a vector and by words with a ``Query``."""

    def __init__(
        self, place: EnginePlace, statistics: TermStatistics | None = None, folder: Path | None = None
    ) -> None:
        self.place = place
        self.statistics = statistics or TermStatistics()
        self._folder = folder

    @classmethod
    def open(cls, folder: Path, url: str = "") -> "MilvusIndex":
        """The index that a folder tells of; ``url``: where its engine is asked, if it is elsewhere now."""
        place, statistics = EnginePlace.read(folder)
        return cls(replace(place, url=url or place.url), statistics, folder)

    @property
    def _engine(self) -> Engine:
        return engine_at(self.place.url)

    def apply(self, change: IndexChange, to: Path | None = None) -> "MilvusIndex":
        if self.place.collection and (to is None or self._is_to_be_made_anew(change.corpus, to)):
            afresh = IndexChange(change.corpus, progress=change.progress)
            return MilvusIndex(EnginePlace(self.place.url)).apply(afresh, to)
        after = change.after if self.place.collection else 0
        place = self.place.beside(to) if to else replace(self.place, library="temporary")
        place = replace(place, step=max(self.place.step + 1, change.corpus.revision), written=time.time())
        counting = Counting(self.statistics if self.place.collection else None)
        if not place.collection and change.corpus.count():
            place = _created(self._engine, place, change.corpus)
        if place.collection:
            engine, name = self._engine, place.collection
            if self.place.collection:
                self._forget_later(engine)
                for passage in self._leave(engine, change.removed, place.step):
                    counting.add(passage, -1)
            for rows in arrived(change, after):
                entities: list[Entity] = []
                for row, title, text, vectors in rows:
                    passage = analysed(title, text)
                    counting.add(passage)
                    entities += entities_of(row, packed(title, text), passage, vectors, place)
                for sent in _batched(entities, _SENT):
                    engine.insert(name, sent)
            if not self.place.collection or counting.came > _SEALED:
                engine.seal(name)
                engine.search(name, "sparse", no_terms(), 1, "", first=True)  # so that no question waits
            place = replace(place, written=time.time())
        statistics = counting.made(purge=change.purge)
        if to is not None:
            place.write(to, statistics, self._folder)
        made = MilvusIndex(place, statistics, to)
        if to is None and place.collection:
            weakref.finalize(made, _drop, place)
        return made

    def search(self, asked: Query | Vectors, k: int, within: Selection | None = None) -> list[Match]:
        if k < 1 or not self.place.collection or (within is not None and not len(within)):
            return []
        return self._by_words(asked, k, within) if isinstance(asked, Query) else self._near(asked, k, within)

    def ceiling(self, query: Query, language: str) -> float:
        return ceiling(query, language, self.statistics)

    def is_sound(self, corpus: PassageCorpus) -> bool:
        windows = corpus.windows()
        if self.statistics.num_docs != len(windows):
            return False
        held: dict[int, int] = {}
        if self.place.collection:
            if self.place.collection not in self._engine.collections():
                return False
            seen = self._engine.entities(self.place.collection, self._visible, ["row", "window"])
            for batch in seen:
                for entity in batch:
                    held[entity["row"]] = held.get(entity["row"], 0) + (entity["window"] >= 0)
        return held.keys() == windows.keys() and all(windows[row] in (None, held[row]) for row in held)

    @property
    def _visible(self) -> str:
        return f"came <= {self.place.step} and gone > {self.place.step}"

    def _is_to_be_made_anew(self, corpus: PassageCorpus, to: Path) -> bool:
        if self.place.owner != owner_of(to.parent):
            return True
        if self.statistics.num_docs < _DRIFTING:
            return False
        averages = self.statistics.averages()
        drifted = slack(self.place.averages, averages) > _DRIFT
        return drifted or corpus.count_vectors() > max(_GROWN * self.place.windows, 1_000_000)

    def _forget_later(self, engine: Engine) -> None:
        """Undoes what a change that came to nothing has done."""
        name, step = self.place.collection, self.place.step
        engine.delete(name, f"came > {step}")
        for batch in engine.entities(name, f"gone > {step} and gone < {NEVER}", ["key"]):
            engine.change(name, [{"key": entity["key"], "gone": NEVER} for entity in batch])

    def _leave(self, engine: Engine, rows: Sequence[int], step: int) -> Iterator[AnalysedPassage]:
        """Marks the passages of these rows as gone; what they held."""
        name = self.place.collection
        for some in _batched(list(rows), _SENT):
            marked: list[Entity] = []
            condition = f"{self._visible} and {any_of('row', some)}"
            for batch in engine.entities(name, condition, ["key", "window", "passage"]):
                for entity in batch:
                    marked.append({"key": entity["key"], "gone": step})
                    if entity["window"] <= 0:
                        yield unpacked(entity["passage"])
            engine.change(name, marked)

    def _near(self, vector: Vectors, k: int, within: Selection | None) -> list[Match]:
        limit = 4 * k + 8
        while True:  # until no passage that ties with the k-th can lie outside
            limit = min(limit, LIMIT)
            found, whole = self._found("dense", vector.tolist(), limit, within, "window >= 0")
            best: dict[int, float] = {}
            for each in found:
                score = round(each.score, _DIGITS)
                best[each.row] = max(score, best.get(each.row, score))
            passages = sorted(best.items(), key=lambda item: (-item[1], item[0]))
            enough = len(passages) >= k and round(found[-1].score, _DIGITS) < passages[k - 1][1]
            if whole or enough or limit == LIMIT:
                return [Match(row, score) for row, score in passages[:k]]
            limit *= 4

    def _by_words(self, query: Query, k: int, within: Selection | None) -> list[Match]:
        scoring = Scoring.of(query, self.statistics)
        if not (vector := scoring.vector()):
            return []
        above = slack(self.place.averages, self.statistics.averages())
        matches: dict[int, Match] = {}
        best: list[float] = []  # the k best scores, the least of them first
        limit = 2 * k + 64
        while True:  # until what was not scored cannot be better than the k-th
            limit = min(limit, LIMIT)
            found, enough = self._found("sparse", vector, limit, within, output=("passage",))
            for each in found:
                if len(best) == k and each.score * above < best[0]:
                    enough = True
                    break
                if each.row in matches:
                    continue
                passage = counted(each.told)
                if score := round(scoring.score(passage), 4):
                    terms = scoring.matching.terms_in(passage.matchable)
                    matches[each.row] = Match(each.row, score, terms)
                    (heappush if len(best) < k else heappushpop)(best, score)
            if enough or limit == LIMIT:
                return sorted(matches.values(), key=lambda m: (-m.score, m.row))[:k]
            limit *= 4

    def _found(
        self,
        field: str,
        vector: object,
        limit: int,
        within: Selection | None,
        condition: str = "",
        output: Sequence[str] = (),
    ) -> tuple[list[FoundRow], bool]:
        visible = f"{self._visible} and {condition}" if condition else self._visible
        fresh, engine, name = self.place.fresh(), self._engine, self.place.collection

        def ask(limit: int, more: str) -> list[FoundRow]:
            asked = f"{visible} and {more}" if more else visible
            hits = engine.search(name, field, vector, limit, asked, output=output, fresh=fresh)
            return [FoundRow(score, entity["row"], entity.get("passage", "")) for score, entity in hits]

        return found_within(ask, limit, within, self.statistics.num_docs)


def settle(folders: Iterable[Path]) -> None:
    """Deletes what none of a library's indexes sees any more; these are all the ``folders`` of such."""
    held = places(folders)
    with suppress(EngineUnavailable):  # the change is in force: the next one does it
        for url, library in {(place.url, place.library) for place in held}:
            ours = [place for place in held if place.library == library and place.collection]
            steps: dict[str, list[int]] = {}
            for place in ours:
                steps.setdefault(place.collection, []).append(place.step)
            engine = engine_at(url)
            for name in engine.collections():
                if name in steps:
                    engine.delete(name, f"gone <= {min(steps[name])}")
                elif name.startswith(f"majlis_{library}_"):
                    engine.drop(name)


def _batched(values: Sequence[_Value], size: int) -> Iterator[Sequence[_Value]]:
    """The values, so many at a time."""
    return (values[at : at + size] for at in range(0, len(values), size))


def _created(engine: Engine, place: EnginePlace, corpus: PassageCorpus) -> EnginePlace:
    """The place with a new collection, for the vectors and the average lengths of this corpus."""
    lengths = Counting()
    for _, title, text in corpus.texts():
        lengths.measure(title, text)
    windows = corpus.count_vectors()
    name = f"majlis_{place.library}_{secrets.token_hex(6)}"
    engine.create(name, corpus.dimension, windows)
    return replace(place, collection=name, windows=windows, averages=lengths.averages())


def _drop(place: EnginePlace) -> None:
    with suppress(EngineUnavailable):
        engine_at(place.url).drop(place.collection)
