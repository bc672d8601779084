"""Passages that were found, as cards to open, each with the line that matters: pure functions to HTML."""

from collections.abc import Sequence
from html import escape

from assistant.answers import Answer
from index.passages import Hit
from index.text.analysis import is_stop
from ui.chat.lines import best_line
from ui.chat.why import why
from ui.chat.words import chat_words_in
from ui.paragraphs import direction
from ui.words import Words, words_in

MOST = 5  # passages beside an answer
NEAR = 0.85  # of the best score: what falls short of it shares next to nothing with the question


def passage_cards(question: str, hits: Sequence[tuple[int, Hit]], turn: int, words: Words) -> str:
    """Passages with their places among the hits, each to open, each with why it was found."""
    cards = "".join(_card(question, hit, place, turn, words) for place, hit in hits)
    return f'<ul class="passages">{cards}</ul>'


def worth_showing(answer: Answer) -> list[tuple[int, Hit]]:
    """The passages that an answer does not quote but that may say more, with their places among the hits."""
    best = max((hit.score for hit in answer.hits), default=0.0)
    return [
        (place, hit)
        for place, hit in enumerate(answer.hits, start=1)
        if hit.score >= NEAR * best and any(not is_stop(term) for term in hit.matched_terms)
        if not any(
            citation.article_id == hit.passage.article_id
            and citation.start < hit.passage.end
            and hit.passage.start < citation.end
            for citation in answer.all_citations
        )
    ][:MOST]


def _card(question: str, hit: Hit, place: int, turn: int, words: Words) -> str:
    passage, line = hit.passage, best_line(hit)
    side = direction(line, words_in(passage.language).direction)
    reason = why(question, hit, chat_words_in(words.language))
    return (
        '<li><button type="button" class="open" data-kind="passage" '
        f'data-turn="{turn}" data-number="{place}">'
        f'<span class="title" dir="{direction(passage.title)}">{escape(passage.title)}</span> '
        f'<span class="text" dir="{side}" lang="{passage.language}">{escape(line)}</span></button>'
        f'<details class="why"><summary>{words.why}</summary><p>{reason}</p></details></li>'
    )
