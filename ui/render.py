"""The HTML of the page around the replies: header, welcome, conversation; pure functions.

Every text that comes from an article or a person is escaped. A button carries what it asks for in
``data-`` attributes, which ``chat.js`` hands to the app. Leaves out what is answered (``ui.reply``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.answers import Answer, Event
from index.text.language import detect_language
from ui.paragraphs import direction, paragraphs
from ui.reply import abstention, reply
from ui.words import Words, count_articles


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A question and what came of it: an answer, a problem, or what is being done for it now.

    ``ahead``: how many questions wait before it; None once it is worked on.
    """

    question: str
    answer: Answer | None = None
    problem: str = ""
    event: Event | None = None
    ahead: int | None = None


def header(articles: int, languages: Mapping[str, int], words: Words) -> str:
    """The name, how many articles there are, a new chat, and the switch between the two languages."""
    switches = "".join(
        f'<button type="button" data-language="{code}" lang="{code}" title="{name}" aria-label="{name}" '
        f'aria-pressed="{"true" if code == words.language else "false"}">{label}</button>'
        for code, label, name in (("en", "EN", "English"), ("ar", "ع", "العربية"))
    )
    return (
        f'<header data-send="{words.send}" lang="{words.language}" dir="{words.direction}">'
        '<span class="name">Majlis <span lang="ar">مجلس</span></span>'
        f'<span class="count">{_library_size(articles, languages, words) if articles else ""}</span>'
        f'<a class="new" href="?lang={words.language}">{words.new_chat}</a>'
        f'<span class="switch" role="group" aria-label="{words.switch}">{switches}</span></header>'
    )


def welcome(examples: Sequence[str], words: Words) -> str:
    """What the page is, and questions to begin with, those in the page's language first."""
    ordered = sorted(examples, key=lambda question: detect_language(question) != words.language)
    chips = "".join(
        f'<li><button type="button" class="chip" dir="{direction(question)}" '
        f'data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in ordered
    )
    listed = f'<h2>{words.examples}</h2><ul class="chips">{chips}</ul>' if chips else ""
    return _log(f'<div class="welcome"><h1>{words.title}</h1><p>{words.about}</p>{listed}</div>', words)


def no_answers_yet(problem: str, command: str, words: Words) -> str:
    """What to do where nothing can be asked: a problem with its remedy, or the command that adds articles."""
    told = f'<p class="problem" dir="auto">{escape(problem)}</p>' if problem else ""
    line = f'<pre dir="ltr"><code>{escape(command)}</code></pre>' if command else ""
    opening = words.no_library if problem else words.no_articles
    return _log(f'<div class="welcome"><h1>{words.title}</h1><p>{opening}</p>{told}{line}</div>', words)


def conversation(turns: Sequence[ShownTurn], words: Words) -> str:
    """All questions with what came of them, oldest first."""
    return _log("".join(_turn(turn, number, words) for number, turn in enumerate(turns)), words)


def _library_size(articles: int, languages: Mapping[str, int], words: Words) -> str:
    parts = [
        name.format(f"{languages[code]:,}")
        for code, name in zip(("ar", "en"), words.languages, strict=True)
        if languages.get(code)
    ]
    return " · ".join([count_articles(articles, words.language), *(parts if len(parts) > 1 else [])])


def _log(inside: str, words: Words) -> str:
    return (
        f'<div class="log" role="log" aria-live="polite" tabindex="0" aria-label="{words.conversation}" '
        f'lang="{words.language}" dir="{words.direction}">{inside}</div>'
    )


def _turn(turn: ShownTurn, number: int, words: Words) -> str:
    if turn.problem:
        said = (
            f'<div class="reply problem"><p>{words.problem}</p><p dir="auto">{escape(turn.problem)}</p></div>'
        )
    elif turn.answer is None:
        said = f'<div class="reply searching"><p>{_doing(turn, words)}</p></div>'
    elif turn.answer.abstained:
        said = abstention(turn.answer, number, words)
    else:
        said = reply(turn.answer, number, words)
    return f'<div class="turn"><div class="question">{paragraphs(turn.question)}</div>{said}</div>'


def _doing(turn: ShownTurn, words: Words) -> str:
    event = turn.event
    if turn.ahead is not None:
        return words.waiting.format(turn.ahead) if turn.ahead else words.next_in_line
    if event is None or not event.total:
        return words.searching
    return words.reading.format(min(event.done + 1, event.total), event.total)
