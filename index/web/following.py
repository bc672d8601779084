"""What is followed of the web: feeds and sitemaps, kept in step with a library when that is asked for.

A page that is known is asked for again when its source says that it changed, and else the more seldom the
longer it has stayed the same. Known pages come before new ones, so that an article which moved is known when
its new address is listed. Leaves out what an answer does to an article (``keeping``).
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from index.errors import UserError
from index.library import Library
from index.progress import Progress, silent
from index.web.addresses import address_of
from index.web.connecting import WebRules
from index.web.fetching import Fetched, Fetcher, FetchProblem
from index.web.keeping import PageKeeper
from index.web.listings import Listed, Listing, named_feeds, parse_listing
from index.web.records import FollowedSource, KnownPage, WebRecords
from index.web.report import WebReport

MOST = 500  # new articles of one source that are taken in one run
_MOST_SITEMAPS = 200  # of one index that are read in one run
_DAY = 24 * 3600
_ALWAYS = _DAY  # a page that changed within it is asked for every time
_SHARE, _SELDOM = 4, 30 * _DAY  # else after a fourth of the time that it stayed the same, at most this


def _utc_now() -> datetime:
    return datetime.now(UTC)


class WebFollower:
    """What one may do with a library and the web; each method reports what came of it."""

    def __init__(
        self,
        library: Library,
        rules: WebRules | None = None,
        *,
        progress: Progress = silent,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._library = library
        self._rules = rules or WebRules()
        self._progress = progress
        self._now = now
        self.records = WebRecords(library.folder)

    def add(self, addresses: Sequence[str]) -> WebReport:
        """Takes pages that a person names, also one that was removed or that says less than it did."""
        named = list(dict.fromkeys(address_of(address) for address in addresses))
        report = WebReport()
        with Fetcher(self._rules) as fetcher:
            keeper = self._keeper(fetcher, report)
            for done, address in enumerate(named):
                self._progress("fetching", done, len(named))
                keeper.visit(address, named=True)
            keeper.settle()
            self._progress("fetching", len(named), len(named))
        return self._ended(report)

    def follow(self, address: str, *, most: int = MOST, dry_run: bool = False) -> WebReport:
        """Follows a feed, a sitemap, or the feed that a page names, and takes what it lists.

        ``UserError`` where it is none of these, or gives nothing; then it is not followed.
        """
        address = address_of(address)
        report = WebReport(dry=dry_run)
        with Fetcher(self._rules) as fetcher:
            at, listing, found = self._found_listing(fetcher, address)
            known = self.records.source(at)
            source = replace(
                known or FollowedSource(at, listing.kind),
                kind=listing.kind,
                title=listing.title,
                at=found.moved,
            )
            report.followed.append(at)
            if not dry_run:
                self.records.follow(source)
            self._take(fetcher, report, source, (listing, found), most=most, everything=False)
        return self._ended(report)

    def sync(
        self,
        addresses: Sequence[str] = (),
        *,
        most: int = MOST,
        everything: bool = False,
        prune: bool = False,
        dry_run: bool = False,
    ) -> WebReport:
        """Brings what came from the web up to date: all of it, or what some followed sources list.

        ``everything`` asks for every page, however long it has stayed the same; ``prune`` removes the
        articles whose page is gone. ``UserError`` where an address is not followed.
        """
        report = WebReport(dry=dry_run)
        sources = [self._followed(address_of(address)) for address in addresses] or self.records.sources()
        with Fetcher(self._rules) as fetcher:
            for source in sources:
                self._take(fetcher, report, source, None, most=most, everything=everything)
            keeper = self._keeper(fetcher, report)
            if not addresses:
                self._ask_again(keeper, "", {}, everything)
            keeper.settle(prune=prune)
        return self._ended(report)

    def unfollow(self, address: str) -> int:
        """Stops following a source, whose articles stay; how many these are."""
        return self.records.unfollow(address_of(address))

    def _keeper(self, fetcher: Fetcher, report: WebReport) -> PageKeeper:
        return PageKeeper(
            self._library, self.records, fetcher, report, now=self._now, progress=self._progress
        )

    def _ended(self, report: WebReport) -> WebReport:
        info = self._library.info()
        report.passages, report.revision = info.passages, info.revision
        return report

    def _followed(self, address: str) -> FollowedSource:
        source = self.records.source(address)
        if source is None:
            raise UserError(
                f"{address} is not followed by {self._library.folder}; follow it with: "
                f"majlis index follow {address} --library {self._library.folder}"
            )
        return source

    def _found_listing(self, fetcher: Fetcher, address: str) -> tuple[str, Listing, Fetched]:
        """The feed or sitemap that an address is, or names; with the address that it has."""
        found = _given(fetcher.get(address))
        if (listing := parse_listing(found)) is not None:
            return address, listing, found
        named = named_feeds(found.body, found.address)
        others = [urljoin(found.address, one) for one in fetcher.robots(found.address).sitemaps]
        for other in [*named[:3], *others[:3]]:
            with suppress(UserError):
                at = address_of(other, found.address)
                feed = _given(fetcher.get(at))
                if (listing := parse_listing(feed)) is not None:
                    return at, listing, feed
        raise UserError(
            f"{address} is no feed or sitemap and names none; to take the page itself: "
            f"majlis index add {address} --library {self._library.folder}"
        )

    def _take(
        self,
        fetcher: Fetcher,
        report: WebReport,
        source: FollowedSource,
        read: tuple[Listing, Fetched] | None,
        *,
        most: int,
        everything: bool,
    ) -> None:
        """Asks for the pages of a source: those that are known and due, then new ones, at most so many."""
        keeper = self._keeper(fetcher, report)
        now = int(self._now().timestamp())
        try:
            listing, found = read or self._read(fetcher, source, everything)
        except UserError as problem:
            if isinstance(problem, FetchProblem) and problem.passing:
                report.waiting[problem.host, problem.why] += 1
            else:
                report.problems.append(str(problem))
            if not report.dry:
                self.records.follow(replace(source, problem=str(problem)))
            self._ask_again(keeper, source.address, {}, everything)  # its pages may be there all the same
            return
        listed = list(listing.articles)
        children = dict(source.children)
        read_now: dict[str, str] = {}
        waiting = [
            child
            for child in sorted(listing.sitemaps, key=lambda child: child.changed, reverse=True)
            if everything or not child.changed or children.get(child.address) != child.changed
        ]
        for done, child in enumerate(waiting[:_MOST_SITEMAPS]):
            self._progress("fetching", done, len(waiting[:_MOST_SITEMAPS]))
            try:
                inner = parse_listing(_given(fetcher.get(child.address)))
                listed += inner.articles if inner else ()
                read_now[child.address] = child.changed
            except UserError as problem:
                report.problems.append(str(problem))
        items = {item.address: item for item in reversed(listed)}  # of two, the first
        self._ask_again(keeper, source.address, items, everything)
        known = self.records.known(items)
        new = [item for item in reversed(items.values()) if item.address not in known]
        new.sort(key=lambda item: item.changed if listing.kind == "sitemap" else "", reverse=True)
        for done, item in enumerate(new[:most]):
            self._progress("fetching", done, len(new[:most]))
            keeper.visit(item.address, source=source.address, item=item)
        if new:
            self._progress("fetching", len(new[:most]), len(new[:most]))
        keeper.settle()
        report.left += len(new[most:])
        if report.dry:
            return
        whole = not new[most:] and not report.waiting  # else what was not taken is to be listed again
        self.records.follow(
            replace(
                source,
                kind=listing.kind,
                title=listing.title or source.title,
                at=found.moved,
                asked=now,
                problem="",
                etag=found.headers.get("etag", source.etag) if whole else "",
                modified=found.headers.get("last-modified", source.modified) if whole else "",
                children=tuple((children | read_now).items()) if whole else source.children,
            )
        )

    def _read(self, fetcher: Fetcher, source: FollowedSource, everything: bool) -> tuple[Listing, Fetched]:
        etag, modified = ("", "") if everything else (source.etag, source.modified)
        found = fetcher.get(source.at or source.address, etag=etag, modified=modified)
        if found.status == 304:
            return Listing(source.kind, source.title), found
        listing = parse_listing(_given(found))
        if listing is None:
            raise UserError(f"{source.address} gives no feed or sitemap any more; what came from it stays")
        return listing, found

    def _ask_again(self, keeper: PageKeeper, source: str, items: dict[str, Listed], everything: bool) -> None:
        """Asks for the known pages of a source that are due, or of which it lists another change."""
        now = int(self._now().timestamp())
        due: list[tuple[KnownPage, Listed | None]] = []
        for page in self.records.pages(source):
            listed = [items[one] for one in self.records.addresses(page.id) if one in items] if items else []
            item = listed[0] if listed else None
            told = item is not None and item.changed not in ("", page.listed)
            if everything or told or is_due(page, now):
                due.append((page, item))
        for done, (page, item) in enumerate(due):
            self._progress("fetching", done, len(due))
            keeper.visit(page.at, source=source, item=item)
        if due:
            self._progress("fetching", len(due), len(due))
        keeper.settle()


def is_due(page: KnownPage, now: int) -> bool:
    """Whether a page is to be asked for again, by how long it had stayed the same when it was asked last."""
    same = page.asked - page.changed
    return same < _ALWAYS or bool(page.problem) or now - page.asked >= min(same // _SHARE, _SELDOM)


def _given(found: Fetched) -> Fetched:
    """An answer with something in it; ``FetchProblem`` where there is no such page."""
    if found.status != 200:
        raise FetchProblem(found.address, "there is no such page")
    return found
