"""What is held stays, what is let go can be deleted, and an end of a process lets everything go."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.library.generations.holds import Hold, delete_unheld

pytest.importorskip("fcntl")  # what Windows does: a folder with an open file cannot be renamed
HOLDER = """
import sys, pathlib
from index.library.generations.holds import Hold
hold = Hold(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(params=["file", "folder"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / "index-1"
    if request.param == "file":
        made.write_text("vectors")
    else:
        made.mkdir()
        (made / "one").write_text("vectors")
    return made


def test_what_nobody_holds_goes(path: Path) -> None:
    assert delete_unheld(path)
    assert list(path.parent.iterdir()) == []
    assert delete_unheld(path)
    with pytest.raises(FileNotFoundError):
        Hold(path)


def test_what_is_held_stays_until_all_let_go(path: Path) -> None:
    first, second = Hold(path), Hold(path)
    assert not delete_unheld(path)
    first.let_go()
    assert not delete_unheld(path)
    assert path.exists()
    second.let_go()
    assert delete_unheld(path)
    assert list(path.parent.iterdir()) == []


def test_what_another_process_holds_stays_until_it_ends(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        begun = time.monotonic()
        assert not delete_unheld(path, patience=0.2)
        assert time.monotonic() - begun >= 0.2
        holder.kill()
        holder.wait()
    assert delete_unheld(path)


def test_what_was_left_half_deleted_goes_with_the_next_try(path: Path) -> None:
    left = path.rename(path.with_name("index-1-swept"))
    assert delete_unheld(left)
    assert list(path.parent.iterdir()) == []
