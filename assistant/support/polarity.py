"""Whether two texts say the opposite: one denies what the other does not, or has the opposite of its word.

What a negation reaches is taken to be the few words after it. Leaves out irony, and what is denied by a whole
sentence ("it is a myth that").
"""

from collections.abc import Sequence
from functools import lru_cache

from assistant.support.words import Word, likeness, words_of
from index.text.analysis import fold, terms_and_spellings

REACH = 4  # words after a negation that it denies
SAME = 0.6  # likeness of a word and what it is compared with

_NEGATIONS = frozenset(
    "not no never neither nor without cannot nobody none nothing dont doesnt didnt isnt arent wasnt werent wont"
    " couldnt cant shouldnt hasnt havent hadnt wouldnt hardly barely"
    " لا لم لن ليس ليست ليسوا غير دون بدون بلا عدم ولا ولم ولن وليس وليست فلا فلم ايا وما انعدام الا".split()
)
_NOT_ALWAYS = frozenset(("ايا", "الا", "وما"))  # as often something else
_DENYING = frozenset(  # words that deny what follows
    term
    for term, _ in terms_and_spellings(
        "refused refuse failed fail denied deny rejected declined lack ruled unable prevented avoid stopped"
        " رفض رفضت يرفض فشل فشلت نفى نفت ينفي امتنع تعذر يتعذر استحال عجز"
    )
)
_OPPOSITES = (
    "open opened opens opening reopened فتح افتتح مفتوحة تفتح فتحت|closed close closes shut shuts اغلق اغلقت مغلقة تغلق يغلق",
    "rose rise rises increased increase grew grow higher gain ارتفع ارتفعت زاد زادت نما نمت ازداد|fell fall falls dropped drop"
    " decreased decrease declined shrank lower انخفض انخفضت تراجع تراجعت هبط هبطت قل",
    "known معروف معروفة|unknown مجهول مجهولة",
    "alive survived survive نجا نجت عاش حي|dead died die killed مات ماتت توفي قتل",
    "success succeeded succeed نجح نجحت|failed fail failure فشل فشلت",
    "allowed allow permitted يسمح سمح سمحت يجوز يمكن|forbidden forbid banned ban prohibited منع منعت يمنع حظر يحظر ممنوع",
    "accepted accept approved approve agreed وافق وافقت قبل|rejected reject refused refuse declined opposed رفض رفضت عارض",
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


def denied(words: Sequence[Word]) -> frozenset[int]:
    """The places of the content words that a negation reaches."""
    return _denied(tuple((word.spelling, word.term, word.content, word.start, word.end) for word in words))


@lru_cache(maxsize=4096)
def _denied(words: tuple[tuple[str, str, bool, int, int], ...]) -> frozenset[int]:
    found: set[int] = set()
    for at, (spelling, term, _, _, end) in enumerate(words):
        if (spelling in _NEGATIONS and spelling not in _NOT_ALWAYS) or term in _DENYING:
            reached = 0
            for place in range(at + 1, len(words)):
                other, _, content, start, _ = words[place]
                if reached >= REACH or (reached and start - end > 1 and other in ("but", "and", "بل", "لكن")):
                    break
                if content:
                    found.add(place)
                    reached += 1
    return frozenset(found)


def denials(words: Sequence[Word]) -> int:
    """How many negations a text has."""
    return sum(
        (word.spelling in _NEGATIONS and word.spelling not in _NOT_ALWAYS) or word.term in _DENYING for word in words
    )


def contrary(sentence: str, evidence: Sequence[str]) -> tuple[float, float]:
    """How far the polarity of a sentence's words differs from the evidence's, and whether it has an opposite.

    The first: the share of the words that both have which one denies and the other does not. The second: 1
    where the sentence has a word that the evidence lacks, but has the opposite of.
    """
    words = words_of(sentence)
    reached = denied(words)
    texts = [words_of(text) for text in evidence]
    reached_there = [denied(text) for text in texts]
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
    there = {_SIDES.get(other.spelling) or _SIDES.get(other.term) for text in texts for other in text} - {None}
    for word in words:
        side = _SIDES.get(word.spelling) or _SIDES.get(word.term)
        if side and side not in there and (side[0], 1 - side[1]) in there:
            opposite = 1.0
    return differing / met if met else 0.0, opposite


