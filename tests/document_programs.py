"""The programs that files are made by, those that are installed: PDF, Word, HTML, EPUB.

``pip install typst reportlab``; Debian's libreoffice-writer, fonts-hosny-amiri, fonts-kacst, fonts-noto-core.
"""

import html
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from document_sheets import HEADS, Sheet, sheets


def page_of(sheet: Sheet, titled: bool) -> str:
    """A page of HTML that says what the sheet says."""
    head, foot = HEADS[sheet.language[:2]]
    body = ""
    for kind, text in sheet.parts:
        text = html.escape(text)
        if kind == "row":
            body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in text.split("\t")) + "</tr>"
        else:
            body += (
                f"<{'p class=note' if kind == 'note' else kind}>{text}</{'p' if kind == 'note' else kind}>"
            )
    body = re.sub(r"((?:<tr>.*?</tr>)+)", r"<table>\1</table>", body)
    body = re.sub(r"((?:<li>.*?</li>)+)", r"<ul>\1</ul>", body)
    direction = "rtl" if sheet.language.startswith("ar") else "ltr"
    return f"""<html lang={sheet.language[:2]} dir={direction}><meta charset=utf-8>
        <title>{sheet.parts[0][1] if titled else "untitled"}</title><style>
        @page {{ size: A4; margin: 25mm 20mm }} body {{ font: 11pt "{sheet.font}"; text-align: justify }}
        main {{ column-count: {sheet.columns} }} td {{ padding: 2pt 14pt }} .note {{ font-size: 8pt }}
        @page {{ @top-center {{ content: "{head}" }} @bottom-center {{ content: "{foot} " counter(page) }} }}
        </style><body><main>{body}</main>"""


def by_hand(sheet: Sheet, file: Path) -> None:
    """A page as a person writes it."""
    file.write_text(page_of(sheet, titled=True), encoding="utf-8")


def saved_by_chromium(sheet: Sheet, file: Path) -> None:
    """What Chromium makes of a page: its elements, written out."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page_of(sheet, titled=True), encoding="utf-8")
        file.write_bytes(_chromium(folder, "--dump-dom", source.as_uri()))


def by_chromium(sheet: Sheet, file: Path) -> None:
    """Printed by Chromium from a page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page_of(sheet, titled=False), encoding="utf-8")
        _chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={file}", source.as_uri())


def _chromium(folder: str, *arguments: str) -> bytes:
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
    return subprocess.run([*command, *arguments], capture_output=True, timeout=120, check=True).stdout


def by_typst(sheet: Sheet, file: Path) -> None:
    """Set by Typst, words divided in English."""
    import typst

    head, foot = HEADS[sheet.language[:2]]
    lines = [
        f'#set page(paper: "a4", columns: {sheet.columns}, header: [{head}],'
        f"footer: context [{foot} #counter(page).display()])",
        f'#set text(font: "{sheet.font}", lang: "{sheet.language[:2]}", size: 10.5pt, hyphenate: true)',
        "#set par(justify: true)",
        "#set smartquote(enabled: false)",
    ]
    rows = [text.split("\t") for kind, text in sheet.parts if kind == "row"]
    for kind, text in sheet.parts:
        text = re.sub(r"([\\#$*_`<>@\[\]~/])", r"\\\1", text)
        if kind == "row":
            if rows:
                cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
                lines.append(f"#table(columns: {len(rows[0])}, inset: 6pt, {cells})")
                rows = []
        else:
            lines.append(
                {"h1": "= ", "h2": "== ", "li": "- "}.get(kind, "") + text + ("" if kind == "li" else "\n")
            )
            if kind == "note":
                lines[-2:] = [lines[-2].rstrip() + f"#footnote[{text}]\n"]
    with tempfile.NamedTemporaryFile("w", suffix=".typ", encoding="utf-8") as source:
        source.write("\n".join(lines))
        source.flush()
        typst.compile(source.name, output=str(file))


def by_python_docx(sheet: Sheet, file: Path) -> None:
    """A Word file by python-docx."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = docx.Document()
    arabic = sheet.language.startswith("ar")
    section = document.sections[0]
    head, foot = HEADS[sheet.language[:2]]
    columns = section._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), str(sheet.columns))
    columns.set(qn("w:space"), "500")
    if arabic:
        columns.addnext(OxmlElement("w:bidi"))

    def write(paragraph: "docx.text.paragraph.Paragraph", text: str) -> None:
        run = paragraph.add_run(text)
        fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(kind), sheet.font)
        if arabic:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))

    write(section.header.paragraphs[0], head)
    write(section.footer.paragraphs[0], foot)
    table = None
    for kind, text in sheet.parts:
        if kind == "row":
            table = table or document.add_table(rows=0, cols=text.count("\t") + 1)
            if arabic and not len(table.rows):
                table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))
            for cell, words in zip(table.add_row().cells, text.split("\t"), strict=True):
                write(cell.paragraphs[0], words)
            continue
        style = {"h1": "Heading 1", "h2": "Heading 2", "li": "List Bullet"}.get(kind)
        paragraph = document.add_paragraph(style=style)
        write(paragraph, text)
        if kind == "p":
            paragraph.alignment = 3
    document.save(str(file))


def by_libreoffice(sheet: Sheet, file: Path) -> None:
    """That Word file in whichever format LibreOffice makes of it: Word again, PDF, HTML, EPUB."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"{file.stem}.docx")
        by_python_docx(sheet, source)
        profile = f"-env:UserInstallation=file://{_libreoffice_profile().name}"
        made = Path(folder, "made")
        command = ["soffice", profile, "--headless", "--convert-to", file.suffix[1:], "--outdir", str(made)]
        subprocess.run([*command, str(source)], capture_output=True, timeout=300, check=True)
        shutil.copy(made / file.name, file)


@cache
def _libreoffice_profile() -> tempfile.TemporaryDirectory:
    """One for all files, since LibreOffice takes long to make it."""
    return tempfile.TemporaryDirectory()


def by_reportlab(sheet: Sheet, file: Path) -> None:
    """By reportlab; Arabic as shapes in the order in which they are seen, as older programs wrote it."""
    from reportlab.lib.enums import TA_JUSTIFY, TA_RIGHT
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

    found = subprocess.run(
        ["fc-match", "-f", "%{file}", sheet.font], capture_output=True, text=True, check=True
    ).stdout
    pdfmetrics.registerFont(TTFont(sheet.font, found))
    arabic = sheet.language.startswith("ar")
    width, height = A4
    each = (width - 110 - 20 * (sheet.columns - 1)) / sheet.columns
    frames = [
        Frame(55 + column * (each + 20), 70, each, height - 140, 0, 0, 0, 0)
        for column in range(sheet.columns)
    ]
    frames = frames[::-1] if arabic else frames
    sizes = {"h1": 18, "h2": 14, "note": 8}
    head, foot = HEADS[sheet.language[:2]]

    def seen(text: str, size: float, room: float) -> str:
        if not arabic:
            return html.escape(text)
        lines, line = [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if pdfmetrics.stringWidth(as_seen(longer), sheet.font, size) > room:
                lines.append(line)
                longer = word
            line = longer
        return "<br/>".join(html.escape(as_seen(line)) for line in [*lines, line])

    def edges(canvas, document) -> None:
        canvas.setFont(sheet.font, 9)
        canvas.drawCentredString(width / 2, height - 40, as_seen(head) if arabic else head)
        canvas.drawCentredString(width / 2, 35, as_seen(foot) if arabic else f"{foot} - {document.page}")

    story = []
    rows = [text.split("\t") for kind, text in sheet.parts if kind == "row"]
    for kind, text in sheet.parts:
        size = sizes.get(kind, 11)
        style = ParagraphStyle(
            kind,
            fontName=sheet.font,
            fontSize=size,
            leading=size * 1.5,
            spaceAfter=size * 0.6,
            spaceBefore=size * 0.2,
            alignment=TA_RIGHT if arabic else TA_JUSTIFY if kind == "p" else 0,
            leftIndent=14 if kind == "li" and not arabic else 0,
        )
        if kind == "row":
            if rows:
                cells = [[as_seen(cell) for cell in reversed(row)] if arabic else row for row in rows]
                story.append(Table(cells, style=[("FONT", (0, 0), (-1, -1), sheet.font, 11)]))
                rows = []
        else:
            bullet = "•" if kind == "li" and not arabic else None
            story.append(Paragraph(seen(text, size, each), style, bulletText=bullet))
    template = BaseDocTemplate(str(file), title="untitled")
    template.addPageTemplates(PageTemplate(frames=frames, onPage=edges))
    template.build(story)


def as_seen(text: str) -> str:
    """Arabic as shapes from left to right, numbers and Latin words as they are."""
    shaped = shapes(text)
    run = r"[A-Za-z][A-Za-z .]*[A-Za-z]|\d+(?:[.,:/]\d+)*"
    turned = re.sub(run, lambda found: found[0][::-1], shaped)[::-1]
    return turned.translate(str.maketrans("()[]", ")(]["))


_FORMS: dict[str, dict[str, str]] = defaultdict(dict)
for _code in range(0xFE80, 0xFEFD):
    _kind, *_letters = unicodedata.decomposition(chr(_code)).split()
    _FORMS["".join(chr(int(letter, 16)) for letter in _letters)][_kind.strip("<>")] = chr(_code)


def shapes(text: str) -> str:
    """The letters as the shapes that they take in their words, lam-alef as one."""
    text = re.sub("[\u064b-\u0652]", "", text)
    units = re.findall(r"ل[اأإآ]|.", text, re.DOTALL)
    out = ""
    for place, unit in enumerate(units):
        forms = _FORMS.get(unit, {})
        before = _FORMS.get(units[place - 1], {}) if place else {}
        after = _FORMS.get(units[place + 1], {}) if place + 1 < len(units) else {}
        joined = "initial" in before and "final" in forms
        joins = "initial" in forms and "final" in after
        kind = ("medial" if joins else "final") if joined else ("initial" if joins else "isolated")
        out += forms.get(kind, unit)
    return out


PROGRAMS: list[tuple[str, str, Callable[[Sheet, Path], None], str]] = [
    ("pdf", "Chromium", by_chromium, "chromium"),
    ("pdf", "LibreOffice", by_libreoffice, "soffice"),
    ("pdf", "Typst", by_typst, "typst"),
    ("pdf", "reportlab", by_reportlab, "reportlab"),
    ("docx", "python-docx", by_python_docx, "docx"),
    ("docx", "LibreOffice", by_libreoffice, "soffice"),
    ("html", "hand", by_hand, "html"),
    ("html", "Chromium", saved_by_chromium, "chromium"),
    ("html", "LibreOffice", by_libreoffice, "soffice"),
    ("epub", "LibreOffice", by_libreoffice, "soffice"),
]


def make(folder: Path) -> Iterator[tuple[str, Sheet, Path]]:
    """The files that the installed programs make: program, sheet, file."""
    for ending, program, write, needs in PROGRAMS:
        if shutil.which(needs) is None and find_spec(needs) is None:
            print(f"{program} is not installed: left out", file=sys.stderr)
            continue
        for name, sheet in sheets():
            if ending != "pdf" and sheet.columns > 1:
                continue  # what flows has no columns
            if program == "reportlab":
                if sheet.language == "ar, vowelled" or sheet.font not in {
                    "Amiri",
                    "DejaVu Sans",
                    "DejaVu Serif",
                }:
                    continue  # it draws no marks, and no letters that the font lacks
                parts = tuple((kind, re.sub("[\u064b-\u0652]", "", text)) for kind, text in sheet.parts)
                sheet = replace(sheet, parts=parts)
            file = folder / f"{program.lower()}-{name}.{ending}"
            if not file.exists():
                write(sheet, file)
            yield program, sheet, file
