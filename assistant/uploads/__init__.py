"""Articles that a library keeps itself: files that were handed over, such as on the page.

They lie in ``uploads/`` in the library's folder, under the names that they came with, and are read again with
whatever else is read, so that no build, update or sync takes them out; they go when they are removed. In the
library their origin is ``uploads/NAME``, so that the folder may be moved, and their source is NAME, which
says nothing of the machine. Leaves out who may hand one over.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.uploads.keeping import alone, copy_whole, exchanging, new_beside
from assistant.uploads.names import FOLDER, is_in_the_way, is_upload, safe_name
from index.articles import Article, article_id, read_articles
from index.errors import UnreadableArticle, UserError
from index.formats import format_of
from index.headlines import title_of
from index.library import Library
from index.library.snapshot import ArticleSummary
from index.progress import Progress, counted, silent


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed over: where it lies now, and what it was called, its folders with it."""

    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload: how many articles it gave, or the problem for which it was not taken."""

    name: str
    articles: int = 0
    replaced: bool = False
    problem: str = ""


def read_uploads(
    library: Library, on_problem: Callable[[UnreadableArticle], None], progress: Progress = silent
) -> Iterator[Article]:
    """The library's own articles, read again; those whose file is not there as they are stored."""
    folder = library.folder / FOLDER
    came: set[str] = set()

    def note(problem: UnreadableArticle) -> None:
        came.add(problem.origin)  # what it gave before stays
        on_problem(problem)

    if folder.is_dir():
        root = Path(os.path.realpath(folder))
        for article in _read(
            folder, lambda file: f"{FOLDER}/{file.relative_to(root).as_posix()}", note, progress
        ):
            came.add(article.origin)
            yield article
    with library.snapshot() as snapshot:
        lost = [kept for kept in snapshot.find(FOLDER) if kept.origin not in came]
        yield from [snapshot.article(kept.id) for kept in lost]


def add_uploads(
    library: Library, uploads: Sequence[Upload], progress: Progress = silent, *, keep: bool = True
) -> list[Uploaded]:
    """Takes files into the library, each in the place of one of the same name; what became of each.

    In one change. ``UserError`` where none can be taken now, as while another process changes the library;
    then nothing is changed. What was handed over stays where it lies. Only the text is taken unless the
    library is to ``keep`` the files.
    """
    folder = library.folder / FOLDER
    results: dict[str, Uploaded] = {}
    articles: dict[str, list[Article]] = {}
    with alone(library), exchanging() as exchange:
        for number, upload in enumerate(uploads):
            progress("reading", number, len(uploads))
            name = safe_name(upload.name)
            found, problem = _taken(upload, f"{FOLDER}/{name}")
            if not name or is_in_the_way(folder, name):
                found, problem = [], "it cannot be kept under this name; give it another"
            results[name or upload.name] = Uploaded(name or upload.name, len(found), problem=problem)
            if found:
                new = new_beside(folder / name) if keep else None
                if new:
                    copy_whole(upload.file, new)
                replaced = exchange(folder / name, new) or bool(library.find(f"{FOLDER}/{name}"))
                results[name] = replace(results[name], replaced=replaced)
                articles[name] = found if keep else [replace(one, file_hash="") for one in found]
        progress("reading", len(uploads), len(uploads))
        if articles:
            library.add((one for found in articles.values() for one in found), progress=progress)
            stale = _stale(library, articles)
            if stale:
                library.remove(stale)
    return list(results.values())


def paste(
    library: Library, title: str, text: str, progress: Progress = silent, *, keep: bool = True
) -> Uploaded:
    """Takes a text into the library, in the place of one that was pasted under the same title.

    ``UserError`` where there is no text, and as ``add_uploads`` has it.
    """
    if not any(map(str.isalnum, text)):
        raise UserError("there is no text in it; put some in or leave it out")
    title = " ".join(title.split()) or title_of(text)
    mark = article_id(title)[:6]  # of two titles that are the same as names
    stem = safe_name(title.replace("/", " ").replace("\\", " "))[:40].strip()
    name = f"{stem}-{mark}.jsonl".lstrip("-")
    record = {"id": "pasted", "title": title, "text": text, "source": title}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "pasted.jsonl"
        file.write_text(json.dumps(record), encoding="utf-8")
        [result] = add_uploads(library, [Upload(name, file)], progress, keep=keep)
    return replace(result, name=title)


@contextmanager
def releasing(library: Library, articles: Iterable[ArticleSummary]) -> Iterator[list[str]]:
    """Takes the files of articles out while the block removes them; puts them back where it fails.

    The names of those that go. Of a JSON Lines file with other articles too, those stay in it; ``UserError``
    of another such file.
    """
    gone = {article.id: article.origin for article in articles if is_upload(article.origin)}
    files: list[str] = []
    if not gone:
        yield files
        return
    with alone(library), exchanging() as exchange:
        for origin in sorted(set(gone.values())):
            file = library.folder / origin
            with library.snapshot() as snapshot:
                others = [snapshot.article(one.id) for one in snapshot.find(origin) if one.id not in gone]
            format = format_of(file)
            if others and (format is None or format.module != "jsonl"):
                raise UserError(
                    f"{origin} holds {counted(len(others), 'more article')}, so nothing was removed; hand it "
                    f"over again without this one, or remove all of it: majlis index remove {file}"
                )
            new = new_beside(file) if others and file.exists() else None
            if new:
                new.write_text("".join(map(_line, others)), encoding="utf-8")
            if exchange(file, new) and new is None:
                files.append(origin)
        yield files


def _read(
    path: Path,
    called: Callable[[Path], str],
    on_problem: Callable[[UnreadableArticle], None],
    progress: Progress = silent,
) -> Iterator[Article]:
    for article in read_articles([path], on_problem=on_problem, progress=progress, called=called):
        origin = article.origin
        by_place = (article_id(origin), article_id(f"{origin}\n{article.text}"))
        prefix = f"{article_id(origin)[:8]}-"  # so that no two files have articles of one id
        named = article.id if article.id in by_place or article.id.startswith(prefix) else prefix + article.id
        own = article.source == origin or article.source.startswith(f"{origin}:")
        source = article.source.removeprefix(f"{FOLDER}/") if own else article.source
        yield replace(article, id=named, source=source)


def _taken(upload: Upload, origin: str) -> tuple[list[Article], str]:
    """The articles of an upload, and what of it could not be read; the end of a name says what it is."""
    problems: list[UnreadableArticle] = []
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"read{Path(origin).suffix}"
        try:
            file.symlink_to(upload.file.absolute())
        except OSError:  # Windows
            copy_whole(upload.file, file)
        if not upload.file.is_file():
            return [], "it is no longer there; hand it over again"
        found = list(_read(file, lambda _file: origin, problems.append))
        told = [_of_the_file(str(problem).removeprefix(str(file)).lstrip(": ")) for problem in problems[:3]]
    more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
    return found, "; ".join(told) + more


def _of_the_file(problem: str) -> str:
    line, _, why = problem.partition(": ")
    return f"line {line}: {why}" if line.isdecimal() else problem


def _stale(library: Library, articles: dict[str, list[Article]]) -> list[str]:
    """The ids that files which were replaced gave before, and do not now."""
    ids = {one.id for found in articles.values() for one in found}
    with library.snapshot() as snapshot:
        stored = [one for name in articles for one in snapshot.find(f"{FOLDER}/{name}")]
    return [one.id for one in stored if one.id not in ids]


def _line(article: Article) -> str:
    """An article as a line of JSON Lines, which is read as the same."""
    told = ("id", "title", "text", "language", "source", "published", "author")
    return json.dumps({name: getattr(article, name) for name in told}) + "\n"
