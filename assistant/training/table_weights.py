"""The weights of ``assistant.readers.tables``: ``python -m assistant.training.table_weights QUESTIONS``.

QUESTIONS is a file of tables with questions and the cells that answer (JSON Lines, plain or .xz): ``title,
rows`` (the first is the head), ``questions: [{question, cells: [[row, column]]}]``. Taken are those that name
the row of their one cell: the others ask for the most, the last, the next. Each table is read three times: as
it is, without the row that answers, and without the column; what is said of the last two is wrong. A tenth of
the tables is kept to measure on.
"""

import json
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from assistant.question import Question, understand
from assistant.readers.evidence import Features, Meaning
from assistant.readers.tables import (
    CELL_FEATURES,
    CONFIDENCE_FEATURES,
    WEIGHTS_FILE,
    ArticleTable,
    TableWeights,
    cell_features,
    confidence_of,
)
from assistant.training.ranking import fit_logistic, fit_ranking
from index.articles import make_article
from index.embedders import Embedder, load_embedder
from index.structure import Block, Range, TextBuilder

MOST_ROWS = 80  # of a table that is learned from
HELD_OUT = 10  # one table of so many is measured on


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question read over one form of a table: its cells with their features; which are right."""

    question: Question
    table: ArticleTable
    cells: list[tuple[Block, Range, Features]]
    right: list[bool]  # of the cells


def read_tables(path: Path) -> Iterator[dict[str, object]]:
    """The tables of a file."""
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def observed(stored: dict[str, object], embedder: Embedder | None) -> Iterator[list[TableQuestion]]:
    """For each question of a table its three forms: whole, without its row, without its column."""
    rows: list[list[str]] = stored["rows"]  # type: ignore[assignment]
    if not 2 < len(rows) <= MOST_ROWS:
        return
    for each in stored["questions"]:  # type: ignore[attr-defined]
        gold = {(row, column) for row, column in each["cells"]}
        if len(gold) != 1:
            continue
        [(row, column)] = gold
        question = understand(each["question"])
        vectors = embedder.embed_questions([question.text])[0] if embedder else None
        meaning = Meaning(vectors, embedder) if embedder and vectors is not None else None
        nothing: set[tuple[int, int]] = set()
        forms = (
            (rows, {(row, column)}),
            ([cells for number, cells in enumerate(rows) if number != row], nothing),
            ([cells[:column] + cells[column + 1 :] for cells in rows], nothing),
        )
        read = [
            _read(question, str(stored["title"]), cells, right, meaning)
            for cells, right in forms
            if len(cells) > 1 and len(cells[0]) > 1
        ]
        if _names_its_row(read[0]):
            yield read


def _names_its_row(one: TableQuestion) -> bool:
    """Whether no other row has as rare a word of the question as the right one."""
    key = CELL_FEATURES.index("key")
    right = [shown[key] for (_, _, shown), gold in zip(one.cells, one.right, strict=True) if gold]
    rows = {row for (row, _, _), gold in zip(one.cells, one.right, strict=True) if gold}
    others = [shown[key] for row, _, shown in one.cells if row not in rows]
    return bool(right) and right[0] > 0.15 and right[0] > max(others, default=0.0)


def _read(
    question: Question,
    title: str,
    rows: Sequence[Sequence[str]],
    right: set[tuple[int, int]],
    meaning: Meaning | None,
) -> TableQuestion:
    built = TextBuilder()
    blocks = [built.add_row(cells, head=not number) for number, cells in enumerate(rows)]
    article = make_article(id="t", title=title, text=built.text, source="", blocks=built.blocks)
    head, *others = blocks
    table = ArticleTable(article, head, tuple(block for block in others if block), title)
    cells = list(cell_features(question, table, meaning))
    wanted = {blocks[row].cells[column] for row, column in right if blocks[row]}  # type: ignore[union-attr]
    return TableQuestion(question, table, cells, [cell in wanted for _, cell, _ in cells])


def fit_tables(seen: Sequence[Sequence[TableQuestion]]) -> TableWeights:
    """The order of cells from the questions whose cell is there; the confidence from all forms."""
    lists = [forms[0] for forms in seen if any(forms[0].right) and len(forms[0].cells) > 1]
    order = fit_ranking(
        [np.array([shown for _, _, shown in one.cells]) for one in lists], [one.right for one in lists]
    )
    shown, right = [], []
    for one in (one for forms in seen for one in forms if one.cells):
        features, said_right = best_of(one, TableWeights(order, np.zeros(len(CONFIDENCE_FEATURES))))
        shown.append(features)
        right.append(said_right)
    return TableWeights(order, fit_logistic(np.array(shown), right))


def best_of(one: TableQuestion, weights: TableWeights) -> tuple[Features, bool]:
    """What the best cell of a table shows, and whether it, or one that says the same, is right."""
    scored = [(float(shown @ weights.cells), shown, one.table, row, cell) for row, cell, shown in one.cells]
    best = max(range(len(scored)), key=lambda number: scored[number][0])
    text = one.table.article.text
    said = text[slice(*scored[best][4])]
    gold = {text[slice(*cell)] for (_, cell, _), right in zip(one.cells, one.right, strict=True) if right}
    return confidence_of(one.question, scored, said), said in gold


@click.command(help=__doc__)
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tables", default=700, show_default=True, help="At most so many tables.")
@click.option("--embedder", "name", default="bundled", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=WEIGHTS_FILE)
def main(questions: Path, tables: int, name: str, out: Path) -> None:
    """Fit, write the weights, and print what they give on the tables that were held out."""
    embedder = load_embedder(name)
    sets: tuple[list[list[TableQuestion]], list[list[TableQuestion]]] = ([], [])
    for number, stored in enumerate(read_tables(questions)):
        if number < tables:
            sets[number % HELD_OUT == 0].extend(observed(stored, embedder))
    fitting, held_out = sets
    weights = fit_tables(fitting)
    stored_weights = {
        "cells": dict(zip(CELL_FEATURES, weights.cells.round(4).tolist(), strict=True)),
        "confidence": dict(zip(CONFIDENCE_FEATURES, weights.confidence.round(4).tolist(), strict=True)),
    }
    out.write_text(json.dumps(stored_weights, indent=2) + "\n", encoding="utf-8")
    click.echo(f"fitted on {len(fitting)} questions, measured on {len(held_out)}")
    read = [
        (form, float(1 / (1 + np.exp(-(features @ weights.confidence)))), right)
        for forms in held_out
        for form, one in enumerate(forms)
        if one.cells
        for features, right in [best_of(one, weights)]
    ]
    click.echo(f"right cell first: {np.mean([right for form, _, right in read if not form]):.3f}")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        said = [right for _, sure, right in read if sure >= threshold]
        gone = [sure >= threshold for form, sure, _ in read if form]
        click.echo(
            f"from {threshold}: {len(said)} said, {np.mean(said or [False]):.3f} of them right; "
            f"{np.mean(gone):.3f} of those without their row or column said"
        )


if __name__ == "__main__":
    main()
