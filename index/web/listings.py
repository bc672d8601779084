"""Feeds (RSS, Atom) and sitemaps: the articles that they list, with what they state of each.

Parsed from bytes that were fetched; nothing here asks for anything. XML is untrusted: no entity is expanded,
and a document that declares some is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from index.errors import UserError
from index.headlines import one_line
from index.web.addresses import address_of, same_site
from index.web.fetching import Fetched, inflated, read_bounded

MOST_LISTED = 50_000  # addresses of one document, as sitemaps have it
_LARGEST = 64 * 2**20  # bytes of an unpacked sitemap; the format allows 50 MB
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


@dataclass(frozen=True, slots=True)
class Listed:
    """An article that a feed or a sitemap lists, and what that states of it; "" for what it does not."""

    address: str
    changed: str = ""  # as it says it; compared, not read
    published: str = ""
    title: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a document lists: articles in its order, and other sitemaps."""

    kind: str  # "feed" or "sitemap"
    title: str = ""
    articles: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()


def parse_listing(found: Fetched) -> Listing | None:
    """The feed or sitemap that an answer is; None where it is neither. ``UserError`` where it is broken."""
    body = _unpacked(found)
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = found.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        re.match(rb"(?:<\?xml|<!--|<rss|<feed|<rdf|<urlset|<sitemapindex|<[a-z]+:)", head)
        and b"<html" not in head
    ):
        if _ENTITIES.search(body):
            raise UserError(f"{found.address} declares entities, which no feed needs, and is not read")
        if re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", head):
            return _sitemap(body, found.address)
        if re.search(rb"<(?:rss|feed|rdf:rdf|\w+:feed)\b", head):
            return _feed(body, found.address)
    if kind == "text/plain" and re.match(rb"https?://", head):
        lines = body.decode("utf-8", "replace").split()[:MOST_LISTED]
        return Listing("sitemap", articles=tuple(_of_site([Listed(line) for line in lines], found.address)))
    return None


def named_feeds(body: bytes, address: str) -> list[str]:
    """The feeds that a web page names, in its order."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(remove_comments=True))
    except (etree.LxmlError, ValueError):
        return []
    base = next(iter(tree.xpath("//base/@href")), "")
    found = []
    for link in tree.iter("link"):
        named = (link.get("rel") or "").lower().split()
        if "alternate" in named and (link.get("type") or "").lower().strip() in _FEEDS:
            found += _addresses([link.get("href") or ""], _base(base, address))
    return found


def _feed(body: bytes, address: str) -> Listing:
    import feedparser

    read: Any = feedparser.parse(BytesIO(body), response_headers={"content-location": address})
    if not read.entries and not read.get("version"):
        raise UserError(f"{address} looks like a feed and cannot be read as one")
    entries = []
    for entry in read.entries[:MOST_LISTED]:
        for where in _addresses([entry.get("link") or ""], address):
            entries.append(
                Listed(
                    where,
                    changed=str(entry.get("updated" if "updated" in entry else "published") or ""),
                    published=_date(entry.get("published_parsed")),
                    title=one_line(_plain(str(entry.get("title") or ""))),
                    author=one_line(_plain(_author(entry))),
                )
            )
    return Listing("feed", one_line(_plain(str(read.feed.get("title") or ""))), tuple(_once(entries)))


def _author(entry: Any) -> str:
    """The author's name; RSS has it behind an address of mail."""
    said = str(entry.get("author") or "")
    behind = re.search(r"\(([^()]*)\)", said)
    return said if "@" not in said else behind[1] if behind else ""


def _sitemap(body: bytes, address: str) -> Listing:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(body, parser)
    if root is None:
        raise UserError(f"{address} looks like a sitemap and cannot be read as one")
    articles: list[Listed] = []
    sitemaps: list[Listed] = []
    for element in root.iterchildren("{*}url", "{*}sitemap"):
        for where in _addresses([_text(element, "{*}loc")], address):
            listed = Listed(
                where,
                changed=_text(element, "{*}lastmod"),
                published=_text(element, ".//{*}publication_date")[: len("2024-01-02")],
                title=one_line(_text(element, "{*}news/{*}title")),
            )
            (articles if etree.QName(element).localname == "url" else sitemaps).append(listed)
    return Listing(
        "sitemap",
        articles=tuple(_of_site(articles[:MOST_LISTED], address)),
        sitemaps=tuple(_once(sitemaps[:MOST_LISTED])),
    )


def _of_site(articles: Sequence[Listed], address: str) -> list[Listed]:
    """Those of the sitemap's own site: it cannot speak for others."""
    kept = []
    for listed in articles:
        for where in _addresses([listed.address], address):
            if same_site(where, address):
                kept.append(Listed(where, listed.changed, listed.published, listed.title, listed.author))
    return _once(kept)


def _once(listed: Sequence[Listed]) -> list[Listed]:
    return list({one.address: one for one in reversed(listed)}.values())[::-1]


def _addresses(said: Sequence[str], base: str) -> list[str]:
    found = []
    for text in said:
        try:
            found += [address_of(text, base)] if text.strip() else []
        except UserError:
            continue  # mailto: and the like
    return found


def _base(said: str, address: str) -> str:
    return next(iter(_addresses([said], address)), address)


def _unpacked(found: Fetched) -> bytes:
    """The body; of a sitemap that is kept packed (``.gz``), what is in it."""
    if not found.body.startswith(_GZIP):
        return found.body
    import zlib

    try:
        body = read_bounded(inflated(iter([found.body]), _LARGEST), _LARGEST)
    except zlib.error:
        raise UserError(f"{found.address} is packed, and broken") from None
    if len(body) > _LARGEST:
        raise UserError(f"{found.address}: larger than {_LARGEST >> 20} MiB when it is unpacked")
    return body


def _text(element: Any, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


def _plain(markup: str) -> str:
    """A title without the markup that feeds put into it."""
    import html

    return html.unescape(re.sub(r"<[^<>]*>", "", markup))


def _date(parsed: Any) -> str:
    return f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}" if parsed else ""
