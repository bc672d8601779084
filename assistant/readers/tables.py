"""Cells that answer: a table's row and the head of a column say together what a sentence says.

A row matches by what the question names in its other cells, a column by its head (as a cell is found by its
two coordinates in any table); what stands above the table counts for both. The weights are learned from
questions over tables, and from the same tables without the row or the column that answers. Leaves out what
takes a look at several rows: the most, the last, sums, differences.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.question import Kind, Question
from assistant.readers.candidates import Candidate
from assistant.readers.evidence import Counterparts, Features, Meaning, meanings_of_terms, terms_held
from assistant.readers.ranking import OWN_LANGUAGE
from index.articles import Article
from index.structure import Block, Range, contexts, tables
from index.text.analysis import analyse, fold, is_stop
from index.text.figures import figures

WEIGHTS_FILE = Path(__file__).parent / "tables.json"
MOST_ROWS = 2_000  # of a table, around the passage that was found
MOST_COLUMNS = 60  # of a table that is read: the work grows with their square
CELL_FEATURES = (
    "key",  # the question's terms in the row's other cells, by how few rows hold them
    "key whole",  # the largest share of one of these cells that the question names
    "head",  # the share of the column's head that the question names
    "head meaning",  # cosine of the head and the question, above the mean of the table's
    "said",  # the share of the cell itself that the question names
    "covered",  # the share of the question's terms in the row, the head or above the table
    "not covered",  # how many of them are nowhere there, 0..1 for up to four
    "figure missing",  # the question has a figure, or an ordinal, that none of these has
    "other figure",  # the column's head has one that the question lacks
    "figures",  # a figure is asked for and the cell has one
    "no figures",  # a figure is asked for and the cell has none, or a name and it is one
    "first",  # it is the first column
)
CONFIDENCE_FEATURES = (
    "constant",
    *CELL_FEATURES,
    "lead",  # of its score over the best of a cell that says something else
    "several rows",  # the question takes more than one row: the most, the last, in total
    "terms",  # logarithm of the number of the question's content terms
)
LEAD = 5.0
OTHER_FIGURE = 0.3  # what asks for a year or a number that is nowhere there is seldom answered by the rest
_SEVERAL_ROWS = re.compile(
    r"(?<!\w)(?:\w{3,}est|most|least|last|first|next|previous|before|after|more|less|fewer|than|total|average|between"
    r"|combined|difference|consecutive|only|other|same|above|below|اكثر|اقل|اكبر|اصغر|اعلي|ادني|اطول|اقصر|اول|اخر"
    r"|مجموع|اجمالي|متوسط|فرق|بين|قبل|بعد)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class ArticleTable:
    """Rows of an article that follow each other; ``above`` is what they stand under, as text."""

    article: Article
    head: Block | None
    rows: tuple[Block, ...]
    above: str


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """A cell with its row, and the estimated chance that it answers."""

    article: Article
    row: Block
    head: Block | None
    cell: Range
    confidence: float

    @property
    def text(self) -> str:
        return self.article.text[slice(*self.cell)]


@dataclass(frozen=True, slots=True, eq=False)
class TableWeights:
    """What was learned: for each of ``CELL_FEATURES``, and for each of ``CONFIDENCE_FEATURES``."""

    cells: Features
    confidence: Features


@lru_cache(maxsize=1)
def table_weights() -> TableWeights:
    """The weights that the package carries."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return TableWeights(
        np.array([stored["cells"][name] for name in CELL_FEATURES]),
        np.array([stored["confidence"][name] for name in CONFIDENCE_FEATURES]),
    )


def tables_in(found: Sequence[Candidate]) -> list[ArticleTable]:
    """The tables that candidates lie in."""
    articles = {candidate.article.id: candidate.article for candidate in found}
    places: dict[str, list[int]] = {}
    for candidate in found:
        places.setdefault(candidate.article.id, []).append(candidate.start)
    return [table for name, article in articles.items() for table in _tables_of(article, places[name])]


def _tables_of(article: Article, places: Sequence[int]) -> Iterator[ArticleTable]:
    """The tables of an article that have a row at one of the places."""
    blocks = article.blocks
    found = tables(blocks)
    above = contexts(blocks) if found else []
    for numbers in found:
        rows = blocks[numbers.start : numbers.stop]
        near = [n for n, row in enumerate(rows) if any(row.start <= place < row.end for place in places)]
        if not near or max(len(row.cells) for row in rows) > MOST_COLUMNS:
            continue
        first = max(int(rows[0].head), near[0] - MOST_ROWS // 2)
        before = blocks[max(0, numbers.start - 1) : numbers.start]  # what announces it, more often than not
        told = [article.text[block.start : block.end] for block in (*above[numbers.start], *before)]
        yield ArticleTable(
            article,
            rows[0] if rows[0].head else None,
            tuple(row for row in rows[first : first + MOST_ROWS] if row.cells),
            " ".join([article.title, *told]),
        )


def best_cell(
    question: Question,
    tables: Sequence[ArticleTable],
    meaning: Meaning | None,
    weights: TableWeights | None = None,
) -> CellAnswer | None:
    """The cell that answers best of all the tables; None where no row has a word of the question."""
    weights = weights or table_weights()
    found = [cell for table in tables for cell in scored_cells(question, table, meaning, weights)]
    if not found:
        return None
    _, _, table, row, cell = max(found, key=lambda each: each[0])
    features = confidence_of(question, found, table.article.text[slice(*cell)])
    confidence = 1 / (1 + math.exp(-float(features @ weights.confidence)))
    if features[CONFIDENCE_FEATURES.index("figure missing")]:
        confidence *= OTHER_FIGURE
    return CellAnswer(table.article, row, table.head, cell, confidence)


Scored = tuple[float, Features, ArticleTable, Block, Range]


def scored_cells(
    question: Question, table: ArticleTable, meaning: Meaning | None, weights: TableWeights
) -> list[Scored]:
    """The cells of rows that hold a word of the question, with their scores and ``CELL_FEATURES``."""
    own = OWN_LANGUAGE * (table.article.language == question.language)
    return [
        (float(shown @ weights.cells) + own, shown, table, row, cell)
        for row, cell, shown in cell_features(question, table, meaning)
    ]


def confidence_of(question: Question, found: Sequence[Scored], text: str) -> Features:
    """What the best of scored cells shows of its being right, in the order of ``CONFIDENCE_FEATURES``."""
    score, shown, *_ = max(found, key=lambda each: each[0])
    rivals = [other for other, _, table, _, cell in found if table.article.text[slice(*cell)] != text]
    several = bool(_SEVERAL_ROWS.search(fold(question.text)))
    return np.array(
        [
            1.0,
            *shown,
            min(score - max(rivals, default=-math.inf), LEAD),
            float(several),
            math.log(1 + len(set(question.query.content_terms))),
        ]
    )


def cell_features(
    question: Question, table: ArticleTable, meaning: Meaning | None
) -> Iterator[tuple[Block, Range, Features]]:
    """(row, cell, ``CELL_FEATURES``) of the cells that may answer."""
    text = table.article.text
    across = table.article.language != question.language
    meant = meanings_of_terms(question)
    above = terms_held(meant, table.above, across)
    heads = [text[slice(*cell)] for cell in table.head.cells] if table.head else []
    head_held = [terms_held(meant, head, across) for head in heads]
    near = _meanings(heads, meaning)
    rows = [(row, [text[slice(*cell)] for cell in row.cells]) for row in table.rows]
    held = [[terms_held(meant, cell, across) for cell in cells] for _, cells in rows]
    rarity = _rarity(meant, held)
    total = sum(rarity.values()) or 1.0
    asked_for = figures(question.text)
    named_above, named_in_heads = figures(table.above), [figures(head) for head in heads]
    for (row, cells), named in zip(rows, held, strict=True):
        if not any(named):
            continue
        named_in_row = [figures(cell) for cell in cells]
        whole = [_share(cell, len(terms)) for cell, terms in zip(cells, named, strict=True)]
        for column, cell in enumerate(cells):
            if not cell:
                continue
            key = set().union(*(terms for other, terms in enumerate(named) if other != column))
            covered, told = key | above, set(named_above)
            for other, terms in enumerate(named):
                if other != column:
                    told |= named_in_row[other]
                if other < len(heads) and (other == column or terms):
                    covered |= head_held[other]
                    told |= named_in_heads[other]
            column_figures = named_in_heads[column] if column < len(heads) else set()
            has_figure = any(map(str.isdigit, cell))
            asked = question.kind in (Kind.NUMBER, Kind.TIME)
            head = heads[column] if column < len(heads) else ""
            shown = (
                sum(rarity[term] for term in key) / total,
                max((share for other, share in enumerate(whole) if other != column), default=0.0),
                _share(head, len(head_held[column])) if head else 0.0,
                near[column] if column < len(near) else 0.0,
                whole[column],
                len(covered) / max(len(meant), 1),
                min(len(meant) - len(covered & meant.keys()), 4) / 4,
                float(not asked_for <= told),
                float(bool(asked_for) and not column_figures <= asked_for),
                float(asked and has_figure),
                float((asked and not has_figure) or (question.kind is Kind.PERSON and has_figure)),
                float(column == 0),
            )
            yield row, row.cells[column], np.array(shown)


def _share(text: str, held: int) -> float:
    """``held`` of the content terms of a text."""
    terms = {term.text for term in analyse(text)}
    return min(1.0, held / max(len({term for term in terms if not is_stop(term)} or terms), 1))


def _rarity(meant: Mapping[str, Counterparts], held: Sequence[Sequence[set[str]]]) -> dict[str, float]:
    """For each term asked how far it tells the rows apart, 0..1; one that no row has counts a half."""
    count = {term: sum(any(term in cell for cell in row) for row in held) for term in meant}
    most = math.log(len(held) + 1) or 1.0
    return {term: math.log((len(held) + 1) / rows) / most if rows else 0.5 for term, rows in count.items()}


def _meanings(heads: Sequence[str], meaning: Meaning | None) -> Features:
    """The cosines of the heads with the question, less their mean; zeros where no meanings are compared."""
    if meaning is None or len(heads) < 2:
        return np.zeros(len(heads))
    near = meaning.embedder.embed_passages([head or "-" for head in heads]).best(meaning.question)
    return np.asarray(near - near.mean(), dtype=np.float64)
