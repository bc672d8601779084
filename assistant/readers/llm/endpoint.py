"""Where the model is: an OpenAI-compatible endpoint, the model's name there, its key and its limits.

The key comes from the environment or from a file of its own, never from the settings' file, and is in no
representation and no message.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from assistant.settings import Settings
from index.errors import UserError

KEY = "MAJLIS_LLM_KEY"
LONGEST_KEY = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint that can be asked, and its model."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    window: int = 4096  # tokens
    timeout: float = 120.0  # seconds

    @property
    def host(self) -> str:
        """Where questions go, as a person writes it: "localhost:11434"."""
        return urlsplit(self.url).netloc

    @property
    def is_here(self) -> bool:
        """Whether it is this very machine."""
        name = urlsplit(self.url).hostname or ""
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")


def endpoint_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint that is set; ``UserError`` says what of it is missing."""
    for name, what in (("llm_url", "http://localhost:11434/v1"), ("llm_model", "NAME")):
        if not getattr(settings, name):
            flag = "--" + name.replace("_", "-")
            raise UserError(f"the reader llm needs {flag}; give it, as {flag} {what} (docs/llm.md)")
    return Endpoint(
        settings.llm_url,
        settings.llm_model,
        _key(settings.llm_key_file, environment),
        settings.llm_window,
        settings.llm_timeout,
    )


def _key(file: Path | None, environment: Mapping[str, str]) -> str:
    """The key, "" for none: a file that is named wins over the environment."""
    where, key = KEY, environment.get(KEY, "").strip()
    if file is not None:
        where = f"--llm-key-file {file}"
        try:
            with file.open(encoding="utf-8") as opened:
                key = opened.read(LONGEST_KEY + 1).strip()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise UserError(f"{where}: cannot be read ({why}); name a file that holds the key") from None
        if not key:
            raise UserError(f"{where}: the file is empty; write the key into it")
    if len(key) > LONGEST_KEY or not all("!" <= letter <= "~" for letter in key):
        raise UserError(f"{where}: what is there is no key; it is one line of letters and figures")
    return key
