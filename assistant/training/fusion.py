"""What other weights of words and meaning would give: ``python -m assistant.training.fusion FILE...``.

    python -m assistant.training.fusion ARABIC.json ENGLISH.json ... [--questions N] [--both ARABIC ENGLISH]

FILE is a SQuAD file, or ``PARAGRAPHS:QUESTIONS`` with the same questions from another file. ``--both`` takes
two translations of a set as one library, where the paragraph of a question is right in either language;
``--beside`` puts the paragraphs of a file beside those of every FILE, as distraction.
Every question is searched once; after that a setting costs a moment. A line is a setting: success@1 of each
file, of the mixed library with questions in each language, and the mean; first the two legs alone.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeVar

import click

from assistant.retrieval import POOL, WEIGHING, Weighing, fuse
from assistant.training.examples import Question, read_questions
from index.articles import Article
from index.embedders import load_embedder
from index.library import Library
from index.library.snapshot import Snapshot
from index.passages import Hit

Item = TypeVar("Item")
GRID = (
    (0.3, 0.4, 0.5, 0.6, 0.7),  # words
    (0.8, 1.0, 1.2),  # across
)


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what each leg found, the ceilings by language, and the articles that are right."""

    question: str
    lexical: Sequence[Hit]
    dense: Sequence[Hit]
    ceilings: dict[str, float]
    right: frozenset[str]

    def found(self, hits: Sequence[Hit]) -> bool:
        """Whether a right article is first; one that ties with a wrong one has not been found."""
        right = [hit.score for hit in hits if hit.passage.article_id in self.right]
        wrong = [hit.score for hit in hits if hit.passage.article_id not in self.right]
        return bool(right) and max(right) > max(wrong, default=float("-inf"))

    def fused(self, weighing: Weighing) -> list[Hit]:
        return fuse(self.question, self.lexical, self.dense, self.ceilings.__getitem__, weighing)


@click.command(help=__doc__)
@click.argument("files", nargs=-1)
@click.option("--questions", default=150, show_default=True, help="At most so many of each file.")
@click.option("--beside", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--both", nargs=2, type=click.Path(exists=True, path_type=Path), default=None)
def main(
    files: Sequence[str], questions: int, beside: Sequence[Path], both: tuple[Path, Path] | None
) -> None:
    """Print success@1 for a grid of weights."""
    sets: dict[str, list[Searched]] = {}
    distraction = [article for path in beside for article in read_questions(path)[0]]
    for file in files:
        paragraphs, _, other = file.partition(":")
        articles, asked = read_questions(Path(paragraphs))
        articles += distraction
        if other:
            asked = asked_in_place(asked, read_questions(Path(other))[1])
        sets[" asked ".join(Path(part).name for part in file.split(":"))] = searched(
            articles, [(one, {one.article_id}) for one in spread(asked, questions)]
        )
    if both:
        for name, found in mixed(*both, questions).items():
            sets[name] = found
    for name in sets:
        click.echo(f"{len(sets[name]):5} questions: {name}")
    _line("words alone", [_share(found, [one.lexical for one in found]) for found in sets.values()])
    _line("meaning alone", [_share(found, [one.dense for one in found]) for found in sets.values()])
    for weighing in [WEIGHING, *(Weighing(*values) for values in product(*GRID))]:
        shares = [_share(found, [one.fused(weighing) for one in found]) for found in sets.values()]
        _line(f"{weighing.words} {weighing.across}", shares)


def searched(articles: Sequence[Article], asked: Sequence[tuple[Question, set[str]]]) -> list[Searched]:
    """Every question with its hits in a library of the articles."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder), load_embedder())
        library.build(articles)
        with library.snapshot() as snapshot:
            return [_search(snapshot, question.text, frozenset(right)) for question, right in asked]


def mixed(arabic: Path, english: Path, count: int) -> dict[str, list[Searched]]:
    """One library of both files, asked in either language; paragraphs are paired by their questions' ids."""
    sides = [read_questions(path) for path in (arabic, english)]
    english_by_id = {one.id: one for one in sides[1][1]}
    pairs = [(one, english_by_id[one.id]) for one in sides[0][1] if one.id in english_by_id]
    articles = [*sides[0][0], *sides[1][0]]
    chosen = spread(pairs, count)
    return {
        f"both, asked in {path.name}": searched(
            articles, [(pair[side], {one.article_id for one in pair}) for pair in chosen]
        )
        for side, path in enumerate((arabic, english))
    }


def asked_in_place(gold: Sequence[Question], asked: Sequence[Question]) -> list[Question]:
    """The questions of the same ids over these paragraphs."""
    texts = {one.id: one.text for one in asked}
    return [replace(one, text=texts[one.id]) for one in gold if one.id in texts]


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """At most so many, evenly spread."""
    return [items[n * len(items) // count] for n in range(count)] if count < len(items) else list(items)


def _search(snapshot: Snapshot, question: str, right: frozenset[str]) -> Searched:
    ceiling = partial(snapshot.lexical_ceiling, question)
    return Searched(
        question,
        snapshot.lexical(question, POOL),
        snapshot.dense(question, POOL),
        {language: ceiling(language) for language in ("ar", "en")},
        right,
    )


def _share(found: Sequence[Searched], orders: Sequence[Sequence[Hit]]) -> float:
    return sum(one.found(hits) for one, hits in zip(found, orders, strict=True)) / len(found)


def _line(name: str, shares: Sequence[float]) -> None:
    click.echo(
        f"{name:16}"
        + "".join(f" {share:.3f}" for share in shares)
        + f"  mean {sum(shares) / len(shares):.4f}"
    )


if __name__ == "__main__":
    main()
