"""Files by several programs with quotes on coloured grounds, which each program paints itself.

English, Arabic, every vowel written, and mixed, in one column and in two.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path

from document_programs import _chromium, _libreoffice_profile, shapes
from document_sheets import MIXED, VOWELLED, article

COLOURS = [c for c in product((255, 215, 175), repeat=3) if max(c) - min(c) > 0]
NOTE = {
    "en": "The figures are those of the harbour office for the year 1934.",
    "ar": "الأرقام من مكتب الميناء عن عام 1934 وفق الطبعة الثانية.",
}
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Marked:
    """A paragraph: what is before its quote, the quote, and what is behind it."""

    before: str
    quote: str
    behind: str
    colour: Colour

    @property
    def pieces(self) -> list[tuple[str, Colour | None]]:
        pieces = [(self.before, None), (self.quote, self.colour), (self.behind, None)]
        return [(text, colour) for text, colour in pieces if text]


@dataclass(frozen=True)
class Layout:
    """What a file is made of; ``kind`` is of the report."""

    name: str
    kind: str
    language: str
    font: str
    columns: int
    paragraphs: tuple[Marked, ...]


def layouts() -> Iterator[Layout]:
    """Eight files a program: English, Arabic, with every vowel written, and mixed, in 1 and 2 columns."""
    texts = {
        "English": [
            text for name in ("en-ever-given", "en-rosetta") for kind, text in article(name) if kind == "p"
        ],
        "Arabic": [
            text for name in ("ar-petra", "ar-suez-canal") for kind, text in article(name) if kind == "p"
        ],
        "Arabic, every vowel written": [" ".join(order) for text in VOWELLED for order in _orders(text)],
        "mixed": [MIXED, *(text for kind, text in article("ar-james-webb") if kind == "p")],
    }
    fonts = {
        "English": "DejaVu Serif",
        "Arabic": "Amiri",
        "Arabic, every vowel written": "Amiri",
        "mixed": "DejaVu Sans",
    }
    for (kind, paragraphs), columns in product(texts.items(), (1, 2)):
        marked = [_marked(text, number) for number, text in enumerate(paragraphs[: len(COLOURS)])]
        name = f"{kind.split()[0].lower().rstrip(',')}{'-vowelled' if 'vowel' in kind else ''}-{columns}"
        yield Layout(name, kind, "en" if kind == "English" else "ar", fonts[kind], columns, tuple(marked))


def _orders(text: str) -> list[list[str]]:
    """The clauses of a text in some orders, so that no two paragraphs are the same."""
    clauses = re.split(r"(?<=[،.؛:]) ", text)
    return [clauses[turn:] + clauses[:turn] for turn in range(min(len(clauses), 4))]


def _marked(text: str, number: int) -> Marked:
    """All of every other paragraph, so that some run over pages; of the others a stretch in the middle."""
    text = " ".join(text.split())
    words = text.split(" ")
    if number % 2 or len(words) < 12:
        return Marked("", text, "", COLOURS[number])
    start, end = len(words) // 4, max(len(words) // 4 + 6, 3 * len(words) // 4)
    quote = " ".join(words[start:end])
    return Marked(" ".join(words[:start]) + " ", quote, " " + " ".join(words[end:]), COLOURS[number])


def by_chromium(layout: Layout, file: Path) -> None:
    """Printed by Chromium, with a note at the foot of the text."""
    body = "".join(
        "<p>"
        + "".join(
            f'<span style="background:rgb{colour}">{escape(text)}</span>' if colour else escape(text)
            for text, colour in paragraph.pieces
        )
        + "</p>"
        for paragraph in layout.paragraphs
    )
    direction = "rtl" if layout.language == "ar" else "ltr"
    page = (
        f"<html lang={layout.language} dir={direction}><meta charset=utf-8><style>"
        f"@page {{ size: A4; margin: 24mm }} * {{ print-color-adjust: exact }}"
        f'body {{ font: 11pt "{layout.font}"; text-align: justify; hyphens: auto }}'
        f"main {{ column-count: {layout.columns} }} small {{ font-size: 8pt }}</style><main>{body}"
        f"<p><small>{NOTE[layout.language]}</small></p></main>"
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page, encoding="utf-8")
        _chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={file}", source.as_uri())


def by_typst(layout: Layout, file: Path) -> None:
    """Set by Typst, words divided, with a footnote."""
    import typst

    lines = [
        f'#set page(paper: "a4", columns: {layout.columns})',
        f'#set text(font: "{layout.font}", lang: "{layout.language}", size: 10.5pt, hyphenate: true)',
        "#set par(justify: true)\n#set smartquote(enabled: false)",
    ]
    for number, paragraph in enumerate(layout.paragraphs):
        line = ""
        for text, colour in paragraph.pieces:
            text = re.sub(r"([\\#$*_`<>@\[\]~/])", r"\\\1", text)
            ends = 'top-edge: "ascender", bottom-edge: "descender", extent: 0pt'
            line += f"#highlight(fill: rgb{colour}, {ends})[{text}]" if colour else text
        lines.append(line + (f"#footnote[{NOTE[layout.language]}]" if number == 2 else "") + "\n")
    with tempfile.NamedTemporaryFile("w", suffix=".typ", encoding="utf-8") as source:
        source.write("\n".join(lines))
        source.flush()
        typst.compile(source.name, output=str(file))


def by_libreoffice(layout: Layout, file: Path) -> None:
    """A Word file of python-docx, printed by LibreOffice."""
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = docx.Document()
    columns = document.sections[0]._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), str(layout.columns))
    columns.set(qn("w:space"), "500")
    for marked in layout.paragraphs:
        paragraph = document.add_paragraph()
        paragraph.alignment = 3
        for text, colour in marked.pieces:
            run = paragraph.add_run(text)
            properties = run._r.get_or_add_rPr()
            fonts = properties.get_or_add_rFonts()
            for kind in ("w:ascii", "w:hAnsi", "w:cs"):
                fonts.set(qn(kind), layout.font)
            if colour:
                ground = OxmlElement("w:shd")
                ground.set(qn("w:val"), "clear")
                ground.set(qn("w:fill"), "".join(f"{value:02X}" for value in colour))
                properties.append(ground)
            if layout.language == "ar":
                properties.append(OxmlElement("w:rtl"))
        if layout.language == "ar":
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"{file.stem}.docx")
        document.save(str(source))
        profile = f"-env:UserInstallation=file://{_libreoffice_profile().name}"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(file.parent),
            str(source),
        ]
        subprocess.run(command, capture_output=True, timeout=300, check=True)


def has_font(name: str) -> bool:
    """Whether programs find the font, and take no other for it."""
    known = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    return name in known


def _font_file(name: str) -> str:
    return subprocess.run(
        ["fc-match", "-f", "%{file}", name], capture_output=True, text=True, check=True
    ).stdout


Draw = Callable[[float, float, str], None]
_STRETCH = r"[A-Za-z][A-Za-z.]*(?: [A-Za-z][A-Za-z.]*)*|\S+"  # what runs one way: Latin words, or any one


def _set_in_lines(
    layout: Layout,
    width_of: Callable[[str], float],
    ground: Callable[[float, float, float, Colour], None],
    draw: Draw,
    turn_page: Callable[[], None],
    leading: float,
) -> None:
    """Lines set by hand, a word or a stretch of Latin at a time, from the top of an A4 page of 842 points."""
    arabic = layout.language == "ar"
    each = (595 - 110 - 24 * (layout.columns - 1)) / layout.columns
    space, column, y = width_of(" "), 0, 780.0

    def flush(line: list[tuple[str, Colour | None]]) -> None:
        nonlocal column, y
        if y < 80:
            y, column = 780.0, column + 1
            if column == layout.columns:
                turn_page()
                column = 0
        at = layout.columns - 1 - column if arabic else column
        x = 55 + at * (each + 24) + (each if arabic else 0)
        for place, (text, colour) in enumerate(line):
            width = width_of(text)
            x -= width if arabic else 0
            if colour:
                joined = place + 1 < len(line) and line[place + 1][1] == colour
                more = space if joined else 0
                ground(x - (more if arabic else 0), y, width + more, colour)
            draw(x, y, text)
            x += -space if arabic else width + space
        y -= leading

    for paragraph in layout.paragraphs:
        line: list[tuple[str, Colour | None]] = []
        room = each
        for text, colour in paragraph.pieces:
            for unit in (
                re.findall(r"[A-Za-z][A-Za-z.]*(?: [A-Za-z][A-Za-z.]*)*|\S+", text)
                if arabic
                else text.split()
            ):
                shown = _seen(unit) if arabic else unit
                if line and width_of(shown) > room:
                    flush(line)
                    line, room = [], each
                line.append((shown, colour))
                room -= width_of(shown) + space
        flush(line)
        y -= leading / 2


def _seen(word: str) -> str:
    """An Arabic word as shapes from left to right; what is of Latin or of figures stays."""
    if not re.search("[\u0600-\u06ff]", word):
        return word
    shaped = re.sub(r"[A-Za-z.]+[A-Za-z]|\d+(?:[.,:/]\d+)*", lambda found: found[0][::-1], shapes(word))[::-1]
    return shaped.translate(str.maketrans("()[]", ")(]["))


def by_reportlab(layout: Layout, file: Path) -> None:
    """Drawn with reportlab, Arabic as shapes in the order in which they are seen."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont(layout.font, _font_file(layout.font)))
    canvas = Canvas(str(file), (595, 842))
    up, down = pdfmetrics.getAscentDescent(layout.font, 11)
    canvas.setFont(layout.font, 11)

    def ground(x: float, y: float, width: float, colour: Colour) -> None:
        canvas.setFillColorRGB(*(value / 255 for value in colour))
        canvas.rect(x, y + down, width, up - down, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)

    def turn() -> None:
        canvas.showPage()
        canvas.setFont(layout.font, 11)

    def width_of(text: str) -> float:
        return float(pdfmetrics.stringWidth(text, layout.font, 11))

    _set_in_lines(layout, width_of, ground, canvas.drawString, turn, 1.25 * (up - down))
    canvas.save()


def by_fpdf2(layout: Layout, file: Path) -> None:
    """Drawn with fpdf2, Arabic as shapes in the order in which they are seen."""
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.add_font("own", fname=_font_file(layout.font))
    pdf.set_font("own", size=11)
    told = pdf.fonts["own"].desc
    up, down = told.ascent * 11 / 1000, told.descent * 11 / 1000

    def ground(x: float, y: float, width: float, colour: Colour) -> None:
        pdf.set_fill_color(*colour)
        pdf.rect(x, 842 - y - up, width, up - down, style="F")

    _set_in_lines(
        layout,
        pdf.get_string_width,
        ground,
        lambda x, y, text: pdf.text(x, 842 - y, text),
        pdf.add_page,
        1.25 * (up - down),
    )
    pdf.output(str(file))


PROGRAMS = {
    "Chromium": by_chromium,
    "LibreOffice": by_libreoffice,
    "Typst": by_typst,
    "fpdf2": by_fpdf2,
    "reportlab": by_reportlab,
}
