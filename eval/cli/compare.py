"""``majlis eval compare`` and ``majlis eval report``: stored runs beside each other, and as a page."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import json_option, print_json, print_lines
from assistant.cli.terminal import one_line, table_lines

if TYPE_CHECKING:
    from eval.compare import Comparison, DatasetComparison, MeasureComparison, Verdict

SHOWN = 10  # questions won, questions lost, and ids without a partner
_CHIEF = ("answering/sentence_match", "answering/f1")

stored_file = click.Path(path_type=Path, dir_okay=False)


def _limits(_ctx: click.Context, _param: click.Parameter, given: Sequence[str]) -> list[tuple[str, float]]:
    """Each MEASURE:MARGIN as ("answering/f1", 0.02)."""
    limits = []
    for value in given:
        measure, _, margin = value.rpartition(":")
        try:
            least = float(margin)
        except ValueError:
            least = math.nan
        if not (measure and 0 <= least < 1):
            raise click.BadParameter(f"{value!r} is not MEASURE:MARGIN with a margin in 0..1, as in: f1:0.01")
        limits.append((measure, least))
    return limits


@click.command("compare")
@click.argument("a", type=stored_file)
@click.argument("b", type=stored_file)
@click.option(
    "--fail-if-worse",
    "limits",
    callback=_limits,
    metavar="MEASURE:MARGIN",
    multiple=True,
    help="Exit with 1 where B is worse than A by more than MARGIN, beyond chance. Repeatable.",
)
@json_option
def compare(a: Path, b: Path, limits: Sequence[tuple[str, float]], as_json: bool) -> None:
    """Compare two runs that `majlis eval run --out` stored, question by question.

    Differences are B - A. MEASURE is a measure (f1: in every task that has it) or one of a single task
    (answering/f1).

    \b
    majlis eval compare before.json after.json
    majlis eval compare before.json after.json --fail-if-worse answering/sentence_match:0.01
    """
    from eval.compare import check, compare_reports, comparison_to_json
    from eval.report.stored import read_reports

    comparison = compare_reports(read_reports(a), read_reports(b))
    verdicts = check(comparison, limits)
    if as_json:
        print_json({"a": str(a), "b": str(b), **comparison_to_json(comparison, verdicts)})
    else:
        print_lines([f"A: {a}", f"B: {b}", *comparison_lines(comparison, verdicts)])
    worse = [f"{verdict.name} of {verdict.dataset}" for verdict in verdicts if verdict.worse]
    if worse:
        click.echo(f"majlis: B is worse than A: {', '.join(worse)}", err=True)
        raise click.exceptions.Exit(1)


@click.command("report")
@click.argument("file", type=stored_file)
@click.option("--out", type=stored_file, help="The page to write.  [default: FILE with .html for its ending]")
def report(file: Path, out: Path | None) -> None:
    """Write a run that `majlis eval run --out` stored as one HTML page, with charts and every question.

    \b
    majlis eval report run.json --out run.html
    """
    from eval.report.page import write_page
    from eval.report.stored import read_reports

    page = out or file.with_suffix(".html")
    write_page(read_reports(file), page)
    click.echo(str(page))


def comparison_lines(comparison: "Comparison", verdicts: Sequence["Verdict"]) -> list[str]:
    """The comparison for a terminal: each dataset's table and changed questions, then the verdicts."""
    checked = [verdict.name for verdict in verdicts]
    lines = [line for dataset in comparison.datasets for line in ("", *_dataset_lines(dataset, checked))]
    for letter, names in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        lines += [f"only in {letter}, not compared: {name}" for name in names]
    if verdicts:
        lines += ["", *map(_verdict_line, verdicts)]
    return lines


def _dataset_lines(dataset: "DatasetComparison", checked: Sequence[str]) -> list[str]:
    from eval.provenance import listed

    both = len(dataset.questions) - len(dataset.only_in_a)
    lines = [f"{dataset.name}: {both} questions in both", *map("  {}".format, dataset.warnings)]
    for letter, ids in (("A", dataset.only_in_a), ("B", dataset.only_in_b)):
        if ids:
            lines.append(f"  only in {letter}, not compared: {len(ids)} questions: {listed(ids, SHOWN)}")
    changed = [measure for measure in dataset.measures if measure.difference.won or measure.difference.lost]
    same = [measure.name for measure in dataset.measures if measure not in changed]
    lines += ["", *table_lines([_cells(measure) for measure in changed])]
    lines += [f"the same for every question: {', '.join(same)}"] if same else []
    by_name = {measure.name: measure for measure in dataset.measures}
    wanted = [*(name for name in _CHIEF if name in checked), *checked, *_CHIEF, *by_name]
    chief = next((by_name[name] for name in wanted if name in by_name), None)
    if chief:
        lines += _question_lines(dataset, chief.name, "lost", chief.lost)
        lines += _question_lines(dataset, chief.name, "won", chief.won)
    return lines


def _cells(measure: "MeasureComparison") -> dict[str, str]:
    difference, pairs = measure.difference, len(measure.ids)
    return {
        "measure": measure.name,
        "questions": f"{pairs:9d}",
        "A": f"{sum(measure.before) / pairs:.3f}",
        "B": f"{sum(measure.after) / pairs:.3f}",
        "B - A": f"{difference.mean:+.3f}",
        "95% interval": f"{difference.low:+.3f} {difference.high:+.3f}",
        "p": "<0.001" if difference.p_value < 0.001 else f" {difference.p_value:.3f}",
        "won": f"{difference.won:4d}",
        "lost": f"{difference.lost:4d}",
    }


def _question_lines(dataset: "DatasetComparison", name: str, outcome: str, ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    more = [f"  and {len(ids) - SHOWN} more, all of them in --json"] if len(ids) > SHOWN else []
    shown = [f"  {question_id}  {one_line(dataset.questions[question_id])}" for question_id in ids[:SHOWN]]
    return ["", f"{outcome} by {name}: {len(ids)}", *shown, *more]


def _verdict_line(verdict: "Verdict") -> str:
    difference = verdict.difference
    return (
        f"{'WORSE' if verdict.worse else 'not shown to be worse'} by more than {verdict.margin:g}: "
        f"{verdict.name} {difference.mean:+.3f}, {difference.low:+.3f} to {difference.high:+.3f} "
        f"with {verdict.level:.1%}, p {difference.p_value:.4f}: {verdict.dataset}"
    )
