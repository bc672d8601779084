"""How the verifier is made, and what it adds to the reader's confidence.

    python -m assistant.training.verifier train DATA OUT
    python -m assistant.training.verifier measure OUT [--model DIR]

``train`` asks the shipped reader the questions of DATA, judges what it proposes, and trains on that; a run
that is cut off goes on, and the result is OUT/verifier/. ``measure`` compares the reader's confidence, the
verifier and both, on the held-out proposals of OUT.
"""

from pathlib import Path

import click

folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(help="\b\n" + __doc__)
def main() -> None:
    """Make the verifier."""


@main.command()
@click.argument("data", type=folder)
@click.argument("out", type=click.Path(path_type=Path))
def train(data: Path, out: Path) -> None:
    """Train the verifier."""
    from assistant.training.verifier.recipe import VerifierRecipe, VerifierTraining
    from index.training.data import require_layout
    from index.training.loop import log_to

    try:
        require_layout(data)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    VerifierTraining(data, out, VerifierRecipe(), log_to(out)).run()


@main.command()
@click.argument("out", type=folder)
@click.option("--model", type=folder, help="The verifier's files; else the shipped ones.")
def measure(out: Path, model: Path | None) -> None:
    """Compare the confidences."""
    from assistant.readers.verifier import VERIFIER_FOLDER, Verifier
    from assistant.training.verifier import measure as figures
    from assistant.training.verifier.proposals import read_proposals

    judge = Verifier(model or VERIFIER_FOLDER).scores
    proposals = list(read_proposals(out / "proposals.jsonl"))
    click.echo(figures.report("held out", figures.held_out(proposals, judge)))


if __name__ == "__main__":
    main()
