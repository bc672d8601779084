"""A question, understood once: its words, its language, what it is after, and what kind of thing it asks for.

``intents`` says whether it is to be answered from what the articles say, or is about the articles themselves;
``kinds`` what the words of an answer must be.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.conversation import Rewrite, Turn
from assistant.question.answer_types import AnswerType, answer_type, states
from assistant.question.intents import Intent, intent_of
from assistant.question.kinds import Kind, asks_for_many, holds, kind_of
from assistant.question.order import Order, order_of
from assistant.question.spelling import as_spelt, standard_arabic
from index.errors import UserError
from index.search.query import Query, parse_query
from index.text.analysis import analyse, fold, is_stop

__all__ = ["AnswerType", "Intent", "Kind", "Question", "holds", "states", "understand"]


LONGEST_QUESTION = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the search and the readers take it; made by ``understand``, once for an answer."""

    asked: str  # as it was typed
    query: Query  # as it is understood, on one line: it makes sense without what was said before
    kind: Kind
    asks_for_many: bool  # for a list of things, not for one
    answer_type: AnswerType | None = None  # what a figure or a date must be of; None where anything may
    who_is: bool = False  # asks who somebody is, by the name
    yes_or_no: bool = False
    parts: tuple["Question", ...] = ()  # two or more, where it asks for so many things; else none
    intent: Intent = Intent.ANSWER
    order: Order = ""  # of the articles' dates, where what was said last or first is asked for
    topic: Query | None = None  # less the words that say what is wanted of it; None for an answer

    @property
    def text(self) -> str:
        """The question as it is understood."""
        return self.query.text

    def as_spelt(self, articles: Iterable[str]) -> "Question":
        """The same, its text in the articles' spelling; what is searched for stays."""
        text = as_spelt(self.text, articles)
        return self if text == self.text else replace(self, query=replace(self.query, text=text))

    @property
    def of_the_library(self) -> bool:
        """Whether it is about no article in particular: there is nothing to search for."""
        listing = (
            self.intent in (Intent.LIST, Intent.LATEST) and self.topic is not None and not self.topic.words
        )
        return listing or self.intent in (Intent.SMALL_TALK, Intent.COUNT)

    @property
    def language(self) -> str:
        """ "ar" or "en", of the question as it is understood."""
        return self.query.language


def understand(asked: str, turns: Sequence[Turn] = (), rewrite: Rewrite | None = None) -> Question:
    """The question; ``UserError`` where nothing was asked, or more than ``LONGEST_QUESTION``.

    After ``turns``, oldest first, ``rewrite`` makes of a follow-up a question that stands alone. Halves of
    surrogate pairs, which no encoding holds, become U+FFFD.
    """
    if (length := len(asked.strip())) > LONGEST_QUESTION:
        raise UserError(
            f"the question has {length:,} characters, and {LONGEST_QUESTION:,} are read at most: "
            "ask it shorter; articles are added with: majlis index add PATH..."
        )
    asked = _SURROGATES.sub("\ufffd", asked)
    text = " ".join((rewrite(asked, turns) if rewrite and turns and asked.strip() else asked).split())
    if not text:
        raise UserError('the question is empty; write one, as in: majlis ask "Who proposed the council?"')
    return replace(
        _understood(asked, text),
        parts=tuple(_understood(part, part) for part in _parts_of(standard_arabic(text))),
    )


def _understood(asked: str, text: str) -> Question:
    text = standard_arabic(text)
    folded = fold(text)
    intent, topic = intent_of(text)
    return Question(
        asked,
        parse_query(text),
        kind_of(folded),
        asks_for_many(folded),
        answer_type(folded),
        bool(_WHO_IS.match(folded) and not _BY_ROLE.search(text)),
        bool(_YES_OR_NO.match(folded)),
        intent=intent,
        order=order_of(folded),
        topic=None if intent is Intent.ANSWER else parse_query(topic),
    )


def _parts_of(text: str) -> list[str]:
    """The questions that one is made of, each with its question word; none where it is one alone.

    >>> _parts_of("When and where was the harbour opened?")
    ['When was the harbour opened?', 'where was the harbour opened?']
    >>> _parts_of("من صمّم المنارة، ومتى بُنيت؟")
    ['من صمّم المنارة؟', 'متى بُنيت؟']
    """
    if shared := _TWO_WORDS.match(text):
        first, second, rest = shared.groups()
        return [f"{first} {rest}", f"{second} {rest}"]
    pieces = re.split(" و(?=من )" if re.match("(?:من|مين) .+ ومن ", text) else _JOINT, text)
    pieces = [piece.strip(" ,،؛;.?؟") for piece in pieces if piece and piece.strip(" ,،؛;.?؟")]
    if len(pieces) < 2 or not all(_ASKING.search(fold(piece)) for piece in pieces):
        return []
    matter = _LEADING.sub("", pieces[0])  # what "and when?" is about
    mark = "؟" if "؟" in text else "?"
    return [
        f"{piece} {matter}{mark}" if all(is_stop(term.text) for term in analyse(piece)) else piece + mark
        for piece in pieces
    ]


_WH = "who|whom|whose|what|which|when|where|why|how"
_BEFORE_WH = "(?:(?:over|in|on|at|from|to|by|for|of|with|during|within|until|since) )?"
_ARABIC_WH = "متى|اين|أين|إين|كم|بكم|لماذا|كيف|ماذا|مين"
_ANY_WH = f"{_WH}|{_ARABIC_WH}"
_TWO_WORDS = re.compile(rf"({_ANY_WH}),? (?:and |و ?)({_ANY_WH}) (.+)", re.IGNORECASE)
_LEADING = re.compile(rf"^(?:{_BEFORE_WH}(?:{_WH})(?: many| much)?|{_ARABIC_WH}|من|ما) ", re.IGNORECASE)
_JOINT = re.compile(
    rf"[,،;؛]? and (?={_BEFORE_WH}(?:{_WH})\b)"
    rf"|[,،;؛]? و(?=(?:(?:في|من|إلى|على|خلال|منذ|عن|مع) )?(?:{_ARABIC_WH})\b)"
    r"|[,،;؛] و(?=(?:ما|من|أي)\b)",
    re.IGNORECASE,
)
_ASKING = re.compile(rf"\b(?:{_WH})\b|(?<!\w)[وبفل]?(?:متي|اين|كم|لماذا|كيف|ماذا|مين|ما|من|اي)(?!\w)")
_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|has|have|had|should|may|must|shall|might)\b"
    r"|(?:[وف]?هل|اليس|الم)(?!\w)"
)
# Names are short; who is meant by more is told by what he did, and a name is the answer.
_WHO_IS = re.compile(
    r"(?:who (?:is|was)|[وف]?من (?:هو|هي)|من (?:يكون|تكون|كان|كانت)) (?:\w[\w'’.-]* ?){1,4}[?؟ ]*$"
)
_BY_ROLE = re.compile(
    r"(?i:^who (?:is|was) (?:the|a|an|in|on|at|his|her|their)\b)"
    r"|(?<!\w)(?:الذي|التي|صاحبة?|مدير\w*|رئيس\w*|مؤلف\w*|كاتب\w*|أول|آخر|أكبر)(?!\w)"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
