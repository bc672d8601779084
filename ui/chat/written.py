"""What a model writes, to HTML and to plain text: sentences that nothing supports are marked; pure functions.

The text is plain: a line that begins with "• " or "1. " is an item of a list, an empty line parts paragraphs.
Everything in it is escaped. What is marked is marked in words, not by colour alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.answers import Answer, Draft, Statement, marks_of
from ui.chat.words import ChatWords, chat_words_in
from ui.paragraphs import Mark, direction, inline, marked
from ui.words import words_in

ITEM = re.compile(r"(•|([0-9٠-٩]{1,3})\.) ")
_LINE = re.compile(r"[^\n]*\S[^\n]*")

Marks = Mapping[int, tuple[int, ...]]  # numbers of citations, by the offset that they stand after


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the text without its list sign: a half-open range; ``apart``: an empty line is before it."""

    start: int
    end: int
    sign: str  # "" for no item, "•", or the item's number
    apart: bool


def written_html(
    text: str,
    statements: Sequence[Statement],
    marks: Marks,
    cites: Callable[[Sequence[int]], str],
    words: ChatWords,
    otherwise: str,
) -> str:
    """Paragraphs and lists, each in its own direction; ``cites`` makes the HTML of marks that stand together.

    ``words`` are in the language in which the answer is spoken of, ``otherwise`` is the direction of what
    has none.
    """
    set_off, inserts = [], {end: cites(numbers) for end, numbers in marks.items()}
    for statement in statements:
        if not statement.supported:
            set_off.append(Mark(statement.start, statement.end, "unsupported"))
            flag = f'<span class="flag" lang="{words.language}"><bdi>{words.unsupported}</bdi></span>'
            inserts[statement.end] = inserts.get(statement.end, "") + f" {flag}"
        for start, end in statement.unfound:
            set_off.append(Mark(start, end, "unfound", title=words.unfound))
            hidden = f'<span class="for-hearing" lang="{words.language}"> ({words.unfound})</span>'
            inserts[end] = hidden + inserts.get(end, "")
    pieces, listed = [], ""
    for line in written_lines(text):
        side = direction(text[line.start : line.end], otherwise)
        kind = "" if not line.sign else "ul" if line.sign == "•" else "ol"
        if listed and (kind != listed):
            pieces.append(f"</{listed}>")
        if kind and kind != listed:
            pieces.append(f'<{kind} dir="{side}">')
        listed = kind
        shown = marked(text, line.start, line.end, set_off, inserts)
        number = f' value="{int(line.sign)}"' if kind == "ol" else ""
        joined = "" if line.apart else ' class="joined"'
        pieces.append(
            f'<li dir="{side}"{number}>{shown}</li>' if kind else f'<p dir="{side}"{joined}>{shown}</p>'
        )
    return "".join(pieces) + (f"</{listed}>" if listed else "")


def written_lines(text: str) -> list[ShownLine]:
    """The lines of a written text that are not blank."""
    lines: list[ShownLine] = []
    previous = 0
    for line in _LINE.finditer(text):
        item = ITEM.match(line[0])
        start = line.start() + (item.end() if item else 0)
        apart = not lines or text.count("\n", previous, line.start()) > 1
        sign = "" if not item else item[2] or item[1]
        lines.append(ShownLine(start, line.end(), sign, apart))
        previous = line.end()
    return lines


def draft_html(draft: Draft | None, question_language: str) -> str:
    """An answer that is still being written; its marks open nothing yet."""
    words = chat_words_in(question_language)
    if draft is None or not draft.text:
        return f'<div class="reply searching"><p>{words.writing}</p></div>'

    def cites(numbers: Sequence[int]) -> str:
        return "".join(f'<span class="cite" dir="ltr">[{number}]</span>' for number in numbers)

    marks: dict[int, tuple[int, ...]] = {}
    for one in draft.statements:
        if one.citations:
            marks[one.end] = marks.get(one.end, ()) + one.citations
    side = words_in(draft.language).direction
    text = written_html(draft.text, draft.statements, marks, cites, words, side)
    return (
        '<div class="reply searching writing">'
        f'<div class="answer written" lang="{draft.language}">{text}</div>'
        f'<p class="note doing" lang="{words.language}">{words.writing}</p></div>'
    )


def stopped_html(draft: Draft, question_language: str) -> str:
    """What was written of an answer until it was stopped, and that it is not whole."""
    words = chat_words_in(question_language)
    side = words_in(draft.language).direction
    text = written_html(draft.text, draft.statements, {}, lambda _numbers: "", words, side)
    direction_of_note = words_in(question_language).direction
    return (
        f'<div class="reply stopped"><div class="answer written" lang="{draft.language}">{text}</div>'
        f'<p class="note" dir="{direction_of_note}" lang="{words.language}">{words.stopped_writing}</p></div>'
    )


def writing_notes(answer: Answer, language: str) -> str:
    """What is to be known of a written answer: why it is none, what supports it, who wrote it."""
    words, parts = chat_words_in(language), []
    if answer.notice:
        parts.append(f'<p class="notice" dir="auto">{escape(answer.notice)}</p>')
    parts += [f"<p>{line}</p>" for line in support_lines(answer, words, inline)]
    if not parts:
        return ""
    side = words_in(language).direction
    return f'<div class="note writing-notes" dir="{side}" lang="{language}">{"".join(parts)}</div>'


def support_lines(answer: Answer, words: ChatWords, shown: Callable[[str], str] = str) -> list[str]:
    """How many sentences are supported, what stands in no article, and who wrote; none where nobody did."""
    if answer.writing is None:
        return []
    who = words.written_by.format(shown(answer.writing.model))
    if not answer.statements:
        return [who] if answer.text else [words.written_nothing.format(shown(answer.writing.model))]
    lines = [f"{words.support.format(*answer.support)} {who}"]
    unfound = [answer.text[start:end] for one in answer.statements for start, end in one.unfound]
    if unfound:
        told = words.between.join(shown(one) for one in dict.fromkeys(unfound))
        lines.append(words.not_found.format(told))
    return lines


def text_to_keep(answer: Answer, words: ChatWords) -> str:
    """The text with its marks [1], each sentence that nothing supports followed by that in words."""
    after = {
        end: " " + "".join(f"[{number}]" for number in numbers) for end, numbers in marks_of(answer).items()
    }
    for statement in answer.statements:
        if not statement.supported:
            after[statement.end] = f"{after.get(statement.end, '')} ({words.unsupported})"
    text, previous = "", 0
    for end in sorted(after):
        text += answer.text[previous:end] + after[end]
        previous = end
    return text + answer.text[previous:]
