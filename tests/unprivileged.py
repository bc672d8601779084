"""Runs a program as a person without rights: for root no permission is ever denied."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
NOBODY = 65534
# What is imported, and whatever that imports in its own time, is read before the rights go: Python itself may
# lie in root's own folder.
PROGRAM = """
import json, os, sys, tempfile
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from shelf import article, found, held
from index.articles import read_articles
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.library import Library
if os.getuid() == 0:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "one.txt").write_text("All about the sea.")
        library = Library.create(Path(folder) / "library", HashingEmbedder())
        library.update(read_articles([Path(folder) / "one.txt"], on_problem=print), sources=[folder])
        found(library, "sea"), found(library, "sea", "dense"), library.verify(), library.repair()
    os.setgroups([])
    os.setgid({nobody})
    os.setuid({nobody})
try:
    {program}
except UserError as error:
    told = f"{{type(error).__name__}}: {{error}}"
print(json.dumps(told))
"""


def run_unprivileged(program: str) -> Any:
    """What the program leaves in ``told``; its ``UserError``, if that is how it ends."""
    lines = program.strip().replace("\n", "\n    ")
    whole = PROGRAM.format(root=str(ROOT), tests=str(ROOT / "tests"), nobody=NOBODY, program=lines)
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder that a person without rights can look into; what lies in it is made deletable in the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in [folder, *folder.rglob("*")]:  # each folder is opened before it is looked into
            if path.is_dir():
                path.chmod(0o700)


def allow(folder: Path, mode: int) -> None:
    """Sets the rights of all that lies in a folder, and of itself: those of ``mode`` and to enter folders."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(mode | 0o111 if path.is_dir() else mode)
