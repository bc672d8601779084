"""What a visitor says of an answer, and asks of it: kept with the library, told from it."""

from dataclasses import dataclass
from html import escape

import gradio as gr

from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.why import why_not, why_sentences
from index.errors import UserError
from ui.calls import Handed, number_in, text_in
from ui.chat.stored import turns_from_json
from ui.chat.words import chat_words_in
from ui.feedback import keep
from ui.queueing import QuestionQueue
from ui.render import ShownTurn
from ui.server.visitors import visitor_of
from ui.words import words_in


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the page does about an answer that was given, over one assistant."""

    assistant: Assistant
    queue: QuestionQueue

    def why(self, asked: Handed, request: gr.Request | None = None) -> str:
        """Where the ``article`` that was named fell out on the way to the answer of the last of ``turns``."""
        words = words_in(text_in(asked, "language"))
        turn = (turns_from_json(asked.get("turns")) or (ShownTurn(""),))[-1]
        if not turn.answer:
            return ""
        try:
            with self.queue.turn(visitor_of(request)):
                found = why_not(self.assistant, turn.question, text_in(asked, "article"), turn.answer)
        except UserError:
            return f"<p>{chat_words_in(words.language).why_unknown}</p>"
        told = "".join(f"<p>{escape(line)}</p>" for line in why_sentences(found, words.language))
        return f'<p class="title" dir="auto">{escape(found.title)}</p>{told}'

    def opine(self, asked: Handed, request: gr.Request | None = None) -> str:
        """Keeps what was said of the answer of the last of ``turns``; the name under which, empty for not."""
        *before, turn = turns_from_json(asked.get("turns")) or (ShownTurn(""),)
        if not turn.answer:
            return ""
        try:
            return keep(
                self.assistant,
                turn.answer,
                [Turn(earlier.question, earlier.answer) for earlier in before],
                text_in(asked, "verdict"),
                right=number_in(asked, "right"),
                note=text_in(asked, "note"),
                visitor=visitor_of(request),
                name=turn.opinion_id,
            )
        except (ValueError, UserError):
            return ""
