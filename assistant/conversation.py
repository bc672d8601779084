"""What was asked and answered before: turns, and how a follow-up becomes a question that stands alone.

``Rewrite`` is the seam: the assistant hands what it makes of a follow-up to retrieval and reader alike, and
shows it to the person as ``Answer.understood_as``. The one that is used is ``assistant.follow_ups``; without
one a question is taken as it was typed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answers import Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer; ``answer`` is None where there was none, or it is not known."""

    question: str
    answer: Answer | None = None


Rewrite = Callable[[str, Sequence[Turn]], str]
