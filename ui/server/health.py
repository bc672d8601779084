"""``/healthz``: whether questions can be answered now, for what watches over the server."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.pipeline import Assistant
from index.errors import UserError
from ui.server.libraries import ServedLibrary
from ui.server.paths import told_outside


def health_route(served: Sequence[ServedLibrary]) -> APIRouter:
    """The state of the only library, or of all with each under its name: ok where every one is."""
    router = APIRouter()

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz() -> Response:
        states = {library.name: health_of(library.assistant) for library in served}
        ok = all(state["status"] == "ok" for state in states.values())
        told = {"status": "ok" if ok else "unavailable", "libraries": states}
        return JSONResponse(told if served[0].path else states[served[0].name], 200 if ok else 503)

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
