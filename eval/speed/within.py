"""Searching within a filter: how much of the exact result is found, and how long it takes beside no filter.

    python -m eval.speed.within --passages 10000,100000

Libraries of made-up articles (``corpus``), a part of which has a tag; each question is searched within the
tag and without one, in turn. By meaning the truth is every vector that SQLite holds for the tagged passages,
by words the whole order of the library less the others. A question's time is the least of its rounds.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
import numpy as np

from assistant.caching import CachingEmbedder
from assistant.question import understand
from assistant.retrieval import make_retriever
from assistant.settings import RETRIEVERS
from eval.speed.building import StandIn
from eval.speed.corpus import SEED, Corpus, make_corpus
from eval.speed.process import seconds_of
from eval.speed.searching import RECALL_AT
from index.embedders import load_embedder
from index.filters import Filter
from index.library import Library, Snapshot
from index.library.corpus import StoredCorpus
from index.library.database import Database
from index.library.selection.narrowed import NarrowedSnapshot
from index.search.query import parse_query

SHARES = {"half": 0.5, "tenth": 0.1, "hundredth": 0.01, "thousandth": 0.001}
_WHOLE = 1_000_000  # passages: all there are


def tagged(corpus: Corpus, folder: Path, embedded: int) -> Library:
    """A library of the corpus in which each share of the articles has its tag, at least one of them."""
    embedder = load_embedder("bundled")
    texts = [passage.text for passage in corpus.passages[:embedded]]
    library = Library.create(folder, StandIn(embedder, texts, embedder.embed_passages(texts)))
    chance = Random(SEED)
    drawn = [chance.random() for _ in corpus.articles]
    drawn[len(drawn) // 2] = 0.0
    library.build(
        replace(article, tags=tuple(sorted(name for name, share in SHARES.items() if at < share)))
        for article, at in zip(corpus.articles, drawn, strict=True)
    )
    return library


def exact_within(library: Library, inside: NarrowedSnapshot, vector: np.ndarray) -> list[int]:
    """The rows of the passages within that are nearest, by every vector."""
    best: dict[int, float] = {}
    with Database(library.folder).reading() as connection:
        for rows, vectors in StoredCorpus(connection, connection.read_state()).vectors():
            chosen = np.isin(rows, inside.selected.passages.rows)
            for row, score in zip(rows[chosen].tolist(), (vectors[chosen] @ vector).tolist(), strict=True):
                best[row] = max(score, best.get(row, score))
    return sorted(best, key=lambda row: (-best[row], row))[:RECALL_AT]


def recalls(library: Library, snapshot: Snapshot, questions: Sequence[str]) -> dict[str, dict[str, float]]:
    """By tag the share of the exact result that is found within it, by meaning and by words."""
    places = {tag: snapshot.within(Filter.parse(f"tag:{tag}")) for tag in SHARES}
    kept = {tag: {article.id for article in inside.articles()} for tag, inside in places.items()}
    found = {tag: dict.fromkeys(("dense", "lexical"), 0) for tag in SHARES}
    whole = {tag: dict.fromkeys(("dense", "lexical"), 0) for tag in SHARES}
    for question in questions:
        query = parse_query(question)
        every = [hit.passage for hit in snapshot.lexical(query, _WHOLE)]
        for tag, inside in places.items():
            nearest = snapshot.passages(exact_within(library, inside, snapshot.embed_question(question)))
            own = [passage for passage in every if passage.article_id in kept[tag]]
            truth = {"dense": [*nearest.values()], "lexical": own[:RECALL_AT]}
            for leg, passages in truth.items():
                expected = {(passage.article_id, passage.start) for passage in passages}
                hits = getattr(inside, leg)(query, RECALL_AT)
                found[tag][leg] += len({(h.passage.article_id, h.passage.start) for h in hits} & expected)
                whole[tag][leg] += len(expected)
    return {tag: {leg: found[tag][leg] / max(whole[tag][leg], 1) for leg in found[tag]} for tag in SHARES}


def times(snapshot: Snapshot, questions: Sequence[str], rounds: int) -> dict[str, dict[str, list[float]]]:
    """By retriever and by tag ("" for none) the milliseconds of each question."""
    asked = [understand(question) for question in questions]
    places: dict[str, Snapshot | NarrowedSnapshot] = {"": snapshot}
    places |= {tag: snapshot.within(Filter.parse(f"tag:{tag}")) for tag in SHARES}
    taken: dict[str, dict[str, list[float]]] = {}
    for kind in RETRIEVERS:
        best = {tag: [float("inf")] * len(asked) for tag in places}
        for _ in range(rounds + 1):  # the first one loads what is not loaded
            for number, question in enumerate(asked):
                for tag, place in places.items():
                    retriever = make_retriever(kind, place)
                    spent = seconds_of(lambda: retriever.retrieve(question, RECALL_AT))  # noqa: B023
                    best[tag][number] = min(best[tag][number], 1000 * spent)
        taken[kind] = best
    return taken


@click.command(help="\b\n" + __doc__)
@click.option("--passages", default="10000,100000", show_default=True, help="The sizes, with commas between.")
@click.option("--questions", default=40, show_default=True)
@click.option("--exact", default=20, show_default=True, help="Questions whose exact result is made.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--embedded", default=300, show_default=True, help="Passages that are embedded for true.")
def main(passages: str, questions: int, exact: int, rounds: int, embedded: int) -> None:
    """Measure each size."""
    for size in map(int, passages.split(",")):
        with TemporaryDirectory(prefix="majlis-within-", ignore_cleanup_errors=True) as folder:
            corpus = make_corpus(size)
            library = tagged(corpus, Path(folder) / "library", embedded)
            asked = [one.question for one in corpus.asked[:questions]]
            embedder = CachingEmbedder(library.embedder)
            embedder.embed_questions(asked)
            with Library.open(library.folder, embedder).snapshot() as snapshot:
                taken = times(snapshot, asked, rounds)
                told_of = recalls(library, snapshot, asked[:exact])
                for tag, share in SHARES.items():
                    told = told_of[tag]
                    slower = {
                        kind: np.percentile(each[tag], 95) / np.percentile(each[""], 95)
                        for kind, each in taken.items()
                    }
                    click.echo(
                        f"{size:,} passages, {share:.1%} kept: recall@{RECALL_AT} by meaning "
                        f"{told['dense']:.4f}, by words {told['lexical']:.4f}; p95 "
                        + ", ".join(
                            f"{kind} {np.percentile(each[tag], 95):.1f} ms (x{slower[kind]:.2f})"
                            for kind, each in taken.items()
                        )
                    )


if __name__ == "__main__":
    main()
