"""The figures and dates that a text states, each with its place, and whether other texts state them.

Figures are those of ``index.text.quantities``, and beside them ordinals (the fifteenth century), fractions (a
fifth: 20 per cent), decades (الثمانينيات), Arabic duals and a thousand of a smaller unit (1.2 km: 1200 m). A
date is a month with its day and year, as far as they are told. Leaves out sums: what is counted from a list
or added up stands nowhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.text.analysis import fold
from index.text.dates import date_key
from index.text.quantities import ABOUT, CLOSE, MONTHS, NUMBER_WORDS, WEEKDAYS, quantities
from index.text.units import ROUNDED

_ONES = (
    "first 1st الاول الاولي اول اولي",
    "second 2nd الثاني الثانيه ثاني ثانيه",
    "third 3rd الثالث الثالثه ثالث ثالثه",
    "fourth 4th الرابع الرابعه رابع رابعه",
    "fifth 5th الخامس الخامسه خامس خامسه",
    "sixth 6th السادس السادسه سادس سادسه",
    "seventh 7th السابع السابعه سابع سابعه",
    "eighth 8th الثامن الثامنه ثامن ثامنه",
    "ninth 9th التاسع التاسعه تاسع تاسعه",
    "tenth 10th العاشر العاشره عاشر عاشره",
    "eleventh الحادي الحاديه",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
_ORDINALS = {word: number for number, words in enumerate(_ONES, 1) for word in words.split()}
_FRACTIONS = {
    word: value
    for value, words in {
        0.5: "half halves halved نصف نصفه نصفها نصفهم النصف",
        1 / 3: "third thirds ثلث ثلثه ثلثها ثلثهم الثلث",
        2 / 3: "ثلثي ثلثا ثلثين ثلثان الثلثين",
        0.25: "quarter quarters ربع ربعه ربعها الربع",
        0.2: "الخمس",
        0.1: "العشر",
        2.0: "twice double doubled pair both ضعف ضعفي الضعف مرتين كلا كلاهما كلتا زوج",
        3.0: "triple tripled",
        12.0: "dozen",
        10.0: "decade",
        20.0: "عقدين عقدان",
    }.items()
    for word in words.split()
}
_DUAL_SCALES = {
    "مليونين": 2e6,
    "مليونان": 2e6,
    "مليارين": 2e9,
    "ملياران": 2e9,
    "الفين": 2e3,
    "الفان": 2e3,
    "الفي": 2e3,
}
_DECADES = {
    f"{stem}ات": 10 * number
    for number, stem in enumerate(["عشريني", "ثلاثيني", "اربعيني", "خمسيني", "ستيني", "سبعيني", "ثمانيني", "تسعيني"], 2)
} | {
    f"{word}ies": 10 * number
    for number, word in enumerate(["twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"], 2)
}
_PARTICLE = re.compile(r"(?:وال|بال|فال|كال|ال|لل|[وبلفك])(?=\w{2})")
_DUAL = re.compile(r"(?<!\w)\w{3,}(?:ين|ان|تي|تا)(?!\w)")
_WORD = re.compile(r"\d+(?:[.,:٫٬]\d+)*(?:st|nd|rd|th)?|[^\W\d_]+|[^\s\w]")
_NEXT_YEAR = re.compile(
    r"(?:following|next) year|year (?:after|later)|(?:العام|السنه) (?:التالي|التاليه|الذي يليه)|بعد عام"
)
_YEARS = re.compile(r"\W+(?:years?|سنوات|سنه|سنين|عاما|اعوام|عام)(?!\w)")
_TWO_MONTHS = re.compile(r"(?<!\w)[وبفل]?((?:كانون|تشرين) (?:الاول|الثاني))(?!\w)")
_PER_CENT = re.compile(r"(?:في|ب)\s?ال(?:ميه|مايه)|ف?ي الميه")
_ROUNDED = re.compile(rf"(?<!\w){ROUNDED}(?!\w)")
_IN_CENTURY = re.compile(r"\W+(?:من )?القرن (?:ال)?(\w+)(?: (عشر))?")
_NEAR = 4  # words that a month's day and year stand from it
_CONVERTED = (1000.0, 1e6)  # the same in a smaller unit
SPAN = 150  # years between two dates that a writer may have reckoned
_FREE = frozenset((1.0,))  # "one of them" states no figure


@dataclass(frozen=True, slots=True)
class Figure:
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

    figures: tuple[Figure, ...]
    dates: tuple[Dated, ...]
    weekdays: tuple[tuple[int, int, int], ...]
    twos: bool = False  # an Arabic word in it may be a dual
    next_year: bool = False  # it speaks of the year after one

    def holds(self, figure: Figure) -> bool:
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
    figures: list[Figure] = []
    months: list[tuple[int, int]] = []  # number, token
    weekdays: list[tuple[int, int, int]] = []
    spans: list[tuple[int, int]] = []  # of the figures, in tokens
    two_words = {found.start(1): MONTHS[found[1]] for found in _TWO_MONTHS.finditer(folded)}
    at = 0
    while at < len(tokens):
        word, start, end = tokens[at]
        bare = _bare(word)
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
            last, values = _read(tokens, at, folded)
            for value, fraction in values:
                where = places[start], places[tokens[last - 1][2] - 1] + 1
                rounded = bool(_ROUNDED.search(folded[max(0, start - 20) : start]))
                of_years = bool(_YEARS.match(folded, tokens[last - 1][2]))
                figures.append(Figure(value, *where, rounded, fraction, of_years))
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


def _bare(word: str) -> str:
    """The word without the particles written onto it, where the rest is known."""
    if word in MONTHS or word in WEEKDAYS or word in NUMBER_WORDS or word in _SPECIAL:
        return word
    for size in (1, 2, 3):
        rest = word[size:]
        known = rest in MONTHS or rest in WEEKDAYS or rest in NUMBER_WORDS or rest in _SPECIAL
        if known and _PARTICLE.match(word) and word[:size] in _PARTICLES:
            return rest
    return word


_PARTICLES = frozenset(("و", "ب", "ل", "ف", "ك", "ال", "لل", "وال", "بال", "فال", "وب", "ول"))
_SPECIAL = _ORDINALS.keys() | _FRACTIONS.keys() | _DUAL_SCALES.keys() | _DECADES.keys()


def _read(
    tokens: Sequence[tuple[str, int, int]], at: int, folded: str
) -> tuple[int, list[tuple[float, bool]]]:
    """The number that begins at a token, and the token after it; none there: the next token."""
    word, start, _ = tokens[at]
    bare = _bare(word)
    following = _bare(tokens[at + 1][0]) if at + 1 < len(tokens) else ""
    if re.fullmatch(r"\d+(?:st|nd|rd|th)", word):
        return at + 1, [(float(word[:-2]), False)]
    if bare in _DECADES:
        century = _IN_CENTURY.match(folded, tokens[at][2])
        number = _ordinal(century[1], century[2] or "") if century else 0
        if century and number:
            last = next(
                (row for row in range(at, len(tokens)) if tokens[row][1] >= century.end()), len(tokens)
            )
            return last, [(float(_DECADES[bare] + 100 * (number - 1)), False)]
        return at + 1, [(float(_DECADES[bare]), False)]
    if bare in _DUAL_SCALES:
        return at + 1, [(_DUAL_SCALES[bare], False)]
    if bare in _ORDINALS:
        if at and word.isascii() and tokens[at - 1][0] in ("a", "one"):
            return at + 1, [(1 / _ORDINALS[bare], True)]
        tens = following in ("عشر", "عشره")
        return at + 1 + tens, [(float(_ordinal(bare, "عشر" if tens else "")), False)]
    if bare in _FRACTIONS:
        return at + 1, [(_FRACTIONS[bare], _FRACTIONS[bare] < 1)]
    if not _numeral(word):
        return at + 1, []
    last = at + 1
    while last < len(tokens) and _goes_on(tokens, last):
        last += 1
    values = quantities(folded[start : tokens[last - 1][2]])
    numbers = sorted({*values.numbers, *map(float, values.years)})
    if last == at + 1 and bare == "الف":  # he composed, as often as a thousand
        return last, []
    parts = tokens[last][0].removesuffix("s") if last < len(tokens) else ""
    if parts in _PARTS and len(numbers) == 1 and numbers[0] < 10:  # two thirds
        return last + 1, [(numbers[0] / _PARTS[parts], True)]
    return last, [(number, False) for number in numbers]


_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}


def _goes_on(tokens: Sequence[tuple[str, int, int]], at: int) -> bool:
    """Whether a token belongs to the number before it."""
    word = tokens[at][0]
    if word in ("and", "و", "-", "a"):
        return at + 1 < len(tokens) and _goes_on(tokens, at + 1)
    return _numeral(word) and not word[0].isdecimal()


def _numeral(word: str) -> bool:
    """Whether a word is a number or a part of one; a hundred may be written onto its digit: خمسمئة."""
    bare = _bare(word)
    return word[0].isdecimal() or bare in NUMBER_WORDS or bare.endswith(("ميه", "مايه"))


def _ordinal(word: str, tens: str) -> int:
    number = _ORDINALS.get(_bare(word), 0) or _ORDINALS.get(f"ال{word}", 0)
    if _bare(word) in ("عشرون", "عشرين"):
        return 20
    if number == 11:
        return 11 if tens else 1
    return number + (10 if tens and number else 0)


def _date(
    month: int,
    at: int,
    figures: Sequence[Figure],
    spans: Sequence[tuple[int, int]],
    tokens: Sequence[tuple[str, int, int]],
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


def _equal(figure: Figure, other: Figure) -> bool:
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
