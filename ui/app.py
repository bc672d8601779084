"""The chat page over an assistant: what a visitor does, and what is drawn then.

What belongs to a visitor is in ``gr.State``. The page fetches nothing from elsewhere: system fonts, no
analytics, no sharing. Leaves out retrieval, reading, HTML (``ui.render`` and its neighbours), and opening the
page at an address (``ui.server``).
"""

import os
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
from ui.asking import answering
from ui.panel import Place, article_of, panel
from ui.queueing import QuestionQueue
from ui.render import ShownTurn, conversation, header, no_answers_yet, welcome
from ui.server.visitors import visitor_of
from ui.shelf.page import add_library_page
from ui.words import preferred_language, words_in

Turns = tuple[ShownTurn, ...]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Chat:
    """What the page does, over one assistant; nothing of a visitor is kept here."""

    assistant: Assistant
    examples: Sequence[str] | Callable[[], Sequence[str]]
    queue: QuestionQueue = field(default_factory=QuestionQueue)

    def arrive(self, request: gr.Request) -> tuple[Any, ...]:
        """A visitor opens the page: the language, then everything drawn in it."""
        language = request.query_params.get("lang") or preferred_language(
            request.headers.get("accept-language", "")
        )
        return (language, *self.redraw(language, (), None))

    def switch(self, event: gr.EventData, turns: Turns, place: Place | None) -> tuple[Any, ...]:
        """The page in its other language."""
        return (event.language, *self.redraw(event.language, turns, place))

    def redraw(self, language: str, turns: Turns, place: Place | None) -> tuple[Any, ...]:
        """Header, conversation, panel and question box."""
        words = words_in(language)
        box = gr.update(placeholder=words.placeholder, label=words.question)
        try:
            info = self.assistant.library.info()
        except UserError as error:
            return header(0, {}, words), no_answers_yet(str(error), "", words), "", box
        top = header(info.articles, info.languages, words)
        if turns:
            return top, *self.draw(language, turns, place), box
        if not info.articles:
            command = f"majlis index add ARTICLES --library {quote(str(self.assistant.settings.library))}"
            return top, no_answers_yet("", command, words), "", box
        return top, welcome(self.examples() if callable(self.examples) else self.examples, words), "", box

    def ask(
        self, question: str, turns: Turns, language: str, request: gr.Request | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Turns, place, conversation and question box: with the question, what is done for it, its answer."""
        question = question.strip()[:LONGEST_QUESTION]
        if not question:
            yield (gr.skip(),) * 4
            return
        words = words_in(language)
        turn = ShownTurn(question)
        yield (*turns, turn), gr.skip(), conversation((*turns, turn), words), ""
        for turn in answering(
            self.assistant,
            question,
            turns,
            words.unexpected,
            words=words,
            queue=self.queue,
            visitor=visitor_of(request),
        ):
            if turn.event or turn.ahead is not None:
                yield gr.skip(), gr.skip(), conversation((*turns, turn), words), gr.skip()
        place = Place(len(turns), "citation", 1) if turn.answer and turn.answer.citations else None
        yield (*turns, turn), place, gr.skip(), question if turn.problem else gr.skip()

    def ask_example(
        self, event: gr.EventData, turns: Turns, language: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """The same for a question that was clicked."""
        yield from self.ask(str(event.question), turns, language, request)

    def draw(self, language: str, turns: Turns, place: Place | None) -> tuple[str, str]:
        """Conversation and panel after an answer."""
        return conversation(turns, words_in(language)), self.panel(language, turns, place)

    def show(self, event: gr.EventData, turns: Turns, language: str) -> tuple[Any, Any]:
        """The place that was clicked, and the panel with it."""
        place = Place(int(event.turn), str(event.kind), int(event.number))
        return place, self.panel(language, turns, place)

    def panel(self, language: str, turns: Turns, place: Place | None) -> str:
        """The panel for a place; nothing where there is no such place."""
        answer = turns[place.turn].answer if place else None
        article_id = article_of(answer, place) if answer and place else None
        if not (answer and place and article_id):
            return ""
        return panel(answer, place, self.article(article_id), words_in(language))

    def article(self, article_id: str) -> Article | None:
        """The article, None where the library no longer holds it."""
        try:
            return self.assistant.article(article_id)
        except KeyError:
            return None


def create_app(
    assistant: Assistant, examples: Sequence[str] | Callable[[], Sequence[str]] = (), queue: QuestionQueue | None = None
) -> gr.Blocks:
    """The chat page; ``examples`` are questions to begin with, ``queue`` the line that questions wait in."""
    # Gradio's queue would make a pandas table of all events so far after each one, for a page we do not show.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    chat = Chat(assistant, examples, queue or QuestionQueue())
    script = (_FOLDER / "chat.js").read_text(encoding="utf-8")
    part: dict[str, Any] = {"js_on_load": script, "apply_default_css": False}
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    app: gr.Blocks
    with gr.Blocks(title="Majlis", analytics_enabled=False, fill_width=True) as app:
        language, turns, place = gr.State("en"), gr.State(()), gr.State(None)
        top = gr.HTML(elem_id="top", **part)
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="chat"):
                talk = gr.HTML(elem_id="talk", **part)
                box = gr.Textbox(
                    elem_id="question",
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=5,
                    max_length=LONGEST_QUESTION,
                    submit_btn=True,
                    autofocus=True,
                    html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
                )
            with gr.Column(elem_id="side"):
                desk = gr.HTML(elem_id="panel", **part)
        page = [top, talk, desk, box]
        app.load(chat.arrive, None, [language, *page], **quiet)
        top.select(chat.switch, [turns, place], [language, *page], **quiet)
        asking: dict[str, Any] = {"concurrency_limit": None, **quiet}  # questions wait in the line, visibly
        for event in (
            box.submit(chat.ask, [box, turns, language], [turns, place, talk, box], **asking),
            talk.submit(chat.ask_example, [turns, language], [turns, place, talk, box], **asking),
        ):
            event.then(chat.draw, [language, turns, place], [talk, desk], **quiet)
        for clicked in (talk, desk):
            clicked.select(chat.show, [turns, language], [place, desk], **quiet)
    return app
