"""Questions that are being answered now, so that they can be stopped, and questions to begin with."""

from collections.abc import Callable, Sequence
from threading import Event, Lock


class Running:
    """The questions that are being answered, by the names that their pages gave them."""

    def __init__(self) -> None:
        self._stops: dict[str, Event] = {}

    def begin(self, name: str) -> Event:
        """What is set when the question is to be stopped."""
        return self._stops.setdefault(name, Event())

    def stop(self, name: str) -> bool:
        """Stops a question; whether it was being answered."""
        stop = self._stops.get(name)
        if stop:
            stop.set()
        return stop is not None

    def has(self, name: str) -> bool:
        return name in self._stops

    def end(self, name: str) -> None:
        self._stops.pop(name, None)


class Suggestions:
    """Questions to begin with: given, or found once for each revision of the library."""

    def __init__(self, examples: Sequence[str] | Callable[[], Sequence[str]]) -> None:
        self._examples = examples
        self._lock = Lock()
        self._found: tuple[int, Sequence[str]] = (-1, ())

    def of(self, revision: int) -> Sequence[str]:
        """The questions for a revision."""
        if not callable(self._examples):
            return self._examples
        with self._lock:
            if self._found[0] != revision:
                self._found = revision, self._examples()
            return self._found[1]
