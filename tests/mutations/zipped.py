"""Damage to zip files of XML, the zip made anew: within their parts, to which they hold, and bombs."""

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from mutations import BYTES, Chance, Mutation, flipped
from mutations.markup import MARKUP, at_tag


def _part(chance: Chance, data: bytes, change: Callable[[dict[str, bytes], str], None]) -> bytes:
    """The zip made anew after a change to its parts; the part that is named has most of what is read."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError, zlib.error):
        return flipped(chance, data)
    if not parts:
        return data
    large = [name for name in parts if re.search(r"document\.xml$|\.opf$|c\d+\.xhtml$|notes\.xml$", name)]
    name = chance.random.choice(large if large and chance.random.random() < 0.75 else list(parts))
    change(parts, name)
    stored = BytesIO()
    with ZipFile(stored, "w", chance.random.choice((ZIP_DEFLATED, ZIP_DEFLATED, ZIP_STORED))) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stored.getvalue()


def part_changed(chance: Chance, data: bytes) -> bytes:
    mutation = chance.random.choice(chance.random.choice((BYTES, MARKUP, MARKUP)))

    def change(parts: dict[str, bytes], name: str) -> None:
        others = [part for other, part in parts.items() if other != name] or [b""]
        parts[name] = mutation(Chance(chance.random, others, chance.largest), parts[name])

    return _part(chance, data, change)


def part_gone(chance: Chance, data: bytes) -> bytes:
    return _part(chance, data, lambda parts, name: parts.pop(name) and None)


def parts_swapped(chance: Chance, data: bytes) -> bytes:
    def change(parts: dict[str, bytes], name: str) -> None:
        parts[name] = parts[chance.random.choice(list(parts))]

    return _part(chance, data, change)


def part_bomb(chance: Chance, data: bytes) -> bytes:
    """Little that unpacks to much, in a part that is read or beside it."""
    piece = chance.random.choice(
        (b" ", b"\0", b"<p/>", b"<w:p/>", b"<w:r><w:t>a</w:t></w:r>", b"<item id='a'/>")
    )

    def change(parts: dict[str, bytes], name: str) -> None:
        added = piece * (chance.size() * chance.random.choice((1, 8)) // len(piece))
        if chance.random.random() < 0.3:
            parts["media/more.xml"] = added
        elif chance.random.random() < 0.7:
            parts[name] = at_tag(chance, parts[name], added)
        else:
            parts[name] = added

    return _part(chance, data, change)


def many_parts(chance: Chance, data: bytes) -> bytes:
    def change(parts: dict[str, bytes], name: str) -> None:
        for number in range(chance.size(3e4)):
            parts[f"{number}/{name}"] = b""

    return _part(chance, data, change)


def spine_again(chance: Chance, data: bytes) -> bytes:
    """A package whose spine names its chapters many times, or manifests itself."""

    def change(parts: dict[str, bytes], name: str) -> None:
        for other in parts:
            if other.endswith(".opf"):
                times = chance.size(1e6) // 20
                items = b'<item id="z" href="c0.xhtml" media-type="application/xhtml+xml"/>' * times
                found = chance.random.choice(
                    (b'<itemref idref="z"/>' * times, b"", b'<itemref idref="c0.xhtml"/>')
                )
                parts[other] = (
                    parts[other]
                    .replace(b"<spine>", b"<spine>" + found)
                    .replace(b"<manifest>", b"<manifest>" + items)
                )

    return _part(chance, data, change)


ZIPPED: tuple[Mutation, ...] = (*[part_changed] * 6, part_gone, parts_swapped, part_bomb, many_parts)
BOOK: tuple[Mutation, ...] = (spine_again,)
