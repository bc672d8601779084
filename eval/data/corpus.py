"""The articles that questions are asked over: a corpus of JSON Lines, files and folders, or a library's."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from eval.data import visible_text
from eval.data.file import DatasetFile, uncompressed_name
from index.articles import Article, make_article, read_articles
from index.errors import UnreadableArticle
from index.formats import format_of
from index.library import Library
from index.library.snapshot import ArticleSummary

_IDS = ("id", "_id", "docid")  # ours, BEIR's, MIRACL's


class ArticleLookup:
    """Articles by id, and by what a person calls them: file name or title, where no two share it."""

    def __init__(
        self, article: Callable[[str], Article], summaries: Callable[[], Iterable[Article | ArticleSummary]]
    ) -> None:
        self.article = article  # ``KeyError`` where there is none
        self._summaries = summaries

    @classmethod
    def of_articles(cls, articles: Sequence[Article]) -> "ArticleLookup":
        return cls({article.id: article for article in articles}.__getitem__, lambda: articles)

    @classmethod
    def of_library(cls, library: Library) -> "ArticleLookup":
        def article(article_id: str) -> Article:
            with library.snapshot() as snapshot:
                return snapshot.article(article_id)

        return cls(article, library.articles)

    def holds(self, article_id: str) -> bool:
        """Whether an article has that id."""
        try:
            self.article(article_id)
        except KeyError:
            return False
        return True

    def find(self, name: str) -> str | None:
        """The id of the article with that id, file name or title; None where there is none, or several."""
        return name if self.holds(name) else self._ids_by_name.get(name)

    @cached_property
    def _ids_by_name(self) -> dict[str, str | None]:
        ids: dict[str, str | None] = {}
        for article in self._summaries():
            for name in {Path(article.origin).name, article.title} - {""}:
                ids[name] = None if ids.get(name, article.id) != article.id else article.id
        return ids


def read_corpus(source: DatasetFile, wanted: Collection[str] | None = None) -> Iterator[Article]:
    """The articles of a corpus in JSON Lines, ``{"docid": ..., "title": ..., "text": ...}`` each.

    The id may be called ``_id`` (BEIR) or ``id`` too. One without a text has its title for a text. Where
    only some ids are ``wanted`` the others are passed over, which is many times as fast.
    """
    seen: set[str] = set()
    for place, entry in source.objects():
        article_id = next((str(entry[key]) for key in _IDS if entry.get(key) not in (None, "")), "")
        if wanted is not None and article_id and article_id not in wanted:
            continue
        title, text = visible_text(entry.get("title")), visible_text(entry.get("text"))
        if not article_id:
            source.problem(place, f"no id; it is called {', '.join(_IDS[:-1])} or {_IDS[-1]}")
        elif not (text or title):
            source.problem(f"{place} (id {article_id!r})", 'no "text"')
        elif article_id in seen:
            source.problem(f"{place} (id {article_id!r})", "another article has the same id")
        else:
            seen.add(article_id)
            origin = f"{source.path.name} {article_id}"
            yield make_article(id=article_id, title=title, text=text or title, source=origin)


def load_corpus(paths: Sequence[Path]) -> tuple[tuple[Article, ...], list[str], dict[str, str]]:
    """The articles of corpora (JSON Lines), files and folders; problems; a SHA-256 for each path."""
    articles: dict[str, Article] = {}
    problems: list[str] = []
    hashes: dict[str, str] = {}

    def note(problem: UnreadableArticle) -> None:
        problems.append(str(problem))

    for path in paths:
        format = format_of(Path(uncompressed_name(path)))
        if format is not None and format.module == "jsonl":
            source = DatasetFile(path)
            found = list(read_corpus(source))
            problems += source.problems
            hashes[path.name] = source.sha256
        else:
            found = list(read_articles([path], on_problem=note))
            texts = "\n".join(hashlib.sha256(article.text.encode()).hexdigest() for article in found)
            hashes[path.name] = hashlib.sha256(texts.encode()).hexdigest()
        for article in found:
            if articles.setdefault(article.id, article) is not article:
                problems.append(f"{path.name}: id {article.id!r}: another article has the same id")
    return tuple(articles.values()), problems, hashes
