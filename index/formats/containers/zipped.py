"""Archives (.zip): each file in it that is of a kind that is read, as it is in a folder.

A name that leads out of the archive, a link and an encrypted file are a line each; what is hidden, and what
a system puts beside its files, is passed over, and so are files of other kinds. What unpacks to much more
than it is packed in is no text. It leaves out archives in archives.
"""

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from index.errors import UnreadableArticle
from index.formats import Parsed, format_of
from index.formats.containers.inside import Contents

MOST_ENTRIES = 100_000
LARGEST_RATIO = 200  # of what a file unpacks to, to what it is packed in: text packs to a tenth
SMALL = 1 << 20  # bytes, up to which any ratio goes
_OLD_LETTERS = "cp437"  # of names that are not in Unicode, as zipfile reads them
_LEADS_OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")


def read(file: Path) -> Parsed:
    """The articles of an archive's files, in the order of their names."""
    with file.open("rb") as data:
        try:
            archive = zipfile.ZipFile(data)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, MemoryError) as error:
            reason = f"the archive is broken ({type(error).__name__}); pack it again"
            raise UnreadableArticle(reason) from error
        with archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise UnreadableArticle(
                    f"it holds over {MOST_ENTRIES:,} files; take out those that are needed"
                )
            contents, found = Contents(), False
            for entry in sorted(entries, key=lambda entry: entry.filename):
                for article in _read(archive, entry, contents):
                    found = True
                    yield article
    if not found:
        raise UnreadableArticle("there is no article in it; put in files of the kinds that are read")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, contents: Contents) -> Parsed:
    name = _name(entry)
    path = PurePosixPath(name.replace("\\", "/"))
    if entry.is_dir() or any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts if part != ".."):
        return
    format = format_of(Path(name))
    if format is None:
        return
    problem = _problem(entry, name, format.module)
    if problem:
        yield UnreadableArticle(problem, name)
        return
    try:
        yield from contents.read(name, lambda: archive.open(entry))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        reason = f"it is damaged in the archive ({type(error).__name__}); pack it again"
        yield UnreadableArticle(reason, name)


def _problem(entry: zipfile.ZipInfo, name: str, module: str) -> str:
    """Why a file of an archive is not unpacked; the empty string where it may be."""
    if _LEADS_OUT.search(name):
        return "its name leads out of the archive; pack it under its own name"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link, and leads out of the archive; pack the file itself"
    if entry.flag_bits & 1:
        return "it is encrypted; pack it without a password"
    if module == __name__.removeprefix("index.formats."):
        return "it is an archive in an archive; unpack it and add it by itself"
    if entry.file_size > max(SMALL, LARGEST_RATIO * entry.compress_size):
        return "it unpacks to far more than any text does; leave it out"
    return ""


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of a file; one that is not marked as Unicode may be it all the same."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode(_OLD_LETTERS).decode("utf-8")
    except ValueError:
        return entry.filename
