"""What the words of an answer must be: a sum of money, a length of time, a month.

The expected answer type of question answering (Li and Roth 2002, "Learning Question Classifiers"), finer than
``Kind`` where a unit or a word of the calendar tells. Patterns over folded text, Arabic and English alike; a
question that fits none has no type, and anything may answer it.
"""

import re
from collections.abc import Callable
from enum import Enum

from index.text.analysis import fold
from index.text.quantities import Quantities, quantities
from index.text.units import (
    ARABIC_LENGTH,
    ARABIC_MONEY,
    ARABIC_TIME,
    ARABIC_WEIGHT,
    ENGLISH_LENGTH,
    ENGLISH_MONEY,
    ENGLISH_TIME,
    ENGLISH_WEIGHT,
    any_of,
)


class AnswerType(Enum):
    """What is asked for."""

    MONEY = "money"
    AGE = "age"
    DURATION = "duration"
    EXTENT = "extent"  # how long: of time or of space
    LENGTH = "length"
    WEIGHT = "weight"
    PERCENTAGE = "percentage"
    CLOCK = "clock"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    DATE = "date"
    COUNT = "count"


def answer_type(folded: str) -> AnswerType | None:
    """What a folded question asks for: the type whose words come first in it."""
    found = [(match.start(), order, kind) for order, (kind, asks) in enumerate(_ASKS.items())
             if (match := asks.search(folded))]  # fmt: skip
    return min(found)[2] if found else None


def states(kind: AnswerType, said: str) -> bool:
    """Whether words say something of the type; a number alone may be of any that is measured.

    The unit of a table's cell stands in its head.
    """
    folded, stated = fold(said), quantities(said)
    if kind in _CALENDAR:
        return bool(_CALENDAR[kind](stated)) or (
            kind is AnswerType.DATE and _DIGITS.search(folded) is not None
        )
    units = [unit for unit, sign in _SIGNS.items() if sign.search(folded)]
    if kind is AnswerType.EXTENT:
        return not {AnswerType.DURATION, AnswerType.LENGTH}.isdisjoint(units) or _alone(stated, folded, units)
    if kind is AnswerType.AGE:
        return bool(stated.numbers) or AnswerType.DURATION in units
    if kind is AnswerType.COUNT:
        return bool(stated.numbers or stated.years) or kind in units
    return kind in units or _alone(stated, folded, units)


def _alone(stated: Quantities, folded: str, units: list[AnswerType]) -> bool:
    """Whether words are a number without a unit, or one that is not known."""
    numbered = bool(stated.numbers or stated.years) and not (stated.months or stated.weekdays)
    other_unit = set(units) - {AnswerType.COUNT} or _DEGREES.search(folded)
    return numbered and not other_unit and len(folded.split()) <= 3


def _whole(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


_WHAT = r"(?:what|which)(?: (?:is|was|were|are))?(?: the)? "
_AYY = r"(?:[وفبل]?(?:في |ب)?اي|ما(?: هو| هي)?) "
_KAM = r"[وبل]?كم "
_ASKS = {  # where two types match at one place, the first is meant
    AnswerType.MONEY: _whole(
        r"(?:for )?how much (?:money|cash)|for how much",
        r"how much (?:did|does|do|will|would|was|is|were|are|has|have) (?:[\w'’-]+ ){0,6}"
        + any_of("costs? pay paid charge earn spend spent raise raised donate donated"),
        rf"how many {ENGLISH_MONEY}",
        r"what (?:is|was|were|are|will be|did)(?: the)?(?: \w+){0,2} "
        + any_of("price cost fee fare budget salary rent"),
        r"what (?:is|was) the fine",
        _KAM + ARABIC_MONEY,
        _KAM + r"(?:ال)?" + any_of("ثمن سعر تكلفه كلفه اجره راتب غرامه رسم رسوم مبلغ ميزانيه"),
        _KAM + any_of("كلف\\w* تكلف\\w* يكلف"),
        _KAM + any_of("دفع\\w* تدفع يدفع"),
        _AYY + any_of("ثمن سعر تكلفه كلفه اجره راتب غرامه ميزانيه"),
    ),
    AnswerType.AGE: _whole("how old", _WHAT + "age", _KAM + r"(?:ال)?عمر\w*", _AYY + "عمر"),
    AnswerType.DURATION: _whole(
        rf"how many {ENGLISH_TIME}",
        r"how long " + any_of("did does do will would has have had can may must should after before ago"),
        _WHAT + "duration",
        rf"{_KAM}(?:من )?{ARABIC_TIME}",
        _KAM + r"(?:من )?(?:ال)?" + any_of("مده وقت"),
        _KAM + any_of("يستغرق استغرق\\w* تستغرق دام\\w* تدوم يدوم استمر\\w* لبث\\w* بقي\\w*"),
        _AYY + "مده",
    ),
    AnswerType.EXTENT: _whole("how long", _KAM + r"طول\w*", _AYY + "طول"),
    AnswerType.LENGTH: _whole(
        rf"how many {ENGLISH_LENGTH}(?! per)",
        r"how (?:far|tall|high|deep|wide)(?! back)",
        _WHAT + any_of("height depth width length distance altitude"),
        _KAM + ARABIC_LENGTH,
        _KAM + r"(?:(?:ال)?" + any_of("مسافه ارتفاع\\w* عمق\\w* عرض\\w*") + "|يبعد|تبعد|يرتفع|ترتفع)",
        _AYY + any_of("مسافه ارتفاع عمق عرض"),
    ),
    AnswerType.WEIGHT: _whole(
        rf"how many {ENGLISH_WEIGHT}|how heavy|how much (?:does|did)(?: \w+){{0,4}} weigh",
        rf"{_KAM}{ARABIC_WEIGHT}",
        rf"{_KAM}(?:وزن\w*|يزن|تزن)",
        _AYY + "وزن",
    ),
    AnswerType.PERCENTAGE: _whole(
        _WHAT + "(?:percentage|per ?cent|proportion|share|fraction)",
        "how many percent",
        rf"{_AYY}نسبه|{_KAM}(?:كانت )?(?:ال)?نسبه|{_KAM}(?:في|ب)ال(?:ميه|مايه)",
    ),
    AnswerType.CLOCK: _whole(
        r"(?:at )?what (?:time|hours?)", r"(?:في |ب)?(?:اي |كم )(?:ال)?ساع(?:ه|ات)|الساعه كم|كم الساعه"
    ),
    AnswerType.YEAR: _whole(r"(?:what|which) years?", _AYY + "(?:عام|سنه)"),
    AnswerType.MONTH: _whole(r"(?:what|which) months?", _AYY + "شهر"),
    AnswerType.DAY: _whole(r"(?:what|which) days?(?: of the week)?", _AYY + "(?:يوم|ايام)"),
    AnswerType.DATE: _whole(r"(?:on )?(?:what|which) dates?", _AYY + "تاريخ"),
    AnswerType.COUNT: _whole(r"how many", _KAM.strip(), _AYY + "عدد", _WHAT + "number"),
}  # fmt: skip
_CALENDAR: dict[AnswerType, Callable[[Quantities], object]] = {
    AnswerType.YEAR: lambda stated: stated.years,
    AnswerType.MONTH: lambda stated: stated.months,
    AnswerType.DAY: lambda stated: stated.weekdays or (stated.months and stated.numbers),
    AnswerType.DATE: lambda stated: stated.years or stated.months or stated.weekdays,
}
_DEGREES = re.compile(r"°|(?<!\w)(?:degrees?|درجه|درجات)(?!\w)")
_DIGITS = re.compile(r"\d{1,2}[/.-]\d{1,2}")
_BEGINS = r"(?:(?<!\w)[بلو]?|(?<=\d))"  # a unit may be written onto its figure: 5km
_SIGNS = {
    AnswerType.MONEY: re.compile(
        rf"[$€£¥₤]|(?<!\w)(?:[بلو]?(?:ال)?{ARABIC_MONEY}|{ENGLISH_MONEY}|free|مجان\w*)(?!\w)"
    ),
    AnswerType.DURATION: re.compile(
        rf"{_BEGINS}(?:{ENGLISH_TIME}|{ARABIC_TIME})(?!\w)|(?<!\w)(?:since|until|منذ|حتي) "
    ),
    AnswerType.LENGTH: re.compile(rf"{_BEGINS}(?:{ENGLISH_LENGTH}|{ARABIC_LENGTH})(?!\w)"),
    AnswerType.WEIGHT: re.compile(rf"{_BEGINS}(?:{ENGLISH_WEIGHT}|{ARABIC_WEIGHT})(?!\w)"),
    AnswerType.PERCENTAGE: re.compile(
        r"[%٪]|(?<!\w)(?:per ?cent|percentage|half|thirds?|quarters?|fifths?|tenths?"
        r"|in (?:two|three|four|five|ten|\d+)"
        r"|(?:في |ب)ال(?:ميه|مايه)|(?:ال)?(?:نصف|ثلث\w*|ربع|ارباع|خمس|عشر|اعشار))(?!\w)"
    ),
    AnswerType.CLOCK: re.compile(
        r"\d:\d\d|\d ?[ap]\.?m|(?<!\w)(?:o'?clock|noon|midnight|midday|dawn|sunset|sunrise)(?!\w)"
        r"|(?<!\w)(?:الساعه|ال(?:ظهر|فجر|غروب)|ظهرا|فجرا|صباحا|مساء|منتصف الليل)(?!\w)"
        r"|(?<!\w)[وب]?ال"
        + any_of("واحده ثانيه ثالثه رابعه خامسه سادسه سابعه ثامنه تاسعه عاشره حاديه")
        + r"(?!\w)"
    ),
    AnswerType.COUNT: re.compile(
        r"\d|(?<!\w)(?:no|none|once|twice|dozens?|(?:tens|hundreds|thousands|millions) of|several|both)(?!\w)"
        r"|(?<!\w)(?:لا احد|مره|عشرات|مييات|الاف|ملايين|\w{2,}ت(?:ان|ين)|صوتين|صوتان)(?!\w)"
    ),
}  # fmt: skip
