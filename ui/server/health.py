"""``/healthz``: whether questions can be answered now, for what watches over the server."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.pipeline import Assistant
from index.errors import UserError


def health_route(assistant: Assistant) -> APIRouter:
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz() -> Response:
        state = health_of(assistant)
        return JSONResponse(state, 200 if state["status"] == "ok" else 503)

    return router


def health_of(assistant: Assistant) -> dict[str, Any]:
    """``status`` ok with ``revision`` and ``articles``, or unavailable with a ``reason`` that names no path."""
    try:
        info = assistant.library.info()
    except UserError as error:
        folder = assistant.library.folder
        return {"status": "unavailable", "reason": str(error).replace(str(folder), folder.name)}
    if not info.healthy:
        return {"status": "unavailable", "reason": "the indexes are damaged: majlis index repair"}
    return {"status": "ok", "revision": info.revision, "articles": info.articles}
