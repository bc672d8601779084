"""Readers beside a writer, as real processes. Longer: python -m tests.readers_and_writers --seconds 60."""

from pathlib import Path

import pytest
from readers_and_writers import WRONG, run

pytest.importorskip("fcntl")  # on Windows old files are held by being open


def test_readers_beside_a_writer_miss_nothing(tmp_path: Path) -> None:
    told = run(tmp_path / "library", seconds=4, readers=2)
    assert {name: told.get(name, 0) for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert told["answers"] > 5
    assert told["added"] + told["replaced"] + told["removed"] > 2
