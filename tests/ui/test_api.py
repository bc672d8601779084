"""What programs call by name: the command line's objects, the line, its limits, the docs' examples, MCP."""

import asyncio
import base64
import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import printed
from gradio_client import Client
from gradio_client.exceptions import AppError
from observatory import ARABIC, ENGLISH, NOWHERE, KnownAnswers, open_observatory
from serving import call, serving

from assistant.ingest import build_samples
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.library import Library
from index.passages import Hit
from ui.server.paths import without_paths
from ui.server.sign_in.people import set_password

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("api") / "library")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("samples") / "library"
    build_samples(folder, embedder="hashing")
    settings = Settings(library=folder, retriever="lexical", reader="sentence", port=0)
    return Assistant(Library.open(folder), settings)


@pytest.fixture(scope="module")
def address(samples: Assistant) -> Iterator[str]:
    with serving(samples, per_minute=0) as address:
        yield address


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


def test_the_objects_are_those_that_the_command_line_prints(samples: Assistant, address: str) -> None:
    library = samples.settings.library
    options = ("--library", library, "--retriever", "lexical")
    client = Client(address, verbose=False)
    for question in ("Who proposed the expert council?", "من اقترح مجلس الخبراء؟", NOWHERE):
        answer = client.predict(question, api_name="/ask")
        expected = printed("ask", question, *options, "--reader", "sentence")
        assert answer.keys() == expected.keys()
        assert without_times(answer) == without_paths(without_times(expected))
    found = client.predict("council", k=4, api_name="/search")
    assert found == printed("search", "council", "-k", "4", *options)
    listed = client.predict(api_name="/articles")
    assert listed == without_paths(printed("index", "list", "--library", library))
    assert {article["origin"] for article in listed} >= {"ar-james-webb.md"}


def test_turns_before_are_taken_as_a_batch_takes_them(address: str) -> None:
    client = Client(address, verbose=False)
    turns = [{"question": "Who proposed the expert council?"}]
    with_turns = client.predict("And when was it?", turns, api_name="/ask")["understood_as"]
    alone = client.predict("And when was it?", api_name="/ask")["understood_as"]
    assert (alone, with_turns != alone) == ("And when was it?", True)


@pytest.mark.parametrize(
    ("endpoint", "arguments", "problem"),
    [
        ("ask", {"question": " "}, "nothing was asked; give a question"),
        ("ask", {"question": 3}, "nothing was asked; give a question"),
        ("ask", {"question": "x" * 2001}, "the question has 2001 characters; at most 2000 are read"),
        ("ask", {"question": "?", "turns": "before"}, "turns is no list of objects"),
        ("ask", {"question": "?", "turns": [{}]}, "nothing was asked; give a question"),
        ("search", {"question": "council", "k": 0}, "k is 0; give it a whole number from 1 to 1000"),
        ("search", {"question": "council", "k": "many"}, "k is 'many'; give it a whole number"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(
    address: str, endpoint: str, arguments: dict[str, Any], problem: str
) -> None:
    with (
        httpx.Client(base_url=address, timeout=60) as client,
        pytest.raises(RuntimeError, match=re.escape(problem)) as error,
    ):
        call(client, endpoint, **arguments)
    assert "\n" not in str(error.value)


def test_the_page_s_own_events_cannot_be_called(address: str) -> None:
    client = Client(address, verbose=False)
    named = client.view_api(return_format="dict")
    assert isinstance(named, dict)
    assert set(named["named_endpoints"]) == {"/ask", "/search", "/articles"}
    assert named["unnamed_endpoints"] == {}
    for endpoint in named["named_endpoints"].values():
        assert endpoint["description"]
    with pytest.raises(ValueError, match="Cannot find a function"):
        client.predict("?", api_name="/page_ask")


def test_the_example_in_the_docs_runs_as_it_stands(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/serving.md").read_text(encoding="utf-8"), re.S
    )
    monkeypatch.setenv("MAJLIS_URL", address)
    output = io.StringIO()
    with redirect_stdout(output):
        exec(compile(example, "docs/serving.md", "exec"), {})
    lines = output.getvalue().splitlines()
    assert "council of experts" in lines[0]
    assert lines[1].startswith("[1] Lavrov")
    assert lines[-1] == "20 articles"


def test_the_shell_example_in_the_docs_runs_as_it_stands(samples: Assistant, tmp_path: Path) -> None:
    [example] = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/serving.md").read_text(encoding="utf-8"), re.S)
    set_password(tmp_path / "people.txt", "layla", "correct horse")
    with serving(samples, auth=tmp_path / "people.txt") as address:
        variables = {"MAJLIS_URL": address.rstrip("/"), "PASSWORD": "correct horse"}
        output = subprocess.run(
            ["sh", "-c", example], env=os.environ | variables, capture_output=True, text=True, check=True
        ).stdout
    assert output.startswith("event: complete\ndata: [{")
    assert "council of experts" in output


def test_a_client_signs_in_with_name_and_password(samples: Assistant, tmp_path: Path) -> None:
    set_password(tmp_path / "people.txt", "ليلى", "correct horse")
    with serving(samples, auth=tmp_path / "people.txt") as address:
        client = Client(address, auth=("ليلى", "correct horse"), verbose=False)
        assert len(client.predict(api_name="/articles")) == 20
        with pytest.raises(Exception, match="Invalid credentials"):
            Client(address, auth=("ليلى", "wrong horse"), verbose=False)


class Held(KnownAnswers):
    """Searches only once it is let."""

    begun, go_on = threading.Event(), threading.Event()

    def search(self, question: str, k: int | None = None) -> list[Hit]:
        self.begun.set()
        assert self.go_on.wait(timeout=60)
        return super().search(question, k)


def test_programs_wait_in_the_same_line_and_only_what_is_beyond_a_limit_is_refused(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    held = Held(assistant.library, assistant.settings, assistant.reader)
    with (
        serving(held, waiting=1) as address,
        httpx.Client(base_url=address, timeout=60) as visitor,
        httpx.Client(base_url=address, timeout=60) as other,
        ThreadPoolExecutor(3) as pool,
    ):
        visitor.get("", headers={"accept": "text/html"})  # gives it the mark that makes it one visitor
        first = pool.submit(call, visitor, "search", question="observatory")
        assert held.begun.wait(timeout=60)
        more = [pool.submit(call, visitor, "articles") for _ in range(2)]  # one may wait, one is too many
        [refused], [waiting] = wait(more, timeout=60, return_when=FIRST_COMPLETED)
        told = "1 of your questions are waiting; ask again when one of them is answered"
        assert str(refused.exception()) == told
        assert len(call(other, "articles")) == 6
        assert [first.done(), waiting.done()] == [False, False]
        held.go_on.set()
        assert first.result(timeout=60)["hits"]
        assert len(waiting.result(timeout=60)) == 6


def test_a_limit_is_told_to_a_program(assistant: Assistant) -> None:
    with serving(assistant, per_minute=2) as address:
        client = Client(address, verbose=False)
        for question in (ENGLISH, ARABIC):
            client.predict(question, api_name="/ask")
        with pytest.raises(
            AppError, match=r"2 questions a minute are taken from one visitor; ask again in \d+ s"
        ):
            client.predict(ENGLISH, api_name="/ask")


def test_a_library_that_went_away_is_told_without_its_path(tmp_path: Path) -> None:
    assistant = open_observatory(tmp_path / "library")
    with serving(assistant) as address, httpx.Client(base_url=address) as client:
        (tmp_path / "library").rename(tmp_path / "elsewhere")
        with pytest.raises(RuntimeError, match="library") as error:
            call(client, "articles")
        assert str(tmp_path) not in str(error.value)


def test_an_mcp_client_finds_and_calls_the_same_as_tools(samples: Assistant, tmp_path: Path) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    set_password(tmp_path / "people.txt", "layla", "correct horse")
    basic = base64.b64encode(b"layla:correct horse").decode()

    async def use(address: str) -> None:
        headers = {"Authorization": f"Basic {basic}"}
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as known,
            streamable_http_client(f"{address}gradio_api/mcp/", http_client=known) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert tools.keys() == {"ask", "search", "articles"}
            assert tools["ask"].inputSchema["required"] == ["question"]
            assert "sentences it stands on" in (tools["ask"].description or "")
            for name, arguments in (
                ("ask", {"question": "Who proposed the expert council?"}),
                ("search", {"question": "council", "k": 2}),
                ("articles", {}),
            ):
                result = await session.call_tool(name, arguments)
                assert not result.isError
                [content] = result.content
                mcp_told = json.loads(getattr(content, "text", ""))
                with httpx.Client(base_url=address, auth=("layla", "correct horse")) as client:
                    expected = call(client, name, **arguments)
                if name == "ask":
                    mcp_told, expected = without_times(mcp_told), without_times(expected)
                assert mcp_told == expected
            wrong = await session.call_tool("search", {"question": "council", "k": 0})
            assert wrong.isError
            assert "k is 0" in getattr(wrong.content[0], "text", "")

    with serving(samples, auth=tmp_path / "people.txt", mcp=True) as address:
        assert httpx.post(f"{address}gradio_api/mcp/", json={}).status_code == 401
        asyncio.run(use(address))


def test_without_the_package_mcp_is_one_line(samples: Assistant) -> None:
    script = (
        "import sys; sys.modules['mcp'] = None; from assistant.cli import main; "
        "sys.exit(main(['ui', '--mcp', '--port', '0', '--reader', 'sentence', '--library', sys.argv[1]]))"
    )
    library = str(samples.settings.library)
    ended = subprocess.run(
        [sys.executable, "-c", script, library], capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stderr) == (
        1,
        "majlis: --mcp needs the package mcp: pip install 'majlis[mcp]'\n",
    )
