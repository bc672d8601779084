"""The libraries that one server serves: their names, where each has its page, and who may change it.

One alone has the server's own address. Several have a path each, ``/court/``, made from the name, and the
server's address leads to the one that the browser showed last. Leaves out the pages (``mounting``).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.cli.options import kinds_for
from assistant.pipeline import Assistant
from assistant.settings import Settings, named_library
from index.errors import UserError
from index.library import Library

LASTING = 365 * 24 * 3600  # seconds that a browser keeps which library it showed last
TAKEN = {"gradio_api", "healthz", "login", "logout", "sign-in", "sign-out", "v1"}  # the server's own paths


@dataclass(frozen=True, slots=True)
class ServedLibrary:
    """A library with its assistant; ``path``, as ``/court``, is empty for the only one."""

    name: str
    path: str
    assistant: Assistant
    examples: Sequence[str] | Callable[[], Sequence[str]] = field(default=())


def alone(assistant: Assistant, examples: Sequence[str] | Callable[[], Sequence[str]] = ()) -> ServedLibrary:
    """The only library of a server, at the server's own address."""
    folder = assistant.library.folder
    return ServedLibrary(folder.absolute().name or str(folder), "", assistant, examples)


def behind(path: str, libraries: Sequence[str]) -> tuple[str, str]:
    """The library's path that a request's begins with, and what follows it: ``/court``, ``/sign-in``."""
    for library in libraries:
        if library and path.startswith(f"{library}/"):
            return library, path[len(library) :]
    return "", path


def served_libraries(settings: Settings) -> list[ServedLibrary]:
    """The libraries of the settings, opened; ``UserError`` where one cannot be served as it is named.

    They share the reader, and through ``index.library`` the embedder.
    """
    given = settings.libraries or (named_library(str(settings.library)),)
    _check_folders(given)
    if settings.database and len(given) > 1:
        raise UserError(
            "--database is of one library, and several are served, whose folders remember their own; name it "
            f"for a new folder with: majlis index info --library {given[-1][1]} --database URL"
        )
    paths = _paths([name for name, _ in given]) if len(given) > 1 else [""]
    rights = _rights(settings, [name for name, _ in given])
    served: list[ServedLibrary] = []
    for (name, folder), path, theirs in zip(given, paths, rights, strict=True):
        kinds = kinds_for(replace(settings, library=folder))
        library = Library.open(folder, kinds=kinds, database=settings.database)
        if path and not library.info().healthy:
            raise UserError(
                f"the indexes of the library in {folder} are damaged; mend them with: "
                f"majlis index repair --library {folder}"
            )
        reader = served[0].assistant.reader if served else None
        served.append(ServedLibrary(name, path, Assistant(library, replace(theirs, library=folder), reader)))
    return served


def _paths(names: Sequence[str]) -> list[str]:
    """A path for each name; what has no Latin letter or digit goes by a mark of the name."""
    paths: list[str] = []
    for name in names:
        letters = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
        path = f"/{letters or 'library-' + sha256(name.encode()).hexdigest()[:6]}"
        if path in paths:
            raise UserError(
                f"{names[paths.index(path)]} and {name} would both be at {path}/; give one of them another "
                f"name: --library NAME=PATH"
            )
        if path[1:] in TAKEN:
            raise UserError(
                f"{path}/ is the server's own; give the library another name: --library NAME=PATH"
            )
        paths.append(path)
    return paths


def _check_folders(given: Sequence[tuple[str, Path]]) -> None:
    seen: dict[Path, Path] = {}
    for _, folder in given:
        there = folder.resolve()
        if there in seen:
            raise UserError(f"{seen[there]} and {folder} are the same library; name it once")
        seen[there] = folder


def _rights(settings: Settings, names: Sequence[str]) -> list[Settings]:
    """The settings of each library: who may change it where that is said for it, else what holds for all."""
    general = tuple(editor for editor in settings.editors if "=" not in editor)
    theirs: dict[str, tuple[str, ...]] = {}
    for editor in settings.editors:
        library, said, name = editor.partition("=")
        if said:
            theirs[library] = (*theirs.get(library, ()), name)
    for option, given in (("--editors", theirs), ("--read-only-library", settings.read_only_library)):
        for library in given:
            if library not in names:
                raise UserError(f"{option} names {library}; the libraries served are {', '.join(names)}")
    return [
        replace(
            settings,
            editors=theirs.get(name, general),
            read_only=settings.read_only or name in settings.read_only_library,
        )
        for name in names
    ]


class ByPath:
    """Hands a request to the part of the library that its path begins with, that path cut off; else to all's.

    Gradio's app cannot be mounted below a path where the server itself is published below another.
    """

    def __init__(self, app: ASGIApp, parts: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        library, path = behind(scope.get("path", ""), [*self._parts])
        if library:
            scope = {**scope, "path": path, "raw_path": None}
        await self._parts.get(library, self._app)(scope, receive, send)


class Remembered:
    """Leads from the server's address to the library that the browser opened last, or to the first."""

    def __init__(self, app: ASGIApp, served: Sequence[ServedLibrary], port: int) -> None:
        self._app = app
        self._paths = [library.path for library in served]
        self._root_path = served[0].assistant.settings.root_path
        self._cookie = f"majlis-library-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not self._paths[0] or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        query = scope["query_string"].decode("latin-1")
        if path == "/" or path in self._paths:
            last = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self._cookie, "")
            there = path if path in self._paths else last if last in self._paths else self._paths[0]
            address = f"{self._root_path}{there}/" + (f"?{query}" if query else "")
            return await RedirectResponse(address, 307, {"cache-control": "no-store"})(scope, receive, send)
        library, page = behind(path, self._paths)
        if page != "/" or not library:
            return await self._app(scope, receive, send)
        where = f"Path={self._root_path or '/'}; Max-Age={LASTING}; HttpOnly; SameSite=Lax"
        kept = f"{self._cookie}={library}; {where}"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"] = [*message["headers"], (b"set-cookie", kept.encode())]
            await send(message)

        return await self._app(scope, receive, answer)
