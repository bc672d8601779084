"""The derived indexes: whatever happens to their files, the same hits come back and nothing is embedded."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.articles import Article
from index.embedders import HashingEmbedder
from index.embedders.windows import WindowVectors
from index.library import Library, generations
from index.library.database import Database
from index.library.generations import stamps
from index.library.lock import writer_lock
from index.passages import Hit
from index.progress import Progress, silent
from index.search import index_kinds, lexical
from index.search.query import parse_query

QUESTION = "palms of Cairo"


class QuestionEmbedder(HashingEmbedder):
    """Embeds questions only: nothing derived may need more."""

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().embed_passages(texts).means()

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        raise AssertionError("passages were embedded again")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = Library.create(tmp_path_factory.mktemp("built") / "library", HashingEmbedder())
    library.build(Article(f"a{n}", "", f"Palms number {n} of Cairo. نخيل {n}.", "en", "") for n in range(20))
    return library.folder


@pytest.fixture
def library(tmp_path: Path, built: Path) -> Library:
    return Library.open(Path(shutil.copytree(built, tmp_path / "library")), HashingEmbedder())


def hits(library: Library) -> tuple[list[Hit], list[Hit]]:
    with library.snapshot() as snapshot:
        return snapshot.dense(parse_query(QUESTION), 30), snapshot.lexical(parse_query(QUESTION), 30)


def names(library: Library) -> set[str]:
    return {path.name for path in library.folder.iterdir() if path.name.startswith(("vectors-", "lexical-"))}


def the(pattern: str) -> Callable[[Path], Path]:
    return lambda folder: next(folder.glob(pattern))


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0x40
    path.write_bytes(raw)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


DAMAGES = [
    (damage, where)
    for where in ("vectors-*/*.faiss", "lexical-*/*.term", "lexical-*/*.store", "lexical-*/meta.json")
    for damage in (flip, truncate, remove)
] + [(remove, "lexical-*")]


@pytest.mark.parametrize(("damage", "where"), DAMAGES, ids=lambda value: getattr(value, "__name__", value))
def test_damage_is_noticed_and_mended_by_the_first_question(
    library: Library, damage: Callable[[Path], None], where: str
) -> None:
    before = hits(library)
    damage(the(where)(library.folder))
    again = Library.open(library.folder, QuestionEmbedder())
    assert not again.info().healthy
    (problem,) = again.verify()
    assert f"majlis index repair --library {library.folder}" in problem
    assert hits(again) == before
    assert again.info().healthy
    assert again.verify() == []
    assert again.info().revision == library.info().revision


def test_bytes_that_changed_without_a_sign_are_found_by_verify(library: Library) -> None:
    before, path = hits(library), the("vectors-*/*.faiss")(library.folder)
    told = path.stat()
    flip(path)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    again = Library.open(library.folder, QuestionEmbedder())
    assert again.info().healthy
    (problem,) = again.verify()
    assert "the folder of vectors is damaged" in problem
    assert again.repair() == ["made afresh: the folder of vectors is damaged"]
    assert hits(again) == before
    assert again.verify() == []


def test_opening_asking_and_changing_hash_nothing_that_was_there(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[Path] = []
    real = stamps._sha256
    monkeypatch.setattr(stamps, "_sha256", lambda file: hashed.append(file) or real(file))
    again = Library.open(library.folder, HashingEmbedder())
    assert again.info().healthy
    assert hits(again)
    assert hashed == []
    held = {path.stat().st_ino for path in library.folder.rglob("*")}
    again.add([Article("new", "", "A new palm.", "en", "")])
    assert hashed
    assert not [path for path in hashed if path.exists() and path.stat().st_ino in held]


def test_a_copy_is_trusted_and_hashed_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hits(library)
    for path in library.folder.rglob("*"):
        os.utime(path, ns=(5, 5))
    assert library.info().healthy
    library.add([])  # a writer notes the new times
    monkeypatch.setattr(stamps, "_sha256", lambda _: pytest.fail("hashed again"))
    again = Library.open(library.folder, QuestionEmbedder())
    assert again.info().healthy
    assert hits(again) == before


def test_what_a_reader_holds_stays_and_goes_with_a_later_change(library: Library) -> None:
    old = names(library)
    with Library.open(library.folder, HashingEmbedder()).snapshot() as reading:
        library.add([Article("new", "", "A new palm.", "en", "")])
        assert old < names(library)
        assert [hit.passage.article_id for hit in reading.lexical(parse_query("new palm"), 30)] != ["new"]
    library.add([Article("newer", "", "A newer palm.", "en", "")])
    assert len(names(library)) == 2
    assert not old & names(library)


def test_a_reader_whose_revision_went_before_it_was_held_sees_the_newest(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, changed = generations.Hold, []

    def late(path: Path) -> generations.Hold:
        if not changed:
            changed.append(library.add([Article("new", "", "A new palm.", "en", "")]))
        return real(path)

    monkeypatch.setattr(generations, "Hold", late)
    with Library.open(library.folder, HashingEmbedder()).snapshot() as reading:
        assert reading.revision == changed[0].revision
        assert reading.lexical(parse_query("new"), 1)[0].passage.article_id == "new"


def test_health_is_told_of_a_state_that_is_there(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database(library.folder).reading() as connection:
        passed = connection.read_state()
    library.add([Article("new", "", "A new palm.", "en", "")])
    assert library._generations.damaged(passed) == []


def test_repair_says_what_it_made_afresh(library: Library) -> None:
    flip(the("vectors-*/*.faiss")(library.folder))
    (line,) = library.repair()
    assert "vectors" in line
    assert library.verify() == []
    assert library.repair() == []


def test_another_version_of_the_terms_is_made_afresh(
    library: Library,
) -> None:
    before, expected = names(library), hits(library)
    kinds = replace(index_kinds(), lexical=replace(lexical.KIND, version="of tomorrow"))
    again = Library.open(library.folder, HashingEmbedder(), kinds=kinds)
    assert not again.info().healthy
    assert hits(again) == expected
    assert again.info().healthy
    assert [name for name in names(again) - before if name.startswith("lexical-")]
    again.add([])  # a change of nothing: what this reader held goes now
    assert list(names(again) & before) == [the("vectors-*")(library.folder).name]


def test_while_another_writes_the_indexes_are_made_in_memory(library: Library) -> None:
    before = hits(library)
    shutil.rmtree(the("lexical-*")(library.folder))
    flip(the("vectors-*/*.faiss")(library.folder))
    again = Library.open(library.folder, HashingEmbedder())
    with writer_lock(library.folder):
        assert hits(again) == before
        assert not again.info().healthy


def test_only_what_is_in_use_stays_in_the_folder(library: Library) -> None:
    (library.folder / "vectors-000009-cutoff.faiss").write_bytes(b"left by a kill")
    (library.folder / "lexical-000009-cutoff").mkdir()
    library.add([Article("new", "", "A new palm.", "en", "")])
    assert len(names(library)) == 2
    assert not [name for name in names(library) if "cutoff" in name]
