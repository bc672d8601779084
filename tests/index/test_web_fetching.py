"""What is asked of the web and what is refused: private networks, robots.txt, limits, encodings."""

import gzip
import io
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from news_site import BRIDGE, COUNCIL, WELL, NewsSite, Served, news_site, page

from index.embedders import HashingEmbedder
from index.errors import UnreadableArticle, UserError
from index.library import Library
from index.web.addresses import address_of
from index.web.connecting import PrivateAddress, WebRules, is_public, numbers_of
from index.web.fetching import Fetched, Fetcher, FetchProblem
from index.web.following import WebFollower
from index.web.listings import parse_listing
from index.web.reading import read_page

OPEN = WebRules(allow=("127.0.0.1",), rate=100_000)


@pytest.fixture(scope="module")
def served() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


@pytest.fixture
def site(served: NewsSite) -> NewsSite:
    served.served.clear()
    served.forget()
    return served


def got(address: str, rules: WebRules = OPEN) -> Fetched:
    with Fetcher(rules) as fetcher:
        return fetcher.get(address)


def refused(address: str, rules: WebRules = OPEN) -> str:
    with pytest.raises(FetchProblem) as problem:
        got(address, rules)
    return problem.value.why


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "fec0::1"),
    ],
)
def test_numbers_of_private_networks(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_numbers_of_the_open_internet(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:7f00:1]"]
)
def test_a_private_host_is_refused_however_it_is_spelled(site: NewsSite, host: str) -> None:
    port = site.root.rpartition(":")[2]
    assert "is in a private network" in refused(f"http://{host}:{port}/", replace(OPEN, allow=()))
    assert site.asked == []


def test_a_redirect_into_a_private_network_is_refused(site: NewsSite) -> None:
    """From a host that is allowed, to one that is not."""
    port = site.root.rpartition(":")[2]
    site.put("/secret", page("Secret", WELL))
    at = site.lead("/away", f"http://localhost:{port}/secret", 302)
    assert "is in a private network" in refused(at)
    site.lead("/cloud", "http://169.254.169.254/latest/meta-data/")
    assert "is in a private network" in refused(f"{site.root}/cloud")
    site.lead("/file", "file:///etc/passwd")
    assert "is no address of the web" in refused(f"{site.root}/file")
    assert "/secret" not in site.asked
    assert got(at, replace(OPEN, allow_private=True)).status == 200


def test_the_number_that_was_judged_is_the_one_that_is_asked(
    site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is looked up first, and private after, has no second look-up."""
    port = int(site.root.rpartition(":")[2])
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *more: object, **named: object) -> object:
        if host != "rebind.example":
            return real(host, *more, **named)  # type: ignore[arg-type]
        asked.append(host)
        number = "192.88.99.1" if len(asked) % 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    connected: list[str] = []
    with Fetcher(replace(OPEN, allow=(), patience=0.2, seconds=0.5)) as fetcher:
        backend = fetcher._backend._backend
        monkeypatch.setattr(
            backend, "connect_tcp", lambda number, *more: connected.append(number) or _unreachable()
        )
        with pytest.raises(FetchProblem):
            fetcher.get(f"http://rebind.example:{port}/")
    assert set(connected) <= {"192.88.99.1"}
    assert len(asked) == 1
    assert site.asked == []
    with pytest.raises(PrivateAddress):
        numbers_of("rebind.example", port, WebRules())


def _unreachable() -> None:
    from httpcore import ConnectError

    raise ConnectError("not from here")


@pytest.mark.parametrize(
    "text",
    ["ftp://a.example/", "https://", "https:///x", "javascript:1", "http://u:p@a.example/", "http://a:b/"],
)
def test_what_is_no_address_is_one_line(text: str) -> None:
    with pytest.raises(UserError, match="address"):
        address_of(text)


def test_one_spelling_of_an_address() -> None:
    assert address_of("HTTP://WWW.A.Example:80/b?utm_source=x&c=1&fbclid=2#d") == "http://www.a.example/b?c=1"
    assert address_of("http://مثال.إختبار/خبر") == "http://xn--mgbh0fb.xn--kgbechtv/%D8%AE%D8%A8%D8%B1"
    assert address_of("../c?x=%d8%a8", "https://a.example/b/d/") == "https://a.example/b/c?x=%D8%A8"


def test_robots_are_obeyed(site: NewsSite) -> None:
    rules = "User-agent: *\nDisallow: /private\nDisallow: /*?print=\n\nUser-agent: majlis\nDisallow: /ours"
    site.put("/robots.txt", rules.encode(), kind="text/plain")
    for path in ("/private", "/ours", "/open"):
        site.put(path, page("Page", WELL))
    assert "robots.txt" in refused(f"{site.root}/ours")
    assert got(f"{site.root}/private").status == 200
    assert site.told[0]["user-agent"].startswith("Majlis/")
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private\nDisallow: /*?print=", kind="text/plain")
    assert "robots.txt" in refused(f"{site.root}/private/x")
    assert "robots.txt" in refused(f"{site.root}/open?print=1")
    site.lead("/way", "/private", 302)
    assert "robots.txt" in refused(f"{site.root}/way")
    site.put("/robots.txt", b"broken", status=503)
    assert "503" in refused(f"{site.root}/open")


def test_a_host_is_asked_at_a_polite_rate(site: NewsSite) -> None:
    waited: list[float] = []
    site.put("/robots.txt", b"User-agent: *\nCrawl-delay: 7", kind="text/plain")
    site.put("/a", page("A", WELL))
    with Fetcher(WebRules(allow=("127.0.0.1",)), sleep=waited.append) as fetcher:
        fetcher.get(f"{site.root}/a")
        fetcher.get(f"{site.root}/a")
    assert [round(seconds) for seconds in waited] == [1, 8]  # nobody slept, so that the waits add up
    site.served.pop("/robots.txt")
    site.forget()
    with Fetcher(replace(OPEN, rate=20.0)) as fetcher:
        for _ in range(3):
            fetcher.get(f"{site.root}/a")
    assert len(site.times) == 4
    assert site.times[-1] - site.times[0] > 0.08  # of .15: a busy machine sees the first one late


def test_redirects(site: NewsSite) -> None:
    site.put("/end", page("End", WELL))
    site.lead("/b", "end", 302)
    site.lead("/a", "/b", 308)
    found = got(f"{site.root}/a")
    assert (found.address, found.moved) == (f"{site.root}/end", f"{site.root}/b")
    site.lead("/x", "/y")
    site.lead("/y", "/x")
    assert refused(f"{site.root}/x") == "it leads round in a circle"
    for n in range(12):
        site.lead(f"/{n}", f"/{n + 1}")
    assert "more than 10 times" in refused(f"{site.root}/0")


def test_limits(site: NewsSite) -> None:
    small = replace(OPEN, largest=2**20, seconds=0.6, patience=0.3)
    big = site.put("/big", b"x" * (2**20 + 1), kind="text/plain")
    assert refused(big, small) == "larger than 1 MiB"
    bomb = gzip.compress(bytes(2**26))
    assert len(bomb) < 2**17
    site.put("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    assert refused(f"{site.root}/bomb", small) == "larger than 1 MiB"
    slow = site.put("/slow", b"x" * 400, drip=0.1)
    assert refused(slow, small) == "no answer in good time"
    site.put("/odd", b"x", headers={"Content-Encoding": "br"})
    assert "packed as 'br'" in refused(f"{site.root}/odd", small)
    site.put("/cut", gzip.compress(page("Cut", WELL))[:-20], headers={"Content-Encoding": "gzip"})
    assert refused(f"{site.root}/cut", small) == "its answer is broken"


@pytest.mark.parametrize("packing", ["gzip", "deflate", "raw"])
def test_packed_answers(site: NewsSite, packing: str) -> None:
    body = page("Packed", WELL)
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(body[:100]) + gzip.compress(body[100:]),
        "deflate": zlib.compress(body),
        "raw": raw.compress(body) + raw.flush(),
    }[packing]
    at = site.put("/p", packed, headers={"Content-Encoding": "gzip" if packing == "gzip" else "deflate"})
    assert got(at).body == body


@pytest.mark.parametrize(
    ("encoding", "kind", "meta"),
    [
        ("cp1256", "text/html; charset=windows-1256", ""),
        ("cp1256", "text/html", '<meta charset="windows-1256">'),
        ("utf-8", "text/html; charset=utf-8", '<meta charset="windows-1256">'),  # the header is right
        ("utf-8-sig", "text/html; charset=windows-1256", ""),  # the mark is right
        ("utf-16", "text/html", ""),
        ("iso8859-6", 'text/html; charset="ISO-8859-6"', ""),
        ("cp1256", "text/html", ""),
    ],
)
def test_encodings(site: NewsSite, encoding: str, kind: str, meta: str) -> None:
    text = page("المجلس", COUNCIL, head=meta, language="ar").decode().replace("©", "")
    if encoding == "iso8859-6":
        text = text.replace("؟", "?")
    at = site.put("/ar", text.encode(encoding), kind=kind)
    read = read_page(got(at), at).article
    assert read.text.endswith(COUNCIL)
    assert (read.title, read.language) == ("المجلس", "ar")


def test_kinds_of_documents(site: NewsSite) -> None:
    from office_files import odt_file

    at = site.put("/notes", f"Notes of the well\n\n{WELL}".encode(), kind="text/plain; charset=utf-8")
    assert read_page(got(at), at).article.text.endswith(WELL)
    at = site.put("/report.odt", odt_file(WELL), kind="application/octet-stream")
    assert WELL in read_page(got(at), at).article.text
    for name, kind in (("/a.zip", "application/zip"), ("/a.png", "image/png"), ("/a", "video/mp4")):
        at = site.put(name, b"PK\x03\x04", kind=kind)
        with pytest.raises(UnreadableArticle, match="it is no article"):
            read_page(got(at), at)


def test_feeds_and_sitemaps_are_read_safely(site: NewsSite) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel/></rss>'
    with pytest.raises(UserError, match="declares entities"):
        parse_listing(Fetched("https://a.example/", "", 200, {}, bomb))
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/news/"><title>A &amp; B</title><entry>'
        '<title type="html">The &lt;b&gt;bridge&lt;/b&gt;</title><link rel="alternate" href="bridge"/>'
        "<author><name>Mary Oakes</name></author><updated>2026-01-02T03:04:05Z</updated></entry>"
        '<entry><title>Mail</title><link href="mailto:a@b.example"/></entry></feed>'
    )
    listing = parse_listing(Fetched("https://a.example/feed", "", 200, {}, atom.encode()))
    assert listing is not None
    [entry] = listing.articles
    assert (entry.address, entry.title, entry.author) == (
        "https://a.example/news/bridge",
        "The bridge",
        "Mary Oakes",
    )
    assert (listing.title, entry.changed) == ("A & B", "2026-01-02T03:04:05Z")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(70):
            file.write(bytes(2**20))
    with pytest.raises(UserError, match="when it is unpacked"):
        parse_listing(Fetched("https://a.example/s.xml.gz", "", 200, {}, packed.getvalue()))
    assert parse_listing(Fetched("https://a.example/", "", 200, {}, page("A", WELL))) is None


def test_nothing_is_asked_for_that_nobody_named(site: NewsSite, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    follower = WebFollower(library, OPEN)
    assert follower.sync().troubles() == []
    assert site.asked == []
    site.put("/a", page("A", f"{BRIDGE}\n<a href='/b'>More</a>"))
    assert follower.add([f"{site.root}/a"]).added == [f"{site.root}/a"]
    assert site.asked == ["/robots.txt", "/a"]
    report = WebFollower(library, WebRules(rate=100_000)).add([f"{site.root}/a"])
    assert "MAJLIS_WEB_ALLOW=127.0.0.1" in report.troubles()[0]


def test_a_status_that_is_none_of_these(site: NewsSite) -> None:
    site.served["/a"] = Served(b"no", 403)
    assert refused(f"{site.root}/a") == "the site does not give it (403)"
    assert got(f"{site.root}/none").status == 404


def test_a_resolver_that_hangs_ends_in_good_time(site: NewsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next host is asked."""
    answer, real = threading.Event(), socket.getaddrinfo

    def hanging(host: str, *more: object, **named: object) -> object:
        if host == "hangs.example":
            answer.wait(60)
        return real(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    site.put("/well", page("The well", WELL))
    try:
        with Fetcher(replace(OPEN, lookup=0.2)) as fetcher:
            began = time.monotonic()
            with pytest.raises(FetchProblem) as problem:
                fetcher.get("http://hangs.example/")
            assert 0.2 <= time.monotonic() - began < 3
            assert (problem.value.why, problem.value.passing) == ("no answer in good time", True)
            assert fetcher.get(f"{site.root}/well").status == 200
        with pytest.raises(FetchProblem), Fetcher(replace(OPEN, seconds=0.2)) as fetcher:
            fetcher.get("http://hangs.example/")  # nor does it take more than an answer may
        assert time.monotonic() - began < 6
    finally:
        answer.set()


@pytest.mark.parametrize(
    ("links", "canonical"),
    [
        (['</report>; rel="canonical"'], "/report"),
        (["<{root}/report>; rel=canonical"], "/report"),
        (
            ["</style.css>; rel=preload; as=style", '</a%20b,c>; title="x, <y>"; rel="shortlink Canonical"'],
            "/a%20b,c",
        ),
        (['</other>; rel="alternate", </أ>; rel="canonical"'], "/%D8%A3"),
        (["<https://elsewhere.example/report>; rel=canonical"], ""),
        (["</>; rel=canonical"], ""),
        (["</report>; title=canonical"], ""),
        (["<>; rel=canonical"], ""),
        (["canonical"], ""),
    ],
)
def test_a_header_says_what_an_answer_calls_itself(site: NewsSite, links: list[str], canonical: str) -> None:
    told = ", ".join(links).format(root=site.root).encode().decode("latin-1")
    at = site.put("/download", WELL.encode(), kind="text/plain; charset=utf-8", headers={"Link": told})
    expected = site.root + canonical if canonical else ""
    assert read_page(got(at), at).canonical == expected
    head = '<link rel="canonical" href="/own">'
    both = site.put("/both", page("The well", WELL, head=head), headers={"Link": told})
    assert read_page(got(both), both).canonical == f"{site.root}/own"


def test_several_link_headers_are_one(site: NewsSite) -> None:
    """As servers send them; the others say nothing of it."""

    def repeated(_path: str) -> Served:
        link = "</report>; rel=canonical"
        return Served(WELL.encode(), kind="text/plain", headers={"Link": "</a>; rel=next", "link": link})

    site.answer = repeated
    try:
        at = f"{site.root}/download"
        assert read_page(got(at), at).canonical == f"{site.root}/report"
    finally:
        site.answer = lambda _path: None
