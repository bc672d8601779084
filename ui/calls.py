"""What a browser hands over in a call of the server: it may be anything."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

Handed = Mapping[str, Any]


def called(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method as a function, which Gradio can mark as one that browsers may call."""

    @wraps(method)
    def call(*given: Any) -> Any:
        return method(*given)

    return call


def text_in(handed: object, name: str) -> str:
    """The text of that name; empty where it is none."""
    found = handed.get(name) if isinstance(handed, Mapping) else None
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def number_in(handed: object, name: str) -> int:
    """The whole number of that name, from 0 on; 0 where it is none."""
    found = handed.get(name) if isinstance(handed, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**53 else 0
