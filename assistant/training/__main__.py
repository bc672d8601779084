"""How the reader is made: first the reading model, then the weights of its evidence.

    python -m assistant.training spans --data DATA --out OUT [--dev DEV]
    python -m assistant.training weigh FIT... [--asked QUESTIONS ARTICLES] --check CHECK...
    python -m assistant.training sure REPORT

``spans`` trains the network that sees answers in a text, from a pretrained base on (``base.py``); a run that
is cut off goes on, and the result is OUT/reader/. ``weigh`` fits
``assistant/readers/extractive.json`` on files of questions with known answers (SQuAD v1 form, plain or .xz)
that the network has not learnt from, and on questions over articles as ``majlis eval run`` reads them, and
measures it on others, with the verifier and without. The shipped weights were fitted on the four dev files of
MLQA and on ``eval/everyday/dev``, and measured on the dev files of XQuAD. Run it again when the encoder, the
network, the verifier or the analysis changes.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from assistant.readers.ranking import WEIGHTS_FILE

folder = click.Path(exists=True, file_okay=False, path_type=Path)
file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=__doc__)
def main() -> None:
    """Make the reader."""


@main.command()
@click.option("--data", type=folder, required=True, help="The folder with parallel/ lexical/ qa/ mono/.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Checkpoints, log and result.")
@click.option("--dev", type=folder, help="XQuAD and MLQA dev files to score along the way; never trained on.")
@click.option("--questions", default=140, show_default=True, help="About so many of each dev file.")
def spans(data: Path, out: Path, dev: Path | None, questions: int) -> None:
    """Train the reading model."""
    from assistant.training.recipe import ReaderRecipe, ReaderTraining
    from index.training.base import packaged_base, read_base
    from index.training.data import require_layout
    from index.training.loop import log_to

    try:
        require_layout(data)
        base = read_base(packaged_base())
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    ReaderTraining(base, data, out, ReaderRecipe(), log_to(out), dev, questions).run()


@main.command()
@click.argument("files", nargs=-1, required=True, type=file)
@click.option(
    "--asked",
    multiple=True,
    type=(file, folder),
    help="Questions, and the folder of articles they are asked of.",
)
@click.option("--check", multiple=True, type=file)
@click.option("--embedder", "name", default="bundled", show_default=True)
@click.option("--reader", default="bundled", show_default=True)
@click.option("--questions", default=300, show_default=True, help="At most so many of each file.")
@click.option("--pool", default=300, show_default=True, help="At most so many paragraphs of each file.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=WEIGHTS_FILE)
def weigh(
    files: Sequence[Path],
    asked: Sequence[tuple[Path, Path]],
    check: Sequence[Path],
    name: str,
    reader: str,
    questions: int,
    pool: int,
    out: Path,
) -> None:
    """Fit on FILES, write the weights to --out (the shipped file), report on the files of --check."""
    from assistant.readers.spans import load_span_model
    from assistant.readers.verifier import load_verifier
    from assistant.training import ranking
    from assistant.training.examples import Seen, observe, observe_asked, read_questions, sample
    from index.embedders import load_embedder

    embedder, model, verifier = load_embedder(name), load_span_model(reader), load_verifier()

    def seen_in(path: Path) -> list[Seen]:
        return list(observe(*sample(*read_questions(path), questions, pool), embedder, model))

    seen = [one for path in files for one in seen_in(path)]
    seen += [Seen(one) for pair in asked for one in observe_asked(*pair, embedder, model)]
    weights = ranking.fit(seen, verifier)
    by_words = ranking.fit([ranking.without_meaning(one) for one in seen], verifier)
    ranking.write_weights({"with meaning": weights, "by words": by_words}, out)
    click.echo(f"fitted on {len(seen)} questions\n{ranking.HEADER}")
    checked = {path.name: seen_in(path) for path in check}
    for told, fitted in (("without the verifier", ranking.fit(seen, None)), ("with it", weights)):
        click.echo(told)
        everything = []
        for path, those in checked.items():
            looked = (ranking.looked_again(one, fitted, verifier) for one in those)
            outcomes = [ranking.outcome(one, fitted) for one in looked]
            click.echo(ranking.summary(path, outcomes))
            everything += outcomes
        if everything:
            click.echo(f"\nall {len(everything)} questions")
            for threshold in ranking.THRESHOLDS:
                click.echo(ranking.at_threshold(threshold, everything))


@main.command()
@click.argument("report", type=file)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=WEIGHTS_FILE)
def sure(report: Path, out: Path) -> None:
    """Set from which confidence on answers are sure, by the JSON that `majlis eval run` made of a set.

    90 % of the sure answers were right there, of at least twenty, within a language and across.
    """
    from assistant.training.ranking import LEAST_SURE, SURE, sure_from, write_sure

    rows = [row for one in json.loads(report.read_text(encoding="utf-8")) for row in one["questions"]]
    thresholds = []
    for name, across in (("same language", False), ("across languages", True)):
        answers = [
            (row["answering"]["confidence"], row["answering"]["right"])
            for row in rows
            if row.get("across") is across and "answering" in row
        ]
        least = sure_from(answers, SURE, LEAST_SURE)
        said = [right for confidence, right in answers if confidence >= least]
        click.echo(
            f"{name}: sure from {least:.3f}, {len(said)} of {len(answers)} answers, {sum(said)} of them right"
        )
        thresholds.append(least)
    write_sure(thresholds[0], thresholds[1], out)


if __name__ == "__main__":
    main()
