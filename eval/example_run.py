"""One example through every task: searched, read with the gold article given, answered, answered without it.

Without it twice: the gold articles are out altogether, or only their sentences that hold an answer, so that
all that is near is still there.

The end-to-end answer comes from the chat's own ``Assistant.answer``, asked with no threshold so that it is
known what a threshold withholds; the threshold is then applied as the assistant applies it. For abstention
the gold articles' passages are passed over among the hits, and the rest moves up.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.caching import CachingEmbedder
from assistant.conversation import Turn
from assistant.follow_ups import stand_alone
from assistant.pipeline import Assistant
from assistant.question import understand
from assistant.readers import AnswerWriter, Reader, Revision, reader_of
from assistant.readers.parts import read_question
from assistant.settings import Settings
from eval.data import Example
from eval.measures.answers import sentence_match
from eval.measures.ranking import gold_rank, retrieval_values
from eval.measures.written import written_json, written_values
from eval.prediction import (
    Details,
    Prediction,
    Values,
    answer_json,
    answer_values,
    hits_json,
    measure_answer,
)
from eval.report import Row
from index.articles import Article
from index.filters import ALL, Filter
from index.library import Library
from index.passages import Hit, article_sentences, split_article
from index.progress import timed

RANKED_ARTICLES = 10  # the articles that are known to be the first, ties included
_PASSAGES = 100  # hits asked for at first
_KNOWN_GOLDS = 3  # gold articles whose text the report shows
_TEXT = 2000  # code points of it


class ExampleRunner:
    """Asks one question after the other of one library; answers come from the first of the retrievers.

    ``embedder`` is the one that the library was opened with.
    """

    def __init__(
        self,
        library: Library,
        retrievers: Sequence[str],
        settings: Settings,
        embedder: CachingEmbedder,
    ) -> None:
        self._library = library
        self._threshold = settings.threshold
        self._embedder = embedder
        self.reader: Reader = reader_of(settings, by_words=retrievers[0] == "lexical", cached=True)
        self._assistants = {
            kind: Assistant(library, replace(settings, retriever=kind, threshold=0.0), self.reader)
            for kind in retrievers
        }
        self._first = retrievers[0]
        self._writes = isinstance(self.reader, AnswerWriter)  # its model is asked once a question

    def run(self, example: Example) -> Row:
        """Everything about one question."""
        self._embedder.forget()  # the answer, which is timed, begins with nothing known
        seconds: dict[str, float] = {}
        assistant = self._assistants[self._first]
        turns, within = self._conversation(example.turns), Filter.parse(example.within)
        meant = replace(example, question=understand(example.question, turns, stand_alone).text)
        answer = None
        if example.answers is not None:
            with timed(seconds, "answering"), self._embedder.afresh():
                answer = assistant.answer(example.question, turns, within=within)
        own = None
        if example.own_article:
            with self._library.snapshot() as snapshot:
                own = snapshot.article(example.own_article)
        found = {}
        for kind, searching in self._assistants.items():
            with timed(seconds, f"retrieval/{kind}"):
                found[kind] = ranked_hits(searching, meant.question, own, within)
        scores = {kind: article_scores(hits) for kind, hits in found.items()}
        hits = found[self._first]

        values: Values = {}
        details: Details = {"ranks": {}, "hits": hits_json(hits[:RANKED_ARTICLES], example)}
        if turns:
            details["understood_as"] = meant.question
        if example.relevance:  # where no article answers, no rank is right
            for kind in found:
                details["ranks"][kind] = gold_rank(scores[kind], example.relevance)
                values[f"retrieval/{kind}"] = retrieval_values(scores[kind], example.relevance)
        with self._library.snapshot() as snapshot:
            there = [name for name in example.article_ids if name not in (example.missing or ())]
            golds = [snapshot.article(article_id) for article_id in there]
            details["gold"] = [_gold_json(gold, example) for gold in golds[:_KNOWN_GOLDS]]

            def read(hits: Sequence[Hit], revision: Revision = snapshot) -> Prediction:
                asked = understand(meant.question)
                reading = read_question(self.reader, asked, hits, revision, self._threshold)
                return Prediction.of(reading, revision.article)

            if answer is not None:
                if written := written_json(answer):
                    details["written"] = written
                    if answer.writing and answer.text and answer.confidence >= self._threshold:
                        values["written"] = written_values(answer, set(example.article_ids))
                if golds and not self._writes:
                    with timed(seconds, "reading"):
                        given = read([hit for gold in golds for hit in gold_hits(hits, gold)])
                    values["reading"] = answer_values(example, given)
                    details["reading"] = answer_json(given, given, example)
                measure_answer(
                    values,
                    details,
                    example,
                    Prediction.of(answer, snapshot.article),
                    threshold=self._threshold,
                    retrieved=any(
                        hit.passage.article_id in example.article_ids for hit in hits[: self.reader.depth]
                    ),
                )
                if golds and example.answers and not self._writes:
                    with timed(seconds, "abstention"):
                        best = read(hits_without_gold(assistant, meant, hits))
                    prediction = best.above(self._threshold)
                    values["abstention"] = {"silent": float(not prediction.text)}
                    details["abstention"] = answer_json(prediction, best, example)
                    with timed(seconds, "beside"):
                        without = WithoutAnswers(snapshot, example.answers)
                        best = read(without.hits(hits[: self.reader.depth]), without)
                    prediction = best.above(self._threshold)
                    values["beside"] = {"silent": float(not prediction.text)}
                    details["beside"] = answer_json(prediction, best, example)
        return Row(example, values, details, scores, dict(answer.timings_ms) if answer else {}, seconds)

    def _conversation(self, questions: Sequence[str]) -> list[Turn]:
        """What was asked before, answered as the chat answers it."""
        turns: list[Turn] = []
        for question in questions:
            answer = self._assistants[self._first].answer(question, turns)
            said = answer.text if answer.confidence >= self._threshold else ""
            turns.append(Turn(question, replace(answer, text=said)))
        return turns


class WithoutAnswers:
    """A library at one revision whose sentences that hold an answer are blank, character for character."""

    def __init__(self, revision: Revision, answers: Sequence[str]) -> None:
        self._revision, self._answers = revision, answers
        self.embedder, self.embed_question = revision.embedder, revision.embed_question
        self.count_articles, self.newest = revision.count_articles, revision.newest
        self.summary = revision.summary
        self._articles: dict[str, Article] = {}

    def article(self, article_id: str) -> Article:
        if article_id not in self._articles:
            article = self._revision.article(article_id)
            text = article.text
            for start, end in article_sentences(article):
                if sentence_match([text[start:end]], self._answers, article.language):
                    text = text[:start] + " " * (end - start) + text[end:]
            self._articles[article_id] = replace(article, text=text)
        return self._articles[article_id]

    def hits(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits with the blanks in their passages."""
        texts = [self.article(hit.passage.article_id).text for hit in hits]
        return [
            replace(hit, passage=replace(hit.passage, text=text[hit.passage.start : hit.passage.end]))
            for hit, text in zip(hits, texts, strict=True)
        ]


def ranked_hits(
    assistant: Assistant, question: str, own: Article | None = None, within: Filter = ALL
) -> list[Hit]:
    """Hits enough to know the first ``RANKED_ARTICLES``, and all that tie with the last of them.

    The passages of the ``own`` article, which is the question itself, are none of them: so many more are
    asked for.
    """
    k = _PASSAGES
    more = len(split_article(own)) if own else 0
    while True:
        hits = _search(assistant, question, k + more, within)
        if own:
            hits = [hit for hit in hits if hit.passage.article_id != own.id][:k]
        best = sorted(article_scores(hits).values(), reverse=True)
        if len(hits) < k or (len(best) >= RANKED_ARTICLES and hits[-1].score < best[RANKED_ARTICLES - 1]):
            return hits
        k *= 2


def _search(assistant: Assistant, question: str, k: int, within: Filter) -> list[Hit]:
    return assistant.search(question, k, within=within) if within else assistant.search(question, k)


def hits_without_gold(assistant: Assistant, example: Example, hits: Sequence[Hit]) -> list[Hit]:
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
        hits = _search(assistant, example.question, k, Filter.parse(example.within))


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
