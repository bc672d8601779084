"""An answer as a message of a chat: Markdown with marks [1] and a list of sources, and the same as fields.

What people and articles wrote is escaped, so that no chat fetches a picture or follows a link that an article
holds. A text that is still being written is only ever added to.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from assistant.answers import Answer, Citation, Draft, Statement, marks_of
from assistant.answers.as_json import answer_to_json, citation_to_json
from index.text.language import detect_language
from ui.chat.reference import reference
from ui.chat.words import chat_words_in
from ui.chat.written import support_lines, written_lines
from ui.panel import HASH
from ui.server.openai.words import message_words_in
from ui.server.paths import without_paths
from ui.within.telling import notes_of, otherwise_in_time
from ui.words import words_in

_ALWAYS = re.compile(r"[\\\[\]<$]|&(?=#?\w+;)")
_MARKUP = re.compile(r"[`*|]|(?<!\w)_|_(?!\w)|~(?=~)")
_LINE_START = re.compile(r"^[ \t]*(?:[#>+=-]|\d+[.)](?=\s|$))", re.MULTILINE)


def body_of(answer: Answer) -> str:
    """What is answered, with its marks."""
    said = words_in(detect_language(answer.question))
    if answer.abstained:
        return said.abstained
    if not answer.sure and not answer.writing:
        quotes = [f"{_quoted(one)} [{one.number}]" for one in answer.citations if one not in answer.agreeing]
        return "\n\n".join([said.unsure, *quotes])
    return _marked(
        answer.text, answer.statements, marks_of(answer), said.language, answer.writing is not None
    )


def written_so_far(draft: Draft, language: str) -> str:
    """What of ``body_of`` the answer will begin with, as far as a draft tells: whole sentences."""
    settled = max((statement.end for statement in draft.statements), default=0)
    marks: dict[int, tuple[int, ...]] = {}
    for statement in draft.statements:
        if statement.citations:
            marks[statement.end] = marks.get(statement.end, ()) + statement.citations
    return _marked(draft.text[:settled], draft.statements, marks, language, written=True)


def foot_of(answer: Answer, address: str) -> str:
    """What stands below the answer: what others say, what is to be known of it, its sources."""
    language = detect_language(answer.question)
    said, told = words_in(language), message_words_in(language)
    parts = [
        f"**{otherwise_in_time(answer, other) or said.otherwise}** "
        f"{_shown(other.text) if answer.sure else _quoted(other.citation)} [{other.citation.number}]"
        for other in answer.alternatives
    ]
    notes = [note.text for note in notes_of(answer.within, language)]
    if answer.understood_as != " ".join(answer.question.split()):
        notes.insert(0, f"{said.understood} {answer.understood_as}")
    if answer.notice:
        notes.append(answer.notice)
    notes += support_lines(answer, chat_words_in(language))
    parts += [f"*{_shown(' '.join(note.split()))}*" for note in notes]
    if answer.all_citations:
        parts.append(f"**{told.sources}**")
        parts += [_source(citation, address, language) for citation in answer.all_citations]
    return "".join(f"\n\n{part}" for part in parts)


def fields_of(answer: Answer, content: str, address: str) -> dict[str, Any]:
    """The citations as fields of the message: our own, and annotations as OpenAI's search has them."""
    return {
        "annotations": [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": (place := max(content.find(mark := f"[{citation.number}]"), 0)),
                    "end_index": place + len(mark),
                    "title": citation.title,
                    "url": link_of(citation, address),
                },
            }
            for citation in answer.all_citations
        ],
        "citations": [
            without_paths(citation_to_json(citation)) | {"url": link_of(citation, address)}
            for citation in answer.all_citations
        ],
    }


def state_of(answer: Answer) -> dict[str, Any]:
    """How it was answered, and how sure that is: what ``majlis ask --json`` says less hits and citations."""
    told: dict[str, Any] = without_paths(answer_to_json(answer))
    return {key: value for key, value in told.items() if key not in ("citations", "hits")}


def link_of(citation: Citation, address: str) -> str:
    """Where the page shows the quote in its article."""
    place = {
        "article": citation.article_id,
        "at": f"{citation.start}-{citation.end}",
        "hash": citation.content_hash[:HASH],
    }
    return f"{address}?{urlencode(place)}"


def said_before(content: str) -> str:
    """What an earlier message answered, without marks, sources and notes; empty for a silence."""
    for language in ("en", "ar"):
        told = message_words_in(language)
        content = content.split(f"\n\n**{told.sources}**")[0].split(f"\n\n{told.anew}\n\n")[-1]
        content = content.replace(f" ({chat_words_in(language).unsupported})", "")
        if content.startswith(words_in(language).abstained):
            return ""
    kept = [part for part in content.split("\n\n") if not re.fullmatch(r"\*[^*].*\*", part, re.DOTALL)]
    text = re.sub(r" ?(?<!\\)\[\d+\]", "", "\n\n".join(kept))
    return re.sub(r"\\([\\\[\]<$&`*|_~#>+=.)-])", r"\1", text).strip()


def _marked(
    text: str,
    statements: Sequence[Statement],
    marks: dict[int, tuple[int, ...]],
    language: str,
    written: bool,
) -> str:
    after = {end: " " + "".join(f"[{number}]" for number in numbers) for end, numbers in marks.items()}
    for statement in statements:
        if not statement.supported:
            flag = f" ({chat_words_in(language).unsupported})"
            after[statement.end] = after.get(statement.end, "") + flag
    signs, pieces, previous = _escaped(text, written=written), [], 0
    for end in sorted(after):
        pieces += [*signs[previous:end], after[end]]
        previous = end
    return "".join([*pieces, *signs[previous:]])


def _escaped(text: str, *, written: bool = False) -> list[str]:
    """The characters of a text, each as Markdown shows it; what was ``written`` keeps its lines and lists."""
    signs = list(text)
    places = {found.start() for pattern in (_ALWAYS, _MARKUP) for found in pattern.finditer(text)}
    places |= {found.end() - 1 for found in _LINE_START.finditer(text)}
    for line in written_lines(text) if written else ():
        begin = text.rfind("\n", 0, line.start) + 1
        if line.sign == "•":
            signs[begin] = "-"
        elif line.sign:
            places -= {begin + len(line.sign)}
            signs[begin : begin + len(line.sign)] = str(int(line.sign)).rjust(len(line.sign))
        elif not line.apart:
            signs[begin - 1] = "  \n"
    for place in places:
        signs[place] = f"\\{signs[place]}"
    return signs


def _shown(text: str) -> str:
    return "".join(_escaped(text))


def _quoted(citation: Citation) -> str:
    return "\n".join(f"> {_shown(line)}" for line in citation.quote.splitlines())


def _source(citation: Citation, address: str, language: str) -> str:
    """A source on its line, with a link to its place, and its quote below."""
    told = _shown(" ".join(reference(citation, language=language).split()))
    return f"[{citation.number}] [{told}]({link_of(citation, address)})\n{_quoted(citation)}"
