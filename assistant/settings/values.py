"""What may stand for each setting, as a flag, in the environment or in the file, and what it is read as."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.formats.ocr import MODES

RETRIEVERS = ("hybrid", "lexical", "dense")
UNSUPPORTED = ("mark", "omit")
ENGINES = ("local", "milvus")  # that search a library


def named_library(given: str, base: Path = Path()) -> tuple[str, Path]:
    """A library's name and folder: ``court=PATH`` gives it one, else it goes by the folder's own.

    A path is relative to ``base``.
    """
    name, stated, path = given.strip().partition("=")
    folder = base / Path(given.strip()).expanduser()
    named = stated and name.strip() and path.strip() and not re.search(r"[/\\]", name)
    if named and not folder.exists():  # a folder may be called so
        return name.strip(), base / Path(path.strip()).expanduser()
    return folder.absolute().name or str(folder), folder


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value.strip()


def _path(value: Any) -> Path:
    return value if isinstance(value, Path) else Path(_text(value)).expanduser()


def _auth(value: Any) -> Path | None:
    return None if value == "" else _path(value)  # no sign-in, as a file may say over a default


def _endpoint(value: Any) -> str:
    """An address without what would be lost or told: no name, no password, no query."""
    url = value.strip().rstrip("/") if isinstance(value, str) else ""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        plain = False
    if not plain or not re.fullmatch(r"https?://[^\s@?#]+", url):
        raise ValueError(value)
    return url if parts.path else f"{url}/v1"


def _root_path(value: Any) -> str:
    path = value.strip().strip("/") if isinstance(value, str) else None
    if path is None or not re.fullmatch(r"[\w.~/-]*", path, re.ASCII) or "//" in path:
        raise ValueError(value)
    return f"/{path}" if path else ""


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else list(value)
    if not all(isinstance(name, str) and re.fullmatch(r"[\w.:-]+", name.strip()) for name in names):
        raise ValueError(value)
    return tuple(name.strip() for name in names)


def _libraries(value: Any) -> tuple[tuple[str, Path], ...]:
    given = value.split(",") if isinstance(value, str) else list(value)
    return tuple(one if isinstance(one, tuple) else named_library(_text(one)) for one in given)


def _editors(value: Any) -> tuple[str, ...]:
    """Names; those of one library, ``court=mona,salim``, as ``court=mona`` and ``court=salim``."""
    editors: list[str] = []
    for part in value.split(";") if isinstance(value, str) else list(value):
        library, stated, names = part.rpartition("=")
        theirs = [name.strip() for name in names.split(",") if name.strip()]
        if stated and not (library.strip() and theirs):
            raise ValueError(value)
        editors += [f"{library.strip()}{stated}{name}" for name in theirs]
    return tuple(editors)


def _switch(value: Any) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    try:
        return known[value.lower()]
    except (AttributeError, KeyError):
        raise ValueError(value) from None


def _milvus_url(value: Any) -> str:
    address = _text(value)
    if not re.fullmatch(r"https?://[\w.:%\[\]-]+(?:/\S*)?", address) or "@" in address:
        raise ValueError(address)  # no name and password: the token is never a setting
    return address


def _cluster(value: Any) -> str:
    if not re.fullmatch(r"local|auto|([\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}|", value):
        raise ValueError(value)
    return str(value)


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        number = int(value)
        if isinstance(value, bool | float) or not low <= number <= high:
            raise ValueError(value)
        return number

    return parse


def _share(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not 0 <= number <= 1:
        raise ValueError(value)
    return number


def _rate(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not 0.01 <= number <= 100:
        raise ValueError(value)
    return number


def _one_of(choices: Sequence[str]) -> tuple[Callable[[Any], Any], str]:
    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError(value)
        return str(value)

    return parse, "one of " + ", ".join(choices)


PARSERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "library": (_path, "a folder"),
    "libraries": (_libraries, 'folders, as ["court", "minutes=/srv/minutes"]'),
    "database": (_text, "an address, as postgresql://USER@HOST/DATABASE?schema=NAME"),
    "embedder": (_text, "bundled, hashing, or a sentence-transformers name or folder"),
    "search": _one_of(ENGINES),
    "milvus_url": (_milvus_url, "an address, as http://127.0.0.1:19530"),
    "retriever": _one_of(RETRIEVERS),
    "reader": (_text, "bundled, sentence, llm, or a transformers question-answering name or folder"),
    "llm_url": (_endpoint, "an address without a name or key in it, as http://localhost:11434/v1"),
    "llm_model": (_text, "the name of a model, as the endpoint knows it"),
    "llm_key_file": (_path, "a file that holds the key"),
    "llm_window": (_whole(1024, 10_000_000), "a whole number of tokens from 1024"),
    "llm_timeout": (_whole(1, 3600), "a whole number of seconds from 1 to 3600"),
    "llm_support": (_text, "bundled, or a transformers name or folder that tells entailment"),
    "llm_unsupported": _one_of(UNSUPPORTED),
    "ray": (_cluster, "local, auto or HOST:PORT (6379, and not the 10001 of Ray's client, ray://)"),
    "ocr": _one_of(MODES),
    "k": (_whole(1, 1000), "a whole number from 1 to 1000"),
    "threshold": (_share, "a number from 0 to 1"),
    "host": (_text, "an address, as 127.0.0.1"),
    "port": (_whole(0, 65535), "a whole number from 0 to 65535"),
    "root_path": (_root_path, "a path, as /majlis"),
    "allow_host": (_names, "names of hosts, separated by commas"),
    "auth": (_auth, "a file of people, which majlis ui-user writes"),
    "mcp": (_switch, "true or false"),
    "log_requests": (_switch, "true or false"),
    "waiting": (_whole(1, 1000), "a whole number from 1 to 1000"),
    "per_minute": (_whole(0, 100_000), "a whole number from 0 to 100000"),
    "editors": (_editors, "names with commas between them, of one library as court=mona,salim"),
    "read_only": (_switch, "true or false"),
    "read_only_library": (_editors, "names of libraries with commas between them"),
    "upload_mb": (_whole(1, 2000), "a whole number from 1 to 2000"),
    "upload_files": (_whole(1, 10_000), "a whole number from 1 to 10000"),
    "no_originals": (_switch, "true or false"),
    "web_allow": (_names, "names of hosts, separated by commas"),
    "web_rate": (_rate, "a number of requests a second, from 0.01 to 100"),
}
MAY_HOLD_A_SECRET = {"database", "llm_url", "llm_key_file", "milvus_url"}  # as http://name:password@host
