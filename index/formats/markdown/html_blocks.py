"""HTML that stands in Markdown: what its tags show, and its headings, rows of tables and code as blocks.

A tag that HTML does not have is words that look like one, and stays. It leaves out lists, which nest, and
all that a whole tree would tell: CommonMark ends a block of HTML at an empty line, in the middle of a table.
"""

import html
import re
from collections.abc import Iterator

from markdown_it.common.html_blocks import block_names
from markdown_it.common.html_re import close_tag, open_tag

from index.structure import TextBuilder

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


def tag_text(tag: str) -> str:
    """What is to be seen of a tag: the end of a line, nothing, or the tag itself if HTML has none such.

    >>> tag_text("<br/>"), tag_text('<a href="x">'), tag_text("<T>"), tag_text("<b and weight>")
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


_PART = re.compile(
    r"<(?P<name>pre|h[1-6])\b.*?(?P<end></(?P=name)\s*>|\Z)"
    r"|<tr\b.*?(?=</?(?:tr|table|thead|tbody|tfoot)\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_CELL = re.compile(r"(?=<t[dh]\b)", re.IGNORECASE)
_SPAN = re.compile(r"<t[dh]\b[^>]*\bcolspan\s*=\s*[\"']?(\d{1,2})\b", re.IGNORECASE)
_LINES_APART = "\0"  # Markdown has none


def html_blocks(source: str, *, kind: str, level: int = 0) -> TextBuilder:
    """What a block of HTML shows, where a paragraph is a block of that kind.

    >>> html_blocks("<h2>Price</h2><p>900 &pound;</p>", kind="paragraph").text
    'Price\\n900 £'
    """
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
        first, *rest = source.split(start)
        source = first + "".join(part.partition(end)[2] if end in part else start + part for part in rest)
    source = _UNSEEN.sub("", source)
    text = TextBuilder()
    at = 0
    for part in _PART.finditer(source):
        _add_prose(text, source[at : part.start()], kind, level)
        at = part.end()
        name = (part["name"] or "").lower()
        if name == "pre":
            text.add("code", html.unescape(_TAG.sub(lambda tag: tag_text(tag[0]), part[0])).rstrip())
        elif name and part["end"]:
            text.add("heading", " ".join(" ".join(_paragraphs(part[0])).split()), level=int(name[1]))
        elif name:
            _add_prose(text, part[0], kind, level)
        else:
            _add_row(text, part[0], kind, level)
    _add_prose(text, source[at:], kind, level)
    return text


def _add_row(text: TextBuilder, source: str, kind: str, level: int) -> None:
    before, *sources = _CELL.split(source)
    _add_prose(text, before, kind, level)
    cells: list[str] = []
    for cell in sources:
        span = _SPAN.match(cell)
        cells += [" ".join(_paragraphs(cell)), *[""] * (int(span[1]) - 1 if span else 0)]
    head = all(cell[:3].lower() == "<th" for cell in sources)
    text.add_row(cells, head=head, between="\n")


def _add_prose(text: TextBuilder, source: str, kind: str, level: int) -> None:
    for paragraph in _paragraphs(source):
        text.add(kind, paragraph, level=level)


def _paragraphs(source: str) -> Iterator[str]:
    """What stands between tags that begin or end a block, without empty lines."""
    shown = html.unescape(_TAG.sub(lambda tag: _shown(tag[0]), source))
    for paragraph in shown.split(_LINES_APART):
        if lines := [line.strip() for line in paragraph.split("\n") if line.strip()]:
            yield "\n".join(lines)


def _shown(tag: str) -> str:
    text = tag_text(tag)
    return _LINES_APART if text == "\n" and tag[1:3].lower() != "br" else text
