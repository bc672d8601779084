"""Questions made from text that nobody asked anything of: sentences, Arabic or English.

A sentence with a part taken out is a question, and the part is its answer (Lewis et al. 2019, "Unsupervised
question answering by cloze translation"). What a part is, a pattern before it says, and that chooses the
question word; other words are lost and moved, so that matching words is not enough. Of sentences that say the
same in both languages, a part of one is asked for and its answer stands in the other, where the words do that
stand for the part's: both sides are as people wrote them.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.training.alignment import WORD, BilingualLexicon
from index.training.data import Pair

NAME = r"[\u0621-\u064a]{3,}(?: [\u0621-\u064a]{2,}){0,2}"
PLACE = r"[\u0621-\u064a]{3,}(?: ال[\u0621-\u064a]{2,})?"
YEAR = r"\d{3,4}(?: ?(?:م|هـ)(?!\w))?"


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split(','))})"


MONTH = _any("يناير,فبراير,مارس,أبريل,إبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر")
COUNTED = _any(r"مليون,ألف,مليار,كم,كيلومتر\w*,متر\w*,نسمة,سنة,عام\w*,شخص\w*,دولار\w*,يوم\w*,درجة")
BEFORE_PERSON = _any(
    "بقيادة,على يد,من قبل,بواسطة,الملك,الملكة,الرئيس,المخرج,الكاتب,الأمير,السلطان,العالم,الشاعر,الإمبراطور,"
    "اللاعب,المهندس,يدعى,وزوجته,ابنه,والده,الجنرال,القائد,الفنان,المغني,الدكتور"
)
BEFORE_PLACE = _any(
    "في مدينة,بمدينة,مدينة,في ولاية,في محافظة,في جزيرة,في قرية,في مقاطعة,في منطقة,في دولة,جامعة,عاصمة"
)
BEFORE_NAME = _any("يسمى,تسمى,سميت,سمي,يعرف باسم,المعروف باسم,تعرف باسم,عرفت باسم,يطلق عليه,اسم")
# kinds of things whose name follows them: "the company that ..."
KINDS = _any(
    "شركة,جامعة,فرقة,قناة,متحف,نهر,جبل,كتاب,رواية,فيلم,مسلسل,معركة,حرب,قبيلة,حزب,نادي,صحيفة,مجلة,جائزة,مؤسسة,"
    "منظمة,مدرسة,كلية,قصر,قلعة,مسجد,كنيسة,بحيرة,لغة,جمهورية,مملكة,سلالة,كوكب,برنامج,لعبة,أغنية,ألبوم,مرض,عنصر,"
    "نظرية,معاهدة,اتفاقية,ثورة,فريق,بطولة,كأس,منتخب,شارع,ميناء,مطار,محطة,صحراء,خليج,إقليم,مهرجان,معهد,وكالة,"
    "بنك,جريدة,سفينة,طائرة,دواء,نظام,مشروع,قانون,دين,مذهب,عاصمة,منصب,لقب,نوع,جنس,فصيلة"
)
LINKS = _any(
    r"في,من,على,إلى,عن,مع,بين,حتى,منذ,بعد,قبل,عند,خلال,التي,الذي,الذين,هو,هي,هم,أو,ثم,أن,إن,لم,لا,ما,قد,تم,كما,"
    r"هذا,هذه,ذلك,تلك,عام,سنة,كان\w*,يكون,تكون,ليس\w*,وهو,وهي,وقد,وكان\w*,حيث,لكن,غير,كل,بعض,أي,إلا,أكثر,عدة,"
    r"بن,ابن,تقع,يقع,له,لها,لهم,به,بها,بهم,فيه,فيها,منه,منها,عنه,عنها,عليه,عليها,إليه,إليها,لك,لي,بأن\w*,أنه,أنها,"
    r"أول,آخر,أحد,إحدى,هناك,عدد\w*,كذلك,أيضا\w*,حول,ضد,عبر,دون,نحو,أثناء,بسبب,لأن\w*,إذا,بينما,عندما,بعدما,جميع,معظم"
)
VERBS = _any(
    "قال,قالت,أعلن,أعلنت,أكد,أكدت,صرح,صرحت,أسس,اكتشف,اخترع,كتب,ألف,أخرج,قاد,حكم,فتح,بنى,رسم,صمم,ترأس,تولى,اقترح,"
    "اقترحت,طالب,طالبت,وصف,أضاف,ذكر,ذكرت,أشار,أشارت,دعا,دعت,وقع,افتتح,قتل,هزم,احتل,احتلت,أمر,عين,أنشأ,أنشأت,أصدر,"
    "أصدرت,وضع,لحن,غنى,سجل,فاز,فازت,تزوج,درس,انتقل,أصبح,أصبحت,استولى,هاجم,هاجمت,قدم,قدمت,نشر,نشرت,رفض,رفضت,قرر,"
    "قررت,طور,طورت,أنتج,أنتجت,اشترى,اشترت,حرر,نظم,نظمت,استخدم,استخدمت,شارك,شاركت,بدأ,أيد,انتقد,زار,يرى,يعتقد,يقول"
)
NAMED = rf"(?!{LINKS}\b)[\u0621-\u064a]{{2,}}(?: (?!{LINKS}\b|و)[\u0621-\u064a]{{2,}}){{0,2}}"
BEFORE_REASON = _any(r"بسبب,نتيجة,لأن\w*,من أجل,بهدف,نظر[اً]+ ل\w+")


class Part(NamedTuple):
    """What may be asked for: how often, with which question words, and where it stands.

    It stands in the pattern's group ``name``, where there is a ``kind``, else in the first group. Question
    words may hold ``{kind}``, and refer to it (``{that}``).
    """

    weight: float
    asking: tuple[str, ...]
    pattern: re.Pattern[str]  # what stands before the group goes with it


def _part(weight: float, asking: str, pattern: str) -> Part:
    return Part(weight, tuple(asking.split(",")), re.compile(pattern))


_ARABIC_PARTS = (
    _part(2.0, "متى,في أي عام,في أي سنة,في أي تاريخ", rf"(?:في |منذ |حتى )?(?:عام|سنة|العام) ({YEAR})"),
    _part(
        2.0,
        "متى,في أي يوم,في أي تاريخ,ما تاريخ",
        rf"(?:في |يوم |بتاريخ )?(\d{{1,2}} {MONTH}(?:،? (?:عام |سنة )?\d{{4}})?)",
    ),
    _part(
        2.5,
        "كم,ما عدد,كم عدد,ما هو عدد,كم يبلغ",
        rf"(?<![\d.,٫/-])((?:\d{{1,3}}|\d+(?:[.,٫]\d+)+|\d{{5,}})(?![\d/-]|[.,٫]\d| (?:{MONTH}|هـ|ه|م)\b)"
        rf"(?: {COUNTED})?|\d+ {COUNTED})",
    ),
    _part(3.0, "من,من هو,من الذي,من هي", rf"{BEFORE_PERSON} ({NAME})"),
    _part(
        3.0,
        "من {kind},من الذي {kind},من هو الذي {kind},من {kind}",
        rf"(?<!\w)[وف]?(?P<kind>{VERBS}) (?P<name>{NAMED})",
    ),
    _part(
        1.5,
        "كم نسبة,ما نسبة,ما هي نسبة,كم بالمئة,ما النسبة المئوية",
        r"(\d[\d.,٫]* ?(?:[%٪]|(?:بالمئة|بالمائة|في المئة|في المائة)))",
    ),
    _part(2.0, "أين,في أي مدينة,ما هي المدينة التي,في أي مكان,أين تقع", rf"{BEFORE_PLACE} ({PLACE})"),
    _part(1.5, "ما,ما هو,ما اسم,ماذا", r"[«\"“]([^»\"”]{3,60})[»\"”]"),
    _part(1.5, "ما اسم,ماذا يسمى,ما هو,بماذا يعرف", rf"{BEFORE_NAME} ({NAME})"),
    _part(1.2, "لماذا,ما سبب,ما هو سبب", rf"({BEFORE_REASON} (?:[^\s،.؛:()]+ ?){{2,10}})"),
    _part(
        4.0,
        "ما ال{kind} {that},ما اسم ال{kind} {that},ما هي ال{kind} {that},أي {kind},في أي {kind},ما {kind}",
        rf"(?<!\w)[وبلف]?(?P<kind>{KINDS}) (?P<name>{NAMED})",
    ),
    _part(1.5, "ما,ما هو,ما هي,ماذا", r"(ال[\u0621-\u064a]{3,}(?: ال[\u0621-\u064a]{3,})?)"),
)

COUNT = _any(
    "two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,twenty,thirty,forty,fifty,hundred,thousand"
)
UNIT = _any(
    "percent,per cent,million,billion,thousand,hundred,years,days,months,hours,minutes,people,men,cubits"
)
PROPER = r"[A-Z][\w’'-]*\w(?: (?:(?:of|the|and) (?:the )?)?[A-Z][\w’'-]*\w){0,3}"
_ENGLISH_PARTS = (
    _part(
        2.0,
        "when,in what year,in which year,what year was it",
        r"(?:\b(?:in|since|until|by) )?\b(1\d{3}|20\d\d)\b",
    ),
    _part(
        2.0,
        "how many,how much,what number of,what is the number of",
        rf"(?<![\w.,])((?:\d[\d.,]*\d|\d|{COUNT})(?: ?%| {UNIT}\b)?)(?![\w-])",
    ),
    _part(2.0, "where,in what place,in which country,where was", rf"\b(?:in|at|from|near) ({PROPER})"),
    _part(2.0, "who,by whom,who was it that,who is", rf"\bby ({PROPER})"),
    _part(4.0, "who,what,which,what is,whose,who is,what is the name of", rf"(?<=[a-z,;:] )({PROPER})"),
    _part(1.5, "what,what is,what is called", r"[\"“]([^\"“”]{3,60})[\"”]"),
    _part(
        1.2,
        "why,for what reason,what is the reason",
        r"\b((?:because|due to|in order to|so that) [^,.;:]{8,80})",
    ),
    _part(
        4.0,
        "what,which,what is,what kind of thing",
        r"\b((?:the|an?) [a-z]{3,}(?: [a-z]{3,})?)"
        r"(?= (?:of|in|on|to|that|which|is|was|are|were|for|and)\b|[,.;])",
    ),
)


class Patterns(NamedTuple):
    """What may be asked for in a language, and what ends a question."""

    parts: tuple[Part, ...]
    mark: str

    def order(self, chance: np.random.Generator) -> list[Part]:
        """Five of the parts, the more frequent ones more often first."""
        weights = np.array([part.weight for part in self.parts])
        return [self.parts[i] for i in chance.choice(len(self.parts), size=5, p=weights / weights.sum())]


ARABIC, ENGLISH = Patterns(_ARABIC_PARTS, "؟"), Patterns(_ENGLISH_PARTS, "?")
SENTENCE = re.compile(r"[^.!؟\n]+[.!؟]?")
AROUND = 14  # words of the sentence at most on either side of the part


def cloze(
    paragraph: str, chance: np.random.Generator, patterns: Patterns = ARABIC
) -> tuple[str, int, int] | None:
    """(question, start and end of its answer in the paragraph); none where no part was found."""
    for _, words, pattern in patterns.order(chance):
        found = list(pattern.finditer(paragraph))
        if not found:
            continue
        part = found[int(chance.integers(len(found)))]
        kind = part.groupdict().get("kind", "")
        start, end = part.span("name" if kind else 1)
        end = start + len(paragraph[start:end].rstrip(" ،,."))
        sentence = next((m for m in SENTENCE.finditer(paragraph) if m.start() <= start < m.end()), None)
        if sentence is None or end > sentence.end():
            continue
        before = paragraph[sentence.start() : part.start()].split()[-int(chance.integers(3, AROUND)) :]
        after = (
            paragraph[part.end() : sentence.end()].rstrip(".؟! \n").split()[: int(chance.integers(3, AROUND))]
        )
        if len(before) + len(after) < 4:
            continue
        lost = chance.uniform(0, 0.4)
        before, after = ([w for w in side if chance.random() >= lost] for side in (before, after))
        rest = [*after, *before] if chance.random() < 0.4 else [*before, *after]
        if len(rest) >= 3:
            asking = words[chance.integers(len(words))]
            asking = asking.format(kind=kind, that="التي" if kind.endswith("ة") else "الذي")
            return f"{asking} {' '.join(rest)}{patterns.mark}", start, end
    return None


EMPTY = re.compile(rf"{LINKS}|the|an?|of|to|in|and|that|is")  # words that no answer is found by
LINKED = 0.1  # from this strength on a word stands for another
SHORTEST = 6  # words of a sentence that is asked about


def cross_lingual_cloze(
    pair: Pair, english: bool, lexicon: BilingualLexicon, chance: np.random.Generator
) -> tuple[str, int, int] | None:
    """(question, start and end of its answer in the other side of the pair); none where that is not clear.

    ``english``: the question is in English and its answer in the Arabic side.
    """
    asked, other = pair if english else (pair.arabic, pair.english)
    if len(asked.split()) < SHORTEST or not (made := cloze(asked, chance, ENGLISH if english else ARABIC)):
        return None
    question, start, end = made
    words, others = _full_words(asked), _full_words(other)
    part = [place for place, word in enumerate(words) if word.start() < end and word.end() > start]
    found = aligned(lexicon.strengths([word[0] for word in words], [word[0] for word in others]), part)
    return (question, others[found[0]].start(), others[found[1]].end()) if found else None


def aligned(strengths: NDArray[np.float64], part: Sequence[int]) -> tuple[int, int] | None:
    """The first and last word of the other side that a part of one side stands for.

    ``strengths``: (words, words of the other side). None where less than half of the part is found, or words
    between those found stand for others.
    """
    if not strengths.size or not part:
        return None
    best = np.where(strengths.max(axis=0) >= LINKED, strengths.argmax(axis=0), -1)
    inside = [place for place, word in enumerate(best) if word in part]
    if not inside or 2 * len({best[place] for place in inside}) < len(part):
        return None
    first, last = min(inside), max(inside)
    if any(word >= 0 and word not in part for word in best[first : last + 1]):
        return None
    return (first, last) if last - first <= 2 * len(part) else None


def _full_words(text: str) -> list[re.Match[str]]:
    """The words of a text that say something by themselves."""
    return [word for word in WORD.finditer(text) if not EMPTY.fullmatch(word[0].lower())]
