"""A site that changes while it is followed: added, changed, moved, gone, broken for a day."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from news_site import BRIDGE, COUNCIL, WELL, NewsSite, Served, news_site, page
from postgres_server import PostgresServer
from shelf import article

from index.embedders import HashingEmbedder
from index.errors import UserError
from index.filters import Filter
from index.library import Library
from index.library.database import FILE
from index.web.connecting import WebRules
from index.web.following import WebFollower

OPEN = WebRules(allow=("127.0.0.1",), rate=100_000)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with news_site() as served:
        served.put("/bridge", page("The bridge", BRIDGE), etag=True)
        served.put("/well", page("The well", WELL), modified="Mon, 03 May 2021 09:00:00 GMT")
        served.put("/ar/council", page("المجلس", COUNCIL, language="ar"))
        served.feed("/feed.xml", [("The bridge", "/bridge"), ("The well", "well"), ("المجلس", "/ar/council")])
        yield served


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library", HashingEmbedder())


def test_a_library_in_postgres_is_kept_in_step_as_well(
    site: NewsSite, postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.url("kept_in_step")
    library = Library.create(tmp_path / "library", HashingEmbedder(), database=url)
    following = WebFollower(library, OPEN)
    following.follow(f"{site.root}/feed.xml")
    assert len(library.articles()) == 3
    site.put("/bridge", page("The bridge", BRIDGE + " It was mended in 2021."), etag=True)
    following.sync(everything=True)
    [bridge] = [one for one in library.articles() if one.title == "The bridge"]
    with library.snapshot() as snapshot:
        assert "mended in 2021" in snapshot.article(bridge.id).text
    assert following.unfollow(f"{site.root}/feed.xml") == 3
    assert len(library.articles()) == 3


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(library: Library, clock: Clock) -> WebFollower:
    return WebFollower(library, OPEN, now=clock)


def stored(library: Library) -> dict[str, str]:
    """Of every article, where it came from and the beginning of its text."""
    with library.snapshot() as snapshot:
        return {one.source: snapshot.article(one.id).text for one in library.articles()}


def paths(library: Library, site: NewsSite) -> list[str]:
    return sorted(source.removeprefix(site.root) for source in stored(library))


def test_a_feed_is_followed_and_its_articles_state_what_it_says(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    report = web.follow(f"{site.root}/feed.xml")
    assert sorted(report.added) == [f"{site.root}{path}" for path in ("/ar/council", "/bridge", "/well")]
    assert (report.troubles(), report.revision) == ([], 1)
    held = {one.title: one for one in library.articles()}
    assert sorted(held) == ["The bridge", "The well", "المجلس"]
    bridge = held["The bridge"]
    assert (bridge.published, bridge.author, bridge.kind) == ("2021-05-03", "Mary Oakes", "html")
    assert held["المجلس"].language == "ar"
    assert stored(library)[f"{site.root}/well"].removeprefix("The well").strip() == WELL
    with library.snapshot() as snapshot:
        assert snapshot.within(Filter.parse("source:127.0.0.1/ar")).count_articles() == 1
        assert snapshot.within(Filter.parse("source:127.0.0.1")).count_articles() == 3
    assert library.verify() == []


def test_a_site_that_changes_is_kept_in_step(
    site: NewsSite, library: Library, web: WebFollower, clock: Clock
) -> None:
    web.follow(f"{site.root}/feed.xml")
    ids = {one.title: one.id for one in library.articles()}

    site.forget()
    report = web.sync()
    assert (report.unchanged, report.added, report.changed, report.troubles()) == (3, [], [], [])
    told = dict(zip(site.asked, site.told, strict=True))
    assert "if-none-match" in told["/bridge"]
    assert told["/well"]["if-modified-since"] == "Mon, 03 May 2021 09:00:00 GMT"
    assert library.info().revision == 1

    # another day: one is new, one says more, one has moved, one is gone
    clock.pass_(days=1)
    site.put("/ferry", page("The ferry", f"The ferry is back. {WELL[:200]} The boat is called Anna."))
    site.put("/bridge", page("The bridge", f"{BRIDGE} It was painted blue in 2026."), etag=True)
    site.put("/news/well", page("The well", WELL))
    site.lead("/well", "/news/well")
    del site.served["/ar/council"]
    site.feed("/feed.xml", [("The ferry", "/ferry"), ("The well", "/news/well"), ("The bridge", "/bridge")])
    rehearsed = web.sync(dry_run=True)
    report = web.sync()
    for told_of in (rehearsed, report):
        assert told_of.added == [f"{site.root}/ferry"]
        assert told_of.changed == [f"{site.root}/bridge"]
        assert told_of.moved == [(f"{site.root}/well", f"{site.root}/news/well")]
        assert told_of.gone == [f"{site.root}/ar/council"]
        assert told_of.troubles() == []
    assert paths(library, site) == ["/ar/council", "/bridge", "/ferry", "/news/well"]
    assert "painted blue" in stored(library)[f"{site.root}/bridge"]
    assert {one.title: one.id for one in library.articles()}.items() >= ids.items()
    assert library.verify() == []

    # what is gone stays until it is asked to go, and is told once
    assert web.sync().gone == []
    report = web.sync(prune=True)
    assert report.removed == [f"{site.root}/ar/council"]
    assert paths(library, site) == ["/bridge", "/ferry", "/news/well"]
    assert web.sync().added == []


def test_what_was_gone_comes_back(site: NewsSite, library: Library, web: WebFollower) -> None:
    web.follow(f"{site.root}/feed.xml")
    site.served["/well"].status = 410
    assert web.sync().gone == [f"{site.root}/well"]
    site.served["/well"].status = 200
    report = web.sync()
    assert (report.back, report.gone) == ([f"{site.root}/well"], [])
    assert web.sync(prune=True).removed == []


def test_a_site_that_is_broken_for_a_day_loses_nothing(
    site: NewsSite, library: Library, web: WebFollower, clock: Clock
) -> None:
    web.follow(f"{site.root}/feed.xml")
    before = stored(library)
    site.answer = lambda _path: Served(b"<h1>Down</h1>", 502)
    site.forget()
    report = web.sync()
    assert len(report.troubles()) <= 2
    assert "the site answers with an error (502)" in report.troubles()[0]
    assert len(site.asked) <= 3  # it is left alone
    assert stored(library) == before
    [source] = web.records.sources()
    assert "502" in source.problem
    site.answer = lambda path: Served(b"broken", 500) if path == "/well" else None
    site.put("/bridge", page("The bridge", f"{BRIDGE} It was painted."))
    report = web.sync()
    assert report.changed == [f"{site.root}/bridge"]
    [line] = report.troubles()
    assert line.startswith(f"{site.root.removeprefix('http://')}: 1 page could not be asked")
    site.answer = lambda _path: None
    clock.pass_(days=1)
    report = web.sync()
    assert (report.unchanged, report.troubles()) == (3, [])
    assert web.records.sources()[0].problem == ""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (page("Page not found", "We looked for it everywhere."), "it says 'Page not found'"),
        (page("عذرًا، الصفحة غير موجودة", "ابحث في الموقع.", language="ar"), "it says"),
        (page("Members", '<form>Sign in <input type="Password"></form> to go on'), "it asks to sign in"),
        (page("The bridge", BRIDGE[:80]), "its text is"),
        (b"<!doctype html><title>x</title><body></body>", "there is no text in it"),
        (b"\x89PNG\r\n\x1a\n" * 9, "it is not text"),
    ],
)
def test_an_error_in_the_clothes_of_a_page_replaces_nothing(
    site: NewsSite, library: Library, web: WebFollower, body: bytes, why: str
) -> None:
    web.follow(f"{site.root}/feed.xml")
    before = stored(library)
    site.put("/bridge", body)
    report = web.sync()
    assert len(report.kept) == 1
    assert why in report.kept[0]
    assert stored(library) == before


def test_a_page_that_says_less_is_taken_when_a_person_names_it(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    web.follow(f"{site.root}/feed.xml")
    site.put("/bridge", page("The bridge", BRIDGE[:100]))
    assert "majlis index add" in web.sync().kept[0]
    assert web.add([f"{site.root}/bridge"]).changed == [f"{site.root}/bridge"]
    assert BRIDGE not in stored(library)[f"{site.root}/bridge"]
    assert web.sync().troubles() == []


def test_pages_that_lead_to_the_first_page_or_to_another_article_stay(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    web.follow(f"{site.root}/feed.xml")
    before = stored(library)
    site.put("/", page("The Lindham News", f"{BRIDGE} {WELL}"))
    site.lead("/bridge", "/")
    site.lead("/well", "/ar/council")
    report = web.sync()
    assert sorted(line.partition(": ")[2].partition(" (")[0] for line in report.kept) == [
        "it leads to another article",
        "it leads to the site's first page",
    ]
    assert (stored(library), report.moved) == (before, [])


def test_what_a_person_removed_does_not_come_back_by_itself(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    web.follow(f"{site.root}/feed.xml")
    [well] = library.find(f"{site.root}/well")
    library.remove([well.id])
    site.put("/well", page("The well", f"{WELL} More of it."))
    assert web.sync().added == []
    assert web.add([f"{site.root}/well"]).added == [f"{site.root}/well"]
    assert [one.id for one in library.find(f"{site.root}/well")] == [well.id]


def test_files_are_built_beside_what_came_from_the_web(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    web.follow(f"{site.root}/feed.xml")
    site.forget()
    library.build([article("council"), article("dates")])
    assert library.info().articles == 5
    change, plan = library.sync([article("council")], allow_removals=True)
    assert (change.removed, plan.gone) == (1, ("/articles/dates.txt",))
    assert library.update([article("council")]).removed == 0
    assert site.asked == []
    assert len([source for source in stored(library) if source.startswith(site.root)]) == 3


def test_what_is_no_more_followed_stays_and_is_asked_for_no_more(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    web.follow(f"{site.root}/feed.xml")
    assert web.unfollow(f"{site.root}/feed.xml") == 3
    site.forget()
    assert web.sync().lines("x") == ["x: no article came or went; nothing to embed."]
    assert (site.asked, library.info().articles) == ([], 3)
    with pytest.raises(UserError, match="is not followed"):
        web.unfollow(f"{site.root}/feed.xml")
    ids = {one.id for one in library.articles()}
    assert web.follow(f"{site.root}/feed.xml").unchanged == 3
    assert {one.id for one in library.articles()} == ids


def test_pages_that_stay_the_same_are_asked_for_more_seldom(
    site: NewsSite, web: WebFollower, clock: Clock
) -> None:
    web.follow(f"{site.root}/feed.xml")
    clock.pass_(days=8)
    web.sync()
    site.forget()
    clock.pass_(days=1)
    web.sync()
    assert site.asked == ["/robots.txt", "/feed.xml"]
    clock.pass_(days=1.5)
    assert web.sync().unchanged == 3
    site.forget()
    assert web.sync(everything=True).unchanged == 3
    assert len(site.asked) == 5


def test_a_sitemap_is_taken_a_part_at_a_time_the_newest_first(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    entries = [(f"{site.root}/{n}", f"2026-01-{n:02}") for n in range(1, 8)]
    for n in range(1, 8):
        site.put(f"/{n}", page(f"Article {n}", f"{WELL} This is number {n}."))
    other = "https://elsewhere.example/page"
    site.sitemap("/old.xml.gz", [*entries[:4], (other, "2026-02-01")])
    site.sitemap("/new.xml", entries[4:])
    children = [(f"{site.root}/old.xml.gz", "2026-01-04"), (f"{site.root}/new.xml", "2026-01-07")]
    site.sitemap("/sitemap.xml", children, index=True)
    report = web.follow(f"{site.root}/sitemap.xml", most=3)
    assert [address.rpartition("/")[2] for address in report.added] == ["7", "6", "5"]
    assert report.left == 4
    assert len(web.sync().added) == 4
    assert len(paths(library, site)) == 7
    site.forget()
    site.put("/6", page("Article 6", f"{WELL} This is number six now."))
    site.sitemap("/new.xml", [entries[4], (f"{site.root}/6", "2026-02-01"), entries[6]])
    site.sitemap("/sitemap.xml", [children[0], (children[1][0], "2026-02-01")], index=True)
    assert web.sync().changed == [f"{site.root}/6"]
    assert "/old.xml.gz" not in site.asked


def test_a_page_names_its_feed_and_robots_its_sitemap(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="feed.xml">'
    site.put("/", page("Lindham", "Welcome.", head=link))
    report = web.follow(site.root)
    assert (report.followed, len(report.added)) == ([f"{site.root}/feed.xml"], 3)
    site.put("/plain", page("Plain", WELL))
    with pytest.raises(UserError, match=f"majlis index add {site.root}/plain"):
        web.follow(f"{site.root}/plain")
    site.put("/robots.txt", f"Sitemap: {site.root}/map.xml".encode(), kind="text/plain")
    site.sitemap("/map.xml", [(f"{site.root}/plain", "")])
    assert web.follow(f"{site.root}/plain").followed == [f"{site.root}/map.xml"]
    assert [source.kind for source in web.records.sources()] == ["feed", "sitemap"]


def test_one_article_under_two_addresses_is_one(site: NewsSite, library: Library, web: WebFollower) -> None:
    own = f'<link rel="canonical" href="{site.root}/bridge">'
    for path in ("/bridge", "/amp/bridge", "/print?id=3"):
        site.put(path, page("The bridge", BRIDGE, head=own))
    report = web.add(
        [f"{site.root}{path}" for path in ("/amp/bridge", "/bridge", "/print?id=3", "/amp/bridge")]
    )
    assert report.added == [f"{site.root}/bridge"]
    assert paths(library, site) == ["/bridge"]
    # a careless site names one address everywhere; another site's is not believed
    site.put("/other", page("Other", WELL, head=own))
    site.put("/far", page("Far", f"{WELL} Far.", head='<link rel="canonical" href="https://evil.example/">'))
    report = web.add([f"{site.root}/other", f"{site.root}/far"])
    assert report.added == [f"{site.root}/far"]
    assert "which is another article" in report.problems[0]


def test_a_moved_article_that_was_taken_twice_becomes_one(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    site.put("/news/bridge", page("The bridge", BRIDGE))
    web.add([f"{site.root}/bridge", f"{site.root}/news/bridge"])
    site.lead("/bridge", "/news/bridge")
    report = web.sync()
    assert report.same == [(f"{site.root}/bridge", f"{site.root}/news/bridge")]
    assert paths(library, site) == ["/news/bridge"]
    assert web.sync().unchanged == 1


def test_what_is_listed_and_is_no_article_is_not_asked_for_at_every_turn(
    site: NewsSite, library: Library, web: WebFollower, clock: Clock
) -> None:
    site.put("/film", b"....", kind="video/mp4")
    entries = [(f"{site.root}/film", "2026-02-03"), (f"{site.root}/none", "2026-02-02")]
    entries += [(f"{site.root}/well", "2026-01-01")]
    site.sitemap("/map.xml", entries)
    report = web.follow(f"{site.root}/map.xml", most=2)
    assert (len(report.problems), report.added) == (2, [])
    assert web.sync().added == [f"{site.root}/well"]  # its turn has come
    clock.pass_(days=2)
    site.forget()
    assert web.sync().troubles() == []
    assert site.asked == ["/robots.txt", "/map.xml", "/well"]
    # what the site lists as changed is looked at again
    site.put("/film", page("The film", f"{BRIDGE} There is a film of it."))
    site.sitemap("/map.xml", [(f"{site.root}/film", "2026-03-03"), *entries[1:]])
    assert web.sync().added == [f"{site.root}/film"]
    assert paths(library, site) == ["/film", "/well"]
    assert library.verify() == []
    assert web.unfollow(f"{site.root}/map.xml") == 2


def test_what_is_followed_is_saved_from_a_damaged_file(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    web.follow(f"{site.root}/feed.xml")
    before = web.records.sources(), web.records.pages(f"{site.root}/feed.xml")
    page_of = {one.at: web.records.addresses(one.id) for one in before[1]}
    with closing(sqlite3.connect(library.folder / FILE)) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'passages_by_text'"
        [root] = connection.execute(query).fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray((library.folder / FILE).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (library.folder / FILE).write_bytes(data)
    assert "is kept as" in library.repair()[0]
    assert (web.records.sources(), web.records.pages(f"{site.root}/feed.xml")) == before
    assert {one.at: web.records.addresses(one.id) for one in before[1]} == page_of
    assert web.sync().unchanged == 3


@pytest.mark.parametrize(
    "broken",
    [
        Served(b"oops", 500),
        Served(status=404),
        Served(page("The feed has moved", WELL)),
    ],
)
def test_pages_of_a_feed_that_breaks_are_asked_for_all_the_same(
    site: NewsSite, library: Library, web: WebFollower, broken: Served
) -> None:
    web.follow(f"{site.root}/feed.xml")
    site.served["/feed.xml"] = broken
    site.put("/bridge", page("The bridge", f"{BRIDGE} It was painted."))
    del site.served["/well"]
    report = web.sync(everything=True)
    assert (report.changed, report.gone) == ([f"{site.root}/bridge"], [f"{site.root}/well"])
    assert len(report.troubles()) == 1
    [source] = web.records.sources()
    assert source.problem
    site.feed("/feed.xml", [("The bridge", "/bridge"), ("The well", "well"), ("المجلس", "/ar/council")])
    site.put("/well", page("The well", WELL))
    assert web.sync(everything=True).back == [f"{site.root}/well"]
    assert web.records.sources()[0].problem == ""


def test_what_no_sync_asks_for_again_is_to_be_added_again(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    site.answer = lambda _path: Served(b"down", 503)
    [line] = web.add([f"{site.root}/bridge"]).troubles()
    assert line.endswith("(503); nothing of it is stored, so add it again later")
    site.answer = lambda _path: None
    assert web.sync().added == []  # as it was told
    web.add([f"{site.root}/bridge"])
    site.answer = lambda _path: Served(b"down", 503)
    [line] = web.add([f"{site.root}/bridge"]).troubles()
    assert line.endswith("what is stored stays, and the next sync tries again")
    library.remove([one.id for one in library.articles()])
    [line] = web.add([f"{site.root}/bridge"]).troubles()
    assert line.endswith("so add it again later")


def test_a_listed_page_that_was_never_stored_is_asked_for_again(
    site: NewsSite, library: Library, web: WebFollower
) -> None:
    site.answer = lambda path: Served(b"down", 500) if path == "/well" else None
    [line] = web.follow(f"{site.root}/feed.xml").troubles()
    assert line.endswith("the next sync tries again")
    site.answer = lambda _path: None
    assert web.sync().added == [f"{site.root}/well"]
