"""Ctrl+C: one quiet end of the program, also while its modules are still being loaded."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

INTERRUPTED = 130  # the exit code, as shells have it: 128 and the number of the signal


def _end(_signal: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Has Ctrl+C end the program within the block, in which nothing is begun that would have to be ended.

    Only where nobody else has said what it is to do.
    """
    ours = current_thread() is main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
