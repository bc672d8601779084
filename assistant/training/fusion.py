"""What other weights of words and meaning would give: ``python -m assistant.training.fusion FILE...``.

    python -m assistant.training.fusion ARABIC.json ENGLISH.json ... [--questions N] [--both ARABIC ENGLISH]

FILE is a SQuAD file, or ``PARAGRAPHS:QUESTIONS`` with the same questions from another file. ``--both`` takes
two translations of a set as one library, where the paragraph of a question is right in either language;
``--beside`` puts the paragraphs of a file beside those of every FILE, as distraction.
Every question is searched once; after that a setting costs a moment. A line is a setting: success@1 of each
file, of the mixed library with questions in each language, and the mean; first the two legs alone.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean

import click

from assistant.question import Question
from assistant.retrieval import BUNDLED_FUSION, POOL, FusionWeights, fuse
from assistant.training.examples import read_questions, spread
from index.articles import Article
from index.embedders import load_embedder
from index.library import Library
from index.passages import Hit

GRID = (
    (0.12, 0.16, 0.2, 0.24, 0.28, 0.33, 0.4, 0.5),  # words
    (0.8, 1.0, 1.2, 1.4),  # across
)


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what each leg found, the ceilings by language, and the articles that are right."""

    language: str  # of the question
    lexical: Sequence[Hit]
    dense: Sequence[Hit]
    ceilings: dict[str, float]
    right: frozenset[str]

    def found(self, hits: Sequence[Hit]) -> bool:
        """Whether a right article is first; one that ties with a wrong one has not been found."""
        right = [hit.score for hit in hits if hit.passage.article_id in self.right]
        wrong = [hit.score for hit in hits if hit.passage.article_id not in self.right]
        return bool(right) and max(right) > max(wrong, default=float("-inf"))

    def fused(self, weights: FusionWeights) -> list[Hit]:
        return fuse(self.language, self.lexical, self.dense, self.ceilings.__getitem__, weights)


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
        articles, gold = read_questions(Path(paragraphs))
        if other:
            asked = {one.id: one.question for one in read_questions(Path(other))[1]}
            gold = [replace(one, question=asked[one.id]) for one in gold if one.id in asked]
        right = [(one.question, frozenset({one.article.id})) for one in gold]
        name = " asked ".join(Path(part).name for part in file.split(":"))
        sets[name] = searched(articles + distraction, right, questions)
    if both:
        sets |= mixed(*both, questions)
    for name, found in sets.items():
        click.echo(f"{len(found):5} questions: {name}")
    _line("words alone", sets, lambda one: one.lexical)
    _line("meaning alone", sets, lambda one: one.dense)
    for weights in [BUNDLED_FUSION, *(FusionWeights(*values) for values in product(*GRID))]:
        _line(f"{weights.words} {weights.across}", sets, partial(Searched.fused, weights=weights))


def searched(
    articles: Sequence[Article], asked: Sequence[tuple[Question, frozenset[str]]], count: int
) -> list[Searched]:
    """At most ``count`` questions, each with its right articles, searched in a library of all."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder), load_embedder())
        library.build(articles)
        with library.snapshot() as snapshot:
            return [
                Searched(
                    question.language,
                    snapshot.lexical(question.query, POOL),
                    snapshot.dense(question.query, POOL),
                    {spoken: snapshot.lexical_ceiling(question.query, spoken) for spoken in ("ar", "en")},
                    right,
                )
                for question, right in (asked[place] for place in spread(len(asked), count))
            ]


def mixed(arabic: Path, english: Path, count: int) -> dict[str, list[Searched]]:
    """One library of both files, asked in either language; paragraphs are paired by their questions' ids."""
    sides = [read_questions(path) for path in (arabic, english)]
    english_by_id = {one.id: one for one in sides[1][1]}
    pairs = [(one, english_by_id[one.id]) for one in sides[0][1] if one.id in english_by_id]
    return {
        f"both, asked in {path.name}": searched(
            [*sides[0][0], *sides[1][0]],
            [(pair[side].question, frozenset(one.article.id for one in pair)) for pair in pairs],
            count,
        )
        for side, path in enumerate((arabic, english))
    }


def _line(name: str, sets: dict[str, list[Searched]], order: Callable[[Searched], Sequence[Hit]]) -> None:
    shares = [fmean(one.found(order(one)) for one in found) for found in sets.values()]
    click.echo(f"{name:16}" + "".join(f" {share:.3f}" for share in shares) + f"  mean {fmean(shares):.4f}")


if __name__ == "__main__":
    main()
