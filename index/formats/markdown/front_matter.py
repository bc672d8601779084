"""Front matter: what a text file says about itself before it begins, in YAML (``---``) or TOML (``+++``).

YAML that is none, as people write ``title: Tea: a history`` by hand, is read line by line. It leaves out what
is nested: a value is a string, a number, a date or a list of these.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

LONGEST = 200  # lines


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields by their names in small letters, and the text after them; none where it begins otherwise.

    >>> split_front_matter("---\\ntitle: >-\\n  Salt\\n  road\\n---\\nIt is closed.")
    ({'title': 'Salt road'}, 'It is closed.')
    """
    lines = text.split("\n", LONGEST)
    fence = lines[0].rstrip()
    ends = {"---": ("---", "..."), "+++": ("+++",)}.get(fence, ())
    for number, line in enumerate(lines[1:LONGEST], start=1):
        if line.rstrip() in ends:
            front = lines[1:number]
            fields = _toml(front) if fence == "+++" else _yaml(front)
            if fields is None:
                break  # prose: the dashes were a rule
            return fields, "\n".join(lines[number + 1 :])
    return {}, text


def _toml(lines: list[str]) -> dict[str, str] | None:
    try:
        return _strings(tomllib.loads("\n".join(lines)))
    except (ValueError, RecursionError):
        return None


def _yaml(lines: list[str]) -> dict[str, str] | None:
    import yaml

    try:
        fields = yaml.safe_load("\n".join(lines))
    except (yaml.YAMLError, ValueError, RecursionError):
        return _line_by_line(lines)
    if fields is None:
        return {}
    return _strings(fields) if isinstance(fields, dict) else _line_by_line(lines)


def _line_by_line(lines: list[str]) -> dict[str, str] | None:
    fields = {}
    for line in lines:
        if field := re.match(r"([\w-]+):(?: +(.*))?$", line.rstrip()):
            fields[field[1].lower()] = re.sub(r"^(['\"])(.*)\1$", r"\2", field[2] or "")
        elif line.strip() and not re.match(r"[\s#-]", line):
            return None
    return fields


def _strings(fields: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name).lower(): _string(value) for name, value in fields.items()}


def _string(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value)))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
