"""Ctrl+C: one quiet end of the program, also while its modules are still being loaded."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

INTERRUPTED = 130  # the exit code, as shells have it: 128 and the number of the signal


def _end(_signal: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Has Ctrl+C end the program within the block, in which nothing is begun that would have to be ended.

    Only where nobody else has said what it is to do.
    """
    with suppress(ValueError):  # in a thread that is not the main one there is nothing to say
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is _end:
            signal.signal(signal.SIGINT, signal.default_int_handler)
