"""The order of reading of a line from the order in which it is seen.

A line of Arabic runs from right to left; Latin words and numbers within it run from left to right. What is
between two Latin words is of them; what is between two numbers is not, but for one point, comma, colon or
stroke within a number (rules W1-W7, N0-N2 of the Unicode Bidirectional Algorithm, UAX #9, read backwards).
Where one picture has two readings the more frequent is taken: "Boeing 747", not "747 Boeing". Brackets
are known by the spaces about them, since their shapes may or may not have been mirrored.
"""

import re
from collections.abc import Sequence

RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_R = re.compile(r"[\u0590-\u065f\u066e-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # no digits of theirs
_LETTER = re.compile(r"[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u02b8\u0370-\u058f\u0900-\u1fff\u2c00-\ua7ff]")
_DIGIT = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9]")
_WITHIN = frozenset(("", *" -./_:&+#@,='%", ", ", " - ", " #", " ("))  # between a Latin word and its number
_NUMBER_BEFORE = re.compile(r"[0-9](?:[0-9.,:/-]*[0-9])?[-.@+# ]?$")
_PAIRS = {"(": "()", ")": "()", "[": "[]", "]": "[]", "{": "{}", "}": "{}", "«": "«»", "»": "«»"}


def reading_order(seen: Sequence[str], right_to_left: bool, after: str = "") -> str:
    """The line that shows ``seen`` from left to right; the text before it, ``after``, says how numbers run.

    >>> reading_order(list("ةنس 12 هتدم"), True)
    'مدته 12 سنة'
    """
    return in_order(seen, right_to_left, after)[1]


def in_order(seen: Sequence[str], right_to_left: bool, after: str = "") -> tuple[list[str], str]:
    """What ``seen`` has, itself, in the order of reading; and its text, in which brackets may be others."""
    if right_to_left:
        units = _backwards(list(seen), after)
        return units, brackets_put_right("".join(units))
    if not any(map(_R.match, seen)):
        return list(seen), "".join(seen)
    units, text, start = [], "", 0
    while start < len(seen):  # each stretch from one Arabic letter to the last before a Latin one
        if not _R.match(seen[start]):
            units.append(seen[start])
            text += seen[start]
            start += 1
            continue
        end = start
        for place in range(start, len(seen)):
            if _R.match(seen[place]):
                end = place
            elif _LETTER.match(seen[place]):
                break
        part = _backwards(list(seen[start : end + 1]), "ا")
        units += part
        text += brackets_put_right("".join(part))
        start = end + 1
    return units, text


def _backwards(seen: list[str], after: str) -> list[str]:
    seen.reverse()
    if not any(_LETTER.match(unit) or _DIGIT.match(unit) for unit in seen):
        return seen
    arabic_before = any(_R.match(letter) for letter in reversed(after)) if after else False
    parts: list[str] = []
    start = 0
    while start < len(seen):
        end = start
        if _R.match(seen[start]):
            arabic_before = True
            parts.append(seen[start])
            start += 1
            continue
        while end < len(seen) and not _R.match(seen[end]):
            end += 1
        parts += _zone(seen[start:end], arabic_before)
        start = end
    return parts


def _zone(zone: list[str], arabic_before: bool) -> list[str]:
    """What stands between two Arabic letters, given from right to left, in the order of reading."""
    seen = zone[::-1]
    spans: list[tuple[int, int]] = []  # of ``seen``, what is read as it stands
    letters = [place for place, unit in enumerate(seen) if _LETTER.match(unit)]
    if letters:
        start, end = _latin(seen, letters[0], letters[-1] + 1)
        spans = [*_numbers(seen, 0, start, arabic_before), (start, end)]
        spans += _numbers(seen, end, len(seen), arabic_before)
    else:
        spans = _numbers(seen, 0, len(seen), arabic_before)
    read: list[str] = []
    place = len(seen)
    for start, end in reversed(spans):
        read += seen[end:place][::-1]
        read += seen[start:end]
        place = start
    return read + seen[:place][::-1]


def _latin(seen: list[str], start: int, end: int) -> tuple[int, int]:
    """The Latin words from ``start`` to ``end`` with the digits and brackets that are of them."""
    while end < len(seen):
        number = next((place for place in range(end, len(seen)) if "0" <= seen[place] <= "9"), None)
        if number is None or "".join(seen[end:number]) not in _WITHIN:
            break
        end = number + 1
    inside = "".join(seen[start:end])
    while (
        end < len(seen) and seen[end] in ")]" and len(re.findall(r"[(\[]", inside)) > inside.count(seen[end])
    ):
        inside += seen[end]
        end += 1
    end = _with_note(seen, end)
    before = _NUMBER_BEFORE.search("".join(unit[0] for unit in seen[:start]))
    return (before.start() if before else start), end


def _numbers(seen: list[str], start: int, end: int, arabic_before: bool) -> list[tuple[int, int]]:
    """The numbers between ``start`` and ``end``, each with what it holds together."""
    spans: list[tuple[int, int]] = []
    place = start
    holds = ".,:/٫٬،" if arabic_before else ".,:/٫٬،+-"
    while place < end:
        if not _DIGIT.match(seen[place]):
            place += 1
            continue
        first = place
        while place < end and (
            _DIGIT.match(seen[place])
            or (seen[place] in holds and place + 1 < end and _DIGIT.match(seen[place + 1]))
        ):
            place += 1
        if not arabic_before and "0" <= seen[first] <= "9":
            while place < end and seen[place] in "%$€£°":
                place += 1
            while first > start and seen[first - 1] in "%$€£°#":
                first -= 1
        spans.append((first, _with_note(seen, place)))
    return spans


def _with_note(seen: Sequence[str], place: int) -> int:
    """The place after a note's number that belongs to what ends at ``place``."""
    return place + (place < len(seen) and len(seen[place]) > 1 and seen[place][0] == "[")


def brackets_put_right(text: str) -> str:
    """Brackets that open where something follows them and close where something is before them.

    >>> brackets_put_right("قال )سامي( إن")
    'قال (سامي) إن'
    """
    if not any(letter in text for letter in _PAIRS):
        return text
    letters = list(text)
    depth: dict[str, int] = {}
    for place, letter in enumerate(letters):
        pair = _PAIRS.get(letter)
        if pair is None:
            continue
        before = letters[place - 1] if place else " "
        behind = letters[place + 1] if place + 1 < len(letters) else " "
        opens = before.isspace() or before in "([{«\"'-–—/"
        closes = behind.isspace() or behind in ")]}»\"'.,،؛:;؟!?-–—/"
        if opens == closes:
            opens = not depth.get(pair, 0)
        letters[place] = pair[0] if opens else pair[1]
        depth[pair] = max(depth.get(pair, 0) + (1 if opens else -1), 0)
    return "".join(letters)
