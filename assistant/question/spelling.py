"""Arabic as people type it, in the words and the spelling of articles: شو اسم القاعه؟ is ما اسم القاعة؟

Of the dialects' words only the small ones are known: question words, relatives, time and particles. What else
differs is how a word is spelt: that is learnt from the articles that are read. Vowel marks are left out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from index.text.analysis import fold


def _words(*lines: str) -> dict[str, str]:
    """Each word of a line after its first two, with what stands before the equals sign."""
    pairs = (line.split(" = ") for line in lines)
    return {fold(word): standard for standard, words in pairs for word in words.split()}


_STANDARD = _words(
    "متى = امتى امتا ايمتى ايمتا إمتى أيمتى وقتاش",
    "لماذا = ليش ليه لويش علاش ليهو",
    "كم = قديش أديش اديش قديه كام شحال قدّيش",
    "بكم = بكام بقديش بأديش بشحال",
    "ما = شو شنو ايش إيش وش شنهو ايه إيه شنوه",
    "من = مين منو منهو",
    "لمن = لمين",
    "أين = وين فين",
    "إلى أين = لوين لفين",
    "من أين = منين",
    "كيف = شلون ازاي إزاي ازّاي كيفاش اشلون",
    "الذي = اللي يلي",
    "من أجل = عشان علشان منشان مشان",
    "الآن = هلق هلأ هسا دلوقتي الحين",
    "أيضا = كمان برضو برضه",
    "سوف = رح راح",
    "ما زال = لسا لسه",
    "القادم = الجاي",
    "القادمة = الجاية",
    "هذا = هيدا هاد هادا ده هاذا",
    "هذه = هيدي هاي دي هاذي",
    "أمس = مبارح امبارح",
    "غدا = بكرا بكره",
    "ليس = مش مو موش",
    "يريد = بدو عايز",
    "بقي = ضل",
)
_WORD = re.compile(r"[\w\u064b-\u0652]+")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_VOWELS = re.compile("[\u064b-\u0652]")
_GOING_ON = re.compile(r"(?<!\w)عم (?=[بيتن]\w{3})")  # عم تتأخر: it marks what goes on


def standard_arabic(text: str) -> str:
    """The text with the dialects' small words as the standard language has them; others stay as they are.

    >>> standard_arabic("شو اسم المصاب اللي نقلوه؟")
    'ما اسم المصاب الذي نقلوه؟'
    >>> standard_arabic("Who is it?")
    'Who is it?'
    """
    return _WORD.sub(lambda word: _standard(word[0]), _GOING_ON.sub("", text))


def _standard(word: str) -> str:
    folded = fold(word)
    if folded in _STANDARD:
        return _STANDARD[folded]
    joined = folded[:1] == "و" and len(folded) > 3 and folded[1:] in _STANDARD  # وامتى: and when
    return f"و{_STANDARD[folded[1:]]}" if joined else word


def as_spelt(text: str, articles: Iterable[str]) -> str:
    """The text with each Arabic word that the articles spell otherwise, and never so, in their spelling.

    The models read letters: قاعه is another word to them than قاعة.

    >>> as_spelt("متى بنيت قاعه السوق؟", ["في القاعة سوق.", "بُنيت قاعة السوق سنة 1931."])
    'متى بنيت قاعة السوق؟'
    """
    wanted = {fold(word): word for word in _WORD.findall(text) if _ARABIC.search(word)}
    if not wanted:
        return text
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        for word in _WORD.findall(article):
            if (folded := fold(word)) in wanted:
                spelt[folded][_VOWELS.sub("", word)] += 1

    def respelt(word: str) -> str:
        known = spelt.get(fold(word)) if _ARABIC.search(word) else None
        return known.most_common(1)[0][0] if known and word not in known else word

    return _WORD.sub(lambda found: respelt(found[0]), text)
