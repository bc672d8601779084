"""Sound files of every kind that is read, Arabic and English, with all that such a file can hold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from article_files import epub_parts, pdf_file, picture_file, word_file, zip_file
from document_sheets import Sheet, sheets
from office_files import mailbox, rtf_file

PDFS = Path(__file__).parent / "fixtures" / "pdf"
OFFICE = Path(__file__).parent / "fixtures" / "office"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def sound_files() -> dict[str, list[bytes]]:
    """Sound files by the module of ``index.formats`` that reads them."""
    texts = [_headed(sheet) for name, sheet in sheets() if name in ("en-one-1", "ar-one-1")]
    return {
        "text": [file for sheet in texts for file in _plain(sheet)],
        "markdown": [_markdown(sheet, front).encode() for sheet in texts for front in _FRONT],
        "webpage": [page for sheet in texts for page in _pages(sheet)],
        "pdf": [
            pdf_file(
                ["The mill stands by the river."], ["It was closed in 1931."], about="/Title (The mill)"
            ),
            *(file.read_bytes() for file in sorted(PDFS.glob("*.pdf"))),
        ],
        "word": [_word(sheet) for sheet in texts],
        "epub": [_epub(sheet, chapters) for sheet in texts for chapters in (1, 4)],
        "mail": [_mail(file, kind) for sheet in texts for kind, file in _mailed(sheet)],
        "rtf": [rtf_file(*(text for _, text in sheet.parts)) for sheet in texts]
        + [file.read_bytes() for file in OFFICE.glob("*.rtf")],
        "office.odt": [file.read_bytes() for file in sorted(OFFICE.glob("*.odt"))],
        "office.pptx": [file.read_bytes() for file in sorted(OFFICE.glob("*.pptx"))],
        "office.xlsx": [file.read_bytes() for file in sorted(OFFICE.glob("*.xlsx"))],
        "office.delimited": [
            _table(sheet, mark).encode(codec, "replace") for sheet in texts for mark, codec in _TABLES
        ],
        "containers.mbox": [
            mailbox(*(_mail(file, kind) for kind, file in _mailed(sheet))) for sheet in texts
        ],
        "containers.zipped": [
            zip_file(
                {"a.txt": next(_plain(sheet)), "b/c.docx": _word(sheet), "d.eml": _mail(b"A note.", "plain")}
            )
            for sheet in texts
        ],
        "ocr.picture": [
            picture_file("The mill stands by the river."),
            picture_file("It was closed in 1931."),
        ],
        "jsonl": [_json_lines(sheet).encode() for sheet in texts],
    }


_TABLES = ((",", "utf-8"), (";", "cp1256"), ("\t", "utf-16"))


def _table(sheet: Sheet, mark: str) -> str:
    rows = [text.split("\t") for kind, text in sheet.parts if kind == "row"]
    return "".join(mark.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def _mailed(sheet: Sheet) -> list[tuple[str, bytes]]:
    """What a message holds: text, or a page."""
    return [("plain", next(iter(_plain(sheet)))), ("html", next(iter(_pages(sheet))))]


def _mail(body: bytes, kind: str) -> bytes:
    """A message with a subject, a sender and something beside its body."""
    message = EmailMessage()
    message["Subject"] = "المطحنة: the mill"
    message["From"] = "Huda Nasr <huda@example.org>"
    message.set_content(body.decode("utf-8", "replace"), subtype=kind)
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    return bytes(message)


def _headed(sheet: Sheet) -> Sheet:
    """The sheet with a title and two headings."""
    first, *others = sheet.parts
    words = first[1].split()
    heads = [("h1", " ".join(words[:7])), ("h2", " ".join(words[7:10])), first, ("h2", words[0])]
    return replace(sheet, parts=(*heads, *others))


def _plain(sheet: Sheet) -> Iterator[bytes]:
    text = "\r\n\r\n".join(text for _, text in sheet.parts)
    yield text.encode("utf-8")
    yield ("\ufeff" + text).encode("utf-16-le")
    yield text.encode("cp1256", "replace")


_FRONT = (
    "---\ntitle: >-\n  On the\n  harbours\ndate: 2021-03-04\nauthors: [Salma, &one سامي, *one]\n"
    "about: {tags: [a, b]}\n---\n",
    '+++\ntitle = "On the harbours"\ndate = 2021-03-04\nauthors = ["Salma"]\n[about]\ntags = ["a"]\n+++\n',
)


def _markdown(sheet: Sheet, front: str) -> str:
    text, before = front, ""
    for kind, words in sheet.parts:
        words = words.replace("\t", " | ")
        text += "\n" if kind == "p" or before != kind else ""
        text += {"h1": "# ", "h2": "## ", "li": "- ", "row": "| ", "note": "[^1]: "}.get(kind, "") + words
        text += " |\n|---|---|---:|\n" if kind == "row" and before != kind else "\n"
        before = kind
    return text + (
        "\n1. one *item*\n   - another **inside**\n     > with a quotation[^1]\n\n> - a list\n>   ```\n"
        ">   code = 1\n>   ```\n\n<div><p>Some <b>HTML</b> &amp; more</p></div>\n\n"
        "[Miller]: I ground the corn.\n\n"
        "[the mill](https://example.org 'mill') and ![a picture](a.png), `code`, <https://example.org>\n"
    )


def _body(sheet: Sheet) -> str:
    """Elements of HTML that are XML too."""
    html, before = "", ""
    for number, (kind, words) in enumerate(sheet.parts):
        outer = {"li": "ul", "row": "table"}
        if before != kind:
            html += f"</{outer[before]}>" if before in outer else ""
            html += f"<{outer[kind]}>" if kind in outer else ""
        cells = "".join(f'<td colspan="1">{escape(cell)}</td>' for cell in words.split("\t"))
        tag = {"note": "p", "row": "tr"}.get(kind, kind)
        html += f'<{tag} id="n{number}">{cells if kind == "row" else escape(words)}</{tag}>'
        before = kind
    html += f"</{outer[before]}>" if before in outer else ""
    return html + (
        "<ol start='3'><li>one<ul><li>two<table><thead><tr><th rowspan='2'>three</th><th colspan='2'>four"
        "</th></tr></thead><tbody><tr><td>five</td><td><p>six</p></td></tr></tbody></table></li></ul></li></ol>"
        "<blockquote><p>seven <a href='#n1'>eight</a><br/>nine</p></blockquote><pre>ten\n  eleven</pre>"
    )


def _pages(sheet: Sheet) -> Iterator[bytes]:
    language = sheet.language[:2]
    title = escape(sheet.parts[0][1])
    stated = json.dumps({"@type": "NewsArticle", "headline": title, "author": [{"name": "Salma"}]})
    head = (
        f"<title>{title}</title><meta name='author' content='Salma'/>"
        "<meta property='article:published_time' content='2021-03-04T10:00'/>"
        f"<script type='application/ld+json'>{stated}</script>"
    )
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    for charset, codec in (("utf-8", "utf-8"), ("windows-1256", "cp1256")):
        yield (
            f"<!DOCTYPE html><html lang='{language}'><head><meta charset='{charset}'/>{head}</head>"
            f"<body>{menu}<article>{_body(sheet)}</article><footer>Printed</footer></body></html>"
        ).encode(codec, "xmlcharrefreplace")
    yield _chapter(_body(sheet), title).encode()


def _chapter(body: str, title: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>{title}</title></head><body>{body}"
        '<aside epub:type="footnote" id="f1"><p>A note&#160;&amp; more.</p></aside></body></html>'
    )


def _epub(sheet: Sheet, chapters: int) -> bytes:
    title = escape(sheet.parts[0][1])
    parts = [_chapter(_body(sheet), title) for _ in range(chapters)]
    metadata = (
        f"<dc:title>{title}</dc:title><dc:language>{sheet.language[:2]}</dc:language>"
        '<dc:creator>Salma</dc:creator><dc:date opf:event="publication">2021-03-04</dc:date>'
    )
    guide = '<reference type="toc" href="c0.xhtml"/>'
    hrefs = {f"c{number}.xhtml": part for number, part in enumerate(parts)}
    return zip_file(epub_parts(hrefs, metadata=metadata, guide=guide))


def _word(sheet: Sheet) -> bytes:
    import docx

    document: Any = docx.Document(BytesIO(word_file(title=sheet.parts[0][1])))
    rows = [text.split("\t") for kind, text in sheet.parts if kind == "row"]
    for kind, text in sheet.parts:
        if kind != "row":
            styles = {"h1": "Heading 1", "h2": "Heading 2", "li": "List Bullet"}
            document.add_paragraph(text, style=styles.get(kind))
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    inner = table.rows[0].cells[0].add_table(rows=2, cols=2)
    inner.cell(0, 0).merge(inner.cell(0, 1)).text = "merged"
    stored = BytesIO()
    document.save(stored)
    with ZipFile(stored) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    _wrap(parts)
    return zip_file(parts)


def _wrap(parts: dict[str, str | bytes]) -> None:
    """Adds what python-docx cannot make: a content control, an insertion, a text box, a field, notes."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    box = f"<w:txbxContent><w:p>{run.format('in a box')}</w:p></w:txbxContent>"
    added = (
        f"<w:sdt><w:sdtContent><w:p><w:ins w:id='1' w:author='a'>{run.format('approved')}</w:ins>"
        "<w:r><w:footnoteReference w:id='2'/></w:r>"
        f"<w:del w:id='3'><w:r><w:delText>not</w:delText></w:r></w:del></w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><mc:AlternateContent xmlns:mc='{_COMPATIBLE}'><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        f"<w:fldSimple w:instr='DATE'>{run.format('today')}</w:fldSimple></w:p>"
    )
    notes = (
        f"<w:footnotes xmlns:w='{_WORD}'><w:footnote w:id='2'><w:p>{run.format('a note')}</w:p></w:footnote>"
        "</w:footnotes>"
    )
    parts["word/footnotes.xml"] = notes.encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    for name, end, entry in (
        ("word/document.xml", "</w:body>", added),
        (
            "word/_rels/document.xml.rels",
            "</Relationships>",
            f'<Relationship Id="n1" Type="{_RELATIONS}/footnotes" Target="footnotes.xml"/>',
        ),
        (
            "[Content_Types].xml",
            "</Types>",
            f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>',
        ),
    ):
        part = parts[name]
        assert isinstance(part, bytes)
        assert end.encode() in part
        parts[name] = part.replace(end.encode(), (entry + end).encode())


def _json_lines(sheet: Sheet) -> str:
    records = [
        {
            "id": number if number % 2 else f"p{number}",
            "title": sheet.parts[0][1],
            "text": text,
            "published": 2021,
            "source": "https://example.org/a",
            "language": sheet.language[:2],
            "more": {"tags": ["a", None, 1.5]},
        }
        for number, (_, text) in enumerate(sheet.parts)
    ]
    return "".join(
        json.dumps(record, ensure_ascii=number % 3 == 0) + "\n" for number, record in enumerate(records)
    )
