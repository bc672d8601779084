"""A small news site in two languages on a port of this machine, whose pages a test changes as it goes."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BRIDGE = (
    "The bridge over the Lind was opened on 3 May 2021 by the engineer Mary Oakes. It is 412 metres "
    "long and carries two lanes. Before it, a ferry took people across the river, and in winter "
    "nobody crossed at all. The town paid for the bridge with a loan that it will have repaid in "
    "2040. A toll was never asked for."
)
WELL = (
    "The old well of Lindham is 31 metres deep, and its water is cold in every season of the year. "
    "It was dug by monks in 1180, says the archive of the town, and lined with stone a century "
    "later. In 1951 the town closed it; since 2019 it can be visited on Sundays. Children throw "
    "coins into it, which the church keeps."
)
COUNCIL = (
    "عقد مجلس المدينة اجتماعه يوم الثلاثاء في القاعة الكبرى، واقترح المهندس سامي حداد إنشاء حديقة "
    "عامة على ضفة النهر. وتبلغ مساحة الحديقة تسعة آلاف متر مربع، وتكلفتها أربعة ملايين جنيه. وقال "
    "حداد إن العمل يبدأ في شهر مارس المقبل وينتهي بعد عام واحد. ووافق على الاقتراح اثنا عشر عضوًا من "
    "أعضاء المجلس، واعترض عليه ثلاثة."
)


def page(title: str, text: str, *, head: str = "", language: str = "en") -> bytes:
    """An article with what stands around one."""
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n"))
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head>'
        f"<title>{title} | The Lindham News</title>"
        f'<meta property="og:title" content="{title}">{head}</head><body><nav><a href="/">Home</a> '
        f'<a href="/about">About</a></nav><article><h1>{title}</h1>{paragraphs}</article>'
        "<footer>© The Lindham News</footer></body></html>"
    ).encode()


@dataclass
class Served:
    """What an address gives: a status, headers, a body, and seconds between the body's parts."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    etag: bool = False
    modified: str = ""


@dataclass
class NewsSite:
    """The site; ``asked`` are the paths that were asked for, ``times`` when, ``told`` with which headers."""

    root: str
    served: dict[str, Served] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[str], Served | None] = lambda _path: None

    def put(self, path: str, body: bytes, **more: object) -> str:
        """Serves a page; its address."""
        self.served[path] = Served(body, **more)  # type: ignore[arg-type]
        return self.root + path

    def lead(self, path: str, to: str, status: int = 301) -> str:
        """Leads a path elsewhere; its address."""
        self.served[path] = Served(status=status, headers={"Location": to})
        return self.root + path

    def feed(self, path: str, entries: Sequence[tuple[str, str]], **more: object) -> str:
        """An RSS feed of (title, link); its address."""
        items = "".join(
            f"<item><title>{title}</title><link>{link}</link>"
            "<author>desk@lindham.example (Mary Oakes)</author>"
            "<pubDate>Mon, 03 May 2021 09:00:00 GMT</pubDate></item>"
            for title, link in entries
        )
        body = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>Lindham</title>{items}</channel></rss>'
        )
        return self.put(path, body.encode(), kind="application/rss+xml", **more)

    def sitemap(self, path: str, entries: Sequence[tuple[str, str]], *, index: bool = False) -> str:
        """A sitemap of (address, lastmod), or an index of them; packed where its name says so."""
        outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        items = "".join(
            f"<{inner}><loc>{at}</loc><lastmod>{when}</lastmod></{inner}>" for at, when in entries
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        body = f'<?xml version="1.0" encoding="UTF-8"?><{outer} xmlns="{space}">{items}</{outer}>'.encode()
        packed = path.endswith(".gz")
        kind = "application/gzip" if packed else "application/xml"
        return self.put(path, gzip.compress(body) if packed else body, kind=kind)

    def forget(self) -> None:
        """Begins to note what is asked for anew."""
        self.asked.clear()
        self.times.clear()
        self.told.clear()


@contextmanager
def news_site() -> Iterator[NewsSite]:
    """A site that serves nothing yet."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.times.append(time.monotonic())
            site.told.append({name.lower(): value for name, value in self.headers.items()})
            found = site.answer(self.path) or site.served.get(self.path) or Served(b"nothing", 404)
            etag = f'"{hash(found.body) & 0xFFFFFF:x}"' if found.etag else ""
            same = etag and self.headers.get("If-None-Match") == etag
            same = same or (found.modified and self.headers.get("If-Modified-Since") == found.modified)
            status, body = (304, b"") if same and found.status == 200 else (found.status, found.body)
            self.send_response(status)
            if found.kind:
                self.send_header("Content-Type", found.kind)
            if etag:
                self.send_header("ETag", etag)
            if found.modified:
                self.send_header("Last-Modified", found.modified)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                if not found.drip:
                    self.wfile.write(body)
                    return
                for at in range(0, len(body), 20):
                    self.wfile.write(body[at : at + 20])
                    self.wfile.flush()
                    time.sleep(found.drip)
            except OSError:  # who asked has gone
                self.close_connection = True

        def log_message(self, *_told: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_told: object) -> None:
            pass  # who asked has gone

    server = Server(("127.0.0.1", 0), Handler)
    site = NewsSite(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
