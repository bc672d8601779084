"""A line of the log for each request: the route, not the address, so that no text and no path is written."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.request_log import record
from ui.visitors import name_of


_KEY = "majlis_route"


class Logged:
    """Tells ``ui.request_log`` of each request once it has been answered."""

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

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                route = getattr(scope.get("route"), "path", "")
                endpoint = scope.get("path_params", {}).get("api_name")
                scope.setdefault("state", {})[_KEY] = route.replace("{api_name}", endpoint or "{api_name}")
