"""A server of the chat for a test, what is asked of it over HTTP, and whom else it speaks to."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx

from assistant.pipeline import Assistant

LOOPBACK = {"127.0.0.1", "localhost", "::1", "0.0.0.0", "None", ""}
_hosts: set[str] = set()  # that this process looked up or connected to


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
        _hosts.add(host.decode() if isinstance(host, bytes) else str(host))
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        _hosts.add(str(arguments[1][0]))


sys.addaudithook(_listen)


@contextmanager
def serving(assistant: Assistant, **settings: Any) -> Iterator[str]:
    """The address of the assistant's chat, served on a free port with these settings.

    At the end this process has looked up and connected to nothing outside meanwhile.
    """
    from ui.server.serving import serve_app

    changed = type(assistant)(
        assistant.library, replace(assistant.settings, port=0, **settings), assistant.reader
    )
    _hosts.clear()
    served = serve_app(changed, block=False)
    try:
        yield served.local_url
    finally:
        served.close()
    assert not _hosts - LOOPBACK, _hosts - LOOPBACK


def call(client: httpx.Client, endpoint: str, **arguments: Any) -> Any:
    """What a named endpoint answers over plain HTTP; ``RuntimeError`` with its message where it fails."""
    joined = client.post(f"gradio_api/call/v2/{endpoint}", json=arguments)
    joined.raise_for_status()
    event = ""
    with client.stream("GET", f"gradio_api/call/v2/{endpoint}/{joined.json()['event_id']}") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event in ("complete", "error"):
                told = httpx.Response(200, content=line.removeprefix("data: ").encode()).json()
                if event == "error":
                    raise RuntimeError(told["error"] if isinstance(told, dict) else told)
                return told[0]
    raise RuntimeError("the stream ended without an answer")
