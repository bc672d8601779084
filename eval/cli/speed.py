"""``majlis eval speed``: how fast the whole is, over libraries of several sizes."""

import json
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import embedder_option, json_option, print_json, print_lines, settings_from
from assistant.cli.terminal import progress_for

LARGEST = 10_000_000  # passages


def _sizes(_ctx: click.Context, _param: click.Parameter, value: str) -> list[int]:
    sizes = []
    for part in value.split(","):
        if not (part.strip().isascii() and part.strip().isdecimal()):
            raise click.BadParameter(f"{part!r} is no number of passages; give some, as in: 1000,10000")
        sizes.append(int(part))
        if not 1 <= sizes[-1] <= LARGEST:
            raise click.BadParameter(f"{part.strip()} is not from 1 to {LARGEST:,} passages")
    return sorted(set(sizes))


def _checked_out(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix not in (".json", ".html"):
        raise click.BadParameter(f"{value.name} must end in .json or .html; both are written, side by side")
    if value is not None and not value.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {value.parent} to write {value.name} into")
    return value


@click.command("speed")
@click.option(
    "--passages",
    callback=_sizes,
    metavar="N,N,...",
    default="1000,10000",
    show_default=True,
    help="The sizes of library to measure.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="How often each figure is measured.",
)
@click.option(
    "--questions",
    type=click.IntRange(1, 100_000),
    default=48,
    show_default=True,
    help="How many are asked in a round, by 1, 4 and 16 askers each.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Which articles are made up."
)
@click.option("--full", is_flag=True, help="Embed every passage, however long it takes.")
@embedder_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_checked_out,
    help="Also write the JSON and a page with curves here: FILE.json, FILE.html.",
)
@json_option
def speed(
    passages: list[int],
    rounds: int,
    questions: int,
    seed: int,
    full: bool,
    out: Path | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Measure building, updating, starting, asking, memory and disk over made-up articles.

    Only the first 1,000 passages of a size are embedded, for the encoder's rate; the vectors of a larger
    library come from a stand-in, and its embedding time is estimated and marked so. --full embeds them all.

    \b
    majlis eval speed --passages 1000,10000,100000 --out speed.html
    """
    from eval.speed import Plan, run_speed
    from eval.speed.tables import speed_lines
    from index.embedders import DEFAULT_EMBEDDER, load_embedder

    settings = settings_from(**flags)
    measured = run_speed(
        passages,
        load_embedder(settings.embedder or DEFAULT_EMBEDDER),
        Plan(rounds=rounds, questions=questions, seed=seed, full=full),
        progress=progress_for(as_json),
    )
    if as_json:
        print_json(measured.to_json())
    else:
        print_lines(speed_lines(measured))
    if out is not None:
        from eval.data.file import write_text
        from eval.speed.page import speed_page

        stored = json.dumps(measured.to_json(), ensure_ascii=False, indent=1)
        write_text(out.with_suffix(".json"), stored, "--out")
        write_text(out.with_suffix(".html"), speed_page(measured), "--out")
