"""The number that stands before an item of a Word list, counted as Word counts.

Lists of one definition go on counting from each other, unless one says where it starts; a level begins again
after an item of a level above it. It leaves out bullets, and the numbers that are words (first, second).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.formats.word.elements import W, child, value, whole

_ROMAN = dict(
    zip("M CM D CD C XC L XL X IX V IV I".split(), (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1))  # noqa
)
_LETTERS = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
}


@dataclass(frozen=True, slots=True)
class _Level:
    """How items of a depth are numbered: ``text`` has %1 where the number of the first level stands."""

    start: int
    format: str
    text: str
    style: str  # the one whose paragraphs are items of this depth


class ListNumbers:
    """The lists of a document, and how far each has counted."""

    def __init__(self, element: Any | None) -> None:
        self._definitions: dict[str, str] = {}  # a list's, by the list's id
        self._levels: dict[str, dict[int, _Level]] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        definitions = {} if element is None else _by_id(element, "abstractNum", "abstractNumId")
        lists = {} if element is None else _by_id(element, "num", "numId")
        for list_id, stated in lists.items():
            self._definitions[list_id] = definition = value(stated, "abstractNumId") or ""
            levels = _levels(definitions[definition]) if definition in definitions else {}
            for override in stated.iterchildren(f"{W}lvlOverride"):
                levels |= _levels(override)
                restart = value(override, "startOverride")
                if restart is not None:
                    self._restarts[list_id, whole(override.get(f"{W}ilvl"))] = whole(restart, 1)
            self._levels[list_id] = levels

    def level_of(self, list_id: str, style: str) -> int:
        """The depth, from 0, that a list gives to paragraphs of a style."""
        levels = self._levels.get(list_id, {}) if style else {}
        return next((level for level, stated in levels.items() if stated.style == style), 0)

    def following(self, list_id: str, level: int) -> str:
        """What stands before the next item of a list at a depth from 0; nothing where that is a bullet."""
        levels = self._levels.get(list_id, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._definitions[list_id], {})
        restart = self._restarts.pop((list_id, level), None)
        if restart is None:
            restart = counts[level] + 1 if level in counts else levels[level].start
        counts[level] = restart
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _shown(levels, counts, level)


def _by_id(element: Any, name: str, attribute: str) -> dict[str, Any]:
    return {found.get(W + attribute, ""): found for found in element.iterchildren(W + name)}


def _levels(element: Any) -> dict[int, _Level]:
    """The levels that a definition, or a change of it, states."""
    return {
        whole(level.get(f"{W}ilvl")): _Level(
            whole(value(level, "start")),
            value(level, "numFmt") or "decimal",
            value(level, "lvlText") or "",
            value(level, "pStyle") or "",
        )
        for level in element.iterchildren(f"{W}lvl")
        if child(level, "lvlText") is not None
    }


def _shown(levels: Mapping[int, _Level], counts: Mapping[int, int], level: int) -> str:
    if levels[level].format == "bullet":
        return ""
    pieces: list[str] = []
    for literal, number in re.findall(r"([^%]+|%(?!\d))|%(\d)", levels[level].text):
        if literal:
            pieces.append(literal)
            continue
        of = int(number) - 1
        if of in levels:
            numeral = _numeral(counts.get(of, levels[of].start), levels[of].format)
            if numeral is None:
                return ""
            pieces.append(numeral)
    text = "".join(pieces).strip()
    return f"{text} " if text else ""


def _numeral(number: int, format: str) -> str | None:
    """A number as a format writes it; None where that is not known here.

    >>> _numeral(4, "lowerRoman"), _numeral(28, "upperLetter"), _numeral(3, "arabicAbjad")
    ('iv', 'BB', 'ج')
    """
    if format in ("decimal", "decimalZero"):
        return f"{number:0{2 if format == 'decimalZero' else 1}}"
    if format in ("none", "bullet"):
        return ""
    if letters := _LETTERS.get(format):
        times, letter = divmod(number - 1, len(letters))
        return letters[letter] * (times + 1) if 0 < number < 1000 else str(number)
    if format not in ("lowerRoman", "upperRoman") or not 0 < number < 4000:
        return None
    roman = ""
    for sign, worth in _ROMAN.items():
        roman += sign * (number // worth)
        number %= worth
    return roman.lower() if format == "lowerRoman" else roman
