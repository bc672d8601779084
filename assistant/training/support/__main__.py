"""How the weights of the support check are made.

    python -m assistant.training.support SENTENCES

SENTENCES is tests/golden/support. The weights are fitted on its development half and go into
``assistant/support/weights.json``. The threshold is chosen by weights that were fitted without the article
(cross-validation); the measuring half is not read.
"""

import json
from pathlib import Path

import click
import numpy as np

from assistant.support.features import FEATURES
from assistant.support.judgement import WEIGHTS_FILE
from assistant.training.support.fitting import chosen_threshold, fit, out_of_fold
from eval.support import held_against_articles, read_sentences
from index.embedders import load_embedder


@click.command(help="\b\n" + __doc__)
@click.argument("sentences", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(sentences: Path) -> None:
    written = read_sentences(sentences, "development")
    held = held_against_articles(written, load_embedder("bundled"))
    rows, right = np.array([one.row for one in held]), np.array([one.supported for one in written])
    unfound = np.array([bool(one.unfound) for one in held])
    # what is unfound decides by itself: the weights are for what is left
    scores = out_of_fold(rows, right, ~unfound, [one.article.id for one in written])
    threshold = chosen_threshold(np.where(unfound, 0.0, scores), right)
    said = (scores >= threshold) & ~unfound
    click.echo(f"threshold {threshold:.3f}, by cross-validation on {len(written)} sentences:")
    click.echo(f"unsupported seen {(~said[~right]).mean():.3f}, false alarms {(~said[right]).mean():.3f}")
    weights, bias = fit(rows[~unfound], right[~unfound])
    named = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    fitted = {"weights": named, "bias": round(bias, 4), "threshold": round(threshold, 4)}
    WEIGHTS_FILE.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
