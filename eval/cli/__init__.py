"""``majlis eval ...``: questions with known answers, asked through the chat's own pipeline."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    embedder_option,
    json_option,
    options,
    print_json,
    print_lines,
    reader_option,
    settings_from,
)
from assistant.cli.terminal import progress_for
from eval.cli.compare import compare
from eval.cli.compare import report as report_page
from eval.cli.feedback import export_feedback, replay
from eval.cli.speed import speed
from index.errors import UserError

if TYPE_CHECKING:
    from eval.report import Report

readable = click.Path(path_type=Path)
writable = click.Path(path_type=Path, dir_okay=False)
questions_option = click.option(
    "--questions", type=readable, help="Ask this SQuAD file's questions instead, matched by id."
)
qrels_option = click.option(
    "--qrels", type=readable, help="Which articles are right: for topics, or in place of BEIR's test split."
)
limit_option = click.option(
    "--limit", type=click.IntRange(1), help="Take only so many questions, evenly spread."
)
out_option = click.option("--out", type=writable, help="Also write the JSON here.")


@click.group("eval")
def evaluation() -> None:
    """Measure how well questions are answered."""


evaluation.add_command(compare)
evaluation.add_command(export_feedback)
evaluation.add_command(replay)
evaluation.add_command(report_page)
evaluation.add_command(speed)


@evaluation.command("run")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=readable)
@options(questions_option, qrels_option)
@click.option(
    "--articles",
    type=readable,
    multiple=True,
    help="A file or folder of articles to ask topics or one's own questions over; may be repeated.",
)
@click.option(
    "--library",
    type=click.Path(file_okay=False, path_type=Path),
    help="Ask them over this library as it is; nothing is rebuilt.",
)
@embedder_option
@click.option(
    "--retriever",
    type=click.Choice(["all", "hybrid", "lexical", "dense"]),
    default="all",
    show_default=True,
    help="What to measure retrieval with; answers come from hybrid, or from the one named.",
)
@reader_option
@limit_option
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence.")
@out_option
@click.option("--resume", is_flag=True, help="Go on with the run to the same --out that was cut off.")
@click.option("--run-out", type=writable, help="Write what was retrieved as a TREC run here.")
@click.option("--predictions-out", type=writable, help="Write the answers by id here, as SQuAD has them.")
@json_option
def run(
    files: tuple[Path, ...],
    questions: Path | None,
    qrels: Path | None,
    articles: tuple[Path, ...],
    library: Path | None,
    embedder: str | None,
    retriever: str,
    reader: str | None,
    limit: int | None,
    threshold: float | None,
    out: Path | None,
    resume: bool,
    run_out: Path | None,
    predictions_out: Path | None,
    as_json: bool,
    **model: Any,
) -> None:
    """Measure retrieval and answers on each FILE of questions.

    A FILE is a SQuAD file (XQuAD, MLQA, ARCD and the like), a BEIR folder, TREC or MIRACL topics (.tsv), or
    one's own questions (.jsonl); compressed with gzip or xz too. The articles become a temporary library.

    \b
    majlis eval run xquad.ar.json
    majlis eval run xquad.ar.json --questions xquad.en.json      English questions, Arabic articles
    majlis eval run scifact/                                     a BEIR folder
    majlis eval run topics.tsv --qrels qrels.tsv --articles corpus.jsonl.gz
    majlis eval run questions.jsonl --library my-library
    """
    from assistant.settings import RETRIEVERS
    from eval.data.loading import load_dataset
    from eval.resume import clear, partial_folder
    from eval.run import run_benchmark
    from index.embedders import DEFAULT_EMBEDDER, load_embedder
    from index.library import Library

    if resume and out is None:
        raise click.UsageError("--resume goes on with the run to an --out: name it.")
    if library is not None and (articles or embedder):
        raise click.UsageError("--library has its own articles and its own embedder: leave out the others.")
    if len(files) > 1 and (run_out or predictions_out):
        raise click.UsageError("--run-out and --predictions-out take one FILE at a time.")
    settings = settings_from(threshold=threshold, embedder=embedder, reader=reader, **model)
    searched = Library.open(library) if library else None
    loaded = None if searched else load_embedder(settings.embedder or DEFAULT_EMBEDDER)
    retrievers = RETRIEVERS if retriever == "all" else (retriever,)
    work = partial_folder(out) if out else None
    if work and not resume:
        clear(work)
    reports: list[Report] = []
    failed: list[UserError] = []
    for number, file in enumerate(files, start=1):
        try:
            report = run_benchmark(
                load_dataset(file, questions=questions, qrels=qrels, articles=articles, library=searched),
                embedder=loaded,
                library=searched,
                retrievers=retrievers,
                settings=settings,
                limit=limit,
                work=work / str(number) if work else None,
                progress=progress_for(as_json),
            )
        except UserError as error:  # the other files are measured all the same
            failed.append(error)
            continue
        reports.append(report)
        show(report, as_json)
    if reports and run_out:
        write_runs(reports[0], run_out, retrievers)
    if reports and predictions_out:
        write_answers(reports[0], predictions_out)
    finish(reports, out, as_json)
    for failure in failed:
        click.echo(f"majlis: {failure}", err=True)
    if failed:
        raise click.exceptions.Exit(1)
    if work:
        clear(work)


@evaluation.command("score")
@click.argument("file", type=readable)
@options(questions_option, qrels_option)
@click.option("--run", "run_file", type=readable, help="What the system retrieved, as a TREC run.")
@click.option("--predictions", type=readable, help="What it answered, by id, as SQuAD has it.")
@click.option(
    "--tag", default="run", show_default=True, help="What the report calls its retriever: retrieval/TAG."
)
@limit_option
@out_option
@json_option
def score_system(
    file: Path,
    questions: Path | None,
    qrels: Path | None,
    run_file: Path | None,
    predictions: Path | None,
    tag: str,
    limit: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Measure what another system found or answered to the questions of FILE, with the same measures.

    \b
    majlis eval score xquad.ar.json --predictions answers.json
    majlis eval score topics.tsv --qrels qrels.tsv --run bm25.run --tag bm25
    """
    from eval.data.file import DatasetFile
    from eval.data.loading import load_dataset
    from eval.score import score

    if run_file is None and predictions is None:
        raise click.UsageError("give a --run, or --predictions, or both.")
    dataset = load_dataset(file, questions=questions, qrels=qrels, searched=False).sample(limit)
    report = score(
        dataset,
        run=DatasetFile(run_file) if run_file else None,
        predictions=DatasetFile(predictions) if predictions else None,
        tag=tag,
    )
    show(report, as_json)
    finish([report], out, as_json)


def show(report: "Report", as_json: bool) -> None:
    from eval.report.tables import report_lines

    if not as_json:
        print_lines([*report_lines(report), ""])


def finish(reports: "list[Report]", out: Path | None, as_json: bool) -> None:
    """Prints and writes the JSON, where it is wanted."""
    made = [report.to_json() for report in reports] if as_json or out else []
    if as_json:
        print_json(made)
    if out is not None and reports:
        from eval.data.file import write_text

        write_text(out, json.dumps(made, ensure_ascii=False, indent=1), "--out")


def write_runs(report: "Report", path: Path, retrievers: tuple[str, ...]) -> None:
    """Writes a run for each retriever: ``a.run`` for one, ``a.hybrid.run`` and so on for several."""
    from eval.data.trec import write_run

    for kind in retrievers:
        file = path if len(retrievers) == 1 else path.with_name(f"{path.stem}.{kind}{path.suffix}")
        write_run(file, ((row.example.id, row.runs[kind]) for row in report.rows), kind)


def write_answers(report: "Report", path: Path) -> None:
    from eval.data.predictions import write_predictions

    answered = [row for row in report.rows if "answering" in row.details]
    write_predictions(path, {row.example.id: row.details["answering"]["text"] for row in answered})
