"""Asking for pages: with a name, at a polite rate, within limits, and only for what a site lets programs ask.

Redirects are followed here, so that each host on the way is judged (``connecting``, ``robots``), and answers
are unpacked here, so that none grows beyond its limit. Leaves out what a page says.
"""

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from urllib.parse import urlsplit

from index.errors import UserError
from index.web.addresses import address_of, host_of
from index.web.connecting import PrivateAddress, WebRules, open_pool
from index.web.robots import LONGEST, RobotRules, parse_robots

_MOST_HOPS = 10
_PERMANENT, _PASSING = (301, 308), (302, 303, 307)
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_MOST_FAILURES = 3  # of a host, one after the other: then it is left alone
_CHUNK = 64 * 1024


class FetchProblem(UserError):
    """An address gave nothing, and why; ``passing`` where it may give something another time."""

    def __init__(self, address: str, why: str, *, passing: bool = False) -> None:
        super().__init__(f"{address}: {why}")
        self.host = host_of(address)
        self.why = why
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status is 200, 304, 404 or 410, and its body unpacked.

    ``address`` is where it came from at the end of all redirects, ``moved`` how far those that are meant for
    good lead: what was asked for, where there were none.
    """

    address: str
    moved: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)  # names in small letters
    body: bytes = b""


class Fetcher:
    """Asks for addresses, one after the other; a context manager. For one thread."""

    def __init__(self, rules: WebRules, sleep: Callable[[float], None] = time.sleep) -> None:
        self._rules = rules
        self._sleep = sleep
        self._pool, self._backend = open_pool(rules)
        self._robots: dict[str, RobotRules] = {}
        self._next: dict[str, float] = {}  # when a host may be asked again
        self._failures: dict[str, int] = {}

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def get(self, address: str, *, etag: str = "", modified: str = "") -> Fetched:
        """What an address gives, or that it is as it was; ``FetchProblem`` says why it gives nothing."""
        asked = {"if-none-match": etag, "if-modified-since": modified}
        conditions = {name: value for name, value in asked.items() if value}
        at = moved = address
        for_good = True
        seen = {at}
        for _ in range(_MOST_HOPS):
            if not self.robots(at).allow(at):
                raise FetchProblem(at, "the site's robots.txt asks programs to keep away")
            found = self._one(at, conditions)
            if found.status not in (*_PERMANENT, *_PASSING):
                return Fetched(at, moved, found.status, found.headers, found.body)
            try:
                at = address_of(found.headers.get("location", ""), at)
            except UserError as error:
                raise FetchProblem(address, f"it leads to {error}") from None
            if at in seen:
                raise FetchProblem(address, "it leads round in a circle")
            seen.add(at)
            for_good = for_good and found.status in _PERMANENT
            moved = at if for_good else moved
        raise FetchProblem(address, f"it leads on more than {_MOST_HOPS} times")

    def robots(self, address: str) -> RobotRules:
        """The robots.txt of the site of an address; what is not there forbids nothing."""
        split = urlsplit(address)
        site = f"{split.scheme}://{split.netloc}"
        if site not in self._robots:
            at = f"{site}/robots.txt"
            text = b""
            for _ in range(5):
                found = self._one(at, {}, LONGEST)
                if found.status not in (*_PERMANENT, *_PASSING):
                    text = found.body if found.status == 200 else b""
                    break
                try:
                    at = address_of(found.headers.get("location", ""), at)
                except UserError:
                    break
            self._robots[site] = parse_robots(text.decode("utf-8", "replace"))
        return self._robots[site]

    def _one(self, address: str, conditions: dict[str, str], longest: int = 0) -> Fetched:
        """One request. What a site refuses is a problem, of robots.txt it is as if it were not there."""
        host = host_of(address)
        if self._failures.get(host, 0) >= _MOST_FAILURES:
            raise FetchProblem(address, "the site does not answer", passing=True)
        self._wait(host, self._robots.get(f"{urlsplit(address).scheme}://{host}"))
        with self._told(address):
            found = self._request(address, conditions, longest or self._rules.largest, cut=bool(longest))
            if found.status in _BUSY or found.status >= 500:
                if found.status in (429, 503):
                    self._failures[host] = _MOST_FAILURES  # it asks to be left alone
                raise FetchProblem(address, f"the site answers with an error ({found.status})", passing=True)
        self._failures[host] = 0
        if found.status < 400 or found.status in (404, 410) or longest:
            return found
        raise FetchProblem(address, f"the site does not give it ({found.status})")

    def _request(self, address: str, conditions: dict[str, str], longest: int, *, cut: bool) -> Fetched:
        headers = {
            "user-agent": user_agent(),
            "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "accept-language": "ar,en;q=0.8,*;q=0.5",
            "accept-encoding": "gzip, deflate",
        }
        patience = self._rules.patience
        limits = dict.fromkeys(("connect", "read", "write", "pool"), patience)
        self._backend.deadline = time.monotonic() + self._rules.seconds
        with self._pool.stream(
            "GET", address, headers=[*(headers | conditions).items()], extensions={"timeout": limits}
        ) as response:
            told: dict[str, str] = {}
            for said, value in response.headers:
                name, text = said.decode("ascii", "replace").lower(), value.decode("latin-1").strip()
                told[name] = f"{told[name]}, {text}" if name == "link" and name in told else text
            body = b""
            if response.status == 200:
                packed = told.get("content-encoding", "").lower()
                if packed not in ("", "identity", "gzip", "x-gzip", "deflate"):
                    raise FetchProblem(address, f"it is packed as {packed!r}")
                declared = told.get("content-length", "")
                if declared.isdecimal() and int(declared) > longest and not cut:
                    raise self._too_large(address)
                parts = response.iter_stream()
                body = read_bounded(
                    inflated(parts, longest) if packed not in ("", "identity") else parts, longest
                )
                if len(body) > longest and not cut:
                    raise self._too_large(address)
            return Fetched(address, address, response.status, told, body[:longest])

    @contextmanager
    def _told(self, address: str) -> Iterator[None]:
        """Makes one line of whatever goes wrong, and counts it against the host where it may pass."""
        from httpcore import NetworkError, ProtocolError, TimeoutException

        try:
            try:
                yield
            except PrivateAddress as error:
                raise FetchProblem(address, str(error)) from error
            except TimeoutException as error:
                raise FetchProblem(address, "no answer in good time", passing=True) from error
            except (NetworkError, ProtocolError, OSError) as error:
                why = " ".join(str(error).split())[:200] or type(error).__name__
                raise FetchProblem(address, f"it cannot be reached ({why})", passing=True) from error
            except zlib.error as error:
                raise FetchProblem(address, "its answer is broken", passing=True) from error
        except FetchProblem as problem:
            if problem.passing:
                self._failures[problem.host] = self._failures.get(problem.host, 0) + 1
            raise

    def _wait(self, host: str, robots: RobotRules | None) -> None:
        now = time.monotonic()
        if (until := self._next.get(host, 0.0)) > now:
            self._sleep(until - now)
        pause = max(1 / self._rules.rate, robots.delay if robots else 0.0)
        self._next[host] = max(now, until) + pause

    def _too_large(self, address: str) -> FetchProblem:
        return FetchProblem(address, f"larger than {self._rules.largest >> 20} MiB")


def user_agent() -> str:
    """What this program calls itself: its name, by which robots.txt may speak of it, and its version."""
    try:
        number = version("majlis")
    except PackageNotFoundError:  # run from its source
        number = "0"
    return f"Majlis/{number} (reads articles for a person; obeys robots.txt)"


def read_bounded(parts: Iterator[bytes], longest: int) -> bytes:
    """The parts in one, and no more of them than it takes to be longer than ``longest``."""
    whole = bytearray()
    for part in parts:
        whole += part
        if len(whole) > longest:
            break
    return bytes(whole)


def inflated(parts: Iterator[bytes], longest: int) -> Iterator[bytes]:
    """What gzip or zlib packed, a piece at a time, so that a bomb ends where its reader stops."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    begun = False
    for part in parts:
        rest = part
        while rest:
            if unpacker.eof:  # another member
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
            try:
                yield unpacker.decompress(rest, min(_CHUNK, longest + 1))
            except zlib.error:
                if begun:
                    raise
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # deflate without its head, as some send it
                yield unpacker.decompress(rest, min(_CHUNK, longest + 1))
            begun = True
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if begun and not unpacker.eof:
        raise zlib.error("it ends too early")
