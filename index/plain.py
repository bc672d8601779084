"""Bytes to text, and Markdown to prose.

Encodings: byte order marks, then UTF-8, then UTF-16 without a mark, then the eight-bit ones. Short
Arabic in Windows-1256 looks like many things to a statistical detector, so Windows-1256, ISO-8859-6
and Windows-1252 are weighed here by the words they give; charset-normalizer decides what is none of them.

Markdown: the marks go, the words stay, line by line, by fixed rules. It leaves out nested constructs
and what a full parser would make of indentation: the text has to read well, not to be typeset.
"""

import codecs
import html
import re
from itertools import islice

from index.contents import Contents
from index.errors import UnreadableArticle

_MARKS = (  # the longer first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_ARABIC_WORD = re.compile(r"[\u0621-\u064a]{2,}")
_FREQUENT = frozenset(
    [
        "في",
        "من",
        "على",
        "إلى",
        "الى",
        "عن",
        "أن",
        "ان",
        "هذا",
        "هذه",
        "التي",
        "الذي",
        "مع",
        "كان",
        "كانت",
        "قال",
        "بعد",
        "قبل",
        "لا",
        "ما",
        "هو",
        "هي",
        "وفي",
        "ومن",
    ]
)
_WHATWG = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}


def decode(data: bytes, declared: str = "") -> str:
    """The text of ``data``; ``declared`` is the encoding that the document names, if it names one.

    Raises ``UnreadableArticle`` where the bytes are no text.
    """
    text = _decode(data, declared)
    sample = text[:100_000]
    odd = sum(
        1 for c in sample if (c < " " and c not in "\t\n\r\f\x1a") or c == "\ufffd" or "\x7f" <= c < "\x85"
    )
    if data.startswith(b"%PDF-") or odd > 2 + len(sample) // 50:
        raise UnreadableArticle(
            "it is not text but some other kind of file; give it the extension of its kind"
        )
    return text


def _decode(data: bytes, declared: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if declared:
        try:
            return data.decode(_WHATWG.get(declared.lower(), declared))
        except (LookupError, ValueError):
            pass  # an unknown name, or a wrong one: look at the bytes
    if wide := _wide(data):
        return wide
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 50 <= sum(1 for c in text if c > "\x7f"):  # whole, or a few bytes damaged
        return text
    return data.decode(_eight_bit(data), "replace")


def _wide(data: bytes) -> str:
    """The text if ``data`` is UTF-16 without a mark, else the empty string."""
    low = data[:10_000].count(0) + data[:10_000].count(6)  # the high bytes of Latin and of Arabic
    if low * 4 < len(data[:10_000]):
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        usual = re.findall(r"[\t\n\r\x20-\x7e\xa0-\u024f\u0600-\u06ff\u2000-\u2069]", text[:5000])
        if len(usual) * 10 >= len(text[:5000]) * 9:
            return text
    return ""


def _eight_bit(data: bytes) -> str:
    words = b" ".join(match[0] for match in islice(_HIGH_WORD.finditer(data), 5000))
    scores = {encoding: _plausible(words, encoding) for encoding in ("cp1252", "cp1256", "iso8859-6")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0.5:
        return best
    from charset_normalizer import from_bytes

    found = from_bytes(words[:20_000]).best()
    return found.encoding if found else best


def _plausible(data: bytes, encoding: str) -> float:
    """How much like words the words look in this encoding; 1 is every word, frequent ones count double."""
    score = 0.0
    words = data.decode(encoding, "replace").split(" ")
    for word in words:
        letters = re.sub(r"[\W\u0640\u064b-\u0652\d_]", "", word)
        foreign = sum(1 for c in letters if c > "\x7f")
        if "\ufffd" in word or not letters:
            score -= 1
        elif _ARABIC_WORD.fullmatch(letters):
            impossible = re.search(r"[ةى]\w|^[ؤئىة]", letters)
            score += -1 if impossible else 2 if letters in _FREQUENT else 1
        elif letters[0] > "\u0590" or letters[-1] > "\u0590":
            score -= 0.5  # Arabic letters beside Latin ones, or one alone
        else:
            upper_after_lower = re.search(r"[a-zß-ÿ][A-ZÀ-Þ]", letters)
            score += -1 if upper_after_lower or foreign * 2 > len(letters) > 1 else 1
    return score / len(words)


def read_text(data: bytes) -> Contents:
    """A plain text file."""
    return Contents(decode(data))


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


_LINE_RULES = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"^ {0,3}(?:>[ ]?)+", ""),  # quotation marks of a block
        (r"^ {0,3}#{1,6}(?:[ \t]+|$)", ""),  # heading
        (r"(?<=\S)[ \t]+#+$", ""),
        (r"^ {0,3}(?:`{3,}|~{3,}).*$", ""),  # fence of a code block
        (r"^ {0,3}(?:=+|-{2,}|(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$", ""),  # underline, rule
        (r"^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?$", ""),  # the line under a table's head
        (r"^[ ]{0,3}\[[^\[\]]+\]:[ \t]*\S+.*$", ""),  # where a link leads
        (r"^([ \t]*)[*+-][ \t]+(?:\[[ xX]\] )?", r"\1"),  # bullet
        (r"^[ \t]*\|[ \t]*|[ \t]*\|$", ""),  # edges of a table's row
        (r"\[\^[^\[\]\s]+\]", ""),  # footnote
        (
            r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:[ \t]+\"[^\"]*\")?\)|\[[^\[\]]*\])",
            r"\1",
        ),
        (r"<((?:https?|mailto):[^<>\s]+)>", r"\1"),
        (r"</?[a-zA-Z][^<>]*>", ""),
        (r"(?<!\\)`+([^`]+)`+", r"\1"),
        (
            r"(?<![\\\w*])\*{1,3}(?=[^\s*])([^*]*[^\s*\\])\*{1,3}|(?<![\\*])\*{1,3}(?=[^\s*])([^*]*[^\s*\\])\*{1,3}",
            r"\1\2",
        ),
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
    for line in text.split("\n"):
        line = line.rstrip()
        for pattern, new in _LINE_RULES:
            line = pattern.sub(new, line)
        lines.append(re.sub(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);", lambda entity: html.unescape(entity[0]), line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
