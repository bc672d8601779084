"""The words that units are written with, as patterns over folded text, Arabic and English: of money, of time,
of length, of weight; and which units a text names, to compare texts by. Leaves out areas, speeds and what is
compounded of others.
"""

import re


def any_of(words: str) -> str:
    """A pattern for any of the words, which may be patterns themselves; parted by spaces."""
    return f"(?:{'|'.join(words.split())})"


ENGLISH_MONEY = any_of(
    "dinars? dollars? euros? pounds? dirhams? riyals? liras? francs? cents? yen yuan rupees? fils"
)
ARABIC_MONEY = any_of(
    "دينارا? دنانير دينارين دولارا? دولارات دولارين يورو جنيها? جنيهات درهما? دراهم ريالا? ريالات ليره ليرات"
    " فرنكا? فلسا? قرشا? قروش"
)
_TIME = {  # each unit with its English and its Arabic words
    "second": ("(?:milli)?seconds?", "ثانيه ثوان ثواني ثانيتين ثانيتان"),
    "minute": ("minutes? mins?", "دقيقه دقايق دقيقتين دقيقتان دقيقتا"),
    "hour": ("hours?", "ساعه ساعات ساعتين ساعتان ساعتا"),
    "day": ("days? nights?", "يوما? ايام يومين يومان ليله ليال ليالي"),
    "week": ("weeks?", "اسبوعا? اسابيع اسبوعين اسبوعان"),
    "month": ("months?", "شهرا? اشهر شهور شهرين شهران"),
    "year": ("years?", "سنه سنوات سنين سنتين سنتان عاما? اعوام عامين عامان"),
    "decade": ("decades?", "عقدا? عقود عقدين"),
    "century": ("century centuries", "قرنا? قرون قرنين"),
}
ENGLISH_TIME = any_of(" ".join(english for english, _ in _TIME.values()))
ARABIC_TIME = "(?:ال)?" + any_of(" ".join(arabic for _, arabic in _TIME.values()))
ENGLISH_LENGTH = any_of(
    "(?:kilo|centi|milli)?met(?:re|er)s? k?m cm mm miles? mi feet foot ft inch(?:es)? yards? fathoms?"
    " storeys? stories light-years?"
)
ARABIC_LENGTH = any_of(
    r"(?:(?:كيلو|سنتي|ملي)\s?)?متر(?:ا|ات|ين|ان)? امتار كم كلم سم ملم م ميلا? اميال قدما? اقدام بوصه بوصات"
    " ذراعا? طابقا? طوابق ضوييه"
)
ENGLISH_WEIGHT = any_of(
    "(?:kilo|milli)?gram(?:me)?s? kg kilos? g mg (?:giga|mega)?tons? tonnes? pounds? lbs? ounces? oz"
)
ARABIC_WEIGHT = any_of(
    "(?:كيلو|ملي|مللي|ميكرو)?(?:غرام|جرام)(?:ا|ات)? كيلو كيلوات كغ كغم غ طنا? اطنان رطلا? ارطال"
)
SCALES = any_of(
    "hundred thousand million billion trillion dozen"
    " (?:ال)?(?:ميه|مايه|الفا?|الاف|مليونا?|ملايين|مليارا?|مليارات)"
)
ROUNDED = (  # before a number that is not exact, "more than" and "at least" among them
    r"(?:about|around|some|nearly|almost|roughly|approximately|over|more than|at least|close to|up to|نحو"
    r"|حوالي|قرابه|زهاء|تقريبا|اكثر من|ما يقارب|يناهز|لا تقل عن|لا يقل عن)"
)
HEDGES = (  # before a number: how exactly it is meant
    rf"(?:{ROUNDED}|(?:just |well )?(?:over|under)|less than|fewer than|at most|no more than|not more than"
    r"|only|circa|ca?\.|as (?:many|much|few|little) as|[بل]?(?:نحو|حوالي|قرابه|زهاء)|[بلو]?(?:اكثر|اقل) من"
    r"|ما يقرب من|ما يزيد (?:علي|عن)|ما لا (?:يقل|يزيد) (?:عن|علي)|ب?ما يقارب|فقط)"
)

_NAMED = {  # each unit by its words in both languages
    name: re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    for name, words in {
        # before a figure they name a year or an hour of the day: سنة 1989
        **{name: rf"(?:{any_of(f'{en} {ar}')})(?! \d)" for name, (en, ar) in _TIME.items()},
        "clock": r"[ap]\.? ?m\.?|o.clock|صباحا|مساء|ظهرا|ليلا|الساعه",
        "money": f"{ENGLISH_MONEY}|{ARABIC_MONEY}",
        "percent": r"per ?cent|percentage|(?:بال|في ال)?(?:ميه|مايه)",
        "metre": r"met(?:re|er)s?|متر(?:ا|ات|ين|ان)?|امتار",
        "kilometre": r"kilomet(?:re|er)s?|km|كيلو ?متر(?:ا|ات)?|كم|كلم",
        "centimetre": r"centimet(?:re|er)s?|cm|سنتي ?متر(?:ا|ات)?|سم",
        "kilogram": r"kilo(?:gram(?:me)?)?s?|kg|كيلو(?:غرام|جرام)?(?:ا|ات)?|كغم?",
        "tonne": r"tonn?es?|tons?|طنا?|اطنان",
        "litre": r"lit(?:re|er)s?|لي?تر(?:ا|ات)?",
        "degree": r"degrees?|درج(?:ه|ات)",
        "watt": r"(?:kilo|mega)?watts?|[km]?w|(?:كيلو|ميغا)?واط",
    }.items()
}


def units_named(folded: str) -> frozenset[str]:
    """The units that a folded text names, in either language.

    >>> sorted(units_named("38 dinars a night") & units_named("35 دينارا"))
    ['money']
    """
    return frozenset(name for name, words in _NAMED.items() if words.search(folded))
