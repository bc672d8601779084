"""Articles into a library by command; what nobody named is never removed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import COUNCIL, printed, run, told

from assistant.ingest import add_articles, build_library, update_library
from index.errors import UserError
from index.library import Library, database

MILL = "The mill of Lindham\n\nIts miller is Tom Reed.\n"


def listed() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = printed("index", "list")
    return records


def test_a_second_build_embeds_nothing_and_says_so(stored: Path, articles: Path) -> None:
    again = run("index", "build", articles)
    assert "2 unchanged" in again.stdout
    assert "nothing to embed" in again.stdout
    assert printed("index", "build", articles)["embedded"] == 0


def test_the_library_follows_the_files(stored: Path, articles: Path) -> None:
    (articles / "canal.txt").unlink()
    (articles / "council.txt").write_text(COUNCIL.replace("حداد", "نجار"), encoding="utf-8")
    (articles / "mill.txt").write_text(MILL, encoding="utf-8")
    change = printed("index", "update", articles)
    assert (change["added"], change["updated"], change["removed"]) == (1, 1, 1)
    assert "سامي نجار" in printed("ask", "من اقترح تشكيل مجلس الخبراء؟")["answer"]
    (articles / "mill.txt").unlink()
    assert printed("index", "update")["removed"] == 1
    assert [article["title"] for article in listed()] == ["إعلان القاهرة"]


def test_add_and_remove(stored: Path, tmp_path: Path) -> None:
    record = {"id": "mill-1", "title": "The mill", "text": "The mill was built by Tom Reed in 1702."}
    (tmp_path / "mill.jsonl").write_text(json.dumps(record), encoding="utf-8")
    assert printed("index", "add", tmp_path / "mill.jsonl")["added"] == 1
    assert printed("ask", "Who built the mill?")["citations"][0]["article_id"] == "mill-1"
    assert {article["id"] for article in listed()} >= {"mill-1"}
    assert printed("index", "remove", "mill-1", tmp_path / "articles" / "canal.txt")["removed"] == 2
    assert [article["title"] for article in listed()] == ["إعلان القاهرة"]
    assert printed("index", "remove", "articles")["removed"] == 1  # a folder


def test_a_stored_article_is_shown_with_its_text(stored: Path, articles: Path) -> None:
    for article in listed():
        shown = printed("index", "show", article["id"])
        file = (articles / Path(article["source"]).name).read_text(encoding="utf-8")
        assert (shown["id"], shown["title"]) == (article["id"], article["title"])
        assert shown["text"].strip() == file.strip()
        lines = run("index", "show", article["id"]).stdout
        assert lines.endswith(f"\n\n{shown['text']}\n")
        assert article["title"] in lines.split("\n\n")[0]


def test_info_and_verify_and_repair(stored: Path) -> None:
    info = printed("index", "info")
    assert list(info) == [
        *("articles", "passages", "vectors", "languages", "embedder", "dimension", "revision", "bytes"),
        *("originals", "original_bytes", "healthy", "questions_sent_to", "left_in_milvus"),
    ]
    assert (info["articles"], info["languages"], info["healthy"]) == (2, {"ar": 1, "en": 1}, True)
    assert printed("index", "verify") == {"healthy": True, "problems": []}
    vectors = max(stored.glob("vectors-*/*"), key=lambda path: path.stat().st_size)
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    broken = run("index", "verify")
    assert broken.exit_code == 1
    assert "majlis index repair" in broken.stderr
    assert printed("index", "repair")["mended"]
    assert run("index", "verify").exit_code == 0


def test_what_cannot_be_read_is_named_and_the_rest_goes_in(stored: Path, articles: Path) -> None:
    (articles / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    result = run("index", "build", articles)
    assert result.exit_code == 1
    assert "1 not taken" in result.stdout
    assert "broken.pdf" in result.stdout
    assert "2 unchanged" in result.stdout


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["index", "build", "empty"], "empty"),
        (["index", "update", "artcles"], "artcles"),
        (["index", "update", "articles", "nowhere.txt"], "nowhere.txt"),
        (["index", "remove", ""], "''"),
        (["index", "remove", "  "], "'  '"),
        (["index", "remove", "articles/canal.txt", "no-such-id"], "no-such-id"),
        (["demo", "--no-serve", "--library", "library"], "majlis demo --library"),
    ],
)
def test_a_command_that_names_nothing_of_the_library_removes_nothing(
    stored: Path, command: list[str], word: str
) -> None:
    Path("empty").mkdir()
    before = listed()
    assert word in told(*command)
    assert listed() == before


def test_the_demo_leaves_a_library_alone_that_was_emptied(stored: Path) -> None:
    printed("index", "remove", "articles")
    assert listed() == []
    assert "majlis demo --library" in told("demo", "--no-serve", "--library", "library")
    assert listed() == []


@pytest.mark.parametrize("named", [[], ["articles"]])
@pytest.mark.parametrize("left_behind", ["nothing", "an empty folder"])
def test_what_a_folder_that_is_away_held_stays_until_it_is_named(
    stored: Path, articles: Path, named: list[str], left_behind: str
) -> None:
    before = listed()
    articles.rename(articles.with_name("renamed"))
    if left_behind == "an empty folder":  # as a mount point is when nothing is mounted
        articles.mkdir()
    assert str(articles.name) in told("index", "update", *named)
    assert listed() == before
    assert printed("index", "remove", "articles")["removed"] == 2


def test_a_path_that_is_not_there_makes_no_library(tmp_path: Path) -> None:
    for ingest in (build_library, add_articles):
        with pytest.raises(UserError, match="no such file or folder"):
            ingest(tmp_path / "library", [tmp_path / "missing.txt"], embedder="hashing")
        assert not (tmp_path / "library").exists()


def test_a_line_or_a_file_that_cannot_be_read_any_more_removes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    lines = [json.dumps({"id": f"n{n}", "text": f"The note {n} is kept."}) for n in (1, 2)]
    (folder / "notes.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "mill.txt").write_text(MILL, encoding="utf-8")
    build_library(tmp_path / "library", [folder], embedder="hashing")
    library = Library.open(tmp_path / "library")

    (folder / "notes.jsonl").write_text(f"{lines[0]}\n{lines[1][:-9]}", encoding="utf-8")
    (folder / "mill.txt").write_bytes(b"%PDF-1.4 and nothing else")
    for report in (update_library(library, [folder]), build_library(library.folder, [folder])):
        assert len(report.problems) == 2
        assert report.change.removed == 0
        assert len(library.articles()) == 3


@pytest.mark.parametrize("command", [("build", ""), ("add", ""), ("update", "")])
def test_an_empty_name_is_not_this_folder(stored: Path, command: tuple[str, str]) -> None:
    before = listed()
    result = run("index", *command)
    assert result.exit_code == 2
    assert "empty name" in result.stderr
    assert listed() == before


def test_a_library_that_another_program_holds_is_one_line(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 300)
    with closing(sqlite3.connect(stored / "majlis.sqlite", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        result = run("index", "info")
    assert result.exit_code == 1
    assert "used by another process" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_name_that_is_not_utf8_is_one_line(stored: Path) -> None:
    result = run("index", "show", "\udcff")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
