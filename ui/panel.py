"""The source panel: an article about a quote, which is marked, and the other passages that were found.

Pure functions to HTML. A quote is cut from the article as the library holds it now, and only where the
article has not changed since. Of a long article the neighbourhood is drawn, and more on demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from assistant.answers import Answer, content_hash
from assistant.locators import NOWHERE, in_words, located
from index.articles import Article
from index.originals import NO_ORIGINAL, Original
from index.structure import Range
from ui.article import article_html, neighbourhood
from ui.cards import passage_cards, worth_showing
from ui.chat.original import original_problem, original_tools
from ui.chat.reference import reference, source_link
from ui.chat.words import chat_words_in
from ui.paragraphs import Mark, direction, inline
from ui.within.telling import source_buttons
from ui.words import Words

HASH = 12  # hex digits of an article's hash in a link to a place: enough to see that it changed


@dataclass(frozen=True, slots=True)
class Place:
    """What a visitor looks at: a citation or a passage of one turn; ``number`` counts from 1."""

    turn: int
    kind: str  # "citation" or "passage"
    number: int


@dataclass(frozen=True, slots=True)
class Link:
    """A range of an article that a link points at, and the first digits of the article's hash then."""

    article_id: str
    start: int
    end: int
    hash: str


def article_of(answer: Answer, place: Place) -> str | None:
    """The id of the article that a place is in; None where the answer has no such place."""
    ids = (
        {citation.number: citation.article_id for citation in answer.all_citations}
        if place.kind == "citation"
        else {number: hit.passage.article_id for number, hit in enumerate(answer.hits, start=1)}
    )
    return ids.get(place.number)


def panel(
    answer: Answer,
    place: Place,
    article: Article | None,
    words: Words,
    original: Original = NO_ORIGINAL,
) -> str:
    """The panel for a place in an answer; ``article`` is None where the library no longer holds it."""
    shown = _gone(words)
    if article:
        if place.kind == "passage":
            role = words.passage_from
        elif place.number in [alternative.citation.number for alternative in answer.alternatives]:
            role = words.otherwise_from
        else:
            role = words.quote_from
        number = f'<span class="number">[{place.number}]</span> ' if place.kind == "citation" else ""
        steps = _steps(answer, place, article, words) if place.kind == "citation" else ""
        shown = _article(article, marks(answer, place, article), f"{number}{role}", steps, words, original)
    return _desk(shown + _others(answer, place.turn, words), words)


def linked_panel(link: Link, article: Article | None, words: Words, original: Original = NO_ORIGINAL) -> str:
    """The panel for a link to a place; ``article`` is None where the library does not hold it."""
    role = chat_words_in(words.language).linked
    if article is None:
        return _desk(_gone(words), words)
    return _desk(_article(article, link_marks(link, article), role, "", words, original), words)


def current_ranges(set_off: Sequence[Mark]) -> list[Range]:
    """The range that is asked for, then what answers in it: what is marked on the page as printed."""
    return [(mark.start, mark.end) for mark in set_off if mark.current]


def marks(answer: Answer, place: Place, article: Article) -> list[Mark]:
    """The ranges to set off in an article; none of a citation whose article has changed since.

    For a citation these are all the answer's quotes in the article and, inside each, what answers; the one
    asked for is current.
    """
    if place.kind == "passage":
        passage = answer.hits[place.number - 1].passage
        kept = article.text[passage.start : passage.end] == passage.text
        return [Mark(passage.start, passage.end, "passage", current=True)] if kept else []
    digest = content_hash(article)
    return [
        Mark(start, end, kind, current=citation.number == place.number)
        for citation in answer.all_citations
        if citation.article_id == article.id and citation.content_hash == digest
        for kind, start, end in (
            ("quote", citation.start, citation.end),
            ("span", citation.answer_start, citation.answer_end),
        )
    ]


def link_marks(link: Link, article: Article) -> list[Mark]:
    """The range that a link points at; none where the article has changed since the link was made."""
    kept = content_hash(article)[:HASH] == link.hash and 0 <= link.start < link.end <= len(article.text)
    return [Mark(link.start, link.end, "quote", current=True)] if kept else []


def article_part(article: Article, set_off: Sequence[Mark], part: Range, words: Words, only: str = "") -> str:
    """A part of an article's text, with buttons to show more of it where there is more.

    ``only`` is the side, "before" or "after", of a part that goes on from what is shown already.
    """
    more = chat_words_in(words.language)
    start, end = part
    before = start > 0 and only != "after"
    after = end < len(article.text) and only != "before"
    return (
        f"{_more('before', start, more.before, words) if before else ''}"
        f"{article_html(article, set_off, None if part == (0, len(article.text)) else part)}"
        f"{_more('after', end, more.after, words) if after else ''}"
    )


def _more(side: str, offset: int, label: str, words: Words) -> str:
    return (
        f'<button type="button" class="more" data-more="{side}" data-offset="{offset}" '
        f'lang="{words.language}" dir="{words.direction}">{label}</button>'
    )


def _desk(inside: str, words: Words) -> str:
    return (
        f'<section class="desk" aria-label="{words.source}" lang="{words.language}" dir="{words.direction}">'
        f"{inside}</section>"
    )


def _gone(words: Words) -> str:
    return f'<div class="head"><h2 tabindex="-1">{words.source}</h2></div><p class="problem">{words.gone}</p>'


def _article(
    article: Article, set_off: Sequence[Mark], role: str, steps: str, words: Words, original: Original
) -> str:
    details = [inline(article.author)] if article.author else []
    details += [f'<span class="date">{inline(article.published)}</span>'] if article.published else []
    details.append(source_link(article.source))
    changed = "" if set_off else f'<p class="problem">{words.changed}</p>'
    current = next((mark for mark in set_off if mark.current), Mark(0, 0, ""))
    place = located(article, current.start, current.end) if set_off else NOWHERE
    if told := in_words(place, words.language):
        details.append(f'<span class="place">{inline(told)}</span>')
    tools = original_tools(article, original, place, words)
    text = article_part(article, set_off, neighbourhood(article, current.start, current.end), words)
    return (
        f'<article class="shown"><div class="head"><p class="role">{role}</p>'
        f'<h2 tabindex="-1" dir="{direction(article.title)}" lang="{article.language}">'
        f"{inline(article.title)}</h2>"
        f'<p class="details">{" · ".join(details)}</p>'
        f'<div class="tools">{_copies(article, current, words) if set_off else ""}{steps}'
        f"{tools}{source_buttons(article.id, words.language)}</div></div>"
        f"{changed}{original_problem(original, words)}"
        f'<div class="text" tabindex="0" role="region" aria-label="{escape(article.title)}" '
        f'lang="{article.language}">{text}</div><div class="original"></div></article>'
    )


def _copies(article: Article, current: Mark, words: Words) -> str:
    """Buttons that copy the quote with its reference, and a link that opens the article at it again."""
    labels = chat_words_in(words.language)
    place = located(article, current.start, current.end)
    quote = f"“{article.text[current.start : current.end]}”\n{reference(article, place, words.language)}"
    link = urlencode(
        {
            "article": article.id,
            "at": f"{current.start}-{current.end}",
            "hash": content_hash(article)[:HASH],
        }
    )
    return (
        f'<button type="button" class="small" data-copy="{escape(quote)}" '
        f'data-copied="{words.copied}">{labels.copy_quote}</button>'
        f'<button type="button" class="small" data-link="{escape(link)}" '
        f'data-copied="{words.copied}">{labels.copy_link}</button>'
    )


def _steps(answer: Answer, place: Place, article: Article, words: Words) -> str:
    """Steps through the quotes that an answer has in one article, in the article's order."""
    quotes = sorted(
        (citation for citation in answer.all_citations if citation.article_id == article.id),
        key=lambda citation: (citation.start, citation.number),
    )
    numbers = [citation.number for citation in quotes]
    here = numbers.index(place.number)
    if len(numbers) < 2:
        return ""
    labels = chat_words_in(words.language)

    def step(number: int, label: str, sign: str) -> str:
        return (
            f'<button type="button" class="small step" data-kind="citation" data-turn="{place.turn}" '
            f'data-number="{number}" aria-label="{label}" title="{label}">{sign}</button>'
        )

    told = labels.of_quotes.format(here + 1, len(numbers))
    return (
        f'<span class="steps">{step(numbers[here - 1], labels.previous_quote, "↑")}'
        f"{step(numbers[(here + 1) % len(numbers)], labels.next_quote, '↓')}"
        f'<span class="note">{told}</span></span>'
    )


def _others(answer: Answer, turn: int, words: Words) -> str:
    others = worth_showing(answer)
    if not others:
        return ""
    cards = passage_cards(answer.understood_as, others, turn, words)
    return (
        f'<details class="others"><summary>{words.other_passages} ({len(others)})</summary>{cards}</details>'
    )
