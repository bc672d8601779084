"""What is answered, to HTML and to plain text: pure functions.

Every text that comes from an article or a person is escaped. What is said about a question is in the
question's language, the rest of the interface in the page's.
"""

from collections.abc import Sequence
from html import escape

from assistant.answers import Alternative, Answer, Citation, marks_of, text_with_marks
from index.text.language import detect_language
from ui.cards import passage_cards
from ui.paragraphs import Mark, direction, inline, paragraphs
from ui.words import Words, words_in

NEAREST = 3  # passages shown in an abstention
BRIEF = 60  # characters of an answer that is set large


def reply(answer: Answer, number: int, words: Words) -> str:
    """The answer to a question, with its sources; ``number`` is that of the turn.

    What is said, the sentences it stands in, where it is said too, and what other articles say instead.
    """
    asked = _words_for(answer)
    also = "".join(f"<li>{_source(citation, number)}</li>" for citation in answer.agreeing)
    agreeing = (
        f'<div class="also" dir="{asked.direction}" lang="{asked.language}">'
        f'<span class="note">{asked.also_in}</span><ul>{also}</ul></div>'
    )
    differing = "".join(
        f'<section class="otherwise" lang="{alternative.language}">'
        f'<p class="note" dir="{asked.direction}" lang="{asked.language}">{asked.otherwise}</p>'
        f"{_stated(alternative, asked, [alternative.citation], number, words, answer.sure)}</section>"
        for alternative in answer.alternatives
    )
    unsure = f'<p class="unsure" dir="{asked.direction}" lang="{asked.language}">{asked.unsure}</p>'
    return (
        f'<div class="reply {answer.certainty}" lang="{answer.language}">{_understood(answer)}'
        f"{'' if answer.sure else unsure}"
        f"{_stated(answer, asked, answer.citations, number, words, answer.sure)}"
        f"{agreeing if also else ''}{differing}"
        f'<button type="button" class="copy" lang="{words.language}" data-copied="{words.copied}" '
        f'data-copy="{escape(plain_text(answer))}">{words.copy}</button></div>'
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


def plain_text(answer: Answer) -> str:
    """An answer and its sources, then what other articles say, as text to paste elsewhere."""
    said = answer.text if answer.sure else ""
    first = text_with_marks(answer) if answer.sure else _words_for(answer).unsure
    parts = [first, _plain(said, answer.citations)]
    for alternative in answer.alternatives:
        citation = alternative.citation
        parts.append(f"{_words_for(answer).otherwise}\n{alternative.text} [{citation.number}]")
        parts.append(_plain(alternative.text, [citation]))
    return "\n\n".join(parts)


def _words_for(answer: Answer) -> Words:
    """The texts in the language of the question."""
    return words_in(detect_language(answer.question))


def _stated(
    stated: Answer | Alternative,
    asked: Words,
    citations: Sequence[Citation],
    number: int,
    words: Words,
    sure: bool,
) -> str:
    """What is said, with its marks, and the sources it stands in; where it is in another language, a note.

    Of what is not sure only the sentences are shown.
    """
    side = words_in(stated.language).direction
    agreeing = stated.agreeing if isinstance(stated, Answer) else ()
    here = [citation for citation in citations if citation not in agreeing]
    note = ""
    if asked.language != stated.language:
        about = words_in(stated.language).other_language
        note = f'<p class="note" dir="{asked.direction}" lang="{asked.language}">{about}</p>'
    if not sure:
        return f"{_evidence(here, '', side, number)}{note}"
    marks = marks_of(stated) if isinstance(stated, Answer) else {len(stated.text): (stated.citation.number,)}
    cites = {end: _cites(numbers, number, words) for end, numbers in marks.items()}
    if citations and citations[0].partial and citations[0].answer == stated.text:
        # the words run their own way in a line that runs as their sentence does
        text = (
            f'<bdi dir="{direction(stated.text, side)}">{escape(stated.text)}</bdi>{"".join(cites.values())}'
        )
        shown = f'<p dir="{direction(citations[0].quote, side)}">{text}</p>'
    else:
        shown = paragraphs(stated.text, inserts=cites, otherwise=side)
    brief = " brief" if len(stated.text) <= BRIEF else ""
    return f'<div class="answer{brief}">{shown}</div>{_evidence(here, stated.text, side, number)}{note}'


def _evidence(citations: Sequence[Citation], text: str, side: str, number: int) -> str:
    """Each source, under its quote with the answer marked in it where the quote says more than the text."""
    rows = []
    for citation in citations:
        quote = ""
        if citation.quote not in text:
            marks = [Mark(*citation.within, "span", current=True)] if citation.partial else []
            quote = f"<blockquote>{paragraphs(citation.quote, marks, otherwise=side)}</blockquote>"
        rows.append(f'<li dir="{direction(citation.quote, side)}">{quote}{_source(citation, number)}</li>')
    return f'<ul class="sources">{"".join(rows)}</ul>'


def _source(citation: Citation, number: int) -> str:
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


def _cites(numbers: Sequence[int], turn: int, words: Words) -> str:
    """The marks [1] [2] that open what they cite."""
    labels = {number: escape(words.citation.format(number)) for number in numbers}
    return "".join(
        f'<button type="button" class="cite" dir="ltr" data-kind="citation" data-turn="{turn}" '
        f'data-number="{number}" aria-label="{label}" title="{label}">[{number}]</button>'
        for number, label in labels.items()
    )


def _plain(text: str, citations: Sequence[Citation]) -> str:
    """Where a text stands, a citation a line, with its quote below where that is not the text."""
    lines = []
    for citation in citations:
        quote = f"\n“{citation.quote}”" if citation.quote != text else ""
        place = ", ".join(part for part in (citation.source, citation.published) if part)
        lines.append(f"[{citation.number}] {citation.title} ({place}){quote}")
    return "\n".join(lines)
