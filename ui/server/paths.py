"""What of the server's own paths programs are told: names of files, never where they lie."""

from pathlib import Path, PurePath
from typing import Any

KEYS = {"source", "origin"}


def without_paths(value: Any) -> Any:
    """The same JSON with each ``source`` and ``origin`` that is a path here cut to the file's name."""
    if isinstance(value, dict):
        return {key: file_name(held) if key in KEYS else without_paths(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [without_paths(held) for held in value]
    return value


def file_name(source: str) -> str:
    """The name of a file; what is no path from a root, as an address or a publisher, stays."""
    path = PurePath(source)
    return path.name if path.is_absolute() else source


def told_outside(error: Exception, folder: Path) -> str:
    """What an error says, the library's folder named without what lies above it."""
    return str(error).replace(str(folder), folder.name)
