"""``/healthz``: whether questions can be answered now, for what watches over the server."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.pipeline import Assistant
from index.errors import UserError
from ui.server.paths import told_outside


def health_route(assistant: Assistant) -> APIRouter:
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz() -> Response:
        state = health_of(assistant)
        return JSONResponse(state, 200 if state["status"] == "ok" else 503)

    return router


def health_of(assistant: Assistant) -> dict[str, Any]:
    """``status`` ok, with ``revision`` and ``articles``, or unavailable, with a ``reason`` without paths."""
    try:
        info = assistant.library.info()
    except UserError as error:
        return {"status": "unavailable", "reason": told_outside(error, assistant.library.folder)}
    if not info.healthy:
        return {"status": "unavailable", "reason": "the indexes are damaged: majlis index repair"}
    return {"status": "ok", "revision": info.revision, "articles": info.articles}
