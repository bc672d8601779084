"""The page at an address: the socket, the server, and how both end."""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from assistant.pipeline import Assistant
from index.errors import UserError
from ui.server.libraries import ServedLibrary, alone
from ui.server.mounting import guarded_page
from ui.server.request_log import log_requests
from ui.server.sign_in.door import Door
from ui.server.sign_in.people import People


class Served:
    """The page while it is served."""

    def __init__(self, server: uvicorn.Server, listening: socket.socket, local_url: str) -> None:
        self._server = server
        self._listening = listening
        self._thread = Thread(target=self.run, daemon=True)
        self.local_url = local_url

    def run(self) -> None:
        """Serves until it is interrupted or closed."""
        with suppress(KeyboardInterrupt):  # raised again by uvicorn, once it has ended in good order
            self._server.run(sockets=[self._listening])

    def start(self) -> None:
        """Serves in a thread of its own; returns when the first request would be answered."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()


def serve_app(
    assistant: Assistant, examples: Sequence[str] | Callable[[], Sequence[str]] = (), *, block: bool = True
) -> Served:
    """Serves the chat at the settings' host and port (0: a free one); returns at Ctrl+C if it blocks."""
    return serve_libraries([alone(assistant, examples)], block=block)


def serve_libraries(libraries: Sequence[ServedLibrary], *, block: bool = True) -> Served:
    """The same for libraries beside one another; host, port and the like are as the first's settings say."""
    settings = libraries[0].assistant.settings
    if settings.log_requests:
        log_requests()
    door = Door(People(settings.auth)) if settings.auth else None
    listening = _listen(settings.host, settings.port)
    port = int(listening.getsockname()[1])
    config = uvicorn.Config(
        _built(libraries, door, port),
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    served = Served(uvicorn.Server(config), listening, f"http://{shown}:{port}{settings.root_path}/")
    print(f"The chat is at {served.local_url} (Ctrl+C ends it)", flush=True)
    if block:
        served.run()
    else:
        served.start()
    return served


def _built(libraries: Sequence[ServedLibrary], door: Door | None, port: int) -> ASGIApp:
    """The server's application, made inside an event loop: outside of one Gradio opens several of its own."""

    async def build() -> ASGIApp:
        return guarded_page(libraries, door, port)

    with ThreadPoolExecutor(1) as builder:  # a loop may be running in this thread
        return builder.submit(asyncio.run, build()).result()


def _listen(host: str, port: int) -> socket.socket:
    """Listens at the port, or at a free one for 0; ``UserError`` where that cannot be."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UserError(
            f"cannot listen at {host}:{port} ({error.strerror}); choose another with --host or --port"
        ) from error
