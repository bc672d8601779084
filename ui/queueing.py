"""The line of questions: first come, first served, and what one visitor may ask at once.

As many questions are answered together as the machine has processors, of one visitor one at a time. Nobody
is turned away because others ask; only what a visitor asks beyond its own limits is refused.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

from index.errors import UserError

MINUTE = 60.0  # seconds


class TooManyQuestions(UserError):
    """A visitor's own limit is reached: ``seconds`` until it may ask again, 0 once a question is answered."""

    def __init__(self, limit: int, seconds: int = 0) -> None:
        self.limit = limit
        self.seconds = seconds
        super().__init__(
            f"{limit} questions a minute are taken from one visitor; ask again in {seconds} s"
            if seconds
            else f"{limit} of your questions are waiting; ask again when one of them is answered"
        )


class Ticket:
    """A question's place in the line; ``leave`` gives it up, waiting or answered."""

    def __init__(self, line: "QuestionQueue", visitor: str) -> None:
        self._line = line
        self.visitor = visitor

    def ahead(self, seconds: float = 0.0) -> int | None:
        """How many wait before it, None once it may be answered.

        Waits for its turn until the line moves, at most so many seconds.
        """
        return self._line._ahead(self, seconds)

    def leave(self) -> None:
        self._line._leave(self)


class QuestionQueue:
    """Questions in the order in which they came; may be used from many threads.

    ``waiting``: how many questions of one visitor may wait beside the one being answered. ``per_minute``: how
    many it may ask within any minute; 0 sets no limit.
    """

    def __init__(
        self,
        at_once: int = 0,
        waiting: int = 20,
        per_minute: int = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once or os.cpu_count() or 1
        self._waiting_each = waiting
        self._per_minute = per_minute
        self._clock = clock
        self._moved = Condition()
        self._waiting: list[Ticket] = []
        self._answered: list[Ticket] = []  # those being answered now
        self._asked: dict[str, deque[float]] = {}  # by visitor: when, within the last minute

    def enter(self, visitor: str = "") -> Ticket:
        """A place at the end of the line; ``TooManyQuestions`` where the visitor's limits are reached."""
        with self._moved:
            held = [ticket for ticket in (*self._waiting, *self._answered) if ticket.visitor == visitor]
            if len(held) > self._waiting_each:
                raise TooManyQuestions(self._waiting_each)
            self._count(visitor)
            ticket = Ticket(self, visitor)
            self._waiting.append(ticket)
            self._admit()
            return ticket

    @contextmanager
    def turn(self, visitor: str = "") -> Iterator[None]:
        """The block's turn in the line, waited for; ``TooManyQuestions`` as by ``enter``."""
        ticket = self.enter(visitor)
        try:
            while ticket.ahead(MINUTE) is not None:
                pass
            yield
        finally:
            ticket.leave()

    def _count(self, visitor: str) -> None:
        now = self._clock()
        for other, times in list(self._asked.items()):
            while times and times[0] <= now - MINUTE:
                times.popleft()
            if not times:
                del self._asked[other]
        times = self._asked.setdefault(visitor, deque())
        if self._per_minute and len(times) >= self._per_minute:
            raise TooManyQuestions(self._per_minute, max(1, round(times[0] + MINUTE - now)))
        times.append(now)

    def _admit(self) -> None:
        for ticket in list(self._waiting):
            if len(self._answered) >= self._at_once:
                break
            if all(other.visitor != ticket.visitor for other in self._answered):
                self._waiting.remove(ticket)
                self._answered.append(ticket)
        self._moved.notify_all()

    def _ahead(self, ticket: Ticket, seconds: float) -> int | None:
        with self._moved:
            if seconds and ticket not in self._answered:
                self._moved.wait(seconds)
            return None if ticket in self._answered else self._waiting.index(ticket)

    def _leave(self, ticket: Ticket) -> None:
        with self._moved:
            for held in (self._waiting, self._answered):
                if ticket in held:
                    held.remove(ticket)
            self._admit()
