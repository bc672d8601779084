"""The chat page over an assistant: what a visitor's browser asks for, and what is drawn then.

Nothing of a visitor is kept here: the browser keeps the conversations, and hands over what a call needs. So
a restart loses nothing, and no connection is held open between calls. The page fetches nothing from
elsewhere: system fonts, no analytics, no sharing. Leaves out retrieval, reading, HTML (``ui.render`` and its
neighbours), and opening the page at an address.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from shlex import quote
from typing import Any

import gradio as gr

from assistant.pipeline import Assistant
from index.articles import Article
from index.errors import UserError
from ui.article import part_after, part_before
from ui.asking import answering
from ui.chat.asked import Running, Suggestions
from ui.chat.frame import LONGEST, frame
from ui.chat.markdown import to_markdown
from ui.chat.stored import turn_from_json, turn_to_json, turns_from_json
from ui.chat.words import chat_words_in
from ui.panel import (
    Link,
    Place,
    article_of,
    article_part,
    link_marks,
    linked_panel,
    marks,
    panel,
)
from ui.render import ShownTurn, header, library_size, no_answers_yet, turn_html, welcome
from ui.words import preferred_language, words_in

BEFORE = 4  # turns that a question is asked with
AT_ONCE = 4  # questions answered at the same time; the others wait
WAITING = 100  # events that may wait; then visitors are told that the page is busy
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Asked = Mapping[str, Any]  # what a browser hands over: it may be anything

_FOLDER = Path(__file__).parent
_SCRIPTS = ("start", "store", "scroll", "side", "list", "ask", "page")


@dataclass(frozen=True, slots=True)
class Chat:
    """What the page does, over one assistant; ``library_page`` is the address where articles are added."""

    assistant: Assistant
    examples: Suggestions
    library_page: str = ""
    running: Running = field(default_factory=Running)

    def arrive(self, asked: Asked) -> dict[str, str]:
        """The page for a visitor who opens it or turns it into the other language."""
        words = words_in(_text(asked, "language") or preferred_language(_text(asked, "accepted")))
        opening = ""
        try:
            info = self.assistant.library.info()
            top = header(info.articles, info.languages, words, self.library_page)
            if info.articles:
                opening = welcome((), words)
            else:
                opening = no_answers_yet("", self._command(), words, self.library_page)
        except UserError as error:
            top = header(0, {}, words, self.library_page)
            opening = no_answers_yet(str(error), "", words)
        return {"language": words.language, "html": frame(top, opening, words)}

    def suggest(self, asked: Asked) -> str:
        """What the page says before the first question, with questions to begin with; empty for none."""
        words = words_in(_text(asked, "language"))
        try:
            info = self.assistant.library.info()
            examples = self.examples.of(info.revision) if info.articles else ()
        except UserError:  # the page has said it already
            return ""
        return welcome(examples, words) if examples else ""

    def ask(self, event: gr.EventData) -> Iterator[dict[str, Any]]:
        """The turn as its question is worked on: with what is done for it, at last with its answer."""
        asked: Asked = event._data or {}
        name, question = _text(asked, "ask"), _text(asked, "question").strip()
        words = words_in(_text(asked, "language"))
        number, before = _number(asked, "number"), turns_from_json(asked.get("turns"))[-BEFORE:]
        if not question or len(question) > LONGEST:  # the page does not send these
            return
        turn = ShownTurn(question)
        stop = self.running.begin(name)
        try:
            size = self._size(words.language)
            if size is not None and not size:
                turn = ShownTurn(question, problem=chat_words_in(words.language).nothing_to_ask)
            else:
                yield {"ask": name, "html": self._drawn(turn, number, words.language)}
                for turn in answering(self.assistant, question, before, words.unexpected):
                    if stop.is_set():
                        break
                    if not (turn.answer or turn.problem):
                        yield {"ask": name, "html": self._drawn(turn, number, words.language)}
            if stop.is_set():
                return  # the page has drawn it as stopped
            yield {
                "ask": name,
                "html": self._drawn(turn, number, words.language),
                "turn": turn_to_json(turn),
                "size": self._size(words.language) or "",
            }
        finally:
            self.running.end(name)

    def stop(self, asked: Asked) -> bool:
        """Stops the answering of a question; whether there was any."""
        return self.running.stop(_text(asked, "ask"))

    def alive(self, asked: Asked) -> bool:
        """Whether a question is being answered."""
        return self.running.has(_text(asked, "ask"))

    def draw(self, asked: Asked) -> list[str]:
        """Turns that the browser kept, drawn; ``first`` is the place of the first in its conversation."""
        turns, first = turns_from_json(asked.get("turns")), _number(asked, "first")
        language = words_in(_text(asked, "language")).language
        return [self._drawn(turn, first + number, language) for number, turn in enumerate(turns)]

    def show(self, asked: Asked) -> str:
        """The panel for a place in a turn, or where ``more`` is asked for the part next to what is shown."""
        words = words_in(_text(asked, "language"))
        turn = turn_from_json(asked.get("turn"))
        place = Place(_number(asked, "place"), _text(asked, "kind"), _number(asked, "number"))
        answer = turn.answer if turn else None
        article_id = article_of(answer, place) if answer else None
        if not (answer and article_id):
            return ""
        article = self._article(article_id)
        if article and asked.get("more"):
            return _part(article, marks(answer, place, article), asked)
        return panel(answer, place, article, words)

    def follow(self, asked: Asked) -> str:
        """The same for a link to a place in an article."""
        words = words_in(_text(asked, "language"))
        link = Link(
            _text(asked, "article"), _number(asked, "start"), _number(asked, "end"), _text(asked, "hash")
        )
        article = self._article(link.article_id)
        if article and asked.get("more"):
            return _part(article, link_marks(link, article), asked)
        return linked_panel(link, article, words)

    def export(self, asked: Asked) -> str:
        """A conversation as Markdown."""
        words = words_in(_text(asked, "language"))
        return to_markdown(_text(asked, "title"), turns_from_json(asked.get("turns")), words)

    def _drawn(self, turn: ShownTurn, number: int, language: str) -> str:
        return turn_html(turn, number, words_in(language), self.assistant.settings.threshold)

    def _article(self, article_id: str) -> Article | None:
        """The article, None where the library no longer holds it, or cannot be read."""
        try:
            return self.assistant.article(article_id)
        except (KeyError, UserError):
            return None

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
        library = quote(str(settings.library)) if settings.host in LOOPBACK else "LIBRARY"
        return f"majlis index add ARTICLES --library {library}"


def create_app(
    assistant: Assistant,
    examples: Sequence[str] | Callable[[], Sequence[str]] = (),
    library_page: str = "",
) -> gr.Blocks:
    """The chat page; ``examples`` are questions to begin with, or what finds some for the library."""
    # Gradio's queue would make a pandas table of all events so far after each one, for a page we do not show.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    chat = Chat(assistant, Suggestions(examples), library_page)
    script = "\n".join((_FOLDER / "chat" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    event = "new CustomEvent('told', { detail: props.value })"
    hand_over = f"watch('value', () => document.dispatchEvent({event}));"
    bare: dict[str, Any] = {"html_template": "", "apply_default_css": False}
    calls: list[Any] = [
        chat.arrive,
        chat.suggest,
        chat.stop,
        chat.alive,
        chat.draw,
        chat.show,
        chat.follow,
        chat.export,
    ]
    functions: list[Any] = [_plain(call) for call in calls]
    app: gr.Blocks
    with gr.Blocks(title="Majlis", analytics_enabled=False, fill_width=True) as app:
        page = gr.HTML(elem_id="page", js_on_load=script, server_functions=functions, **bare)
        told = gr.HTML(elem_id="told", js_on_load=hand_over, **bare)
        page.submit(
            chat.ask,
            None,
            told,
            concurrency_limit=AT_ONCE,
            concurrency_id="ask",
            trigger_mode="multiple",
            show_progress="hidden",
            api_visibility="private",
        )
        app.queue(default_concurrency_limit=16, max_size=WAITING, api_open=False)
    return app


def _plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method as a function, which Gradio can mark as one that browsers may call."""

    @wraps(method)
    def call(*given: Any) -> Any:
        return method(*given)

    return call


def _part(article: Article, set_off: Sequence[Any], asked: Asked) -> str:
    offset = min(_number(asked, "offset"), len(article.text))
    before = asked["more"] == "before"
    part = part_before(article, offset) if before else part_after(article, offset)
    words = words_in(_text(asked, "language"))
    return article_part(article, set_off, part, words, "before" if before else "after")


def _text(asked: Asked, name: str) -> str:
    found = asked.get(name) if isinstance(asked, Mapping) else None
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def _number(asked: Asked, name: str) -> int:
    found = asked.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**53 else 0
