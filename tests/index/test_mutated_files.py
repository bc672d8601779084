"""Damaged files of every kind are read or are one line, soon, in little memory: a share of the command's."""

from pathlib import Path

import pytest
from mutated_files import LARGEST, LONGEST, Readers, try_format

from index.formats import FORMATS, Format

SEED = 15
NUMBERS = range(10)  # of the damaged files of each kind
PICTURES = range(5, 9)  # Tesseract works at each for a second, and reads the last
# What was found to take minutes, gigabytes or to end in a traceback, each as small as shows it.
FOUND = {
    "letters-and-one-bad-byte.txt": b"a" * 1_000_000 + b" \xff",
    "a-word-without-end.txt": b"\xff\xfea" * 1_000_000,
    "punycode.html": b"<meta charset=punycode><p>one two " + b"-b" * 300_000,
    "base-60.md": b"---\ntitle: " + b"1:" * 4000 + b"1\n---\nThe text.",
    "in-itself.md": b"---\ntitle: &a [*a, *a]\n---\nThe text.",
    "elements-beside-each-other.html": b"<p>a</p>" * 40_000,
    "elements-in-each-other.html": b"<div>" * 40_000 + b"a",
    "lines.md": b"a\n\n" * 400_000,
}


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.module)
def test_what_is_damaged_is_read_or_is_a_line(format: Format) -> None:
    numbers = PICTURES if format.module == "ocr.picture" else NUMBERS
    tally = try_format(format, numbers, SEED, largest=30_000)
    assert tally.faults == []
    assert (tally.files, tally.crashed) == (len(numbers), 0)
    assert tally.read >= 1
    assert tally.refused + tally.read == len(numbers)


def test_what_was_found_stays_mended(tmp_path: Path) -> None:
    with Readers() as readers:
        for name, data in FOUND.items():
            (tmp_path / name).write_bytes(data)
            said, seconds, memory = readers.read(tmp_path / name)
            assert "fault" not in said, (name, said)
            assert (name, seconds < LONGEST, memory < LARGEST) == (name, True, True), (seconds, memory)
