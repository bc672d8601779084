"""Which articles may answer: conditions on what their records state, as a person writes them.

    Filter.parse("source:minutes/ published:2023.. -language:ar")

Conditions on one field widen each other (either author), on several they narrow each other; what a minus
excludes never answers. A person's fields and languages may be written in Arabic too. Leaves out how a library
finds such articles (``index.library.selection``).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.errors import UserError
from index.formats import FORMATS
from index.text.analysis import fold
from index.text.dates import DateRange

FIELDS = ("id", "source", "kind", "language", "author", "published", "added", "tag")
DATES = ("published", "added")
_ALSO = {
    fold(other): field
    for field, others in {
        "id": "ids article معرف المعرف مقال المقال",
        "source": "sources folder site from مصدر المصدر مجلد المجلد موقع الموقع",
        "kind": "kinds type format نوع النوع",
        "language": "languages lang لغة اللغة",
        "author": "authors by كاتب الكاتب مؤلف المؤلف",
        "published": "date dated نشر النشر تاريخ التاريخ",
        "added": "أضيف الإضافة",
        "tag": "tags وسم الوسم وسوم الوسوم",
    }.items()
    for other in others.split()
} | {field: field for field in FIELDS}
_LANGUAGES = {"ar": "ar arabic العربية عربي عربية", "en": "en english الإنجليزية إنجليزي إنجليزية"}
_LANGUAGE = {fold(name): tag for tag, names in _LANGUAGES.items() for name in names.split()}
_CONDITION = re.compile(r'\s*([-\u2212]?)([^\W\d_]+):("(?:[^"\\]|\\.)*"(?=\s|$)|[^\s"]\S*|(?=\s|$))')
_PLAIN = re.compile(r'[^\s"]\S*')


@dataclass(frozen=True, slots=True)
class Condition:
    """A field (of ``FIELDS``) and a value that it has, or has not where ``excluded``."""

    field: str
    value: str
    excluded: bool = False

    def __str__(self) -> str:
        value = self.value
        if not _PLAIN.fullmatch(value):
            value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{'-' * self.excluded}{self.field}:{value}"

    @property
    def dates(self) -> DateRange:
        """The range of a condition on a date."""
        return DateRange.parse(self.value)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer; without conditions, all."""

    conditions: tuple[Condition, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """The filter of ``field:value`` words; ``UserError`` says what is none.

        >>> str(Filter.parse('-source:"old motions/" نشر:٢٠٢٣..'))
        '-source:"old motions/" published:2023..'
        """
        found, at = [], 0
        while text[at:].strip():
            match = _CONDITION.match(text, at)
            if match is None:
                raise UserError(
                    f"{text[at:].split()[0]!r} is no condition; write field:value, as in: "
                    'source:minutes/ published:2023.. author:"Mary Oakes" -language:ar'
                )
            sign, name, value = match.groups()
            if value[:1] == '"':
                value = re.sub(r'\\(["\\])', r"\1", value[1:-1])
            found.append(condition(name, value, excluded=bool(sign)))
            at = match.end()
        return cls.of(found)

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> "Filter":
        """The filter of conditions, each once."""
        return cls(tuple(dict.fromkeys(conditions)))

    @classmethod
    def of_articles(cls, ids: Iterable[str], *, excluded: bool = False) -> "Filter":
        """The filter that keeps just these articles, or all but these."""
        return cls.of(Condition("id", name, excluded) for name in ids)

    def __str__(self) -> str:
        return " ".join(map(str, self.conditions))

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def __add__(self, other: "Filter") -> "Filter":
        return Filter.of((*self.conditions, *other.conditions))

    @property
    def fields(self) -> Iterator[tuple[str, list[str]]]:
        """Each field that some condition asks for, with the values of which an article has one."""
        for field in FIELDS:
            if wanted := self.values(field):
                yield field, wanted

    def values(self, field: str, *, excluded: bool = False) -> list[str]:
        """What the conditions on a field ask for, or exclude."""
        return [one.value for one in self.conditions if (one.field, one.excluded) == (field, excluded)]


ALL = Filter()  # keeps everything


def condition(name: str, value: str, *, excluded: bool = False) -> Condition:
    """The condition on a field of that name, its value in its standard form; ``UserError`` for none."""
    field = _ALSO.get(fold(name))
    if field is None:
        raise UserError(f"{name!r} is no field of an article; the fields are {', '.join(FIELDS)}")
    value = " ".join(value.split())
    if not value:
        raise UserError(f"{field}: has no value; write {field}:value, in quotes where it has spaces")
    if field in DATES:
        try:
            value = str(DateRange.parse(value))
        except ValueError as error:
            raise UserError(
                f"{field}:{value} is no date ({error}); write {field}:2023, {field}:2023-05..2024-02 or "
                f"{field}:..2023-05-07"
            ) from None
    elif field == "language":
        if fold(value) not in _LANGUAGE:
            raise UserError(f"language:{value} is none that articles have; write language:ar or language:en")
        value = _LANGUAGE[fold(value)]
    elif field == "kind":
        value = fold(value).lstrip(".*")
        if not endings_of(value):
            kinds = ", ".join(sorted(format.module for format in FORMATS))
            raise UserError(f"kind:{value} is no kind of file that is read; the kinds are {kinds}")
    return Condition(field, value, excluded)


def endings_of(kind: str) -> list[str]:
    """The endings, without their dots, of the files of a kind, named by itself or by one of its endings."""
    for format in FORMATS:
        if kind == format.module or f".{kind}" in format.endings:
            return [ending[1:] for ending in format.endings]
    return []
