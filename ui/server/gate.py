"""Who may pass: visitors that have signed in, and what every request is told about whom it comes from.

A browser has its session cookie, a program HTTP Basic, or as a bearer its key or a session's token. Without
a file of people everybody may pass, and a browser is told from another by a cookie that says nothing else.
"""

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote

from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.libraries import behind
from ui.server.openai.asked import NotAsked
from ui.server.openai.routes import problem_response
from ui.server.sign_in.door import Door
from ui.server.visitors import set_visitor

OPEN = {"/sign-in", "/sign-in.css", "/login", "/healthz"}
CLOSED = (  # what Gradio offers and this page has no use for
    "/gradio_api/deep_link",
    "/gradio_api/dev",
    "/gradio_api/process_recording",
    "/gradio_api/profiling",
    "/gradio_api/proxy=",
    "/gradio_api/runs",
    "/gradio_api/stream",
    "/gradio_api/token",
    "/gradio_api/undo-vibe-edit",
    "/gradio_api/vibe-",
    "/logout",
    "/monitoring",
)


def _braked(asked: HTTPConnection, seconds: int) -> ASGIApp:
    """That too many tries have failed, and when the next may be made."""
    told, headers = f"too many failed tries; try again in {seconds} s", {"retry-after": str(seconds)}
    if asked.scope["path"].startswith("/v1/"):
        return problem_response(NotAsked(told, None, "invalid_api_key", 401), headers)
    return JSONResponse({"error": told}, 429, headers)


class Gate:
    """Passes on whom the door knows, or everybody where there is no door, with the visitor noted."""

    def __init__(
        self, app: ASGIApp, door: Door | None, root_path: str, port: int, libraries: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._door = door
        self._root_path = root_path
        self._libraries = libraries  # the paths of several
        self._secret = secrets.token_bytes(32)
        self.session_cookie = f"majlis-session-{port}"  # cookies do not tell ports apart
        self._visitor_cookie = f"majlis-visitor-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        _, path = behind(scope["path"], self._libraries)
        asked = HTTPConnection(scope)
        if path.startswith(CLOSED):
            return await JSONResponse({"error": "not here"}, 404)(scope, receive, send)
        if self._door is None:
            return await self._app(scope, receive, self._marked(asked, send))
        name, wait = await self._name(asked)
        if name is not None:
            set_visitor(scope, name)
        elif path not in OPEN:
            return await self._refusal(asked, wait)(scope, receive, send)
        return await self._app(scope, receive, send)

    async def _name(self, asked: HTTPConnection) -> tuple[str | None, float]:
        """Who asks; where that is nobody, the seconds for which no name and password were heard."""
        assert self._door
        kind, _, credentials = asked.headers.get("authorization", "").partition(" ")
        ways = {"basic": self._door.basic, "bearer": self._door.bearer}
        if way := ways.get(kind.lower()):
            address = asked.client.host if asked.client else ""
            wait = self._door.wait(kind.lower(), credentials.strip(), address)
            return await run_in_threadpool(way, credentials.strip(), address), wait
        return self._door.sessions.name_of(asked.cookies.get(self.session_cookie, "")), 0.0

    def _refusal(self, asked: HTTPConnection, wait: float) -> ASGIApp:
        if wait:
            return _braked(asked, int(wait) + 1)
        if asked.scope["method"] in ("GET", "HEAD") and "text/html" in asked.headers.get("accept", ""):
            query = asked.scope["query_string"].decode("latin-1")
            wanted = asked.scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(f"{self._root_path}/sign-in?next={quote(wanted, safe='')}", 303)
        if asked.scope["path"].startswith("/v1/"):
            return problem_response(
                NotAsked("the API key is wrong, or missing", None, "invalid_api_key", 401)
            )
        told = "sign in first: at /sign-in, or with a name and a password by HTTP Basic"
        return JSONResponse({"error": told}, 401)

    def _marked(self, asked: HTTPConnection, send: Send) -> Send:
        """Notes the browser's mark, or gives it one with a page; a program goes by its address."""
        mark, _, signature = asked.cookies.get(self._visitor_cookie, "").partition(".")
        if hmac.compare_digest(self._sign(mark).encode(), signature.encode()):
            set_visitor(asked.scope, mark)
            return send
        address = asked.client.host if asked.client else ""
        set_visitor(asked.scope, "at-" + self._sign(address)[:10])
        if behind(asked.scope["path"], self._libraries)[1] != "/":
            return send
        mark = secrets.token_hex(5)
        where = f"Path={self._root_path or '/'}; HttpOnly; SameSite=Lax"
        cookie = f"{self._visitor_cookie}={mark}.{self._sign(mark)}; {where}"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", cookie.encode())]
            await send(message)

        return answer

    def _sign(self, mark: str) -> str:
        return hmac.new(self._secret, mark.encode(), sha256).hexdigest()
