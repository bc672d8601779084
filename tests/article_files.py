"""Files to read articles from, and what is read from them."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

import pytest

from index.articles import Article, read_articles
from index.errors import UnreadableArticle
from index.formats import ParsedArticle, format_of

COUNCIL = "قال الوزير إن المجلس سيجتمع في القاهرة يوم الأحد."


def read(*paths: Path) -> tuple[list[Article], list[str]]:
    problems: list[UnreadableArticle] = []
    found = list(read_articles(paths, on_problem=problems.append))
    return found, [str(problem) for problem in problems]


def parsed(name: str, data: bytes) -> ParsedArticle:
    """The one article that the reader of that kind of file finds in some bytes."""
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(data)
        format = format_of(file)
        assert format is not None
        [article] = format.read(file)
    assert isinstance(article, ParsedArticle)
    return article


def unexpected(problem: UnreadableArticle) -> None:
    pytest.fail(str(problem))


def word_file(*lines: str, title: str = "") -> bytes:
    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.core_properties.title = title
    stored = BytesIO()
    document.save(stored)
    return stored.getvalue()


def zip_file(parts: Mapping[str, str | bytes]) -> bytes:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stored.getvalue()


def picture_file(text: str) -> bytes:
    """A picture with a line of English."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=34)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left) + 80, round(bottom - top) + 80), 255)
    ImageDraw.Draw(picture).text((40, 40), text, fill=0, font=font)
    stored = BytesIO()
    picture.save(stored, "PNG")
    return stored.getvalue()


def pdf_file(*pages: list[str], about: str = "") -> bytes:
    """A PDF of pages of lines, in Helvetica."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        drawn = "BT /F1 12 Tf 72 720 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    objects.append(f"<< {about} >>")
    data, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return f"{data}xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n{trailer}".encode("latin-1")


CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf"
xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata><manifest>{items}</manifest>
<spine>{spine}</spine><guide>{guide}</guide></package>"""


def epub_parts(
    chapters: Mapping[str, str | bytes], *, spine: Sequence[str] = (), metadata: str = "", guide: str = ""
) -> dict[str, str | bytes]:
    """The parts of a book whose chapters, by their href, stand in the order of ``spine``, or in their own."""
    items = "".join(
        f'<item id={quoteattr(href)} href={quoteattr(href)} media-type="application/xhtml+xml"/>'
        for href in chapters
    )
    order = "".join(f"<itemref idref={quoteattr(href)}/>" for href in spine or chapters)
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE.format(metadata=metadata, items=items, spine=order, guide=guide),
        **{f"OEBPS/{unquote(href)}": chapter for href, chapter in chapters.items()},
    }


def xhtml(*paragraphs: str) -> str:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A</title></head><body>{body}</body></html>'
    )
