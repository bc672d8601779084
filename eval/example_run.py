"""One question asked in every way: searched, read with the gold article given, answered, answered without it.

The end-to-end answer comes from the chat's own ``Assistant.answer``, asked with no threshold so that it is
known what a threshold withholds; the threshold is then applied as the assistant applies it. For abstention
the gold articles' passages are passed over among the hits, and the rest moves up.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any

from assistant.caching import CachingEmbedder
from assistant.pipeline import Assistant
from assistant.question import understand
from assistant.readers import Reader, load_reader
from assistant.settings import Settings
from eval.data import Example
from eval.measures.failures import failure
from eval.measures.ranking import gold_rank, retrieval_values
from eval.prediction import Prediction, answer_json, answer_values, citation_values, hits_json
from eval.report import Row
from index.articles import Article
from index.library import Library
from index.passages import Hit, split_article

Values = dict[str, dict[str, float]]
Details = dict[str, Any]

DEPTH = 10  # the articles that are known to be the first, ties included
_PASSAGES = 100  # hits asked for at first
_KNOWN_GOLDS = 3  # gold articles whose text the report shows
_TEXT = 2000  # code points of it


class ExampleRunner:
    """Asks one question after the other of one library; answers come from the first of the retrievers."""

    def __init__(
        self,
        library: Library,
        retrievers: Sequence[str],
        settings: Settings,
        embedder: CachingEmbedder | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._library = library
        self._threshold = settings.threshold
        self._embedder = embedder
        answering = replace(settings, retriever=retrievers[0], threshold=0.0)
        by_words = answering.retriever == "lexical"
        first = Assistant(
            library, answering, reader or load_reader(answering.reader, by_words=by_words, cached=True)
        )
        self._assistants = {retrievers[0]: first} | {
            kind: Assistant(library, replace(settings, retriever=kind), first.reader)
            for kind in retrievers[1:]
        }
        self._first = retrievers[0]

    @property
    def reader(self) -> Reader:
        """The reader of every answer."""
        return self._assistants[self._first].reader

    def row(self, example: Example) -> Row:
        """Everything about one question."""
        if self._embedder is not None:  # the answer, which is timed, begins with nothing known
            self._embedder.forget()
        seconds: dict[str, float] = {}
        answer = None
        if example.answers is not None:
            with _timed(seconds, "answering"), self._afresh():
                answer = self._assistants[self._first].answer(example.question)
        found = {}
        for kind, assistant in self._assistants.items():
            with _timed(seconds, f"retrieval/{kind}"):
                found[kind] = ranked_hits(assistant, example.question)
        runs = {kind: article_scores(hits) for kind, hits in found.items()}
        hits = found[self._first]

        values: Values = {}
        ranks = {}
        if example.relevance:  # where no article answers, no rank is right
            for kind, scores in runs.items():
                ranks[kind] = gold_rank(scores, example.relevance)
                values[f"retrieval/{kind}"] = retrieval_values(scores, example.relevance)
        details: Details = {"ranks": ranks, "hits": hits_json(hits[:DEPTH], example)}
        with self._library.snapshot() as snapshot:
            golds = [snapshot.article(article_id) for article_id in example.article_ids]
            details["gold"] = [_gold_json(gold, example) for gold in golds[:_KNOWN_GOLDS]]
            if answer is not None:
                if golds:
                    with _timed(seconds, "reading"):
                        given = [hit for gold in golds for hit in gold_hits(hits, gold)]
                        reading = self.reader.read(understand(example.question), given, snapshot)
                    said = Prediction.of(reading, snapshot.article)
                    values["reading"] = answer_values(example, said)
                    details["reading"] = answer_json(said, said, example)
                self._measure_answer(values, details, example, Prediction.of(answer, snapshot.article), hits)
                if golds and example.answers:
                    with _timed(seconds, "abstention"):
                        others = others_of(self._assistants[self._first], example, hits)
                        reading = self.reader.read(understand(example.question), others, snapshot)
                    best = Prediction.of(reading, snapshot.article)
                    said = best.above(self._threshold)
                    values["abstention"] = {"silent": float(not said.text)}
                    details["abstention"] = answer_json(said, best, example)
        return Row(example, values, details, runs, dict(answer.timings_ms) if answer else {}, seconds)

    def _measure_answer(
        self, values: Values, details: Details, example: Example, best: Prediction, hits: Sequence[Hit]
    ) -> None:
        said = best.above(self._threshold)
        measured = answer_values(example, said)
        values["answering"] = measured
        values["HasAns" if example.answers else "NoAns"] = {
            measure: measured[measure] for measure in ("exact_match", "f1")
        }
        if example.answers:
            values["citations"] = citation_values(example, said)
        details["answering"] = answer_json(said, best, example)
        read = {hit.passage.article_id for hit in hits[: self.reader.depth]}
        details["failure"] = failure(
            answerable=bool(example.answers),
            spoke=bool(said.text),
            right=said.right(example),
            retrieved=not example.article_ids or not read.isdisjoint(example.article_ids),
            from_gold=not example.article_ids or said.from_gold(example),
        )

    @contextmanager
    def _afresh(self) -> Iterator[None]:
        if self._embedder is None:
            yield
        else:
            with self._embedder.afresh():
                yield


def ranked_hits(assistant: Assistant, question: str) -> list[Hit]:
    """Hits enough to know the first ``DEPTH`` articles, and every article that ties with the last of them."""
    k = _PASSAGES
    while True:
        hits = assistant.search(question, k)
        best = sorted(article_scores(hits).values(), reverse=True)
        if len(hits) < k or (len(best) >= DEPTH and hits[-1].score < best[DEPTH - 1]):
            return hits
        k *= 2


def others_of(assistant: Assistant, example: Example, hits: Sequence[Hit]) -> list[Hit]:
    """The hits to read when the gold articles are out: as many as ever, where the library has them.

    ``hits`` are the first that were found, at least ``_PASSAGES`` where there are so many.
    """
    k = max(len(hits), _PASSAGES)
    while True:
        others = [hit for hit in hits if hit.passage.article_id not in example.article_ids]
        depth = assistant.reader.depth
        if len(others) >= depth or len(hits) < k:
            return others[:depth]
        k *= 2
        hits = assistant.search(example.question, k)


def article_scores(hits: Sequence[Hit]) -> dict[str, float]:
    """The score of each article: that of its best passage."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.passage.article_id] = max(hit.score, scores.get(hit.passage.article_id, hit.score))
    return scores


def gold_hits(hits: Sequence[Hit], gold: Article) -> list[Hit]:
    """All the passages of the gold article as hits: those that were found, then the others with score 0."""
    found = [hit for hit in hits if hit.passage.article_id == gold.id]
    starts = {hit.passage.start for hit in found}
    return found + [Hit(passage, 0.0) for passage in split_article(gold) if passage.start not in starts]


def _gold_json(article: Article, example: Example) -> dict[str, str]:
    """The gold article, where it is long the part around the first answer that stands in it."""
    at = next((at for answer in example.answers or () if (at := article.text.find(answer)) >= 0), 0)
    start = 0 if at < _TEXT - 200 else at - _TEXT // 2
    text = article.text[start : start + _TEXT]
    return {"article_id": article.id, "title": article.title, "text": text}


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - begun
