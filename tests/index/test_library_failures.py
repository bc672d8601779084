"""What a library cannot do is one line that says whether to wait, to give access or to look at the disk."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from shelf import ARTICLES, article, held
from unprivileged import NOBODY, PROGRAM, ROOT, allow, run_unprivileged, shared_folder

from index.embedders import HashingEmbedder
from index.errors import DiskFailed, LibraryBusy, LibraryClosed, LibraryDamaged, TooManyFiles, UserError
from index.library import Library
from index.library.database.failures import RowDamaged, for_the_person

LARGE = "[article(f'n{n}', f'Number {n} is about thing{n}. ' * 300) for n in range(40)]"


def failed(code: int) -> sqlite3.DatabaseError:
    error = sqlite3.OperationalError("what SQLite said\nin two lines")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "kind", "mend"),
    [
        (failed(sqlite3.SQLITE_BUSY), LibraryBusy, "wait"),
        (failed(sqlite3.SQLITE_LOCKED), LibraryBusy, "wait"),
        (failed(sqlite3.SQLITE_CANTOPEN), LibraryClosed, "give yourself access"),
        (failed(sqlite3.SQLITE_READONLY), LibraryClosed, "give yourself access"),
        (failed(sqlite3.SQLITE_FULL), DiskFailed, "make room"),
        (failed(sqlite3.SQLITE_IOERR_READ), DiskFailed, "look at the disk"),
        (failed(sqlite3.SQLITE_CORRUPT), LibraryDamaged, "majlis index repair"),
        (failed(sqlite3.SQLITE_NOTADB), LibraryDamaged, "majlis index repair"),
        (RowDamaged("a row"), LibraryDamaged, "majlis index repair"),
        (OSError(errno.ENOSPC, "No space left on device"), DiskFailed, "make room"),
        (OSError(errno.EIO, "Input/output error"), DiskFailed, "look at the disk"),
        (OSError(errno.EMFILE, "Too many open files"), TooManyFiles, "ulimit"),
        (PermissionError(errno.EACCES, "Permission denied", "/library/lock"), LibraryClosed, "/library/lock"),
        (RuntimeError("could not open /x for writing: Too many open files"), TooManyFiles, "ulimit"),
        (ValueError("Io(Custom { kind: StorageFull })"), DiskFailed, "make room"),
    ],
)
def test_each_failure_has_its_own_line(error: Exception, kind: type[UserError], mend: str) -> None:
    told = for_the_person(Path("/library"), error)
    assert type(told) is kind
    assert mend in str(told)
    assert "/library" in str(told)
    assert "\n" not in str(told) or kind is not LibraryDamaged


def test_what_is_no_failure_of_the_library_goes_through() -> None:
    elsewhere = PermissionError(errno.EACCES, "Permission denied", "/articles/a.txt")
    for error in (ValueError("a mistake"), OSError("no number"), elsewhere):
        assert for_the_person(Path("/library"), error) is None


def tried(folder: Path, limit: str, change: str) -> str:
    """How a change of the library ends in a process with that limit: its ``UserError``, or its revision."""
    program = PROGRAM.replace("    os.setgroups([])\n    os.setgid({nobody})\n    os.setuid({nobody})\n", "")
    whole = program.format(
        root=str(ROOT),
        tests=str(ROOT / "tests"),
        nobody=NOBODY,
        program=f"import resource\n    library = Library.open(Path({str(folder)!r}), HashingEmbedder())\n"
        f"    resource.setrlimit(resource.{limit})\n    told = library.{change}.revision",
    )
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "limit",
    [
        *(f"RLIMIT_FSIZE, ({size}, {size})" for size in (0, 40_000, 400_000)),
        *(f"RLIMIT_NOFILE, ({count}, {count})" for count in (6, 9)),
    ],
)
def test_no_room_or_no_handles_is_one_line_and_loses_nothing(built: Path, tmp_path: Path, limit: str) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "library"))
    told = tried(folder, limit, f"add({LARGE})")
    assert told.startswith(("DiskFailed: ", "TooManyFiles: ")), told
    library = Library.open(folder, HashingEmbedder())
    assert held(library) == sorted(ARTICLES)
    assert library.verify() == []
    assert library.add([article("new", "The moon has no air.")]).added == 1


def test_a_disk_that_is_full_is_one_line_and_loses_nothing(built: Path, tmp_path: Path) -> None:
    """A disk of its own, in memory, where the system lets one have it."""
    program = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
from shelf import article, held, found
from index.embedders import HashingEmbedder
from index.errors import DiskFailed
from index.library import Library
library = Library.open(Path("disk/library"), HashingEmbedder())
try:
    library.add({LARGE})
    print("it fitted")
except DiskFailed as error:
    print(error)
print(held(library), library.verify(), found(library, "palm"))
"""
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    (tmp_path / "disk").mkdir()
    script = (
        f"mount -t tmpfs -o size=700k tmpfs disk && cp -r {built} disk/library && {sys.executable} program.py"
    )
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives nobody a disk of his own")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("the disk of disk/library")
    assert second == f"{sorted(ARTICLES)} [] ['dates']"


@pytest.mark.parametrize("kilobytes", [16, 64, 100])
def test_an_export_to_a_full_disk_leaves_nothing_there(kilobytes: int, tmp_path: Path, built: Path) -> None:
    program = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}]
from pathlib import Path
from index.errors import DiskFailed
from index.library import Library
library = Library.open(Path({str(built)!r}))
try:
    library.export(Path("disk/out.majlis"))
except DiskFailed as error:
    print(error)
print([path.name for path in Path("disk").iterdir()], library.verify())
"""
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    (tmp_path / "disk").mkdir()
    script = f"mount -t tmpfs -o size={kilobytes}k tmpfs disk && {sys.executable} program.py"
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives nobody a disk of his own")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *told, left = done.stdout.splitlines()
    assert left == ("[] []" if told else "['out.majlis'] []")
    assert told or kilobytes > 16
    assert all(line.startswith("the disk of disk/out.majlis is full") for line in told)


WRITE = """
folder = sys.argv[1]
library = Library.open(Path(folder), HashingEmbedder())
print("begun", flush=True)
for n in range(1000):
    library.add([article(f"{name}{n % 3}", f"Version {n} of a text.") for name in ("one", "two")])
"""


def test_a_reader_who_may_not_write_sees_whole_revisions_while_another_writes(built: Path) -> None:
    """Each revision has one version of a pair of articles; no revision has two."""
    with shared_folder() as shared:
        folder = Path(shutil.copytree(built, shared / "library"))
        allow(folder, 0o644)
        program = PROGRAM.split("if os.getuid()")[0].format(root=str(ROOT), tests=str(ROOT / "tests"))
        writer = subprocess.Popen(
            [sys.executable, "-c", program + WRITE, str(folder)], stdout=subprocess.PIPE
        )
        with writer:
            assert writer.stdout
            assert writer.stdout.readline() == b"begun\n"
            told = run_unprivileged(f"""
import time
library, told, until = Library.open(Path({str(folder)!r}), HashingEmbedder()), [], time.monotonic() + 4
while time.monotonic() < until:
    with library.snapshot() as snapshot:
        held = {{a.id: snapshot.article(a.id).text.split()[1] for a in snapshot.articles()}}
        told.append([snapshot.revision, [held.get(f"one{{n}}") == held.get(f"two{{n}}") for n in range(3)]])
""")
            assert writer.poll() is None
            writer.kill()
    assert not isinstance(told, str), told
    assert len({revision for revision, _ in told}) > 2, "nothing was written"
    assert all(all(whole) for _, whole in told)


def test_a_copy_that_nobody_has_opened_is_said_to_want_its_owner_first(built: Path) -> None:
    with shared_folder() as shared:
        folder = shared / "library"
        folder.mkdir()
        shutil.copy(built / "majlis.sqlite", folder)
        allow(folder, 0o444)
        told = run_unprivileged(f"told = Library.open(Path({str(folder)!r})).info().articles")
        assert told.startswith("LibraryClosed: ")
        assert "majlis index info --library" in told
        if os.geteuid() == 0:
            assert Library.open(folder).info().articles == len(ARTICLES)
            assert run_unprivileged(f"told = Library.open(Path({str(folder)!r})).info().articles") == 3


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_a_library_that_has_lost_its_database_is_told_one_thing_by_all(
    built: Path, tmp_path: Path, left: str
) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "library"))
    (folder / "majlis.sqlite").unlink()
    if left == "an empty file":
        (folder / "majlis.sqlite").touch()
    told = set()
    for open_it in (
        lambda: Library.open(folder),
        lambda: Library(folder).repair(),
        lambda: Library(folder).verify(),
    ):
        with pytest.raises(UserError) as caught:
            open_it()
        told.add(str(caught.value))
    (line,) = told
    assert "has lost its majlis.sqlite" in line
    assert "bring that file back from a copy, or make it anew with: majlis index build" in line
    assert held(Library.create(folder, HashingEmbedder())) == []
