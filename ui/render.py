"""The HTML of the page around the replies: header, welcome, turns; pure functions.

Every text that comes from an article or a person is escaped. A button carries what it asks for in
``data-`` attributes, which ``ui/chat/*.js`` hands to the app. Leaves out what is answered (``ui.reply``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.answers import Answer, Draft, Event
from index.text.language import detect_language
from ui.chat.words import chat_words_in
from ui.chat.written import draft_html, stopped_html
from ui.feedback import opinion
from ui.paragraphs import direction, paragraphs
from ui.reply import abstention, reply
from ui.words import Words, count_articles

LONG = 400  # characters of a question from which it is folded
LINES = 5  # and its line breaks


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A question and what came of it: an answer, a problem, or what is being done for it now.

    ``ahead``: how many questions wait before it; None once it is worked on. ``stopped``: the visitor did not
    want to wait, and ``draft`` is what was written until then. ``unreadable``: what the browser kept of it is
    no answer.
    """

    question: str
    answer: Answer | None = None
    problem: str = ""
    event: Event | None = None
    ahead: int | None = None
    stopped: bool = False
    unreadable: bool = False
    opinion: str = ""  # what the visitor said of the answer, "up" or "down"
    opinion_id: str = ""  # the name under which that is kept
    draft: Draft | None = None


def header(
    articles: int, languages: Mapping[str, int], words: Words, library_page: str = "", libraries: str = ""
) -> str:
    """The name, how many articles there are, and what is done with the page as a whole.

    ``library_page`` is the address of the page that lists the articles; empty for none. ``libraries`` is the
    HTML of the choice among several.
    """
    more = chat_words_in(words.language)
    switches = "".join(
        f'<button type="button" data-language="{code}" lang="{code}" title="{name}" aria-label="{name}" '
        f'aria-pressed="{"true" if code == words.language else "false"}">{label}</button>'
        for code, label, name in (("en", "EN", "English"), ("ar", "ع", "العربية"))
    )
    colours = "".join(
        f'<option value="{value}">{label}</option>'
        for value, label in (("system", more.system), ("light", more.light), ("dark", more.dark))
    )
    page = (
        f'<a class="library" href="{escape(library_page)}?lang={words.language}">{more.library}</a>'
        if library_page
        else ""
    )
    return (
        f'<header lang="{words.language}" dir="{words.direction}">'
        f'<h1 class="name">Majlis <span lang="ar">مجلس</span></h1>{libraries}'
        f'<span class="count">{library_size(articles, languages, words) if articles else ""}</span>'
        f'<nav aria-label="Majlis">{page}'
        f'<button type="button" class="plain" data-do="list">{more.conversations}</button>'
        f'<button type="button" class="plain new" data-do="new">{words.new_chat}</button>'
        f'<form class="out" method="post" action="sign-out?lang={words.language}" hidden>'
        f'<button class="plain">{more.sign_out}</button></form></nav>'
        f'<select class="colours" aria-label="{more.colours}" title="{more.colours}">{colours}</select>'
        f'<span class="switch" role="group" aria-label="{words.switch}">{switches}</span></header>'
    )


def welcome(examples: Sequence[str], words: Words, *, written: bool = False) -> str:
    """What the page is, and questions to begin with, those in the page's language first.

    ``written``: a model writes the answers.
    """
    about = chat_words_in(words.language).about_written if written else words.about
    ordered = sorted(examples, key=lambda question: detect_language(question) != words.language)
    chips = "".join(
        f'<li><button type="button" class="chip" dir="{direction(question)}" '
        f'data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in ordered
    )
    listed = f'<h3>{words.examples}</h3><ul class="chips">{chips}</ul>' if chips else ""
    return f'<div class="welcome"><h2 class="title">{words.title}</h2><p>{about}</p>{listed}</div>'


def no_answers_yet(problem: str, command: str, words: Words, library_page: str = "") -> str:
    """What to do where nothing can be asked: a problem with its remedy, or how articles are added."""
    told = f'<p class="problem" dir="auto">{escape(problem)}</p>' if problem else ""
    line = f'<pre dir="ltr" tabindex="0"><code>{escape(command)}</code></pre>' if command else ""
    opening = words.no_library if problem else words.no_articles
    add = chat_words_in(words.language).add_articles
    page = (
        f'<p><a href="{escape(library_page)}?lang={words.language}">{add}</a></p>'
        if library_page and not problem
        else ""
    )
    return (
        f'<div class="welcome"><h2 class="title">{words.title}</h2>{page}<p>{opening}</p>{told}{line}</div>'
    )


def turn_html(turn: ShownTurn, number: int, words: Words, threshold: float) -> str:
    """A question with what came of it; ``number`` is its place in the conversation, from 0."""
    more = chat_words_in(words.language)
    busy = not (turn.answer or turn.problem or turn.stopped or turn.unreadable)
    long = len(turn.question) > LONG or turn.question.count("\n") > LINES
    unfold = (
        f'<button type="button" class="small" data-do="unfold" aria-expanded="false" '
        f'data-less="{more.show_less}">{more.show_all}</button>'
    )
    tools = (
        f'<div class="tools asked"{" hidden" if busy else ""}>'
        f'<button type="button" class="small" data-do="edit">{more.edit}</button>'
        f'<button type="button" class="small" data-do="again">{more.again}</button></div>'
    )
    return (
        f'<div class="turn" data-turn="{number}" lang="{words.language}" dir="{words.direction}"'
        f"{' aria-busy=true' if busy else ''}>"
        f'<div class="question" role="group" aria-label="{more.you}">'
        f'<div class="said{" long" if long else ""}">{paragraphs(turn.question)}</div>'
        f"{unfold if long else ''}</div>"
        f"{tools}{_came_of_it(turn, number, words, threshold)}</div>"
    )


def library_size(articles: int, languages: Mapping[str, int], words: Words) -> str:
    """How many articles there are, of each language where there are both."""
    parts = [
        name.format(f"{languages[code]:,}")
        for code, name in zip(("ar", "en"), words.languages, strict=True)
        if languages.get(code)
    ]
    return " · ".join([count_articles(articles, words.language), *(parts if len(parts) > 1 else [])])


def _came_of_it(turn: ShownTurn, number: int, words: Words, threshold: float) -> str:
    more = chat_words_in(words.language)
    if turn.problem:
        return (
            f'<div class="reply problem"><p>{words.problem}</p><p dir="auto">{escape(turn.problem)}</p></div>'
        )
    if turn.stopped and turn.draft:
        return stopped_html(turn.draft, detect_language(turn.question, words.language))
    if turn.stopped or turn.unreadable:
        return f'<div class="reply note"><p>{more.stopped if turn.stopped else more.unreadable}</p></div>'
    if turn.answer is None and turn.event and turn.event.stage == "writing":
        return draft_html(turn.event.draft, detect_language(turn.question, words.language))
    if turn.answer is None:
        doing = f'<p data-waiting="{more.waiting}">{_doing(turn, words)}</p>'
        return f'<div class="reply searching">{doing}</div>'
    if turn.answer.abstained:
        said = abstention(turn.answer, number, words, threshold)
    else:
        said = reply(turn.answer, number, words, threshold)
    return said + opinion(turn.answer, number, words.language, turn.opinion)


def _doing(turn: ShownTurn, words: Words) -> str:
    event = turn.event
    if turn.ahead is not None:
        return words.waiting.format(turn.ahead) if turn.ahead else words.next_in_line
    if event is None or not event.total:
        return words.searching
    return words.reading.format(min(event.done + 1, event.total), event.total)
