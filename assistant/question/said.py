"""Where a question says itself which articles it asks: "in the 2023 report", بحسب محضر المجلس.

It is a wish only where what is named fits articles of the library (``names``); everything else is part of
what is asked. A bare year is a wish where no article says it: it can only be meant of their dates then. What
was understood is shown, and the question can be asked as it stands. Leaves out wishes in other words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.question import Intent, Question
from assistant.question.names import Named, NameLookup
from index.filters import Condition, Filter
from index.search.query import parse_query
from index.text.analysis import fold, is_stop
from index.text.dates import DateRange, date_key

LONGEST_NAME = 9  # words
MOST = 3  # wishes of one question


@dataclass(frozen=True, slots=True)
class Wish:
    """Which articles a question asks, as it says itself, and the question without those words."""

    filter: Filter
    question: str


def _phrases(*lines: str) -> list[tuple[str, ...]]:
    """Each phrase as folded words, the longest first."""
    told = {tuple(fold(phrase).split("_")) for line in lines for phrase in line.split()}
    return sorted(told, key=lambda phrase: (-len(phrase), phrase))


_SOURCE_FOLLOWS = _phrases(
    "according_to as_reported_by as_reported_in as_stated_in as_written_in as_told_in based_on as_per per"
    " going_by relying_on",
    "بحسب حسب وفق وفقا طبقا استنادا_إلى بناء_على كما_جاء_في كما_ورد_في كما_ذكرت كما_ذكر كما_كتبت كما_كتب"
    " نقلا_عن كما_في كما_تقول كما_يقول بالرجوع_إلى اعتمادا_على انطلاقا_من",
)
_PLACE_FOLLOWS = _phrases("in from within inside using", "في من ضمن داخل")
_NOT_FOLLOWS = _phrases(
    "not_in not_from but_not_in and_not_in ignoring without",
    "وليس_في ليس_في لا_في دون من_دون بدون غير",
)
_EXCEPT_FOLLOWS = _phrases(
    "except except_in except_for excluding leaving_out leaving_aside apart_from aside_from other_than besides"
    " with_the_exception_of disregarding not_counting",
    "ما_عدا فيما_عدا عدا عدا_عن ما_خلا باستثناء مع_استثناء بخلاف سوى بمعزل_عن بغض_النظر_عن",
)
_WHO = ("من",)  # "from" in the middle of a question, "who" where it begins
_ONLY = {"only", "just", "alone", "فقط", "حصرا", "وحده", "وحدها", "و", "and"}
_ASKS = {"كم", "متى", "متي", "اين", "ما", "ماذا", "من", "هل", "كيف", "لماذا", "اي"} | {  # folded
    *("who", "whom", "whose", "what", "which", "when", "where", "why", "how"),
}
_LEAVE_OUT = ("not", "except")
_AND = {"and", "or", "nor", "و", "او", "ولا"}
_GOES_ON = {"of", "for"}  # a name that is followed by these is longer than what was found
_PUNCTUATION = ",،;؛:.?؟!"
_SAYS = "say|said|says|claim|claimed|mention|mentioned|publish|published|print|printed"
_WRITES = "write|wrote|writes|written|report|reported|reports"
_SAYING = (  # who, and about what
    re.compile(
        rf"(?i)^(?:just |only )?what (?:did|does|do|has|have|is) (?P<who>.+?) (?:(?P<says>{_SAYS})|{_WRITES})"
        r" (?:about|on|of|regarding) (?P<what>.+)$"
    ),
    re.compile(
        rf"(?i)^(?:just |only )?what (?P<who>.+?) (?:(?P<says>{_SAYS})|{_WRITES})"
        r" (?:about|on|of|regarding) (?P<what>.+)$"
    ),
    re.compile(
        r"^(?:ماذا|ما الذي|ما|شو) "
        r"(?:(?P<says>(?:قالت?|ذكرت?|أوردت?|اوردت?|روت|نشرت?|[يت]قول|[يت]ذكر)ه?)|كتبت?ه?)"
        r" (?P<who>.+?) (?:عن|حول|بشأن) (?P<what>.+)$"
    ),
    re.compile(
        r"(?i)^what (?:is|was|stands)(?: said| written| told)? (?P<says>in) (?P<who>.+?)"
        r" (?:about|on|regarding) (?P<what>.+)$"
    ),
    re.compile(
        r"^(?:ماذا|ما الذي|ما|شو) (?P<says>ورد|جاء|[يت]رد|يوجد|كُ?تب) في (?P<who>.+?)"
        r" (?:عن|حول|بشأن) (?P<what>.+)$"
    ),
)
_AS_SAID = re.compile(
    r"(?i)^as (?P<who>.+?) (?:puts?|says|said|writes|wrote|reports|reported)(?: it)?, (?P<what>.+)$"
)
_STANDS = {"ورد", "جاء", "يرد", "ترد"}  # in an article, whatever it is called
_ABOUT = {"en": "Tell me about {}", "ar": "حدثني عن {}"}
_DATE = r"(?:(?:the )?(?:year|month|عام|سنه|العام|السنه|شهر) (?:of )?)*(?P<{0}>[^ ].*?\d{{4}}|\d{{4}})"
_BEFORE, _AFTER = r"(?:before|prior to|earlier than|قبل)", r"(?:after|later than|بعد|ما بعد)"
_SINCE, _UNTIL = r"(?:since|starting|منذ|ابتداء من)", r"(?:until|till|up to|حتي|الي)"
_TO = r"(?:and|to|until|و|الي|حتي)"
_RANGES = tuple(
    re.compile(rf"(?:^|(?<= )){pattern}$")
    for pattern in (
        rf"(?:between|from|بين|من) {_DATE.format('first')} {_TO} ?{_DATE.format('last')}",
        rf"{_BEFORE} {_DATE.format('before')}",
        rf"{_AFTER} {_DATE.format('after')}",
        rf"{_SINCE} {_DATE.format('first')}",
        rf"{_UNTIL} {_DATE.format('last')}",
    )
)
_BARE_YEAR = re.compile(r"^(?:(?:the )?year |(?:ال)?(?:عام|سنه) )?(\d{4})م?$")


def wish_of(question: Question, library: Named, asked: Filter) -> Wish | None:
    """What the question wishes of ``asked``, if it wishes anything that fits."""
    if question.intent in (Intent.SMALL_TALK, Intent.COUNT, Intent.AUTHOR, Intent.PUBLISHED):
        return None
    lookup = NameLookup(library, asked)
    wished, left = Filter(), question.text
    for _ in range(MOST):
        found = _saying(left, lookup) or _placed(left, lookup)
        if found is None:
            break
        wished, left = wished + found.filter, found.question
    if not wished or lookup.fitting(wished) is None:
        return None
    return Wish(wished, left)


def _saying(question: str, lookup: NameLookup) -> Wish | None:
    """What somebody writes of something: articles are theirs."""
    for pattern in _SAYING:
        if match := pattern.match(question):
            wanted = {word.term for word in parse_query(match["who"]).words if word.content}
            filter = lookup.source(wanted)
            if not match["says"]:
                filter = filter or lookup.author(wanted)
            filter = filter or lookup.find(match["who"], sure=match["says"] in _STANDS)
            if filter and wanted:
                about = _ABOUT["en" if match["what"].isascii() and "؟" not in question else "ar"]
                return Wish(filter, about.format(match["what"].rstrip(" ?؟.")))
    if (match := _AS_SAID.match(question)) and (filter := lookup.find(match["who"], sure=True)):
        return Wish(filter, match["what"])
    return None


@dataclass(frozen=True, slots=True)
class _Words:
    """A question's words as they stand, and folded without what ends them."""

    said: tuple[str, ...]
    folded: tuple[str, ...]

    @classmethod
    def of(cls, question: str) -> "_Words":
        said = tuple(question.split())
        return cls(said, tuple(fold(word).strip(_PUNCTUATION + "«»\"“”'") for word in said))

    def ends(self, at: int) -> bool:
        """Whether something ends with the word."""
        return self.said[at][-1] in _PUNCTUATION or at == len(self.said) - 1

    def ends_of(self, first: int) -> list[int]:
        """Where a name that begins there may end, the latest first."""
        ends = range(first + 1, min(first + LONGEST_NAME, len(self.said)) + 1)
        closed = next((end for end in ends if self.ends(end - 1)), len(self.said))
        return [end for end in reversed(ends) if end <= closed]

    def without(self, start: int, end: int) -> str:
        """The question less these words, and what only leads to them."""
        while start and self.folded[start - 1] in _ONLY:
            start -= 1
        while end < len(self.said) and self.folded[end] in _ONLY - {"and", "و"}:
            end += 1
        before, after = [*self.said[:start]], [*self.said[end:]]
        if not after and before and before[-1][-1] not in "?؟":
            mark = self.said[end - 1][-1]
            before[-1] = before[-1].rstrip(_PUNCTUATION) + (mark if mark in "?؟" else "")
        return " ".join(before + after).strip(" ,،;؛:")


def _placed(question: str, lookup: NameLookup) -> Wish | None:
    """What stands after "according to", "in", "not in"."""
    words = _Words.of(question)
    for start, size, kind in _starts(words):
        first = start + size
        for end in words.ends_of(first):
            found = _named(words, first, end, kind, lookup)
            while found and kind in _LEAVE_OUT and (more := _next_named(words, end, kind, lookup)):
                found, end = found + more[0], more[1]
            left = words.without(start, end)
            if found and any(word.content for word in parse_query(left).words):
                return Wish(found, left)
    return None


def _leads(words: _Words) -> bool:
    """Whether what stands before the first comma is no question, as one follows."""
    comma = next((at for at, word in enumerate(words.said[:LONGEST_NAME]) if word[-1] in ",،:"), -1)
    return 0 < comma < len(words.said) - 1 and words.folded[comma + 1] in _ASKS


def _starts(words: _Words) -> Iterator[tuple[int, int, str]]:
    """Where a name may follow: the place, how many words lead to it, and what they say of it."""
    folded = words.folded
    kinds = (
        ("not", _NOT_FOLLOWS),
        ("except", _EXCEPT_FOLLOWS),
        ("source", _SOURCE_FOLLOWS),
        ("place", _PLACE_FOLLOWS),
    )
    taken = 0
    for start in range(len(folded)):
        for kind, phrases in kinds:
            phrase = next((one for one in phrases if folded[start : start + len(one)] == one), None)
            if phrase and start >= taken and ((start, phrase) != (0, _WHO) or _leads(words)):
                taken = start + len(phrase)
                apart = not start or words.ends(start - 1)
                yield start, len(phrase), "not" if kind == "except" and not apart else kind
                break


def _named(words: _Words, first: int, end: int, kind: str, lookup: NameLookup) -> Filter | None:
    name = " ".join(words.folded[first:end])
    last, ends = words.folded[end - 1], end == len(words.said) or words.ends(end - 1)
    if last in _ASKS or is_stop(last) or (not ends and words.folded[end] in _GOES_ON):
        return None
    if kind == "source" and not ends:
        beyond = words.folded[end]
        closed = next((at for at in range(end, len(words.said)) if words.ends(at)), len(words.said) - 1)
        if beyond.isascii() and closed < len(words.said) - 1 and not is_stop(beyond):
            return None  # "according to the coast guard, ...": what is named is all of it
    if kind == "place" and (year := _BARE_YEAR.match(name)):
        return _dated_only(year[1], lookup)
    said = " ".join(words.said[first:end]).strip(_PUNCTUATION + "«»\"“”'")
    led = kind == "except"
    ended = ends or words.folded[end] in _ASKS
    filter = _in_time(name, lookup)
    filter = filter or lookup.find(said, sure=kind == "source", left_out=led, ended=ended)
    if led:
        filter = filter or lookup.source({word.term for word in parse_query(said).words if word.content})
    if filter and kind in _LEAVE_OUT:
        filter = lookup.fitting(Filter.of(Condition(one.field, one.value, True) for one in filter.conditions))
    return filter


def _next_named(words: _Words, end: int, kind: str, lookup: NameLookup) -> tuple[Filter, int] | None:
    """What else is left out, "and the motions", والتقارير, and where that ends."""
    if end == len(words.said):
        return None
    apart = words.folded[end] in _AND
    first = end + 1 if apart else end
    if not apart and not words.folded[end].startswith("و"):
        return None
    for last in words.ends_of(first):
        if found := _named(words, first, last, kind, lookup):
            return found, last
    return None


def _in_time(name: str, lookup: NameLookup) -> Filter | None:
    """Articles of before, after or between dates."""
    for pattern in _RANGES:
        match = pattern.search(name)
        if not match:
            continue
        told = {side: date_key(text) for side, text in match.groupdict().items()}
        if not all(told.values()):
            continue
        first = told.get("first", "") or _next(told.get("after", ""), 1)
        last = told.get("last", "") or _next(told.get("before", ""), -1)
        what = re.sub(
            r"(?:published|written|issued|dated|ما|المنشوره|الصادره|المكتوبه)$",
            "",
            name[: match.start()].strip(),
        )
        if lookup.speaks_of_articles(what):
            try:
                dates = DateRange.parse(f"{first}..{last}")
            except ValueError:
                continue
            return lookup.fitting(Filter.of([Condition("published", str(dates))]))
    return None


def _next(key: str, step: int) -> str:
    """The year, the month or the day after a date, or before it."""
    if len(key) < 7:
        return f"{int(key) + step:04}" if key else ""
    if len(key) == 7:
        months = int(key[:4]) * 12 + int(key[5:]) - 1 + step
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return (date.fromisoformat(key[:10]) + timedelta(days=step)).isoformat()


def _dated_only(year: str, lookup: NameLookup) -> Filter | None:
    """The articles of a year that none of the library speaks of."""
    filter = lookup.fitting(Filter.of([Condition("published", year)]))
    if filter and not lookup.library.within().lexical(parse_query(year), 1):
        return filter
    return None
