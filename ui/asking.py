"""A question being answered: what is done for it, as it happens, and what came of it."""

import logging
from collections.abc import Iterator, Sequence
from queue import Queue
from threading import Thread

from assistant.answers import Event
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from index.errors import UserError
from ui.render import ShownTurn

log = logging.getLogger(__name__)


def answering(
    assistant: Assistant, question: str, turns: Sequence[ShownTurn], unexpected: str
) -> Iterator[ShownTurn]:
    """The turn as its question is worked on: what is being done, at last an answer or a problem.

    The assistant works in a thread of its own and tells what it does; of what it told since the last turn
    was taken only the newest is given.
    """
    events: Queue[ShownTurn] = Queue()

    def work() -> None:
        before = [Turn(turn.question, turn.answer) for turn in turns]

        def tell(event: Event) -> None:
            if event.stage != "done":  # the answer itself comes next
                events.put(ShownTurn(question, event=event))

        try:
            turn = ShownTurn(question, assistant.answer(question, before, tell))
        except UserError as error:
            turn = ShownTurn(question, problem=str(error))
        except Exception:  # whatever it was, the visitor keeps the question and the page keeps working
            log.exception("no answer to %r", question)
            turn = ShownTurn(question, problem=unexpected)
        events.put(turn)

    Thread(target=work, daemon=True).start()
    turn = ShownTurn(question)
    while not (turn.answer or turn.problem):
        turn = events.get()
        while not events.empty():
            turn = events.get()
        yield turn
