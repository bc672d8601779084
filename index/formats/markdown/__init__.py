"""Markdown to the text that its reader sees, by markdown-it: CommonMark with GitHub's tables and task lists.

Marks go and words stay, a line for each line. Where CommonMark would hide what nobody meant to hide it stays
too: footnotes, ``[Name]: words``, what only looks like a tag, cells beyond the width of their table. A
heading in a list or in a quotation is a part of that. It leaves out where a link leads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.markdown.front_matter import split_front_matter
from index.formats.markdown.html_blocks import html_blocks, tag_text
from index.formats.text import decode
from index.structure import TextBuilder

MOST_LINES = 100_000


def read(file: Path) -> Parsed:
    """A Markdown file, front matter read and taken off."""
    yield parse(decode(file.read_bytes()))


def parse(text: str) -> ParsedArticle:
    """The article of a Markdown text.

    >>> parse("---\\ntitle: Tea\\n---\\n# On *tea*\\n\\nSee [the guide](a.html).").text
    'On tea\\n\\nSee the guide.'
    """
    front, text = split_front_matter(re.sub(r"\r\n?", "\n", text).lstrip("\ufeff").replace("\0", ""))
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise UnreadableArticle(f"it has over {MOST_LINES:,} lines; cut it into parts")
    read = _Reader(lines).read(_parser().parse(text))
    return ParsedArticle(
        text=read.text,
        blocks=read.blocks,
        title=front.get("title", "") or _headline(read),
        language=front.get("language", front.get("lang", "")),
        published=front.get("published", front.get("date", "")),
        source=front.get("source", ""),
        author=front.get("author", front.get("authors", "")),
        tags=tuple(front.get("tags", front.get("tag", "")).split(",")),
    )


@cache
def _parser() -> MarkdownIt:
    options = {"maxNesting": 50, "tasklists": True, "inline_definitions": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", "footnote_mark", _footnote_mark)
    parser.block.ruler.before("reference", "footnote", _footnote, {"alt": ["paragraph", "reference"]})
    return parser


_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\s]+\]")
_FOOTNOTE = re.compile(rf"{_FOOTNOTE_MARK.pattern}:")
_AROUND = {"bullet_list_open": "item", "ordered_list_open": "item", "blockquote_open": "quote"}
_TAGS = re.compile(r"(?:\s*<[^>]*>)*\s*")


def _footnote(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A rule of the parser: a footnote ends the paragraph before it, and is read as one itself."""
    return silent and bool(_FOOTNOTE.match(state.src, state.bMarks[line] + state.tShift[line]))


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    """A rule of the parser: [^1] is passed over, with its colon where the note itself begins."""
    mark = _FOOTNOTE_MARK.match(state.src, state.pos, state.posMax)
    if mark is None:
        return False
    begins = state.pos == 0 or state.src[state.pos - 1] == "\n"
    state.pos = mark.end() + (begins and state.src[mark.end() : mark.end() + 1] == ":")
    return True


def _headline(read: TextBuilder) -> str:
    """The first heading of the first or second level, on one line."""
    text = read.text
    headings = (
        text[block.start : block.end] for block in read.blocks if block.kind == "heading" and block.level < 3
    )
    return " ".join(next(headings, "").split())


@dataclass(slots=True)
class _Reader:
    """Reads a parser's tokens into blocks, apart where there is a line between them in the source."""

    lines: Sequence[str]
    text: TextBuilder = field(default_factory=TextBuilder)
    around: list[str] = field(default_factory=list)  # the open lists and quotations, as kinds of block
    marker: str = ""  # the number of an item, which stands before what comes next
    end: int = 0  # the line after the last block

    def read(self, tokens: Sequence[Token]) -> TextBuilder:
        """The text of the tokens with its blocks."""
        start = end = 0
        for number, token in enumerate(tokens):
            start, end = token.map or (start, end)
            if token.type in _AROUND:
                self.around.append(_AROUND[token.type])
            elif token.type.replace("_close", "_open") in _AROUND:
                self.around.pop()
            elif token.type == "list_item_open":
                self.marker += f"{token.info}{token.markup} " if token.info else ""
            elif token.type == "list_item_close":
                self.marker = ""
            elif token.type == "tr_close":
                self._row(tokens[_opening(tokens, number) : number], start, end)
            elif token.type == "inline" and tokens[number - 1].tag not in ("th", "td"):
                words = "\n".join(map(str.strip, _inline(token.children or []).strip().split("\n")))
                heading = re.fullmatch("h([1-6])", tokens[number - 1].tag)
                self._add(words, start, end, heading=int(heading[1]) if heading else 0)
            elif token.type == "code_block" and _in_note(tokens, number):
                self._add("\n".join(map(str.strip, token.content.split("\n"))), start, end)
            elif token.type in {"fence", "code_block"}:
                self._add(token.content.rstrip(), start, end, code=True)
            elif token.type == "html_block":
                self._html(token.content, start, end)
            elif token.type == "definition" and not _leads_somewhere(token.meta["url"], token.meta["label"]):
                words = " ".join(line.lstrip("> \t") for line in self.lines[start:end])
                self._add(_FOOTNOTE_MARK.sub("", words).removeprefix(":").strip(), start, end)
        return self.text

    def _add(self, text: str, start: int, end: int, *, heading: int = 0, code: bool = False) -> None:
        if not text.strip():
            return
        kind, level = self._prose()
        if code:
            kind, level = "code", 0
        elif heading and not self.around:
            kind, level = "heading", heading
        self.text.add(kind, self._marker() + text, level=level, apart=self._apart(start, end))

    def _row(self, tokens: Sequence[Token], start: int, end: int) -> None:
        cells = [_inline(token.children or [], " ").strip() for token in tokens if token.type == "inline"]
        head = any(token.tag == "th" for token in tokens)
        cells += [] if head else _cells(self.lines[start])[len(cells) :]
        if any(cells):
            cells[0] = self._marker() + cells[0]
            self.text.add_row(cells, head=head, apart=self._apart(start, end))

    def _html(self, source: str, start: int, end: int) -> None:
        kind, level = self._prose()
        shown = html_blocks(source, kind=kind, level=level)
        if shown.text and self.marker:
            source = _TAGS.sub(lambda tags: tags[0] + self._marker(), source, count=1)
            shown = html_blocks(source, kind=kind, level=level)
        if shown.text:
            self.text.extend(shown, apart=self._apart(start, end))

    def _prose(self) -> tuple[str, int]:
        """The kind of a paragraph that comes here, and an item's depth."""
        kind = self.around[-1] if self.around else "paragraph"
        return kind, self.around.count("item") if kind == "item" else 0

    def _marker(self) -> str:
        marker, self.marker = self.marker, ""
        return marker

    def _apart(self, start: int, end: int) -> bool:
        last, self.end = self.end, end
        return start > last


def _opening(tokens: Sequence[Token], number: int) -> int:
    """Where the row begins that ends at a token."""
    while tokens[number].type != "tr_open":
        number -= 1
    return number


def _in_note(tokens: Sequence[Token], number: int) -> bool:
    """Whether what is indented goes on with a footnote, as its second paragraph."""
    return (
        number > 1
        and tokens[number - 1].type == "paragraph_close"
        and bool(_FOOTNOTE.match(tokens[number - 2].content))
    )


def _cells(row: str) -> list[str]:
    """The cells of a row as they are written, also those that the table has no column for."""
    row = row.lstrip("> \t").removeprefix("|").rstrip().removesuffix("|")
    return [cell.strip() for cell in escapedSplit(row)]


def _leads_somewhere(url: str, label: str) -> bool:
    """Whether ``[label]: url`` is the address of a link, and not a note or somebody's word.

    >>> _leads_somewhere("https://example.org", "mill"), _leads_somewhere("Yes.", "Miller")
    (True, False)
    """
    return not label.startswith("^") and bool(re.match(r"#|[A-Za-z][\w+.-]*:|.*/|.*\.[A-Za-z]", url))


def _inline(tokens: Sequence[Token], line_break: str = "\n") -> str:
    text = ""
    stars: list[str] = []  # of open emphasis: the ones that are no mark, for nobody means it in 2*3*4
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            text += "" if text.endswith("\n") else line_break
        elif token.type == "html_inline":
            shown = tag_text(token.content) if token.content[1] not in "!?" else ""
            text += line_break if shown == "\n" else shown
        elif token.type == "image":
            text += _inline(token.children or [], line_break)
        elif token.type in {"em_open", "strong_open"}:
            stars.append(token.markup if "*" in token.markup and text[-1:].isdigit() else "")
            text += stars[-1]
        elif token.type in {"em_close", "strong_close"}:
            text += stars.pop()
        else:
            text += token.content
    return text
