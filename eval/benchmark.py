"""A dataset asked through the chat's own pipeline: retrieval, reading with the gold article given, answering.

The dataset's articles become a library in a temporary folder. Every question is then searched with each
retriever, read with only the passages of its gold article, and answered end to end. Leaves out: abstention
with the gold articles taken away, the runs of other systems, resuming.
"""

import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from assistant.answers import Citation
from assistant.extractive import WEIGHTS_FILE
from assistant.pipeline import Assistant
from assistant.settings import RETRIEVERS, Settings
from eval.datasets import Dataset, Example
from eval.metrics import exact_match, f1, gold_rank, reciprocal_rank, sentence_match, success
from eval.report import Report, Row
from index.analysis import ANALYSIS_VERSION
from index.articles import Article
from index.embedding import Embedder
from index.errors import UserError
from index.library import Library
from index.passages import SPLITTER_VERSION, Hit, split_article
from index.progress import Progress, silent

DEPTH = 10  # the last rank that is measured
_PASSAGES = 100  # hits asked for at first
_DIGITS = 9  # of a confidence: beyond them lies only the order of summation
_PACKAGES = ("majlis", "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy", "tokenizers")


def run_benchmark(
    dataset: Dataset,
    *,
    embedder: Embedder,
    retrievers: Sequence[str] = RETRIEVERS,
    settings: Settings | None = None,
    limit: int | None = None,
    progress: Progress = silent,
) -> Report:
    """The report on a dataset; ``UserError`` where it has no question.

    Answers come from the first of the ``retrievers``, with the k and the threshold of ``settings``.
    ``limit`` asks only so many of the questions, evenly spread; all the articles stay in the pool.
    """
    settings = settings or Settings()
    dataset = dataset.sample(limit)
    if not dataset.examples:
        why = dataset.problems[0] if dataset.problems else f"{dataset.name}: file: no question"
        raise UserError(f"nothing to measure; {why}; give a SQuAD file, as XQuAD, MLQA and ARCD are")
    seconds: dict[str, float] = {}
    with TemporaryDirectory(prefix="majlis-eval-", ignore_cleanup_errors=True) as folder:
        with _timed(seconds, "building"):
            library = Library.create(Path(folder) / "library", embedder)
            library.build(dataset.articles, progress=progress)
        assistants = {kind: Assistant(library, replace(settings, retriever=kind)) for kind in retrievers}
        asking = _Asking(assistants, {article.id: article for article in dataset.articles}, seconds)
        rows = []
        for example in dataset.examples:
            rows.append(asking.row(example))
            progress("asking", len(rows), len(dataset.examples))
    return Report(
        dataset=dataset,
        settings={
            "embedder": embedder.name,
            "retrievers": list(retrievers),
            "answers_from": retrievers[0],
            "k": settings.k,
            "threshold": settings.threshold,
            "limit": limit,
        },
        versions=_versions()
        | {
            "embedder": embedder.fingerprint,
            "analysis": ANALYSIS_VERSION,
            "splitter": SPLITTER_VERSION,
            "reader": sha256(WEIGHTS_FILE.read_bytes()).hexdigest()[:16],
        },
        rows=tuple(rows),
        seconds=seconds,
    )


class _Asking:
    """Asks one question after the other of the same library; the first assistant answers."""

    def __init__(
        self, assistants: Mapping[str, Assistant], articles: Mapping[str, Article], seconds: dict[str, float]
    ) -> None:
        self._assistants = assistants
        self._articles = articles
        self._seconds = seconds

    def row(self, example: Example) -> Row:
        """Everything about one question."""
        values: dict[str, dict[str, float]] = {}
        ranks: dict[str, int | None] = {}
        found: dict[str, list[Hit]] = {}
        for kind, assistant in self._assistants.items():
            with _timed(self._seconds, f"retrieval/{kind}"):
                found[kind] = ranked_hits(assistant, example.question)
            if example.answers:  # where no article answers, no rank is right
                rank = gold_rank(article_scores(found[kind]), example.article_ids)
                ranks[kind] = rank
                values[f"retrieval/{kind}"] = {f"success@{k}": success(rank, k) for k in (1, 5, DEPTH)}
                values[f"retrieval/{kind}"][f"MRR@{DEPTH}"] = reciprocal_rank(rank, DEPTH)

        kind, assistant = next(iter(self._assistants.items()))
        with _timed(self._seconds, "reading"):
            gold = [self._articles[article_id] for article_id in example.article_ids]
            hits = [hit for article in gold for hit in gold_hits(found[kind], article)]
            reading = assistant.reader.read(example.question, hits, self._articles.__getitem__)
        with _timed(self._seconds, "answering"):
            answer = assistant.answer(example.question)

        details: dict[str, Any] = {"ranks": ranks}
        for task, said in (("reading", reading), ("answering", answer)):
            quotes = [(at, at.quote(self._articles[at.article_id])) for at in said.citations]
            values[task] = answer_values(example, said.text, quotes)
            details[task] = {
                "text": said.text,
                "confidence": round(said.confidence, _DIGITS),
                "citations": [
                    {"article_id": at.article_id, "start": at.start, "end": at.end, "quote": quote}
                    for at, quote in quotes
                ],
            }
        return Row(example, values, details, answer.timings_ms["total"])


def answer_values(example: Example, text: str, quotes: Sequence[tuple[Citation, str]]) -> dict[str, float]:
    """The measures of one answer and its citations; where the articles do not answer, silence is right.

    Only citations that the answer is made of count: a sentence of it, or one that it is a part of. More of
    them, which say that others agree, make no answer better.
    """
    own = [(citation, quote) for citation, quote in quotes if quote in text or text in quote]
    cited = any(citation.article_id in example.article_ids for citation, _ in own)
    return {
        "exact_match": exact_match(text, example.answers, example.language),
        "f1": f1(text, example.answers, example.language),
        "sentence_match": sentence_match([quote for _, quote in own], example.answers, example.language),
        "cited_gold": float(cited if example.answers else not text),
        "answered": float(bool(text)),
    }


def ranked_hits(assistant: Assistant, question: str) -> list[Hit]:
    """Hits enough to know the first ``DEPTH`` articles, and every article that ties with the last of them."""
    k = _PASSAGES
    while True:
        hits = assistant.search(question, k)
        best = sorted(article_scores(hits).values(), reverse=True)
        if len(hits) < k or (len(best) >= DEPTH and hits[-1].score < best[DEPTH - 1]):
            return hits
        k *= 2


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


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that is not installed
            continue
    return versions


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - begun
