"""Settings: flags, then environment (``MAJLIS_*``), then file, then defaults.

The file is ``majlis.toml`` in the current folder, or the one that ``MAJLIS_CONFIG`` names:

    library = "articles.majlis"     # relative to this file
    retriever = "lexical"

The same setting is ``MAJLIS_RETRIEVER=lexical`` in the environment and ``--retriever lexical`` as a flag.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import UserError
from index.formats.ocr import MODES

RETRIEVERS = ("hybrid", "lexical", "dense")
UNSUPPORTED = ("mark", "omit")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose; the defaults are what the product does unasked.

    ``threshold``: of the everyday questions' development half .05 more of the wrong answers are withheld than
    at .25, for .02 of the right ones; docs/evaluation.md has what it withholds.
    """

    library: Path = Path("majlis-library")
    embedder: str = ""  # empty: the library's own; a new library gets the bundled one
    retriever: str = "hybrid"
    reader: str = "bundled"
    llm_url: str = ""  # of the OpenAI-compatible endpoint that the reader "llm" asks; "" asks none
    llm_model: str = ""  # its name there
    llm_key_file: Path | None = field(default=None, repr=False)  # $MAJLIS_LLM_KEY holds the key as well
    llm_window: int = 4096  # tokens that the model takes, question, passages and answer together
    llm_timeout: int = 120  # seconds till its first word, and between words
    llm_unsupported: str = "mark"  # what becomes of a sentence that no article supports; or "omit"
    ocr: str = "auto"  # which pages are read as scans: auto, those without a text of their own
    k: int = 10  # hits shown
    threshold: float = 0.35  # abstain below this confidence
    host: str = "127.0.0.1"
    port: int = 7860
    root_path: str = ""  # what a proxy publishes the chat below, as /majlis
    allow_host: tuple[str, ...] = ()  # names of the server beside its own
    auth: Path | None = field(default=None, repr=False)  # the file of people; none: no sign-in
    mcp: bool = False
    log_requests: bool = False
    waiting: int = 20  # questions of one visitor that may wait
    per_minute: int = 60  # questions of one visitor in a minute; 0: any number
    editors: tuple[str, ...] = ()  # who may change the library on the page; see ui.shelf.rights for none
    read_only: bool = False  # nobody may
    upload_mb: int = 50  # of one file
    upload_files: int = 200  # at a time
    no_originals: bool = False  # of what is uploaded only the text is kept

    @property
    def destination(self) -> str:
        """The host that questions and passages are sent to; "" where none leaves this program."""
        return urlsplit(self.llm_url).netloc if self.reader == "llm" else ""


def load_settings(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    folder: Path = Path(),
) -> Settings:
    """The settings in force; ``UserError`` names the value that cannot be, and where it stands.

    ``flags`` holds only the flags that were given, by setting; names that are no settings are passed over.
    ``folder`` is where ``majlis.toml`` is looked for.
    """
    values: dict[str, Any] = {}
    for origin, given in (_from_file(environment, folder), _from_environment(environment), ("", flags)):
        for name, value in given.items():
            if name in _PARSERS:
                values[name] = _parsed(name, value, origin)
    return Settings(**values)


def _from_environment(environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    names = {name: f"MAJLIS_{name.upper()}" for name in _PARSERS}
    return "environment", {name: environment[key] for name, key in names.items() if environment.get(key)}


def _from_file(environment: Mapping[str, str], folder: Path) -> tuple[str, dict[str, Any]]:
    named = environment.get("MAJLIS_CONFIG")
    path = Path(named) if named else folder / "majlis.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise UserError(f"{path}: no such file; correct MAJLIS_CONFIG or unset it") from None
        return str(path), {}
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as TOML ({error}); correct it or move it away") from error
    if "llm_key" in values:
        raise UserError(
            f"{path}: a key does not belong here; take it out, and set MAJLIS_LLM_KEY or llm_key_file"
        )
    for name in values.keys() - _PARSERS.keys():
        raise UserError(f"{path}: no setting is called {name!r}; there are {', '.join(_PARSERS)}")
    for name in ("library", "auth", "llm_key_file"):
        if isinstance(values.get(name), str) and values[name]:
            values[name] = path.parent / values[name]
    return str(path), values


def _parsed(name: str, value: Any, origin: str) -> Any:
    parse, wanted = _PARSERS[name]
    try:
        return parse(value)
    except (TypeError, ValueError):
        flag = "--" + name.replace("_", "-")
        where = {"": flag, "environment": f"MAJLIS_{name.upper()}"}.get(origin, f"{origin}: {name}")
        told = "not what it takes" if name in _MAY_HOLD_A_SECRET else repr(value)
        raise UserError(f"{where} is {told}; give it {wanted}") from None


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


def _editors(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else list(value)
    if not all(isinstance(name, str) for name in names):
        raise ValueError(value)
    return tuple(filter(None, map(str.strip, names)))


def _switch(value: Any) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    try:
        return known[value.lower()]
    except (AttributeError, KeyError):
        raise ValueError(value) from None


def _retriever(value: Any) -> str:
    if value not in RETRIEVERS:
        raise ValueError(value)
    return str(value)


def _ocr(value: Any) -> str:
    if value not in MODES:
        raise ValueError(value)
    return str(value)


def _unsupported(value: Any) -> str:
    if value not in UNSUPPORTED:
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


_PARSERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "library": (_path, "a folder"),
    "embedder": (_text, "bundled, hashing, or a sentence-transformers name or folder"),
    "retriever": (_retriever, "one of " + ", ".join(RETRIEVERS)),
    "reader": (_text, "bundled, sentence, llm, or a transformers question-answering name or folder"),
    "llm_url": (_endpoint, "an address without a name or key in it, as http://localhost:11434/v1"),
    "llm_model": (_text, "the name of a model, as the endpoint knows it"),
    "llm_key_file": (_path, "a file that holds the key"),
    "llm_window": (_whole(1024, 10_000_000), "a whole number of tokens from 1024"),
    "llm_timeout": (_whole(1, 3600), "a whole number of seconds from 1 to 3600"),
    "llm_unsupported": (_unsupported, "one of " + ", ".join(UNSUPPORTED)),
    "ocr": (_ocr, "one of " + ", ".join(MODES)),
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
    "editors": (_editors, "names with commas between them"),
    "read_only": (_switch, "true or false"),
    "upload_mb": (_whole(1, 2000), "a whole number from 1 to 2000"),
    "upload_files": (_whole(1, 10_000), "a whole number from 1 to 10000"),
    "no_originals": (_switch, "true or false"),
}
_MAY_HOLD_A_SECRET = {"llm_url", "llm_key_file"}  # as http://name:password@host
assert [*_PARSERS] == [setting.name for setting in fields(Settings)]
