"""Files are trusted by size and time; by their SHA-256 where they were copied, and when all is verified."""

import os
from pathlib import Path

import pytest

from index.library.generations import stamps
from index.library.generations.stamps import are_kept, are_newer, are_whole, stamps_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "index"
    made.mkdir()
    (made / "one").write_bytes(b"first")
    (made / "two").write_bytes(b"second")
    (made / "held.lock").touch()  # is no part of it
    return made


def quietly(path: Path, data: bytes) -> None:
    """Writes without changing the time."""
    told = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def test_as_it_was_written(folder: Path) -> None:
    written = stamps_of(folder)
    assert written.keys() == {"one", "two"}
    assert are_kept(folder, written)
    assert are_whole(folder, written)
    assert not are_newer(folder, written)
    assert stamps_of(folder / "one") == {"one": written["one"]}


def test_nothing_is_read_of_what_kept_its_size_and_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = stamps_of(folder)
    (folder / "three").write_bytes(b"third")
    hashed: list[str] = []
    monkeypatch.setattr(stamps, "_sha256", lambda file: hashed.append(file.name) or "0")
    assert are_kept(folder, written) is False
    more = stamps_of(folder, written)
    assert hashed == ["three"]
    assert {name: more[name] for name in written} == written


@pytest.mark.parametrize("damage", [b"farst", b"short"[:3], None])
def test_what_changed_is_noticed(folder: Path, damage: bytes | None) -> None:
    written = stamps_of(folder)
    if damage is None:
        (folder / "one").unlink()
    else:
        (folder / "one").write_bytes(damage)
    assert not are_kept(folder, written)
    assert not are_whole(folder, written)


def test_what_changed_without_size_or_time_is_found_by_its_bytes(folder: Path) -> None:
    written = stamps_of(folder)
    quietly(folder / "one", b"farst")
    assert are_kept(folder, written)
    assert not are_whole(folder, written)


def test_a_copy_is_known_by_its_bytes(folder: Path) -> None:
    written = stamps_of(folder)
    os.utime(folder / "one", ns=(1, 1))
    assert are_kept(folder, written)
    assert are_newer(folder, written)
    assert are_kept(folder, stamps_of(folder))
    assert not are_newer(folder, stamps_of(folder))


def test_nothing_is_not_whole(tmp_path: Path) -> None:
    assert stamps_of(tmp_path / "absent") == {}
    assert not are_kept(tmp_path / "absent", {})
    assert not are_kept(tmp_path, {"one": "no stamp"})
    assert not are_kept(tmp_path / "absent", {"one": "0 1 2"})
