"""Tables as text (.csv, .tsv): RFC 4180, with the delimiters and encodings that people's programs write.

The delimiter is the one that the file names (``sep=;``, as Excel has it), else the one that cuts its first
lines most evenly. It leaves out several tables beside each other.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.office import grid
from index.formats.text import decode
from index.structure import TextBuilder

_DELIMITERS = "\t;|,"  # a comma is in texts and figures too: of two that cut as well it is not the one
_SAMPLE = 60  # rows that are looked at


def read(file: Path) -> Parsed:
    """The table of a file, a row of text a row."""
    text = decode(file.read_bytes())
    counter, built = grid.CellCounter(), TextBuilder()
    first, _, rest = text.partition("\n")
    if first[:4].casefold() == "sep=" and len(first.strip()) == 5:
        delimiter, text = first[4], rest
    else:
        delimiter = "\t" if file.suffix.lower() == ".tsv" else _delimiter(text)
    rows: list[list[str]] = []
    try:
        for row in _rows(text, delimiter):
            counter.count(len(row) or 1)
            rows.append(row)
    except csv.Error as error:
        raise UnreadableArticle(f"the table is broken ({error}); save it again as CSV") from error
    grid.add_rows(built, rows)
    yield ParsedArticle(built.text, blocks=built.blocks)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _delimiter(text: str) -> str:
    """The delimiter that cuts most of the first rows into as many cells as their first row."""
    scores = {delimiter: _evenness(text[:200_000], delimiter) for delimiter in _DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])


def _evenness(text: str, delimiter: str) -> float:
    try:
        widths = [len(row) for row in islice(_rows(text, delimiter), _SAMPLE) if any(row)]
    except csv.Error:
        return 0.0
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, rows = several.most_common(1)[0]
    first = next(found for found in widths if found > 1)
    return rows / len(widths) * (1.0 if first == width else 0.5)
