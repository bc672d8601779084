"""What the page shows of a question: what became of it, and its texts, cut and with their answers set off.

Long hits and contexts are cut, so that six hundred questions stay a page that opens at once.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from eval.measures.failures import (
    NOT_READ,
    NOT_RETRIEVED,
    RIGHT,
    RIGHTLY_SILENT,
    WRONG_SPAN,
    WRONGLY_SILENT,
    WRONGLY_SPOKEN,
)

MEANINGS = {
    RIGHT: "it says a gold answer, and quotes a sentence that holds one",
    RIGHTLY_SILENT: "the articles do not answer it, and nothing was said",
    NOT_RETRIEVED: "no gold article was among the hits that were read",
    NOT_READ: "a gold article was among the hits, but the answer is from another",
    WRONG_SPAN: "the answer is from a gold article, as far as is known, but from the wrong place",
    WRONGLY_SILENT: "a gold article was among the hits, but nothing was said",
    WRONGLY_SPOKEN: "the articles do not answer it, but something was said",
}
UNKNOWN = "not judged"  # the answers are not known, or an older file does not say

HIT = 110  # characters of a passage
CONTEXT = 160  # characters before and after a quote
GOLD = 700  # characters of a gold article, around its answer

Stretch = list[tuple[str, bool]]  # a text in parts, each with whether it is a gold answer


def outcome(question: Mapping[str, Any]) -> str:
    """What became of a stored question."""
    named = question.get("failure")
    return named if named in MEANINGS else UNKNOWN


def outcomes(questions: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many questions each outcome has, those that any has; right ones first."""
    counts = Counter(map(outcome, questions))
    return {name: counts[name] for name in (*MEANINGS, UNKNOWN) if counts[name]}


def judged(questions: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The outcomes without the questions of which none is known."""
    return {name: count for name, count in outcomes(questions).items() if name != UNKNOWN}


def spoke_without_gold(question: Mapping[str, Any]) -> bool:
    """Whether something was said with the gold articles taken out."""
    return bool((question.get("abstention") or {}).get("text"))


def set_off(
    text: str, golds: Sequence[str], span: tuple[int, int] = (0, 0)
) -> tuple[Stretch, Stretch, Stretch]:
    """What stands before, in and after the span of the text that answers, the gold answers apart in each."""
    wanted = sorted({gold for gold in golds if gold}, key=len, reverse=True)
    found = [match.span() for match in re.finditer("|".join(map(re.escape, wanted)), text)] if wanted else []

    def stretch(start: int, end: int) -> Stretch:
        """A gold answer that reaches into the range is set off as far as it does."""
        ranges = [(max(start, low), min(end, high)) for low, high in found]
        edges = sorted({start, end} | {edge for low, high in ranges if low < high for edge in (low, high)})
        return [(text[a:b], any(low <= a < high for low, high in ranges)) for a, b in pairwise(edges)]

    return stretch(0, span[0]), stretch(*span), stretch(span[1], len(text))


def answer_span(citation: Mapping[str, Any], quote: str) -> tuple[int, int]:
    """The answer's range in the quote: all of it where nothing else is known."""
    start, end = (
        citation.get(key, 0) - citation.get("start", 0) if isinstance(citation.get(key), int) else 0
        for key in ("answer_start", "answer_end")
    )
    return (start, end) if 0 <= start < end <= len(quote) else (0, len(quote))


def around_gold(text: str, golds: Sequence[str]) -> tuple[str, str, str]:
    """The part of a gold article around its answer, and the dots before and after it."""
    places = [place for gold in golds if (place := text.find(gold)) >= 0]
    start = max(0, min(places, default=0) - GOLD // 2)
    return "… " if start else "", text[start : start + GOLD], " …" if start + GOLD < len(text) else ""


def head(text: str, length: int = CONTEXT) -> str:
    """The beginning of a text, cut at a space."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"


def tail(text: str) -> str:
    """The end of a text, cut at a space."""
    return text if len(text) <= CONTEXT else f"… {text[-CONTEXT:].split(' ', 1)[-1]}"
