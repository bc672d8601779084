"""Settings: flags, then environment (``MAJLIS_*``), then file, then defaults.

The file is ``majlis.toml`` in the current folder, or the one that ``MAJLIS_CONFIG`` names:

    library = "articles.majlis"     # relative to this file
    retriever = "lexical"

The same setting is ``MAJLIS_RETRIEVER=lexical`` in the environment and ``--retriever lexical`` as a flag.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.settings.values import MAY_HOLD_A_SECRET, PARSERS, RETRIEVERS, named_library
from index.errors import UserError

__all__ = ["RETRIEVERS", "Settings", "load_settings", "named_library"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose; the defaults are what the product does unasked.

    ``threshold``: of the everyday questions' development half .05 more of the wrong answers are withheld than
    at .25, for .02 of the right ones; docs/evaluation.md has what it withholds.
    """

    library: Path = Path("majlis-library")
    libraries: tuple[tuple[str, Path], ...] = ()  # name and folder of those served beside one another
    database: str = field(default="", repr=False)  # a URL of PostgreSQL; empty: what the folder says
    embedder: str = ""  # empty: the library's own; a new library gets the bundled one
    search: str = ""  # what the next change has the library searched by; empty: what it is
    milvus_url: str = ""  # empty: where the library says
    retriever: str = "hybrid"
    reader: str = "bundled"
    llm_url: str = ""  # of the OpenAI-compatible endpoint that the reader "llm" asks; "" asks none
    llm_model: str = ""  # its name there
    llm_key_file: Path | None = field(default=None, repr=False)  # $MAJLIS_LLM_KEY holds the key as well
    llm_window: int = 4096  # tokens that the model takes, question, passages and answer together
    llm_timeout: int = 120  # seconds till its first word, and between words
    llm_support: str = "bundled"  # the model that checks its sentences
    llm_unsupported: str = "mark"  # what becomes of a sentence that no article supports; or "omit"
    ray: str = ""  # the cluster that reads and embeds: local, auto or HOST:PORT; none: here
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
    read_only_library: tuple[str, ...] = ()  # names of libraries that nobody may
    upload_mb: int = 50  # of one file
    upload_files: int = 200  # at a time
    no_originals: bool = False  # of what is uploaded only the text is kept
    web_allow: tuple[str, ...] = ()  # hosts of private networks that articles may be read from
    web_rate: float = 1.0  # requests a second to one host of the web

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
        if "library" in given:
            values.pop("libraries", None)  # what is nearer names one
        for name, value in given.items():
            if name in PARSERS:
                values[name] = _parsed(name, value, origin)
    return Settings(**values)


def _from_environment(environment: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    names = {name: f"MAJLIS_{name.upper()}" for name in PARSERS}
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
    for name in values.keys() - PARSERS.keys():
        raise UserError(f"{path}: no setting is called {name!r}; there are {', '.join(PARSERS)}")
    for name in ("library", "auth", "llm_key_file"):
        if isinstance(values.get(name), str) and values[name]:
            values[name] = path.parent / values[name]
    if isinstance(given := values.get("libraries"), str | list):
        values["libraries"] = [
            named_library(one, path.parent) if isinstance(one, str) and one.strip() else one
            for one in (given.split(",") if isinstance(given, str) else given)
        ]
    return str(path), values


def _parsed(name: str, value: Any, origin: str) -> Any:
    parse, wanted = PARSERS[name]
    try:
        return parse(value)
    except (TypeError, ValueError):
        flag = "--library" if name == "libraries" else "--" + name.replace("_", "-")
        where = {"": flag, "environment": f"MAJLIS_{name.upper()}"}.get(origin, f"{origin}: {name}")
        told = "not what it takes" if name in MAY_HOLD_A_SECRET else repr(value)
        raise UserError(f"{where} is {told}; give it {wanted}") from None


assert [*PARSERS] == [setting.name for setting in fields(Settings)]
