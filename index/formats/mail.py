"""Messages and saved pages (.eml, .mht), by Python's own ``email``: MIME, RFC 2045 to 2049 and 2557.

A message is its text as it was written, or its HTML where it has no other; a saved page is that page.
Subject, sender and date are those of the head. What is attached is an article of its own, and so is a message
that is sent on. It leaves out pictures that the text shows, and attachments of kinds that are not read.
"""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.containers.inside import Contents
from index.formats.text import decode
from index.formats.webpage import article_of
from index.structure import TextBuilder

DEEPEST = 10  # messages that are sent on with each other
MOST_PARTS = 2_000
LONGEST_HEADER = 20_000  # characters
_SAVED_PAGE = (".mht", ".mhtml")
# whatever the parser makes of what is not quite MIME
_BROKEN = (LookupError, ValueError, AttributeError, TypeError, RecursionError)


class _BoundedPolicy(EmailPolicy):
    """Reads no more of a line of a head than anybody writes: what is encoded there takes memory to read."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


_BOUNDED = _BoundedPolicy()


def read(file: Path) -> Parsed:
    """The message or page of a file, and then what is attached to the message."""
    page = file.suffix.lower() in _SAVED_PAGE
    message = parsed_message(file.read_bytes())
    if page:
        yield _article(message, page=True)
        return
    found = False
    for article in read_message(message, Contents()):
        found = True
        yield article
    if not found:
        yield ParsedArticle("")


def parsed_message(data: bytes) -> EmailMessage:
    """The message of some bytes. Raises ``UnreadableArticle``."""
    try:
        message = message_from_bytes(data, policy=_BOUNDED)
        assert isinstance(message, EmailMessage)
    except _BROKEN as error:
        raise _broken(error) from error
    return message


def read_message(message: EmailMessage, contents: Contents, *, name: str = "", depth: int = 0) -> Parsed:
    """A message, if it says anything, and what is attached to it, by the names of the files.

    ``name`` tells it from other messages of the same file. Raises ``UnreadableArticle``.
    """
    if depth > DEEPEST:
        raise UnreadableArticle("messages are sent on with each other too deeply; save the inner one itself")
    article = _article(message)
    if any(map(str.isalnum, article.text)):
        yield article
    for attached in _attachments(message):
        try:
            kind, file = attached.get_content_type(), attached.get_filename() or ""
            inner = attached.get_payload()
            data = None if isinstance(inner, list) else attached.get_payload(decode=True)
        except _BROKEN as error:
            yield UnreadableArticle(str(_broken(error)), "attachment")
            continue
        if kind == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], EmailMessage):
            part = file or _header(inner[0], "subject") or "message"
            try:
                for found in read_message(inner[0], contents, name=name, depth=depth + 1):
                    yield _inside(found, part)
            except UnreadableArticle as problem:
                yield UnreadableArticle(str(problem), part)
        elif file and isinstance(data, bytes):
            yield from contents.read(file.replace("/", "_"), partial(BytesIO, data))


def _inside(found: ParsedArticle | UnreadableArticle, part: str) -> ParsedArticle | UnreadableArticle:
    within = f"{part}:{found.part}" if found.part else part
    if isinstance(found, UnreadableArticle):
        return type(found)(str(found), within)
    return replace(found, part=within, place="\n".join(filter(None, (part, found.place))))


def _attachments(message: EmailMessage) -> Iterator[MIMEPart]:
    """The parts that are no part of the text, each once; a message that is sent on is not looked into."""
    pending: list[MIMEPart] = [message]
    count = 0
    while pending:
        part = pending.pop(0)
        count += 1
        if count > MOST_PARTS:
            raise UnreadableArticle(
                f"the message has over {MOST_PARTS:,} parts; take out those that are needed"
            )
        kind = part.get_content_type()
        shown = part.get_content_disposition() != "attachment" and part.get("content-id")
        if kind == "message/rfc822":
            if part is not message:
                yield part
        elif part.is_multipart():
            pending += [inner for inner in part.get_payload() if isinstance(inner, MIMEPart)]
        elif not shown:
            yield part


def _article(message: EmailMessage, *, page: bool = False) -> ParsedArticle:
    """What a message says, or the page that is saved as one."""
    try:
        body = message.get_body(("related", "html", "plain") if page else ("plain", "html"))
        text, is_page = _text_of(body)
        title, author, published = _header(message, "subject"), _author(message), _date(message)
    except _BROKEN as error:
        raise _broken(error) from error
    if is_page and text.strip():
        found = article_of(text)
        text, blocks = found.text, found.blocks
    else:
        found, built = ParsedArticle(""), TextBuilder()
        apart = False
        for line in text.splitlines():
            built.add("paragraph", line, apart=apart)
            apart = not line.strip()
        text, blocks = built.text, built.blocks
    return ParsedArticle(
        text=text,
        blocks=blocks,
        title=title or found.title,
        author=found.author if page else author,
        published=found.published if page else published,
    )


def _broken(error: Exception) -> UnreadableArticle:
    return UnreadableArticle(f"the message is broken ({type(error).__name__}); save it again")


def _text_of(body: MIMEPart | None) -> tuple[str, bool]:
    """The text of a part in its own encoding, and whether it is HTML."""
    if body is not None and body.is_multipart():  # a page beside what it shows: the first part of HTML
        body = next((part for part in body.walk() if part.get_content_type() == "text/html"), None)
    if body is None:
        return "", False
    data = body.get_payload(decode=True)
    text = decode(data if isinstance(data, bytes) else b"", body.get_content_charset() or "")
    return text, body.get_content_type() == "text/html"


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def _author(message: EmailMessage) -> str:
    sender = message.get("from")
    addresses = getattr(sender, "addresses", ())
    return ", ".join(address.display_name or address.addr_spec for address in addresses)


def _date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except ValueError:
        return ""
