"""How well quotes are marked on pages as printed: files by several programs, with quotes on coloured grounds.

    python tests/marked_pages.py FOLDER [-v]     makes 40 files there, marks their quotes, prints tables

Each quote stands on a ground of a colour of its own, which the program that makes the file paints. Where that
colour is on the page, as PDFium draws it, is where the words are known to be: it is compared with the boxes
that they are given, pixel by pixel, over all the pages of the quote. Then what a page's picture costs.
"""

import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np
import pypdfium2 as pdfium
from document_programs import _chromium, _libreoffice_profile, shapes
from document_sheets import MIXED, VOWELLED, article

from index.articles import Article, read_articles
from index.originals.pages import PagePictures
from index.structure import pages_of

SCALE = 2.0  # pixels a point
ENOUGH = 0.85  # intersection over union
LETTER = 14  # points: no letter on a ground is wider
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


def known_place(pixels: np.ndarray, colour: Colour) -> np.ndarray:
    """Where a ground of a colour is, with the letters that stand on it."""
    near = np.abs(pixels - np.array(colour, dtype=np.int16)) < 5
    ground: np.ndarray = near.all(axis=-1)
    for number in np.flatnonzero(ground.any(axis=1)):
        row = ground[number]
        at = np.flatnonzero(row)
        for place in np.flatnonzero((np.diff(at) > 1) & (np.diff(at) <= LETTER * SCALE)):
            row[at[place] : at[place + 1]] = True
    return ground


def overlaps(
    file: Path, found: Article, layout: Layout, pictures: PagePictures
) -> Iterator[tuple[str, float, int]]:
    """For each quote intersection over union of where it is and where it is said to be, and its pages."""
    text, places = _folded(found.text)
    ranges: list[tuple[int, int] | None] = []
    at = 0
    for paragraph in layout.paragraphs:
        before, quote = _folded(paragraph.before)[0], _folded(paragraph.quote)[0]
        begins = text.find(before + quote, at)
        if begins < 0:
            ranges.append(None)
            continue
        at = begins + len(before) + len(quote)
        ranges.append((places[begins + len(before)], places[at - 1] + 1))
    numbers = [[number for number, _ in pages_of(found.pages, *one)] if one else [] for one in ranges]
    both, either = np.zeros(len(ranges)), np.zeros(len(ranges))
    with pdfium.PdfDocument(file) as document:
        for number in sorted({number for several in numbers for number in several}):
            page = document[number - 1].render(scale=SCALE, rev_byteorder=True)
            pixels = page.to_numpy()[..., :3].astype(np.int16)
            here = [place for place, several in enumerate(numbers) if number in several]
            wanted = [one for one in (ranges[place] for place in here) if one]
            placed = pictures.places(file, found, number, wanted).ranges
            for place, one in zip(here, placed, strict=True):
                known = known_place(pixels, layout.paragraphs[place].colour)
                said = np.zeros_like(known)
                high, wide = known.shape
                for left, top, width, height in one.boxes:
                    rows = slice(round(top * high), round((top + height) * high))
                    said[rows, round(left * wide) : round((left + width) * wide)] = True
                both[place] += (known & said).sum()
                either[place] += (known | said).sum()
    for paragraph, one, several, shared, covered in zip(
        layout.paragraphs, ranges, numbers, both, either, strict=True
    ):
        yield paragraph.quote, float(shared / max(covered, 1)) if one else -1.0, len(several)


def _folded(text: str) -> tuple[str, list[int]]:
    """A text without vowels, spaces, hyphens and notes' numbers, and where each letter stands."""
    gone = {place for note in re.finditer(r"\[\d\]", text) for place in range(*note.span())}
    places = [
        n
        for n, letter in enumerate(text)
        if n not in gone and not re.match(r"[\s\u064b-\u0652\u0670\u0640-]", letter)
    ]
    return "".join(text[place] for place in places), places


def measure(
    folder: Path, programs: Sequence[str] = tuple(PROGRAMS), verbose: bool = False
) -> dict[tuple[str, str], list[float]]:
    """Overlaps by program and kind of text, of files that are made in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = PagePictures()
    results: dict[tuple[str, str], list[float]] = defaultdict(list)
    for program, layout in product(programs, layouts()):
        file = folder / f"{program.lower()}-{layout.name}.pdf"
        try:
            if not file.exists():
                PROGRAMS[program](layout, file)
        except (ImportError, FileNotFoundError) as missing:
            print(f"{program} is not installed ({missing}): left out", file=sys.stderr)
            break
        [found] = read_articles([file], on_problem=lambda problem: print(problem, file=sys.stderr))
        for quote, overlap, pages in overlaps(file, found, layout, pictures):
            if overlap < 0:
                print(f"{file.name}: not in the text: {quote[:60]}", file=sys.stderr)
                continue
            results[program, layout.kind].append(overlap)
            if pages > 1:
                results["over two pages", ""].append(overlap)
            if verbose and overlap < ENOUGH:
                print(f"{file.name}: {overlap:.3f} {quote[:70]}", file=sys.stderr)
    return results


def costs(folder: Path) -> list[str]:
    """What pictures cost: cold and kept, of a book of 1,000 pages, and the memory that 500 of them take."""
    files = sorted(folder.glob("*-*.pdf"))
    book = folder / "book.pdf"
    if not book.exists():
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(str(book), (595, 842))
        for page in range(1000):
            for line in range(45):
                canvas.drawString(
                    55,
                    780 - 16 * line,
                    f"Line {line} of page {page}: the keeper of the lighthouse counted {page * line} ships.",
                )
            canvas.showPage()
        canvas.save()
    cold, kept = [], []
    pictures = PagePictures()
    pictures.picture(files[0], "", 1)  # starts the process
    for file in files:
        for times in (cold, kept):
            began = time.perf_counter()
            pictures.picture(file, file.name, 1)
            times.append(1000 * (time.perf_counter() - began))
    began = time.perf_counter()
    fresh = PagePictures()
    fresh.picture(book, "book", 900)
    opened = time.perf_counter() - began
    memory = []
    for page in range(500):
        fresh.picture(book, "book", page + 1)
        if page in (99, 499):
            memory.append(_memory_of(fresh))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        f"a picture, cold: median {median(cold):.0f} ms, p95 {sorted(cold)[int(0.95 * len(cold))]:.0f} ms",
        f"a picture that is kept: p95 {sorted(kept)[int(0.95 * len(kept))]:.2f} ms",
        f"page 900 of 1,000, with the start of the process: {opened:.2f} s",
        f"memory of the process after 100 pages: {memory[0]:.0f} MiB, after 500: {memory[1]:.0f} MiB",
        f"memory here, with all that is kept: {own:.0f} MiB",
    ]


def _memory_of(pictures: PagePictures) -> float:
    process = pictures._child._process
    assert process is not None
    [line] = re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
    return int(line) / 1024


def main() -> None:
    """Measures, and prints what came of it."""
    folder = Path(sys.argv[1])
    results = measure(folder, verbose="-v" in sys.argv)
    print(f"| made by | text | quotes | median | least | {ENOUGH} and more |\n|---|---|--:|--:|--:|--:|")
    for (program, kind), found in results.items():
        enough = sum(one >= ENOUGH for one in found) / len(found)
        print(
            f"| {program} | {kind} | {len(found)} | {median(found):.3f} | {min(found):.3f} | {enough:.3f} |"
        )
    every = [one for (program, _), found in results.items() if program in PROGRAMS for one in found]
    print(f"\n{len(every)} quotes, {sum(one >= ENOUGH for one in every) / len(every):.3f} of them enough")
    print("\n".join(costs(folder)))


if __name__ == "__main__":
    main()
