"""What kind of thing a question asks for, and whether a sentence holds such a thing.

Kinds are patterns over folded text (``index.text.analysis.fold``), Arabic and English alike; the first
question word decides. ``holds`` is evidence, not proof: what it weighs for each kind comes from training.
Leaves out Arabic names, which no capital marks: a person shows by a title, a lineage or a verb of saying, or
not at all.
"""

import re
from collections.abc import Set
from enum import Enum

from index.text.analysis import analyse, fold
from index.text.quantities import MONTHS, WEEKDAYS


class Kind(Enum):
    """What a question asks for."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    REASON = "reason"
    MANNER = "manner"
    THING = "thing"


def kind_of(text: str) -> Kind:
    """The kind of the first question word of a folded question; ``THING`` where none says more."""
    found = [(match.start(), order, kind) for order, (kind, asks) in enumerate(_ASKS)
             if (match := asks.search(text))]  # fmt: skip
    return min(found)[2] if found else Kind.THING


def holds(kind: Kind, sentence: str, asked: Set[str]) -> bool:
    """Whether a sentence holds something of the kind that is not among the terms ``asked`` already."""
    if kind is Kind.THING:
        return False
    signs = [sign[0] for sign in _SIGNS[kind].finditer(fold(sentence))]
    if kind in (Kind.REASON, Kind.MANNER):
        return bool(signs)
    if kind in (Kind.PERSON, Kind.PLACE):
        signs += [name[0] for name in _NAMES.finditer(sentence)]
    return any(term.text not in asked for sign in signs for term in analyse(sign))


def asks_for_many(text: str) -> bool:
    """Whether a folded question asks for a list of things, not for one."""
    return bool(_ASKS_FOR_MANY.search(text))


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


def _whole(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


_WHICH = r"(?:what|which)(?: (?:is|was|were|are))?(?: the)?(?: \w+)? "
_AYY = r"(?:[وفبل]?اي|ما|ماذا|ماهو|ماهي|ما هو|ما هي|ما كان|ما كانت)(?: \w+)? (?:ال)?"
_ASKS = [  # where two kinds match at one place, the first of this list is meant
    (
        Kind.TIME,
        _whole(
            r"when",
            _WHICH + _any("years? dates? days? months? century decade time era period season"),
            r"(?:منذ |حتي )?متي",
            _AYY + _any("عام سنه تاريخ يوم شهر قرن عقد وقت موعد فتره زمن حقبه"),
        ),
    ),
    (
        Kind.PLACE,
        _whole(
            r"where",
            _WHICH
            + _any("city country state town place location region continent island county province village"),
            r"(?:من |الي |في )?[وف]?اين",
            _AYY + _any("مدينه دوله بلد مكان موقع منطقه ولايه عاصمه قاره قريه محافظه جزيره مقاطعه شارع"),
        ),
    ),
    (
        Kind.NUMBER,
        _whole(
            r"how " + _any("many much long far old tall high large big deep fast often heavy wide"),
            _WHICH
            + _any(
                "percent percentage number proportion amount population share size length height cost price"
            ),
            _WHICH + _any("distance age speed score ratio rate"),
            r"[وبف]?كم",
            _AYY + _any("عدد نسبه مقدار مساحه طول ارتفاع عمر حجم سعر تكلفه قيمه مسافه سرعه معدل درجه"),
        ),
    ),
    (
        Kind.REASON,
        _whole(
            r"why|how come",
            _WHICH + _any("causes? caused reasons? purpose motivation"),
            r"لماذا|^لم|^لما|^علام|بسبب ماذا",
            _AYY + _any("سبب اسباب هدف غرض دافع غايه"),
        ),
    ),
    (
        Kind.MANNER,
        _whole(
            r"how",
            _WHICH + _any("method way technique process means"),
            r"[وف]?كيف|كيفيه",
            _AYY + _any("طريقه وسيله اسلوب اليه"),
        ),
    ),
    (
        Kind.PERSON,
        _whole(
            r"who|whom|whose",
            _WHICH
            + _any("person people man woman player president king queen emperor scientist author actor"),
            _WHICH + _any("actress singer leader minister general artist writer"),
            r"^[وف]?[بل]?من|من (?:هو|هي|هم|الذي|التي|الذين)",
            _AYY + _any("شخص رجل امراه لاعب رييس ملك ملكه عالم كاتب ممثل ممثله مغني وزير قايد مولف فنان"),
        ),
    ),
]

_ASKS_FOR_MANY = _whole(
    r"(?:what|which|who) (?:are|were|\w+s (?:are|were|did|do|have))",
    r"(?:ما|ماهي|ما هي|من) (?:اسماء|الدول|البلدان|المدن|ال\w+ات)|من هم|اذكر",
)

_ALSO_NO_MONTHS = {"may", "اب"}  # what may be, and a father
_MONTHS = _any(
    " ".join({name.split()[0] for name in MONTHS} - _ALSO_NO_MONTHS) + " محرم صفر رجب شعبان رمضان شوال"
)
_DAYS = _any(" ".join(WEEKDAYS))
_COUNTS = _any(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty half dozen"
    " hundreds? thousands? millions? billions?"
)
_ARABIC_COUNTS = r"[وب]?(?:ال)?" + _any(
    "واحده? اثنان اثنين اثنا اثني اثنتان اثنتين ثلاثه? اربعه? خمسه? سته? سبعه? ثمانيه? تسعه? عشره? عشرون"
    " عشرين ثلاثون ثلاثين اربعون اربعين خمسون خمسين نصف ربع ثلث ميه مايه ميات مايات الف الاف مليون ملايين"
    " مليار"
)
_SIGNS = {
    Kind.TIME: _whole(
        r"\d{3,4}s?",
        _MONTHS,
        _DAYS,
        r"\d+(?:th|st|nd|rd)? century",
        r"\d{1,2}[:.]\d\d|\d{1,2} ?[ap]\.? ?m\.?",
        _any("noon midnight dawn sunrise sunset morning afternoon evening night spring summer autumn winter"),
        _any("الساعه صباحا مساء ظهرا ليلا فجرا عصرا الفجر الظهر العصر الغروب الصباح المساء الليل"),
        _any("الربيع الصيف الخريف الشتاء"),
        r"(?:ال)?(?:عام|سنه|قرن|عقد) \w+",
        _any("yesterday today tomorrow امس اليوم غدا"),
    ),
    Kind.NUMBER: _whole(r"[\d.,٫٬]*\d%?", _COUNTS, _ARABIC_COUNTS),
    Kind.PERSON: _whole(
        r"(?:ال)?" + _any("رييس ملك وزير دكتور جنرال امير شيخ قايد عالم كاتب لاعب مهندس مخرج سلطان"),
        r"و?" + _any("قال اعلن اكد اضاف صرح ذكر كشف اشار اقترح تحدث اعرب اعتبر كتب اسس") + "ت?",
        r"\w+ (?:بن|ابن|ابو|عبد) \w+",
    ),
    Kind.PLACE: _whole(
        r"[بلو]?(?:ال)?"
        + _any("مدينه دوله ولايه مقاطعه محافظه منطقه جزيره قريه شارع جامعه مطار نهر جبل بحر"),
        _any("شمال جنوب شرق غرب وسط"),
    ),
    Kind.REASON: _whole(
        r"because|due to|since|in order to|so that|so as to|as a result|caused?|causes|reasons?|therefore",
        r"owing to|led to|to " + _any("avoid prevent allow make help reduce protect"),
        r"[وف]?" + _any("بسبب نتيجه بهدف لكي كي حتي لذلك لذا اذ نظرا سبب اسباب لتجنب لمنع بغيه بغرض ادي ادت"),
        r"[وف]?لان\w*|من اجل|وذلك ل\w+",
    ),
    Kind.MANNER: _whole(
        r"by (?:\w+ly )?\w+ing|through|using|via|by means of|thereby|with the help of",
        r"[وف]?" + _any("بواسطه باستخدام عبر خلال بطريقه باستعمال بفضل") + r"|عن طريق",
    ),
}
# Words with a capital that do not begin the sentence, as they stand.
_NAMES = re.compile(r"(?<=[^.!?\n] )[A-Z][\w'’-]+(?: (?:of|de|von|van|bin|ibn|al|the))*(?: [A-Z][\w'’-]+)*")
