"""What a paragraph of a Word document is, by its own properties, then by its style and what that is based on.

Word names its own styles in English whatever its language; other programs translate them. A list's style
without a list is one still. It leaves out what only looks: bold lines, indents, fonts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a style, or a paragraph of its own, states; None where it states nothing."""

    outline: str | None
    list_id: str | None
    depth: str | None
    name: str = ""
    identifier: str = ""
    based_on: str = ""


class ParagraphStyles:
    """The styles of a document, and the lists that its paragraphs are items of."""

    def __init__(self, styles: Any | None, numbers: ListNumbers) -> None:
        self._numbers = numbers
        self._chains: dict[str, tuple[_Stated, ...]] = {}
        found: dict[str, _Stated] = {}
        usual = ""
        for style in () if styles is None else styles.iterchildren(f"{W}style"):
            if style.get(f"{W}type") == "paragraph":
                identifier = style.get(f"{W}styleId", "")
                name, based_on = value(style, "name") or "", value(style, "basedOn") or ""
                found[identifier] = _stated(style, name, identifier, based_on)
                if style.get(f"{W}default") in ("1", "true", "on"):
                    usual = identifier
        self._chains = {identifier: _chain(found, identifier) for identifier in found}
        self._usual = self._chains.get(usual, ())

    def kind(self, paragraph: Any) -> tuple[str, int]:
        """The kind of block that a paragraph is, with a heading's level or an item's depth, else 0."""
        own, chain = _stated(paragraph), self._chain(paragraph)
        if level := _outline_level(own, *chain):
            return "heading", level
        list_id, depth = self._list(own, *chain)
        named = next(filter(None, (_LIST.fullmatch(style.name) for style in chain)), None)
        if list_id or named:
            return "item", max(depth + 1, whole(named[1] if named else None))
        for kind, pattern in (("code", _CODE), ("quote", _QUOTE)):
            if any(pattern.search(style.name) for style in chain):
                return kind, 0
        return "paragraph", 0

    def number(self, paragraph: Any) -> str:
        """What its list puts before a paragraph, such as "1. "; the list counts on."""
        list_id, depth = self._list(_stated(paragraph), *self._chain(paragraph))
        deleted = list_id and child(paragraph, "pPr", "rPr", "del") is not None
        return self._numbers.following(list_id, depth) if list_id and not deleted else ""

    def is_title(self, paragraph: Any) -> bool:
        """Whether a paragraph's style is that of a document's title."""
        return any(_TITLE.fullmatch(style.name) for style in self._chain(paragraph))

    def _chain(self, paragraph: Any) -> tuple[_Stated, ...]:
        """The style of a paragraph and those that it is based on."""
        return self._chains.get(value(paragraph, "pPr", "pStyle") or "", self._usual)

    def _list(self, *chain: _Stated) -> tuple[str, int]:
        """The id of the list that a paragraph is an item of, else nothing, and its depth from 0."""
        depth: str | None = None
        for stated in chain:
            depth = depth or stated.depth
            if stated.list_id == "0":
                break
            if stated.list_id is not None:
                if depth is None:
                    return stated.list_id, self._numbers.level_of(stated.list_id, stated.identifier)
                return stated.list_id, whole(depth)
        return "", 0


def _stated(element: Any, name: str = "", identifier: str = "", based_on: str = "") -> _Stated:
    properties = child(element, "pPr")
    if properties is None:
        return _Stated(None, None, None, name, identifier, based_on)
    outline, listed = value(properties, "outlineLvl"), child(properties, "numPr")
    list_id, depth = (None, None) if listed is None else (value(listed, "numId"), value(listed, "ilvl"))
    return _Stated(outline, list_id, depth, name, identifier, based_on)


def _chain(styles: Mapping[str, _Stated], identifier: str) -> tuple[_Stated, ...]:
    """A style and those that it is based on, each once."""
    chain: dict[str, _Stated] = {}
    while identifier in styles and identifier not in chain:
        chain[identifier] = styles[identifier]
        identifier = styles[identifier].based_on
    return tuple(chain.values())


def _outline_level(*chain: _Stated) -> int:
    """The level of a heading, from 1, else 0."""
    for stated in chain:
        if stated.outline is not None:
            level = whole(stated.outline, _BODY)
            return min(level + 1, _DEEPEST) if level < _BODY else 0
        if numbered := _HEADING.fullmatch(stated.name):
            return min(int(numbered[1]), _DEEPEST)
        if _SUBTITLE.fullmatch(stated.name):
            return 0
        if _TITLE.fullmatch(stated.name):
            return 1
    return 0
