"""Passages that were found, as cards to open, and where an article came from: pure functions to HTML."""

from collections.abc import Sequence
from html import escape
from pathlib import PurePath

from index.passages import Hit
from index.text.analysis import analyse, is_stop
from ui.paragraphs import direction, inline
from ui.words import Words, words_in


def source_name(source: str) -> str:
    """Where an article came from, short enough to read: a file's name, or a link to a web address."""
    text = escape(source)
    if source.startswith(("https://", "http://")):
        return f'<a href="{text}" target="_blank" rel="noopener noreferrer" dir="ltr">{text}</a>'
    return f'<bdi title="{text}">{escape(PurePath(source).name)}</bdi>'


def passage_cards(hits: Sequence[tuple[int, Hit]], turn: int, words: Words) -> str:
    """Passages with their places among the hits, each to open, each with why it was found."""
    return f'<ul class="passages">{"".join(_card(hit, place, turn, words) for place, hit in hits)}</ul>'


def why(hit: Hit, words: Words) -> str:
    """Why a passage was found, in plain words: its place by words and by meaning, and the words it shares."""
    reasons = [words.by_words.format(hit.lexical.rank) if hit.lexical else words.not_by_words]
    if hit.dense:
        reasons.append(words.by_meaning.format(hit.dense.rank))
    shared = shared_words(hit)
    if shared:
        reasons.append(f"{words.shared_words} {' · '.join(map(inline, shared))}")
    return ". ".join(reasons) + "."


def shared_words(hit: Hit) -> list[str]:
    """The words of the passage, as it writes them, whose terms are in the question; each term once."""
    text, seen = hit.passage.text, dict[str, str]()
    for term in analyse(text):
        if term.text in hit.matched_terms and not is_stop(term.text):
            seen.setdefault(term.text, text[term.start : term.end])
    return list(seen.values())


def _card(hit: Hit, place: int, turn: int, words: Words) -> str:
    passage = hit.passage
    side = direction(passage.text, words_in(passage.language).direction)
    return (
        '<li><button type="button" class="open" data-kind="passage" '
        f'data-turn="{turn}" data-number="{place}">'
        f'<span class="title" dir="{direction(passage.title)}">{escape(passage.title)}</span>'
        f'<span class="text" dir="{side}">{escape(passage.text)}</span></button>'
        f'<details class="why"><summary>{words.why}</summary><p>{why(hit, words)}</p></details></li>'
    )
