"""A library, or articles, that somebody may not write or not read: real rights, in a process without any."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from shelf import ARTICLES
from unprivileged import allow, run_unprivileged, shared_folder

from index.articles import read_articles
from index.embedders import HashingEmbedder
from index.library import Library


@pytest.fixture
def folder(built: Path) -> Iterator[Path]:
    with shared_folder() as shared:
        yield Path(shutil.copytree(built, shared / "library"))


def test_a_library_that_cannot_be_written_can_still_be_read(folder: Path) -> None:
    allow(folder, 0o444)
    told = run_unprivileged(f"""
library = Library.open(Path({str(folder)!r}))
told = [held(library), found(library, "palm"), found(library, "date palm", "dense")[0], library.verify()]
""")
    assert told == [sorted(ARTICLES), ["dates"], "dates", []]


def test_it_is_read_from_its_files_and_not_made_anew_in_memory(folder: Path) -> None:
    allow(folder, 0o444)
    told = run_unprivileged(f"""
library = Library.open(Path({str(folder)!r}))
for kind in library._generations.kinds:
    object.__setattr__(kind, "create", lambda: 1 / 0)
told = [found(library, "palm"), found(library, "date palm", "dense")[0]]
""")
    assert told == [["dates"], "dates"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o600])
def test_who_may_read_the_database_may_read_the_indexes(folder: Path, mode: int) -> None:
    (folder / "majlis.sqlite").chmod(mode)
    Library.open(folder, HashingEmbedder()).remove(["council"])
    made = [path for path in folder.glob("*-*/**/*") if path.suffix != ".lock" and path.is_file()]
    assert len(made) > 5
    assert {path.stat().st_mode & 0o777 for path in made} == {mode}
    folders = {path.stat().st_mode & 0o777 for path in folder.glob("*-*") if path.is_dir()}
    assert folders == {mode | (mode & 0o444) >> 2}


def test_one_whose_indexes_are_damaged_too_answers_from_memory(folder: Path) -> None:
    for path in folder.glob("vectors-*/*"):
        path.write_bytes(b"damaged")
    shutil.rmtree(next(folder.glob("lexical-*")))
    allow(folder, 0o444)
    told = run_unprivileged(f"""
library = Library.open(Path({str(folder)!r}))
told = [found(library, "palm"), found(library, "date palm", "dense")[0], library.info().healthy]
""")
    assert told == [["dates"], "dates", False]


@pytest.mark.parametrize("change", ["add([article('new', 'The moon.')])", "remove(['dates'])", "repair()"])
def test_it_is_not_changed_and_that_is_one_line(folder: Path, change: str) -> None:
    allow(folder, 0o444)
    told = run_unprivileged(f"told = str(Library.open(Path({str(folder)!r})).{change})")
    assert told.startswith(f"LibraryClosed: the library in {folder} cannot be changed by you (Permission")
    assert Library.open(folder).info().articles == len(ARTICLES)


@pytest.mark.parametrize("what", ["", "majlis.sqlite"])
def test_a_library_that_cannot_be_read_is_not_taken_for_a_damaged_one(folder: Path, what: str) -> None:
    (folder / what).chmod(0o000)
    told = run_unprivileged(f"told = Library.open(Path({str(folder)!r})).info().articles")
    assert told.startswith(f"LibraryClosed: the library in {folder} cannot be")
    assert "access" in told
    assert "delete" not in told


@pytest.mark.parametrize("rights", [0o000, 0o111])  # with the second one may ask for a file, but not for all
def test_an_update_removes_nothing_from_a_folder_that_is_locked(folder: Path, rights: int) -> None:
    articles = folder.parent / "articles"
    for name in ("open/one", "locked/two", "locked/three"):
        (articles / name).parent.mkdir(parents=True, exist_ok=True)
        (articles / f"{name}.txt").write_text(f"All about {name}.", encoding="utf-8")
    Library.open(folder, HashingEmbedder()).add(read_articles([articles], on_problem=pytest.fail))
    allow(folder, 0o666)
    folder.chmod(0o777)
    (articles / "open" / "one.txt").write_text("All about the sea.", encoding="utf-8")
    (articles / "locked" / "three.txt").unlink()
    (articles / "locked").chmod(rights)
    told = run_unprivileged(f"""
library, problems = Library.open(Path({str(folder)!r})), []
read = read_articles([Path({str(articles)!r})], on_problem=problems.append)
change = library.update(read, sources=[{str(articles)!r}])
[two] = [a.id for a in library.articles() if a.origin.endswith("two.txt")]
namesake = library.add([article(two, "Something else.", origin="/elsewhere")])
told = [change.updated, change.removed, len(problems), library.info().articles]
told += [namesake.updated, len(namesake.problems)]
""")
    assert told == [1, 0, 1, len(ARTICLES) + 3, 0, 1]
