"""HTML elements to text as a person sees it, with its blocks: items keep their numbers, code its spaces.

Follows the HTML standard on what is a block and how an ordered list counts, and what Word and Google Docs
write for a list. It leaves out what style sheets hide. A page of any depth is walked without recursion; its
tables are another module's.
"""

import re
from typing import Any

from index.errors import UnreadableArticle
from index.formats.html_table import lays_out, table_rows, tag_of
from index.structure import TextBuilder, visible

_UNSEEN = tuple(
    f"{{*}}{name}" for name in ("script", "style", "noscript", "template", "object", "svg", "iframe")
)
_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup option p pre search
    section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905
)
_LISTS = frozenset("ol ul dl menu dir".split())  # noqa: SIM905
_TITLE = re.compile(r"MsoTitle|(?:c\d+\s+)+title")  # the classes of Word, of Google Docs
_ITEM = re.compile(r"\bMsoListParagraph|\bmso-list:\s*l\d", re.IGNORECASE)
_LEVEL = re.compile(r"\bmso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_OF_GOOGLE = re.compile(r"\blst-kix_\S*-(\d)\b")  # its lists stand beside each other, however deep
_BULLETS = frozenset("·•▪§o-–\uf0b7\uf0a7\uf0d8")  # letters of fonts of signs, as Word writes them
_ROMAN = {"m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40, "x": 10}
_ROMAN |= {"ix": 9, "v": 5, "iv": 4, "i": 1}
_UNFIT = re.compile(  # lxml refuses to move them: control characters, also by their numbers
    r"[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]|&#0*(?:[0-8]|11|1[4-9]|2\d|3[01])(?:;|(?!\d))"
    r"|&#x0*(?:[0-8be-f]|1[0-9a-f]|fff[ef])(?:;|(?![0-9a-f]))",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_Kind = tuple[str, int]  # of block, and its level


def parse_html(page: str) -> Any:
    """The tree of a page; ``UnreadableArticle`` where it is nested so deeply that some would be lost."""
    from lxml import html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    tree = html.document_fromstring(_UNFIT.sub("", page), parser=parser)
    if parser.error_log.filter_from_fatals():  # it stopped there, and says nothing of it
        raise UnreadableArticle("its elements are nested too deeply; save it again from a browser")
    return tree


def drop_unseen(tree: Any) -> None:
    """Takes out of a tree of ``lxml.html`` what is not to be read, and the bullets of Word's items."""
    for element in list(tree.iter(*_UNSEEN)):
        element.drop_tree()
    for paragraph in tree.iter("{*}p"):
        if (_kind(paragraph, "p") or ("", 0))[0] == "item":
            first = next((part for part in paragraph.iter("*") if (part.text or "").strip()), None)
            if first is not None and first.text.strip() in _BULLETS:
                first.text = ""


def structured_text(element: Any) -> TextBuilder:
    """All text of an element of ``lxml.html``, or of None, with its blocks."""
    writer = _Writer()
    if element is not None:
        writer.write(element)
    return writer.built


def is_headline(element: Any, title: str) -> bool:
    """Whether an element is a heading of the first level, or one that says the title."""
    kind, level = _kind(element, tag_of(element)) or ("", 0)
    return kind == "heading" and (level == 1 or " ".join(element.text_content().split()) == title)


class _Writer:
    """Blocks from a walk over elements: text is gathered until one begins or ends."""

    def __init__(self) -> None:
        self.built = TextBuilder()
        self._pieces: list[str] = []
        self._kinds: list[_Kind] = [("paragraph", 0)]  # the innermost last
        self._lists: list[_List] = []
        self._marker = ""  # of the item that began, until its text comes

    def write(self, top: Any) -> None:
        """All of ``top``, as blocks of ``built``."""
        from lxml import etree

        walk = etree.iterwalk(top, events=("start", "end"))
        for event, element in walk:
            tag = tag_of(element)
            if tag in _BLOCKS:
                self._flush()
            if event == "end":
                self._end(element, tag)
                self._pieces.append("" if element is top else _collapsed(element.tail))
            elif tag == "pre":
                self.built.add("code", _code(element))
                walk.skip_subtree()
            elif tag == "table" and not lays_out(element):
                self._add_table(element)
                walk.skip_subtree()
            else:
                self._begin(element, tag)
                self._pieces.append("\n" if tag == "br" else _collapsed(element.text))
        self._flush()

    def _begin(self, element: Any, tag: str) -> None:
        kind = _kind(element, tag)
        if tag in _LISTS:
            self._lists.append(_List(element, tag, len(self._lists) + 1))
        elif tag in ("li", "dt", "dd"):
            around = self._lists[-1] if self._lists else None
            kind = ("item", (around.depth if around else 1) + (tag == "dd"))
            self._marker = around.marker(element) if around else ""
        if kind:
            self._kinds.append(kind)

    def _end(self, element: Any, tag: str) -> None:
        if tag in _LISTS:
            self._lists.pop()
        elif tag in ("li", "dt", "dd") or _kind(element, tag):
            self._kinds.pop()
            self._marker = ""

    def _flush(self) -> None:
        """Makes a block of what was gathered; empty lines part paragraphs, as on old pages."""
        gathered, self._pieces = "".join(self._pieces), []
        if not gathered.strip():
            return
        kind, level = self._kinds[-1]
        lines = [" ".join(line.split()) for line in visible(gathered).split("\n")]
        apart = "\n\n" if kind in ("paragraph", "quote") else "\0"
        for text in "\n".join(lines).split(apart):
            text = "\n".join(filter(None, text.split("\n")))
            if text:
                self.built.add(kind, self._marker + text, level=level)
                self._marker = ""

    def _add_table(self, table: Any) -> None:
        for caption in table.iterchildren("{*}caption"):
            self.built.extend(structured_text(caption))
        for cells, head in table_rows(table, _cell_text):
            self.built.add_row(cells, head=head)


class _List:
    """A list that the walk is in, and how it counts."""

    def __init__(self, element: Any, tag: str, depth: int) -> None:
        named = _OF_GOOGLE.search(element.get("class", ""))
        self.depth = int(named[1]) + 1 if named else depth
        style = re.search(
            r"list-style(?:-type)?\s*:[^;]*?\b(none|(?:low|upp)er-\w+)", element.get("style", "")
        )
        self._style = style[1] if style else element.get("type", "1")
        self._counts = tag == "ol" and self._style != "none"
        self._step = -1 if element.get("reversed") is not None else 1
        items = sum(1 for _ in element.iterchildren("{*}li")) if self._step < 0 else 1
        self._next = _integer(element.get("start"), items)

    def marker(self, item: Any) -> str:
        """What stands before an item: its number, if the list is one of numbers."""
        if not self._counts or tag_of(item) != "li":
            return ""
        number = _integer(item.get("value"), self._next)
        self._next = number + self._step
        return f"{_numeral(number, self._style)}. "


def _kind(element: Any, tag: str) -> _Kind | None:
    """What the text in an element is, where that is not what it is around the element."""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return "heading", int(tag[1])
    if element.get("role") == "heading" and re.fullmatch("[1-6]", element.get("aria-level", "2")):
        return "heading", int(element.get("aria-level", "2"))
    if tag == "blockquote":
        return "quote", 0
    if tag == "p":
        if _TITLE.fullmatch(element.get("class", "").strip()):
            return "heading", 1
        style = element.get("style", "")
        if _ITEM.search(f"{element.get('class', '')} {style}"):
            level = _LEVEL.search(style)
            return "item", int(level[1]) if level else 1
    return None


def _numeral(number: int, style: str) -> str:
    """A number as a list shows it: in digits, letters, or Roman."""
    capital = style in ("A", "I") or style.startswith("upper-")
    shown = str(number)
    if style.endswith(("alpha", "latin")) or style in ("a", "A"):
        if 0 < number <= 26:
            shown = chr(ord("a") + number - 1)
    elif (style.endswith("roman") or style in ("i", "I")) and 0 < number < 4000:
        shown, left = "", number
        for letters, worth in _ROMAN.items():
            shown += letters * (left // worth)
            left %= worth
    return shown.upper() if capital else shown


def _integer(stated: str | None, otherwise: int) -> int:
    number = re.match(r"\s*([+-]?[0-9]{1,9})", stated or "")
    return int(number[1]) if number else otherwise


def _code(pre: Any) -> str:
    """What stands in a ``pre``, space for space."""
    from lxml import etree

    written = [pre.text or ""]
    for event, element in etree.iterwalk(pre, events=("start", "end")):
        if element is pre:
            continue
        begins = tag_of(element) in _BLOCKS and not written[-1].endswith("\n")
        if begins or (tag_of(element) == "br" and event == "start"):
            written.append("\n")
        if text := element.text if event == "start" else element.tail:
            written.append(text)
    return "\n".join(line.rstrip() for line in "".join(written).replace("\xa0", " ").split("\n"))


def _cell_text(cell: Any) -> str:
    return structured_text(cell).text if len(cell) else " ".join(visible(cell.text or "").split())


def _collapsed(text: str | None) -> str:
    return _SPACES.sub(" ", text) if text else ""
