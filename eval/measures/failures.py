"""Where an answer went wrong: one class for each question whose answers are known, and their counts."""

from collections.abc import Iterable

RIGHT = "right"
NOT_RETRIEVED = "not retrieved"  # no gold article among the hits that were read
NOT_READ = "retrieved but not read"  # it was among them, and the answer is from another article
WRONG_SPAN = "wrong span"  # from a gold article, or with no source to tell, but not the answer
WRONGLY_SILENT = "wrongly silent"  # a gold article was among the hits
WRONGLY_SPOKEN = "wrongly spoken"  # the articles do not answer the question
RIGHTLY_SILENT = "rightly silent"
CLASSES = (RIGHT, NOT_RETRIEVED, NOT_READ, WRONG_SPAN, WRONGLY_SILENT, WRONGLY_SPOKEN, RIGHTLY_SILENT)


def failure(*, answerable: bool, spoke: bool, right: bool, retrieved: bool, from_gold: bool) -> str:
    """The first cause that applies, in the order in which a question is handled.

    ``retrieved`` and ``from_gold`` are True where it is not known: then the reader is to blame. An answer
    that is right is right, wherever it was found.
    """
    if not answerable:
        return WRONGLY_SPOKEN if spoke else RIGHTLY_SILENT
    if right:
        return RIGHT
    if not retrieved:
        return NOT_RETRIEVED
    if not spoke:
        return WRONGLY_SILENT
    return WRONG_SPAN if from_gold else NOT_READ


OUTCOMES = ("questions", "right", "wrong", "silent", "rightly_silent", "sure", "sure_right")


def outcomes_by_group(answers: Iterable[tuple[str, str, bool, bool]]) -> dict[str, dict[str, int]]:
    """How many answers were right, wrong and silent, from each one's (group, failure, spoke, sure); by name.

    An answer that no article supports is wrong; ``rightly_silent`` counts the silent where none does, and
    ``sure_right`` the right of those that were said as sure.
    """
    groups: dict[str, dict[str, int]] = {}
    for group, failed, spoke, sure in answers:
        counts = groups.setdefault(group, dict.fromkeys(OUTCOMES, 0))
        counts["questions"] += 1
        counts["right"] += failed == RIGHT
        counts["wrong"] += spoke and failed != RIGHT
        counts["silent"] += not spoke
        counts["rightly_silent"] += failed == RIGHTLY_SILENT
        counts["sure"] += sure
        counts["sure_right"] += sure and failed == RIGHT
    return dict(sorted(groups.items()))
