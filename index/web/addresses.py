"""Addresses of the web: one spelling of each, and what one tells of another.

Leaves out where a name leads to (``connecting``).
"""

import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from index.errors import UserError

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_TRACKS = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign)|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga)(?:=|$)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._?"


def is_address(text: str) -> bool:
    """Whether a text is meant as an address of the web, not as a file."""
    return bool(_ADDRESS.match(text))


def address_of(text: str, base: str = "") -> str:
    """The one spelling of an address, which may be relative to a ``base``; ``UserError`` where it is none.

    Without fragment, default port and what only tells where a reader came from; letters beyond ASCII encoded.

    >>> address_of("HTTPS://News.Example:443/أخبار?utm_source=x&id=7#top")
    'https://news.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1?id=7'
    """
    said = "".join(text.split()) if base else text.strip()
    try:
        split = urlsplit(urljoin(base, said))
        host, port = (split.hostname or "").rstrip("."), split.port
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # also what IDNA cannot write
        raise UserError(f"{text!r} is no address of the web; give one as https://news.example/page") from None
    if split.scheme.lower() not in _PORTS or not name:
        raise UserError(f"{text!r} is no address of the web; give one as https://news.example/page")
    if split.username is not None or split.password is not None:
        raise UserError("an address with a name and a password in it is not asked; leave them out")
    query = "&".join(part for part in split.query.split("&") if not _TRACKS.match(part))
    where = f"[{name}]" if ":" in name else name
    if port not in (None, _PORTS[split.scheme.lower()]):
        where = f"{where}:{port}"
    path, query = (_encoded(part) for part in (split.path or "/", query))
    return urlunsplit(SplitResult(split.scheme.lower(), where, path, query, ""))


def shown_address(address: str) -> str:
    """An address as people read it, its letters beyond ASCII not encoded; as it is where that is not so.

    >>> shown_address("https://news.example/%D8%AE%D8%A8%D8%B1?a=%20b")
    'https://news.example/خبر?a=%20b'
    """

    def decoded(found: re.Match[str]) -> str:
        text = unquote(found[0], errors="replace")
        return text if all(letter.isalpha() or letter.isdigit() for letter in text) else found[0]

    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", decoded, address)


def host_of(address: str) -> str:
    """The host of an address, with its port where that is not the usual one."""
    return urlsplit(address).netloc


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host, with or without ``www``."""
    hosts = {host_of(address).removeprefix("www.") for address in (one, other)}
    return len(hosts) == 1


def is_home(address: str) -> bool:
    """Whether an address is a site's first page, in a language or none.

    >>> is_home("https://news.example/ar/"), is_home("https://news.example/ar/bridge")
    (True, False)
    """
    split = urlsplit(address)
    return not split.query and re.fullmatch(r"/?(?:[a-z]{2}(?:[-_][a-zA-Z]{2})?)?/?", split.path) is not None


def _encoded(part: str) -> str:
    return re.sub(r"%[0-9a-fA-F]{2}", lambda found: found[0].upper(), quote(part, safe=_SAFE))
