"""The figures and dates that a text states, each with its place, and whether other texts state them.

A figure (``numerals``) is the same as a thousand of a smaller unit (1.2 km: 1200 m). A date is a month with
its day and year, as far as they are told. Leaves out sums: what is counted from a list or added up stands
nowhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.support.numerals import PlacedWord, bare_word, read_number
from index.text.analysis import fold
from index.text.dates import date_key
from index.text.quantities import ABOUT, CLOSE, MONTHS, WEEKDAYS
from index.text.units import ROUNDED

_DUAL = re.compile(r"(?<!\w)\w{3,}(?:ين|ان|تي|تا)(?!\w)")
_WORD = re.compile(r"\d+(?:[.,:٫٬]\d+)*(?:st|nd|rd|th)?|[^\W\d_]+|[^\s\w]")
_NEXT_YEAR = re.compile(
    r"(?:following|next) year|year (?:after|later)|(?:العام|السنه) (?:التالي|التاليه|الذي يليه)|بعد عام"
)
_YEARS = re.compile(r"\W+(?:years?|سنوات|سنه|سنين|عاما|اعوام|عام)(?!\w)")
_TWO_MONTHS = re.compile(r"(?<!\w)[وبفل]?((?:كانون|تشرين) (?:الاول|الثاني))(?!\w)")
_PER_CENT = re.compile(r"(?:في|ب)\s?ال(?:ميه|مايه)|ف?ي الميه")
_ROUNDED = re.compile(rf"(?<!\w){ROUNDED}(?!\w)")
_CONVERTED = (1000.0, 1e6)  # the same in a smaller unit
SPAN = 150  # years between two dates that a writer may have reckoned
_FREE = frozenset((1.0,))  # "one of them" states no figure


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A number at its half-open range; ``rounded``: it is said to be about so much."""

    value: float
    start: int
    end: int
    rounded: bool = False
    fraction: bool = False
    of_years: bool = False  # it counts years


@dataclass(frozen=True, slots=True)
class Dated:
    """A month with the day and the year that stand beside it, 0 where none does."""

    month: int
    day: int
    year: int
    start: int
    end: int

    def agrees(self, other: "Dated") -> bool:
        """Whether both may be one date: what both tell is equal."""
        pairs = ((self.month, other.month), (self.day, other.day), (self.year, other.year))
        return all(not a or not b or a == b for a, b in pairs)


@dataclass(frozen=True, slots=True)
class Stated:
    """The figures, dates and weekdays (from 1, Monday) of a text, in order."""

    figures: tuple[StatedFigure, ...]
    dates: tuple[Dated, ...]
    weekdays: tuple[tuple[int, int, int], ...]
    twos: bool = False  # an Arabic word in it may be a dual
    next_year: bool = False  # it speaks of the year after one

    def holds(self, figure: StatedFigure) -> bool:
        """Whether a figure is stated here, rounded as either text says, in a smaller or greater unit too."""
        return (figure.value == 2 and self.twos) or any(_equal(figure, other) for other in self.figures)

    @property
    def years(self) -> tuple[int, ...]:
        """The figures that may be years."""
        return tuple(
            int(one.value) for one in self.figures if 1000 <= one.value <= 2100 and one.value.is_integer()
        )


@lru_cache(maxsize=2048)
def stated(text: str) -> Stated:
    """What a text states."""
    folded, places = _folded(text)
    folded = _PER_CENT.sub(lambda found: ";".ljust(len(found[0])), folded)
    tokens = [(found[0], found.start(), found.end()) for found in _WORD.finditer(folded)]
    figures: list[StatedFigure] = []
    months: list[tuple[int, int]] = []  # number, token
    weekdays: list[tuple[int, int, int]] = []
    spans: list[tuple[int, int]] = []  # of the figures, in tokens
    two_words = {found.start(1): MONTHS[found[1]] for found in _TWO_MONTHS.finditer(folded)}
    at = 0
    while at < len(tokens):
        word, start, end = tokens[at]
        bare = bare_word(word)
        capital = text[places[start]].isupper() or not word.isascii()
        if month := next((number for place, number in two_words.items() if start <= place < end), 0):
            months.append((month, at))
            at += 2
        elif bare in MONTHS and capital and bare != "اب":
            months.append((MONTHS[bare], at))
            at += 1
        elif bare in WEEKDAYS and capital and not (bare == "احد" or bare == "اثنين"):
            weekdays.append((WEEKDAYS[bare], places[start], places[end - 1] + 1))
            at += 1
        else:
            last, values = read_number(tokens, at, folded)
            for value, fraction in values:
                where = places[start], places[tokens[last - 1][2] - 1] + 1
                rounded = bool(_ROUNDED.search(folded[max(0, start - 20) : start]))
                of_years = bool(_YEARS.match(folded, tokens[last - 1][2]))
                figures.append(StatedFigure(value, *where, rounded, fraction, of_years))
                spans.append((at, last))
            at = max(last, at + 1)
    dates = tuple(_date(month, at, figures, spans, tokens, places) for month, at in months)
    return Stated(
        tuple(figures),
        (*dates, *_iso(text)),
        tuple(weekdays),
        bool(_DUAL.search(folded)),
        bool(_NEXT_YEAR.search(folded)),
    )


def unfound_figures(said: Stated, known: Sequence[Stated]) -> Iterator[tuple[int, int]]:
    """The ranges of the figures, dates and weekdays of a text that none of the others states."""
    years = {year for one in known for year in one.years}
    if any(one.next_year for one in known):
        years |= {year + 1 for year in years}
    between = {abs(first - second) for first in years for second in years if 0 < abs(first - second) <= SPAN}
    for figure in said.figures:
        if figure.value in _FREE or figure.value in years or (figure.of_years and figure.value in between):
            continue
        if not any(one.holds(figure) for one in known):
            yield figure.start, figure.end
    for date in said.dates:
        if not any(date.agrees(other) for one in known for other in one.dates):
            yield date.start, date.end
    weekdays = {day for one in known for day, _, _ in one.weekdays}
    for day, start, end in said.weekdays:
        if day not in weekdays:
            yield start, end


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where it stands in the text."""
    folded, places = "", []
    for at, letter in enumerate(text):
        made = fold(letter)
        folded += made
        places += [at] * len(made)
    return folded, places


def _date(
    month: int,
    at: int,
    figures: Sequence[StatedFigure],
    spans: Sequence[tuple[int, int]],
    tokens: Sequence[PlacedWord],
    places: Sequence[int],
) -> Dated:
    """A month with the nearest day on either side of it and the year after it."""
    day = year = 0
    start, end = places[tokens[at][1]], places[tokens[at][2] - 1] + 1
    near = sorted(zip(spans, figures, strict=True), key=lambda one: abs(one[0][0] - at))
    for (first, last), figure in near:
        behind = first > at
        gap = first - at - 1 if behind else at - last
        between = [token[0] for token in (tokens[at + 1 : first] if behind else tokens[last:at])]
        if gap > 2 or any(word not in _BETWEEN for word in between):
            continue
        beside = not behind or not between or between == [","]
        if (
            not day
            and beside
            and not {"في", "in"} & set(between)
            and 1 <= figure.value <= 31
            and figure.value.is_integer()
            and not figure.fraction
        ):
            day = int(figure.value)
        elif not year and behind and 1000 <= figure.value <= 2100:
            year = int(figure.value)
        else:
            continue
        start, end = min(start, figure.start), max(end, figure.end)
    return Dated(month, day, year, start, end)


_BETWEEN = frozenset(
    ("of", "the", ",", "،", "من", "شهر", "عام", "سنه", "لعام", "لسنه", "في", "year", "in", "/")
)


def _iso(text: str) -> tuple[Dated, ...]:
    """The date that a text is, where it is nothing else."""
    key = date_key(text) if len(text.split()) <= 3 and len(text) < 40 else ""
    if len(key) < 7:
        return ()
    return (Dated(int(key[5:7]), int(key[8:10] or 0), int(key[:4]), 0, len(text)),)


def _equal(figure: StatedFigure, other: StatedFigure) -> bool:
    near = ABOUT if figure.rounded or other.rounded else CLOSE
    values = [figure.value, *([100 * figure.value] if figure.fraction else [])]
    others = [other.value, *([100 * other.value] if other.fraction else [])]
    factors = (1.0,) if min(figure.value, other.value) < 1 else (1.0, *_CONVERTED)
    return any(
        _near(a, b * factor, near) or _near(a * factor, b, near)
        for a in values
        for b in others
        for factor in factors
    )


def _near(a: float, b: float, near: float) -> bool:
    if 1000 <= a <= 2100 and a.is_integer() and b.is_integer() and near == CLOSE:
        return a == b  # years
    return abs(a - b) <= near * max(abs(a), abs(b))
