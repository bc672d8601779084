"""How the bundled encoder and the table of translated words are made.

    python -m index.training --data DIR --out DIR   from the data to the encoder's files
    python -m index.training export-st DIR
    python -m index.training lexicon --data DIR
    python -m index.training score DEV [--embedder NAME]
    python -m index.training speed DEV

Without a command the encoder is trained; a run that is cut off goes on, and the result is OUT/encoder/.
"""

from pathlib import Path

import click

directory = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(invoke_without_command=True, help="\b\n" + __doc__)
@click.option("--data", type=directory, help="The folder with parallel/ lexical/ qa/ mono/.")
@click.option("--out", type=click.Path(path_type=Path), help="Where checkpoints, log and result go.")
@click.pass_context
def main(context: click.Context, data: Path | None, out: Path | None) -> None:
    """Train the encoder, or run a command."""
    if context.invoked_subcommand:
        return
    if data is None or out is None:
        raise click.UsageError("--data and --out say what to train on and where to")
    from index.training.base import packaged_base, read_base
    from index.training.data import require_layout
    from index.training.loop import log_to
    from index.training.recipe import EncoderRecipe, EncoderTraining

    try:
        require_layout(data)
        base = read_base(packaged_base())
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    EncoderTraining(base, data, out, EncoderRecipe(), log_to(out)).run()


@main.command("export-st")
@click.argument("folder", type=click.Path(path_type=Path))
def export_st(folder: Path) -> None:
    """Write the shipped encoder in sentence-transformers form."""
    from index.embedders.onnx_encoder import BUNDLED_FOLDER
    from index.training.export import write_sentence_transformer

    write_sentence_transformer(BUNDLED_FOLDER, folder)
    click.echo(f"written to {folder}; load it with --embedder {folder}")


@main.command()
@click.option("--data", type=directory, required=True, help="The folder with parallel/ lexical/ qa/ mono/.")
def lexicon(data: Path) -> None:
    """Make the table of translated words, in the place of the shipped one."""
    from index.text.translation import FOLDER
    from index.training.data import require_layout
    from index.training.lexicon import make_lexicon

    try:
        require_layout(data)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    for name, lines in make_lexicon(data, FOLDER).items():
        click.echo(f"{name}: {lines} words")


@main.command()
@click.argument("dev", type=directory)
@click.option("--embedder", default="bundled", show_default=True)
def score(dev: Path, embedder: str) -> None:
    """Print success@1 of an embedder on the development sets."""
    from index.embedders import load_embedder
    from index.training.evaluation import dev_scores

    model = load_embedder(embedder)
    for direction, value in dev_scores(dev, model.embed_passages, model.embed_questions).items():
        click.echo(f"{direction:14} {value:.3f}")


@main.command()
@click.argument("dev", type=directory)
def speed(dev: Path) -> None:
    """Print passages and questions a second, beside MiniLM."""
    from index.training.evaluation import speeds

    for name, language, passages, questions in speeds(dev):
        click.echo(f"{name:20} {language}  {passages:6.1f} passages/s  {questions:6.1f} questions/s")


if __name__ == "__main__":
    main()
