"""Which names the server answers to, and the path below which it is published.

A page elsewhere that points its own name at this address (DNS rebinding) or posts a form to it is refused.
"""

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = {"GET", "HEAD", "OPTIONS"}


class Hosts:
    """Passes on what is asked of this server by one of its names, with the path behind the root path."""

    def __init__(self, app: ASGIApp, host: str, allowed: Iterable[str] = (), root_path: str = "") -> None:
        self._app = app
        self._root_path = root_path
        self._names = {host.lower(), *(name.lower() for name in allowed)}
        self._any_number = _is_unspecified(host)  # it listens everywhere: any of its numbers may be meant
        if self._any_number:
            self._names.add(socket.gethostname().lower())
        if self._any_number or _is_loopback(host):
            self._names |= {"localhost", "127.0.0.1", "::1"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        for name in ("host", "x-forwarded-host"):
            for value in headers.getlist(name):
                if not self._is_ours(f"//{value.split(',')[0].strip()}"):
                    told = "this server is not called so; start it with --allow-host NAME\n"
                    return await PlainTextResponse(told, 400)(scope, receive, send)
        origin = headers.get("origin")
        if scope["method"] not in SAFE and origin is not None and not self._is_ours(origin):
            return await PlainTextResponse("sent from another site\n", 403)(scope, receive, send)
        path = scope["path"]
        if self._root_path and (path + "/").startswith(self._root_path + "/"):
            scope = {**scope, "path": path[len(self._root_path) :] or "/", "raw_path": None}
        return await self._app(scope, receive, send)

    def _is_ours(self, address: str) -> bool:
        try:
            name = urlsplit(address).hostname or ""
        except ValueError:
            return False
        return name in self._names or (self._any_number and _is_number(name))


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_unspecified(host: str) -> bool:
    return _is_number(host) and ip_address(host).is_unspecified


def _is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (_is_number(host) and ip_address(host).is_loopback)
