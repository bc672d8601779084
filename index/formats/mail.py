"""Messages and saved pages (.eml, .mht), by Python's own ``email``: MIME, RFC 2045 to 2049 and 2557.

A message is its text as it was written, or its HTML where it has no other; a saved page is that page.
Subject, sender and date are those of the head. It leaves out attachments, and pictures.
"""

from email import message_from_binary_file, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.text import decode
from index.formats.webpage import article_of
from index.structure import TextBuilder

_SAVED_PAGE = (".mht", ".mhtml")


def read(file: Path) -> Parsed:
    """The message or page of a file."""
    page = file.suffix.lower() in _SAVED_PAGE
    with file.open("rb") as data:
        try:
            message = message_from_binary_file(data, policy=policy.default)
            body = message.get_body(("related", "html", "plain") if page else ("plain", "html"))
            text, is_page = _text_of(body)
            told = _title(message), _author(message), _date(message)
        except (LookupError, ValueError, AttributeError, TypeError, RecursionError) as error:
            what = type(error).__name__  # whatever the parser makes of what is not quite MIME
            raise UnreadableArticle(f"the message is broken ({what}); save it again") from error
    if is_page:
        found = article_of(text)
        text, blocks = found.text, found.blocks
    else:
        found, built = ParsedArticle(""), TextBuilder()
        apart = False
        for line in text.splitlines():
            built.add("paragraph", line, apart=apart)
            apart = not line.strip()
        text, blocks = built.text, built.blocks
    title, author, published = told
    yield ParsedArticle(
        text=text,
        blocks=blocks,
        title=title or found.title,
        author=found.author if page else author,
        published=found.published if page else published,
    )


def _text_of(body: MIMEPart | None) -> tuple[str, bool]:
    """The text of a part in its own encoding, and whether it is HTML."""
    if body is not None and body.is_multipart():  # a page beside what it shows: the first part of HTML
        body = next((part for part in body.walk() if part.get_content_type() == "text/html"), None)
    if body is None:
        return "", False
    data = body.get_payload(decode=True)
    text = decode(data if isinstance(data, bytes) else b"", body.get_content_charset() or "")
    return text, body.get_content_type() == "text/html"


def _title(message: EmailMessage) -> str:
    return str(message.get("subject", ""))


def _author(message: EmailMessage) -> str:
    sender = message.get("from")
    addresses = getattr(sender, "addresses", ())
    return ", ".join(address.display_name or address.addr_spec for address in addresses)


def _date(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except ValueError:
        return ""
