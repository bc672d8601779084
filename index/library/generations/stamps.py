"""By what a derived file is known to be the one that was written: its size, its time, its SHA-256.

Size and time of modification are looked at whenever files are opened, which costs next to nothing; bytes that
changed without either are found by ``majlis index verify``, which hashes them. A file that was copied has
another time: then its SHA-256 decides.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

Stamps = Mapping[str, str]  # by a file's name: SHA-256, size in bytes and time in nanoseconds


def stamps_of(path: Path, known: Stamps | None = None) -> dict[str, str]:
    """The stamps of a file, or of a folder's files; of nothing where there is nothing.

    Of files that are ``known`` and have kept size and time nothing is read.
    """
    stamps = {}
    for file in _files(path):
        size_and_time = _size_and_time(file)
        told = (known or {}).get(file.name, "")
        digest = told.split(" ")[0] if told.endswith(f" {size_and_time}") else _sha256(file)
        stamps[file.name] = f"{digest} {size_and_time}"
    return stamps


def are_kept(path: Path, stamps: Stamps) -> bool:
    """Whether the files are those of the stamps, by size and time; by SHA-256 where only the time differs."""
    with suppress(OSError, ValueError):  # one went while they were looked at; a stamp is damaged
        found = {file.name: file for file in _files(path)}
        if found.keys() != stamps.keys() or not found:
            return False
        for name, file in found.items():
            digest, size, time = stamps[name].split(" ")
            told = _size_and_time(file).split(" ")
            if told[0] != size or (told[1] != time and _sha256(file) != digest):
                return False
        return True
    return False


def are_newer(path: Path, stamps: Stamps) -> bool:
    """Whether files that are kept have other times than their stamps, as copies have."""
    return any(not stamps[file.name].endswith(f" {_size_and_time(file)}") for file in _files(path))


def are_whole(path: Path, stamps: Stamps) -> bool:
    """Whether the files are bit for bit those of the stamps; reads all of them."""
    with suppress(OSError):
        return {name: told.split(" ")[0] for name, told in stamps.items()} == {
            file.name: _sha256(file) for file in _files(path)
        }
    return False


def bytes_of(folder: Path) -> int:
    """The bytes of the files in a folder and below; of those that go meanwhile, none."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).stat().st_size
    return total


def _files(path: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        if not path.is_dir():
            yield from [path] if path.is_file() else []
            return
        with os.scandir(path) as entries:
            yield from sorted(Path(entry) for entry in entries if not entry.name.endswith(".lock"))


def _size_and_time(file: Path) -> str:
    told = file.stat()
    return f"{told.st_size} {told.st_mtime_ns}"


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
