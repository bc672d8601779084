"""The source panel: the whole article with the quote marked, and the other passages that were found."""

from dataclasses import dataclass

from assistant.answers import Answer, content_hash
from index.articles import Article
from ui.article import article_html
from ui.cards import passage_cards, source_name
from ui.paragraphs import Mark, direction, inline
from ui.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """What a visitor looks at: a citation or a passage of one turn; ``number`` counts from 1."""

    turn: int
    kind: str  # "citation" or "passage"
    number: int


def article_of(answer: Answer, place: Place) -> str | None:
    """The id of the article that a place is in; None where the answer has no such place."""
    ids = (
        {citation.number: citation.article_id for citation in answer.all_citations}
        if place.kind == "citation"
        else {number: hit.passage.article_id for number, hit in enumerate(answer.hits, start=1)}
    )
    return ids.get(place.number)


def panel(answer: Answer, place: Place, article: Article | None, words: Words) -> str:
    """The panel for a place in an answer; ``article`` is None where the library no longer holds it."""
    gone = f'<p class="problem">{words.gone}</p>'
    return (
        f'<section class="desk" aria-label="{words.source}" lang="{words.language}" dir="{words.direction}">'
        f"{_article(answer, place, article, words) if article else gone}"
        f"{_others(answer, place.turn, words)}</section>"
    )


def marks(answer: Answer, place: Place, article: Article) -> list[Mark]:
    """The ranges to set off in an article; none of a citation whose article has changed since.

    For a citation these are all the answer's quotes in the article and, inside each, what answers; the one
    asked for is current.
    """
    if place.kind == "passage":
        passage = answer.hits[place.number - 1].passage
        kept = article.text[passage.start : passage.end] == passage.text
        return [Mark(passage.start, passage.end, "passage", current=True)] if kept else []
    return [
        Mark(start, end, kind, current=citation.number == place.number)
        for citation in answer.all_citations
        if citation.article_id == article.id and citation.content_hash == content_hash(article)
        for kind, start, end in (
            ("quote", citation.start, citation.end),
            ("span", citation.answer_start, citation.answer_end),
        )
    ]


def _article(answer: Answer, place: Place, article: Article, words: Words) -> str:
    set_off = marks(answer, place, article)
    if place.kind == "passage":
        role = words.passage_from
    elif place.number in [alternative.citation.number for alternative in answer.alternatives]:
        role = words.otherwise_from
    else:
        role = words.quote_from
    details = [inline(told) for told in (article.author, article.published) if told]
    details.append(source_name(article.source))
    changed = "" if set_off else f'<p class="problem">{words.changed}</p>'
    number = f'<span class="number">[{place.number}]</span> ' if place.kind == "citation" else ""
    return (
        f'<article class="shown {place.kind}"><div class="head" aria-live="polite">'
        f'<p class="role">{number}{role}</p>'
        f'<h2 dir="{direction(article.title)}" lang="{article.language}">{inline(article.title)}</h2>'
        f'<p class="details">{" · ".join(details)}</p></div>{changed}'
        f'<div class="text" tabindex="0" role="region" aria-label="{words.source}" '
        f'lang="{article.language}">{article_html(article, set_off)}</div></article>'
    )


def _others(answer: Answer, turn: int, words: Words) -> str:
    others = [
        (number, hit)
        for number, hit in enumerate(answer.hits, start=1)
        if not any(
            citation.article_id == hit.passage.article_id
            and citation.start < hit.passage.end
            and hit.passage.start < citation.end
            for citation in answer.all_citations
        )
    ]
    if not others:
        return ""
    return (
        f'<div class="others"><h3>{words.other_passages} ({len(others)})</h3>'
        f"{passage_cards(others, turn, words)}</div>"
    )
