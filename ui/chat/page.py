"""The chat page in the app: what a visitor's browser asks for, and what it gets.

Nothing of a visitor is kept here: the browser keeps the conversations, and hands over what a call needs. So
a restart loses nothing, and no connection is held open between calls. Leaves out HTML (``ui.render`` and its
neighbours).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

import gradio as gr

from assistant.pipeline import Assistant
from assistant.question import LONGEST_QUESTION
from index.articles import Article
from index.errors import UserError
from index.originals import NO_ORIGINAL, Original
from ui.article import part_after, part_before
from ui.asking import answering
from ui.calls import Handed, called, number_in, text_in
from ui.chat.asked import Running, Suggestions
from ui.chat.choice import ONE_LIBRARY, LibraryChoice
from ui.chat.frame import frame
from ui.chat.markdown import to_markdown
from ui.chat.opinions import Opinions
from ui.chat.original import sheet
from ui.chat.stored import LONGEST_TEXT, draft_to_json, turn_from_json, turn_to_json, turns_from_json
from ui.chat.words import chat_words_in
from ui.panel import (
    Link,
    Place,
    article_of,
    article_part,
    current_ranges,
    link_marks,
    linked_panel,
    marks,
    panel,
)
from ui.queueing import QuestionQueue
from ui.render import ShownTurn, header, library_size, no_answers_yet, turn_html, welcome
from ui.server.paths import told_outside
from ui.server.visitors import visitor_of
from ui.shelf.rights import is_loopback
from ui.within.page import Within
from ui.words import preferred_language, words_in

BEFORE = 4  # turns that a question is asked with

_FOLDER = Path(__file__).parent
_SCRIPTS = ("choice", "start", "store", "scroll", "side", "list", "ask", "opinion", "within", "page")


@dataclass(frozen=True, slots=True)
class Chat:
    """What the page does, over one assistant; ``library_page`` is the address where articles are added."""

    assistant: Assistant
    examples: Suggestions
    queue: QuestionQueue = field(default_factory=QuestionQueue)
    library_page: str = ""
    beside: LibraryChoice = ONE_LIBRARY
    running: Running = field(default_factory=Running)

    def arrive(self, asked: Handed) -> dict[str, str]:
        """The page for a visitor who opens it or turns it into the other language."""
        words = words_in(text_in(asked, "language") or preferred_language(text_in(asked, "accepted")))
        opening, destination = "", self.assistant.destination
        try:
            info = self.assistant.library.info()
            top = header(info.articles, info.languages, words, self.library_page, self.beside.html(words))
            if info.articles:
                opening = welcome((), words, written=bool(destination))
            else:
                opening = no_answers_yet("", self._command(), words, self.library_page)
        except UserError as error:
            top = header(0, {}, words, self.library_page, self.beside.html(words))
            opening = no_answers_yet(told_outside(error, self.assistant.library.folder), "", words)
        return {"language": words.language, "html": frame(top, opening, words, destination)}

    def suggest(self, asked: Handed) -> str:
        """What the page says before the first question, with questions to begin with; empty for none."""
        words = words_in(text_in(asked, "language"))
        try:
            info = self.assistant.library.info()
            examples = self.examples.of(info.revision) if info.articles else ()
        except UserError:  # the page has said it already
            return ""
        written = bool(self.assistant.destination)
        return welcome(examples, words, written=written) if examples else ""

    def ask(self, event: gr.EventData, request: gr.Request | None = None) -> Iterator[dict[str, Any]]:
        """The turn as its question is worked on: with what is done for it, at last with its answer."""
        asked: Handed = event._data or {}
        name, question = text_in(asked, "ask"), text_in(asked, "question").strip()
        words = words_in(text_in(asked, "language"))
        number, before = number_in(asked, "number"), turns_from_json(asked.get("turns"))[-BEFORE:]
        within = text_in(asked, "within")
        if not question or len(question) > LONGEST_QUESTION or len(within) > LONGEST_TEXT:
            return  # the page does not send these
        turn = ShownTurn(question)
        drawn, stop = turn, self.running.begin(name)
        try:
            size = self._size(words.language)
            if size is not None and not size:
                turn = ShownTurn(question, problem=chat_words_in(words.language).nothing_to_ask)
            else:
                yield {"ask": name, "html": self._drawn(turn, number, words.language)}
                for turn in answering(
                    self.assistant,
                    question,
                    before,
                    words,
                    within=within,
                    literally=asked.get("literally") is True,
                    queue=self.queue,
                    visitor=visitor_of(request),
                    stop=stop,
                ):
                    # the same again says only that work goes on
                    if not (turn.answer or turn.problem) and turn != drawn:
                        drawn = turn
                        draft = turn.event.draft if turn.event else None
                        yield {
                            "ask": name,
                            "html": self._drawn(turn, number, words.language),
                            "draft": draft and draft_to_json(draft),
                        }
            if not (turn.answer or turn.problem):
                return  # it was stopped, and the page has drawn it so
            yield {
                "ask": name,
                "html": self._drawn(turn, number, words.language),
                "turn": turn_to_json(turn),
                "size": self._size(words.language) or "",
            }
        finally:
            self.running.end(name)

    def stop(self, asked: Handed) -> bool:
        """Stops the answering of a question; whether there was any."""
        return self.running.stop(text_in(asked, "ask"))

    def alive(self, asked: Handed) -> bool:
        """Whether a question is being answered."""
        return self.running.has(text_in(asked, "ask"))

    def draw(self, asked: Handed) -> list[str]:
        """Turns that the browser kept, drawn; ``first`` is the place of the first in its conversation."""
        turns, first = turns_from_json(asked.get("turns")), number_in(asked, "first")
        language = words_in(text_in(asked, "language")).language
        return [self._drawn(turn, first + number, language) for number, turn in enumerate(turns)]

    def show(self, asked: Handed) -> str:
        """The panel for a place in a turn, or where ``more`` is asked for the part next to what is shown."""
        words = words_in(text_in(asked, "language"))
        turn = turn_from_json(asked.get("turn"))
        place = Place(number_in(asked, "place"), text_in(asked, "kind"), number_in(asked, "number"))
        answer = turn.answer if turn else None
        article_id = article_of(answer, place) if answer else None
        if not (answer and article_id):
            return ""
        article = self._article(article_id)
        if article and asked.get("more"):
            return _part(article, marks(answer, place, article), asked)
        return panel(answer, place, article, words, self._original(article))

    def follow(self, asked: Handed) -> str:
        """The same for a link to a place in an article."""
        words = words_in(text_in(asked, "language"))
        link = _link(asked)
        article = self._article(link.article_id)
        if article and asked.get("more"):
            return _part(article, link_marks(link, article), asked)
        return linked_panel(link, article, words, self._original(article))

    def original(self, asked: Handed) -> str:
        """A page of the original of what the panel shows, the quote marked; empty where there is none."""
        words = words_in(text_in(asked, "language"))
        turn = turn_from_json(asked.get("turn"))
        place = Place(number_in(asked, "place"), text_in(asked, "kind"), number_in(asked, "number"))
        answer = turn.answer if turn else None
        link = _link(asked)
        article = self._article((article_of(answer, place) if answer else None) or link.article_id)
        if article is None:
            return ""
        set_off = marks(answer, place, article) if answer else link_marks(link, article)
        page = self.assistant.originals.page(article, current_ranges(set_off), number_in(asked, "page"))
        return sheet(article, page, words) if page else ""

    def export(self, asked: Handed) -> str:
        """A conversation as Markdown."""
        words = words_in(text_in(asked, "language"))
        return to_markdown(text_in(asked, "title"), turns_from_json(asked.get("turns")), words)

    def _drawn(self, turn: ShownTurn, number: int, language: str) -> str:
        return turn_html(turn, number, words_in(language), self.assistant.settings.threshold)

    def _article(self, article_id: str) -> Article | None:
        """The article, None where the library no longer holds it, or cannot be read."""
        try:
            return self.assistant.article(article_id)
        except (KeyError, UserError):
            return None

    def _original(self, article: Article | None) -> Original:
        return self.assistant.originals.of(article) if article else NO_ORIGINAL

    def _size(self, language: str) -> str | None:
        """How many articles there are, in words; empty for none, None where the library cannot be read."""
        try:
            info = self.assistant.library.info()
        except UserError:
            return None
        return library_size(info.articles, info.languages, words_in(language)) if info.articles else ""

    def _command(self) -> str:
        """The command that adds articles; to others than those who sit at the machine it names no path."""
        settings = self.assistant.settings
        library = quote(str(settings.library)) if is_loopback(settings.host) else "LIBRARY"
        return f"majlis index add ARTICLES --library {library}"


def add_chat_page(
    app: gr.Blocks,
    assistant: Assistant,
    examples: Sequence[str] | Callable[[], Sequence[str]],
    queue: QuestionQueue,
    library_page: str,
    beside: LibraryChoice = ONE_LIBRARY,
) -> None:
    """Adds the page to an app; ``library_page`` is the address where articles are added."""
    chat = Chat(assistant, Suggestions(examples), queue, library_page, beside=beside)
    opinions, within = Opinions(assistant, queue), Within(assistant)
    script = "\n".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    event = "new CustomEvent('told', { detail: props.value })"
    hand_over = f"watch('value', () => document.dispatchEvent({event}));"
    bare: dict[str, Any] = {"html_template": "", "apply_default_css": False}
    calls = (
        chat.arrive,
        chat.suggest,
        chat.stop,
        chat.alive,
        chat.draw,
        chat.show,
        chat.follow,
        opinions.why,
        chat.original,
        opinions.opine,
        chat.export,
        within.narrow,
        within.choices,
        within.weigh,
    )
    with app:
        page = gr.HTML(
            elem_id="page", js_on_load=script, server_functions=[called(call) for call in calls], **bare
        )
        told = gr.HTML(elem_id="told", js_on_load=hand_over, **bare)
        page.submit(
            chat.ask,
            None,
            told,
            concurrency_limit=None,  # questions wait in the line, visibly
            trigger_mode="multiple",
            show_progress="hidden",
            api_visibility="private",
        )


def _link(asked: Handed) -> Link:
    return Link(
        text_in(asked, "article"),
        number_in(asked, "start"),
        number_in(asked, "end"),
        text_in(asked, "hash"),
    )


def _part(article: Article, set_off: Sequence[Any], asked: Handed) -> str:
    offset = min(number_in(asked, "offset"), len(article.text))
    before = asked["more"] == "before"
    part = part_before(article, offset) if before else part_after(article, offset)
    words = words_in(text_in(asked, "language"))
    return article_part(article, set_off, part, words, "before" if before else "after")
