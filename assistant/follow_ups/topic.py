"""What a turn was about."""

import re
from dataclasses import dataclass

from index.text.analysis import analyse, is_stop

WHO = re.compile(r"(?:and |و)?(?:who|whom|whose|من|مين)(?!\w)")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a turn was about, in the words of its question and its answer; "" where it was about no such."""

    question: str  # as it was understood
    thing: str  # what is asked about
    answer: str  # a name that was the answer
    person: bool  # the question was who


def content_of(text: str) -> list[str]:
    """The words that say something of a matter."""
    return [term.text for term in analyse(text) if not is_stop(term.text)]
