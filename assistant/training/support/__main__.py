"""How the support check is made: its network, and the weights of what speaks for and against.

    python -m assistant.training.support train DATA SENTENCES OUT
    python -m assistant.training.support fit SENTENCES

DATA is laid out as for the encoder; SENTENCES is tests/golden/support. ``train`` goes on where a run was cut
off; the result is OUT/entailment_model. ``fit`` writes ``assistant/support/weights.json``: weights of the
development half, and a threshold chosen by weights that were fitted without the article (cross-validation).
Neither reads the measuring half.
"""

import json
from pathlib import Path

import click
import numpy as np

folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(help="\b\n" + __doc__)
def main() -> None:
    """Make the support check."""


@main.command()
@click.argument("data", type=folder)
@click.argument("sentences", type=folder)
@click.argument("out", type=click.Path(path_type=Path))
def train(data: Path, sentences: Path, out: Path) -> None:
    """Train the network."""
    from assistant.training.support.recipe import SupportRecipe, SupportTraining
    from index.training.data import require_layout
    from index.training.loop import log_to

    try:
        require_layout(data)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    SupportTraining(data, sentences, out, SupportRecipe(), log_to(out)).run()


@main.command()
@click.argument("sentences", type=folder)
def fit(sentences: Path) -> None:
    """Fit the weights and choose the threshold."""
    from assistant.support.features import FEATURES
    from assistant.support.judgement import WEIGHTS_FILE
    from assistant.training.support import fitting
    from eval.support import held_against_articles, read_sentences
    from index.embedders import load_embedder

    written = read_sentences(sentences, "development")
    held = held_against_articles(written, load_embedder("bundled"))
    rows, right = np.array([one.row for one in held]), np.array([one.supported for one in written])
    unfound = np.array([bool(one.unfound) for one in held])
    # what is unfound decides by itself: the weights are for what is left
    scores = fitting.out_of_fold(rows, right, ~unfound, [one.article.id for one in written])
    threshold = fitting.chosen_threshold(np.where(unfound, 0.0, scores), right)
    said = (scores >= threshold) & ~unfound
    click.echo(f"threshold {threshold:.3f}, by cross-validation on {len(written)} sentences:")
    click.echo(f"unsupported seen {(~said[~right]).mean():.3f}, false alarms {(~said[right]).mean():.3f}")
    weights, bias = fitting.fit(rows[~unfound], right[~unfound])
    named = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    fitted = {"weights": named, "bias": round(bias, 4), "threshold": round(threshold, 4)}
    WEIGHTS_FILE.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
