"""Numbers as they are written in a folded text, in digits or words, Arabic or English: where one begins, what
it is, and where it ends.

Beside those of ``index.text.quantities`` ordinals (the fifteenth century), fractions (a fifth: 20 per cent),
decades (الثمانينيات) and Arabic duals (مليونين).
"""

import re
from collections.abc import Sequence

from index.text.quantities import MONTHS, NUMBER_WORDS, WEEKDAYS, quantities

PlacedWord = tuple[str, int, int]  # a word and its half-open range in the folded text

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
    for number, stem in enumerate(
        ["عشريني", "ثلاثيني", "اربعيني", "خمسيني", "ستيني", "سبعيني", "ثمانيني", "تسعيني"], 2
    )
} | {
    f"{word}ies": 10 * number
    for number, word in enumerate(["twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"], 2)
}
_PARTICLE = re.compile(r"(?:وال|بال|فال|كال|ال|لل|[وبلفك])(?=\w{2})")
_IN_CENTURY = re.compile(r"\W+(?:من )?القرن (?:ال)?(\w+)(?: (عشر))?")


def bare_word(word: str) -> str:
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


def read_number(tokens: Sequence[PlacedWord], at: int, folded: str) -> tuple[int, list[tuple[float, bool]]]:
    """The token after the number that begins at one, and its values, each with whether it is a fraction."""
    word, start, _ = tokens[at]
    bare = bare_word(word)
    following = bare_word(tokens[at + 1][0]) if at + 1 < len(tokens) else ""
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


def _goes_on(tokens: Sequence[PlacedWord], at: int) -> bool:
    """Whether a token belongs to the number before it."""
    word = tokens[at][0]
    if word in ("and", "و", "-", "a"):
        return at + 1 < len(tokens) and _goes_on(tokens, at + 1)
    return _numeral(word) and not word[0].isdecimal()


def _numeral(word: str) -> bool:
    """Whether a word is a number or a part of one; a hundred may be written onto its digit: خمسمئة."""
    bare = bare_word(word)
    return word[0].isdecimal() or bare in NUMBER_WORDS or bare.endswith(("ميه", "مايه"))


def _ordinal(word: str, tens: str) -> int:
    number = _ORDINALS.get(bare_word(word), 0) or _ORDINALS.get(f"ال{word}", 0)
    if bare_word(word) in ("عشرون", "عشرين"):
        return 20
    if number == 11:
        return 11 if tens else 1
    return number + (10 if tens and number else 0)
