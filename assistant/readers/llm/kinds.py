"""Which pieces of a written answer are claims, and are checked; the others can bring in nothing.

A heading, a lead-in ("Here is a summary:") and a remark that the articles do not say something are no claims
only where they have no word but the question's and a few fixed ones, or, but for a lead-in, the passages'.
What is said to the person and not of the matter ("I hope this helps!") is left out of the answer.
"""

import re
from collections.abc import Sequence
from enum import Enum

from assistant.readers.llm.written import WrittenPiece
from index.passages import Passage
from index.text.analysis import analyse, fold, is_stop


class PieceKind(Enum):
    """What a piece of a written answer is."""

    CLAIM = "claim"
    FRAME = "frame"  # a heading, a lead-in
    LIMIT = "limit"  # says that the articles do not say it
    CHATTER = "chatter"  # said to the person, not of the matter


class PieceKinds:
    """Tells the kinds of the pieces of an answer to ``questions`` from ``passages``."""

    def __init__(self, questions: Sequence[str], passages: Sequence[Passage]) -> None:
        self._own = set().union(*map(_content, questions))
        self._passages = passages
        self._theirs: set[str] | None = None

    def kind_of(self, text: str, piece: WrittenPiece) -> PieceKind:
        """The kind of a piece that has this text."""
        folded = " ".join(fold(text).split())
        if _CHATTER.match(folded) and not piece.marks:
            return PieceKind.CHATTER
        if piece.marks and not piece.heading:
            return PieceKind.CLAIM
        new = _content(text) - self._own - _FRAME_WORDS
        if _LIMIT.search(folded) and not new - self._of_passages():
            return PieceKind.LIMIT
        if piece.heading and not new - self._of_passages():
            return PieceKind.FRAME
        if not new and (text.rstrip().endswith(":") or _LEAD_IN.match(folded)):
            return PieceKind.FRAME
        return PieceKind.CLAIM

    def _of_passages(self) -> set[str]:
        if self._theirs is None:
            self._theirs = set().union(*(_content(f"{one.title} {one.text}") for one in self._passages))
        return self._theirs


def _content(text: str) -> set[str]:
    return {term.text for term in analyse(text) if not is_stop(term.text)}


_FRAME_WORDS = _content(
    "here following below summary summaries overview answer answers article articles passage passages source"
    " sources text texts report point points main key detail details finding findings conclusion comparison"
    " compare difference differences similarity similarities both according based provided given say says"
    " said mention mentions mentioned state states stated specify specified describe described list contain"
    " information contains question found find first second third date dates number figure background also"
    " however introduction context result results does do not no any whether available explicitly enough"
) | _content(
    "فيما يلي التالي التالية الآتي الآتية إليك هذا هذه ملخص الملخص خلاصة الخلاصة نبذة جواب الجواب الإجابة"
    " مقال المقال المقالات مقالات مقطع المقاطع المصادر النصوص النص التقرير نقاط النقاط أبرز أهم الرئيسية"
    " تفاصيل التفاصيل مقارنة المقارنة الفرق الفروق أوجه الشبه الاختلاف بين وفق حسب بحسب وفقا استنادا بناء"
    " تقول يقول تذكر يذكر ذكر تورد ورد ترد معلومات المعلومات السؤال سؤال صراحة تحديدا تتضمن تحتوي تشير لا"
    " لم ليس أي كما أولا ثانيا ثالثا مقدمة خاتمة نتائج النتائج كافية"
)
_THINGS = r"(?:the )?(?:provided |given |available )?(?:articles?|passages?|sources?|texts?|reports?)"
_ARABIC_THINGS = "(?:المقالات|المقال|المقاطع|المقطع|النصوص|النص|المصادر|التقرير|التقارير)"
_LIMIT = re.compile(
    rf"{_THINGS} (?:do|does|did) ?(?:not|n't|n’t)\b|{_THINGS} (?:don['’]?t|doesn['’]?t|didn['’]?t)\b"
    rf"|\b(?:is|are|was|were) not (?:mentioned|stated|specified|given|said|found) (?:in|by) {_THINGS}"
    rf"|\bno (?:information|mention)\b.* in {_THINGS}"
    rf"|(?:لا|لم) (?:ت|ي)(?:ذكر|رد|قول|حدد|شر|شير|تضمن|حتو|ورد|وضح|بين|جب|جيب)\w* (?:هذه )?{_ARABIC_THINGS}"
    rf"|{_ARABIC_THINGS} (?:لا|لم) (?:ت|ي)\w+|(?:لا|لم) (?:ت|ي)رد .*في {_ARABIC_THINGS}"
)
_LEAD_IN = re.compile(
    r"(?:here (?:is|are)|here['’]s|below (?:is|are)|the following|in (?:summary|short)\W*$|summary\W*$"
    r"|فيما يلي|في ما يلي|اليك|هذا ملخص|هذه خلاصه|الخلاصه\W*$|باختصار\W*$)"
)
_CHATTER = re.compile(
    r"(?:i hope (?:this|that)|hope this helps|let me know|feel free|if you (?:have|need|would like)"
    r"|(?:sure|certainly|of course|great question|absolutely)[!,.]|please (?:let|note that i|feel)|as an ai"
    r"|ارجو ان (?:يكون|تكون|اكون)|امل ان|اتمني ان|اذا (?:كان لديك|كنت بحاجه|اردت)|لا تتردد|بالتاكيد[!،.]"
    r"|بالطبع[!،.]|حسنا[!،.]|سوال رايع)"
)
