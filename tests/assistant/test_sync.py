"""A library that equals a folder, what a removal leaves behind, and a library as one file: by command."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import printed, run, told

from index.library import Library


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def notes(stored: Path, articles: Path) -> Path:
    """A folder of six notes, and a library of them."""
    folder = articles.with_name("notes")
    for n in range(6):
        write(folder, f"{n}.txt", f"Of note {n}\n\nThe note {n} tells of thing{n}.\n")
    run("index", "sync", folder, "--allow-removals")
    return folder


def titles() -> list[str]:
    return sorted(article["title"] for article in printed("index", "list"))


def test_sync_makes_the_library_equal_the_folder_and_says_what_it_did(notes: Path) -> None:
    assert titles() == [f"Of note {n}" for n in range(6)]
    write(notes, "6.txt", "Of note 6\n\nIt is new.\n")
    write(notes, "1.txt", "Of note 1\n\nIt is another.\n")
    (notes / "2.txt").unlink()
    (notes / "sub").mkdir()
    (notes / "3.txt").rename(notes / "sub" / "three.txt")
    before = titles()
    dry = printed("index", "sync", notes, "--dry-run")
    assert titles() == before
    done = printed("index", "sync", notes)
    plan = {
        "new": [str(notes / "6.txt")],
        "changed": [str(notes / "1.txt")],
        "moved": [[str(notes / "3.txt"), str(notes / "sub" / "three.txt")]],
        "gone": [str(notes / "2.txt")],
    }
    assert dry["plan"] == done["plan"] == plan
    for change in (dry, done):
        counts = {name: change[name] for name in ("added", "updated", "moved", "removed", "unchanged")}
        assert counts == {"added": 1, "updated": 1, "moved": 1, "removed": 1, "unchanged": 3}
    assert (dry["embedded"], dry["dry_run"], done["embedded"], done["dry_run"]) == (0, True, 2, False)
    assert titles() == sorted(f"Of note {n}" for n in (0, 1, 3, 4, 5, 6))
    assert run("index", "verify").exit_code == 0
    again = run("index", "sync", notes)
    assert "6 unchanged; nothing to embed." in again.stdout


def test_sync_takes_more_than_half_only_if_it_is_told_to(notes: Path) -> None:
    for n in range(4):
        (notes / f"{n}.txt").unlink()
    refused = run("index", "sync", notes)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "4 of the 6 articles" in refused.stderr.splitlines()[-1]
    assert len(titles()) == 6
    assert printed("index", "sync", notes, "--dry-run")["removed"] == 4
    assert printed("index", "sync", notes, "--allow-removals")["removed"] == 4
    assert titles() == ["Of note 4", "Of note 5"]


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
def test_a_folder_that_is_away_is_no_folder_to_equal(notes: Path, left: str) -> None:
    shutil.rmtree(notes)
    if left == "an empty folder":
        notes.mkdir()
    assert str(notes) in told("index", "sync", notes, "--allow-removals")
    assert len(titles()) == 6


def test_a_whole_folder_that_was_renamed_is_no_removal(notes: Path) -> None:
    renamed = notes.rename(notes.with_name("renamed"))
    change = printed("index", "sync", renamed)
    assert (change["moved"], change["removed"], change["embedded"]) == (6, 0, 0)


def test_a_removal_gives_a_receipt(notes: Path, stored: Path) -> None:
    text = write(notes, "secret.txt", "Of Zyxwvut\n\n" + "The quagmires perplexed Xanthippe. " * 50)
    printed("index", "add", text)
    receipt = printed("index", "remove", text)
    assert receipt["removed"] == 1
    assert [article["title"] for article in receipt["articles"]] == ["Of Zyxwvut"]
    assert receipt["traces"]["found"] == []
    assert receipt["traces"]["windows"] > 10
    size = sum(path.stat().st_size for path in stored.rglob("*") if path.is_file())
    assert receipt["traces"]["bytes"] >= size
    lines = run("index", "remove", notes / "1.txt").stdout.splitlines()
    assert lines[0].endswith("1 article removed.")
    assert "Of note 1" in lines[1]
    assert lines[2].endswith("none is left.")
    assert printed("index", "remove", notes / "2.txt", "--no-proof")["traces"] is None


def test_what_is_left_of_a_removal_is_said_and_where(notes: Path, stored: Path) -> None:
    shutil.copy(stored / "majlis.sqlite", stored / "majlis.sqlite.damaged-1")
    result = run("index", "remove", notes / "1.txt")
    assert result.exit_code == 1
    assert f"left: in {stored}/majlis.sqlite.damaged-1" in result.stdout
    with closing(sqlite3.connect(stored / "majlis.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        result = run("index", "remove", notes / "2.txt")
    assert result.exit_code == 1
    assert f"left: in {stored}/majlis.sqlite while another process reads" in result.stdout


def test_what_another_article_says_too_is_no_trace(notes: Path) -> None:
    twin = write(notes, "twin.txt", (notes / "0.txt").read_text(encoding="utf-8"))
    printed("index", "add", twin)
    assert printed("index", "remove", twin)["traces"]["found"] == []


@pytest.mark.parametrize("name", [".", "..", "/", "./"])
def test_this_folder_and_those_above_are_no_names_of_articles(notes: Path, name: str) -> None:
    assert "add --allow-removals" in told("index", "remove", name)
    assert len(titles()) == 6
    assert printed("index", "remove", name, "--allow-removals")["removed"] == 6


def test_a_library_goes_into_one_file_and_out_of_it(notes: Path, stored: Path, tmp_path: Path) -> None:
    written = printed("index", "export", "notes.majlis")
    assert (written["articles"], written["bytes"]) == (6, Path("notes.majlis").stat().st_size)
    made = printed("index", "import", "notes.majlis", "--library", "another")
    assert {key: made[key] for key in made if key != "bytes"} == {
        key: written[key] for key in written if key != "bytes"
    }
    assert run("index", "verify", "--library", "another").exit_code == 0
    asked = "What does note 4 tell of?"
    here, there = (printed("search", asked, "--library", name) for name in (stored.name, "another"))
    assert here["hits"]
    assert here == there
    assert "is there already" in told("index", "export", "notes.majlis")
    assert "not empty" in told("index", "import", "notes.majlis", "--library", "another")
    assert [path.name for path in Path().glob("notes.majlis*")] == ["notes.majlis"]


@pytest.mark.parametrize("spoiled", ["end", "middle", "not a file", "another archive"])
def test_a_file_that_is_no_whole_export_makes_no_library(notes: Path, spoiled: str) -> None:
    file = Path("notes.majlis")
    printed("index", "export", file)
    data = file.read_bytes()
    match spoiled:
        case "end":
            file.write_bytes(data[:-100])
        case "middle":
            file.write_bytes(data[: len(data) // 2] + bytes(200) + data[len(data) // 2 + 200 :])
        case "not a file":
            file.unlink()
        case _:
            file.unlink()
            shutil.make_archive("notes", "zip", notes)
            Path("notes.zip").rename(file)
    assert str(file) in told("index", "import", file, "--library", "another")
    assert not list(Path("another").glob("*.sqlite*"))
    file.unlink(missing_ok=True)
    file.write_bytes(data)
    assert printed("index", "import", file, "--library", "another")["articles"] == 6


def test_one_thing_is_one(notes: Path) -> None:
    write(notes, "one.jsonl", json.dumps({"id": "one", "text": "One thing is told here."}))
    assert "; 1 passage embedded." in run("index", "add", notes / "one.jsonl").stdout


def test_an_empty_library_says_that_it_is_empty(notes: Path, stored: Path) -> None:
    printed("index", "remove", "notes")
    assert Library.open(stored).info().articles == 0
    result = run("ask", "What is told here?")
    assert result.exit_code == 0
    assert "holds no articles" in result.stderr
    assert "majlis index add" in result.stderr
    assert printed("ask", "What is told here?")["abstained"]
