"""Damages the files of a library, again and again, and looks at what is told, mended and lost each time.

    python -m tests.damaged_library [--count 300] [--seed 1] [--first 0] [--keep FOLDER]

Two of three damages are to the file of SQLite: pages zeroed, overwritten or swapped, pages of its indexes,
single bytes, its head, its end, its log. The others are to the search indexes. Of each it is checked that

- whoever asks is answered as before, or is told that the library is damaged;
- ``repair`` ends in a library that ``verify`` passes, or says that it cannot, and keeps the file as it is;
- every article that is lost is named, or counted where no name of it is left;
- an article of which no page was touched is there, as it was.

Printed are the kinds of damage and what became of them; a fault with the number from which ``--first N
--count 1`` makes it again.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from index.articles import Article, make_article
from index.embedders import HashingEmbedder
from index.errors import LibraryDamaged, NoLibrary, UserError
from index.library import Library
from index.library.database.schema import PAGE_SIZE
from index.library.repair.carving import Pages, rows
from index.search.query import parse_query
from index.structure import Block, Page

FILE = "majlis.sqlite"
ARTICLES = 60
QUESTIONS = ["thing7 in line 3", "النخيل في السطر", "article 41"]


def stored(n: int) -> Article:
    """An article of one to many pages, most of them with blocks and some with pages of their own."""
    lines = [
        f"Line {m} of article {n} tells of thing{n}. السطر {m} عن النخيل.\n" for m in range(1 + 13 * (n % 7))
    ]
    text = f"Of thing{n}\n" + "".join(lines)
    head = len(f"Of thing{n}")
    return make_article(
        id=f"id-{n:03}-{n * 7919 % 1000:03}",
        title=f"Of thing{n}",
        text=text,
        source="",
        origin=f"/articles/{n:03}.txt",
        published=f"20{n % 25:02}-05-01" if n % 2 else "",
        author="Mary Oakes" if n % 3 else "",
        blocks=(Block("heading", 0, head, 1), Block("paragraph", head + 1, len(text))) if n % 4 else (),
        pages=(Page("i", 0, head), Page("ii", head, len(text))) if n % 5 == 0 else (),
    )


def make(folder: Path) -> dict[str, Article]:
    """A library with a history, and the articles in it by id."""
    library = Library.create(folder, HashingEmbedder())
    library.build(stored(n) for n in range(ARTICLES + 10))
    library.remove([stored(n).id for n in range(ARTICLES, ARTICLES + 10)])
    with library.snapshot() as snapshot:
        return {summary.id: snapshot.article(summary.id) for summary in snapshot.articles()}


class _Noted(Pages):
    """Notes which pages a row is on: the one that was come to last, and those that it runs over to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.leaf = 0
        self.over: set[int] = set()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        for number, page in super().__iter__():
            self.leaf = number
            yield number, page

    def __getitem__(self, number: int) -> bytes:
        self.over.add(number)
        return super().__getitem__(number)


def pages_of(path: Path) -> dict[str, set[int]]:
    """The pages on which the record and the text of each article lie, by its id."""
    records: dict[int, str] = {}
    on: dict[int, set[int]] = {}
    with _Noted(path) as pages:
        for number, values in rows(pages):
            if number is not None and len(values) in (2, 12) and values[0] is None:
                on.setdefault(number, set()).update(pages.over | {pages.leaf})
                if len(values) == 12:
                    records[number] = str(values[1])
            pages.over.clear()
    return {name: on[number] for number, name in records.items()}


def zero_pages(chance: random.Random, data: bytearray) -> None:
    for _ in range(chance.choice((1, 1, 2, 5))):
        _put(data, chance.randrange(len(data) // PAGE_SIZE), bytes(PAGE_SIZE))


def overwrite_page(chance: random.Random, data: bytearray) -> None:
    _put(data, chance.randrange(len(data) // PAGE_SIZE), chance.randbytes(PAGE_SIZE))


def swap_pages(chance: random.Random, data: bytearray) -> None:
    one, two = chance.sample(range(len(data) // PAGE_SIZE), 2)
    first, second = (bytes(data[n * PAGE_SIZE : (n + 1) * PAGE_SIZE]) for n in (one, two))
    _put(data, one, second)
    _put(data, two, first)


def index_page(chance: random.Random, data: bytearray) -> None:
    of_index = [n for n in range(1, len(data) // PAGE_SIZE) if data[n * PAGE_SIZE] in (2, 10)]
    page = chance.choice(of_index)
    if chance.random() < 0.5:
        _put(data, page, bytes(PAGE_SIZE))
    else:
        flip(chance, data, page * PAGE_SIZE, (page + 1) * PAGE_SIZE, chance.choice((1, 5, 40)))


def flip_bytes(chance: random.Random, data: bytearray) -> None:
    flip(chance, data, 0, len(data), chance.choice((1, 5, 20, 100)))


def head(chance: random.Random, data: bytearray) -> None:
    flip(chance, data, 0, 100, chance.choice((1, 3, 10)))


def truncate(chance: random.Random, data: bytearray) -> None:
    del data[chance.randrange(1, len(data)) :]


def flip(chance: random.Random, data: bytearray, start: int, end: int, count: int) -> None:
    for _ in range(count):
        data[chance.randrange(start, end)] ^= chance.randrange(1, 256)


def _put(data: bytearray, page: int, content: bytes) -> None:
    data[page * PAGE_SIZE : (page + 1) * PAGE_SIZE] = content


Damage = Callable[[random.Random, bytearray], None]
OF_SQLITE: list[Damage] = [zero_pages, overwrite_page, swap_pages, index_page, flip_bytes, head, truncate]


def spoil(chance: random.Random, folder: Path, number: int) -> str:
    """Damages a file of the library; what was done."""
    if number % 3:
        kind = chance.choice(OF_SQLITE)
        path = folder / FILE
        data = bytearray(path.read_bytes())
        kind(chance, data)
        path.write_bytes(data)
        return f"SQLite: {kind.__name__}"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != FILE]
    path = chance.choice(files)
    data = bytearray(path.read_bytes())
    match chance.randrange(4) if data else 3:
        case 0:
            path.unlink()
            return "other: removed"
        case 1:
            flip(chance, data, 0, len(data), chance.choice((1, 20)))
        case 2:
            truncate(chance, data)
        case _:
            data += chance.randbytes(5000)
    path.write_bytes(data)
    return "other: damaged"


def ask(folder: Path, articles: dict[str, Article]) -> list[str]:
    """What is wrong with the answers of a damaged library: they may be refused, but not differ."""
    wrong = []
    try:
        library = Library.open(folder, HashingEmbedder())
        with library.snapshot() as snapshot:
            for question in QUESTIONS:
                query = parse_query(question)
                for hit in [*snapshot.lexical(query, 10), *snapshot.dense(query, 10)]:
                    article = articles.get(hit.passage.article_id)
                    if (
                        article is None
                        or article.text[hit.passage.start : hit.passage.end] != hit.passage.text
                    ):
                        wrong.append(f"{question}: a hit that never was: {hit.passage}")
                    elif snapshot.article(article.id) != article:
                        wrong.append(f"{question}: an article that never was: {article.id}")
    except UserError as error:
        if "\n" in str(error):
            wrong.append(f"told in several lines: {error}")
    return wrong


def mend(folder: Path, articles: dict[str, Article], whole: set[str]) -> tuple[str, list[str]]:
    """What became of a damaged library, and what is wrong with that; ``whole``: ids that must be there."""
    before = (folder / FILE).read_bytes()
    library = Library(folder, HashingEmbedder())
    try:
        report = library.repair()
    except (LibraryDamaged, NoLibrary) as error:
        kept = [path.read_bytes() for path in folder.glob(f"{FILE}*")]
        return "could not be mended", [f"not kept: {error}"] * (before not in kept)
    wrong = [f"verify: {problem}" for problem in library.verify()]
    told = "\n".join(report)
    with library.snapshot() as snapshot:
        held = {summary.id: snapshot.article(summary.id) for summary in snapshot.articles()}
    wrong += [
        f"{name} is no article that was stored" for name in held.keys() - articles.keys() if name not in told
    ]
    lost = {name for name in articles if name not in held}
    bare = {name for name in held if f"article {name} has its text, without" in told}
    wrong += [
        f"{name} is not as it was"
        for name, article in held.items()
        if name in articles and name not in bare and article != articles[name]
    ]
    unnamed = {name for name in lost if not re.search(rf"(article|named|or) {name}\b", told)}
    counted = sum(int(n) for n in re.findall(r"lost: (\d+) more article", told))
    counted += told.count("whose name cannot be read")
    if len(unnamed) > counted:
        wrong.append(f"lost and not named: {sorted(unnamed)}")
    wrong += [f"{name} was not touched and is lost" for name in sorted(lost & whole)]
    return f"mended, {len(lost)} lost" if lost else "mended", wrong


def damage(numbers: Iterable[int], seed: str, keep: Path | None = None) -> list[str]:
    """What went wrong, a line each; prints what became of each kind of damage."""
    faults = []
    tally: Counter[tuple[str, str]] = Counter()
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        sound, folder = Path(name) / "sound", Path(name) / "library"
        articles = make(sound)
        lie_on = pages_of(sound / FILE)
        original = (sound / FILE).read_bytes()
        for number in numbers:
            chance = random.Random(f"{seed} {number}")
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(sound, folder)
            kind = spoil(chance, folder, number)
            data = (folder / FILE).read_bytes()
            touched = {
                n + 1
                for n in range(-(-len(original) // PAGE_SIZE))
                if original[n * PAGE_SIZE : (n + 1) * PAGE_SIZE] != data[n * PAGE_SIZE : (n + 1) * PAGE_SIZE]
            }
            whole = {name for name, pages in lie_on.items() if not pages & touched}
            if keep:
                shutil.copytree(folder, keep, dirs_exist_ok=True)
            try:
                wrong = ask(folder, articles)
                ended, more = mend(folder, articles, whole)
            except Exception:
                ended, wrong, more = "crashed", [], [traceback.format_exc()]
            tally[kind, ended.split(",")[0]] += 1
            lost += int((re.search(r"(\d+) lost", ended) or [0, 0])[1])
            faults += [f"{number} ({kind}, {ended}): {line}" for line in wrong + more]
    for (kind, ended), count in sorted(tally.items()):
        print(f"{kind:<24} {ended:<24} {count}")
    print(f"{lost} articles lost; {len(faults)} faults")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the damaged library as it was")
    arguments = parser.parse_args()
    numbers = range(arguments.first, arguments.first + arguments.count)
    faults = damage(numbers, arguments.seed, arguments.keep)
    print("\n".join(faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
