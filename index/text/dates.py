"""Dates as articles and people write them, and ranges of them: what can be ordered and compared as text.

A date is as exact as it is written: a year, a month or a day, in ISO 8601 (``2023``, ``2023-05``,
``2023-05-07``), in digits of either script, with the months' names in Arabic or English. Where day and month
cannot be told apart (``3/4/2023``) only the year is known. Leaves out the Islamic calendar: its years are no
dates here.
"""

import re
from calendar import monthrange
from dataclasses import dataclass

from index.text.analysis import fold
from index.text.quantities import MONTHS

_NAMED = MONTHS | {name[:3]: number for name, number in MONTHS.items() if name.isascii()} | {"sept": 9}
_MONTH = "(?:" + "|".join(sorted(map(re.escape, _NAMED), key=len, reverse=True)) + r")(?!\w)\.?"
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d)?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})(?: \w+)?,? (\d{{4}})(?!\d)")
_MONTH_FIRST = re.compile(rf"({_MONTH}) (?:(\d{{1,2}})(?:st|nd|rd|th)?,? )?(\d{{4}})(?!\d)")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_ISLAMIC = re.compile(r"\d{4} ?ه(?:جري\w*)?(?!\w)")


def date_key(published: str) -> str:
    """What dates are ordered by, as exact as they are written; "" where there is none.

    >>> date_key("7 May 2023"), date_key("٢٣ أيار ٢٠٢٣"), date_key("in 2023"), date_key("1445 هـ")
    ('2023-05-07', '2023-05-23', '2023', '')
    """
    text = " ".join(fold(published).replace("،", ",").split())
    if moment := _MOMENT.match(text):
        return moment[0].replace("t", " ")
    text = _ISLAMIC.sub("", text)
    if found := _ISO.search(text):
        return _exact(found[1], found[2], found[3])
    if found := _YEAR_LAST.search(text):
        first, mark, second, year = found.groups()
        if int(second) > 12:
            first, second = second, first
        told_apart = mark == "." or int(first) > 12 or first == second
        return _exact(year, second, first) if told_apart else year
    if found := _DAY_FIRST.search(text):
        return _exact(found[3], f"{_month(found[2])}", found[1])
    if found := _MONTH_FIRST.search(text):
        return _exact(found[3], f"{_month(found[1])}", found[2])
    year = _YEAR.search(text)
    return year[0] if year else ""


def _month(name: str) -> int:
    return _NAMED[name.rstrip(".")]


def _exact(year: str, month: str | None, day: str | None) -> str:
    """The date as far as there is such a one."""
    if not month or not 1 <= int(month) <= 12 or int(year) == 0:
        return year
    known = f"{year}-{int(month):02}"
    within = day and 1 <= int(day) <= monthrange(int(year), int(month))[1]
    return f"{known}-{int(day or 0):02}" if within else known


@dataclass(frozen=True, slots=True)
class DateRange:
    """From one date to another, both within; the empty string on a side that is open."""

    first: str = ""
    last: str = ""

    @classmethod
    def parse(cls, text: str) -> "DateRange":
        """The range of ``2023``, ``2023-05..2024``, ``2023..``; ``ValueError`` for anything else.

        >>> DateRange.parse("٢٠٢٣..2024-03")
        DateRange(first='2023', last='2024-03')
        """
        first, between, last = fold(text).replace(" ", "").partition("..")
        found = cls(_stated(first), _stated(last)) if between else cls(_stated(first), _stated(first))
        if not (found.first or found.last):
            raise ValueError("it names no date")
        if found.first and found.last and _starts(found.first) > _ends(found.last):
            raise ValueError("it ends before it begins")
        return found

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def bounds(self) -> tuple[str, str]:
        """A key (``date_key``) is within where it is not below the first of these and below the second.

        But for those of ``doubtful``.
        """
        return _shortest(self.first, "-01", "-01"), self._last + "~"  # every character of a key is below ~

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The keys that are not exact enough to tell: 2023 where the range begins in its June."""
        first = self.bounds[0]
        return tuple({side[:size] for side in (first, self._last) for size in (4, 7) if size < len(side)})

    @property
    def _last(self) -> str:
        if len(self.last) == 10 and self.last == _ends(self.last[:7]):
            return self.last[:4] if self.last[5:7] == "12" else self.last[:7]
        return self.last[:4] if self.last[4:] == "-12" else self.last


def _shortest(key: str, *ends: str) -> str:
    """The same beginning, said with less: a year begins where its January does."""
    for end in ends:
        key = key.removesuffix(end) if len(key) > 4 else key
    return key


def _stated(text: str) -> str:
    if not text:
        return ""
    if not re.fullmatch(r"\d{4}(?:-\d\d?){0,2}", text) or text == "0000":
        raise ValueError("a date is written as 2023, 2023-05 or 2023-05-07")
    year, month, day = [*text.split("-"), "", ""][:3]
    known = _exact(year, month, day)
    if known.count("-") != text.count("-"):
        raise ValueError("there is no such day")
    return known


def _starts(key: str) -> str:
    return (key + "-01-01")[:10]


def _ends(key: str) -> str:
    if len(key) == 4:
        return f"{key}-12-31"
    return key if len(key) == 10 else f"{key}-{monthrange(int(key[:4]), int(key[5:]))[1]}"
