"""``majlis eval ...``: questions with known answers, asked through the chat's own pipeline."""

import json
from pathlib import Path
from typing import Any

import click

from assistant.cli_options import embedder_option, json_option, print_json, print_lines, settings_from
from assistant.terminal import progress_for
from index.errors import UserError

readable_file = click.Path(path_type=Path)


@click.group("eval")
def evaluation() -> None:
    """Measure how well questions are answered."""


@evaluation.command("run")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=readable_file)
@click.option("--questions", type=readable_file, help="Ask this file's questions instead, matched by id.")
@embedder_option
@click.option(
    "--retriever",
    type=click.Choice(["all", "hybrid", "lexical", "dense"]),
    default="all",
    show_default=True,
    help="What to measure retrieval with; answers come from hybrid, or from the one named.",
)
@click.option("--limit", type=click.IntRange(1), help="Ask only so many questions, evenly spread.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Also write the JSON here.")
@json_option
def run(
    files: tuple[Path, ...],
    questions: Path | None,
    retriever: str,
    limit: int | None,
    out: Path | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Measure retrieval and answers on SQuAD-format FILEs (XQuAD, MLQA, ARCD and the like).

    Each file's paragraphs become the articles of a temporary library.

    \b
    majlis eval run xquad.ar.json
    majlis eval run xquad.ar.json --questions xquad.en.json      English questions, Arabic articles
    """
    from assistant.settings import RETRIEVERS
    from eval.benchmark import run_benchmark
    from eval.datasets import read_squad
    from index.embedding import DEFAULT_EMBEDDER, load_embedder

    settings = settings_from(**flags)
    embedder = load_embedder(settings.embedder or DEFAULT_EMBEDDER)
    reports = []
    failed: list[UserError] = []
    for file in files:
        try:
            report = run_benchmark(
                read_squad(file, questions),
                embedder=embedder,
                retrievers=RETRIEVERS if retriever == "all" else [retriever],
                settings=settings,
                limit=limit,
                progress=progress_for(as_json),
            )
        except UserError as error:  # the other files are measured all the same
            failed.append(error)
            continue
        reports.append(report.to_json())
        if not as_json:
            print_lines([*report.lines(), ""])
    if as_json:
        print_json(reports)
    if out is not None and reports:
        try:
            out.write_text(json.dumps(reports, ensure_ascii=False, indent=1), encoding="utf-8")
        except OSError as error:
            raise UserError(f"{out}: cannot be written ({error.strerror}); name another --out") from error
    for failure in failed:
        click.echo(f"majlis: {failure}", err=True)
    if failed:
        raise click.exceptions.Exit(1)
