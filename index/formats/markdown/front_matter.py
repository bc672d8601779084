"""Front matter: what a text file says about itself before it begins, in YAML (``---``) or TOML (``+++``).

YAML that is none, as people write ``title: Tea: a history`` by hand, is read line by line. It leaves out what
is nested: a value is a string, a number, a date or a list of these. It is untrusted: no number is computed,
nothing that stands for other values is unfolded, and what is longer than anyone writes is read line by line.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

LONGEST = 200  # lines
LARGEST = 10_000  # characters


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
    if sum(map(len, lines)) > LARGEST:
        return None
    try:
        return _strings(tomllib.loads("\n".join(lines)))
    except (ValueError, RecursionError):
        return None


def _yaml(lines: list[str]) -> dict[str, str] | None:
    import yaml

    if sum(map(len, lines)) > LARGEST:
        return _line_by_line(lines)
    try:
        fields = yaml.load("\n".join(lines), _loader())
    except (yaml.YAMLError, ValueError, RecursionError):
        return _line_by_line(lines)
    if fields is None:
        return {}
    return _strings(fields) if isinstance(fields, dict) else _line_by_line(lines)


@cache
def _loader() -> Any:
    """A loader of YAML that keeps numbers as they are written, and keys ``<<`` too.

    1:30:00 is a number in base 60 to YAML, and a mapping that merges others may have a thousand million keys.
    """
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        def flatten_mapping(self, node: Any) -> None:
            pass

    kept = ("bool", "null", "timestamp")
    tags = {f"tag:yaml.org,2002:{name}" for name in kept}
    Loader.yaml_implicit_resolvers = {
        first: [resolver for resolver in resolvers if resolver[0] in tags]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for name in ("int", "float"):
        Loader.add_constructor(f"tag:yaml.org,2002:{name}", yaml.SafeLoader.construct_yaml_str)
    return Loader


def _line_by_line(lines: list[str]) -> dict[str, str] | None:
    fields = {}
    for line in lines:
        if field := re.match(r"([\w-]+):(?: +(.*))?$", line.rstrip()):
            fields[field[1].lower()] = re.sub(r"^(['\"])(.*)\1$", r"\2", field[2] or "")
        elif line.strip() and not re.match(r"[\s#-]", line):
            return None
    return fields


def _strings(fields: Mapping[Any, Any]) -> dict[str, str]:
    return {_string(name).lower(): _value(value) for name, value in fields.items()}


def _value(value: Any) -> str:
    return ", ".join(filter(None, map(_string, value))) if isinstance(value, list) else _string(value)


def _string(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
