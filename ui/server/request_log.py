"""What was asked of the server, as JSON Lines on standard error; never what questions or articles say.

One line a request (``route``, ``method``, ``status``) and one a question (``endpoint``, ``outcome``), each
with the time, the milliseconds it took and who asked: a name, or a mark that says nothing but that it is the
same visitor. Nothing is written until ``log_requests`` was called.
"""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.visitors import name_of

_KEY = "majlis_route"
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


class Logged:
    """Records each request once it has been answered: the route, not the address, which may hold a text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began, status = time.monotonic(), 500
        state = scope.setdefault("state", {})

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            visitor, seconds = name_of(scope), time.monotonic() - began
            route = state.get(_KEY, "")  # empty for what was turned away before
            record(seconds, visitor, route=route, method=scope["method"], status=status)


class RouteNoted:
    """Keeps which route answered, with its parameters' names in place of what they were."""

    def __init__(self, app: ASGIApp, library: str = "") -> None:
        self._app = app
        self._library = library  # the path of one among several

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                tools = scope["path"].startswith("/gradio_api/mcp")  # mounted, so that no route is noted
                route = "/gradio_api/mcp" if tools else getattr(scope.get("route"), "path", "")
                route = self._library + route
                endpoint = scope.get("path_params", {}).get("api_name")
                scope.setdefault("state", {})[_KEY] = route.replace("{api_name}", endpoint or "{api_name}")
