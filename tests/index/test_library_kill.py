"""A kill at any moment leaves the old library or the new one. More: python tests/soak_library.py --help."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fcntl")  # without it there is no fork either
SOAK = """
import sys, pathlib
sys.path.insert(0, {tests!r})
from soak_library import kill_at_random, kill_at_steps
root = pathlib.Path({root!r})
{call}
"""


def soak(root: Path, call: str) -> None:
    """Runs it in a new process: it forks, so it must have no threads yet."""
    program = SOAK.format(tests=str(Path(__file__).parent.parent), root=str(root), call=call)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_killed_at_random_moments(tmp_path: Path) -> None:
    soak(tmp_path, "kill_at_random(root / 'library', rounds=3, seed=1)")


def test_killed_at_the_steps_of_a_change(tmp_path: Path) -> None:
    """A few while articles come in, more from the first new row to the last old file."""
    choose = "lambda steps: [*range(5, steps - 60, 180), *range(steps - 60, steps, 10), steps]"
    soak(tmp_path, f"kill_at_steps(root, {choose})")


def test_killed_in_a_history_of_commands(tmp_path: Path) -> None:
    """More of them: python -m tests.killed_library --count 300."""
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
from killed_library import kill
faults, hit = kill(Path({str(tmp_path)!r}), 4, "test")
assert faults == [], faults
assert sum(hit.values()) == 4
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
