"""The parts of an office file: a zip of XML from anywhere, so no entity is resolved and nothing is fetched.

A tree takes a hundred times what it is written in, so how much there is in a part is counted before; what
may be longer than that is read by ``feed``, which keeps nothing. Neither kind of file has a document type,
where bombs of entities are made.
"""

import posixpath
from typing import Any, Protocol
from zipfile import ZipFile

from lxml import etree

from index.errors import UnreadableArticle

MOST_TAGS = 2_500_000  # of a part that becomes a tree
_GUARDED: dict[str, bool] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # how a file of the old formats begins, and one with a password


class ReadsTags(Protocol):
    """What ``feed`` tells of a part."""

    def start(self, tag: str, attributes: Any) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...
    def close(self) -> None: ...


def refuse_locked(data: bytes, ending: str) -> None:
    """Passes where a file is neither encrypted nor of the format before."""
    if data.startswith(_OLD_OR_LOCKED):
        raise UnreadableArticle(
            f"it is encrypted or of an older format; save it as {ending} without a password"
        )


def tree_of(archive: ZipFile, name: str) -> Any:
    """The tree of a part; ``KeyError`` where there is none of that name."""
    data = archive.read(name)
    if data.count(b"<") > 2 * MOST_TAGS:
        raise UnreadableArticle("there is too much in it to be a document; cut it into parts")
    _refuse_doctype(data[:4096], name)
    return etree.fromstring(data, etree.XMLParser(**_GUARDED))


def feed(archive: ZipFile, name: str, reader: ReadsTags) -> None:
    """Reads a part of any length through a reader, which may raise to end it."""
    parser = etree.XMLParser(target=reader, **_GUARDED)
    with archive.open(name) as part:
        first = True
        while chunk := part.read(1 << 16):
            if first:
                _refuse_doctype(chunk, name)
                first = False
            parser.feed(chunk)
    parser.close()


def relations(archive: ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """The parts that a part of an OOXML file names: by id the kind and the name; none outside the file."""
    folder, _, file = name.rpartition("/")
    try:
        tree = tree_of(archive, f"{folder}/_rels/{file}.rels".lstrip("/"))
    except KeyError:
        return {}
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join(f"/{folder}", relation.get("Target", ""))).lstrip("/"),
        )
        for relation in tree.iter("{*}Relationship")
        if relation.get("TargetMode") != "External"
    }


def local(tag: object) -> str:
    """The name of an element without its namespace; nothing of what is none.

    >>> local("{urn:a}p")
    'p'
    """
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def stated(archive: ZipFile, part: str, name: str) -> str:
    """What a part of metadata says under a name; the empty string where there is none."""
    try:
        found = next(tree_of(archive, part).iter(f"{{*}}{name}"), None)
    except (KeyError, etree.XMLSyntaxError):
        return ""
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _refuse_doctype(head: bytes, name: str) -> None:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableArticle(f"{name} has a document type, which no office program writes; save it again")
