"""The server around the page: its names, its headers, its health, its log, and many tabs of one browser."""

import io
import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from observatory import ARABIC, ENGLISH, SLOW, KnownAnswers, open_observatory
from serving import call, serving

from assistant.pipeline import Assistant
from ui.server.request_log import log_requests

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("serving") / "library")


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant, per_minute=0) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.1:9"])
def test_the_server_answers_to_its_own_names(client: httpx.Client, name: str) -> None:
    assert client.get("healthz", headers={"host": name}).status_code == 200


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
@pytest.mark.parametrize("name", ["evil.example", "localhost.evil.example", "127.0.0.1.example", "", "["])
def test_a_foreign_name_is_refused_in_one_line(client: httpx.Client, header: str, name: str) -> None:
    answer = client.get("", headers={header: name})
    assert answer.status_code == 400
    assert answer.text == "this server is not called so; start it with --allow-host NAME\n"


def test_other_names_are_answered_to_when_they_were_allowed(assistant: Assistant) -> None:
    with serving(assistant, allow_host=("Articles.example", "10.1.2.3")) as address:
        for name, status in (
            ("articles.example", 200),
            ("10.1.2.3:8080", 200),
            ("localhost", 200),
            ("www.articles.example", 400),
            ("10.1.2.4", 400),
        ):
            assert httpx.get(f"{address}healthz", headers={"host": name}).status_code == status, name


def test_a_server_for_a_whole_network_answers_to_numbers_but_to_no_foreign_name(assistant: Assistant) -> None:
    with serving(assistant, host="0.0.0.0") as address:
        assert urlsplit(address).hostname == "127.0.0.1"
        for name, status in (("192.168.1.7", 200), (socket.gethostname(), 200), ("evil.example", 400)):
            assert httpx.get(f"{address}healthz", headers={"host": name}).status_code == status, name


def test_what_another_site_sends_is_refused_and_no_other_site_may_read(client: httpx.Client) -> None:
    for origin, status in (("https://evil.example", 403), ("null", 403), (str(client.base_url)[:-1], 200)):
        question = {"data": [ENGLISH, None]}
        answer = client.post("gradio_api/call/ask", json=question, headers={"origin": origin})
        assert answer.status_code == status, origin
        assert not [name for name in answer.headers if name.startswith("access-control")]
    read = client.get("config", headers={"origin": "https://evil.example"})
    assert not [name for name in read.headers if name.startswith("access-control")]


@pytest.mark.parametrize("route", ["", "config", "theme.css", "healthz", "no/such/page", "gradio_api/token"])
def test_every_answer_carries_the_headers_that_keep_it_to_itself(client: httpx.Client, route: str) -> None:
    headers = client.get(route, headers={"accept": "text/html"}).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == policy["form-action"] == policy["base-uri"] == "'self'"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert not re.search(r"https?:|\*", headers["content-security-policy"])


def test_each_page_has_a_nonce_of_its_own_on_every_script(client: httpx.Client) -> None:
    nonces = set()
    for _ in range(2):
        page = client.get("", headers={"accept": "text/html", "accept-encoding": "br, gzip"})
        [nonce] = re.findall(r"'nonce-([\w-]{22})'", page.headers["content-security-policy"])
        assert len(re.findall(r"<script", page.text)) == page.text.count(f'<script nonce="{nonce}"') > 3
        assert int(page.headers["content-length"]) == len(page.content)
        nonces.add(nonce)
    assert len(nonces) == 2
    assert client.head("", headers={"accept": "text/html"}).content == b""


def test_what_gradio_offers_and_the_page_has_no_use_for_is_closed(client: httpx.Client) -> None:
    for route in (
        "gradio_api/proxy=https://example.hf.space/",
        "gradio_api/deep_link?session_hash=a",
        "gradio_api/runs",
        "gradio_api/token",
        "gradio_api/stream/a/b/c/playlist.m3u8",
        "monitoring",
        "docs",
        "redoc",
        "openapi.json",
    ):
        assert client.get(route).status_code == 404, route
    for route in ("gradio_api/process_recording", "gradio_api/vibe-code"):
        assert client.post(route, json={"data": [ENGLISH]}).status_code in (404, 405, 422), route


def test_no_answer_names_a_path_of_the_server(assistant: Assistant, client: httpx.Client) -> None:
    texts = [
        client.get(route).text
        for route in ("", "config", "gradio_api/info", "gradio_api/openapi.json", "theme.css", "healthz")
    ]
    answered = [
        call(client, "ask", question=ENGLISH),
        call(client, "search", question="a"),
        call(client, "articles"),
    ]
    for text in (*texts, *map(json.dumps, answered)):
        for path in (assistant.library.folder, ROOT, "site-packages", f"{Path.home()}/", "/articles/alder"):
            assert str(path) not in text


def test_health_is_told_to_what_watches_the_server(assistant: Assistant, client: httpx.Client) -> None:
    info = assistant.library.info()
    told = client.get("healthz")
    assert (told.status_code, told.json()) == (
        200,
        {"status": "ok", "revision": info.revision, "articles": info.articles},
    )
    assert client.head("healthz").status_code == 200


def test_a_library_that_went_away_is_told_with_503_and_without_its_path(tmp_path: Path) -> None:
    assistant = open_observatory(tmp_path / "library")
    with serving(assistant) as address:
        (tmp_path / "library").rename(tmp_path / "elsewhere")
        told = httpx.get(f"{address}healthz")
        assert (told.status_code, told.json()["status"]) == (503, "unavailable")
        assert "library" in told.json()["reason"]
        assert str(tmp_path) not in told.text
        (tmp_path / "elsewhere").rename(tmp_path / "library")
        assert httpx.get(f"{address}healthz").status_code == 200


def test_requests_are_logged_by_route_without_a_text(assistant: Assistant) -> None:
    with serving(assistant) as address, httpx.Client(base_url=address) as client:
        stream = io.StringIO()
        log_requests(stream)
        try:
            call(client, "ask", question=ENGLISH)
            client.get("search/من أسس المرصد؟?q=secret")
            client.get("gradio_api/file=/etc/hosts")
            client.get("healthz", headers={"host": "evil.example"})
        finally:
            logging.getLogger("majlis.requests").setLevel(logging.WARNING)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    routes = [(line["route"], line["method"], line["status"]) for line in lines if "route" in line]
    assert routes == [
        ("/gradio_api/call/v2/ask", "POST", 200),
        ("/gradio_api/call/v2/ask/{event_id}", "GET", 200),
        ("", "GET", 404),
        ("/gradio_api/file={path_or_url:path}", "GET", 403),
        ("", "GET", 400),
    ]
    [asked] = [line for line in lines if "endpoint" in line]
    assert (asked["endpoint"], asked["outcome"]) == ("ask", "sure")
    assert len({line["visitor"] for line in lines[:-1]}) == 1
    for text in ("observatory", "المرصد", "secret", "hosts", "127.0.0.1"):
        assert text not in stream.getvalue()


def test_uvicorn_logs_no_addresses(assistant: Assistant, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(assistant) as address:
        httpx.get(f"{address}?q=secret")
    assert capfd.readouterr().out == f"The chat is at {address} (Ctrl+C ends it)\n"


@pytest.mark.parametrize("prefix", ["majlis/", ""])
def test_behind_a_proxy_the_page_is_below_its_path_whether_that_is_cut_or_not(
    assistant: Assistant, prefix: str
) -> None:
    with serving(assistant, root_path="/majlis") as address:
        assert urlsplit(address).path == "/majlis/"
        origin = address.removesuffix("majlis/")
        with httpx.Client(base_url=f"{origin}{prefix}") as client:
            page = client.get("", headers={"accept": "text/html"})
            assert f'"root":"{origin}majlis"' in page.text
            assert "Path=/majlis;" in page.headers["set-cookie"]
            assert client.get("healthz").json()["status"] == "ok"
            assert "Mary Stone" in call(client, "ask", question=ENGLISH)["answer"]


def test_a_page_below_a_path_works_in_a_browser(assistant: Assistant, browser: Any) -> None:
    with serving(assistant, root_path="/majlis") as address, closing(browser.new_context()) as context:
        page = context.new_page()
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(address)
        page.locator("#question textarea").fill(ENGLISH)
        page.press("#question textarea", "Enter")
        page.wait_for_selector(".answer", timeout=60_000)
        assert all(url.startswith((address, "data:")) for url in requested)


@pytest.fixture
def open_tab(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the page in a tab of one browser; at the end no tab's console has a complaint."""
    context = browser.new_context()
    said: list[str] = []

    def open_tab(path: str = "") -> Any:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address + path)
        page.wait_for_selector(":is(.welcome, .turn)")
        return page

    yield open_tab
    context.close()
    assert [line for line in said if not line.startswith(("info:", "log:", "debug:"))] == []


@pytest.mark.parametrize(("language", "question"), [("en", ENGLISH), ("ar", ARABIC)])
def test_the_page_keeps_to_its_policy_and_an_inline_script_would_not_run(
    open_tab: Callable[..., Any], language: str, question: str
) -> None:
    page = open_tab(f"?lang={language}")
    page.evaluate("""() => {
        window.violations = [];
        document.addEventListener("securitypolicyviolation",
            (event) => window.violations.push(event.violatedDirective));
    }""")
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.locator(".answer").wait_for()
    page.wait_for_selector("#panel mark.current")
    page.locator(".copy").first.click()
    page.click("[data-language=ar]" if language == "en" else "[data-language=en]")
    page.wait_for_timeout(500)
    assert page.evaluate("window.violations") == []


def test_an_inline_handler_is_kept_from_running_by_the_policy(browser: Any, address: str) -> None:
    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(":is(.welcome, .turn)")
        image = "<img src=x onerror='window.evil = 1'>"
        page.evaluate("image => document.body.insertAdjacentHTML('beforeend', image)", image)
        page.wait_for_timeout(500)
        assert page.evaluate("window.evil") is None
        elsewhere = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'kept')"
        assert page.evaluate(elsewhere) == "kept"


def test_more_tabs_than_a_browser_has_connections_all_ask_and_are_answered(
    open_tab: Callable[..., Any],
) -> None:
    tabs = [open_tab() for _ in range(7)]  # a browser keeps six to a server
    for _ in range(2):
        for tab in tabs:
            tab.fill("#question textarea", ENGLISH)
            tab.press("#question textarea", "Enter")
        for tab in tabs:
            tab.locator(".turn").last.locator(".reply:not(.searching)").wait_for()
    for tab in tabs:
        assert tab.locator(".turn .answer").count() == 2
        assert "Mary Stone" in tab.locator(".answer").last.inner_text()
    assert not tabs[0].evaluate("window.gradio_config.connect_heartbeat")


def test_a_second_question_of_a_visitor_waits_visibly_and_is_answered(open_tab: Callable[..., Any]) -> None:
    KnownAnswers.go_on.clear()
    first, second, third = open_tab(), open_tab(), open_tab("?lang=ar")
    first.fill("#question textarea", SLOW)
    first.press("#question textarea", "Enter")
    first.locator(".searching", has_text="Reading passage 2 of 6…").wait_for()
    second.fill("#question textarea", ENGLISH)
    second.press("#question textarea", "Enter")
    second.locator(".searching", has_text="Waiting. Yours is the next question.").wait_for()
    third.fill("#question textarea", ARABIC)
    third.press("#question textarea", "Enter")
    third.locator(".searching", has_text="في الانتظار. عدد الأسئلة قبل سؤالك: 1").wait_for()
    KnownAnswers.go_on.set()
    for tab in (first, second, third):
        tab.locator(".answer").wait_for()
