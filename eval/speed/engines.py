"""A library searched here and in Milvus, beside each other: the same questions, the same vectors.

    python -m eval.speed.engines FILE... --milvus-url URL [--questions FILE] [--limit N]
    python -m eval.speed.engines --passages 100000 --milvus-url URL

Of files of questions (as ``majlis eval run`` reads them) it prints by retriever success@1 here and there,
the share of questions whose ten hits are the same in the same order, and the time of a search. Of made-up
articles (``eval.speed.corpus``) it prints the time of making the index as well, and that of a change of one.
The question's embedding is no part of the time; the encoder's is the same for both.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from assistant.caching import CachingEmbedder
from assistant.question import understand
from assistant.retrieval import make_retriever
from assistant.settings import RETRIEVERS
from eval.data.loading import load_dataset
from eval.speed.building import StandIn
from eval.speed.corpus import make_corpus
from index.articles import make_article
from index.embedders import Embedder, load_embedder
from index.library import Library
from index.search.milvus import milvus_kinds

_AT = 10  # hits
_ENCODED = 200  # passages of a made-up library that are embedded; the others' vectors lie between theirs


def compare(
    library: Library, questions: Sequence[str], gold: Sequence[frozenset[str]], url: str, embedder: Embedder
) -> Iterator[str]:
    """Lines of a table, one a retriever; the library is searched in Milvus afterwards."""
    here, before = _asked(library.folder, questions, embedder)
    begun = perf_counter()
    Library(library.folder, embedder, kinds=milvus_kinds(url)).repair()
    made = perf_counter() - begun
    there, seconds = _asked(library.folder, questions, embedder)
    yield f"made in Milvus, SQLite checked: {made:.1f} s"
    yield "| retriever | success@1 here, in Milvus | same ten, same order | p50, p95 here | in Milvus (ms) |"
    yield "|---|---|---|---|---|"
    for kind in RETRIEVERS:
        first = [
            np.mean(
                [found[:1] != [] and found[0][0] in right for found, right in zip(each, gold, strict=True)]
            )
            for each in (here[kind], there[kind])
        ]
        same = np.mean([a == b for a, b in zip(here[kind], there[kind], strict=True)])
        times = [np.percentile(each[kind], (50, 95)) * 1000 for each in (before, seconds)]
        told = " | ".join(f"{p50:.0f}, {p95:.0f}" for p50, p95 in times)
        yield f"| {kind} | {first[0]:.3f}, {first[1]:.3f} | {same:.3f} | {told} |"


Ranked = dict[str, list[list[tuple[str, int]]]]


def _asked(
    folder: Path, questions: Sequence[str], embedder: Embedder
) -> tuple[Ranked, dict[str, list[float]]]:
    """The hits (article, start) of each question by retriever, and the seconds of each search."""
    ranked: Ranked = {kind: [] for kind in RETRIEVERS}
    taken: dict[str, list[float]] = {kind: [] for kind in RETRIEVERS}
    library = Library.open(folder, embedder)
    with library.snapshot() as snapshot:
        for question in questions:
            asked = understand(question)
            for kind in RETRIEVERS:
                retriever = make_retriever(kind, snapshot)
                if not taken[kind]:
                    retriever.retrieve(asked, _AT)  # loads what is not loaded
                begun = perf_counter()
                hits = retriever.retrieve(asked, _AT)
                taken[kind].append(perf_counter() - begun)
                ranked[kind].append([(hit.passage.article_id, hit.passage.start) for hit in hits])
    return ranked, taken


@contextmanager
def _place() -> Iterator[Path]:
    with TemporaryDirectory(prefix="majlis-engines-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "library"


def directions(files: Sequence[Path], asked: Path | None, limit: int | None, url: str) -> None:
    """Prints a table for each file of questions."""
    embedder = CachingEmbedder(load_embedder("bundled"))
    for file in files:
        dataset = load_dataset(file, questions=asked, qrels=None, articles=(), library=None).sample(limit)
        questions = [example.question for example in dataset.examples]
        embedder.embed_questions(questions)
        with _place() as folder:
            library = Library.create(folder, embedder)
            library.build(dataset.articles)
            passages = library.info().passages
            gold = [frozenset(example.article_ids) for example in dataset.examples]
            print(f"\n{dataset.name}: {len(questions)} questions, {passages} passages", flush=True)
            for line in compare(library, questions, gold, url, embedder):
                print(line, flush=True)


def made_up(passages: int, limit: int | None, url: str) -> None:
    """Prints the same of made-up articles, and what a change costs."""
    corpus = make_corpus(passages)
    real = load_embedder("bundled")
    texts = [passage.text for passage in corpus.passages[:_ENCODED]]
    embedder = CachingEmbedder(StandIn(real, texts, real.embed_passages(texts)))
    asked = corpus.asked[: limit or 100]
    embedder.embed_questions([each.question for each in asked])
    titles = {article.title: article.id for article in corpus.articles}
    gold = [frozenset([titles[each.title]]) for each in asked]
    with _place() as folder:
        library = Library.create(folder, embedder)
        begun = perf_counter()
        library.build(corpus.articles)
        print(f"{passages} passages, {library.info().vectors} windows")
        print(f"made here, SQLite and both indexes: {perf_counter() - begun:.1f} s", flush=True)
        for line in compare(library, [each.question for each in asked], gold, url, embedder):
            print(line, flush=True)
        library = Library.open(folder, embedder)
        begun = perf_counter()
        library.add([make_article(id="one", title="One more", text=texts[0], source="one", origin="")])
        print(f"one article more: {perf_counter() - begun:.2f} s")
        begun = perf_counter()
        library.remove(["one"])
        print(f"one article less: {perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A library searched here and in Milvus, beside each other.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--passages", type=int)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--milvus-url", required=True)
    given = parser.parse_args()
    directions(given.files, given.questions, given.limit, given.milvus_url)
    if given.passages:
        made_up(given.passages, given.limit, given.milvus_url)
