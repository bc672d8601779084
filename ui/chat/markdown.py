"""A conversation as Markdown, to keep or to send: each question, its answer, its citations with their quotes.

What people and articles wrote is escaped, so that it reads as it was written and is no markup.
"""

import re
from collections.abc import Sequence

from assistant.answers import Answer, Citation
from ui.chat.reference import reference
from ui.chat.words import chat_words_in
from ui.chat.written import support_lines, text_to_keep
from ui.render import ShownTurn
from ui.reply import is_rewritten
from ui.within.telling import notes_of
from ui.words import Words, words_in

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+|~$&!])|^(\s*)([-=]|\d+(?=[.)]))", re.MULTILINE)


def plain(text: str) -> str:
    r"""A text that Markdown shows as it is.

    >>> plain("<b>1*2</b>")
    '\\<b\\>1\\*2\\</b\\>'
    """
    return _MARKUP.sub(
        lambda found: f"\\{found[1]}" if found[1] else rf"{found[2]}{_escaped(found[3])}", text
    )


def to_markdown(title: str, turns: Sequence[ShownTurn], words: Words) -> str:
    """The conversation, oldest question first; what was not answered is there with the reason."""
    more = chat_words_in(words.language)
    parts = [f"# {plain(' '.join(title.split()) or more.unnamed)}", more.exported]
    for turn in turns:
        parts.append(f"## {plain(' '.join(turn.question.split()))}")
        if turn.answer:
            parts += _answered(turn.answer, words)
        else:
            parts += [plain(turn.draft.text)] if turn.draft else []
            parts.append(plain(turn.problem) or (more.stopped if turn.stopped else more.unreadable))
    return "\n\n".join(parts) + "\n"


def _answered(answer: Answer, words: Words) -> list[str]:
    said = words_in(answer.language)
    parts = []
    rewritten = is_rewritten(answer)
    if rewritten:
        parts.append(f"*{said.understood}* {plain(answer.understood_as)}")
    parts += [f"*{plain(note.text)}*" for note in notes_of(answer.within, said.language, rewritten=rewritten)]
    more = chat_words_in(said.language)
    about = [f"*{plain(note)}*" for note in (answer.notice, *support_lines(answer, more)) if note]
    if answer.abstained:
        return [*parts, said.abstained, *about]
    stated = answer.sure or answer.writing is not None
    parts.append(plain(text_to_keep(answer, more)) if stated else f"**{more.perhaps}.** {said.unsure}")
    parts += about
    parts += [_cited(citation, words.language) for citation in answer.citations]
    for other in answer.alternatives:
        parts.append(f"**{said.otherwise}** {plain(f'{other.text} [{other.citation.number}]')}")
        parts.append(_cited(other.citation, words.language))
    return parts


def _cited(citation: Citation, language: str) -> str:
    quote = "\n".join(f"> {plain(line)}" for line in citation.quote.splitlines())
    return f"\\[{citation.number}\\] {plain(reference(citation, language=language))}\n\n{quote}"


def _escaped(sign: str) -> str:
    return f"{sign[:-1]}{sign[-1]}\\" if sign.isdigit() else f"\\{sign}"
