"""The words that units are written with, as patterns over folded text, Arabic and English: of money, of time,
of length, of weight. Leaves out areas, volumes, speeds and what is compounded of others.
"""


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
ENGLISH_TIME = any_of(
    "(?:milli)?seconds? minutes? mins? hours? days? nights? weeks? months? years? decades? century centuries"
)
ARABIC_TIME = "(?:ال)?" + any_of(
    "ثانيه ثوان ثواني ثانيتين ثانيتان دقيقه دقايق دقيقتين دقيقتان دقيقتا ساعه ساعات ساعتين ساعتان ساعتا"
    " يوما? ايام يومين يومان ليله ليال ليالي اسبوعا? اسابيع اسبوعين اسبوعان شهرا? اشهر شهور شهرين شهران"
    " سنه سنوات سنين سنتين سنتان عاما? اعوام عامين عامان عقدا? عقود عقدين قرنا? قرون قرنين"
)
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
