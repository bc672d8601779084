"""Every command over a library in PostgreSQL, as a person types them; and a chat that runs beside them."""

import uuid
from pathlib import Path

import httpx
import pytest
from commands import CANAL, COUNCIL, printed, run, told
from postgres_server import PostgresServer
from serving import call, serving

from assistant.pipeline import Assistant
from assistant.settings import Settings, load_settings
from index.errors import UserError
from index.library import Library
from ui.server.libraries import served_libraries


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "council.txt").write_text(COUNCIL, encoding="utf-8")
    (folder / "canal.txt").write_text(CANAL, encoding="utf-8")
    return folder


def test_each_command(postgres: PostgresServer, articles: Path, tmp_path: Path) -> None:
    url, here, there = postgres.url(f"c_{uuid.uuid4().hex[:8]}"), tmp_path / "here", tmp_path / "there"
    at = ("--library", here)
    assert "no library in postgresql://" in told("ask", "When?", *at, "--database", url)
    built = printed("index", "build", articles, "--embedder", "hashing", *at, "--database", url)
    assert (built["added"], built["revision"]) == (2, 1)
    assert "1874" in printed("ask", "When was the canal of Lindham opened?", *at)["answer"]
    assert printed("search", "canal", *at)["hits"][0]["title"] == "The canal of Lindham"

    (articles / "moon.md").write_text("# The moon\n\nThe moon has no air.", encoding="utf-8")
    other = ("--library", there)
    assert printed("index", "add", articles / "moon.md", *other, "--database", url)["added"] == 1
    listed = printed("index", "list", *at)
    assert [article["title"] for article in listed] == [a["title"] for a in printed("index", "list", *other)]
    moon = next(article["id"] for article in listed if article["title"] == "The moon")
    assert printed("index", "show", moon, *at)["text"] == "The moon\n\nThe moon has no air."
    assert run("index", "tag", moon, "--tag", "sky", *at).exit_code == 0
    assert [a["id"] for a in printed("index", "list", "--within", "tag:sky", *other)] == [moon]

    (articles / "canal.txt").rename(articles / "waterway.txt")
    plan = printed("index", "sync", articles, "--dry-run", *other)
    assert (plan["moved"], plan["dry_run"]) == (1, True)
    assert printed("index", "update", articles, *other)["moved"] == 1
    assert printed("index", "sync", articles, *at)["unchanged"] == 3
    removed = run("index", "remove", moon, *at).stdout
    assert "1 article removed" in removed
    assert "none is left" in removed
    assert "in PostgreSQL their rows are deleted" in removed
    info = printed("index", "info", *other)
    assert (info["articles"], info["healthy"]) == (2, True)
    assert printed("search", "canal", *other)["hits"]
    assert printed("index", "verify", *other) == {"healthy": True, "problems": []}
    assert printed("index", "repair", *at)["mended"] == []

    assert printed("index", "export", tmp_path / "out.majlis", *at)["articles"] == 2
    again = ("--library", tmp_path / "again", "--database", postgres.url(f"c_{uuid.uuid4().hex[:8]}"))
    assert printed("index", "import", tmp_path / "out.majlis", *again)["articles"] == 2
    assert printed("index", "verify", *again)["healthy"]


def test_a_mistake_is_one_line_without_the_password(tmp_path: Path) -> None:
    at = ("--library", tmp_path / "library", "--database")
    assert "cannot be reached" in (line := told("index", "info", *at, "postgresql://me:s3cret@127.0.0.1:9/d"))
    assert "s3cret" not in line
    assert "write it as postgresql://" in told("ask", "When?", *at, "mysql://me:s3cret@h/d")
    settings = load_settings({"database": "postgresql://me:s3cret@h/d"}, {}, tmp_path)
    assert "s3cret" not in repr(settings)
    assert load_settings({}, {"MAJLIS_DATABASE": "postgresql:///d"}, tmp_path).database == "postgresql:///d"


def test_a_chat_that_runs_answers_from_what_another_server_added(
    postgres: PostgresServer, articles: Path, tmp_path: Path
) -> None:
    url, here, there = postgres.url(f"c_{uuid.uuid4().hex[:8]}"), tmp_path / "here", tmp_path / "there"
    printed(
        "index",
        "build",
        articles / "council.txt",
        "--embedder",
        "hashing",
        "--library",
        here,
        "--database",
        url,
    )
    settings = Settings(library=here, retriever="lexical", reader="sentence")
    with (
        serving(Assistant(Library.open(here), settings), per_minute=0) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        question = "When was the canal of Lindham opened?"
        assert "1874" not in call(client, "ask", question=question)["answer"]
        printed("index", "add", articles / "canal.txt", "--library", there, "--database", url)
        assert "1874" in call(client, "ask", question=question)["answer"]


def test_the_page_serves_one_library_of_a_new_folder_and_several_whose_folders_remember(
    postgres: PostgresServer, articles: Path, tmp_path: Path
) -> None:
    urls = [postgres.url(f"c_{uuid.uuid4().hex[:8]}") for _ in range(2)]
    for file, url in zip(("council.txt", "canal.txt"), urls, strict=True):
        at = ("--library", tmp_path / "made" / file, "--database", url)
        printed("index", "build", articles / file, "--embedder", "hashing", *at)
    question = "When was the canal of Lindham opened?"
    flags = {"retriever": "lexical", "reader": "sentence"}
    alone = load_settings({**flags, "library": tmp_path / "canal", "database": urls[1]}, {})
    [served] = served_libraries(alone)
    assert "1874" in served.assistant.answer(question).text
    both = {**flags, "libraries": (str(tmp_path / "council"), str(tmp_path / "canal"))}
    with pytest.raises(UserError, match=r"--database is of one library.*majlis index info --library"):
        served_libraries(load_settings({**both, "database": urls[0]}, {}))
    assert printed("index", "info", "--library", tmp_path / "council", "--database", urls[0])["healthy"]
    council, canal = served_libraries(load_settings(both, {}))
    assert "1874" in canal.assistant.answer(question).text
    assert "1874" not in council.assistant.answer(question).text
    assert "--database" in run("ui", "--help").stdout
