"""Fit the extractive reader and write ``assistant/extractive.json``; a few minutes on two cores.

    python -m assistant.training FIT... --check CHECK...

FIT and CHECK are files of questions with known answers (SQuAD v1 form, plain or .xz): the weights are fitted
on the first and measured on the second. For the bundled encoder they were fitted on SQuADShifts (new
Wikipedia), TyDi QA (English), ARCD (train) and the two cross-lingual dev files of MLQA, and measured on the
other dev files of MLQA and XQuAD. Run it again when the bundled encoder or the analysis changes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import click
import numpy as np

from assistant.evidence import FEATURES, Floats
from assistant.extractive import SIGNS, WEIGHTS_FILE, Weights, logistic, signs
from assistant.training.examples import Seen, read_questions, sample, see
from assistant.training.fitting import fit_logistic, fit_ranking
from index.embedding import Embedder, load_embedder

Pairs = Sequence[tuple[Seen, Seen]]


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--check", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--embedder", "name", default="bundled", show_default=True)
@click.option("--questions", default=300, show_default=True, help="At most so many of each file.")
@click.option("--pool", default=300, show_default=True, help="At most so many paragraphs of each file.")
def main(files: Sequence[Path], check: Sequence[Path], name: str, questions: int, pool: int) -> None:
    """Fit on FILES, write the weights, report on the files of --check."""
    embedder = load_embedder(name)
    fitted = [pair for path in files for pair in seen_in(path, embedder, questions, pool)]
    weights = fit(fitted)
    by_words = fit([without_meaning(pair) for pair in fitted if not pair[0].across])
    write({"with meaning": weights, "by words": by_words})
    click.echo(f"{WEIGHTS_FILE.name}: fitted on {len(fitted)} questions")
    click.echo(HEADER)
    measured = []
    for path in check:
        measured.append(Measured.of(seen_in(path, embedder, questions, pool), weights))
        click.echo(measured[-1].line(path.name))
    if measured:
        everything = together(measured)
        click.echo(f"\nall {len(everything.sure)} questions")
        for threshold in THRESHOLDS:
            click.echo(everything.at(threshold))


def seen_in(path: Path, embedder: Embedder, questions: int, pool: int) -> Pairs:
    """What the reader sees for a sample of a file's questions."""
    return list(see(*sample(*read_questions(path), questions, pool), embedder))


def fit(pairs: Pairs) -> Weights:
    """The ranking from the answerable questions whose answer was found, then the confidence from all."""
    lists = [seen for seen, _ in pairs if any(seen.right)]
    ranking = fit_ranking([seen.rows for seen in lists], [seen.right for seen in lists])
    shown, right = [], []
    for seen in (one for pair in pairs for one in pair if one.candidates):
        scores = seen.rows @ ranking
        shown.append(signs(seen.question.text, seen.language, seen.candidates, seen.rows, scores))
        right.append(seen.right[int(scores.argmax())])
    return Weights(ranking, fit_logistic(np.array(shown), right))


MEANING = [name in ("meaning", "meaning across", "passage", "passage across") for name in FEATURES]


def without_meaning(pair: tuple[Seen, Seen]) -> tuple[Seen, Seen]:
    """The same as it is seen where no embedder compares meanings."""
    first, second = (replace(seen, rows=np.where(MEANING, 0.0, seen.rows)) for seen in pair)
    return first, second


def write(fitted: Mapping[str, Weights]) -> None:
    stored = {
        kind: {
            "ranking": _named(FEATURES, weights.ranking),
            "confidence": _named(SIGNS, weights.confidence),
        }
        for kind, weights in fitted.items()
    }
    WEIGHTS_FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def _named(names: Iterable[str], values: Floats) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


HEADER = """
right         of the answerable questions, the share whose best sentence holds the answer
found         the same, for any of the candidates
unanswerable  with the article taken away, the share answered at the threshold that 85% of the others reach
"""
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the reader makes of questions with their article there, and with it taken away."""

    right: Floats  # 1 where the best sentence holds the answer
    found: Floats  # 1 where any candidate does
    sure: Floats  # the confidence
    unsure: Floats  # the confidence without the article

    @classmethod
    def of(cls, pairs: Pairs, weights: Weights) -> "Measured":
        return cls(
            right=np.array([float(right_of(seen, weights)) for seen, _ in pairs]),
            found=np.array([float(any(seen.right)) for seen, _ in pairs]),
            sure=np.array([confidence_of(seen, weights) for seen, _ in pairs]),
            unsure=np.array([confidence_of(seen, weights) for _, seen in pairs]),
        )

    def line(self, name: str) -> str:
        unanswerable = np.mean(self.unsure >= np.quantile(self.sure, 0.15))
        return (
            f"{name:38} right {self.right.mean():.3f} found {self.found.mean():.3f}"
            f" unanswerable {unanswerable:.3f}"
        )

    def at(self, threshold: float) -> str:
        answered = self.sure >= threshold
        right = self.right[answered].mean() if answered.any() else 0.0
        wrongly = np.mean(self.unsure >= threshold)
        return (
            f"at {threshold:<4} of the answerable answered {answered.mean():.3f}, of these right {right:.3f};"
            f" of the unanswerable answered {wrongly:.3f}"
        )


def together(measured: Sequence[Measured]) -> Measured:
    """All questions as one set."""
    return Measured(
        *(np.concatenate([getattr(one, each.name) for one in measured]) for each in fields(Measured))
    )


def right_of(seen: Seen, weights: Weights) -> bool:
    return bool(seen.candidates) and bool(seen.right[int((seen.rows @ weights.ranking).argmax())])


def confidence_of(seen: Seen, weights: Weights) -> float:
    if not seen.candidates:
        return 0.0
    scores = seen.rows @ weights.ranking
    shown = signs(seen.question.text, seen.language, seen.candidates, seen.rows, scores)
    return logistic(float(shown @ weights.confidence))


if __name__ == "__main__":
    main()
