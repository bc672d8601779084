"""``/originals``: the file that an article was read from, to keep, and its pages as pictures.

Only what an article of the library was read from is handed out, and only as it was read; a file is told to
be saved, of no kind that a browser would open or run. No path goes in or out.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BufferedReader
from threading import BoundedSemaphore
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.requests import Request

from assistant.pipeline import Assistant
from index.articles import Article
from index.errors import UserError
from index.originals.pages import NoPage

AT_ONCE = 8  # pages that are drawn or wait for it
_BLOCK = 1 << 18  # bytes
_LOCKED = "default-src 'none'; sandbox; frame-ancestors 'none'"
_REASONS = {
    "changed": "the file has changed since it was read; read it again: majlis index update",
    "gone": "the file is no longer where it was; bring it back, or remove its articles",
    "none": "the article has no file of its own, or none whose pages can be shown",
}


def original_routes(assistant: Assistant) -> APIRouter:
    """What the page's source panel shows and offers of an article's file."""
    router = APIRouter()
    drawing = BoundedSemaphore(AT_ONCE)

    @router.api_route("/originals/file", methods=["GET", "HEAD"])
    def file(article: str) -> Response:
        found = _article(assistant, article)
        if found is None:
            return _missing()
        original = assistant.originals.of(found)
        if original.state != "same":
            return _refused(original.state)
        stack = ExitStack()
        try:
            data, size = stack.enter_context(assistant.originals.opened(found))
        except OSError:  # it went just now
            return _refused("gone")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(original.name, safe='')}",
            "content-length": str(size),
            "content-security-policy": _LOCKED,
            "cache-control": "private, no-store",
        }
        return StreamingResponse(_blocks(data, stack), headers=headers, media_type="application/octet-stream")

    @router.api_route("/originals/page", methods=["GET", "HEAD"])
    def page(request: Request, article: str, page: int, width: int = 1200) -> Response:
        found = _article(assistant, article)
        if found is None:
            return _missing()
        original = assistant.originals.of(found)
        if not original.pictured:
            return _refused(original.state if original.state != "same" else "none")
        tag = f'"{found.file_hash[:32]}-{page}-{width}"'
        headers = {
            "etag": tag,
            "cache-control": "private, no-cache",  # kept, and asked for again: the article may have gone
            "content-security-policy": _LOCKED,
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if not drawing.acquire(blocking=False):
            return JSONResponse({"error": "too many pages at once"}, 503, {"retry-after": "2"})
        try:
            picture = assistant.originals.picture(found, page, width)
        except NoPage as problem:
            return JSONResponse({"error": str(problem)}, 404)
        finally:
            drawing.release()
        return Response(picture.png, headers=headers, media_type="image/png")

    return router


def _article(assistant: Assistant, name: str) -> Article | None:
    try:
        return assistant.article(name)
    except (KeyError, UserError):
        return None


def _missing() -> Response:
    return JSONResponse({"error": "the library holds no such article"}, 404)


def _refused(state: str) -> Response:
    return JSONResponse({"error": _REASONS[state]}, 404 if state == "none" else 410)


def _blocks(data: BufferedReader, stack: ExitStack) -> Iterator[bytes]:
    with stack:
        while block := data.read(_BLOCK):
            yield block
