"""Uploads: kept with the library through every change of it, under names that leave no folder; removed."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from article_files import zip_file
from commands import CANAL, printed, run
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest import build_library, build_samples, remove_articles, sync_library, update_library
from assistant.uploads import Upload, Uploaded, add_uploads, paste
from assistant.uploads.names import safe_name
from index.errors import LibraryBusy, UserError
from index.library import Library
from index.library.lock import writer_lock
from index.originals import NO_ORIGINAL, Original, Originals

Hand = Callable[..., Upload]

MILL = "The mill of Lindham\n\nIts miller is Tom Reed.\n"
HOSTILE = [
    *("../../../etc/passwd.txt", "/etc/passwd.txt", "..\\..\\win.txt", "C:\\boot.txt", "a/../../b.txt"),
    *("<img src=x onerror=evil()>.txt", "a\x00b.txt", "line\nbreak.txt", ".hidden.txt", "con.txt", "NUL.txt"),
    *("\u202egpj.txt", "a\ud800.txt", "a" * 500 + ".txt", "م" * 300 + ".txt", "a/" * 40 + "b.txt", "~/x.txt"),
    "\"'`$(x).txt",
]


@pytest.fixture
def library(stored: Path) -> Library:
    return Library.open(stored)


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    (tmp_path / "handed").mkdir()

    def hand(name: str, text: str = MILL, kept_as: str = "file.txt") -> Upload:
        file = tmp_path / "handed" / f"{time.monotonic_ns()}-{kept_as}"
        file.write_text(text, encoding="utf-8")
        return Upload(name, file)

    return hand


def files(library: Library) -> list[str]:
    folder = library.folder / "uploads"
    return sorted(
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and file.name != "lock"
    )


def titles(library: Library) -> set[str]:
    return {article.title for article in library.articles()}


def test_an_upload_is_an_article_named_by_its_file(library: Library, hand: Hand, tmp_path: Path) -> None:
    upload = hand("trip/mill.txt")
    assert add_uploads(library, [upload]) == [Uploaded("trip/mill.txt", 1)]
    [mill] = library.find("uploads/trip/mill.txt")
    assert (mill.title, mill.source, mill.origin) == (
        "The mill of Lindham",
        "trip/mill.txt",
        "uploads/trip/mill.txt",
    )
    assert upload.file.read_text(encoding="utf-8") == MILL
    assert files(library) == ["trip/mill.txt"]
    answer = printed("ask", "Who is the miller of Lindham?")
    assert "Tom Reed" in answer["answer"]
    assert answer["citations"][0]["source"] == "trip/mill.txt"
    assert str(tmp_path) not in json.dumps(answer["citations"])


def test_no_build_update_or_sync_takes_an_upload_out(library: Library, hand: Hand, articles: Path) -> None:
    add_uploads(
        library, [hand("mill.txt"), hand("more.jsonl", '{"text": "Ducks swim.", "title": "Ducks"}\n')]
    )
    before = {(one.id, one.title) for one in library.articles()}
    assert build_library(library.folder, [articles]).change.unchanged == 4
    assert update_library(library, []).change.unchanged == 4
    assert update_library(library, [articles]).change.removed == 0
    report = sync_library(library, articles)
    assert (report.change.unchanged, report.change.removed) == (4, 0)
    assert report.plan is not None
    assert report.plan.gone == ()
    assert {(one.id, one.title) for one in library.articles()} == before
    (articles / "canal.txt").unlink()  # what was read from elsewhere is followed as ever
    assert update_library(library, []).change.removed == 1
    assert len(library.articles()) == 3


def test_a_library_made_anew_has_its_uploads(
    library: Library, hand: Hand, articles: Path, tmp_path: Path
) -> None:
    add_uploads(library, [hand("mill.txt")])
    before = library.find("uploads/mill.txt")
    for file in library.folder.glob("majlis.sqlite*"):
        file.unlink()
    for folder in [*library.folder.glob("vectors-*"), *library.folder.glob("lexical-*")]:
        shutil.rmtree(folder)
    moved = tmp_path / "moved"
    (library.folder / "uploads").rename(tmp_path / "kept")
    assert run("index", "build", articles, "--library", moved, "--embedder", "hashing").exit_code == 0
    (tmp_path / "kept").rename(moved / "uploads")
    assert printed("index", "build", articles, "--library", moved)["added"] == 1
    again = Library.open(moved).find("uploads/mill.txt")  # wherever the folder is
    assert [replace(one, added="") for one in again] == [replace(one, added="") for one in before]


def test_an_upload_whose_file_is_lost_stays(library: Library, hand: Hand, articles: Path) -> None:
    add_uploads(library, [hand("mill.txt")])
    shutil.rmtree(library.folder / "uploads")
    assert build_library(library.folder, [articles]).change.unchanged == 3
    (library.folder / "uploads").mkdir()
    (library.folder / "uploads" / "mill.txt").write_bytes(b"")  # and so does one that cannot be read
    report = build_library(library.folder, [articles])
    assert (report.change.removed, len(report.problems)) == (0, 1)
    assert "The mill of Lindham" in titles(library)


def test_the_same_name_again_replaces(library: Library, hand: Hand) -> None:
    add_uploads(library, [hand("mill.txt")])
    [before] = library.find("uploads/mill.txt")
    assert add_uploads(library, [hand("mill.txt", MILL.replace("Tom", "Ann"))]) == [
        Uploaded("mill.txt", 1, replaced=True)
    ]
    assert [one.id for one in library.find("uploads/mill.txt")] == [before.id]
    assert "Ann Reed" in printed("ask", "Who is the miller of Lindham?")["answer"]
    records = [{"id": n, "text": f"Duck number {n} swims."} for n in (1, 2)]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    add_uploads(library, [hand("ducks.jsonl", lines)])
    add_uploads(library, [hand("ducks.jsonl", lines.splitlines()[1])])  # what it no longer says is gone
    assert len(library.find("uploads/ducks.jsonl")) == 1
    assert update_library(library, []).change.unchanged == 4


def test_what_cannot_be_read_is_told_and_the_rest_goes_in(library: Library, hand: Hand) -> None:
    results = add_uploads(
        library,
        [
            hand("mill.txt"),
            hand("empty.txt", ""),
            hand("sheet.xls", "x"),
            hand("bad.jsonl", "{\n" * 5),
            hand("mill.txt/inner.txt"),
            hand("..", "x"),
            Upload("gone.txt", Path("nowhere.txt")),
        ],
    )
    assert [result.articles for result in results] == [1, 0, 0, 0, 0, 0, 0]
    told = {result.name: result.problem for result in results}
    assert told["mill.txt"] == ""
    assert "empty" in told["empty.txt"]
    assert "not a kind of file" in told["sheet.xls"]
    assert told["bad.jsonl"].startswith("line 1: not JSON")
    assert told["bad.jsonl"].endswith("(and 2 more)")
    assert "another" in told["mill.txt/inner.txt"]
    assert "another" in told[".."]
    assert "hand it over again" in told["gone.txt"]
    assert not any("/tmp" in problem for problem in told.values())
    assert files(library) == ["mill.txt"]


def test_articles_of_one_id_in_two_files_are_two(library: Library, hand: Hand, tmp_path: Path) -> None:
    line = '{"id": "1", "text": "Ducks swim."}\n'
    add_uploads(library, [hand("a.jsonl", line), hand("b.jsonl", line.replace("Ducks", "Geese"))])
    outside = tmp_path / "c.jsonl"
    outside.write_text(line.replace("Ducks", "Swans"), encoding="utf-8")
    assert printed("index", "add", outside)["added"] == 1
    assert len(library.articles()) == 5


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leaves_the_folder(library: Library, hand: Hand, name: str) -> None:
    before = {path for path in library.folder.parent.rglob("*") if "library/uploads" not in str(path)}
    [result] = add_uploads(library, [hand(name)])
    assert (result.articles, result.problem) == (1, "")
    [file] = files(library)
    assert file == result.name == safe_name(name)
    after = {path for path in library.folder.parent.rglob("*") if "library/uploads" not in str(path)}
    assert {path.parent.name for path in after - before} <= {"handed", "library"} | {
        path.parent.name for path in after if "vectors-" in str(path) or "lexical-" in str(path)
    }
    assert build_library(library.folder, [library.folder.parent / "articles"]).change.unchanged == 3


@given(st.text())
def test_a_name_is_a_plain_path_and_stays_so(name: str) -> None:
    kept = safe_name(name)
    parts = kept.split("/") if kept else []
    assert not any(part in ("", ".", "..") or part.startswith(".") for part in parts)
    assert len(parts) <= 8
    assert all(len(part.encode()) <= 120 for part in parts)
    assert not Path(kept).is_absolute()
    assert safe_name(kept) == kept


def test_a_pasted_text_has_its_title_and_is_kept_character_for_character(library: Library) -> None:
    text = "  The mill\r\n\u0643\u0650\u062a\u0627\u0628 <b>"
    assert paste(library, "A / mill: <i>", text) == Uploaded("A / mill: <i>", 1)
    assert paste(library, "A  mill: <i>", text).articles == 1  # another title, the same name but for it
    assert paste(library, "A / mill: <i>", text + " Tom").replaced
    found = [one for one in library.articles() if one.title == "A / mill: <i>"]
    assert len(found) == 1
    assert found[0].source == "A / mill: <i>"
    with library.snapshot() as snapshot:
        assert snapshot.article(found[0].id).text == text + " Tom"
    with pytest.raises(UserError, match="no text"):
        paste(library, "Nothing", " \n")
    assert paste(library, " ", "The well of Lindham\n\nIt is deep.").name == "The well of Lindham"


def test_a_removed_upload_leaves_nothing(library: Library, hand: Hand, articles: Path) -> None:
    add_uploads(library, [hand("trip/mill.txt"), hand("well.txt", "The well of Lindham is deep and cold.")])
    result = run("index", "remove", library.folder / "uploads" / "trip" / "mill.txt")
    assert result.exit_code == 0, result.output
    assert "1 article removed" in result.stdout
    assert "uploads/trip/mill.txt" in result.stdout
    assert "removed: the file uploads/trip/mill.txt, which was kept in the library" in result.stdout
    assert "none is left" in result.stdout
    assert files(library) == ["well.txt"]
    info = printed("index", "info")
    assert (info["originals"], info["original_bytes"]) == (1, len("The well of Lindham is deep and cold."))
    assert not (library.folder / "uploads" / "trip").exists()
    assert build_library(library.folder, [articles]).change.added == 0
    receipt = printed("index", "remove", library.find("uploads/well.txt")[0].id)
    assert (receipt["removed"], receipt["files"]) == (1, ["uploads/well.txt"])
    assert files(library) == []
    assert printed("index", "info")["originals"] == 0


def test_of_an_upload_the_text_alone_may_be_kept(library: Library, hand: Hand, articles: Path) -> None:
    originals = Originals(library.folder)

    def of_the_mill() -> Original:
        [mill] = library.find("uploads/mill.txt")
        with library.snapshot() as snapshot:
            return originals.of(snapshot.article(mill.id))

    add_uploads(library, [hand("mill.txt")])
    assert of_the_mill() == Original("same", "mill.txt")
    assert add_uploads(library, [hand("mill.txt")], keep=False) == [Uploaded("mill.txt", 1, replaced=True)]
    assert files(library) == []
    assert of_the_mill() == NO_ORIGINAL
    assert build_library(library.folder, [articles]).change.removed == 0
    assert "Tom Reed" in printed("ask", "Who is the miller of Lindham?")["answer"]
    assert paste(library, "The old mill", MILL, keep=False).articles == 1
    assert files(library) == []
    receipt = printed("index", "remove", "uploads/mill.txt")
    assert (receipt["removed"], receipt["files"]) == (1, [])


def test_of_a_file_with_several_articles_one_may_go(library: Library, hand: Hand, articles: Path) -> None:
    lines = '{"id": "a", "text": "Ducks swim in the mill pond."}\n{"text": "Geese fly to the mill pond."}\n'
    add_uploads(library, [hand("birds.jsonl", lines)])
    ducks, geese = sorted(library.find("uploads/birds.jsonl"), key=lambda one: one.title)
    receipt = remove_articles(library, [ducks.id])
    assert receipt.traces is not None
    assert receipt.traces.found == ()
    assert library.find("uploads/birds.jsonl") == [geese]
    assert build_library(library.folder, [articles]).change.unchanged == 3
    assert library.find("uploads/birds.jsonl") == [geese]


def test_while_another_process_changes_the_library_nothing_is_taken(library: Library, hand: Hand) -> None:
    add_uploads(library, [hand("mill.txt")])
    with writer_lock(library.folder):
        with pytest.raises(LibraryBusy):
            add_uploads(library, [hand("mill.txt", "The mill burnt down."), hand("new.txt")])
        with pytest.raises(LibraryBusy):
            remove_articles(library, ["uploads/mill.txt"])
    with writer_lock(library.folder / "uploads"), pytest.raises(LibraryBusy):
        add_uploads(library, [hand("new.txt")])
    assert files(library) == ["mill.txt"]
    assert (library.folder / "uploads" / "mill.txt").read_text(encoding="utf-8") == MILL
    assert titles(library) >= {"The mill of Lindham"}


KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.uploads import Upload, add_uploads
from index.library import Library
library = Library.open(Path(sys.argv[1]))
library.add = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)  # when the files are there
add_uploads(library, [Upload("mill.txt", Path(sys.argv[2]))])
"""


def test_a_killed_upload_loses_nothing(library: Library, hand: Hand) -> None:
    add_uploads(library, [hand("mill.txt")])
    again = hand("mill.txt", CANAL)
    done = subprocess.run([sys.executable, "-c", KILLED, library.folder, again.file], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [*(library.folder / "uploads").glob(".aside-*")]
    add_uploads(library, [hand("well.txt")])  # clears up
    assert files(library) == ["mill.txt", "well.txt"]
    assert update_library(library, []).change.problems == ()
    assert len(library.find("uploads/mill.txt")) == 1


def test_the_demo_library_may_have_uploads(library: Library, hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    build_samples(folder, embedder="hashing")
    demo = Library.open(folder)
    add_uploads(demo, [hand("mill.txt")])
    again = run("demo", "--no-serve", "--library", folder)
    assert again.exit_code == 0, again.output
    assert "The mill of Lindham" in titles(demo)


def test_an_archive_is_removed_as_a_whole(library: Library, hand: Hand, tmp_path: Path) -> None:
    archive = zip_file({"a.txt": "Ducks swim in the pond.", "b.txt": "Geese fly over the hill."})
    handed = tmp_path / "birds.zip"
    handed.write_bytes(archive)
    assert add_uploads(library, [Upload("birds.zip", handed)]) == [Uploaded("birds.zip", 2)]
    one, other = library.find("uploads/birds.zip")
    assert {one.source, other.source} == {"birds.zip:a.txt", "birds.zip:b.txt"}
    with pytest.raises(UserError, match="holds 1 more article, so nothing was removed"):
        remove_articles(library, [one.id])
    assert files(library) == ["birds.zip"]
    assert update_library(library, []).change.unchanged >= 2
    assert remove_articles(library, [one.id, other.id]).change.removed == 2
    assert files(library) == []
