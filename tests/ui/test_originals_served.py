"""Originals over HTTP: files that run nothing, pages as pictures, and nothing that was not read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import serving

from assistant.ingest import build_library
from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.library import Library

PDF = Path(__file__).parents[1] / "fixtures" / "pdf" / "plain.pdf"
PAGE = b"<html><title>The mill</title><p>The mill was built in 1702.</p><script>alert(1)</script></html>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals")
    shutil.copy(PDF, folder / "تقرير.pdf")
    (folder / "mill.html").write_bytes(PAGE)
    (folder / "changing.txt").write_text("The pump was built in 1802. It stands by the old well.")
    (folder / "going.txt").write_text("The crane was built in 1902. It stands on the quay.")
    return folder


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Assistant:
    library = tmp_path_factory.mktemp("served") / "library"
    build_library(library, [folder], embedder="hashing")
    settings = Settings(library=library, retriever="lexical")
    return Assistant(Library.open(library), settings, SentenceReader())


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[httpx.Client]:
    with serving(assistant) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def named(assistant: Assistant, name: str) -> str:
    return next(article.id for article in assistant.library.articles() if article.origin.endswith(name))


@pytest.mark.parametrize(("name", "quoted"), [("mill.html", "mill.html"), ("تقرير.pdf", "%D8%AA%D9%82")])
def test_a_file_is_saved_and_runs_nothing(
    client: httpx.Client, assistant: Assistant, folder: Path, name: str, quoted: str
) -> None:
    answer = client.get("originals/file", params={"article": named(assistant, name)})
    assert answer.status_code == 200
    assert answer.content == (folder / name).read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith(f"attachment; filename*=UTF-8''{quoted}")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert str(folder) not in str(answer.headers)


def test_a_page_is_a_picture_that_is_kept(client: httpx.Client, assistant: Assistant) -> None:
    asked = {"article": named(assistant, "تقرير.pdf"), "page": "1", "width": "600"}
    answer = client.get("originals/page", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")
    again = client.get("originals/page", params=asked, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("originals/page", params=asked | {"page": "77"}).status_code == 404
    assert client.get("originals/page", params=asked | {"page": "x"}).status_code == 422
    text = client.get("originals/page", params=asked | {"article": named(assistant, "mill.html")})
    assert text.status_code == 404


@pytest.mark.parametrize("article", ["", "nobody", "../../etc/passwd", "/etc/passwd", "uploads/../x", "\x00"])
def test_nothing_else_is_handed_out(client: httpx.Client, article: str) -> None:
    for route in ("originals/file", "originals/page"):
        assert client.get(route, params={"article": article, "page": "1"}).status_code == 404
    assert client.get("originals/../../../etc/passwd").status_code == 404


def test_what_changed_or_went_is_said_to_have(
    client: httpx.Client, assistant: Assistant, folder: Path
) -> None:
    (folder / "changing.txt").write_text("Something that nobody was to see.")
    (folder / "going.txt").unlink()
    for name, told in (("changing.txt", "has changed"), ("going.txt", "no longer where it was")):
        answer = client.get("originals/file", params={"article": named(assistant, name)})
        assert answer.status_code == 410
        assert told in answer.json()["error"]


def test_only_who_has_signed_in_is_given_any(assistant: Assistant, tmp_path: Path) -> None:
    from ui.server.sign_in.people import set_password

    people = tmp_path / "people"
    set_password(people, "nadia", "a long password")
    with serving(assistant, auth=people) as address, httpx.Client(base_url=address, timeout=60) as client:
        asked = {"article": named(assistant, "mill.html")}
        assert client.get("originals/file", params=asked).status_code == 401
        answer = client.get("originals/file", params=asked, auth=("nadia", "a long password"))
        assert answer.content == PAGE
