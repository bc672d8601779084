"""Signing in and out: the page's form, and the one that gradio_client's ``auth=`` sends."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ui.server.sign_in.door import Door
from ui.server.sign_in.page import SIGN_IN_WORDS, sign_in_page, signed_in_page
from ui.server.sign_in.sessions import LASTING
from ui.words import preferred_language

_STYLE = Path(__file__).with_name("sign_in.css")
LONGEST_FORM = 8192  # bytes


def sign_in_routes(door: Door, cookie: str, root_path: str) -> APIRouter:
    """``/sign-in``, ``/sign-out``, ``/login`` and the style; ``cookie`` is the session cookie's name."""
    router = APIRouter()
    path = root_path or "/"

    async def given(request: Request) -> tuple[str, str]:
        """The name and the password in the form."""
        if int(request.headers.get("content-length") or LONGEST_FORM + 1) > LONGEST_FORM:
            return "", ""
        form = await request.form(max_files=0, max_fields=10)
        return str(form.get("username", "")), str(form.get("password", ""))

    async def tried(request: Request, name: str, password: str) -> str | float:
        address = request.client.host if request.client else ""
        return await run_in_threadpool(door.sign_in, name, password, address)

    def keep(response: Response, token: str, request: Request) -> Response:
        secure = request.url.scheme == "https"
        response.set_cookie(
            cookie, token, max_age=LASTING, path=path, secure=secure, httponly=True, samesite="lax"
        )
        return response

    @router.get("/sign-in.css")
    async def style() -> Response:
        return FileResponse(_STYLE, media_type="text/css")

    @router.get("/sign-in")
    async def show(request: Request) -> Response:
        language, next_page = _language(request), _next(request)
        person = door.sessions.name_of(request.cookies.get(cookie, ""))
        if person is not None:
            return HTMLResponse(signed_in_page(language, person, next_page))
        return HTMLResponse(sign_in_page(language, next_page))

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        name, password = await given(request)
        language, next_page = _language(request), _next(request)
        token = await tried(request, name, password)
        if isinstance(token, str):
            return keep(RedirectResponse(root_path + next_page, 303), token, request)
        words = SIGN_IN_WORDS[language]
        problem = words.wait.format(_whole(token)) if token else words.wrong
        page = sign_in_page(language, next_page, problem=problem, name=name[:64])
        return HTMLResponse(page, 429 if token else 401, _retry(token))

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        door.sessions.end(request.cookies.get(cookie, ""))
        response = RedirectResponse(f"{root_path}/sign-in?lang={_language(request)}", 303)
        response.delete_cookie(cookie, path=path, httponly=True, samesite="lax")
        return response

    @router.post("/login")
    async def login(request: Request) -> Response:
        token = await tried(request, *await given(request))
        if isinstance(token, str):
            return keep(JSONResponse({"success": True}), token, request)
        told = f"too many failed tries; try again in {_whole(token)} s" if token else "wrong name or password"
        return JSONResponse({"error": told}, 429 if token else 401, _retry(token))

    return router


def _language(request: Request) -> str:
    """As this page or the one that was wanted says, else the browser's."""
    asked = [request.query_params.get("lang"), *parse_qs(urlsplit(_next(request)).query).get("lang", [])]
    known = [language for language in asked if language in SIGN_IN_WORDS]
    return known[0] if known else preferred_language(request.headers.get("accept-language", ""))


def _next(request: Request) -> str:
    """Where to go then: a path of this server's, nothing else; unless told the chat in this language."""
    wanted = request.query_params.get("next", "")
    here = re.fullmatch(r"/(?!/)[!-\[\]-~]*", wanted)  # ASCII without a backslash
    if here and wanted != "/" and urlsplit(wanted).path != "/sign-in":
        return wanted
    language = request.query_params.get("lang", "")
    return f"/?lang={language}" if language in SIGN_IN_WORDS else "/"


def _whole(seconds: float) -> int:
    return int(seconds) + 1


def _retry(seconds: float) -> dict[str, str]:
    return {"retry-after": str(_whole(seconds))} if seconds else {}
