"""What a browser may do with the answers: a content security policy, no frames, no other origins.

Gradio's page has scripts in its HTML, which get a nonce of their own, and compiles the scripts of its HTML
parts, which needs ``unsafe-eval``; its components set styles. Nothing is loaded from another host.
"""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPT = re.compile(rb"<script(?=[\s>])")
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_FIXED = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class SecureHeaders:
    """Adds the headers to every answer, the nonce to a page's scripts; ``private`` pages are not kept."""

    def __init__(self, app: ASGIApp, *, private: bool = False) -> None:
        self._app = app
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        nonce = secrets.token_urlsafe(16)
        started: Message | None = None  # of a page, which is held back until it is whole
        page = b""

        async def answer(message: Message) -> None:
            nonlocal started, page
            if message["type"] == "http.response.start":
                headers = self._secured(MutableHeaders(scope=message), nonce)
                if _is_page(headers):
                    started = message
                    return
            elif started is not None and message["type"] == "http.response.body":
                page += message.get("body", b"")
                if message.get("more_body"):
                    return
                page = _SCRIPT.sub(b'<script nonce="%s"' % nonce.encode(), page)
                MutableHeaders(scope=started)["content-length"] = str(len(page))
                await send(started)
                message = {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page}
            await send(message)

        if "text/html" in Headers(scope=scope).get("accept", ""):
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        return await self._app(scope, receive, answer)

    def _secured(self, headers: MutableHeaders, nonce: str) -> MutableHeaders:
        for name in [name for name in headers if name.startswith("access-control-")]:
            del headers[name]
        headers.update(_FIXED)
        headers.setdefault("content-security-policy", _POLICY.format(nonce))  # some have a stricter one
        if self._private and _is_page(headers):
            headers["cache-control"] = "no-store"
        return headers


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
