"""What an update read again, and whether a file that gave nothing is gone or only away.

A file that is gone from a folder takes its articles along. But a folder that is not there may be on a drive
that is unplugged, and an empty one may be where it is mounted: from these nothing is gone, and the person is
told. What cannot be looked at is neither.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from index.errors import UnreadableArticle, UserError


def is_unread(origin: str, problems: Sequence[UnreadableArticle]) -> bool:
    """Whether a file, or a folder above it, is among what could not be read."""
    unread = {problem.origin for problem in problems if problem.origin}
    return origin in unread or any(str(folder) in unread for folder in Path(origin).parents)


class Sources:
    """The files and folders that were read again; None: every file that the library was read from."""

    def __init__(self, named: Sequence[str] | None, library: Path) -> None:
        """``UserError`` where one of those named is not there."""
        self._library = library
        self._named: list[str] | None = None
        if named is not None:
            for place in named:
                if is_missing(place):
                    raise self._absent(place, "no such file or folder")
            paths = [str(Path(place).absolute()) for place in named]
            self._named = [*paths, *map(os.path.realpath, paths)]  # Path.resolve raises on a loop of links

    def hold(self, origin: str) -> bool:
        """Whether the file is one of them or lies in one; what came from no file is in none."""
        if not Path(origin).is_absolute():
            return False
        return self._named is None or any(
            origin == place or origin.startswith(place.rstrip(os.sep) + os.sep) for place in self._named
        )

    def have_lost(self, origin: str) -> bool:
        """Whether a file that they hold is gone; ``UserError`` where its folder is away, or as if it were."""
        if not is_missing(origin):
            return False
        for folder in Path(origin).parents:
            try:
                with os.scandir(folder) as entries:
                    empty = next(entries, None) is None
            except (FileNotFoundError, NotADirectoryError):
                if self._named is None:  # then nobody vouches for the folders above
                    raise self._absent(str(folder), "no such file or folder") from None
            except OSError:  # what is locked may hold anything
                return False
            else:
                if empty:
                    raise self._absent(str(folder), "the folder is empty")
                return True
        return False

    def _absent(self, place: str, what: str) -> UserError:
        return UserError(
            f"{place}: {what}, so nothing was removed; bring it back, or if its articles are to go: "
            f"majlis index remove {place} --library {self._library}"
        )


def is_missing(path: str | Path) -> bool:
    """Whether there is no such file or folder; not where nobody may look."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
