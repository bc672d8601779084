"""Pages of the web as articles of a library: what an answer does to the article that is stored.

An address that moved for good takes its article along, one that is gone is marked, and what fails for a while
changes nothing. A page that suddenly says far less than it did may be an error in a page's clothes: its
article stays until a person asks for the page by name. Answers are stored some at a time, article first: what
is cut off in between is asked for again. Leaves out which pages are asked for (``following``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic

from index.articles import Article, article_id
from index.errors import UnreadableArticle
from index.library import Library
from index.progress import Progress, silent
from index.web.fetching import Fetched, Fetcher, FetchProblem
from index.web.listings import Listed
from index.web.reading import alike, read_page
from index.web.records import KnownPage, WebRecords
from index.web.report import WebReport

_AT_A_TIME = 50  # pages that are stored together
_AFTER = 30.0  # seconds, and then those that there are
_FAR_LESS = 0.4  # of the text that is stored


@dataclass(slots=True)
class _Batch:
    articles: dict[str, Article] = field(default_factory=dict)
    pages: dict[str, KnownPage] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)  # a page, and the page that it turned out to be
    removed: list[str] = field(default_factory=list)
    begun: float = field(default_factory=monotonic)


class PageKeeper:
    """Asks for pages and keeps what they say, in a library; what becomes of them goes to ``report``."""

    def __init__(
        self,
        library: Library,
        records: WebRecords,
        fetcher: Fetcher,
        report: WebReport,
        *,
        now: Callable[[], datetime],
        progress: Progress = silent,
    ) -> None:
        self._library, self._records, self._fetcher = library, records, fetcher
        self.report = report
        self._now, self._progress = now, progress
        self._batch = _Batch()
        self.seen: set[str] = set()  # pages that were asked for in this run

    def visit(
        self, address: str, *, source: str = "", item: Listed | None = None, named: bool = False
    ) -> None:
        """Asks for a page; ``named`` by a person, who may have it back, and take it as it is."""
        page = self._page(address)
        stored = self._article(page.id) if page else None
        if page and (page.id in self.seen or (stored is None and not named and not page.refused)):
            return  # a person removed it
        if page is None and source:  # of what a source lists is remembered that it is none
            page = KnownPage(article_id(address), source, at=address, refused="not asked for yet")
        if page and named and source == "" and page.source:
            source = page.source
        page = page and _stated(page, item)
        asked_at = page.at if page else address
        try:
            found = self._fetcher.get(
                asked_at,
                etag=page.etag if page and stored else "",
                modified=page.modified if page and stored else "",
            )
        except FetchProblem as problem:
            self._failed(page, stored, problem)
            return
        if page:
            self.seen.add(page.id)
        if found.status in (404, 410):
            self._gone(address, page, stored)
            return
        digest = sha256(found.body).hexdigest() if found.status == 200 else ""
        key = moved_or(found, stored.source if stored else asked_at, asked_at)
        if page and stored and (found.status == 304 or digest == page.digest):
            article = stored
        else:
            try:
                read = read_page(found, asked_at)
            except UnreadableArticle as problem:
                self._unread(address, page, stored, str(problem).partition(";")[0])
                return
            article, key = read.article, read.canonical or key
        other = self._page(key) or self._page(found.address)
        if other and (page is None or other.id != page.id):
            self._one_of_two(address, page, other, article, key)
            return
        if stored and not named and len(article.text) < _FAR_LESS * len(stored.text):
            share = 100 * len(article.text) // len(stored.text)
            why = (
                f"its text is {share} % of what it was; if it may be so, name it: majlis index add {asked_at}"
            )
            self._unread(address, page, stored, why)
            return
        if page is None or page.refused:
            if page and page.id in self._batch.pages:
                del self._batch.pages[page.id]
            page = _stated(KnownPage(self._id_of(key), source), item)
            stored = self._article(page.id)
        self._took(page, stored, found, key, article, digest, also=address)

    def settle(self, *, prune: bool = False) -> None:
        """Stores what is left of the answers, and with ``prune`` removes the articles that are gone."""
        self._store()
        if not prune:
            return
        sources = ["", *(source.address for source in self._records.sources())]
        gone = [page for source in sources for page in self._records.pages(source) if page.gone]
        stored = [page for page in gone if self._article(page.id)]
        self.report.removed += [page.at for page in stored]
        if stored and not self.report.dry:
            self._library.remove([page.id for page in stored])

    def _took(
        self,
        page: KnownPage,
        stored: Article | None,
        found: Fetched,
        key: str,
        article: Article,
        digest: str,
        also: str = "",
    ) -> None:
        """Keeps an article under its address, ``key``."""
        article = replace(
            article,
            id=page.id,
            source=key,
            origin=key,
            title=article.title or page.title,
            published=article.published or page.published,
            author=article.author or page.author,
        )
        report = self.report
        if page.gone:
            report.back.append(key)
        if stored is None:
            report.added.append(key)
        else:
            if stored.source != key:
                report.moved.append((stored.source, key))
            if replace(article, source="", origin="") != replace(stored, source="", origin=""):
                report.changed.append(key)
            elif stored.source == key:
                report.unchanged += 1
        now = self._seconds()
        changed = stored is None or stored.text != article.text
        kept = replace(
            page,
            asked=now,
            gone="",
            problem="",
            at=found.moved,
            etag=found.headers.get("etag", page.etag if not digest else ""),
            modified=found.headers.get("last-modified", page.modified if not digest else ""),
            digest=digest or page.digest,
            changed=now if changed or not page.changed else page.changed,
        )
        self.seen.add(page.id)
        self._batch.pages[page.id] = kept
        for address in (key, found.moved, found.address, also):
            if address:
                self._batch.addresses[address] = page.id
        if article != stored:
            self._batch.articles[page.id] = article
        self._store_some()

    def _one_of_two(
        self, address: str, page: KnownPage | None, other: KnownPage, article: Article, key: str
    ) -> None:
        """An address leads to a known article of another address: they are one, if they say the same."""
        known = self._article(other.id)
        if page is not None and not page.refused:
            stored = self._article(page.id)
            if known is None or stored is None or not alike(stored.text, known.text):
                self._unread(address, page, stored, f"it leads to another article ({key})")
                return
            self._batch.merged[page.id] = other.id
            self._batch.removed.append(page.id)
        elif known is None or not alike(article.text, known.text):
            self._unread(address, page, None, f"it calls itself {key}, which is another article")
            return
        self._batch.addresses[address] = other.id
        self.report.same.append((address, known.source))
        self._store_some()

    def _failed(self, page: KnownPage | None, stored: Article | None, problem: FetchProblem) -> None:
        if problem.passing and (page is None or not (stored or page.refused)):  # no sync asks for it
            self.report.problems.append(f"{problem}; nothing of it is stored, so add it again later")
        elif problem.passing:
            self.report.waiting[problem.host, problem.why] += 1
        elif stored:
            self.report.kept.append(str(problem))
        else:
            self.report.problems.append(str(problem))
        if page and stored:
            self._batch.pages[page.id] = replace(page, problem=str(problem))
        elif page and not problem.passing:
            self._refused(page, problem.why)

    def _gone(self, address: str, page: KnownPage | None, stored: Article | None) -> None:
        if page is None or stored is None:
            self._unread(address, page, stored, "there is no such page")
            return
        if not page.gone:
            self.report.gone.append(page.at)
            page = replace(page, gone=self._now().astimezone(UTC).isoformat(" ", "seconds")[:19])
        self._batch.pages[page.id] = replace(page, asked=self._seconds(), problem="")
        self._store_some()

    def _unread(self, address: str, page: KnownPage | None, stored: Article | None, why: str) -> None:
        (self.report.kept if stored else self.report.problems).append(f"{address}: {why}")
        if page and stored:
            self._batch.pages[page.id] = replace(page, asked=self._seconds(), problem=why)
        elif page:
            self._refused(page, why)

    def _refused(self, page: KnownPage, why: str) -> None:
        """Remembers that a page which a source lists gave no article."""
        if page.source and page.at:
            self._batch.pages[page.id] = replace(page, asked=self._seconds(), refused=why)
            self._batch.addresses[page.at] = page.id
            self._store_some()

    def _store_some(self) -> None:
        batch = self._batch
        if len(batch.pages) >= _AT_A_TIME or monotonic() - batch.begun > _AFTER:
            self._store()

    def _store(self) -> None:
        batch, self._batch = self._batch, _Batch()
        if self.report.dry:
            self._batch = replace(batch, begun=monotonic())  # what would be known
            return
        if batch.articles:
            change = self._library.add(batch.articles.values(), progress=self._progress)
            self.report.embedded += change.embedded
            self.report.problems += change.problems
        if batch.removed:
            self._library.remove(batch.removed)
        if batch.pages or batch.addresses:
            pages = [page for name, page in batch.pages.items() if name not in batch.merged]
            self._records.put(pages, batch.addresses.items())
        for page, into in batch.merged.items():
            self._records.merge(page, into)

    def _page(self, address: str) -> KnownPage | None:
        name = self._batch.addresses.get(address)
        page = self._batch.pages.get(name) if name else None
        if page is None and (page := self._records.page(address)):
            page = self._batch.pages.get(page.id, page)
        return page

    def _article(self, name: str) -> Article | None:
        if name in self._batch.articles:
            return self._batch.articles[name]
        with self._library.snapshot() as snapshot:
            try:
                return snapshot.article(name)
            except KeyError:
                return None

    def _id_of(self, key: str) -> str:
        """The id of the article of an address: its own, where it is stored though nothing is known of it."""
        return next((one.id for one in self._library.find(key) if one.origin == key), article_id(key))

    def _seconds(self) -> int:
        return int(self._now().timestamp())


def moved_or(found: Fetched, source: str, asked: str) -> str:
    """The address of an article: where it has moved for good, else the one that it had."""
    return found.moved if found.moved != asked else source


def _stated(page: KnownPage, item: Listed | None) -> KnownPage:
    """The page with what its source states of it now."""
    if item is None:
        return page
    return replace(
        page,
        listed=item.changed,
        published=item.published or page.published,
        title=item.title or page.title,
        author=item.author or page.author,
    )
