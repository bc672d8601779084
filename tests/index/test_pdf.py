"""PDFs of people's reports, by hand, and printed by Chromium: what they say is what is read."""

import shutil
import subprocess
from pathlib import Path

import pytest
from article_files import parsed, pdf_file
from document_corpus import measures
from document_programs import by_chromium
from document_sheets import sheets

from index.articles import read_articles
from index.errors import UnreadableArticle
from index.formats import ParsedArticle, child, pdf
from index.formats.child import Child
from index.formats.pdf import read

FILES = Path(__file__).parents[1] / "fixtures" / "pdf"
FIRST = [
    "The council of the town met on Sunday to talk about the exam-",
    "ination of the old bridge, which has stood since",
]
SECOND = ["1931 and is closed to carts.", "2"]


def of(name: str) -> ParsedArticle:
    [found] = read(FILES / f"{name}.pdf")
    assert isinstance(found, ParsedArticle)
    return found


def words(text: str) -> str:
    return " ".join(text.split())


def test_pages_are_joined_and_no_date_is_made_up() -> None:
    about = "/Title (The Bridge) /CreationDate (D:20240305101112Z)"
    found = parsed("a.pdf", pdf_file(FIRST, SECOND, about=about))
    assert found.text == (
        "The council of the town met on Sunday to talk about the examination of the old bridge, "
        "which has stood since 1931 and is closed to carts."
    )
    assert (found.title, found.published) == ("The Bridge", "")


def test_a_scan_is_told_from_a_broken_file() -> None:
    with pytest.raises(UnreadableArticle, match="OCR"):
        parsed("a.pdf", pdf_file([]))
    with pytest.raises(UnreadableArticle, match="broken"):
        parsed("a.pdf", b"%PDF-1.4 and nothing else")


@pytest.mark.parametrize("name", ["aes-128", "aes-256", "rc4-128"])
def test_what_opens_without_a_password_is_read(name: str) -> None:
    assert of(name).text == of("plain").text
    assert "opened by Minister Layla Qasim on 9 June 2022." in of("plain").text


def test_what_needs_a_password_is_named() -> None:
    problems: list[UnreadableArticle] = []
    file = FILES / "aes-256-password.pdf"
    assert list(read_articles([file], on_problem=problems.append)) == []
    assert [str(problem) for problem in problems] == [
        f"{file}: the PDF is encrypted; save a copy without the password"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "lam-alef",
        "digits-indic",
        "digits-western",
        "english-inside",
        "vowels-libreoffice",  # marks in objects of their own, tatweel without a name
        "vowels-typst",  # letters and marks that both say the letter with its marks
    ],
)
def test_arabic_letters_digits_and_english(name: str) -> None:
    text = (FILES / f"arabic-{name}.txt").read_text(encoding="utf-8")
    assert words(of(f"arabic-{name}").text) == words(text)


@pytest.mark.parametrize("name", ["hyphen", "soft-hyphen", "unicode-hyphen"])
def test_divided_words_are_put_together(name: str) -> None:
    text = of(name).text
    for word in ("photograph", "al-Rahman,", "1921-1934", "notebooks", "medicines", "Julián", "Peña-Torres,"):
        assert word in text.split()
    assert "well-known" in text
    assert "specimens" in text
    assert "COVID-19" in text
    assert "\n" not in text


def test_running_heads_and_feet_are_left_out() -> None:
    found = of("running-heads")
    assert "had been sent to the hospital of Mar Zaina two days" in found.text
    assert "sold to the office by the merchant Anis Rahhal, who denied it." in found.text
    assert "Ministry of harbours" not in found.text
    assert "Report of the lighthouse" not in found.text
    assert found.title == "Report of the lighthouse commission"


@pytest.mark.parametrize("name", ["encyclopedia", "port-authority-report", "quay-2022", "slides"])
def test_a_title_that_a_program_wrote_is_none(name: str) -> None:
    [article] = read_articles(
        [FILES / f"title-{name}.pdf"], on_problem=lambda problem: pytest.fail(str(problem))
    )
    assert article.title == "Port authority extends the quay"


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("ar-one-1", 0.98),
        ("ar-two-0", 0.95),
        ("en-two-0", 0.99),
        ("vowelled-one-0", 0.98),
        ("vowelled-two-1", 0.95),
    ],
)
def test_known_texts_come_back_from_what_chromium_prints(tmp_path: Path, name: str, least: float) -> None:
    sheet = dict(sheets())[name]
    by_chromium(sheet, tmp_path / "a.pdf")
    [found] = read(tmp_path / "a.pdf")
    assert isinstance(found, ParsedArticle)
    measured = measures(sheet, found.text)
    assert min(measured["words"], measured["order"]) >= least
    assert measured["heads"] == 0


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of two columns with headings, a list, a table, a head and a foot, as Chromium prints it."""
    if shutil.which("chromium") is None:
        pytest.fail("Chromium is not installed: apt-get install chromium")
    folder = tmp_path_factory.mktemp("printed")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in ARABIC * 10)
    rows = "".join(f"<tr><td>{name}<td>{ships}<td>{year}</tr>" for name, ships, year in ROWS)
    page = f"""<html lang=ar dir=rtl><meta charset=utf-8><title>untitled</title><style>
        @page {{ size: A4; margin: 25mm; @top-center {{ content: "مجلة المنارة" }}
                @bottom-center {{ content: "صفحة " counter(page) }} }}
        body {{ font-family: "DejaVu Sans" }} ul {{ break-before: page }}
        main {{ column-count: 2; text-align: justify }} td {{ padding: 2pt 14pt }}</style>
        <h1>الميناء الجديد في المدينة القديمة</h1><main>{body}</main>
        <ul><li>ثلاثة أرغفة</li><li>حبل طوله 40 مترا</li></ul><table>{rows}</table>"""
    (folder / "a.html").write_text(page, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'a.pdf'}"]
    subprocess.run([*command, (folder / "a.html").as_uri()], capture_output=True, timeout=60, check=True)
    return folder / "a.pdf"


ARABIC = [
    "أعلنت الوزارة أن المشروع سينتهي قبل نهاية عام 2024، وقالت إن كلفته بلغت 3.5 مليون دينار.",
    "وقال الوزير (سامي النجار) في القاهرة إن شركة NASA Goddard شاركت في الأعمال، ولا تحتاج إلى جسر.",
]
ROWS = [("الميناء", "السفن", "افتتح"), ("مرسى تالا", "1,240", "1931"), ("رأس عمود", "860", "1954")]


def test_two_columns_of_arabic_as_a_browser_prints_them(printed: Path) -> None:
    [found] = read(printed)
    assert isinstance(found, ParsedArticle)
    assert found.text.split("\n") == [
        "الميناء الجديد في المدينة القديمة",
        *ARABIC * 10,
        "ثلاثة أرغفة",
        "حبل طوله 40 مترا",
        *(" | ".join(row) for row in ROWS),
    ]
    assert found.title == "الميناء الجديد في المدينة القديمة"


READER = """
import time
from index.formats import child
from index.formats.pdf import answer

def odd(file, gets_on):
    gets_on()
    if file.name == "sleeps.pdf":
        time.sleep(60)
    while file.name == "works.pdf":
        pass
    return answer(file, gets_on)

child.MOST_WORK = 0
child.serve(odd)
"""


@pytest.mark.parametrize("name", ["sleeps", "works"])
def test_a_file_that_takes_for_ever_is_one_line_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "odd_reader.py").write_text(READER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_PDFIUM", Child("odd_reader", patience=2.0 if name == "sleeps" else 60.0))
    (tmp_path / f"{name}.pdf").write_bytes(pdf_file(FIRST))
    with pytest.raises(UnreadableArticle, match="takes too long to read; "):
        list(read(tmp_path / f"{name}.pdf"))
    assert "opened by Minister" in of("plain").text


def test_a_process_that_dies_is_one_line_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_PDFIUM", Child("index.formats.pdf", patience=9.0))
    monkeypatch.setattr(child.json, "dumps", lambda said: "no JSON")
    with pytest.raises(UnreadableArticle, match="is broken or takes too much memory; "):
        of("plain")
    monkeypatch.undo()
    assert "opened by Minister" in of("plain").text


def test_a_file_that_takes_too_much_memory_is_one_line_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each form draws the next one twice: thirty of them say one word a thousand million times."""
    monkeypatch.setattr(pdf, "_PDFIUM", Child("index.formats.pdf", patience=60.0))
    forms = [f"/X{n} Do /X{n} Do" for n in range(1, 30)]
    (tmp_path / "a.pdf").write_bytes(nested_forms([*forms, "BT /F1 12 Tf (word) Tj ET"]))
    with pytest.raises(UnreadableArticle, match="is broken or takes too much memory; "):
        list(read(tmp_path / "a.pdf"))
    assert "opened by Minister" in of("plain").text


def nested_forms(drawn: list[str]) -> bytes:
    """A page that draws the first of some forms; each may draw the one after it."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        "/Resources << /XObject << /X0 6 0 R >> >> >>",
        "<< /Length 6 >>\nstream\n/X0 Do\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(drawn):
        resources = f"<< /XObject << /X{number + 1} {number + 7} 0 R >> /Font << /F1 5 0 R >> >>"
        objects.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources {resources} "
            f"/Length {len(content)} >>\nstream\n{content}\nendstream"
        )
    numbered = "".join(f"{number} 0 obj\n{content}\nendobj\n" for number, content in enumerate(objects, 1))
    return f"%PDF-1.4\n{numbered}trailer\n<< /Root 1 0 R >>\n%%EOF\n".encode()
