"""How well quotes are marked on pages as printed: files by several programs, with quotes on coloured grounds.

    python tests/marked_pages.py FOLDER [-v]     makes 40 files there, marks their quotes, prints tables

Each quote stands on a ground of a colour of its own, which the program that makes the file paints. Where that
colour is on the page, as PDFium draws it, is where the words are known to be: it is compared with the boxes
that they are given, pixel by pixel, over all the pages of the quote. Then what a page's picture costs.
"""

import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np
import pypdfium2 as pdfium
from marked_programs import PROGRAMS, Colour, Layout, layouts

from index.articles import Article, read_articles
from index.originals.pages import PagePictures
from index.structure import pages_of

SCALE = 2.0  # pixels a point
ENOUGH = 0.85  # intersection over union
UNFOUND = "not in the text"
LETTER = 14  # points: no letter on a ground is wider


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
                results[UNFOUND, ""].append(0.0)
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
        good = sum(one >= ENOUGH for one in found) / len(found)
        print(f"| {program} | {kind} | {len(found)} | {median(found):.3f} | {min(found):.3f} | {good:.3f} |")
    every = [one for (program, _), found in results.items() if program in PROGRAMS for one in found]
    enough, unfound = sum(one >= ENOUGH for one in every), len(results[UNFOUND, ""])
    print(f"\n{len(every)} quotes, {enough / len(every):.3f} of them enough;")
    print(f"with the {unfound} that are not in the text, {enough / (len(every) + unfound):.3f}")
    print("\n".join(costs(folder)))


if __name__ == "__main__":
    main()
