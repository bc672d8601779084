"""What articles said last, or first: each that may answer is read alone, and their dates decide.

What another of them says instead is shown beside it, in the order of time. Leaves out what states no date.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answers import Alternative
from assistant.question import Question
from assistant.readers import Reading, Revision
from index.passages import Hit
from index.text.analysis import fold
from index.text.dates import date_key
from index.text.quantities import quantities

ARTICLES = 4  # that are read alone, each costs as much as a question
LIKELY = 0.6  # of the confidence of the surest of them, from which another may be the answer

ReadHits = Callable[[Question, Sequence[Hit]], Reading]


def read_by_date(
    question: Question, hits: Sequence[Hit], revision: Revision, read: ReadHits, threshold: float
) -> Reading | None:
    """The answer of the newest article, or the oldest, as is asked; None where fewer than two have one."""
    found: list[tuple[str, Reading]] = []
    names = dict.fromkeys(hit.passage.article_id for hit in hits)
    dated = {name: key for name in names if (key := date_key(revision.summary(name).published))}
    for name in [*dated][:ARTICLES]:
        reading = read(question, [hit for hit in hits if hit.passage.article_id == name])
        if reading.text and reading.citations:
            found.append((dated[name], reading))
    surest = max((reading.confidence for _, reading in found), default=0.0)
    likely = [one for one in found if one[1].confidence >= max(threshold, LIKELY * surest)]
    if len(likely) < 2:
        return None
    likely.sort(key=lambda one: one[0], reverse=question.order == "newest")
    [(_, chosen), *others] = likely
    alternatives: list[Alternative] = []
    for _, other in others:
        if _differ(chosen.text, other.text):
            number = len(chosen.citations) + len(alternatives) + 1
            cited = replace(other.citations[0], number=number)
            alternatives.append(Alternative(other.text, other.language, cited, other.confidence))
    return replace(chosen, alternatives=tuple(alternatives[:2]))


def _differ(text: str, other: str) -> bool:
    """Whether two answers are not the same, as far as they state figures or the same words."""
    agrees = quantities(text).agrees(quantities(other))
    return fold(text) != fold(other) if agrees is None else not agrees
