"""Gradio's page inside a server of our own, with what guards it around both.

From the outside in: the log, the headers, the names that the server has, the gate; then sign-in, health and
the page.
"""

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp

from index.errors import UserError
from ui.app import create_app
from ui.chat.choice import LibraryChoice
from ui.queueing import QuestionQueue
from ui.server.api import add_endpoints
from ui.server.gate import Gate
from ui.server.headers import SecureHeaders
from ui.server.health import health_route
from ui.server.hosts import Hosts
from ui.server.libraries import ByPath, Remembered, ServedLibrary
from ui.server.openai.routes import completion_routes
from ui.server.originals import original_routes
from ui.server.request_log import Logged, RouteNoted
from ui.server.sign_in.door import Door
from ui.server.sign_in.routes import sign_in_routes
from ui.server.visitors import name_of
from ui.shelf.rights import largest_upload

THREADS = 1000  # a question that waits in the line holds one, which sleeps
IDLE = timedelta(days=1)  # after which what a tab left on the server is let go

_STYLE = Path(__file__).parent.parent / "chat.css"


def guarded_page(served: Sequence[ServedLibrary], door: Door | None, port: int) -> ASGIApp:
    """The whole server as an ASGI application; ``UserError`` where something that it needs is missing.

    The libraries share the door, the line that questions wait in and what is set for the server.
    """
    settings = served[0].assistant.settings
    if settings.mcp and not find_spec("mcp"):
        raise UserError("--mcp needs the package mcp: pip install 'majlis[mcp]'")
    server = _bare(_letting_idle_tabs_go)
    parts = {library.path: _bare() if library.path else server for library in served}
    app = ByPath(RouteNoted(server), {path: RouteNoted(part, path) for path, part in parts.items() if path})
    gate = Gate(Remembered(app, served, port), door, settings.root_path, port, [*parts])
    server.include_router(health_route(served))
    if door:
        for part in {id(part): part for part in (server, *parts.values())}.values():
            part.include_router(sign_in_routes(door, gate.session_cookie, settings.root_path))
    queue = QuestionQueue(waiting=settings.waiting, per_minute=settings.per_minute)
    server.state.parts = [part for part in parts.values() if part is not server]
    server.state.pages = []
    server.include_router(completion_routes(served, queue, settings.root_path))
    for library in served:
        parts[library.path].include_router(original_routes(library.assistant))
        page = mount(parts[library.path], library, served, queue, signed_in=door is not None)
        server.state.pages.append(page)
    hosts = Hosts(gate, settings.host, settings.allow_host, settings.root_path)
    return Logged(SecureHeaders(hosts, private=door is not None))


def _bare(lifespan: Any = None) -> FastAPI:
    return FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)


def mount(
    server: FastAPI,
    library: ServedLibrary,
    served: Sequence[ServedLibrary],
    queue: QuestionQueue,
    *,
    signed_in: bool,
) -> gr.Blocks:
    """Gradio's page of one of the libraries, at the root of the library's part of the server."""
    assistant = library.assistant
    settings = assistant.settings
    choice = LibraryChoice(library.name, tuple((other.name, other.path) for other in served))
    page = create_app(assistant, library.examples, queue, choice)
    add_endpoints(page, assistant, queue)
    page.max_threads = THREADS
    page.queue(default_concurrency_limit=None, max_size=None, api_open=False)
    style = _STYLE.read_text(encoding="utf-8")
    with warnings.catch_warnings():
        # said of every app with more than one page, whatever ssr_mode is
        warnings.filterwarnings("ignore", "SSR mode is not supported", UserWarning)
        gr.mount_gradio_app(
            server,
            page,
            path="/",
            server_name=settings.host,
            server_port=settings.port,
            root_path=(settings.root_path + library.path) or None,
            auth_dependency=name_of_request if signed_in else None,
            head=f"<style>{style}</style>",  # css= would rewrite the selectors, and breaks :is()
            theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            max_file_size=largest_upload(settings),
            ssr_mode=False,
            app_kwargs={"openapi_url": None},  # of Gradio's routes; /gradio_api/openapi.json has ours
            show_error=False,
            mcp_server=settings.mcp,
        )
    # A tab would hold one of the six connections that a browser opens to a server, only to say that it is
    # there: the sixth tab could ask nothing.
    page.config["connect_heartbeat"] = False
    if settings.mcp:
        _tell_as_json(page.mcp_server_obj)
    return page


def _tell_as_json(tools: Any) -> None:
    """MCP's results as JSON; Gradio would print them as Python does."""

    def told(data: Sequence[Any], _root_url: str) -> list[Any]:
        texts = [json.dumps(held, ensure_ascii=False) for held in data]
        return [tools.types.TextContent(type="text", text=text) for text in texts]

    tools.postprocess_output_data = told


def name_of_request(request: Request) -> str | None:
    """Who has signed in, as the gate has noted it."""
    return name_of(request.scope) or None


@asynccontextmanager
async def _letting_idle_tabs_go(server: FastAPI) -> AsyncIterator[None]:
    """Without a heartbeat nobody says that a tab was closed: what was not used for a day is let go."""

    async def sweep() -> None:
        while True:
            await asyncio.sleep(60)
            for held in [page.state_holder for page in server.state.pages]:
                for session, used in list(held.time_last_used.items()):
                    if datetime.now() - used > IDLE:
                        held.session_data.pop(session, None)
                        held.time_last_used.pop(session, None)

    async with AsyncExitStack() as running:
        for part in server.state.parts:
            await running.enter_async_context(part.router.lifespan_context(part))
        sweeping = asyncio.create_task(sweep())
        yield
        sweeping.cancel()
