"""What is answered, to HTML and to plain text: pure functions.

Every text that comes from an article or a person is escaped. What is said about a question is in the
question's language, the rest of the interface in the page's.
"""

from collections.abc import Sequence
from html import escape

from assistant.answers import Alternative, Answer, Citation, marks_of
from assistant.locators import in_words
from index.text.language import detect_language
from ui.cards import passage_cards
from ui.chat.reference import reference
from ui.chat.why import how_sure
from ui.chat.words import chat_words_in
from ui.chat.written import support_lines, text_to_keep, writing_notes, written_html
from ui.paragraphs import Mark, direction, inline, paragraphs
from ui.within.telling import answer_notes, otherwise_in_time
from ui.within.words import within_words_in
from ui.words import Words, words_in

NEAREST = 3  # passages shown in an abstention
BRIEF = 60  # characters of an answer that is set large


def reply(answer: Answer, number: int, words: Words, threshold: float) -> str:
    """The answer to a question, with its sources; ``number`` is that of the turn.

    What is said, the sentences it stands in, where it is said too, and what other articles say instead; how
    sure it is, and the ``threshold`` from which an answer is shown.
    """
    asked, stated = _words_for(answer, words), answer.sure or answer.writing is not None
    also = "".join(f"<li>{_source(citation, number, words)}</li>" for citation in answer.agreeing)
    agreeing = (
        f'<div class="also" dir="{asked.direction}" lang="{asked.language}">'
        f'<span class="note">{asked.also_in}</span><ul>{also}</ul></div>'
    )
    differing = "".join(
        f'<section class="otherwise" lang="{alternative.language}">'
        f'<p class="note" dir="{asked.direction}" lang="{asked.language}">'
        f"{otherwise_in_time(answer, alternative) or asked.otherwise}</p>"
        f"{_stated(alternative, asked, [alternative.citation], number, words, answer.sure)}</section>"
        for alternative in answer.alternatives
    )
    unsure = (
        f'<p class="unsure" dir="{asked.direction}" lang="{asked.language}">'
        f'<strong class="perhaps">{chat_words_in(asked.language).perhaps}</strong> {asked.unsure}</p>'
    )
    return (
        f'<div class="reply {answer.certainty}" {_spoken(words)} data-places="{len(answer.all_citations)}">'
        f"{_understood(answer, words)}"
        f"{answer_notes(answer.within, asked.language, rewritten=is_rewritten(answer))}"
        f"{'' if answer.writing else writing_notes(answer, asked.language)}{'' if stated else unsure}"
        f'<div lang="{answer.language}">'
        f"{_stated(answer, asked, answer.citations, number, words, stated)}</div>"
        f'{agreeing if also else ""}{differing}<div class="tools" lang="{words.language}">'
        f'<button type="button" class="small copy" data-copied="{words.copied}" '
        f'data-copy="{escape(plain_text(answer, words))}">{words.copy}</button>'
        f"{_sureness(answer, words, threshold)}</div></div>"
    )


def abstention(answer: Answer, number: int, words: Words, threshold: float) -> str:
    """That the articles do not answer, with the sentences nearest to the question."""
    said = words_in(detect_language(answer.understood_as, words.language))
    none = said.abstained
    if answer.within is not None and not answer.within.articles:
        none = within_words_in(said.language).nothing_kept
    nearest = ""
    if answer.hits:
        hits = list(enumerate(answer.hits[:NEAREST], start=1))
        cards = passage_cards(answer.understood_as, hits, number, words)
        nearest = f'<p dir="{said.direction}" lang="{said.language}" class="note">{said.nearest}</p>{cards}'
    return (
        f'<div class="reply abstention" {_spoken(words)}>{_understood(answer, words)}'
        f'<p class="none" dir="{said.direction}" lang="{said.language}">{none}</p>'
        f"{writing_notes(answer, said.language)}"
        f"{answer_notes(answer.within, said.language, rewritten=is_rewritten(answer))}{nearest}"
        f'<div class="tools" lang="{words.language}">{_sureness(answer, words, threshold)}</div></div>'
    )


def plain_text(answer: Answer, words: Words | None = None) -> str:
    """An answer and its sources, then what other articles say, as text to paste elsewhere."""
    stated = answer.sure or answer.writing is not None
    asked = _words_for(answer, words)
    more = chat_words_in(asked.language)
    first = text_to_keep(answer, more) if stated else f"{more.perhaps}. {asked.unsure}"
    notes = [*filter(None, [answer.notice]), *support_lines(answer, more)]
    parts = [first, *notes, _plain(answer.text if stated else "", answer.citations, asked.language)]
    for alternative in answer.alternatives:
        citation = alternative.citation
        parts.append(f"{asked.otherwise}\n{alternative.text} [{citation.number}]")
        parts.append(_plain(alternative.text, [citation], asked.language))
    return "\n\n".join(parts)


def _words_for(answer: Answer, page: Words | None) -> Words:
    """The texts in the language of the question; in the page's where that has no letters."""
    return words_in(detect_language(answer.question, page.language if page else ""))


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
        return f"{_evidence(here, '', side, number, words)}{note}"
    marks = marks_of(stated) if isinstance(stated, Answer) else {len(stated.text): (stated.citation.number,)}
    cites = {end: _cites(numbers, number, words) for end, numbers in marks.items()}
    if isinstance(stated, Answer) and stated.writing:
        more = chat_words_in(asked.language)

        def buttons(numbers: Sequence[int]) -> str:
            return _cites(numbers, number, words)

        shown = written_html(stated.text, stated.statements, marks, buttons, more, side)
        sources = _evidence(here, stated.text, side, number, words)
        notes = writing_notes(stated, asked.language)
        return f'<div class="answer written">{shown}</div>{notes}{sources}{note}'
    if citations and citations[0].partial and citations[0].answer == stated.text:
        # the words run their own way in a line that runs as their sentence does
        text = (
            f'<bdi dir="{direction(stated.text, side)}">{escape(stated.text)}</bdi>{"".join(cites.values())}'
        )
        shown = f'<p dir="{direction(citations[0].quote, side)}">{text}</p>'
    else:
        shown = paragraphs(stated.text, inserts=cites, otherwise=side)
    brief = " brief" if len(stated.text) <= BRIEF else ""
    return (
        f'<div class="answer{brief}">{shown}</div>{_evidence(here, stated.text, side, number, words)}{note}'
    )


def _evidence(citations: Sequence[Citation], text: str, side: str, number: int, words: Words) -> str:
    """Each source, under its quote with the answer marked in it where the quote says more than the text."""
    rows = []
    for citation in citations:
        quote = ""
        if citation.quote not in text:
            marks = [Mark(*citation.within, "span", current=True)] if citation.partial else []
            quote = f"<blockquote>{paragraphs(citation.quote, marks, otherwise=side)}</blockquote>"
        rows.append(
            f'<li dir="{direction(citation.quote, side)}">{quote}{_source(citation, number, words)}</li>'
        )
    return f'<ul class="sources">{"".join(rows)}</ul>'


def _source(citation: Citation, number: int, words: Words) -> str:
    place = in_words(citation.locator, words.language)
    shown = f' · <span class="place" dir="{words.direction}">{inline(place)}</span>' if place else ""
    if citation.scan_confidence is not None:
        told = chat_words_in(words.language).scanned.format(round(100 * citation.scan_confidence))
        shown += f' · <span class="place" dir="{words.direction}">{told}</span>'
    return (
        f'<button type="button" class="source" data-kind="citation" data-turn="{number}" '
        f'data-number="{citation.number}"><span class="number">[{citation.number}]</span> '
        f"{inline(citation.title)}</button>{_date(citation)}{shown}"
    )


def _date(citation: Citation) -> str:
    return f' · <span class="date">{inline(citation.published)}</span>' if citation.published else ""


def is_rewritten(answer: Answer) -> bool:
    """Whether the question was understood otherwise than it was asked."""
    return answer.understood_as != " ".join(answer.question.split())


def _understood(answer: Answer, words: Words) -> str:
    """What a follow-up was taken for, with a button that puts it into the box."""
    if not is_rewritten(answer):
        return ""
    said = _words_for(answer, words)
    change = chat_words_in(words.language).change
    return (
        f'<p class="note understood" dir="{said.direction}"><span lang="{said.language}">{said.understood} '
        f'{inline(answer.understood_as)}</span> <button type="button" class="small" data-do="change" '
        f'data-text="{escape(answer.understood_as)}" lang="{words.language}">{change}</button></p>'
    )


def _sureness(answer: Answer, words: Words, threshold: float) -> str:
    if not answer.reader:  # nothing was read for it
        return ""
    said = chat_words_in(words.language)
    named = '<input name="article" dir="auto" maxlength="300" required>'
    return (
        f'<details class="sureness"><summary>{said.sureness}</summary>'
        f"<p>{how_sure(answer, threshold, said)}</p>"
        f'<form data-do="why"><label>{said.why_not} {named}</label> '
        f'<button class="small">{said.look}</button></form>'
        '<div class="why-not" role="status"></div></details>'
    )


def _spoken(words: Words) -> str:
    """Who speaks, for those who do not see it."""
    return f'role="group" aria-label="{chat_words_in(words.language).reply}"'


def _cites(numbers: Sequence[int], turn: int, words: Words) -> str:
    """The marks [1] [2] that open what they cite."""
    labels = {number: escape(words.citation.format(number)) for number in numbers}
    return "".join(
        f'<button type="button" class="cite" dir="ltr" data-kind="citation" data-turn="{turn}" '
        f'data-number="{number}" aria-label="{label}" title="{label}">[{number}]</button>'
        for number, label in labels.items()
    )


def _plain(text: str, citations: Sequence[Citation], language: str) -> str:
    """Where a text stands, a citation a line, with its quote below where that is not the text."""
    lines = []
    for citation in citations:
        quote = f"\n“{citation.quote}”" if citation.quote != text else ""
        lines.append(f"[{citation.number}] {reference(citation, language=language)}{quote}")
    return "\n".join(lines)
