"""Numbers, years, months and weekdays that a text states, in digits or words, Arabic or English: what can be
compared across languages. Numbers in words are read as they are built (hundreds, tens, units, then a scale).

Leaves out units, fractions but a half, and ordinals (``index.text.figures``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.analysis import fold
from index.text.units import ROUNDED

CLOSE, ABOUT = 0.005, 0.05  # how far apart equal numbers may lie, and where one is said to be rounded


def _numbered(first: int, *names: str) -> dict[str, int]:
    """Each word of each text, with the text's number."""
    return {word: number for number, text in enumerate(names, first) for word in fold(text).split()}


_UNITS = _numbered(
    0,
    "zero صفر",
    "one واحد واحده احد احدي حاديه حادي",
    "two اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي ساعتان ساعتين سنتان سنتين عامان عامين شهران شهرين"
    " يومان يومين دقيقتان دقيقتين اسبوعان اسبوعين مرتان مرتين دقيقتا ساعتا",
    "three ثلاث ثلاثه تلاته",
    "four اربع اربعه",
    "five خمس خمسه",
    "six ست سته",
    "seven سبع سبعه",
    "eight ثماني ثمانيه ثمان تمانيه",
    "nine تسع تسعه",
    "ten عشر عشره",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = {
    word: 10 * number
    for word, number in _numbered(
        2,
        "twenty عشرون عشرين",
        "thirty ثلاثون ثلاثين",
        "forty اربعون اربعين",
        "fifty خمسون خمسين",
        "sixty ستون ستين",
        "seventy سبعون سبعين",
        "eighty ثمانون ثمانين",
        "ninety تسعون تسعين",
    ).items()
}
_HUNDREDS = {
    "hundred": 1,
    "hundreds": 1,
    "ميه": 1,
    "مايه": 1,
    "ميتان": 2,
    "ميتين": 2,
    "مايتان": 2,
    "مايتين": 2,
}
_SCALES = _numbered(
    1, "thousand الف الاف الفا", "million ملايين مليون مليونا", "billion مليار مليارات مليارا"
)
MONTHS = _numbered(
    1,
    "january يناير",
    "february فبراير شباط",
    "march مارس اذار",
    "april ابريل نيسان",
    "may مايو ايار",
    "june يونيو يونيه حزيران",
    "july يوليو يوليه تموز",
    "august اغسطس اب",
    "september سبتمبر ايلول",
    "october اكتوبر",
    "november نوفمبر",
    "december ديسمبر",
) | {"كانون الثاني": 1, "تشرين الاول": 10, "تشرين الثاني": 11, "كانون الاول": 12}
WEEKDAYS = _numbered(
    1,
    "monday mondays الاثنين",
    "tuesday tuesdays الثلاثاء",
    "wednesday wednesdays الاربعاء",
    "thursday thursdays الخميس",
    "friday fridays الجمعه",
    "saturday saturdays السبت",
    "sunday sundays الاحد",
)
_BELOW_HUNDRED = {**_UNITS, **_TENS}
NUMBER_WORDS = frozenset(_BELOW_HUNDRED.keys() | _HUNDREDS.keys() | _SCALES.keys() | {"half", "نصف"})
_KNOWN = (NUMBER_WORDS | MONTHS.keys() | WEEKDAYS.keys()) - {"half"}
_TWO_WORDS = re.compile(r"(?<!\w)[وبفل]?((?:كانون|تشرين) (?:الاول|الثاني))(?!\w)")
_TOKEN = re.compile(r"\d+(?:[.,:٫٬]\d+)*|[^\W\d_]+|[^\s\w]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,٬]\d{3})+(?:[.٫]\d+)?")
_ROUNDED = re.compile(rf"(?<!\w){ROUNDED}(?!\w)")


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a text states; ``rounded``: it says that its numbers are."""

    numbers: frozenset[float]
    years: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    rounded: bool

    def __bool__(self) -> bool:
        return bool(self.numbers or self.years or self.months or self.weekdays)

    def agrees(self, other: "Quantities") -> bool | None:
        """Whether two texts that answer a question state the same; None where they share nothing to compare.

        Where one says more (the day and the year, the year alone) what both say decides.
        """
        near = ABOUT if self.rounded or other.rounded else CLOSE
        compared = [
            ours <= theirs or theirs <= ours
            for ours, theirs in (
                (self.years, other.years),
                (self.months, other.months),
                (self.weekdays, other.weekdays),
            )
            if ours and theirs
        ]
        if self.numbers and other.numbers:
            compared.append(
                any(abs(a - b) <= near * max(abs(a), abs(b)) for a in self.numbers for b in other.numbers)
            )
        return all(compared) if compared else None


def quantities(text: str) -> Quantities:
    """What a text states.

    >>> quantities("مئة واثنتين وأربعين درجة").agrees(quantities("a hundred and forty-two steps"))
    True
    >>> quantities("23 بسطة").agrees(quantities("27 stalls")), quantities("red").agrees(quantities("27"))
    (False, None)
    """
    folded = " ".join(fold(text).split())
    named = [MONTHS[found[1]] for found in _TWO_WORDS.finditer(folded)]
    tokens = [*_tokens(_TWO_WORDS.sub(" ; ", folded))]
    numbers = list(_numbers(tokens))
    years = {int(value) for value, plain in numbers if plain and 1000 <= value <= 2100}
    words = [word for word, _ in tokens]
    return Quantities(
        frozenset(value for value, plain in numbers if not (plain and value in years)),
        frozenset(years),
        frozenset([*named, *(MONTHS[word] for word in words if word in MONTHS)]),
        frozenset(WEEKDAYS[word] for word in words if word in WEEKDAYS),
        bool(_ROUNDED.search(folded)),
    )


def _tokens(folded: str) -> Iterator[tuple[str, bool]]:
    """Words without the particles written onto them, and whether "and" stands before."""
    joined = False
    for found in _TOKEN.finditer(folded):
        word = found[0]
        if word in ("and", "و"):
            joined = True
            continue
        if word in ("-", "a"):  # forty-two, and a half
            continue
        bare, prefixed = word, joined
        if word not in _KNOWN:
            for particle in ("و", "ب", "ل", "ف", "ال", "وال", "بال", "لل", "وب"):
                if word.startswith(particle) and word[len(particle) :] in _KNOWN:
                    bare, prefixed = word[len(particle) :], joined or particle[0] == "و"
                    break
            else:
                bare, prefixed = _compound(word), joined
        yield bare, prefixed
        joined = False


def _compound(word: str) -> str:
    """ثلاثميه is three hundred: written as one word, said as a digit."""
    for ending in ("ميه", "مايه"):
        unit = _UNITS.get(word.removesuffix(ending), 0) if word.endswith(ending) else 0
        if unit:
            return str(100 * unit)
    return word


def _numbers(tokens: list[tuple[str, bool]]) -> Iterator[tuple[float, bool]]:
    """The numbers, each with whether it is written in plain digits, as a year is."""
    total, current, plain = 0.0, -1.0, True  # current: below a thousand, -1 where none is open
    for word, joined in [*tokens, ("", False)]:
        digits = _value(word)
        if digits is not None and current < 0 and not total:
            current, plain = digits, "." not in word and "," not in word and ":" not in word
        elif word in _SCALES and (current >= 0 or not total):
            total, current, plain = total + max(current, 1.0) * 1000 ** _SCALES[word], -1.0, False
        elif word in _HUNDREDS and current < 10:
            current, plain = (max(current, 1.0)) * 100 * _HUNDREDS[word], False
        elif word in _UNITS and _continues(current, _UNITS[word], joined):
            current, plain = max(current, 0.0) + _UNITS[word], False
        elif word in _TENS and _continues(current, _TENS[word], joined):
            current, plain = max(current, 0.0) + _TENS[word], False
        elif word in ("half", "نصف") and joined and current >= 0:
            current, plain = current + 0.5, False
        elif current >= 0 or total:
            yield total + max(current, 0.0), plain
            value = digits if digits is not None else float(_BELOW_HUNDRED.get(word, -1))
            value = 100.0 * _HUNDREDS[word] if word in _HUNDREDS else value
            total, current = 0.0, value
            plain = digits is not None


def _continues(current: float, value: int, joined: bool) -> bool:
    """Whether a number goes on: forty two; two and forty; a hundred and three; five ten (Arabic for 15)."""
    if current < 0:
        return True
    rest = current % 100
    if value < 10 and rest >= 20 and rest % 10 == 0:
        return True
    if value == 10 and 0 < rest < 10:  # خمسه عشر
        return not joined
    return (rest == 0 and current >= 100) or (joined and value >= 20 and 0 < rest < 10)


def _value(word: str) -> float | None:
    if not word or not word[0].isdecimal():
        return None
    if _THOUSANDS.fullmatch(word):
        word = word.replace(",", "").replace("٬", "")
    word = word.replace("٫", ".").replace(":", ".").replace(",", ".").replace("٬", ".")
    whole, _, rest = word.partition(".")
    return float(f"{whole}.{rest.replace('.', '')}") if rest else float(whole)
