"""Hostile files are read or are a line, soon, in little memory; nothing runs, and nothing is left behind."""

from pathlib import Path

import pytest
from hostile_files import CANARY, HOSTILE
from mutated_files import Readers

LONGEST = 20.0  # seconds of work
LARGEST = 900.0  # MB
# The slowest: make test-exhaustive reads them; limits of cells and words have tests with few of them.
SLOW = {"bomb.odt", "cells.xlsx", "many-bombs.zip", "words.rtf"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def readers(place: Path) -> Readers:  # type: ignore[misc]
    left = place / "temporary"
    left.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(left))
        with Readers() as found:
            yield found
    assert list(left.iterdir()) == []
    assert not Path(CANARY).exists()


def test_there_are_sixty() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.exhaustive] * (name in SLOW)) for name in HOSTILE]
)
def test_a_hostile_file_is_read_or_is_a_line(readers: Readers, place: Path, name: str) -> None:
    folder = place / "files"
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(HOSTILE[name]())
    said, seconds, memory = readers.read(file)
    file.unlink()
    assert "fault" not in said, said
    assert (seconds < LONGEST, memory < LARGEST) == (True, True), (seconds, memory)
    assert "/etc/passwd" not in said["told"]
    assert list(folder.iterdir()) == []  # nothing beside it
