"""Markdown to prose: the marks go, the words stay, line by line, by fixed rules.

It leaves out nested constructs and what a full parser would make of indentation: a quote has to read
well, not to be typeset.
"""

import html
import re

from index.formats.contents import Contents
from index.formats.text import decode


def read_markdown(data: bytes) -> Contents:
    """A Markdown file, front matter read and taken off.

    >>> read_markdown(b"---\\ntitle: Tea\\n---\\n# On *tea*\\n\\nSee [the guide](a.html).").text
    'On tea\\n\\nSee the guide.'
    """
    text = re.sub(r"\r\n?", "\n", decode(data)).lstrip("\ufeff")
    front, text = _front_matter(text)
    heading = re.search(r"^#{1,2} +(\S.*)$", text, re.MULTILINE)
    return Contents(
        text=_prose(text),
        title=front.get("title", "") or (_prose(heading[1]) if heading else ""),
        language=front.get("language", front.get("lang", "")),
        published=front.get("published", front.get("date", "")),
        source=front.get("source", ""),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return {}, text
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[1:200], start=1):
        if line.rstrip() in {"---", "..."}:
            return fields, "\n".join(lines[number + 1 :])
        if field := re.match(r"([\w-]+):(?: +(.*))?$", line.rstrip()):
            fields[field[1].lower()] = re.sub(r"^(['\"])(.*)\1$", r"\2", field[2] or "")
        elif line.strip() and not re.match(r"[\s#-]", line):
            break  # prose: the dashes were a rule
    return {}, text


_FENCE = re.compile(r" {0,3}(?:`{3,}[^`]*|~{3,}.*)$")  # above and below a block of code
_LINE_RULES = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"^ {0,3}(?:>[ ]?)+", ""),  # quotation marks of a block
        (r"^ {0,3}#{1,6}(?:[ \t]+|$)", ""),  # heading
        (r"(?<=\S)[ \t]+#+$", ""),
        (r"^ {0,3}(?:=+|-{2,}|(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$", ""),  # underline, rule
        (r"^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?$", ""),  # the line under a table's head
        (r"^[ ]{0,3}\[[^\[\]]+\]:[ \t]*\S+.*$", ""),  # where a link leads
        (r"^([ \t]*)[*+-][ \t]+(?:\[[ xX]\] )?", r"\1"),  # bullet
        (r"^[ \t]*\|[ \t]*|(?<![ \t])[ \t]*\|$", ""),  # edges of a table's row
        (r"\[\^[^\[\]\s]+\]", ""),  # footnote
        (
            r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:[ \t]+\"[^\"]*\")?\)|\[[^\[\]]*\])",
            r"\1",
        ),
        (r"<((?:https?|mailto):[^<>\s]+)>", r"\1"),
        (r"</?[a-zA-Z][^<>]*>", ""),
        (r"(?<![\\`])`+([^`]+)`+", r"\1"),
        (r"(?<![\\*\d])\*{1,3}(?=[^\s*])([^*]*[^\s*\\])\*{1,3}", r"\1"),
        (r"(?<![\\\w])_{1,3}(?=[^\s_])([^_]*[^\s_\\])_{1,3}(?!\w)", r"\1"),
        (r"~~(?=\S)([^~]*\S)~~", r"\1"),
        (r"\\([\\`*_{}\[\]()#+\-.!|~>])", r"\1"),
    )
)


def _prose(text: str) -> str:
    """Markdown without its marks, line for line."""
    first, *rest = text.split("<!--")
    text = first + "".join(part.partition("-->")[2] if "-->" in part else "<!--" + part for part in rest)
    lines = []
    code = False
    for line in text.split("\n"):
        line = line.rstrip()
        if _FENCE.match(line):
            code = not code
            continue
        if code:
            lines.append(line)
            continue
        for pattern, new in _LINE_RULES:
            line = pattern.sub(new, line)
        lines.append(re.sub(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);", lambda entity: html.unescape(entity[0]), line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
