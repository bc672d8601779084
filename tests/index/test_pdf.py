"""PDFs that the tests make: by hand in English, by Chromium in Arabic."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from article_files import parsed, pdf_file

from index.articles import read_articles
from index.errors import UnreadableArticle
from index.formats import pdf

FIRST = [
    "The council of the town met on Sunday to talk about the exam-",
    "ination of the old bridge, which has stood since",
]
SECOND = ["1931 and is closed to carts.", "2"]


def test_pages_are_joined() -> None:
    found = parsed(
        "a.pdf", pdf_file(FIRST, SECOND, about="/Title (The Bridge) /CreationDate (D:20240305101112Z)")
    )
    assert found.text == (
        "The council of the town met on Sunday to talk about the examination of the old bridge, "
        "which has stood since 1931 and is closed to carts."
    )
    assert (found.title, found.published) == ("The Bridge", "2024-03-05")


def test_a_scan_is_told_from_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableArticle, match="OCR"):
        parsed("a.pdf", pdf_file([]))
    with pytest.raises(UnreadableArticle, match="broken"):
        parsed("a.pdf", b"%PDF-1.4 and nothing else")


def test_an_encrypted_file_is_named(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_file(FIRST))))
    writer.encrypt("open sesame", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    problems: list[UnreadableArticle] = []
    assert list(read_articles([tmp_path], on_problem=problems.append)) == []
    assert "encrypted; save a copy" in str(problems[0])


def test_poppler_serves_where_pypdf_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_by_pypdf", lambda data: ([], "Title", ""))
    monkeypatch.setattr(pdf, "_by_poppler", lambda data: ["األرض ال تدور في السماء"])
    assert parsed("a.pdf", b"").text == "الأرض لا تدور في السماء"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_poppler_reads_pages() -> None:
    pages = pdf._by_poppler(pdf_file(FIRST, SECOND))
    assert "The council of the town" in pages[0]
    assert "closed to carts." in pages[1]
    assert pdf._by_poppler(b"nothing") == [""]


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_arabic_as_a_browser_prints_it(tmp_path: Path) -> None:
    paragraphs = [
        "أعلنت الوزارة أن المشروع سينتهي قبل نهاية عام 2024، وقالت إن كلفته بلغت 3.5 مليون دينار.",
        "وقال الوزير (سامي النجار) في القاهرة إن شركة NASA Goddard شاركت في الأعمال، ولا تحتاج إلى جسر.",
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    (tmp_path / "a.html").write_text(
        f'<html lang="ar" dir="rtl"><meta charset="utf-8"><title>المشروع</title>{body}', encoding="utf-8"
    )
    printed = f"--print-to-pdf={tmp_path / 'a.pdf'}"
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", printed]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    subprocess.run(
        [*command, profile, (tmp_path / "a.html").as_uri()], capture_output=True, timeout=60, check=True
    )
    found = parsed("a.pdf", (tmp_path / "a.pdf").read_bytes())
    assert found.text.replace("\n", " ") == " ".join(paragraphs)
    assert found.title == "المشروع"
