"""Questions and answers to the HTML of the conversation: pure functions.

Every text that comes from an article or a person is escaped. A button carries what it asks for in
``data-`` attributes, which ``chat.js`` hands to the app. The texts of the interface are in the page's
language; what is said about a question is in the question's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePath

from assistant.answers import Answer, Citation
from index.analysis import analyse, is_stop
from index.articles import detect_language
from index.passages import Hit
from ui.paragraphs import direction, inline, paragraphs
from ui.words import ARABIC, ENGLISH, Words, count_articles, words_in

NEAREST = 3  # passages shown in an abstention


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with what its article said when it was cited."""

    citation: Citation
    quote: str
    published: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: nothing yet, an answer, or a problem."""

    question: str
    answer: Answer | None = None
    sources: tuple[Source, ...] = ()
    problem: str = ""


def header(articles: int, languages: Mapping[str, int], words: Words) -> str:
    """The name, how many articles there are, a new chat, and the switch between the two languages."""
    switches = "".join(
        f'<button type="button" data-language="{code}" lang="{code}" title="{name}" aria-label="{name}" '
        f'aria-pressed="{"true" if code == words.language else "false"}">{label}</button>'
        for code, label, name in (("en", "EN", "English"), ("ar", "ع", "العربية"))
    )
    return (
        f'<header data-send="{words.send}" lang="{words.language}" dir="{words.direction}">'
        '<span class="name">Majlis <span lang="ar">مجلس</span></span>'
        f'<span class="count">{_library_size(articles, languages, words) if articles else ""}</span>'
        f'<a class="new" href="?lang={words.language}">{words.new_chat}</a>'
        f'<span class="switch" role="group" aria-label="{words.switch}">{switches}</span></header>'
    )


def welcome(examples: Sequence[str], words: Words) -> str:
    """What the page is, and questions to begin with, those in the page's language first."""
    ordered = sorted(examples, key=lambda question: detect_language(question) != words.language)
    chips = "".join(
        f'<li><button type="button" class="chip" dir="{direction(question)}" '
        f'data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in ordered
    )
    listed = f'<h2>{words.examples}</h2><ul class="chips">{chips}</ul>' if chips else ""
    return _log(f'<div class="welcome"><h1>{words.title}</h1><p>{words.about}</p>{listed}</div>', words)


def no_answers_yet(problem: str, command: str, words: Words) -> str:
    """What to do where nothing can be asked: a problem with its remedy, or the command that adds articles."""
    told = f'<p class="problem" dir="auto">{escape(problem)}</p>' if problem else ""
    line = f'<pre dir="ltr"><code>{escape(command)}</code></pre>' if command else ""
    opening = words.no_library if problem else words.no_articles
    return _log(f'<div class="welcome"><h1>{words.title}</h1><p>{opening}</p>{told}{line}</div>', words)


def conversation(turns: Sequence[Turn], words: Words) -> str:
    """All questions with what came of them, oldest first."""
    return _log("".join(_turn(turn, number, words) for number, turn in enumerate(turns)), words)


def plain_text(turn: Turn) -> str:
    """An answer and its sources as text to paste elsewhere."""
    assert turn.answer is not None
    sources = []
    for source in turn.sources:
        citation = source.citation
        quote = f"\n“{source.quote}”" if source.quote != turn.answer.text else ""
        place = ", ".join(part for part in (citation.source, source.published) if part)
        sources.append(f"[{citation.number}] {citation.title} ({place}){quote}")
    marks = "".join(f"[{source.citation.number}]" for source in turn.sources)
    return "\n".join([f"{turn.answer.text} {marks}", "", *sources])


def source_name(source: str) -> str:
    """Where an article came from, short enough to read: a file's name, or a link to a web address."""
    text = escape(source)
    if source.startswith(("https://", "http://")):
        return f'<a href="{text}" target="_blank" rel="noopener noreferrer" dir="ltr">{text}</a>'
    return f'<bdi title="{text}">{escape(PurePath(source).name)}</bdi>'


def passage_cards(hits: Sequence[tuple[int, Hit]], turn: int, words: Words) -> str:
    """Passages with their places among the hits, each to open, each with why it was found."""
    return f'<ul class="passages">{"".join(_card(hit, place, turn, words) for place, hit in hits)}</ul>'


def why(hit: Hit, words: Words) -> str:
    """Why a passage was found, in plain words: its place by words and by meaning, and the words it shares."""
    reasons = [words.by_words.format(hit.lexical.rank) if hit.lexical else words.not_by_words]
    if hit.dense:
        reasons.append(words.by_meaning.format(hit.dense.rank))
    shared = shared_words(hit)
    if shared:
        reasons.append(f"{words.shared_words} {' · '.join(map(inline, shared))}")
    return ". ".join(reasons) + "."


def shared_words(hit: Hit) -> list[str]:
    """The words of the passage, as it writes them, whose terms are in the question; each term once."""
    text, seen = hit.passage.text, dict[str, str]()
    for term in analyse(text):
        if term.text in hit.matched_terms and not is_stop(term.text):
            seen.setdefault(term.text, text[term.start : term.end])
    return list(seen.values())


def _card(hit: Hit, place: int, turn: int, words: Words) -> str:
    passage = hit.passage
    side = direction(passage.text, words_in(passage.language).direction)
    return (
        '<li><button type="button" class="open" data-kind="passage" '
        f'data-turn="{turn}" data-number="{place}">'
        f'<span class="title" dir="{direction(passage.title)}">{escape(passage.title)}</span>'
        f'<span class="text" dir="{side}">{escape(passage.text)}</span></button>'
        f'<details class="why"><summary>{words.why}</summary><p>{why(hit, words)}</p></details></li>'
    )


def _library_size(articles: int, languages: Mapping[str, int], words: Words) -> str:
    parts = [
        name.format(f"{languages[code]:,}")
        for code, name in zip(("ar", "en"), words.languages, strict=True)
        if languages.get(code)
    ]
    return " · ".join([count_articles(articles, words.language), *(parts if len(parts) > 1 else [])])


def _log(inside: str, words: Words) -> str:
    return (
        f'<div class="log" role="log" aria-live="polite" tabindex="0" aria-label="{words.conversation}" '
        f'lang="{words.language}" dir="{words.direction}">{inside}</div>'
    )


def _turn(turn: Turn, number: int, words: Words) -> str:
    if turn.problem:
        reply = (
            f'<div class="reply problem"><p>{words.problem}</p><p dir="auto">{escape(turn.problem)}</p></div>'
        )
    elif turn.answer is None:
        reply = f'<div class="reply searching"><p>{words.searching}</p></div>'
    elif turn.answer.abstained:
        reply = _abstention(turn.answer, number, words)
    else:
        reply = _reply(turn, turn.answer, number, words)
    return f'<div class="turn"><div class="question">{paragraphs(turn.question)}</div>{reply}</div>'


def _abstention(answer: Answer, number: int, words: Words) -> str:
    said = words_in(answer.language)
    nearest = ""
    if answer.hits:
        cards = passage_cards(list(enumerate(answer.hits[:NEAREST], start=1)), number, words)
        nearest = f'<p dir="{said.direction}" lang="{said.language}" class="note">{said.nearest}</p>{cards}'
    return (
        f'<div class="reply abstention">{_understood(answer)}'
        f'<p dir="{said.direction}" lang="{said.language}">{said.abstained}</p>{nearest}</div>'
    )


def _reply(turn: Turn, answer: Answer, number: int, words: Words) -> str:
    rows = "".join(
        f'<li><button type="button" class="source" data-kind="citation" data-turn="{number}" '
        f'data-number="{source.citation.number}"><span class="number">[{source.citation.number}]</span> '
        f"{inline(source.citation.title)}</button></li>"
        for source in turn.sources
    )
    cites = _cites(turn, answer, number, words)
    answered = paragraphs(answer.text, inserts=cites, otherwise=words_in(answer.language).direction)
    note = ""
    if detect_language(answer.question) != answer.language:
        about = ARABIC if answer.language == "ar" else ENGLISH
        side = direction(about.other_language)
        note = f'<p class="note" dir="{side}">{about.other_language}</p>'
    return (
        f'<div class="reply" lang="{answer.language}">{_understood(answer)}'
        f'<div class="answer">{answered}</div>'
        f'{note}<div lang="{words.language}"><ul class="sources">{rows}</ul>'
        f'<button type="button" class="copy" data-copy="{escape(plain_text(turn))}" '
        f'data-copied="{words.copied}">{words.copy}</button></div></div>'
    )


def _understood(answer: Answer) -> str:
    if answer.understood_as == " ".join(answer.question.split()):
        return ""
    said = words_in(detect_language(answer.question))
    return f'<p class="note" dir="{said.direction}">{said.understood} {inline(answer.understood_as)}</p>'


def _cites(turn: Turn, answer: Answer, number: int, words: Words) -> dict[int, str]:
    """The marks [1] [2] by their offset in the answer: the end of the quote, else of the text."""
    marks: dict[int, str] = {}
    end = 0
    for source in turn.sources:
        found = answer.text.find(source.quote, end) if source.quote else -1
        end = len(answer.text.rstrip()) if found < 0 else found + len(source.quote)
        label = escape(words.citation.format(source.citation.number))
        marks[end] = marks.get(end, "") + (
            f'<button type="button" class="cite" dir="ltr" data-kind="citation" data-turn="{number}" '
            f'data-number="{source.citation.number}" aria-label="{label}" title="{label}">'
            f"[{source.citation.number}]</button>"
        )
    return marks
