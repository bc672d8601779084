"""How long work tells how far it is, and how long it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol


class Progress(Protocol):
    """Called now and then with the stage's name, what is done and what there is to do.

    ``total`` may be 0 while it is not known. The last call of a stage has ``done == total``.
    """

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """The progress that says nothing."""


@contextmanager
def timed(timings: dict[str, float], stage: str, scale: float = 1.0) -> Iterator[None]:
    """Adds to the stage's timing the seconds that the block takes, times ``scale``."""
    begun = perf_counter()
    try:
        yield
    finally:
        timings[stage] = timings.get(stage, 0.0) + (perf_counter() - begun) * scale


def counted(count: int, noun: str) -> str:
    """The number with its noun, which has a plural in -s.

    >>> counted(1, "passage"), counted(1200, "passage")
    ('1 passage', '1,200 passages')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"
