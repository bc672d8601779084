"""Markdown to the text that its reader sees, by markdown-it: CommonMark with GitHub's tables and task lists.

Marks go and words stay, a line for each line. Where CommonMark would hide what nobody meant to hide it stays
too: footnotes, ``[Name]: words``, what only looks like a tag, cells beyond the width of their table. It
leaves out what structure tells, such as which line is a heading.
"""

import html
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.common.html_re import close_tag, open_tag
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from index.formats import Parsed, ParsedArticle
from index.formats.front_matter import split_front_matter
from index.formats.text import decode


def read(file: Path) -> Parsed:
    """A Markdown file, front matter read and taken off."""
    yield parse(decode(file.read_bytes()))


def parse(text: str) -> ParsedArticle:
    """The article of a Markdown text.

    >>> parse("---\\ntitle: Tea\\n---\\n# On *tea*\\n\\nSee [the guide](a.html).").text
    'On tea\\n\\nSee the guide.'
    """
    front, text = split_front_matter(re.sub(r"\r\n?", "\n", text).lstrip("\ufeff").replace("\0", ""))
    tokens = _parser().parse(text)
    return ParsedArticle(
        text=_running_text(_blocks(tokens, text.split("\n"))),
        title=front.get("title", "") or _heading(tokens),
        language=front.get("language", front.get("lang", "")),
        published=front.get("published", front.get("date", "")),
        source=front.get("source", ""),
        author=front.get("author", front.get("authors", "")),
    )


@cache
def _parser() -> MarkdownIt:
    options = {"maxNesting": 50, "tasklists": True, "inline_definitions": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.inline.ruler.before("link", "footnote_mark", _footnote_mark)
    return parser


_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\s]+\]")


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    """A rule of the parser: [^1] is passed over, with its colon where the note itself begins."""
    mark = _FOOTNOTE_MARK.match(state.src, state.pos, state.posMax)
    if mark is None:
        return False
    begins = state.pos == 0 or state.src[state.pos - 1] == "\n"
    state.pos = mark.end() + (begins and state.src[mark.end() : mark.end() + 1] == ":")
    return True


def _heading(tokens: Sequence[Token]) -> str:
    """The first heading of the first or second level, on one line."""
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in {"h1", "h2"} and not token.level:
            return _inline(tokens[number + 1].children or [], " ").strip()
    return ""


def _running_text(blocks: Iterator[tuple[str, int, int]]) -> str:
    """The blocks, apart where there is a line between them."""
    text = ""
    last = 0
    for block, start, end in blocks:
        if block.strip():
            text += ("\n\n" if start > last else "\n") + block if text else block
            last = end
    return text.strip("\n")


def _blocks(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The text of each block with its first line and the line after its last."""
    marker = ""  # the number of an item, which stands before what comes next
    cells: list[str] | None = None
    start = end = 0
    for number, token in enumerate(tokens):
        start, end = token.map or (start, end)
        text = ""
        if token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            more = _cells(lines[start])[len(cells) :] if tokens[number - 1].tag == "td" else []
            text = " | ".join((*cells, *more))
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(_inline(token.children or [], " ").strip())
        elif token.type == "inline":
            text = "\n".join(map(str.strip, _inline(token.children or []).strip().split("\n")))
        elif token.type in {"fence", "code_block"}:
            text = token.content.rstrip("\n")
        elif token.type == "html_block":
            text = _html_text(token.content)
        elif token.type == "definition" and not _leads_somewhere(token.meta["url"], token.meta["label"]):
            words = " ".join(line.lstrip("> \t") for line in lines[start:end])
            text = _FOOTNOTE_MARK.sub("", words).removeprefix(":").strip()
        if text:
            yield marker + text, start, end
            marker = ""


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
            shown = _tag_text(token.content) if token.content[1] not in "!?" else ""
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


_BREAKS = frozenset(block_names) | {"br", "pre"}
_INLINE = frozenset(
    """
    a abbr acronym audio b bdi bdo big button canvas cite code data datalist del dfn em embed font i img input
    ins kbd label map mark math meter nobr object output picture q rp rt ruby s samp script select slot small
    source span strike strong style sub sup svg template textarea time tt u var video wbr
    """.split()  # noqa: SIM905
)
_WITHOUT_VALUE = frozenset(
    """
    allowfullscreen async autofocus autoplay checked controls default defer disabled download hidden inert
    ismap itemscope loop multiple muted nomodule noshade novalidate nowrap open playsinline readonly required
    reversed selected
    """.split()  # noqa: SIM905
)
_TAG = re.compile(rf"{open_tag}|{close_tag}|<![A-Za-z][^<>]*>")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
_UNSEEN = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_PREFORMATTED = re.compile(r"(<pre\b.*?(?:</pre\s*>|\Z))", re.IGNORECASE | re.DOTALL)


def _tag_text(tag: str) -> str:
    """What is to be seen of a tag: the end of a line, nothing, or the tag itself if HTML has none such.

    >>> _tag_text("<br/>"), _tag_text('<a href="x">'), _tag_text("<T>"), _tag_text("<b and weight>")
    ('\\n', '', '<T>', '<b and weight>')
    """
    named = _TAG_NAME.match(tag)
    if named is None:
        return ""  # <!DOCTYPE html>
    name = named[1].lower()
    if name not in _BREAKS | _INLINE:
        return tag
    attributes = _ATTRIBUTE.findall(tag, named.end())
    if any(not value and attribute.lower() not in _WITHOUT_VALUE for attribute, value in attributes):
        return tag
    return "\n" if name in _BREAKS else ""


def _html_text(source: str) -> str:
    """What a block of HTML shows, without empty lines; as it is inside <pre>."""
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
        first, *rest = source.split(start)
        source = first + "".join(part.partition(end)[2] if end in part else start + part for part in rest)
    pieces = []
    for number, piece in enumerate(_PREFORMATTED.split(_UNSEEN.sub("", source))):
        text = html.unescape(_TAG.sub(lambda tag: _tag_text(tag[0]), piece))
        if number % 2:
            pieces.append(text.strip("\n"))
        else:
            pieces += filter(None, (line.strip() for line in text.split("\n")))
    return "\n".join(pieces)
