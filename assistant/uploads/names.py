"""The names under which uploads are kept: paths inside a folder, whatever they were called."""

import os
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from index.library import Library
from index.library.info import KEPT

FOLDER = KEPT
_LONGEST = 120  # bytes of one part of a name, in UTF-8; with what is put before it, any disk takes it
_DEEPEST = 8  # folders
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')  # no name on some system, or a path
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # Windows'


def is_upload(origin: str) -> bool:
    """Whether an article of that origin is the library's own."""
    return origin.startswith(f"{FOLDER}/")


def safe_name(name: str) -> str:
    """A name that is a path inside a folder, whatever it was; its ending stays. "" where nothing is left.

    Two names stay two: one that had to be changed where it can be seen ends in a mark of what it was.

    >>> safe_name("../../etc/passwd"), safe_name("notes\\\\May?.txt"), safe_name("تقرير.pdf")
    ('etc/passwd', 'notes/May~0f438a.txt', 'تقرير.pdf')
    """
    # what cannot be seen, such as marks of direction, could make one name look like another
    unseen = ("Cc", "Cf", "Cs")
    told = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in unseen)
    parts = (_fit(part) for part in re.split(r"[\\/]", told))
    return "/".join([part for part in parts if part][-_DEEPEST:])


def origin_of(library: Library, name: str) -> str:
    """What was named, as the library calls it where it is a file of its own uploads."""
    path, folder = Path(os.path.realpath(name)), Path(os.path.realpath(library.folder))
    inside = path.relative_to(folder).as_posix() if name and path.is_relative_to(folder) else ""
    return inside if is_upload(f"{inside}/") else name


def is_in_the_way(folder: Path, name: str) -> bool:
    """Whether a folder lies where the file would, or a file where one of its folders would."""
    file = folder / name
    above = [parent for parent in file.parents if parent.is_relative_to(folder) and parent != folder]
    return file.is_dir() or any(parent.exists() and not parent.is_dir() for parent in above)


def _fit(part: str) -> str:
    """A part of a name with its ending, as every disk takes it; "" where it goes nowhere, as "..":"""
    kept = _UNFIT.sub("", part).strip(" .")
    if not kept:
        return ""
    if _DEVICE.match(kept):
        kept = f"_{kept}"
    ending = Path(kept).suffix if len(Path(kept).suffix) <= 10 else ""
    stem = kept.removesuffix(ending)
    mark = f"~{sha256(part.encode()).hexdigest()[:6]}"
    if kept == part and len(kept.encode()) <= _LONGEST:
        return kept
    room = _LONGEST - len(ending.encode()) - len(mark)
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + mark + ending
