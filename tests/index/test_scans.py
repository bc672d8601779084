"""Scans, read by Tesseract itself: what they say, where each word stands, and what is not read twice."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from article_files import pdf_file, read
from PIL import Image
from scanned_pages import bare, edits, right_share

from index.articles import Article
from index.formats.ocr import Recognition, recognising
from index.formats.ocr.page_text import mended
from index.formats.ocr.picture_page import PagePicture, slant_of
from index.formats.ocr.tesseract import INSTALL, languages
from index.scans import (
    ScannedPage,
    ScannedWord,
    boxes_of,
    confidence_of,
    doubtful,
    packed,
    words_between,
    words_of,
)
from index.structure import Page

FILES = Path(__file__).parents[1] / "fixtures" / "scans"
ARABIC = (
    "منارة الخليج\nتقع المنارة القديمة على صخرة عالية عند مدخل الخليج، وقد بناها المهندس سليم الخوري بعد "
    "العاصفة الكبيرة.\n"
    "تولى الحارس يوسف العطار إشعال المصباح كل مساء، وكانت السفن القادمة من الجنوب تراه من بعيد."
)
ENGLISH = (
    "The lighthouse of the bay\n"
    "The old lighthouse stands on a high rock at the mouth of the bay. It was built "
    "by the engineer Salim Khoury in 1931, after the great storm.\n"
    "The keeper Joseph Attar lit the lamp every "
    "evening, and ships from the south saw it from far away."
)
MILL = "The old mill stands by the river, and nobody has ground any corn in it since 1931."


def the_one(file: Path) -> Article:
    [article], problems = read(file)
    assert problems == []
    return article


@pytest.fixture(scope="module")
def english() -> Article:
    return the_one(FILES / "lighthouse-en.png")


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    languages.cache_clear()
    yield
    languages.cache_clear()


def picture_pdf(picture: Path) -> pdfium.PdfDocument:
    stored = BytesIO()
    with Image.open(picture) as image:
        image.convert("L").save(stored, "PDF", resolution=200)
    return pdfium.PdfDocument(stored.getvalue())


def test_tesseract_is_there_with_both_languages() -> None:
    assert {"ara", "eng", "osd"} <= languages(), INSTALL


def test_a_picture_in_english_is_its_text(english: Article) -> None:
    assert edits(bare(ENGLISH), bare(english.text)) <= 2
    assert english.text.count("\n") == 2
    assert english.title == "The lighthouse of the bay"
    assert (english.language, english.pages) == ("en", ())


def test_a_picture_in_arabic_is_its_text() -> None:
    article = the_one(FILES / "lighthouse-ar.png")
    assert right_share(ARABIC, article.text) > 0.97
    assert article.text.startswith("منارة الخليج\n")
    assert article.language == "ar"
    assert 0.8 < (confidence_of(article.scans, 0, len(article.text)) or 0) <= 1


def test_each_word_stands_where_it_is_on_the_page(english: Article) -> None:
    [page] = english.scans
    assert (page.number, page.start, page.end) == (0, 0, len(english.text))
    words = words_of(page)
    assert [english.text[word.start : word.end] for word in words] == english.text.split()
    with Image.open(FILES / "lighthouse-en.png") as image:
        ink = image.convert("L").point(lambda grey: 255 * (grey < 128))
        across, down = ink.size
        for word in words:
            left, top, right, bottom = word.box
            found = ink.crop(
                (int(left * across), int(top * down), int(right * across) + 1, int(bottom * down) + 1)
            )
            inside = found.getbbox()
            assert inside is not None
            covered = (inside[2] - inside[0]) * (inside[3] - inside[1])
            assert covered > 0.85 * found.width * found.height
    start = english.text.index("built by the engineer")
    [box] = boxes_of(english.scans, start, start + len("built by"))[0]
    assert (box[2] - box[0]) * across > 3 * (box[3] - box[1]) * down
    quote = english.text.index("The old lighthouse")
    assert len(boxes_of(english.scans, quote, english.text.index("The keeper"))[0]) >= 2  # lines


@pytest.mark.parametrize("degrees", [90, 180, 270, 3])
def test_a_turned_page_is_read_and_its_boxes_are_the_turned_pages(
    english: Article, tmp_path: Path, degrees: int
) -> None:
    with Image.open(FILES / "lighthouse-en.png") as image:
        straight = image.convert("L")
        across, down = straight.size
        turned = straight.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        turned.save(tmp_path / "turned.png", dpi=(200, 200))
    article = the_one(tmp_path / "turned.png")
    assert right_share(ENGLISH, article.text) > 0.97
    picture = PagePicture(turned, *turned.size)
    assert picture.on_page(0, 0, *turned.size) == (0, 0, 1, 1)
    place = article.text.index("Salim")
    [(_, word)] = words_between(article.scans, place, place + 5)
    before = english.text.index("Salim")
    [(_, known)] = words_between(english.scans, before, before + 5)
    mark = Image.new("L", (across, down))
    mark.paste(
        255, tuple(round(share * side) for share, side in zip(known.box, (across, down) * 2, strict=True))
    )
    wanted = mark.rotate(degrees, expand=True).getbbox()
    assert wanted is not None
    found = [share * side for share, side in zip(word.box, turned.size * 2, strict=True)]
    assert max(abs(one - other) for one, other in zip(wanted, found, strict=True)) < 12  # pixels


def test_a_slant_is_found_to_a_tenth_of_a_degree() -> None:
    with Image.open(FILES / "lighthouse-en.png") as image:
        grey = image.convert("L")
    assert slant_of(grey) == 0
    for degrees in (-4.0, 1.5):
        turned = grey.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        assert abs(slant_of(turned) + degrees) <= 0.15


def test_scanned_pages_of_a_pdf_stand_where_they_were(tmp_path: Path) -> None:
    whole = pdfium.PdfDocument(pdf_file([MILL], ["The last page says that the gate was closed in 1954."]))
    whole.import_pages(picture_pdf(FILES / "lighthouse-en.png"), index=1)
    whole.save(tmp_path / "mixed.pdf")
    article = the_one(tmp_path / "mixed.pdf")
    before, scan, after = (article.text[page.start : page.end] for page in article.pages)
    assert before == MILL
    assert right_share(ENGLISH, scan) > 0.97
    assert after.startswith("The last page says")
    assert [page.label for page in article.pages] == ["1", "2", "3"]
    [read_page] = article.scans
    assert (read_page.number, article.pages[1]) == (1, Page("2", read_page.start, read_page.end, 2))
    with recognising(Recognition("never")):
        assert [page.label for page in the_one(tmp_path / "mixed.pdf").pages] == ["1", "3"]
    with recognising(Recognition("always")):
        article = the_one(tmp_path / "mixed.pdf")
    assert [page.number for page in article.scans] == [0, 1, 2]
    assert right_share(MILL, article.text[: article.pages[0].end]) > 0.97


def test_pages_of_a_tiff_are_pages_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    with Image.open(FILES / "lighthouse-en.png") as one, Image.open(FILES / "lighthouse-ar.png") as other:
        one.convert("1").save(tmp_path / "two.tif", save_all=True, append_images=[other.convert("1")])
    with recognising(Recognition(progress=lambda *stage: told.append(stage))):
        article = the_one(tmp_path / "two.tif")
    assert [page.label for page in article.pages] == ["1", "2"]
    assert right_share(ARABIC, article.text[article.pages[1].start :]) > 0.95
    assert told == [("recognising", done, 2) for done in range(3)]


def test_without_tesseract_a_line_says_how_to_install_it(tmp_path: Path, no_tesseract: None) -> None:
    shutil.copy(FILES / "lighthouse-en.png", tmp_path / "scan.png")
    (tmp_path / "a.txt").write_text(MILL)
    picture_pdf(FILES / "lighthouse-en.png").save(tmp_path / "scan.pdf")
    articles, problems = read(tmp_path / "scan.png", tmp_path / "scan.pdf")
    assert articles == []
    for name, problem in zip(("scan.png", "scan.pdf"), problems, strict=True):
        told = "it is a scan, and Tesseract is not installed, which reads scans; install it: "
        assert problem == f"{tmp_path / name}: {told}{INSTALL}"


def test_what_a_picture_does_not_say_is_told_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    blank = tmp_path / "pictures" / "blank.png"
    Image.new("L", (400, 300), 255).save(blank)
    assert "there is no text in it" in read(blank)[1][0]
    with recognising(Recognition("never")):
        assert "allow it: --ocr auto" in read(blank)[1][0]


def test_commas_that_were_read_as_something_else() -> None:
    assert mended(["الأحمرء", "البحر»", "النهر,", "جزء", "3,500"]) == [
        "الأحمر،",
        "البحر،",
        "النهر،",
        "جزء",
        "3,500",
    ]
    assert mended(["«البحر", "الأحمر»"]) == ["«البحر", "الأحمر»"]


def test_words_are_packed_and_doubted() -> None:
    words = [
        ScannedWord(10, 14, (0.1, 0.2, 0.3, 0.25), 0.95),
        ScannedWord(15, 19, (0.31, 0.2, 0.4, 0.25), 0.85, is_figure=True),
        ScannedWord(20, 24, (0.1, 0.3, 0.2, 0.35), 0.5),
    ]
    page = ScannedPage(3, 10, 24, "d", packed(words, 10))
    for word, kept in zip(words, words_of(page), strict=True):
        assert (kept.start, kept.end, kept.is_figure) == (word.start, word.end, word.is_figure)
        assert kept.box == pytest.approx(word.box, abs=1e-4)
        assert kept.confidence == pytest.approx(word.confidence, abs=0.01)
    assert doubtful([page], 0, 100) == [(15, 19), (20, 24)]
    assert doubtful([page], 0, 14) == []
    boxes = boxes_of([page], 12, 22)[3]
    assert [pytest.approx(box, abs=1e-4) for box in boxes] == [(0.1, 0.2, 0.4, 0.25), (0.1, 0.3, 0.2, 0.35)]
    assert boxes_of([page], 24, 30) == {}
    assert confidence_of([page], 24, 30) is None
    assert words_of(ScannedPage(0, 0, 1, "d", b"odd")) == []
