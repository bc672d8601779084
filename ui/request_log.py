"""What was asked of the server, as JSON Lines on standard error; never what a question or an article says.

One line a request (``route``, ``method``, ``status``) and one a question (``endpoint``, ``outcome``), each with
the time, the milliseconds it took and who asked: a name, or a mark that says nothing but that it is the same
visitor. Nothing is written until ``log_requests`` was called.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

_log = logging.getLogger("majlis.requests")
_log.propagate = False
_log.setLevel(logging.WARNING)


def log_requests(stream: TextIO | None = None) -> None:
    """Writes what ``record`` is told from now on, to standard error where no stream is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _log.handlers = [handler]
    _log.setLevel(logging.INFO)


def record(seconds: float, visitor: str, **fields: str | int | float) -> None:
    """One line, if requests are logged."""
    if _log.isEnabledFor(logging.INFO):
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **fields,
            "ms": round(seconds * 1000, 1),
            "visitor": visitor,
        }
        _log.info(json.dumps(line, ensure_ascii=False))
