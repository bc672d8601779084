"""A library searched here and in Milvus, beside each other: the same questions, the same vectors.

    python -m eval.speed.engines FILE... [--milvus-url URL] [--questions FILE] [--limit N]
    python -m eval.speed.engines --passages 10000,100000 [--milvus-url URL] [--limit N]

Without an address, milvus-lite is started for it, and the memory and the files of that server are printed.
Of files of questions (as ``majlis eval run`` reads them) it prints by retriever success@1 here and there,
the share of the ten hits here that are there too, and of questions whose ten are the same in the same order,
and the time of a search. From 32 768 windows on FAISS keeps a byte a dimension here, and Milvus looks at the
vectors as they are, so that passages which are about equally near may stand the other way round. Of made-up
articles (``eval.speed.corpus``) it prints the time of making the index as well, by tenths, and that of a
change of one. The question's embedding is no part of the time; the encoder's is the same for both.
"""

import argparse
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import numpy as np

from assistant.caching import CachingEmbedder
from assistant.question import understand
from assistant.retrieval import make_retriever
from assistant.settings import RETRIEVERS
from eval.data.loading import load_dataset
from eval.speed.building import StandIn
from eval.speed.corpus import make_corpus
from eval.speed.process import load, memory_of
from index.articles import make_article
from index.embedders import Embedder, load_embedder
from index.errors import UserError
from index.library import Library
from index.library.generations.stamps import bytes_of
from index.search.milvus import milvus_kinds

_AT = 10  # hits
_ENCODED = 200  # passages of a made-up library that are embedded; the others' vectors lie between theirs
_STARTING = 600.0  # seconds that milvus-lite may take, beside whatever else the machine does


@dataclass(frozen=True, slots=True)
class Server:
    """A Milvus that is measured; process and folder of one that was started for it."""

    url: str
    process: int = 0
    folder: Path | None = None

    def told(self) -> str:
        """What it holds now, where it is ours."""
        if self.folder is None:
            return "a server elsewhere"
        held, files = memory_of(self.process), bytes_of(self.folder)
        memory = ", ".join(
            f"{name} {held[name] / 1e6:,.0f} MB" for name in ("resident", "peak") if name in held
        )
        return f"the server: {memory}, files {files / 1e6:,.0f} MB"


@contextmanager
def measured_server(url: str) -> Iterator[Server]:
    """The Milvus at an address; milvus-lite in a temporary folder where none is given."""
    if url:
        yield Server(url)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with TemporaryDirectory(prefix="majlis-lite-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1", "--port", port]
        with subprocess.Popen([*command, "--data-dir", folder], stdout=subprocess.DEVNULL) as process:
            try:
                _await(int(port), process)
                yield Server(f"http://127.0.0.1:{port}", process.pid, Path(folder))
            finally:
                process.kill()


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = perf_counter() + _STARTING
    while process.poll() is None and perf_counter() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        sleep(0.1)
    raise UserError("milvus-lite does not start: install it with: pip install milvus-lite")


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions, for each the ids of articles that answer it, and the retrievers that are asked."""

    questions: Sequence[str]
    gold: Sequence[frozenset[str]]
    retrievers: Sequence[str]


class Tenths:
    """Prints how far the making of an index is, by tenths, with the time and what the server holds."""

    def __init__(self, server: Server) -> None:
        self._server, self._begun, self._told = server, perf_counter(), 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage == "indexing" and total and 10 * done // total > self._told:
            self._told = 10 * done // total
            taken = perf_counter() - self._begun
            print(f"  {done:,} of {total:,} passages: {taken:.0f} s; {self._server.told()}", flush=True)


def compare(library: Library, asked: Asked, server: Server, embedder: Embedder) -> Iterator[str]:
    """Lines of a table, one a retriever; the library is searched in Milvus afterwards."""
    here, before = _found(library.folder, asked, embedder)
    begun = perf_counter()
    Library(library.folder, embedder, kinds=milvus_kinds(server.url)).repair(Tenths(server))
    yield f"made in Milvus, SQLite checked: {perf_counter() - begun:.1f} s; {server.told()}"
    there, seconds = _found(library.folder, asked, embedder)
    yield f"asked; {server.told()}"
    yield "| retriever | success@1 here, there | of the ten | same order | p50, p95 here | in Milvus (ms) |"
    yield "|---|---|---|---|---|---|"
    for kind in asked.retrievers:
        first = [
            np.mean(
                [
                    found[:1] != [] and found[0][0] in right
                    for found, right in zip(each, asked.gold, strict=True)
                ]
            )
            for each in (here[kind], there[kind])
        ]
        pairs = list(zip(here[kind], there[kind], strict=True))
        same = np.mean([a == b for a, b in pairs])
        shared = np.mean([len({*a} & {*b}) / len(a) for a, b in pairs if a])
        times = [np.percentile(each[kind], (50, 95)) * 1000 for each in (before, seconds)]
        told = " | ".join(f"{p50:.0f}, {p95:.0f}" for p50, p95 in times)
        yield f"| {kind} | {first[0]:.3f}, {first[1]:.3f} | {shared:.3f} | {same:.3f} | {told} |"


Ranked = dict[str, list[list[tuple[str, int]]]]


def _found(folder: Path, asked: Asked, embedder: Embedder) -> tuple[Ranked, dict[str, list[float]]]:
    """The hits (article, start) of each question by retriever, and the seconds of each search."""
    ranked: Ranked = {kind: [] for kind in asked.retrievers}
    taken: dict[str, list[float]] = {kind: [] for kind in asked.retrievers}
    library = Library.open(folder, embedder)
    with library.snapshot() as snapshot:
        for question in map(understand, asked.questions):
            for kind in asked.retrievers:
                retriever = make_retriever(kind, snapshot)
                if not taken[kind]:
                    retriever.retrieve(question, _AT)  # loads what is not loaded
                begun = perf_counter()
                hits = retriever.retrieve(question, _AT)
                taken[kind].append(perf_counter() - begun)
                ranked[kind].append([(hit.passage.article_id, hit.passage.start) for hit in hits])
    return ranked, taken


@contextmanager
def _place() -> Iterator[Path]:
    with TemporaryDirectory(prefix="majlis-engines-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "library"


def direction(
    file: Path, questions: Path | None, limit: int | None, retrievers: Sequence[str], server: Server
) -> None:
    """Prints a table for a file of questions."""
    embedder = CachingEmbedder(load_embedder("bundled"))
    dataset = load_dataset(file, questions=questions, qrels=None, articles=(), library=None).sample(limit)
    gold = [frozenset(example.article_ids) for example in dataset.examples]
    asked = Asked([example.question for example in dataset.examples], gold, retrievers)
    embedder.embed_questions(asked.questions)
    with _place() as folder:
        library = Library.create(folder, embedder)
        library.build(dataset.articles)
        passages = library.info().passages
        print(f"\n{dataset.name}: {len(gold)} questions, {passages} passages; {_load()}", flush=True)
        for line in compare(library, asked, server, embedder):
            print(line, flush=True)


def made_up(passages: int, limit: int | None, retrievers: Sequence[str], server: Server) -> None:
    """Prints the same of made-up articles, and what a change costs."""
    corpus = make_corpus(passages)
    real = load_embedder("bundled")
    texts = [passage.text for passage in corpus.passages[:_ENCODED]]
    stand_in = StandIn(real, texts, real.embed_passages(texts))
    embedder = CachingEmbedder(stand_in)  # of questions alone: it keeps what it has seen
    chosen = corpus.asked[: limit or 100]
    titles = {article.title: article.id for article in corpus.articles}
    gold = [frozenset([titles[each.title]]) for each in chosen]
    asked = Asked([each.question for each in chosen], gold, retrievers)
    embedder.embed_questions(asked.questions)
    with _place() as folder:
        library = Library.create(folder, stand_in)
        begun = perf_counter()
        library.build(corpus.articles)
        print(f"\n{passages:,} passages, {library.info().vectors:,} windows; {_load()}")
        print(f"made here, SQLite and both indexes: {perf_counter() - begun:.1f} s", flush=True)
        for line in compare(library, asked, server, embedder):
            print(line, flush=True)
        library = Library.open(folder, embedder)
        begun = perf_counter()
        library.add([make_article(id="one", title="One more", text=texts[0], source="one", origin="")])
        print(f"one article more: {perf_counter() - begun:.2f} s")
        begun = perf_counter()
        library.remove(["one"])
        print(f"one article less: {perf_counter() - begun:.2f} s; {server.told()}; {_load()}", flush=True)


def _load() -> str:
    return f"load {busy:.1f}" if (busy := load()) is not None else "load unknown"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A library searched here and in Milvus, beside each other.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--passages", default="", help="Sizes, with commas between.")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--retriever", choices=RETRIEVERS, help="Only this one.")
    parser.add_argument("--milvus-url", default="", help="Without it milvus-lite is started.")
    given = parser.parse_args()
    retrievers = [given.retriever] if given.retriever else RETRIEVERS
    for file in given.files:
        with measured_server(given.milvus_url) as measured:
            direction(file, given.questions, given.limit, retrievers, measured)
    for size in filter(None, given.passages.split(",")):
        with measured_server(given.milvus_url) as measured:
            made_up(int(size), given.limit, retrievers, measured)
