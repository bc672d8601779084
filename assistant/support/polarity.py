"""Whether two texts say the opposite: one denies what the other does not, or has the opposite of its word.

What a negation reaches is taken to be the few words after it. Leaves out irony, and what is denied by a whole
sentence ("it is a myth that").
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.support.words import likeness, words_of
from index.text.analysis import fold, terms_and_spellings

REACH = 4  # words after a negation that it denies
_OF_ONE = frozenset(("غير", "non"))  # they deny only the next
_NO_DENIAL = re.compile(  # what looks like one
    r"(?:no|not) (?:more|less|fewer|later|earlier|only)|no longer than"
    r"|(?:لا|لم|ما) (?:[يت]قل|[يت]زيد|[يت]تجاوز|[يت]زال|[يت]زل|زال\w*)|ليس فقط"
)
SAME = 0.6  # likeness of a word and what it is compared with

_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "non",
        "never",
        "little",
        "neither",
        "nor",
        "without",
        "cannot",
        "nobody",
        "none",
        "nothing",
        "dont",
        "doesnt",
        "didnt",
        "isnt",
        "arent",
        "wasnt",
        "werent",
        "wont",
        "couldnt",
        "cant",
        "shouldnt",
        "hasnt",
        "havent",
        "hadnt",
        "wouldnt",
        "hardly",
        "barely",
        "لا",
        "لم",
        "لن",
        "ليس",
        "ليست",
        "ليسوا",
        "غير",
        "دون",
        "بدون",
        "بلا",
        "عدم",
        "ولا",
        "ولم",
        "ولن",
        "وليس",
        "وليست",
        "فلا",
        "فلم",
        "انعدام",
    ]
)
_DENYING = frozenset(  # words that deny what follows
    term
    for term, _ in terms_and_spellings(
        "refused refuse failed fail denied deny rejected declined lack ruled unable prevented avoid stopped"
        " رفض رفضت يرفض فشل فشلت نفى نفت ينفي امتنع تعذر يتعذر استحال عجز"
    )
)
_OPPOSITES = (
    "open opened opens opening reopened فتح افتتح مفتوحة تفتح فتحت|closed close closes shut shuts اغلق"
    " اغلقت مغلقة تغلق يغلق",
    "rose rise rises increased increase grew grow higher gain ارتفع ارتفعت زاد زادت نما نمت ازداد|fell fall"
    " falls dropped drop"
    " decreased decrease declined shrank lower انخفض انخفضت تراجع تراجعت هبط هبطت قل",
    "known معروف معروفة|unknown مجهول مجهولة",
    "alive survived survive نجا نجت عاش حي|dead died die killed مات ماتت توفي قتل",
    "success succeeded succeed نجح نجحت|failed fail failure فشل فشلت",
    "allowed allow permitted يسمح سمح سمحت يجوز يمكن|forbidden forbid banned ban prohibited منع منعت يمنع"
    " حظر يحظر ممنوع",
    "accepted accept approved approve agreed وافق وافقت قبل|rejected reject refused refuse declined opposed"
    " رفض رفضت عارض",
    "before قبل|after بعد",
    "first اول الاول|last اخر الاخير",
    "more اكثر|less fewer اقل",
    "largest biggest اكبر الاكبر|smallest اصغر الاصغر",
    "won win wins beat defeated فاز فازت غلب هزم|lost lose loses خسر خسرت",
    "began begin started start بدا بدات|ended end finished stopped انتهى انتهت توقف",
    "public علني|secret confidential سري",
    "north northern شمال|south southern جنوب",
    "east eastern شرق|west western غرب",
    "hot warm حار|cold cool بارد",
    "up upper higher|down lower",
    "joined join انضم انضمت|left leave غادر غادرت",
    "free مجاني مجانا|paid مدفوع",
    "same نفس|different مختلف",
    "all every كل جميع|none nobody",
    "old قديم|new جديد",
    "rich غني|poor فقير",
    "buy bought اشترى|sell sold باع",
    "male ذكر ذكور|female انثى اناث",
    "safe امن|dangerous خطير",
    "formal official رسمي رسمية|informal unofficial",
)


def _sides() -> dict[str, tuple[int, int]]:
    """By a term its pair of opposites and its side of it."""
    found: dict[str, tuple[int, int]] = {}
    for number, pair in enumerate(_OPPOSITES):
        for side, words in enumerate(pair.split("|")):
            for term, spelling in terms_and_spellings(words):
                found.setdefault(term, (number, side))
                found.setdefault(spelling, (number, side))
    return found


_SIDES = _sides()


@lru_cache(maxsize=4096)
def denied(text: str) -> frozenset[int]:
    """The places, among the words of a text, of the content words that a negation reaches."""
    words = words_of(text)
    found: set[int] = set()
    for at in _denials(text):
        reached, most = 0, 1 if words[at].spelling in _OF_ONE else REACH
        for place in range(at + 1, len(words)):
            stops = words[place].spelling in ("but", "and", "بل", "لكن")
            apart = bool(_STOP.search(text[words[place - 1].end : words[place].start]))
            if reached >= most or (reached and (stops or apart)):
                break
            if words[place].content:
                found.add(place)
                reached += 1
    return frozenset(found)


def denials(text: str) -> int:
    """How many negations a text has, but for those that belong to one word (غير رسمي، non-governmental)."""
    words = words_of(text)
    return sum(words[at].spelling not in _OF_ONE for at in _denials(text))


@lru_cache(maxsize=4096)
def _denials(text: str) -> tuple[int, ...]:
    folded = [(word.start, word.end) for word in words_of(text)]
    spared = [found.span() for found in _NO_DENIAL.finditer(_lower(text))]
    return tuple(
        at
        for at, word in enumerate(words_of(text))
        if (word.spelling in _NEGATIONS or word.term in _DENYING)
        and not any(start <= folded[at][0] < end for start, end in spared)
    )


def _lower(text: str) -> str:
    """Folded as far as its length stays."""
    return "".join(letter if len(made := fold(letter)) != 1 else made for letter in text)


_STOP = re.compile(r"[,،;؛:.]")


def contrary(sentence: str, evidence: Sequence[str]) -> tuple[float, float]:
    """How far the polarity of a sentence's words differs from the evidence's, and whether it has an opposite.

    The first: the share of the words that both have which one denies and the other does not. The second: 1
    where the sentence has a word that the evidence lacks, but has the opposite of.
    """
    words = words_of(sentence)
    reached = denied(sentence)
    texts = [words_of(text) for text in evidence]
    reached_there = [denied(text) for text in evidence]
    met = differing = 0
    for at, word in enumerate(words):
        if not word.content or word.figure:
            continue
        same = [
            place in reached_there[number]
            for number, text in enumerate(texts)
            for place, other in enumerate(text)
            if other.content and likeness(word.term, word.spelling, other.term, other.spelling) >= SAME
        ]
        if same:
            met += 1
            differing += (at in reached) not in same
    opposite = 0.0
    there = {_SIDES.get(other.spelling) or _SIDES.get(other.term) for text in texts for other in text} - {
        None
    }
    for word in words:
        side = _SIDES.get(word.spelling) or _SIDES.get(word.term)
        if side and side not in there and (side[0], 1 - side[1]) in there:
            opposite = 1.0
    return differing / met if met else 0.0, opposite
