"""The chat served to a real Chromium: what the tests of its page share."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from observatory import ARABIC, ENGLISH, open_observatory

from assistant.pipeline import Assistant


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("chat") / "library")


@contextmanager
def connections() -> Iterator[list[str]]:
    """The hosts that this process looks up or connects to meanwhile."""
    hosts: list[str] = []
    listening = True

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        if not listening:
            return
        if event == "socket.getaddrinfo":
            hosts.append(str(arguments[0]))
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            hosts.append(str(arguments[1][0]))

    sys.addaudithook(listen)  # cannot be taken away again, only told to stop listening
    yield hosts
    listening = False


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    from ui.server.serving import serve_app

    with connections() as hosts:
        app = serve_app(assistant, [ENGLISH, ARABIC], block=False)
        yield app.local_url
        app.close()
    assert {host for host in hosts if host not in ("127.0.0.1", "localhost", "::1", "None", "")} == set()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the page as a visitor; at the end nothing was fetched from elsewhere and nothing has run."""
    contexts, requests, problems = [], [], []

    def visit(locale: str = "en-US", width: int = 1280, beside: Any = None, **options: Any) -> Any:
        """``beside``: a page in whose browser this is another tab."""
        if beside:
            context = beside.context
        else:
            context = browser.new_context(locale=locale, viewport={"width": width, "height": 800}, **options)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # a machine may be busy with other things
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        page.wait_for_selector(":is(.welcome, .turn)")
        return page

    yield visit
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.evil") is None
        context.close()
    here = urlsplit(address).netloc
    assert [url for url in requests if urlsplit(url).netloc != here and urlsplit(url).scheme != "data"] == []
    assert problems == []
