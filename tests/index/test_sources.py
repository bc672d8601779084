"""An update removes what is gone, and nothing that is only away: real files and folders."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import article, held

from index.articles import read_articles
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.library import Change, Library

FILES = ["news/old/one.txt", "news/old/two.txt", "news/three.txt", "drive/four.txt", "drive/five.txt"]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"All about {name}.", encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path, articles: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add(read_articles([articles], on_problem=pytest.fail))
    return library


def update(library: Library, *named: Path) -> Change:
    """As the command does it: of what was named, or of all that was ever read, what is there is read."""
    there = [path for path in named or library.origins() if path.exists()]
    sources = [str(path) for path in named] if named else None
    return library.update(read_articles(there, on_problem=pytest.fail), sources=sources)


def files(library: Library) -> set[str]:
    return {path.name for path in library.origins()}


def test_files_that_are_gone_from_a_folder_go(library: Library, articles: Path) -> None:
    (articles / "news/old/one.txt").unlink()
    assert update(library, articles / "news/old").removed == 1
    (articles / "drive/four.txt").unlink()
    assert update(library, articles).removed == 1
    assert files(library) == {"two.txt", "three.txt", "five.txt"}


def test_without_a_name_every_file_is_looked_at_again(library: Library, articles: Path) -> None:
    (articles / "news/old/one.txt").unlink()
    (articles / "drive/four.txt").unlink()
    (articles / "news/three.txt").write_text("Something new.", encoding="utf-8")
    change = update(library)
    assert (change.removed, change.updated, change.unchanged) == (2, 1, 2)


def test_a_folder_that_is_gone_from_one_that_was_named_goes(library: Library, articles: Path) -> None:
    shutil.rmtree(articles / "news/old")
    assert update(library, articles / "news").removed == 2
    assert files(library) == {"three.txt", "four.txt", "five.txt"}


def empty(folder: Path) -> None:
    """As a place where a drive is mounted looks without the drive."""
    shutil.rmtree(folder)
    folder.mkdir()


def unlink(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


@pytest.mark.parametrize(
    ("takes_away", "named", "away", "what"),
    [
        (unlink, ["drive"], "drive", "no such file or folder"),
        (unlink, ["news", "drive"], "drive", "no such file or folder"),
        (unlink, ["drive/four.txt"], "drive/four.txt", "no such file or folder"),
        (unlink, ["."], ".", "no such file or folder"),
        (unlink, ["nothing of the kind"], "nothing of the kind", "no such file or folder"),
        (empty, ["drive"], "drive", "the folder is empty"),
        (empty, ["."], ".", "the folder is empty"),
    ],
)
def test_what_is_away_takes_nothing_along_and_is_named(
    library: Library,
    articles: Path,
    takes_away: Callable[[Path], None],
    named: list[str],
    away: str,
    what: str,
) -> None:
    before = library.info()
    place = (articles / away).resolve()
    if place.exists():
        takes_away(place)
    with pytest.raises(UserError) as caught:
        update(library, *(articles / name for name in named))
    assert str(caught.value).startswith(f"{place}: {what}, so nothing was removed; ")
    assert str(caught.value).endswith(f"majlis index remove {place} --library {library.folder}")
    assert library.info() == before
    assert library.verify() == []


@pytest.mark.parametrize(
    ("takes_away", "named", "away", "stay", "what"),
    [
        (unlink, [], "drive", "2 articles stay", "no such file or folder"),
        (empty, [], "drive", "2 articles stay", "the folder is empty"),
        (empty, ["."], "drive", "2 articles stay", "the folder is empty"),
        (empty, ["news"], "news/old", "2 articles stay", "the folder is empty"),
        (empty, ["news", "drive"], "drive", "2 articles stay", "the folder is empty"),
    ],
)
def test_a_folder_that_is_away_does_not_keep_the_others_from_being_followed(
    library: Library,
    articles: Path,
    takes_away: Callable[[Path], None],
    named: list[str],
    away: str,
    stay: str,
    what: str,
) -> None:
    takes_away(articles / away)
    (articles / "news/three.txt").write_text("All about something else.", encoding="utf-8")
    change = update(library, *(articles / name for name in named))
    assert (change.removed, change.updated) == (0, 1)
    (problem,) = change.problems
    place = (articles / away).resolve()
    assert problem.startswith(f"{place}: {what}, so its {stay}; ")
    assert problem.endswith(f"majlis index remove {place} --library {library.folder}")
    assert files(library) == {Path(name).name for name in FILES}


def test_a_folder_that_was_renamed_takes_its_articles_along(library: Library, articles: Path) -> None:
    renamed = articles.rename(articles.with_name("renamed"))
    change = update(library, renamed)
    assert (change.moved, change.added, change.removed, change.embedded) == (5, 0, 0, 0)
    assert {str(origin) for origin in library.origins()} == {str(renamed / name) for name in FILES}
    assert library.verify() == []


def test_a_copy_is_no_move_while_the_first_is_there(library: Library, articles: Path) -> None:
    copied = articles.with_name("copied")
    shutil.copytree(articles, copied)
    (articles / "drive/four.txt").unlink()
    change = update(library, copied)
    assert (change.moved, change.added, change.removed) == (1, 4, 0)


def test_a_file_whose_name_is_not_utf8_stays_while_nobody_can_look_for_it(
    library: Library, articles: Path
) -> None:
    folder = os.fsdecode(os.fsencode(articles) + b"/\xe9t\xe9")
    Path(folder).mkdir()
    Path(folder, "six.txt").write_text("All about summer.", encoding="utf-8")
    assert update(library, articles).added == 1
    change = update(library)
    assert (change.removed, change.problems) == (0, ())
    assert update(library, articles).unchanged == 6


def test_nothing_named_removes_nothing(library: Library) -> None:
    before = library.info()
    assert library.update([], sources=[]).removed == 0
    assert library.remove([]).removed == library.remove([""]).removed == 0
    assert library.info() == before


def test_a_link_is_as_good_as_its_folder_and_a_broken_one_is_away(
    library: Library, articles: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(articles / "drive")
    (articles / "drive/four.txt").unlink()
    assert update(library, link).removed == 1
    shutil.rmtree(articles / "drive")
    with pytest.raises(UserError, match="link: no such file or folder, so nothing was removed"):
        update(library, link)
    assert "five.txt" in files(library)


def test_articles_that_came_from_no_file_are_in_no_source(library: Library, articles: Path) -> None:
    library.add([article("made", "By a script.", origin="a script")])
    (articles / "drive/four.txt").unlink()
    assert update(library).removed == 1
    assert "made" in held(library)
