"""Figures of a sheet as they are shown: dates, shares, thousands and units by the cell's number format.

Follows the format codes of ECMA-376 part 1, 18.8.31, as far as people use them. Dates are written year
first, whatever the format's order, so that nobody takes a day for a month. It leaves out fractions,
scientific notation and conditions.
"""

import re
from datetime import datetime, timedelta
from math import isfinite

_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"} | {
    **dict.fromkeys((14, 15, 16, 17, 22), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "h:mm"),
    **dict.fromkeys((37, 38), "#,##0"),
    **dict.fromkeys((39, 40), "#,##0.00"),
    22: "yyyy-mm-dd h:mm",
}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].')
_NUMBER = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?,*")
_LAST_DAY = 2_958_465  # 9999-12-31


def built_in(number: int) -> str:
    """The code of a number format that has a number for a name; the empty string for the general one."""
    return _BUILT_IN.get(number, "")


def shown(value: str, code: str, *, since_1904: bool = False) -> str:
    """A number as a cell of that format shows it; what is no number as it is.

    >>> shown("0.125", "0.0%"), shown("1234.5", "#,##0.00"), shown("43893", "d mmm yyyy"), shown("0.1", "")
    ('12.5%', '1,234.50', '2020-03-03', '0.1')
    """
    try:
        number = float(value)
    except ValueError:
        return value
    if not isfinite(number):
        return value
    bare = _LITERAL.sub("", code).casefold()
    if re.search(r"[dyhs]|mmm|(?<!\w)m+(?!\w)", bare) and not re.search(r"general|[#0?]\.?[#0?]*%?$", bare):
        return _moment(number, bare, since_1904) or _plain(number)
    if not code or "general" in bare or not _NUMBER.search(bare) or "e+" in bare or "?/" in bare:
        return _plain(number)
    sections = _split(code)
    negative = number < 0 and len(sections) > 1
    section = sections[1] if negative else sections[0]
    return _filled(section, abs(number) if negative else number)


def _split(code: str) -> list[str]:
    """The sections of a code, for what is positive and negative; a semicolon in quotation marks is none."""
    return re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', code) or [code]


def _filled(section: str, number: float) -> str:
    shown_as = _LITERAL.sub("", section)
    found = _NUMBER.search(shown_as)
    if found is None:
        return _plain(number)
    if "%" in shown_as:
        number *= 100
    digits = len(found[0].rstrip(",").partition(".")[2])
    grouped = "," in found[0].partition(".")[0].rstrip(",")
    scaled = number / 1000 ** (len(found[0]) - len(found[0].rstrip(",")))
    text = f"{scaled:,.{digits}f}" if grouped else f"{scaled:.{digits}f}"
    before, _, after = _worded(section).partition("\0")
    return f"{before}{text}{after}".strip()


def _worded(section: str) -> str:
    """What a section writes around its number, which is NUL."""
    out, last, placed = "", 0, False
    for literal in re.finditer(f"{_LITERAL.pattern}|{_NUMBER.pattern}", section):
        out += section[last : literal.start()]
        last = literal.end()
        if _NUMBER.fullmatch(literal[0]):
            out += "" if placed else "\0"
            placed = True
        else:
            out += next((text for text in literal.groups() if text), "")
    return out + section[last:]


def _moment(number: float, code: str, since_1904: bool) -> str:
    """A day, a time of day, or both; the empty string of what is no day that a sheet has."""
    if since_1904:
        number += 1462
    if not 0 <= number <= _LAST_DAY:
        return ""
    # 1900 was no leap year, though sheets count it as one: the days before March are one behind
    moment = datetime(1899, 12, 30) + timedelta(days=number + (number < 60), microseconds=1)
    date = moment.date().isoformat()
    time = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if not re.search(r"[dy]", code):
        if re.search(r"[hs]", code):
            return time
        return date[:7]
    if re.search(r"h", code) and number % 1:
        return f"{date} {time}"
    return date if re.search(r"d", code) or not re.search(r"y", code) else date[: 7 if "m" in code else 4]


def _plain(number: float) -> str:
    return f"{number:.0f}" if number == int(number) and abs(number) < 1e15 else f"{number:.11g}"
