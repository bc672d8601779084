"""What holds for every kind of file: the list is the registry's, so a new kind needs a sample here."""

import json
import random
import re
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from article_files import COUNCIL, epub_parts, pdf_file, picture_file, read, word_file, xhtml, zip_file
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import mailbox, odt_file, pptx_file, rtf_file, xlsx_file

from index.errors import UnreadableArticle
from index.formats import FORMATS, Format, ParsedArticle, endings, format_of
from index.passages import split_article

MILL = "The old mill stands by the river, and nobody has ground any corn in it since the year 1931."
PAGE = f"<html><title>The mill</title><body><article><p>{MILL}</p><p>{COUNCIL}</p></article></body></html>"
LETTER = "Subject: The mill\nMessage-ID: <{n}@example.org>\nContent-Type: text/plain; charset=utf-8\n\n{text}"
LETTERS = [LETTER.format(n=n, text=text).encode() for n, text in enumerate((MILL, COUNCIL, "Farewell."))]
SAMPLES = {
    "text": f"{MILL}\n\n{COUNCIL}\n".encode(),
    "markdown": f"# The *mill*\n\n{MILL}\n\n- {COUNCIL}\n".encode(),
    "webpage": PAGE.encode(),
    "pdf": pdf_file([MILL]),
    "word": word_file(MILL, COUNCIL, title="The mill"),
    "epub": zip_file(epub_parts({"one.xhtml": xhtml(MILL), "two.xhtml": xhtml(COUNCIL)})),
    "mail": f"Subject: The mill\nContent-Type: text/plain; charset=utf-8\n\n{MILL}\n{COUNCIL}".encode(),
    "rtf": rtf_file(MILL, COUNCIL),
    "office.odt": odt_file(MILL, COUNCIL, title="The mill"),
    "office.pptx": pptx_file(["The mill", MILL], [COUNCIL]),
    "office.xlsx": xlsx_file([["Name", "Said"], ["mill", MILL], ["council", COUNCIL]]),
    "office.delimited": f'Name\tSaid\nmill\t"{MILL}"\ncouncil\t{COUNCIL}\n'.encode(),
    "containers.mbox": mailbox(*LETTERS),
    "containers.zipped": zip_file({"a.txt": MILL, "b/c.txt": COUNCIL, "d.exe": b"MZ", ".e.txt": "hidden"}),
    "ocr.picture": picture_file(MILL),
    "jsonl": "".join(json.dumps({"text": text}) + "\n" for text in (MILL, COUNCIL)).encode(),
}
HOLD = {"jsonl": 2, "containers.mbox": 3, "containers.zipped": 2}  # articles, where it is not one
KINDS = [  # a picture is one, whatever it is called
    (format, ending)
    for format in FORMATS
    for ending in format.endings[: 1 if format.module == "ocr.picture" else None]
]
every_kind = pytest.mark.parametrize(("format", "ending"), KINDS, ids=[ending for _, ending in KINDS])


def check(file: Path) -> tuple[list[str], list[str]]:
    """The texts and problems of a file, once they keep the contract."""
    articles, problems = read(file)
    assert all(any(map(str.isalnum, article.text)) and article.title for article in articles)
    assert len({article.id for article in articles}) == len(articles)
    for article in articles:
        for passage in split_article(article):
            assert passage.text == article.text[passage.start : passage.end]
    for problem in problems:
        assert re.fullmatch(rf"{re.escape(str(file))}(:[^\n]+)?: [^\n]+; [^\n]+", problem)
    return [article.text for article in articles], problems


@every_kind
def test_a_good_file_gives_its_text(format: Format, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"a{ending.upper()}"
    file.write_bytes(SAMPLES[format.module])
    assert format_of(file) is format
    texts, problems = check(file)
    assert problems == []
    assert MILL in " ".join(texts)
    assert COUNCIL in " ".join(texts) or format.module in ("pdf", "ocr.picture")  # in Helvetica
    assert len(texts) == HOLD.get(format.module, 1)
    assert format.several == (format.module in HOLD)


@every_kind
def test_nothing_is_opened_before_it_is_asked_for(format: Format, ending: str, tmp_path: Path) -> None:
    articles = format.read(tmp_path / f"gone{ending}")
    with pytest.raises(FileNotFoundError):
        next(articles)


@every_kind
def test_an_empty_file_and_noise_are_one_line(format: Format, ending: str, tmp_path: Path) -> None:
    noise = random.Random(14).randbytes(5000)
    for name, data in (("empty", b""), ("blank", b" \n" * 9), ("noise", noise)):
        file = tmp_path / f"{name}{ending}"
        file.write_bytes(data)
        texts, problems = check(file)
        assert texts == []
        assert problems or (name, format.module) == ("blank", "jsonl")  # it has blank lines, and no article
        assert len(problems) <= 1 or format.largest is None


@every_kind
def test_half_a_file_is_read_or_is_a_line(format: Format, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"a{ending}"
    sample = SAMPLES[format.module]
    file.write_bytes(sample[: len(sample) * 2 // 3])
    texts, problems = check(file)
    if sample.startswith(b"PK"):
        assert texts == []
        assert "is broken" in problems[0]
    elif format.module == "jsonl":
        assert texts == [MILL]
        assert problems[0].startswith(f"{file}:2: ")
    else:
        assert MILL[:40] in " ".join(texts) or problems


@every_kind
@given(data=st.data())
@settings(max_examples=10, deadline=None)  # many more: python tests/mutated_files.py
def test_no_damage_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, format: Format, ending: str, data: st.DataObject
) -> None:
    sample = bytearray(SAMPLES[format.module])
    for place in data.draw(st.lists(st.integers(0, len(sample) - 1), max_size=5)):
        sample[place] = data.draw(st.integers(0, 255))
    sample = sample[: data.draw(st.integers(0, len(sample)))] + data.draw(st.binary(max_size=50))
    file = tmp_path_factory.getbasetemp() / f"damaged{ending}"
    file.write_bytes(sample)
    with suppress(UnreadableArticle):
        for article in format.read(file):
            assert isinstance(article, ParsedArticle | UnreadableArticle)
    check(file)


@pytest.mark.parametrize("format", [format for format in FORMATS if format.largest is None])
def test_what_may_be_of_any_size_is_never_held_whole(format: Format, tmp_path: Path) -> None:
    file = tmp_path / f"a{format.endings[0]}"
    file.write_bytes(SAMPLES[format.module])
    with file.open("r+b") as stretched:
        stretched.truncate(2**29)  # a hole, which takes no room on the disk
    articles = format.read(file)
    tracemalloc.start()
    try:
        assert isinstance(next(articles), ParsedArticle)
        assert isinstance(next(articles), ParsedArticle)
        assert isinstance(next(articles), UnreadableArticle)
        assert tracemalloc.get_traced_memory()[1] < 2**28
    finally:
        tracemalloc.stop()


def test_each_ending_is_one_kinds_and_a_line_names_them_all(tmp_path: Path) -> None:
    known = [ending for format in FORMATS for ending in format.endings]
    assert len(set(known)) == len(known)
    (tmp_path / "a.exe").write_bytes(b"MZ")
    [problem] = read(tmp_path / "a.exe")[1]
    assert problem.endswith("save it as one of " + " ".join(endings()))
    assert {f".{ending}" for ending in endings()} == set(known)


def test_a_kinds_libraries_are_loaded_when_it_comes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(MILL)
    (tmp_path / "b.epub").write_bytes(SAMPLES["epub"])
    libraries = ["lxml", "trafilatura", "pypdf", "pypdfium2", "docx", "markdown_it"]
    code = (
        "import sys; from pathlib import Path; from index.articles import read_articles\n"
        "for name in ('a.txt', 'b.epub'):\n"
        "    assert list(read_articles([Path(sys.argv[1], name)], on_problem=print))\n"
        "    print([name for name in sys.argv[2:] if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *libraries], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "['lxml']"]
