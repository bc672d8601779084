"""What a paragraph of a Word document is, by its own properties, then by its style and what that is based on.

Word names its own styles in English whatever its language; other programs translate them. A list's style
without a list is one still. It leaves out what only looks: bold lines, indents, fonts.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.formats.word.elements import W, child, value, whole
from index.formats.word.numbering import ListNumbers

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|nagłówek|başlık|заголовок|العنوان|عنوان|标题|見出し)"
    r"\s*([1-9])",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:title|titel|titre|título|titolo|العنوان|عنوان)", re.IGNORECASE)
_SUBTITLE = re.compile(
    r"(?:subtitle|untertitel|sous-titre|subtítulo|العنوان الفرعي|عنوان فرعي)", re.IGNORECASE
)
_LIST = re.compile(r"list(?: (?:bullet|number|continue))? ?([2-9])?", re.IGNORECASE)
_QUOTE = re.compile(r"\bquot(?:e|ation)s?\b|\bblock ?(?:text|quote)\b|اقتباس", re.IGNORECASE)
_CODE = re.compile(r"\bcode\b|\bpreformatted\b|\bverbatim\b|^macro(?: text)?$", re.IGNORECASE)
_BODY = 9  # the outline level of what is no heading
_DEEPEST = 6  # level of a heading


class ParagraphStyles:
    """The styles of a document, and the lists that its paragraphs are items of."""

    def __init__(self, styles: Any | None, numbers: ListNumbers) -> None:
        self._numbers = numbers
        self._styles: dict[str, Any] = {}
        self._usual = ""
        for style in () if styles is None else styles.iterchildren(f"{W}style"):
            if style.get(f"{W}type") == "paragraph":
                name = style.get(f"{W}styleId", "")
                self._styles[name] = style
                if style.get(f"{W}default") in ("1", "true", "on"):
                    self._usual = name

    def kind(self, paragraph: Any) -> tuple[str, int]:
        """The kind of block that a paragraph is, with a heading's level or an item's depth, else 0."""
        chain = list(self._chain(paragraph))
        names = [value(style, "name") or "" for style in chain]
        if level := _outline_level([paragraph, *chain], names):
            return "heading", level
        list_id, depth = self._list(paragraph, chain)
        named = next(filter(None, map(_LIST.fullmatch, names)), None)
        if list_id or named:
            return "item", max(depth + 1, whole(named[1] if named else None))
        for kind, pattern in (("code", _CODE), ("quote", _QUOTE)):
            if any(map(pattern.search, names)):
                return kind, 0
        return "paragraph", 0

    def number(self, paragraph: Any) -> str:
        """What its list puts before a paragraph, such as "1. "; the list counts on."""
        if child(paragraph, "pPr", "rPr", "del") is not None:
            return ""
        list_id, depth = self._list(paragraph, list(self._chain(paragraph)))
        return self._numbers.following(list_id, depth) if list_id else ""

    def is_title(self, paragraph: Any) -> bool:
        """Whether a paragraph's style is that of a document's title."""
        return any(_TITLE.fullmatch(value(style, "name") or "") for style in self._chain(paragraph))

    def _chain(self, paragraph: Any) -> Iterator[Any]:
        """The style of a paragraph and those that it is based on."""
        name: str | None = value(paragraph, "pPr", "pStyle")
        name = name if name in self._styles else self._usual
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = value(self._styles[name], "basedOn") or ""

    def _list(self, paragraph: Any, chain: list[Any]) -> tuple[str, int]:
        """The id of the list that a paragraph is an item of, else nothing, and its depth from 0."""
        depth: str | None = None
        for element in (paragraph, *chain):
            stated = child(element, "pPr", "numPr")
            if stated is None:
                continue
            depth = depth or value(stated, "ilvl")
            list_id = value(stated, "numId")
            if list_id is not None:
                if depth is None and element is not paragraph:
                    depth = str(self._numbers.level_of(list_id, element.get(f"{W}styleId", "")))
                return ("", 0) if list_id == "0" else (list_id, whole(depth))
        return "", 0


def _outline_level(elements: list[Any], names: list[str]) -> int:
    """The level of a heading, from 1, else 0; ``names`` are those of all elements but the first."""
    for element, name in zip(elements, ["", *names], strict=True):
        outline = value(element, "pPr", "outlineLvl")
        if outline is not None:
            level = whole(outline, _BODY)
            return min(level + 1, _DEEPEST) if level < _BODY else 0
        if numbered := _HEADING.fullmatch(name):
            return min(int(numbered[1]), _DEEPEST)
        if _SUBTITLE.fullmatch(name):
            return 0
        if _TITLE.fullmatch(name):
            return 1
    return 0
