"""What is asked of elements of WordprocessingML everywhere: their children by name, and their values."""

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def child(element: Any, *names: str) -> Any | None:
    """The first descendant on a path of names, if there is one."""
    return element.find("/".join(W + name for name in names))


def value(element: Any, *names: str) -> str | None:
    """What the descendant on a path of names states as its value; None where it is absent or states none."""
    found = child(element, *names)
    return None if found is None else found.get(f"{W}val")


def whole(text: str | None, otherwise: int = 0) -> int:
    """A whole number of a few digits, or another where the text is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def is_on(element: Any, *names: str) -> bool:
    """Whether a property is set: it stands there, and does not say no."""
    found = child(element, *names)
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off")
