"""Articles, and how files become articles.

Folders are walked, ``index.formats`` reads each file, and what it finds there becomes an ``Article``. It
leaves out any look inside an article: sentences, passages and terms are other modules'.
"""

import hashlib
import logging
import os
import stat
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import PassedOver, UnreadableArticle
from index.formats import LONGEST_TEXT, Format, ParsedArticle, endings, format_of
from index.headlines import one_line, title_of
from index.progress import Progress, silent
from index.scans import ScannedPage
from index.structure import Block, Page
from index.text.language import detect_language
from index.walking import hash_of, require_paths, storable, walk

CONVERSIONS = {  # for kinds that people have, how they become one that is read
    ".json": 'write {"text": ..., "title": ...} on each line of a .jsonl file',
    ".doc": "save it in Word as .docx",
    ".ppt": "save it in PowerPoint as .pptx",
    ".xls": "save it in Excel as .xlsx",
    ".odp": "save it in LibreOffice as .pptx",
    ".ods": "save it in LibreOffice as .xlsx",
    ".msg": "save it in Outlook as .eml",
}
MOST_BAD_PARTS = 100  # of a file that are named one by one, the others as a number


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; ``text`` is what its file says, and is only ever sliced from then on.

    ``id`` is stable: it says where the article came from, not what it says. ``source`` is the file's
    absolute path, or what a JSON Lines record or a Markdown file's front matter names as its source.
    ``published`` is the date as the article gives it, else the empty string. ``origin`` is the absolute
    path of the file it was read from, and ``file_hash`` the SHA-256 (hex) of that file as it was then; empty
    where the file holds others too, or there is none.
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
    file_hash: str = ""
    scans: tuple[ScannedPage, ...] = ()
    tags: tuple[str, ...] = ()  # that it states itself, sorted


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
    file_hash: str = "",
    scans: tuple[ScannedPage, ...] = (),
    tags: Sequence[str] = (),
) -> Article:
    """An article with its text as given; the language is detected where it is not ar or en.

    Halves of surrogate pairs and NUL, which no text in UTF-8 or SQLite holds, become U+FFFD, one for one.
    """
    text = storable(text)
    tag = language.strip().lower()[:2]
    return Article(
        id=storable(id),
        title=one_line(title),
        text=text,
        language=tag if tag in {"ar", "en"} else detect_language(text),
        source=storable(source),
        published=one_line(published),
        origin=storable(origin or source),
        author=one_line(author),
        blocks=blocks,
        pages=pages,
        file_hash=file_hash,
        scans=scans,
        tags=tuple(sorted(set(filter(None, map(one_line, tags))))),
    )


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file to be read: where it really is, how a person named it, and what its articles call it."""

    path: Path
    named: Path
    origin: str


Found = Article | UnreadableArticle
FileReader = Callable[[Iterable[ArticleFile]], Iterator[Iterator[Found]]]  # what each holds, in their order


def read_files(files: Iterable[ArticleFile]) -> Iterator[Iterator[Found]]:
    """Reads the files in this process, one after the other, as far as each is wanted."""
    return map(read_file, files)


def read_articles(
    paths: Sequence[Path],
    *,
    on_problem: Callable[[UnreadableArticle], None],
    on_passed_over: Callable[[Path], None] = lambda _file: None,
    progress: Progress = silent,
    called: Callable[[Path], str] = str,
    reader: FileReader = read_files,
) -> Iterator[Article]:
    """The articles in ``paths``, files or folders, each file once, in the order of the paths and names.

    ``called`` gives an absolute path the name that becomes an article's origin, and its id and its source.
    Folders are walked; what is hidden, or a lock of Word's, is passed over there, and so are files of other
    kinds, which go to ``on_passed_over``. What cannot be read goes to ``on_problem``, and the rest goes on; a
    picture in a folder with no text in it goes there as ``PassedOver``.
    Raises ``UserError`` at once where a path does not exist.
    """
    require_paths(paths)
    files: dict[Path, tuple[Path, bool]] = {}  # where a file really is: how it was named, and if it was
    for path in paths:
        walked = path.is_dir()
        for file in walk(path, on_problem, on_passed_over) if walked else [path]:
            # Path.resolve raises on a loop of links
            files.setdefault(Path(os.path.realpath(file)), (file, not walked))
    found = reader(ArticleFile(path, file, called(path)) for path, (file, _) in files.items())
    return _all_of(list(files.values()), found, on_problem, progress)


def _all_of(
    files: Sequence[tuple[Path, bool]],
    found: Iterator[Iterator[Found]],
    on_problem: Callable[[UnreadableArticle], None],
    progress: Progress,
) -> Iterator[Article]:
    for done, (file, named) in enumerate(files):
        progress("reading", done, len(files))
        for article in next(found):
            if isinstance(article, UnreadableArticle):
                on_problem(article if named or not _may_be_none(file) else _passed_over(article))
            else:
                yield article
    progress("reading", len(files), len(files))


def _may_be_none(file: Path) -> bool:
    """Whether such a file is often no article, though it may be one: a picture."""
    format = format_of(file)
    return format is not None and format.module == "ocr.picture"


def _passed_over(problem: UnreadableArticle) -> PassedOver:
    return PassedOver(str(problem), problem.part, problem.origin)


def read_file(file: ArticleFile, copy: Path | None = None) -> Iterator[Found]:
    """What a file holds, in its order; ``copy``: where its bytes are, if not at its own place."""
    articles = _read(file, copy or file.named, copy or file.path)
    while True:
        try:
            with _quiet():
                article = next(articles)
        except StopIteration:
            return
        yield article


def _read(file: ArticleFile, named: Path, path: Path) -> Iterator[Found]:
    place, where = storable(str(file.named)), storable(file.origin)
    bad = 0
    try:
        for found in readable(file.named, named).read(path):
            try:
                if isinstance(found, UnreadableArticle):
                    raise found
                article = _article(found, file.origin, named)
            except UnreadableArticle as problem:
                if not found.part:
                    raise
                bad += 1
                if bad <= MOST_BAD_PARTS:
                    part = storable(" ".join(found.part.split()))
                    yield type(problem)(f"{place}:{part}: {problem}", found.part, where)
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


def readable(file: Path, copy: Path | None = None) -> Format:
    """The kind of a file that can be read; ``UnreadableArticle`` or ``OSError`` says why it cannot."""
    status = (copy or file).stat()
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


def _article(found: ParsedArticle, origin: str, file: Path) -> Article:
    if not any(map(str.isalnum, found.text)):
        raise UnreadableArticle("there is no text in it; put some in or leave it out")
    if len(found.text) > LONGEST_TEXT:
        raise UnreadableArticle(f"its text is over {LONGEST_TEXT:,} characters long; cut it into parts")
    return make_article(
        id=found.id or article_id(f"{origin}\n{found.place or found.text}" if found.part else origin),
        title=one_line(found.title) or _headline(found) or Path(found.part or origin).stem,
        text=found.text,
        source=found.source or (f"{origin}:{one_line(found.part)}" if found.place else origin),
        language=found.language,
        published=found.published,
        origin=origin,
        author=found.author,
        blocks=found.blocks,
        pages=found.pages,
        file_hash="" if found.part else _hash_of(file),
        scans=found.scans,
        tags=found.tags,
    )


def _headline(found: ParsedArticle) -> str:
    """The headline of a text: of what comes before a table, whose first row only names its columns."""
    table = next((block.start for block in found.blocks if block.kind == "row"), len(found.text))
    return title_of(found.text[:table])


def article_id(origin: str) -> str:
    """The id of an article by where it came from: 16 hex digits."""
    return hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _hash_of(file: Path) -> str:
    with file.open("rb") as data:
        return hash_of(data)


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
