"""Originals: whether a file is still what was read, its pages as pictures, and where words stand on them."""

import re
import shutil
import struct
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from index.articles import Article, read_articles
from index.originals import NO_ORIGINAL, Original, Originals
from index.originals.pages import WIDTHS, NoPage
from index.structure import pages_of

FILES = Path(__file__).parents[1] / "fixtures" / "pdf"
READ = sorted(file.name for file in FILES.glob("*.pdf") if "password" not in file.name)


def read(file: Path) -> Article:
    [found] = read_articles([file], on_problem=lambda problem: pytest.fail(str(problem)))
    return found


@pytest.fixture(scope="module")
def originals() -> Originals:
    return Originals(Path("/nowhere"))


@pytest.mark.parametrize("name", READ)
def test_every_block_has_its_place(name: str, originals: Originals) -> None:
    found = read(FILES / name)
    for block in found.blocks:
        for number, _ in pages_of(found.pages, block.start, block.end):
            page = originals.page(found, [(block.start, block.end)], number)
            assert page is not None
            assert page.placed is not None, page.problem
            [placed] = page.placed.ranges
            assert placed.whole, found.text[block.start : block.end]
            for left, top, width, height in placed.boxes:
                assert 0 <= left < left + width <= 1.00001
                assert 0 <= top < top + height <= 1.00001


@pytest.mark.parametrize("quote", ["container quay at Mersa Tala", "9 June 2022"])
def test_the_words_under_the_boxes_are_the_words(originals: Originals, quote: str) -> None:
    file = FILES / "plain.pdf"
    found = read(file)
    start = found.text.index(quote)
    page = originals.page(found, [(start, start + len(quote))])
    assert page is not None
    assert page.placed is not None
    [(left, top, width, height)] = page.placed.ranges[0].boxes
    with pdfium.PdfDocument(file) as document:
        drawn = document[page.number - 1]
        across, down = drawn.get_size()
        box = (left * across, down - (top + height) * down, (left + width) * across, down - top * down)
        assert drawn.get_textpage().get_text_bounded(*box).strip() == quote


def test_words_that_are_not_on_the_page_are_said_not_to_be(originals: Originals) -> None:
    found = read(FILES / "plain.pdf")
    other = replace(found, text=re.sub(r"\w", "x", found.text))
    page = originals.page(other, [(0, 20)])
    assert page is not None
    assert page.placed is not None
    assert (page.placed.ranges[0].boxes, page.placed.ranges[0].whole) == ((), False)


def test_a_picture_is_as_wide_as_was_asked_for(originals: Originals) -> None:
    found = read(FILES / "plain.pdf")
    for width in WIDTHS:
        picture = originals.picture(found, 1, width)
        assert picture.png.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", picture.png[16:24]) == (picture.width, picture.height)
        assert abs(picture.width - width) <= 1
    assert originals.picture(found, 1, 1200) is originals.picture(found, 1, 1210)
    for number in (0, -1, picture.pages + 1, 10**9):
        with pytest.raises(NoPage, match="no such page"):
            originals.picture(found, number, 900)


def test_a_file_that_changed_or_went_is_not_shown(tmp_path: Path, originals: Originals) -> None:
    file = Path(shutil.copy(FILES / "plain.pdf", tmp_path / "report.pdf"))
    found = read(file)
    assert originals.of(found) == Original("same", "report.pdf", pictured=True)
    with originals.opened(found) as (data, size):
        assert data.read() == file.read_bytes()
        assert size == file.stat().st_size
    file.write_bytes(file.read_bytes() + b"\n%")
    assert originals.of(found) == Original("changed", "report.pdf")
    with pytest.raises(NoPage, match="changed"):
        originals.picture(found, 1, 900)
    file.unlink()
    assert originals.of(found) == Original("gone", "report.pdf")
    assert originals.page(found, [(0, 5)]) is None
    with pytest.raises(FileNotFoundError), originals.opened(found):
        pass


def test_what_shares_its_file_or_lies_outside_has_none(tmp_path: Path) -> None:
    lines = tmp_path / "two.jsonl"
    lines.write_text('{"text": "One mill."}\n{"text": "Two mills."}\n')
    here = Originals(tmp_path / "library")
    assert {here.of(found) for found in read_articles([lines], on_problem=print)} == {NO_ORIGINAL}
    outside = replace(read(FILES / "plain.pdf"), origin="uploads/../../two.jsonl")
    assert here.of(outside) == NO_ORIGINAL


def test_a_damaged_file_is_one_line(tmp_path: Path, originals: Originals) -> None:
    found = read(FILES / "plain.pdf")
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 and nothing else")
    broken = replace(found, origin=str(file), file_hash=read_hash(file))
    with pytest.raises(NoPage, match="broken"):
        originals.picture(broken, 1, 900)
    page = originals.page(broken, [(0, 5)])
    assert page is not None
    assert (page.placed, page.number) == (None, 1)


def read_hash(file: Path) -> str:
    from index.walking import hash_of

    with file.open("rb") as data:
        return hash_of(data)
