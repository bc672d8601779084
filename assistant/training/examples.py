"""Questions with known answers, and what the extractive reader sees when it is asked them.

Files are SQuAD v1 form, plain or .xz. Each paragraph becomes an article of its own.
"""

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.caching import CachingEmbedder
from assistant.question import Question, understand
from assistant.readers.agreement import CandidateAnswer
from assistant.readers.candidates import Candidate, candidates
from assistant.readers.evidence import Features, Meaning, best_spans, evidence
from assistant.readers.extractive import ExtractiveReader, answer_of
from assistant.readers.ranking import LOOKED
from assistant.readers.spans import SpanModel
from assistant.retrieval import make_retriever
from eval.data.loading import load_dataset
from eval.measures.answers import is_right
from index.articles import Article, make_article
from index.embedders import Embedder
from index.library import Library, Snapshot
from index.passages import Hit
from index.structure import Range
from index.training.data import read_squad


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, the article that answers it, and the answers' ranges in it."""

    id: str
    question: Question
    article: Article
    ranges: tuple[Range, ...]

    @property
    def answers(self) -> list[str]:
        """The texts of the answers."""
        return [self.article.text[start:end] for start, end in self.ranges]


@dataclass(frozen=True, slots=True)
class Observation:
    """A question with its candidates and their evidence; one entry a candidate.

    ``right``: it holds a right answer. ``said``: what would be said from it; ``told``: that is one, as
    ``eval`` judges it. ``looked``: what the second look says, zeros until there was one.
    """

    question: Question
    candidates: Sequence[Candidate]
    rows: Features
    right: Sequence[bool]
    said: Sequence[CandidateAnswer]
    told: Sequence[bool]
    looked: Features


class Seen(NamedTuple):
    """A question as it is seen in three libraries.

    ``there``: with its article; ``away``: without it; ``beside``: with all of it but the sentences that hold
    an answer, as near as a library comes that has none. Of questions that say themselves whether they have an
    answer (``observe_asked``) there is only the first.
    """

    there: Observation
    away: Observation | None = None
    beside: Observation | None = None


def read_questions(path: Path) -> tuple[list[Article], list[GoldQuestion]]:
    """The paragraphs of a file as articles, and its questions; answers that an article lacks are left out."""
    read = read_squad(path)
    articles = [
        make_article(id=f"{path.name}-{number}", title=read.titles[owner], text=text, source=path.name)
        for number, (text, owner) in enumerate(zip(read.paragraphs, read.articles, strict=True))
    ]
    questions = []
    for one in read.questions:
        article, text = articles[one.paragraph], read.paragraphs[one.paragraph]
        # an article's text is normalised: a range may have moved
        ranges = tuple(at for at in one.answers if article.text[slice(*at)] == text[slice(*at)])
        if ranges:
            questions.append(GoldQuestion(one.id, understand(one.text), article, ranges))
    return articles, questions


def sample(
    articles: Sequence[Article], questions: Sequence[GoldQuestion], count: int, pool: int
) -> tuple[list[Article], list[GoldQuestion]]:
    """At most ``count`` questions and ``pool`` articles, theirs among them; the same ones every time."""
    chosen = random.Random(0).sample(questions, min(count, len(questions)))
    needed = {question.article.id for question in chosen}
    others = [article for article in articles if article.id not in needed]
    random.Random(0).shuffle(others)
    kept = [article for article in articles if article.id in needed] + others
    return kept[: max(pool, len(needed))], chosen


def spread(items: int, count: int) -> list[int]:
    """The places of at most ``count`` of so many items, evenly spread."""
    return [n * items // count for n in range(count)] if count < items else list(range(items))


def observe(
    articles: Sequence[Article], questions: Sequence[GoldQuestion], embedder: Embedder, model: SpanModel
) -> Iterator[Seen]:
    """Each question as it is seen with its article in the library, without it, and beside its answer."""
    caching = CachingEmbedder(embedder)
    depth = ExtractiveReader.depth
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder), caching)
        library.build(articles)
        with library.snapshot() as snapshot:
            retriever = make_retriever("hybrid", snapshot)
            for gold in questions:
                hits = retriever.retrieve(gold.question, 3 * depth)
                without = [
                    hit
                    for hit in hits
                    if hit.passage.article_id != gold.article.id
                    and not any(answer in hit.passage.text for answer in gold.answers)
                ]
                yield Seen(
                    _observed(gold, hits[:depth], snapshot, model),
                    _observed(gold, without[:depth], snapshot, model),
                    _observed(gold, hits[:depth], snapshot, model, beside=True),
                )


def observe_asked(
    questions: Path, articles: Path, embedder: Embedder, model: SpanModel
) -> Iterator[Observation]:
    """Questions over articles as ``majlis eval run`` reads them, with and without an answer there."""
    dataset = load_dataset(questions, articles=[articles])
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder), CachingEmbedder(embedder))
        library.build(dataset.articles)
        with library.snapshot() as snapshot:
            retriever = make_retriever("hybrid", snapshot)
            for example in dataset.examples:
                question = understand(example.question)
                hits = retriever.retrieve(question, ExtractiveReader.depth)
                found = candidates(hits, snapshot.article)
                golds = example.answers or ()
                right = [any(answer in one.text for answer in golds) for one in found]
                yield _judged(question, found, right, golds, snapshot, model)


def _observed(
    gold: GoldQuestion, hits: Sequence[Hit], snapshot: Snapshot, model: SpanModel, *, beside: bool = False
) -> Observation:
    found = candidates(hits, snapshot.article)
    if beside:
        found = [one for one in found if not any(answer in one.text for answer in gold.answers)]
    right = [
        candidate.article.id == gold.article.id
        and any(candidate.start <= start and end <= candidate.end for start, end in gold.ranges)
        for candidate in found
    ]
    return _judged(gold.question, found, right, gold.answers, snapshot, model)


def _judged(
    question: Question,
    found: Sequence[Candidate],
    right: Sequence[bool],
    answers: Sequence[str],
    snapshot: Snapshot,
    model: SpanModel,
) -> Observation:
    question = question.as_spelt(one.hit.passage.text for one in found)
    spans = best_spans(question, found, model)
    meaning = Meaning(snapshot.embed_question(question.text), snapshot.embedder)
    rows = evidence(question, found, spans, meaning)
    said = [answer_of(question, one, span) for one, span in zip(found, spans, strict=True)]
    told = [
        holds and is_right(one.text, [one.candidate.text], answers, one.candidate.article.language)
        for holds, one in zip(right, said, strict=True)
    ]
    return Observation(question, found, rows, right, said, told, np.zeros((len(found), len(LOOKED))))
