"""What the command line prints: answers, hits and progress, as plain text for a person.

Answers go to standard output, progress to standard error. Arabic is printed as it is stored: the
terminal sets it right to left. An answer inside its sentence is bold; ``click.echo`` takes that off
where the output is not a terminal.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, TextIO

import click

from assistant.answers import Answer, Citation, Event, OnEvent, ignore, in_time, text_with_marks
from assistant.cli.written import written_lines
from assistant.locators import in_words
from index.filters import Filter
from index.passages import Hit
from index.progress import Progress, silent
from index.structure import visible
from index.text.language import detect_language

ABSTENTION = {
    "ar": "لا تجيب المقالات عن هذا السؤال.",
    "en": "The articles do not answer this question.",
}
NOTHING_KEPT = {
    "ar": "لا مقال يوافق ما حُدِّد، فلا شيء يُسأل.",
    "en": "No article fits this filter, so there was nothing to ask.",
}
NEAREST = {"ar": "أقرب المقاطع:", "en": "Nearest passages:"}
UNSURE = {
    "ar": "غير مؤكد. لعل الجواب في هذه الجملة:",
    "en": "Not sure. This sentence may answer:",
}
WITHIN = {"ar": "ضمن: {} (عدد المقالات: {})", "en": "Within: {} (articles: {})"}
UNDERSTOOD_WITHIN = {
    "ar": "فُهم السؤال ضمن: {} (عدد المقالات: {})؛ ولأخذه بلفظه: --literally",
    "en": "Understood as: within {} (articles: {}); to ask it as it stands: --literally",
}
UNDATED = {
    "ar": "مقالات تُركت لأنها بلا تاريخ، أو بلا تاريخ دقيق: {}",
    "en": "Left out, for they state no date or none so exact: {}",
}
UNADDED = {
    "ar": "مقالات تُركت لأن نسخة أقدم أضافتها ولم تسجّل متى: {}",
    "en": "Left out, for an older version took them in and did not note when: {}",
}
OUTSIDE = {
    "ar": "خارج هذا النطاق مقالات تجيب: أعد السؤال دون تحديد.",
    "en": "Other articles answer it: ask again without the filter.",
}
NOT_OUTSIDE = {"ar": "وليس في سائر المقالات جواب.", "en": "Nor do the other articles."}
OTHERWISE = {
    "": {"ar": "مقال آخر يقول غير ذلك:", "en": "Another article says otherwise:"},
    "earlier": {"ar": "مقال أقدم يقول غير ذلك:", "en": "An earlier article says otherwise:"},
    "later": {"ar": "مقال أحدث يقول غير ذلك:", "en": "A later article says otherwise:"},
}
SCANNED = {  # with how sure the recogniser is of the quote
    "ar": "قُرئ من صورة ممسوحة، بثقة {:.0%}",
    "en": "read from a scan, {:.0%} sure of the words",
}
PACED_AFTER = 2.0  # seconds of a stage, from which its rate can be told
SNIPPET = 160  # characters of a passage shown for a hit


class TerminalProgress:
    """Progress on standard error: one bar that moves on a terminal, a line each tenth otherwise."""

    def __init__(self) -> None:
        self._moving = sys.stderr.isatty()
        self._told: dict[str, int] = {}
        self._begun: dict[str, tuple[float, int]] = {}  # of each stage: when, and what was done by then

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not total:  # not known yet
            return
        if done <= self._begun.get(stage, (0.0, total + 1))[1]:  # the stage begins, or begins anew
            self._begun[stage] = monotonic(), done
        tenth = 10 * done // total
        told = self._told.get(stage, 0)
        self._told[stage] = tenth  # lower again where the stage begins anew
        if self._moving:
            bar = "█" * (2 * tenth) + "░" * (20 - 2 * tenth)
            line = f"\r{stage:<12} {bar} {done:,}/{total:,}{self._pace(stage, done, total)}\x1b[K"
            click.echo(line, err=True, nl=tenth == 10 > told)
        elif tenth > told:
            click.echo(f"{stage} {done:,}/{total:,}{self._pace(stage, done, total)}", err=True)

    def _pace(self, stage: str, done: int, total: int) -> str:
        """How many a second, and how long it will take yet; nothing before that can be told."""
        begun, before = self._begun[stage]
        seconds = monotonic() - begun
        if seconds < PACED_AFTER or done <= before:
            return ""
        rate = (done - before) / seconds
        left = (total - done) / rate
        if done == total:
            return f"  {rate:,.1f}/s"
        return f"  {rate:,.1f}/s, {f'{left / 60:,.0f} min' if left >= 100 else f'{left:.0f} s'} left"


_NEXT = "\x1e"  # as long as the line break that it stands for: offsets stay


def progress_for(as_json: bool) -> Progress:
    """The progress of a command: nothing where a program reads the output."""
    return silent if as_json else TerminalProgress()


def events_for(stream: TextIO) -> OnEvent:
    """Tells what is being done for an answer, on one line that goes when it is there; nothing to a file."""
    if not stream.isatty():
        return ignore

    def tell(event: Event) -> None:
        if event.stage == "done":
            stream.write("\r\x1b[K")
        elif event.total:
            stream.write(f"\r\x1b[K{event.stage} {min(event.done + 1, event.total)} of {event.total}")
        else:
            stream.write(f"\r\x1b[K{event.stage}")
        stream.flush()

    return tell


def answer_lines(answer: Answer) -> list[str]:
    """The answer with its citations, or the abstention with the nearest passages, line by line."""
    said = within_lines(answer)
    if answer.writing and answer.text:
        return [*said, *written_lines(answer), "", *_citation_lines(answer.citations, "")]
    if answer.notice:
        said += [one_line(answer.notice), ""]
    if answer.abstained:
        kept = answer.within is None or answer.within.articles > 0
        said.append((ABSTENTION if kept else NOTHING_KEPT)[answer.language])
        nearest = hit_lines(answer.hits[:3])
        return [*said, "", NEAREST[answer.language], *nearest] if nearest else said
    if answer.certainty == "sure":
        lines = [*said, *_text_lines(answer), "", *_citation_lines(answer.citations, answer.text)]
    else:
        lines = [*said, UNSURE[detect_language(answer.question)], "", *_citation_lines(answer.citations, "")]
    for alternative in answer.alternatives:
        citation = alternative.citation
        when = in_time(answer.citations[0], citation)
        lines += ["", OTHERWISE[when][detect_language(answer.question)]]
        lines += [f"{one_line(alternative.text)} [{citation.number}]", ""] if answer.sure else [""]
        lines += _citation_lines([citation], alternative.text if answer.sure else "")
    return lines


def within_lines(answer: Answer) -> list[str]:
    """What was asked, where that was not everything, and a line between; of a silence, what others say."""
    asked = answer.within
    if asked is None:
        return []
    language = detect_language(answer.question)
    filters = f"{asked.given} {asked.understood}".strip()
    between = "؛ " if language == "ar" else "; "
    names = between.join(map(one_line, asked.titles)) or one_line(filters)
    lead = UNDERSTOOD_WITHIN if asked.understood else WITHIN
    lines = [lead[language].format(names, asked.articles)]
    if asked.undated:
        fields = {one.field for one in Filter.parse(filters).conditions}
        told = UNADDED if "added" in fields and "published" not in fields else UNDATED
        lines.append(told[language].format(asked.undated))
    if asked.outside is not None:
        lines.append((OUTSIDE if asked.outside else NOT_OUTSIDE)[language])
    return [*lines, ""]


def _text_lines(answer: Answer) -> list[str]:
    """The text with its marks: a line for each statement that begins one, whatever breaks an article has."""
    text = answer.text
    for statement in answer.statements:
        if text[: statement.start].endswith("\n"):
            text = f"{text[: statement.start - 1]}{_NEXT}{text[statement.start :]}"
    return [one_line(line) for line in text_with_marks(replace(answer, text=text)).split(_NEXT)]


def _citation_lines(citations: Sequence[Citation], text: str) -> list[str]:
    """Where an answer stands: each citation with its quote, where that says more than the text."""
    lines = []
    for citation in citations:
        place = "".join(f"{one_line(told)}, " for told in [in_words(citation.locator, "en")] if told)
        lines += [
            f"[{citation.number}] {citation.title}{f' ({citation.published})' if citation.published else ''}",
            f"    {one_line(citation.source)}, {place}characters {citation.start}-{citation.end}",
        ]
        if citation.scan_confidence is not None:
            told = SCANNED[detect_language(citation.quote)]
            lines.append(f"    {told.format(citation.scan_confidence)}")
        if citation.quote != text:
            lines.append(f"    “{_with_answer_bold(citation)}”")
    return lines


def _with_answer_bold(citation: Citation) -> str:
    quote = citation.quote
    start, end = citation.within
    if end - start in (0, len(quote)):
        return one_line(quote)
    before, answer, after = (visible(part) for part in (quote[:start], quote[start:end], quote[end:]))
    return " ".join(f"{before}{click.style(answer, bold=True)}{after}".split())


def hit_lines(hits: Sequence[Hit]) -> list[str]:
    """Each hit as its title, where it came from, and how its passage begins."""
    lines = []
    for number, hit in enumerate(hits, start=1):
        legs = [
            f"{name} #{leg.rank}"
            for name, leg in (("words", hit.lexical), ("meaning", hit.dense))
            if leg is not None
        ]
        lines += [
            f"{number}. {hit.passage.title}  ({hit.score:.3f}; {', '.join(legs)})",
            f"   {shortened(hit.passage.text)}",
        ]
    return lines


def one_line(text: str) -> str:
    """The text on one line, without what would move the terminal's cursor or colour what follows."""
    return " ".join(visible(text).split())


def shortened(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= SNIPPET else line[:SNIPPET].rsplit(" ", 1)[0] + " …"


def table_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Records as aligned columns, the keys of the first as the header; [] for none."""
    if not rows:
        return []
    cells = [[*rows[0]], *([one_line(f"{value}") for value in row.values()] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
