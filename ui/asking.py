"""A question being answered: its place in the line, what is done for it, and what came of it."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from queue import Empty, Queue
from threading import Event as Signal
from threading import Thread

from assistant.answers import Event
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from index.errors import UserError
from index.filters import Filter
from ui.queueing import QuestionQueue, Ticket, TooManyQuestions
from ui.render import ShownTurn
from ui.server.paths import told_outside
from ui.server.request_log import record
from ui.words import Words

log = logging.getLogger(__name__)

GLANCE = 0.1  # seconds between two looks at whether to stop


class _Stopped(Exception):
    """Ends the assistant's work from within what it tells."""


def answering(
    assistant: Assistant,
    question: str,
    turns: Sequence[ShownTurn],
    words: Words,
    *,
    within: str = "",
    literally: bool = False,
    queue: QuestionQueue | None = None,
    visitor: str = "",
    stop: Signal | None = None,
) -> Iterator[ShownTurn]:
    """The turn as its question is worked on: its place in the line, what is done, at last what came of it.

    The assistant works in a thread of its own and tells what it does; of what it told since the last turn
    was taken only the newest is given. Without a ``queue`` nothing is waited for. ``within`` is a filter as a
    person writes it; one that is none is a problem of the turn.

    To stop it, hand in a ``threading.Event`` and set it, from any thread: the turns end within a tenth of a
    second without an answer, a question that waits leaves the line, and the work on one that is read ends at
    its next step. Closing the iterator does the same, and it is set whenever the turns have ended.
    """
    try:
        ticket = entered(queue or QuestionQueue(), visitor)
    except TooManyQuestions as error:
        told = words.too_often if error.seconds else words.too_many
        yield ShownTurn(question, problem=told.format(error.limit, error.seconds))
        return
    before = [Turn(turn.question, turn.answer) for turn in turns]
    yield from answering_in_turn(
        ticket,
        assistant,
        question,
        before,
        words,
        within=within,
        literally=literally,
        stop=stop or Signal(),
    )


def entered(queue: QuestionQueue, visitor: str) -> Ticket:
    """A question's place in the line; ``TooManyQuestions`` is noted in the log and raised."""
    try:
        return queue.enter(visitor)
    except TooManyQuestions:
        record(0.0, visitor, endpoint="ask", outcome="refused")
        raise


def answering_in_turn(
    ticket: Ticket,
    assistant: Assistant,
    question: str,
    before: Sequence[Turn],
    words: Words,
    *,
    within: str = "",
    literally: bool = False,
    stop: Signal,
) -> Iterator[ShownTurn]:
    """The same for a question that has its place in the line already, which it leaves in the end."""
    work = _Work(assistant, question, before, words, ticket, stop, within, literally)
    begun = False
    try:
        yield from _waiting(ticket, question, stop)
        if not stop.is_set():
            begun = True
            Thread(target=work.run, daemon=True).start()
            yield from work.told()
    finally:
        stop.set()
        if not begun:
            ticket.leave()


def _waiting(ticket: Ticket, question: str, stop: Signal) -> Iterator[ShownTurn]:
    """The question with its place, again whenever that changes, until it is its turn."""
    shown, ahead = None, ticket.ahead()
    while ahead is not None and not stop.is_set():
        if ahead != shown:
            yield ShownTurn(question, ahead=ahead)
        shown, ahead = ahead, ticket.ahead(GLANCE)


class _Work:
    """The assistant's work on one question; its place in the line is held until that has really ended."""

    def __init__(
        self,
        assistant: Assistant,
        question: str,
        before: Sequence[Turn],
        words: Words,
        ticket: Ticket,
        stop: Signal,
        within: str,
        literally: bool,
    ) -> None:
        self._assistant = assistant
        self._question = question
        self._before = before
        self._words = words
        self._ticket = ticket
        self._stop = stop
        self._within = within
        self._literally = literally
        self._events: Queue[ShownTurn] = Queue()

    def told(self) -> Iterator[ShownTurn]:
        turn = ShownTurn(self._question)
        while not (turn.answer or turn.problem or self._stop.is_set()):
            try:
                turn = self._events.get(timeout=GLANCE)
            except Empty:
                continue
            while not self._events.empty():
                turn = self._events.get()
            yield turn

    def run(self) -> None:
        began = time.monotonic()
        outcome, came = "stopped", ShownTurn(self._question)
        try:
            within, literally = Filter.parse(self._within), self._literally
            answer = self._assistant.answer(
                self._question, self._before, self._tell, within=within, literally=literally
            )
            outcome, came = answer.certainty, replace(came, answer=answer)
        except _Stopped:
            pass
        except UserError as error:
            problem = told_outside(error, self._assistant.library.folder)
            outcome, came = "problem", replace(came, problem=problem)
        except Exception:  # whatever it was, the visitor keeps the question and the page keeps working
            log.exception("no answer to a question of %d characters", len(self._question))
            outcome, came = "error", replace(came, problem=self._words.unexpected)
        finally:
            self._ticket.leave()
        record(time.monotonic() - began, self._ticket.visitor, endpoint="ask", outcome=outcome)
        self._events.put(came)

    def _tell(self, event: Event) -> None:
        if self._stop.is_set():
            raise _Stopped
        if event.stage != "done":  # the answer itself comes next
            self._events.put(ShownTurn(self._question, event=event))
