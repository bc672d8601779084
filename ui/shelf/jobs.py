"""Changes of a library in the background, one after the other, while others ask, and their outcomes.

What is fetched from the web takes its time, a page a second: between two of its pages the changes that wait
and ask nothing of the web are done.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Condition, Thread

from assistant.receipt import Receipt
from assistant.uploads import Uploaded
from index.errors import LibraryBusy, UserError
from index.progress import Progress
from index.web.report import WebReport

log = logging.getLogger(__name__)

KEPT = 20  # changes that are told of
MOST = 50  # changes that may wait


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a change did: what became of each file, the receipt of a removal, what the web gave."""

    uploads: tuple[Uploaded, ...] = ()
    receipt: Receipt | None = None
    web: WebReport | None = None
    unfollowed: str = ""  # the address


Work = Callable[[Progress], JobOutcome]


@dataclass(frozen=True, slots=True)
class Job:
    """A change: waiting, under way in a stage, or at its end with what it did or why it did not."""

    number: int
    what: str  # "add" or "remove"
    stage: str = ""  # "" waits; "fetching", "reading", "embedding", "removing"; "done"
    done: int = 0
    total: int = 0
    outcome: JobOutcome = field(default_factory=JobOutcome)
    problem: str = ""  # the one line of a ``UserError``, "busy", or "unexpected"

    @property
    def ended(self) -> bool:
        return self.stage == "done"


@dataclass(frozen=True, slots=True)
class _Waiting:
    number: int
    work: Work
    fetches: bool


class Jobs:
    """The changes of one library, oldest first; each in the one thread that does them all."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._jobs: deque[Job] = deque()
        self._waiting: deque[_Waiting] = deque()
        self._thread: Thread | None = None
        self._last = 0
        self.ended = 0  # how many changes have

    def submit(self, what: str, change: Work, *, fetches: bool = False) -> int:
        """Has a change done when those before it are; its number. ``UserError`` where too many wait.

        ``fetches``: it asks the web for pages, so that others may come in between.
        """
        with self._changed:
            if sum(not job.ended for job in self._jobs) >= MOST:
                raise UserError("too many changes wait; try again when some are done")
            self._last += 1
            self._jobs.append(Job(self._last, what))
            while len(self._jobs) > KEPT and self._jobs[0].ended:
                self._jobs.popleft()
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True)
                self._thread.start()
            self._waiting.append(_Waiting(self._last, change, fetches))
            self._changed.notify()
            return self._last

    def told(self) -> list[Job]:
        """The changes that wait, are under way or have ended of late, oldest first."""
        with self._changed:
            return list(self._jobs)

    def dismiss(self) -> None:
        """Tells no more of those that have ended."""
        with self._changed:
            self._jobs = deque(job for job in self._jobs if not job.ended)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                next_one = self._waiting.popleft()
            self._do(next_one)

    def _do(self, waiting: _Waiting) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self._set(waiting.number, stage=stage, done=done, total=total)
            if waiting.fetches and stage == "fetching":  # nothing is held between two pages
                self._do_others()

        ended: dict[str, object] = {}
        try:
            ended["outcome"] = waiting.work(progress)
        except LibraryBusy:
            ended["problem"] = "busy"
        except UserError as error:
            ended["problem"] = str(error)
        except Exception:
            log.exception("a change of the library failed")
            ended["problem"] = "unexpected"
        self._set(waiting.number, stage="done", **ended)
        with self._changed:
            self.ended += 1

    def _do_others(self) -> None:
        """Does what waits and asks nothing of the web."""
        while True:
            with self._changed:
                quick = next((one for one in self._waiting if not one.fetches), None)
                if quick is None:
                    return
                self._waiting.remove(quick)
            self._do(quick)

    def _set(self, number: int, **told: object) -> None:
        with self._changed:
            for place, job in enumerate(self._jobs):
                if job.number == number:
                    self._jobs[place] = replace(job, **told)  # type: ignore[arg-type]
