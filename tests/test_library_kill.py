"""A kill at any moment leaves the old library or the new one. More of it: python tests/soak_library.py."""

from pathlib import Path

from soak_library import soak


def test_a_killed_change_leaves_the_old_or_the_new_library(tmp_path: Path) -> None:
    left = soak(tmp_path / "library", rounds=5)
    assert left == sorted(left)
    assert left[-1] >= 5  # each check makes a change itself, so the library went on after every kill
