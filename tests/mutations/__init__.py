"""Damage to files: by bits and pieces here, beside it what their kind makes possible: bombs, depths, lies.

Each mutation takes a source of chance and sound data of one kind and gives a damaged copy. Sizes are spread
evenly by their logarithm, up to ``Chance.largest``.
"""

import math
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chance:
    """A source of chance, other sound files of the same kind, and how large a file may be made, in bytes."""

    random: random.Random
    others: Sequence[bytes]
    largest: int

    def size(self, most: float = 1e9) -> int:
        """A count of bytes or pieces, small more often than large."""
        top = max(math.log10(min(self.largest, most)), 2.1)
        return int(10 ** self.random.triangular(1, top, min(3, top)))

    def place(self, data: bytes) -> int:
        return self.random.randrange(len(data) + 1)

    def piece(self, data: bytes) -> tuple[int, int]:
        """The start and end of a piece, short more often than long."""
        start = self.place(data)
        return start, min(len(data), start + self.size())

    def of(self, pattern: bytes, data: bytes) -> re.Match[bytes] | None:
        """One of the places where a pattern stands."""
        found = list(re.finditer(pattern, data))
        return self.random.choice(found) if found else None


Mutation = Callable[[Chance, bytes], bytes]
EXTREMES = (
    b"0", b"-1", b"2147483647", b"-2147483648", b"4294967296", b"99999999999999999999", b"1e309", b"NaN",
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\u202e\u0301".encode(),
    b"%s",
)  # fmt: skip
SECRET = "zyxwvut-secret"  # what the file ``secret`` beside a damaged one holds, and no article may


def flipped(chance: Chance, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.random.randrange(1, 20) if data else 0):
        changed[chance.random.randrange(len(data))] ^= 1 << chance.random.randrange(8)
    return bytes(changed)


def truncated(chance: Chance, data: bytes) -> bytes:
    return data[: chance.place(data)]


def removed(chance: Chance, data: bytes) -> bytes:
    start, end = chance.piece(data)
    return data[:start] + data[end:]


def doubled(chance: Chance, data: bytes) -> bytes:
    start, end = chance.piece(data)
    place = chance.place(data)
    return data[:place] + data[start:end] + data[place:]


def repeated(chance: Chance, data: bytes) -> bytes:
    start, end = chance.piece(data)
    times = chance.size() // max(1, end - start) + 1
    return data[:start] + data[start:end] * times + data[end:]


def spliced(chance: Chance, data: bytes) -> bytes:
    other = chance.random.choice(chance.others)
    return data[: chance.place(data)] + other[chance.place(other) :]


def extreme(chance: Chance, data: bytes) -> bytes:
    for _ in range(chance.random.randrange(1, 6)):
        if found := chance.of(rb"-?\d+(?:\.\d+)?", data):
            data = data[: found.start()] + chance.random.choice(EXTREMES) + data[found.end() :]
    return data


def noise(chance: Chance, data: bytes) -> bytes:
    place = chance.place(data)
    return data[:place] + chance.random.randbytes(chance.size(1e6)) + data[place:]


BYTES: tuple[Mutation, ...] = (flipped, truncated, removed, doubled, repeated, spliced, extreme, noise)
