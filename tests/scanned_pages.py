"""How well scans are read: known texts are printed in several fonts, made into pictures, damaged, and read.

    python tests/scanned_pages.py [--fonts N] [--damage turned] [--answers [--every N]]

Printed are the characters right (one less the edits for each character; vowels and spaces beside), for each
font, layout and damage; then how often words are right that the recogniser is sure of, and that it is not.
``--answers`` makes the sample articles PDFs of pictures, and asks their questions of these and of the texts.
It needs Chromium and Tesseract.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pypdfium2 as pdfium
from document_programs import _chromium
from document_sheets import sheets
from PIL import Image, ImageFilter

from assistant.pipeline import Assistant
from assistant.samples import sample_folder
from index.articles import Article, read_articles
from index.embedders import load_embedder
from index.library import Library
from index.scans import words_of
from index.text.analysis import fold

FONTS = {
    "ar": ("Noto Naskh Arabic", "Amiri", "KacstBook", "Noto Kufi Arabic", "Noto Sans Arabic", "DejaVu Sans"),
    "en": ("DejaVu Serif", "DejaVu Sans", "Noto Sans", "DejaVu Sans Mono"),
}
WORDS = 170  # of a page
_STYLE = """@page {{ size: A4; margin: 22mm }} body {{ font: 12pt/1.7 "{font}"; column-count: {columns};
column-gap: 10mm; text-align: justify }}"""


def printed(folder: Path, language: str, font: str, columns: int, paragraphs: Sequence[str]) -> Path:
    """A PDF of paragraphs, printed by Chromium."""
    direction = "rtl" if language == "ar" else "ltr"
    source = folder / "page.html"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    style = _STYLE.format(font=font, columns=columns)
    source.write_text(
        f"<html lang={language} dir={direction}><meta charset=utf-8><style>{style}</style><body>{body}",
        "utf-8",
    )
    file = folder / "page.pdf"
    _chromium(str(folder), "--no-pdf-header-footer", f"--print-to-pdf={file}", source.as_uri())
    return file


def drawn(file: Path, resolution: int = 300) -> list[Any]:
    """The pages of a PDF as grey pictures."""
    document = pdfium.PdfDocument(file)
    try:
        return [page.render(scale=resolution / 72, grayscale=True).to_pil().convert("L") for page in document]
    finally:
        document.close()


def _grey(picture: Any) -> Any:
    chance = np.random.default_rng(7)
    ink = np.asarray(picture, dtype=np.float32)
    paper = 150 + 40 * np.linspace(0, 1, ink.shape[1])[None, :] + chance.normal(0, 12, ink.shape)
    return Image.fromarray((ink / 255 * paper).clip(0, 255).astype(np.uint8))


def _small(picture: Any) -> Any:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


DAMAGE: dict[str, Callable[[Any], Any]] = {
    "clean": lambda picture: picture,
    "turned 2°": lambda picture: picture.rotate(2, fillcolor=255, resample=Image.Resampling.BICUBIC),
    "turned -5°": lambda picture: picture.rotate(-5, fillcolor=255, resample=Image.Resampling.BICUBIC),
    "turned 90°": lambda picture: picture.rotate(90, expand=True),
    "turned 180°": lambda picture: picture.rotate(180),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(2.2)),
    "grey, noise": _grey,
    "150 dpi": _small,
}


def known_text(language: str) -> list[str]:
    """Paragraphs of a page."""
    sheet = dict(sheets())[f"{language}-one-1"]
    kept: list[str] = []
    for kind, text in sheet.parts:
        if kind == "p" and sum(len(one.split()) for one in kept) < WORDS:
            kept.append(text)
    return kept


def bare(text: str) -> str:
    """A text as it is compared: vowels off, digits of one kind, one space between words."""
    text = re.sub(r"[\u064b-\u0652\u0640\u200b-\u200f\u202a-\u202e]", "", text)
    return " ".join(text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")).split())


def edits(one: str, other: str) -> int:
    """The Levenshtein distance, bit by bit (Myers 1999, Hyyrö 2003)."""
    if not one:
        return len(other)
    masks: defaultdict[str, int] = defaultdict(int)
    for place, character in enumerate(one):
        masks[character] |= 1 << place
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, distance = full, 0, len(one)
    for character in other:
        mask = masks.get(character, 0)
        match = mask | down
        flat = ((((mask & up) + up) ^ up) | mask) & full
        right = down | (~(flat | up) & full)
        left = up & flat
        distance += bool(right & last) - bool(left & last)
        right, left = ((right << 1) | 1) & full, (left << 1) & full
        up, down = (left | (~(match | right) & full)) & full, right & match
    return distance


def right_share(wanted: str, found: str) -> float:
    """How many of the characters are right."""
    wanted, found = bare(wanted), bare(found)
    return max(0.0, 1 - edits(wanted, found) / max(len(wanted), 1))


def read_picture(picture: Any, folder: Path) -> Article:
    """The article of a picture."""
    file = folder / "scan.png"
    picture.save(file, dpi=(300, 300))
    problems: list[object] = []
    articles = list(read_articles([file], on_problem=problems.append))
    assert len(articles) == 1, problems
    return articles[0]


@dataclass(slots=True)
class Sureness:
    """Words of scans that are in the text and that are not, sure and doubtful ones; of figures beside."""

    counts: defaultdict[tuple[str, bool, bool], int]

    def add(self, article: Article, wanted: str) -> None:
        said = {word.strip(".,،؛:()[]«»") for word in bare(wanted).split()}
        for page in article.scans:
            for word in words_of(page):
                text = bare(article.text[word.start : word.end]).strip(".,،؛:()[]«»")
                if text:
                    kind = "figures" if word.is_figure else "words"
                    self.counts[kind, word.is_doubtful, text in said] += 1

    def lines(self) -> Iterator[str]:
        for kind in ("words", "figures"):
            for doubtful in (False, True):
                right, wrong = (self.counts[kind, doubtful, known] for known in (True, False))
                if right + wrong:
                    told = "doubtful" if doubtful else "sure"
                    yield f"| {told} {kind} | {right + wrong} | {right / (right + wrong):.3f} |"


def measure(fonts: int, only: str) -> None:
    """Prints the characters right."""
    sureness = Sureness(defaultdict(int))
    print("| script | font | columns | damage | characters right | s a page |\n|---|---|--:|---|--:|--:|")
    means: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for language, names in FONTS.items():
            paragraphs = known_text(language)
            wanted = "\n".join(paragraphs)
            for number, font in enumerate(names[:fonts]):
                for columns in (1, 2):
                    [picture, *_] = drawn(printed(folder, language, font, columns, paragraphs))
                    for damage, change in DAMAGE.items():
                        if only not in damage or (damage != "clean" and (number or columns > 1)):
                            continue
                        began = time.monotonic()
                        article = read_picture(change(picture), folder)
                        seconds = time.monotonic() - began
                        right = right_share(wanted, article.text)
                        sureness.add(article, wanted)
                        means[language, damage].append(right)
                        print(
                            f"| {language} | {font} | {columns} | {damage} | {right:.3f} | {seconds:.1f} |",
                            flush=True,
                        )
    print("\n| script | damage | characters right, mean |\n|---|---|--:|")
    for (language, damage), shares in means.items():
        print(f"| {language} | {damage} | {sum(shares) / len(shares):.3f} |")
    print("\n| the recogniser is | found | in the text |\n|---|--:|--:|")
    print("\n".join(sureness.lines()))


def scanned_samples(folder: Path) -> None:
    """The sample articles as PDFs of pictures of pages."""
    for article in read_articles([sample_folder()], on_problem=print):
        with tempfile.TemporaryDirectory() as place:
            paragraphs = [line for line in article.text.split("\n") if line.strip()]
            font = FONTS[article.language][0]
            first, *more = drawn(printed(Path(place), article.language, font, 1, paragraphs), 250)
        file = folder / f"{Path(article.origin).stem}.pdf"
        first.save(file, save_all=True, append_images=more, resolution=250)


def ask(every: int) -> None:
    """Prints how many of the samples' questions are answered right, from the texts and from the scans."""
    records = json.loads((sample_folder() / "questions.json").read_text(encoding="utf-8"))[::every]
    print("| articles | language | questions | right | wrong | silent | sure | sure and right |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as place:
        scans = Path(place, "scans")
        scans.mkdir()
        scanned_samples(scans)
        for name, folder in (("texts", sample_folder()), ("scans", scans)):
            library = Library.create(Path(place, f"{name}.majlis"), load_embedder())
            library.build(read_articles([folder], on_problem=print))
            assistant = Assistant(library)
            counts: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
            for record in records:
                answer = assistant.answer(record["question"])
                said = fold(bare(" ".join([answer.text, *(one.quote for one in answer.citations[:1])])))
                wanted = record.get("evidence") or record["answers"]
                right = answer.abstained if not wanted else any(fold(bare(text)) in said for text in wanted)
                silent, sure = answer.abstained and bool(wanted), answer.certainty == "sure"
                told = (True, right, not right and not silent, silent, sure, sure and right)
                for place_, value in enumerate(told):
                    counts[record["language"]][place_] += value
            for language, numbers in counts.items():
                print(f"| {name} | {language} | {' | '.join(map(str, numbers))} |", flush=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--fonts", type=int, default=6, help="how many of each script")
    parser.add_argument("--damage", default="", help="only that with this in its name")
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="one question of so many")
    asked = parser.parse_args()
    if asked.answers:
        ask(asked.every)
    else:
        measure(asked.fonts, asked.damage)


if __name__ == "__main__":
    main()
