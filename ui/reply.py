"""What is answered, to HTML and to plain text: pure functions.

Every text that comes from an article or a person is escaped. What is said about a question is in the
question's language, the rest of the interface in the page's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assistant.answers import Alternative, Answer, Citation
from index.text.language import detect_language
from ui.cards import passage_cards
from ui.paragraphs import Mark, direction, inline, paragraphs
from ui.words import Words, words_in

NEAREST = 3  # passages shown in an abstention
BRIEF = 60  # characters of an answer that is set large


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with what its article said when it was cited."""

    citation: Citation
    quote: str
    published: str

    @property
    def answer(self) -> str:
        """What answers in the quote."""
        return self.quote[slice(*self.citation.within)]

    @property
    def partial(self) -> bool:
        """Whether the quote says more than what answers."""
        return self.answer != self.quote


def reply(answer: Answer, sources: Sequence[Source], number: int, words: Words) -> str:
    """The answer to a question, with ``sources`` of all its citations; ``number`` is that of the turn.

    What is said, the sentences it stands in, where it is said too, and what other articles say instead.
    """
    own, others = _own_and_others(answer, sources)
    asked = _words_for(answer)
    also = "".join(
        f"<li>{_source(source, number)}</li>"
        for source in own
        if source.citation.article_id != own[0].citation.article_id
    )
    agreeing = (
        f'<div class="also" dir="{asked.direction}" lang="{asked.language}">'
        f'<span class="note">{asked.also_in}</span><ul>{also}</ul></div>'
    )
    differing = "".join(
        f'<section class="otherwise" lang="{alternative.language}">'
        f'<p class="note" dir="{asked.direction}" lang="{asked.language}">{asked.otherwise}</p>'
        f"{_said(alternative, asked, [source], number, words)}</section>"
        for alternative, source in others
    )
    return (
        f'<div class="reply" lang="{answer.language}">{_understood(answer)}'
        f"{_said(answer, asked, own, number, words)}{agreeing if also else ''}{differing}"
        f'<button type="button" class="copy" lang="{words.language}" data-copied="{words.copied}" '
        f'data-copy="{escape(plain_text(answer, sources))}">{words.copy}</button></div>'
    )


def abstention(answer: Answer, number: int, words: Words) -> str:
    """That the articles do not answer, with the nearest passages."""
    said = words_in(answer.language)
    nearest = ""
    if answer.hits:
        cards = passage_cards(list(enumerate(answer.hits[:NEAREST], start=1)), number, words)
        nearest = f'<p dir="{said.direction}" lang="{said.language}" class="note">{said.nearest}</p>{cards}'
    return (
        f'<div class="reply abstention">{_understood(answer)}'
        f'<p dir="{said.direction}" lang="{said.language}">{said.abstained}</p>{nearest}</div>'
    )


def plain_text(answer: Answer, sources: Sequence[Source]) -> str:
    """An answer and its sources, then what other articles say, as text to paste elsewhere."""
    own, others = _own_and_others(answer, sources)
    said = [_plain(answer.text, own)]
    for alternative, source in others:
        said.append(f"{_words_for(answer).otherwise}\n{_plain(alternative.text, [source])}")
    return "\n\n".join(said)


def _own_and_others(
    answer: Answer, sources: Sequence[Source]
) -> tuple[Sequence[Source], list[tuple[Alternative, Source]]]:
    """The sources of the answer itself, and each alternative with its own."""
    count = len(answer.citations)
    return sources[:count], list(zip(answer.alternatives, sources[count:], strict=True))


def _words_for(answer: Answer) -> Words:
    """The texts in the language of the question."""
    return words_in(detect_language(answer.question))


def _said(
    said: Answer | Alternative, asked: Words, sources: Sequence[Source], number: int, words: Words
) -> str:
    """What is said, with its marks, and the sources it stands in; where it is in another language, a note."""
    side = words_in(said.language).direction
    cites = _cites(said.text, sources, number, words)
    if sources and sources[0].partial:  # it runs its own way in a line that runs as its sentence does
        text = f'<bdi dir="{direction(said.text, side)}">{escape(said.text)}</bdi>{"".join(cites.values())}'
        shown = f'<p dir="{direction(sources[0].quote, side)}">{text}</p>'
    else:
        shown = paragraphs(said.text, inserts=cites, otherwise=side)
    first = sources[0].citation.article_id if sources else ""
    here = [source for source in sources if source.citation.article_id == first]
    note = ""
    if asked.language != said.language:
        about = words_in(said.language).other_language
        note = f'<p class="note" dir="{asked.direction}" lang="{asked.language}">{about}</p>'
    brief = " brief" if len(said.text) <= BRIEF else ""
    return f'<div class="answer{brief}">{shown}</div>{_evidence(here, said.text, side, number)}{note}'


def _evidence(sources: Sequence[Source], text: str, side: str, number: int) -> str:
    """Each source, under its quote with the answer marked in it where the quote says more than the text."""
    rows = []
    for source in sources:
        quote = ""
        if source.quote not in text:
            marks = [Mark(*source.citation.within, "span", current=True)] if source.partial else []
            quote = f"<blockquote>{paragraphs(source.quote, marks, otherwise=side)}</blockquote>"
        rows.append(f'<li dir="{direction(source.quote, side)}">{quote}{_source(source, number)}</li>')
    return f'<ul class="sources">{"".join(rows)}</ul>'


def _source(source: Source, number: int) -> str:
    citation = source.citation
    return (
        f'<button type="button" class="source" data-kind="citation" data-turn="{number}" '
        f'data-number="{citation.number}"><span class="number">[{citation.number}]</span> '
        f"{inline(citation.title)}</button>"
    )


def _understood(answer: Answer) -> str:
    if answer.understood_as == " ".join(answer.question.split()):
        return ""
    said = _words_for(answer)
    return f'<p class="note" dir="{said.direction}">{said.understood} {inline(answer.understood_as)}</p>'


def _cites(text: str, sources: Sequence[Source], number: int, words: Words) -> dict[int, str]:
    """The marks [1] [2] by their offset in the text: the end of what each answers, else of the text."""
    marks: dict[int, str] = {}
    end = 0
    for source in sources:
        found = text.find(source.answer, end) if source.answer else -1
        end = len(text.rstrip()) if found < 0 else found + len(source.answer)
        label = escape(words.citation.format(source.citation.number))
        marks[end] = marks.get(end, "") + (
            f'<button type="button" class="cite" dir="ltr" data-kind="citation" data-turn="{number}" '
            f'data-number="{source.citation.number}" aria-label="{label}" title="{label}">'
            f"[{source.citation.number}]</button>"
        )
    return marks


def _plain(text: str, sources: Sequence[Source]) -> str:
    lines = []
    for source in sources:
        citation = source.citation
        quote = f"\n“{source.quote}”" if source.quote != text else ""
        place = ", ".join(part for part in (citation.source, source.published) if part)
        lines.append(f"[{citation.number}] {citation.title} ({place}){quote}")
    marks = "".join(f"[{source.citation.number}]" for source in sources)
    return "\n".join([f"{text} {marks}", "", *lines])
