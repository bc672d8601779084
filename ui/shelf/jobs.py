"""Changes of a library in the background, one after the other, while others ask, and their outcomes."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from queue import Queue
from threading import Lock, Thread

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


class Jobs:
    """The changes of one library, oldest first; each in the one thread that does them all."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: deque[Job] = deque()
        self._queue: Queue[tuple[int, Callable[[Progress], JobOutcome]]] = Queue()
        self._thread: Thread | None = None
        self._last = 0

    def submit(self, what: str, change: Callable[[Progress], JobOutcome]) -> int:
        """Has a change done when those before it are; its number. ``UserError`` where too many wait."""
        with self._lock:
            if sum(not job.ended for job in self._jobs) >= MOST:
                raise UserError("too many changes wait; try again when some are done")
            self._last += 1
            self._jobs.append(Job(self._last, what))
            while len(self._jobs) > KEPT and self._jobs[0].ended:
                self._jobs.popleft()
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True)
                self._thread.start()
            self._queue.put((self._last, change))
            return self._last

    def told(self) -> list[Job]:
        """The changes that wait, are under way or have ended of late, oldest first."""
        with self._lock:
            return list(self._jobs)

    def dismiss(self) -> None:
        """Tells no more of those that have ended."""
        with self._lock:
            self._jobs = deque(job for job in self._jobs if not job.ended)

    def _work(self) -> None:
        while True:
            number, change = self._queue.get()

            def progress(stage: str, done: int, total: int, number: int = number) -> None:
                self._set(number, stage=stage, done=done, total=total)

            ended: dict[str, object] = {}
            try:
                ended["outcome"] = change(progress)
            except LibraryBusy:
                ended["problem"] = "busy"
            except UserError as error:
                ended["problem"] = str(error)
            except Exception:
                log.exception("a change of the library failed")
                ended["problem"] = "unexpected"
            self._set(number, stage="done", **ended)

    def _set(self, number: int, **told: object) -> None:
        with self._lock:
            for place, job in enumerate(self._jobs):
                if job.number == number:
                    self._jobs[place] = replace(job, **told)  # type: ignore[arg-type]
