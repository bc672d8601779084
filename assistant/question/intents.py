"""What a question is after: what the articles say of something, or the articles themselves.

Patterns over folded text, Arabic and English alike. What no pattern fits is after an answer. A pattern only
proposes: where no article fits the topic, the question is read like any other (``assistant.readers.about``).
"""

import re
from enum import Enum

from index.text.analysis import analyse, fold, is_stop


class Intent(Enum):
    """What is wanted of the topic."""

    ANSWER = "answer"
    OVERVIEW = "overview"  # what an article, or the articles on something, say
    AUTHOR = "author"  # of an article
    PUBLISHED = "published"  # when an article was
    COUNT = "count"  # how many articles there are
    LIST = "list"  # which articles there are, on something or at all
    LATEST = "latest"  # the same, the newest first
    SMALL_TALK = "small talk"


def intent_of(text: str) -> tuple[Intent, str]:
    """The intent of a question, and its topic: the text less the words that say what is wanted of it.

    >>> intent_of("Who wrote the report on fish landings?")
    (<Intent.AUTHOR: 'author'>, 'fish landings')
    >>> intent_of("لخّص مقال المنارة")
    (<Intent.OVERVIEW: 'overview'>, 'المناره')
    >>> intent_of("Who designed the lighthouse?")
    (<Intent.ANSWER: 'answer'>, '')
    """
    folded = " ".join(fold(text).split())
    bare = folded.strip(" .!?؟,،")
    if _SMALL_TALK.fullmatch(re.sub(r"[,،.!?؟]+", "", bare)):
        return Intent.SMALL_TALK, ""
    for intent, pattern in () if _WORK.search(bare) else _PATTERNS:
        if found := pattern.search(bare):
            return intent, _topic(bare[: found.start()] + " " + bare[found.end() :])
    if _is_keyword(bare):
        return Intent.OVERVIEW, bare
    return Intent.ANSWER, ""


def names_an_article(text: str) -> bool:
    """Whether a question speaks of an article as such, or names one in quotes."""
    return bool(_ARTICLE.search(fold(text)) or re.search(r"[\"«“].+[\"»”]", text))


def language_named(text: str) -> str:
    """Of which language, "ar" or "en", a question says that the article is; empty where it says nothing.

    >>> language_named("What does the Arabic leaflet say?"), language_named("What does it say?")
    ('ar', '')
    """
    named = _LANGUAGE.search(fold(text))
    return "" if named is None else "en" if named["english"] else "ar"


def _topic(text: str) -> str:
    words = _ARTICLE.sub(" ", text)
    return " ".join(_LEFT_OVER.sub(" ", f" {words} ").split()).strip(" .!?؟,،:\"'«»“”")


def _is_keyword(text: str) -> bool:
    """A single word that asks nothing: a name, a thing."""
    terms = analyse(text)
    return len(terms) == 1 and not is_stop(terms[0].text)


def _words(text: str) -> str:
    return f"(?:{'|'.join(text.split())})"


def _any(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns, as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


_NOUN = r"(?:(?:the|this|that|an?|each) )?" + _words(
    "articles? reports? piece pieces story stories notes? letter papers? posts? news leaflets? entry"
    " interviews? handbook chapter pages? documents? texts? essays? columns? reviews? study minutes"
    " newsletter bulletin profile files?"
)
_ARABIC_NOUN = r"(?:[بلفوك]?ال|لل|[بلفو])?" + _words(
    "مقال مقاله مقالات مقالا خبر اخبار تقرير تقارير نشره حوار مقابله نص نصوص ورقه دراسه صفحه وثيقه وثايق"
    " مستند مستندات ملف ملفات تدوينه محضر فصل ملخص"
)
_ARTICLE = _any(_NOUN, _ARABIC_NOUN)
_LANGUAGE = _any("(?P<english>english|[بو]?(?:ال)?انجليزيه?)", "arabic|[بو]?(?:ال)?عربيه?")
_SPOKEN_OF = (
    rf"(?= .*(?:\b{_NOUN}\b|(?<!\w){_ARABIC_NOUN}(?!\w)|[\"«“])|.* (?:this|it)$)"  # one of these follows
)
_THINGS = r"(?:articles?|documents?|files?|texts?|reports?|papers?)"
_ARABIC_THINGS = "(?:ال)?" + _words(
    "مقال مقالا مقالات مقاله وثيقه وثايق ملف ملفا ملفات نص نصا نصوص مستند مستندا مستندات"
)
_HAVE = r"(?: (?:do|have|are|is|can) (?:you|we|i|there)(?: (?:have|got|know|hold|search|answer))?| are| is)?"
_LIBRARY = r"(?: (?:in|here|stored|on file)(?: .*)?)?"
_ARABIC_HAVE = _words("لديك عندك لدينا عندنا لديكم عندكم")
_ARABIC_LIBRARY = _words("هنا يوجد توجد هناك في المكتبه المخزنه الموجوده المتوفره") + "|" + _ARABIC_HAVE
_ON = r"(?: (?:on|about|from|of|that mention|mention))?"
_ARABIC_ON = "(?: (?:عن|حول))?"
_PATTERNS = [  # the first that fits
    (
        Intent.COUNT,
        _any(
            rf"^how many {_THINGS}{_HAVE}{_LIBRARY}$",
            rf"^(?:كم|كم عدد|ما عدد) {_ARABIC_THINGS}(?: (?:{_ARABIC_LIBRARY}))*$",
        ),
    ),
    (
        Intent.AUTHOR,
        _any(
            rf"^who (?:wrote|authored|penned|compiled|reported|has written){_SPOKEN_OF}",
            rf"^who(?: is|'s| are| was| were) the (?:authors?|writers?|reporters?) (?:of|behind){_SPOKEN_OF}",
            r"^(?:من|مين) (?:هو |هي )?(?:الذي |اللي )?"
            + _words("كتب كاتب كاتبه صاحب صاحبه حرر محرر اعد معد مولف مولفه")
            + _SPOKEN_OF,
            rf"^(?:ما )?اسم (?:كاتب|كاتبه|مولف|صاحب){_SPOKEN_OF}",
            r"^من (?:هو )?كاتب المقال",
        ),
    ),
    (
        Intent.PUBLISHED,
        _any(
            r"^(?:when|(?:on |in )?(?:what|which) (?:date|day|year|month)) (?:was|were|is|did|has)"
            r"(?= .*\b(?:publish|published|issued|posted|printed|dated)(?!\w))",
            rf"^(?:what is )?(?:the )?(?:publication )?date of(?= .*\b{_NOUN}\b)",
            "^(?:متي|في اي تاريخ|ما تاريخ|باي تاريخ) " + _words("نشر نشرت صدر صدرت صدور اصدرت"),
        ),
    ),
    (
        Intent.LATEST,
        _any(
            r"^(?:what(?: is|'s| are) |show me |give me |any )?(?:the )?(?:latest|newest|most recent)"
            rf"(?: (?:{_THINGS}|news)(?: (?:on|about|of|from))?| (?:on|about|from)|$)",
            r"^what(?:'s| is) new(?: on| about| with)?",
            "^(?:ما )?(?:هي |هو )?(?:احدث|اخر|جديد) (?:ال)?"
            + _words("اخبار خبر المقالات مقال مقالات مستجدات تطورات")
            + _ARABIC_ON,
            "^ما الجديد(?: عن| في)?",
        ),
    ),
    (
        Intent.LIST,
        _any(
            rf"^(?:list|show)(?: me)?(?: all)?(?: (?:the|my|your))? {_THINGS}{_ON}",
            rf"^(?:what|which) {_THINGS}{_HAVE}{_ON}",
            rf"^what (?:do|have) (?:you|we) (?:have|got|know){_ON}",
            r"^what(?: is|'s) in (?:the|this|my) (?:library|archive|collection)$",
            r"^(?:do you have )?anything (?:on|about)",
            f"^{_words('ماذا ما شو ايش')} (?:{_ARABIC_HAVE}|تعرف){_ARABIC_ON}",
            f"^(?:هل )?{_ARABIC_HAVE} (?:شيء|شي|مقالات?) عن",
            f"^{_words('اعرض اسرد هات اذكر')}(?: لي)?(?: كل| جميع)? {_ARABIC_THINGS}{_ARABIC_ON}",
            f"^(?:ما|ما هي|ماهي|اي) {_ARABIC_THINGS}(?: {_ARABIC_HAVE}| الموجوده| المتوفره)?(?: عن| حول|$)",
            "^ماذا (?:يوجد )?في المكتبه$",
        ),
    ),
    (
        Intent.OVERVIEW,
        _any(
            r"summar(?:ize|ise|y of)|sum up|tl;?dr|^(?:an )?overview of|^tell me(?: more)? about",
            r"^(?:give me|write|can you give me|i want|i need)(?: an?| the)?(?: \w+)?"
            r" (?:summary|overview|gist|outline)(?: of)?",
            r"^(?:what are )?(?:the )?(?:main|key) points (?:of|in)",
            r"^what(?: is|'s| are)(?= .*\babout$)",
            r"^what does(?= .*\b(?:say|talk about|cover|deal with)$)",
            _words("لخص لخصي لخصوا تلخيص ملخص موجز خلاصه") + "(?: لي)?|(?:لمحه|نبذه|فكره) عن",
            f"^{_words('حدثني اخبرني كلمني')} عن|^احكي? لي عن|^اعطني (?:فكره|نبذه|ملخصا?) عن",
            "^" + _words("عن عماذا عما عم عمن شو") + "(?: ماذا| شو| اي شيء| وعم)? "
            + _words("يتحدث تتحدث يتكلم تتكلم يدور تدور يحكي بيحكي بتحكي"),
            f"^(?:ما|ما هو) {_words('موضوع مضمون محتوي فحوي')}",
        ),
    ),
]  # fmt: skip
_WORK = _any(  # what an article tells of, as a rule, is no article
    _words("book books novel poem film song play painting"),
    "(?:[بلفو]?ال|[بلو])?" + _words("كتاب روايه قصيده ديوان فيلم اغنيه لوحه مسرحيه"),
)
_LEFT_OVER = _any(
    _words(
        "about publish published issued posted printed dated written please say talk cover the on of in is"
        " did was for me by its عن في رجاء لي حول"
    ),
    r"in (?:the|this|my) library",
)
_GREETINGS = (
    "hi hello hey hiya greetings good_(?:morning|afternoon|evening|day|night) sala+m as?salamu_alaykum cheers"
    " how_are_you(?:_doing|_today)? how_do_you_do what's_up great ok(?:ay)? cool nice bye good_?bye"
    " (?:many_)?thanks?(?:_you)?(?:_very_much|_so_much|_a_lot)? see_you(?:_later)? help(?:_me)?"
    " who_are_you what_are_you what(?:'s|_is)_your_name what_(?:can|do)_you_do"
    " how_(?:do|does)_(?:you|this|it)_work what_can_(?:i|you)_(?:ask|do|answer)(?:_you|_here|_about)?"
    " are_you_(?:an?_)?(?:bot|robot|human|there)"
    " مرحبا مرحبا_بك اهلا اهلا_وسهلا اهلين هلا هاي السلام_عليكم(?:_ورحمه_الله)?(?:_وبركاته)? سلام صباح_الخير"
    " صباح_النور مساء_الخير مساء_النور كيف_حالك كيفك كيف_الحال شلونك شكرا(?:_لك|_جزيلا)* مشكور تسلم ممتاز"
    " حسنا تمام مع_السلامه الي_اللقاء وداعا من_انت مين_انت ما_اسمك شو_اسمك (?:ماذا|ما_الذي)_تستطيع_ان_تفعل"
    " ماذا_يمكنك_ان_تفعل ماذا_تفعل شو_بتعمل (?:ماذا|عم_ماذا|عن_ماذا)_(?:يمكنني_ان_)?اسالك? كيف_تعمل"
    " كيف_يعمل_هذا مساعده ساعدني هل_انت_(?:روبوت|انسان|هنا)"
)
_SMALL_TALK = re.compile(
    rf"(?:{_words(_GREETINGS).replace('_', ' ')}(?: (?:there|everyone|all|majlis|مجلس|يا مجلس))?(?: |$))+"
)
