"""Questions with known answers, and what the extractive reader sees when it is asked them.

Files are SQuAD v1 form, plain or .xz. Each paragraph becomes an article of its own.
"""

import json
import lzma
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.caching import RememberingEmbedder
from assistant.pipeline import READ
from assistant.readers.evidence import Candidate, Floats, candidates, evidence, spans_of
from assistant.readers.extractive import said_from
from assistant.readers.spans import SpanModel
from assistant.retrieval import make_retriever
from eval.metrics import is_right
from index.articles import Article, make_article
from index.embedders import Embedder
from index.library import Library
from index.passages import Hit
from index.text.language import detect_language


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the article that answers it, and the answers' ranges in it."""

    text: str
    article_id: str
    answers: tuple[tuple[int, int], ...]
    id: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A question with its candidates and their evidence; one entry a candidate.

    ``right``: it holds a right answer. ``told``: what would be said from it is one, as ``eval`` judges it.
    """

    question: Question
    language: str
    across: bool  # the article that answers is in another language
    candidates: Sequence[Candidate]
    rows: Floats
    right: Sequence[bool]
    told: Sequence[bool]


def read_questions(path: Path) -> tuple[list[Article], list[Question]]:
    """The paragraphs of a file as articles, and its questions; answers that do not fit are left out."""
    stored = path.read_bytes()
    entries = json.loads(lzma.decompress(stored) if path.suffix == ".xz" else stored)["data"]
    articles: dict[str, Article] = {}
    questions = []
    for entry in entries:
        for paragraph in entry["paragraphs"]:
            text = paragraph["context"]
            if text not in articles:
                articles[text] = make_article(
                    id=f"{path.name}-{len(articles)}",
                    title=entry.get("title", ""),
                    text=text,
                    source=path.name,
                )
            article = articles[text]
            for asked in paragraph["qas"]:
                ranges = ((a["answer_start"], a["answer_start"] + len(a["text"])) for a in asked["answers"])
                shown = [a["text"] for a in asked["answers"]]
                fit = tuple(
                    r for r, said in zip(ranges, shown, strict=True) if article.text[slice(*r)] == said
                )
                if fit:
                    questions.append(Question(asked["question"], article.id, fit, str(asked.get("id", ""))))
    return list(articles.values()), questions


def sample(
    articles: Sequence[Article], questions: Sequence[Question], count: int, pool: int
) -> tuple[list[Article], list[Question]]:
    """At most ``count`` questions and ``pool`` articles, theirs among them; the same ones every time."""
    chosen = random.Random(0).sample(questions, min(count, len(questions)))
    needed = {question.article_id for question in chosen}
    others = [article for article in articles if article.id not in needed]
    random.Random(0).shuffle(others)
    kept = [article for article in articles if article.id in needed] + others
    return kept[: max(pool, len(needed))], chosen


def see(
    articles: Sequence[Article], questions: Sequence[Question], embedder: Embedder, model: SpanModel
) -> Iterator[tuple[Seen, Seen]]:
    """Each question as it is seen with its article in the library, and with it taken away."""
    remembering = RememberingEmbedder(embedder)
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder), remembering)
        library.build(articles)
        by_id = {article.id: article for article in articles}
        with library.snapshot() as snapshot:
            retriever = make_retriever("hybrid", snapshot, lambda: remembering.languages)
            for question in questions:
                hits = retriever.retrieve(question.text, 3 * READ)
                said = answers_of(question, by_id[question.article_id])
                without = [hit for hit in hits if not any(answer in hit.passage.text for answer in said)]
                without = [hit for hit in without if hit.passage.article_id != question.article_id]
                yield (
                    _seen(question, hits[:READ], by_id.__getitem__, remembering, model),
                    _seen(question, without[:READ], by_id.__getitem__, remembering, model),
                )


def _seen(
    question: Question,
    hits: Sequence[Hit],
    article: Callable[[str], Article],
    embedder: Embedder,
    model: SpanModel,
) -> Seen:
    found = candidates(hits, article)
    language = detect_language(question.text)
    right = [
        candidate.article.id == question.article_id
        and any(candidate.start <= start and end <= candidate.end for start, end in question.answers)
        for candidate in found
    ]
    gold = article(question.article_id)
    spans = spans_of(question.text, found, model)
    rows = evidence(question.text, language, found, embedder, spans)
    answers = answers_of(question, gold)
    told = [
        holds and is_right(said_from(question.text, one, span).text, [one.text], answers, gold.language)
        for holds, one, span in zip(right, found, spans, strict=True)
    ]
    return Seen(question, language, gold.language != language, found, rows, right, told)


def answers_of(question: Question, gold: Article) -> list[str]:
    """The texts of the answers."""
    return [gold.text[slice(*answer)] for answer in question.answers]
