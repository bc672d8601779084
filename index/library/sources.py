"""What an update read again, and whether a file that gave nothing is gone or only away.

A file that is gone from a folder takes its articles along. But a folder that is not there may be on a drive
that is unplugged, and an empty one may be where it is mounted: from these nothing is gone, and the person is
told: its articles stay, and the rest is followed. What cannot be looked at is neither.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from index.errors import UnreadableArticle, UserError
from index.progress import counted


def unread(problems: Sequence[UnreadableArticle]) -> Callable[[str], bool]:
    """Tells of a file whether it, or a folder above it, is among what could not be read so far."""
    places = {problem.origin for problem in problems if problem.origin}
    return lambda origin: (
        bool(places) and (origin in places or any(str(folder) in places for folder in Path(origin).parents))
    )


def under(place: str) -> list[tuple[str, tuple[str, ...]]]:
    """Conditions for the articles of a file, and of a folder, each with its values; the index serves them."""
    folder = place.rstrip(os.sep) + os.sep
    after = folder[:-1] + chr(ord(os.sep) + 1)  # the first name that does not begin with it
    return [("origin = ?", (place,)), ("origin >= ? AND origin < ?", (folder, after))]


class Sources:
    """The files and folders that were read again; None: every file that the library was read from."""

    def __init__(self, named: Sequence[str] | None, library: Path) -> None:
        """``UserError`` where one of those named is not there."""
        self._library = library
        self.places: list[str] | None = None
        self._folders: dict[Path, str] = {}
        self._away: Counter[tuple[str, str]] = Counter()
        if named is not None:
            for place in named:
                if is_missing(place):
                    raise self._absent(place, "no such file or folder")
            paths = [str(Path(place).absolute()) for place in named]
            # Path.resolve raises on a loop of links
            self.places = list(dict.fromkeys([*paths, *map(os.path.realpath, paths)]))

    def hold(self, origin: str) -> bool:
        """Whether the file is one of them or lies in one; what came from no file is in none."""
        if not Path(origin).is_absolute():
            return False
        return self.places is None or any(
            origin == place or origin.startswith(place.rstrip(os.sep) + os.sep) for place in self.places
        )

    def have_lost(self, origin: str) -> bool:
        """Whether a file that they hold is gone. Where its folder is away, or as if it were, it is not."""
        if not is_missing(origin) or UNNAMED in origin:
            return False
        for folder in Path(origin).parents:
            match self._state_of(folder):
                case "closed":  # what is locked may hold anything
                    return False
                case "absent" if self.places is None:  # then nobody vouches for the folders above
                    self._away[str(folder), "no such file or folder"] += 1
                    return False
                case "empty":
                    self._away[str(folder), "the folder is empty"] += 1
                    return False
                case "there":
                    return True
        return False

    def away(self) -> list[str]:
        """What is wrong with each folder that is away, as far as its files were asked for, a line each."""
        return [str(self._absent(place, what, count)) for (place, what), count in sorted(self._away.items())]

    def require_any(self) -> None:
        """``UserError`` where a folder is away: for when there is nothing else."""
        for place, what in sorted(self._away):
            raise self._absent(place, what)

    def _state_of(self, folder: Path) -> str:
        if folder not in self._folders:
            try:
                with os.scandir(folder) as entries:
                    self._folders[folder] = "there" if next(entries, None) else "empty"
            except (FileNotFoundError, NotADirectoryError):
                self._folders[folder] = "absent"
            except OSError:
                self._folders[folder] = "closed"
        return self._folders[folder]

    def _absent(self, place: str, what: str, stay: int = 0) -> UserError:
        kept = f"its {counted(stay, 'article')} stay{'s' * (stay == 1)}" if stay else "nothing was removed"
        return UserError(
            f"{place}: {what}, so {kept}; bring it back, or if its articles are to go: "
            f"majlis index remove {place} --library {self._library}"
        )


UNNAMED = "\ufffd"  # in a path: bytes that are no UTF-8; such a file cannot be looked for by its name


def is_missing(path: str | Path) -> bool:
    """Whether there is no such file or folder; not where nobody may look."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
