"""``majlis index add``, ``follow``, ``sync`` and ``unfollow`` with addresses, as a person types them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import CANAL, printed, run, told
from news_site import BRIDGE, COUNCIL, WELL, NewsSite, news_site, page

from index.embedders import HashingEmbedder
from index.library import Library


@pytest.fixture(scope="module")
def served() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


@pytest.fixture
def site(served: NewsSite, monkeypatch: pytest.MonkeyPatch) -> NewsSite:
    monkeypatch.setenv("MAJLIS_WEB_ALLOW", "127.0.0.1")
    monkeypatch.setenv("MAJLIS_WEB_RATE", "100")
    served.served.clear()
    served.forget()
    served.put("/bridge", page("The bridge", BRIDGE))
    served.put("/ar/council", page("المجلس", COUNCIL, language="ar"))
    served.feed("/feed.xml", [("The bridge", "/bridge"), ("المجلس", "/ar/council")])
    return served


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "library"
    Library.create(folder, HashingEmbedder())
    monkeypatch.setenv("MAJLIS_LIBRARY", str(folder))
    return folder


def test_a_site_is_followed_and_kept_in_step(site: NewsSite, library: Path, tmp_path: Path) -> None:
    feed = f"{site.root}/feed.xml"
    rehearsed = printed("index", "follow", feed, "--dry-run")
    assert (rehearsed["added"], rehearsed["dry_run"], rehearsed["revision"]) == (2, True, 0)
    assert printed("index", "follow", "--list") == []
    assert printed("index", "list") == []

    followed = printed("index", "follow", feed)
    assert followed["plan"]["new"] == [f"{site.root}/bridge", f"{site.root}/ar/council"]
    [listed] = printed("index", "follow", "--list")
    assert (listed["address"], listed["kind"], listed["pages"], listed["gone"]) == (feed, "feed", 2, [])
    assert feed in run("index", "follow", "--list").stdout

    # a folder is built beside it, and asks nothing of the web
    site.forget()
    (tmp_path / "canal.txt").write_text(CANAL, encoding="utf-8")
    assert printed("index", "build", tmp_path / "canal.txt")["added"] == 1
    assert printed("index", "sync", tmp_path / "canal.txt")["unchanged"] == 1
    assert printed("index", "update")["removed"] == 0
    assert (site.asked, len(printed("index", "list"))) == ([], 3)

    site.put("/bridge", page("The bridge", f"{BRIDGE} It was painted blue."))
    del site.served["/ar/council"]
    synced = run("index", "sync")
    assert synced.exit_code == 0
    assert synced.stdout.splitlines()[1:] == [
        f"changed: {site.root}/bridge",
        f"gone: {site.root}/ar/council (its article stays; with --prune it goes)",
    ]
    assert printed("index", "sync", "--prune", "--all")["plan"]["removed"] == [f"{site.root}/ar/council"]
    assert {one["source"] for one in printed("index", "list", "--within", "kind:html")} == {
        f"{site.root}/bridge"
    }
    assert printed("index", "unfollow", feed) == {"unfollowed": feed, "pages": 1}
    assert "follows nothing" in run("index", "follow", "--list").stdout


def test_pages_are_added_and_removed_by_their_address(site: NewsSite, library: Path) -> None:
    added = printed("index", "add", f"{site.root}/bridge?utm_source=x", f"{site.root}/ar/council")
    assert (added["added"], added["problems"]) == (2, [])
    found = printed("search", "How long is the bridge?", "--retriever", "lexical")
    assert found["hits"][0]["title"] == "The bridge"
    removed = run("index", "remove", f"{site.root}/bridge")
    assert removed.exit_code == 0, removed.output
    assert [one["title"] for one in printed("index", "list")] == ["المجلس"]
    assert printed("index", "sync")["unchanged"] == 1


def test_what_cannot_be_taken_is_a_line_and_a_code(
    site: NewsSite, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("index", "add", f"{site.root}/none", f"{site.root}/bridge")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == f"not taken: {site.root}/none: there is no such page"
    assert "is no feed or sitemap and names none" in told("index", "follow", f"{site.root}/bridge")
    assert "is not followed" in told("index", "sync", "https://elsewhere.example/")
    assert run("index", "add", "/tmp", "https://a.example/").exit_code == 2
    assert run("index", "follow").exit_code == 2
    monkeypatch.delenv("MAJLIS_WEB_ALLOW")
    site.put("/well", page("The well", WELL))
    site.forget()
    refused = run("index", "add", f"{site.root}/well")
    assert (refused.exit_code, site.asked) == (1, [])
    assert "is in a private network (127.0.0.1) and is not asked" in refused.stdout
    assert printed("index", "add", f"{site.root}/well", "--allow-private")["added"] == 1
    monkeypatch.setenv("MAJLIS_WEB_RATE", "often")
    assert "MAJLIS_WEB_RATE is 'often'" in told("index", "sync")
