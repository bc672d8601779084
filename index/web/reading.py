"""What an answer of the web is as an article: read like a file of its kind, with what it says of itself.

A page that asks to sign in, or says that there is nothing, is no article, whatever its status. Leaves out
what is made of it (``keeping``).
"""

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from index.articles import Article, read_articles
from index.errors import UnreadableArticle, UserError
from index.formats import format_of
from index.formats.text import decode
from index.formats.webpage import decode_page
from index.text.analysis import fold
from index.web.addresses import address_of, is_home, same_site
from index.web.fetching import Fetched

_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/csv": ".csv",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
}
_VAGUE = ("", "application/octet-stream", "binary/octet-stream", "text/plain", "application/zip")
_ASKS_IN = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|sso|auth|consent|captcha|subscribe)(?:[/._-]|$)", re.IGNORECASE
)
_NOTHING = re.compile(
    r"\W*(?:(?:error|خطأ)\W*)?(?:40[34]|410|50\d|page not found|not found|access denied|forbidden"
    r"|just a moment|attention required|service unavailable|under maintenance"
    r"|(?:ال)?صفحة (?:غير موجودة|المطلوبة غير)|لم يتم العثور|عذر[اً]*\W+(?:الصفحة|لم)|الموقع تحت الصيانة)",
    re.IGNORECASE,
)
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:"[^"]*"|[^\s",;]*))?)*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', re.IGNORECASE)
_ALIKE = 0.5  # of the words of two texts: then they are one article under two addresses
_WORDS = 2000  # of a text that are compared
_LITTLE = 1500  # characters: more than a page that has no article says


@dataclass(frozen=True, slots=True)
class WebPage:
    """An article of the web as it was read; ``canonical`` is the address that it calls its own, or ""."""

    article: Article
    canonical: str = ""


def read_page(found: Fetched, asked: str) -> WebPage:
    """The article of an answer to what was ``asked``; ``UnreadableArticle`` where there is none in it."""
    if is_home(found.address) and not is_home(asked):
        raise UnreadableArticle("it leads to the site's first page")
    ending = _ending(found)
    format = format_of(Path(f"page{ending}")) if ending else None
    kind = found.headers.get("content-type", "").partition(";")[0].strip()
    if format is None or format.several or format.module == "ocr.picture":
        raise UnreadableArticle(f"it is no article ({kind or 'of no kind that is named'})")
    data, canonical, asks = found.body, "", False
    if ending in (".html", ".txt", ".md"):
        page = _text(found, ending)
        data = page.encode("utf-8-sig", "replace")
        if ending == ".html":
            canonical, asks = _said_of_itself(page, found.address)
    canonical = canonical or _stated_in_header(found)
    article = _read(data, ending, found.address)
    if len(article.text) < _LITTLE:
        if asks or (
            _ASKS_IN.search(urlsplit(found.address).path) and not _ASKS_IN.search(urlsplit(asked).path)
        ):
            raise UnreadableArticle("it asks to sign in")
        if _NOTHING.match(article.title) or _NOTHING.match(article.text):
            raise UnreadableArticle(f"it says {article.title!r}")
    return WebPage(article, canonical)


def alike(one: str, other: str) -> bool:
    """Whether two texts are of one article: most of their words are the same."""
    words = [set(fold(text).split()[:_WORDS]) for text in (one, other)]
    both = words[0] & words[1]
    return len(both) >= _ALIKE * max(1, len(words[0] | words[1]))


def _read(data: bytes, ending: str, address: str) -> Article:
    problems: list[UnreadableArticle] = []
    name = PurePosixPath(unquote(urlsplit(address).path)).stem or urlsplit(address).netloc
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"page{ending}"
        file.write_bytes(data)
        articles = list(read_articles([file], on_problem=problems.append, called=lambda _file: address))
        if not articles:
            why = (
                str(problems[0]).removeprefix(str(file)).lstrip(": ")
                if problems
                else "there is no text in it"
            )
            raise UnreadableArticle(why.partition(";")[0])
    [article] = articles[:1]
    title = name if article.title == Path(address).stem else article.title
    # its bytes are not kept, and differ with every advertisement
    return replace(article, title=title, file_hash="", origin=address, source=address)


def _ending(found: Fetched) -> str:
    """The ending that files of this kind have; "" where nothing tells."""
    kind = found.headers.get("content-type", "").partition(";")[0].strip().lower()
    head = found.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        return ".pdf"
    named = PurePosixPath(unquote(urlsplit(found.address).path)).suffix.lower()
    if kind in _VAGUE and format_of(Path(f"page{named}")) is not None:
        return ".html" if named in (".htm", ".xhtml") else named
    if kind not in _ENDINGS and head.startswith((b"<!doctype html", b"<html")):
        return ".html"
    return _ENDINGS.get(kind, "")


def _text(found: Fetched, ending: str) -> str:
    """The text of an answer: in the encoding of its mark, of its header, or that it declares itself."""
    charset = re.search(
        r"charset\s*=\s*[\"']?([\w.:-]+)", found.headers.get("content-type", ""), re.IGNORECASE
    )
    if charset or ending != ".html":
        return decode(found.body, charset[1] if charset else "")
    return decode_page(found.body)


def _said_of_itself(page: str, address: str) -> tuple[str, bool]:
    """The canonical address that a page names and that can be true, and whether it asks for a password."""
    from lxml import etree, html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", page).replace("\0", "")
    try:
        tree: Any = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=True))
    except (etree.LxmlError, ValueError):
        return "", False
    asks = bool(tree.xpath("//input[translate(@type, 'PASWORD', 'pasword') = 'password']"))
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            return _canonical(link.get("href"), address), asks
    return "", asks


def _stated_in_header(found: Fetched) -> str:
    """The canonical address of an answer's ``Link`` header; "" where it states none that can be true."""
    said = found.headers.get("link", "").encode("latin-1", "replace").decode("utf-8", "replace")
    for link, more in _LINK.findall(said):
        named = " ".join(one or other for one, other in _REL.findall(more)).lower().split()
        if "canonical" in named and link.strip():
            return _canonical(link, found.address)
    return ""


def _canonical(said: str, address: str) -> str:
    """What an answer calls its own address, where that can be true; else "".

    One on another site may be a mistake or a lie, and the first page is what careless sites name everywhere.
    """
    try:
        canonical = address_of(said, address)
    except UserError:
        return ""
    may_be = same_site(canonical, address) and (is_home(address) or not is_home(canonical))
    return canonical if may_be else ""
