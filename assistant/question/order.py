"""Whether a question asks for what articles said last, or first: ما أحدث سعر، "the most recent count".

Patterns over folded text. "First" is nearly always part of what is asked (the first mayor), and is taken so
but for articles. Leaves out dates that are named (``said``).
"""

import re
from typing import Literal

Order = Literal["", "newest", "oldest"]

_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|most up.to.date)\b"
    r"|(?<!\w)(?:[وبلف]?(?:ال)?احدث|موخرا)(?!\w)"
    r"|(?:^|(?<!\w)(?:ما|هو|هي|كان|كانت|كم|عن|في|بحسب|حسب|وفق) )اخر (?=\w)"
)
_OLDEST = re.compile(
    r"\b(?:earliest|oldest) (?:\w+ )?(?:report|article|count|figure|mention|estimate|record|minutes)s?\b"
    r"|\bfirst (?:report|article|mention)s?\b|(?<!\w)(?:اقدم|اول) (?:تقرير|مقال|ذكر|محضر|خبر)(?!\w)"
)


def order_of(folded: str) -> Order:
    """The order that a folded question asks for; "" for none.

    >>> order_of("what is the latest water price?"), order_of("who was the first mayor?")
    ('newest', '')
    """
    return "newest" if _NEWEST.search(folded) else "oldest" if _OLDEST.search(folded) else ""
