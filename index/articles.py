"""Articles, and how files become articles.

Folders are walked, ``index.formats`` reads each file, and what it finds there becomes an ``Article``. It
leaves out any look inside an article: sentences, passages and terms are other modules'.
"""

import hashlib
import logging
import os
import re
import stat
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import UnreadableArticle, UserError
from index.formats import LONGEST_TEXT, Format, ParsedArticle, endings, format_of
from index.progress import Progress, silent
from index.structure import Block, Page, visible
from index.text.language import detect_language

LONGEST_TITLE = 120  # characters
CONVERSIONS = {  # for kinds that people have, how they become one that is read
    ".json": 'write {"text": ..., "title": ...} on each line of a .jsonl file',
    ".csv": 'write {"text": ..., "title": ...} for each row on a line of a .jsonl file',
    ".doc": "save it in Word as .docx",
    ".rtf": "save it in Word as .docx",
}
MOST_BAD_PARTS = 100  # of a file that are named one by one, the others as a number


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; ``text`` is what its file says, and is only ever sliced from then on.

    ``id`` is stable: it says where the article came from, not what it says. ``source`` is the file's
    absolute path, or what a JSON Lines record or a Markdown file's front matter names as its source.
    ``published`` is the date as the article gives it, else the empty string. ``origin`` is the absolute
    path of the file it was read from.
    """

    id: str
    title: str
    text: str
    language: str  # "ar" or "en": the script that most letters are in
    source: str
    published: str = ""
    origin: str = ""
    author: str = ""
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    tags: tuple[str, ...] = ()  # that it states itself, sorted


_NOT_STORABLE = re.compile(r"[\0\ud800-\udfff]")


def make_article(
    *,
    id: str,
    title: str,
    text: str,
    source: str,
    language: str = "",
    published: str = "",
    origin: str = "",
    author: str = "",
    blocks: tuple[Block, ...] = (),
    pages: tuple[Page, ...] = (),
    tags: Sequence[str] = (),
) -> Article:
    """An article with its text as given; the language is detected where it is not ar or en.

    Halves of surrogate pairs and NUL, which no text in UTF-8 or SQLite holds, become U+FFFD, one for one.
    """
    text = _NOT_STORABLE.sub("\ufffd", text)
    tag = language.strip().lower()[:2]
    return Article(
        id=_storable(id),
        title=_one_line(title),
        text=text,
        language=tag if tag in {"ar", "en"} else detect_language(text),
        source=_storable(source),
        published=_one_line(published),
        origin=_storable(origin or source),
        author=_one_line(author),
        blocks=blocks,
        pages=pages,
        tags=tuple(sorted(set(filter(None, map(_one_line, tags))))),
    )


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _storable(name: str) -> str:
    """A name or path as it is, with U+FFFD for what UTF-8 cannot hold (file names are any bytes)."""
    return _NOT_STORABLE.sub("\ufffd", name)


def read_articles(
    paths: Sequence[Path],
    *,
    on_problem: Callable[[UnreadableArticle], None],
    on_passed_over: Callable[[Path], None] = lambda _file: None,
    progress: Progress = silent,
    called: Callable[[Path], str] = str,
) -> Iterator[Article]:
    """The articles in ``paths``, files or folders, each file once, in the order of the paths and names.

    ``called`` gives an absolute path the name that becomes an article's origin, and its id and its source.
    Folders are walked; what is hidden, or a lock of Word's, is passed over there, and so are files of other
    kinds, which go to ``on_passed_over``. What cannot be read goes to ``on_problem``, and the rest goes on.
    Raises ``UserError`` at once where a path does not exist.
    """
    require_paths(paths)
    files: dict[Path, Path] = {}  # where a file really is: how it was named
    for path in paths:
        for file in _walk(path, on_problem, on_passed_over) if path.is_dir() else [path]:
            files.setdefault(Path(os.path.realpath(file)), file)  # Path.resolve raises on a loop of links
    return _read_files(files, on_problem, progress, called)


def require_paths(paths: Sequence[Path]) -> None:
    """Passes where every path is there; ``UserError`` names the first that is not."""
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, it raises nothing
            raise UserError(f"{path}: no such file or folder; name one that exists")


def _walk(
    folder: Path, on_problem: Callable[[UnreadableArticle], None], on_passed_over: Callable[[Path], None]
) -> Iterator[Path]:
    """The files under ``folder`` whose ending is known, sorted; links are followed, loops are not."""

    def closed(error: OSError) -> None:
        message = f"{error.filename}: {error.strerror}; allow yourself to read it"
        on_problem(UnreadableArticle(message, origin=_storable(os.path.realpath(error.filename))))

    seen: set[str] = set()
    for place, folders, names in os.walk(folder, onerror=closed, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(name for name in folders if not name.startswith("."))
        if real not in seen:
            for name in sorted(names):
                file = Path(place, name)
                if not name.startswith((".", "~$")) and format_of(file):
                    yield file
                elif not name.startswith((".", "~$")):
                    on_passed_over(file)
        seen.add(real)


def _read_files(
    files: dict[Path, Path],
    on_problem: Callable[[UnreadableArticle], None],
    progress: Progress,
    called: Callable[[Path], str],
) -> Iterator[Article]:
    for done, (origin, named) in enumerate(files.items()):
        progress("reading", done, len(files))
        articles = _read_file(origin, named, called(origin))
        while True:
            try:
                with _quiet():
                    article = next(articles)
            except StopIteration:
                break
            if isinstance(article, UnreadableArticle):
                on_problem(article)
            else:
                yield article
    progress("reading", len(files), len(files))


def _read_file(file: Path, named: Path, origin: str) -> Iterator[Article | UnreadableArticle]:
    place, where = _storable(str(named)), _storable(origin)
    bad = 0
    try:
        for found in _readable(named).read(file):
            try:
                if isinstance(found, UnreadableArticle):
                    raise found
                article = _article(found, origin)
            except UnreadableArticle as problem:
                if not found.part:
                    raise
                bad += 1
                if bad <= MOST_BAD_PARTS:
                    part = _storable(" ".join(found.part.split()))
                    yield UnreadableArticle(f"{place}:{part}: {problem}", origin=where)
            else:
                yield article
    except UnreadableArticle as problem:
        yield UnreadableArticle(f"{place}: {problem}", origin=where)
    except OSError as error:
        mend = (
            "allow yourself to read it" if isinstance(error, PermissionError) else "mend it or leave it out"
        )
        yield UnreadableArticle(f"{place}: {error.strerror or error}; {mend}", origin=where)
    if bad > MOST_BAD_PARTS:
        yield UnreadableArticle(
            f"{place}: {bad - MOST_BAD_PARTS} more lines like these; mend them or leave them out"
        )


def _readable(file: Path) -> Format:
    """The kind of a file that can be read."""
    status = file.stat()
    format = format_of(file)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableArticle("it is neither a file nor a folder; name one of these")
    if format is None:
        mend = CONVERSIONS.get(file.suffix.lower(), f"save it as one of {' '.join(endings())}")
        raise UnreadableArticle(f"not a kind of file that can be read; {mend}")
    if not status.st_size:
        raise UnreadableArticle("the file is empty; put text in or leave it out")
    if format.largest is not None and status.st_size > format.largest:
        raise UnreadableArticle(f"larger than {format.largest >> 20} MiB; cut it into parts")
    return format


def _article(found: ParsedArticle, origin: str) -> Article:
    if not any(map(str.isalnum, found.text)):
        raise UnreadableArticle("there is no text in it; put some in or leave it out")
    if len(found.text) > LONGEST_TEXT:
        raise UnreadableArticle(f"its text is over {LONGEST_TEXT:,} characters long; cut it into parts")
    return make_article(
        id=found.id or article_id(f"{origin}\n{found.text}" if found.part else origin),
        title=_one_line(found.title) or title_of(found.text) or Path(origin).stem,
        text=found.text,
        source=found.source or origin,
        language=found.language,
        published=found.published,
        origin=origin,
        author=found.author,
        blocks=found.blocks,
        pages=found.pages,
        tags=found.tags,
    )


def title_of(text: str) -> str:
    """A headline from the first lines, cut at a word.

    It is the first of at least three words that is no sentence, for pages begin with a word of navigation
    or a place; else the first line.

    >>> title_of("Live\\n\\nThe council meets in Cairo\\n\\nThe council met.")
    'The council meets in Cairo'
    """
    lines = [line for line in map(_one_line, visible(text[:5000]).split("\n")) if line][:5]
    headlines = (
        line
        for line in lines
        if len(line.split()) >= 3 and len(line) <= LONGEST_TITLE and not line.endswith((".", ":", "،", "؛"))
    )
    title = next(headlines, lines[0] if lines else "")
    if len(title) <= LONGEST_TITLE:
        return title
    return title[: LONGEST_TITLE + 1].rpartition(" ")[0] or title[:LONGEST_TITLE]


def searched_title(title: str, text: str, origin: str) -> str:
    """A title as it is searched: with the name of the article's file, where the file states none.

    >>> searched_title("The old mill", "The old mill\\n\\nIt stands.", "/reports/survey-2023.txt")
    'The old mill survey-2023'
    """
    format = format_of(Path(origin))
    alone = format is not None and format.largest is not None  # in its file
    return f"{title} {Path(origin).stem}" if alone and title == title_of(text) else title


def article_id(origin: str) -> str:
    """The id of an article by where it came from: 16 hex digits."""
    return hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def _quiet() -> Iterator[None]:
    """What the readers' libraries have to say about broken files is ours to say, in one line."""
    loggers = [logging.getLogger(name) for name in ("trafilatura", "htmldate", "charset_normalizer")]
    before = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)  # the loggers below them inherit it
        try:
            yield
        finally:
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)
