"""How the weights of the support check are made.

    python -m assistant.training.support --data DATA --sentences tests/golden/support

DATA holds dev/xquad-dev.en.json, dev/xquad-dev.ar.json, train/parallel/tico19.jsonl.xz and
ms_projectops.jsonl.xz. The weights are fitted on sentences made of those and on the development half of the
written ones, and go into ``assistant/support/weights.json``. The threshold is chosen on the development half
by weights that were fitted without the article (cross-validation); the measuring half is not read.
"""

import json
from pathlib import Path

import click
import numpy as np

from assistant.support.features import FEATURES
from assistant.support.judgement import WEIGHTS_FILE
from assistant.training.support.examples import parallel_texts, synthetic
from assistant.training.support.fitting import chosen_threshold, fit, out_of_fold
from eval.support import held_against_articles, read_sentences
from index.embedders import load_embedder

folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help="\b\n" + __doc__)
@click.option("--data", type=folder, required=True)
@click.option("--sentences", type=folder, required=True)
@click.option("--count", default=700, show_default=True, help="Sentences that are made.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where the rows of those are kept.")
def main(data: Path, sentences: Path, count: int, cache: Path | None) -> None:
    embedder = load_embedder("bundled")
    if cache and cache.exists():
        stored = np.load(cache)
        made_rows, made_right, made_unfound = stored["rows"], stored["right"], stored["unfound"]
    else:
        made = synthetic(parallel_texts(data), count)
        made_held = held_against_articles(made, embedder)
        made_rows = np.array([one.row for one in made_held])
        made_right = np.array([one.supported for one in made])
        made_unfound = np.array([bool(one.unfound) for one in made_held])
        if cache:
            np.savez(cache, rows=made_rows, right=made_right, unfound=made_unfound)
    written = read_sentences(sentences, "development")
    held = held_against_articles(written, embedder)
    rows, right = np.array([one.row for one in held]), np.array([one.supported for one in written])
    unfound = np.array([bool(one.unfound) for one in held])
    groups = [one.article.id for one in written]
    # what is unfound decides by itself: the weights are for what is left
    made_left = ~made_unfound
    base = made_rows[made_left], made_right[made_left]
    scores = out_of_fold(base, (rows, right, ~unfound), groups)
    threshold = chosen_threshold(np.where(unfound, 0.0, scores), right)
    said = (scores >= threshold) & ~unfound
    click.echo(f"threshold {threshold:.3f}, by cross-validation on the development half:")
    click.echo(f"unsupported seen {(~said[~right]).mean():.3f}, false alarms {(~said[right]).mean():.3f}")
    weights, bias = fit(*base, rows[~unfound], right[~unfound])
    stored_weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    WEIGHTS_FILE.write_text(
        json.dumps(
            {"weights": stored_weights, "bias": round(bias, 4), "threshold": round(threshold, 4)}, indent=2
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
