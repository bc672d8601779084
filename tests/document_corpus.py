"""How much of a file comes back: files made of known texts by several programs, and what is read from them.

    python tests/document_corpus.py FOLDER [-v]     makes the files there, reads them, prints a table

A word counts when it comes back as it was written, vowels, brackets and stops with it. What stands in running
heads and feet should not come back.
"""

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from document_programs import make
from document_sheets import HEADS, Sheet

FORMATS = {".pdf": "PDF", ".docx": "Word", ".html": "HTML", ".epub": "EPUB"}
LANGUAGES = {"en": "English", "ar": "Arabic", "ar, vowelled": "Arabic, every vowel written"}


def common(a: list[str] | str, b: list[str] | str) -> int:
    """The length of the longest common subsequence (Crochemore et al. 2001, in the bits of one number)."""
    places: dict[str, int] = defaultdict(int)
    for place, item in enumerate(a):
        places[item] |= 1 << place
    row = (1 << len(a)) - 1
    full = row
    for item in b:
        match = row & places.get(item, 0)
        row = ((row + match) | (row - match)) & full
    return len(a) - row.bit_count()


def normal(text: str) -> str:
    """The text without what a program may add: tatweel, marks of lists and notes, bars between cells."""
    text = re.sub(r"\u0640|[•‣]|\[\d\]", "", text.replace(" | ", " "))
    return " ".join(unicodedata.normalize("NFC", text).split())


def measures(sheet: Sheet, text: str) -> dict[str, float]:
    """Shares of the words that came back, also in order, and of the letters; how many heads stayed."""
    said, got = normal(" ".join(sheet.words)), normal(text)
    words, found = said.split(), got.split()
    recall = sum((Counter(words) & Counter(found)).values()) / len(words)
    head, foot = HEADS[sheet.language[:2]]
    return {
        "words": recall,
        "order": common(words, found) / len(words),
        "letters": 2 * common(said, got) / (len(said) + len(got)),
        "heads": float(got.count(normal(head)) + got.count(normal(foot))),
    }


def main(folder: Path, read: Callable[[Path], str]) -> None:
    """Makes the files and prints what ``read`` makes of them."""
    folder.mkdir(parents=True, exist_ok=True)
    groups: dict[tuple[str, ...], list[dict[str, float]]] = defaultdict(list)
    for program, sheet, file in make(folder):
        found = measures(sheet, read(file))
        groups[FORMATS[file.suffix], program, LANGUAGES[sheet.language], sheet.layout].append(found)
        if "-v" in sys.argv:
            print(file.name, sheet.font, {name: round(value, 4) for name, value in found.items()})
    print("| format | made by | language | layout | files | words | in order | letters | heads left |")
    print("|---|---|---|---|--:|--:|--:|--:|--:|")
    for group, found in groups.items():
        mean = {name: sum(one[name] for one in found) / len(found) for name in found[0]}
        print(
            f"| {' | '.join(group)} | {len(found)} | {mean['words']:.3f} | {mean['order']:.3f} "
            f"| {mean['letters']:.3f} | {mean['heads']:.0f} |"
        )


def _read(file: Path) -> str:
    from index.articles import read_articles

    [found] = read_articles([file], on_problem=lambda problem: print(problem, file=sys.stderr))
    return found.text


if __name__ == "__main__":
    main(Path(sys.argv[1]), _read)
