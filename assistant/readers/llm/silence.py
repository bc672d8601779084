"""Whether a model is asked at all: only where the articles hold something on the question.

Where the extractive reader would answer, there is something to write from. It is the wrong judge of a
question that no single sentence answers (a summary, a comparison, why, how, which ones): there the model is
asked where the passages together hold most of what the question is about, in its own words, in translation or
by sound. And it misses some that one sentence answers: of those the model is asked where the passages of one
article hold every word, and its answer is none to be sure of.
"""

import re
from collections.abc import Sequence

from assistant.question import Intent, Kind, Question
from assistant.readers import Reading
from assistant.readers.evidence import counterparts, terms_held
from index.passages import Passage
from index.search.query import parse_query
from index.text.analysis import fold

FROM_RECORDS = {
    Intent.SMALL_TALK, Intent.COUNT, Intent.LIST, Intent.LATEST, Intent.AUTHOR, Intent.PUBLISHED
}  # fmt: skip
HELD = 2 / 3  # of what the question is about
_BROAD = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|similarit\w+|contrast\w*|summar\w+|overview|outline|explain|describe"
    r"|discuss|(?:pros|advantages|disadvantages|causes|effects|consequences|views|opinions)|how did .* change"
    r"|(?:what|which) (?:do|does|did) .* (?:say|tell|report|write)|tell me|everything|timeline)\b"
    r"|(?<!\w)(?:و|ف)?(?:قارن\w*|مقارنه|الفرق|الفروق|يختلف\w*|تختلف\w*|الاختلاف\w*|الشبه|لخص\w*|ملخص\w*"
    r"|خلاصه|اشرح|صف|وضح|ناقش|اسباب|اثار|نتايج|مزايا|عيوب|اراء|حدثني|اخبرني"
    r"|ماذا (?:ت|ي)?قول\w*|ماذا (?:كتب|ورد|جاء|قيل)\w*|كل ما|تسلسل|كيف (?:تطور|تغير)\w*)(?!\w)"
)


def is_broad(question: Question) -> bool:
    """Whether no single sentence need answer it."""
    return (
        question.intent is Intent.OVERVIEW
        or question.asks_for_many
        or bool(question.parts)
        or question.kind in (Kind.REASON, Kind.MANNER)
        or bool(_BROAD.search(fold(question.text)))
    )


def may_ask(question: Question, passages: Sequence[Passage], own: Reading, threshold: float) -> bool:
    """Whether there is something to write from; ``own``: what the extractive reader says."""
    if not passages or not question.query.words:
        return False
    if own.text and own.confidence >= threshold:
        return True
    if is_broad(question):
        return share_held(question, passages) >= HELD
    by_article: dict[str, list[Passage]] = {}
    for passage in passages:
        by_article.setdefault(passage.article_id, []).append(passage)
    return any(share_held(question, own_passages) == 1 for own_passages in by_article.values())


def share_held(question: Question, passages: Sequence[Passage]) -> float:
    """The share of what the question is about that the passages together hold; 0 where that is nothing."""
    topic = question.topic if question.topic and question.topic.words else None
    about = topic or parse_query(_BROAD.sub(" ", fold(question.text)))
    meant = counterparts(about) if about.words else {}
    if len(meant) == 1:  # that a single one sounds like a word of another language says nothing
        meant = {term: (translated, frozenset()) for term, (translated, _) in meant.items()}
    held: set[str] = set()
    for passage in passages:
        held |= terms_held(meant, f"{passage.title} {passage.text}", passage.language != question.language)
    return len(held) / len(meant) if meant else 0.0
