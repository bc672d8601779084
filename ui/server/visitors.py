"""Who a request comes from, as the server has found out; ``ui.server.gate`` writes it, the page reads it."""

from collections.abc import MutableMapping
from typing import Any

import gradio as gr
from starlette.requests import Request

_KEY = "majlis_visitor"


def visitor_of(request: gr.Request | Request | None) -> str:
    """The visitor's name where people sign in, else a mark of its browser; empty where nobody has said it."""
    asked = request.request if isinstance(request, gr.Request) else request  # MCP hands in the bare one
    return name_of(asked.scope) if asked else ""


def name_of(scope: MutableMapping[str, Any]) -> str:
    """The same from a request's ASGI scope."""
    return str(scope.get("state", {}).get(_KEY, ""))


def set_visitor(scope: MutableMapping[str, Any], visitor: str) -> None:
    """Notes on a request, by its ASGI scope, whom it comes from."""
    scope.setdefault("state", {})[_KEY] = visitor
