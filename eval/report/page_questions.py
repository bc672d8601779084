"""Every question of a report as HTML: asked, gold, said, cited in its context, found, and what became of it.

Questions, answers and articles are hostile until escaped; each text runs in its own direction. Long hits
and contexts are cut, so that six hundred questions stay a page that opens at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from eval.measures.failures import RIGHT, RIGHTLY_SILENT
from eval.report.page_figures import slug
from eval.report.page_outcomes import outcome
from index.text.language import detect_language

HIT = 110  # characters of a passage
CONTEXT = 160  # characters before and after a quote
GOLD = 700  # characters of a gold article, around its answer

Record = Mapping[str, Any]
_RIGHT = {RIGHT, RIGHTLY_SILENT}
_MEASURES = (("sentence_match", "sentence match"), ("f1", "F1"), ("exact_match", "exact match"))


def question_items(questions: Sequence[Record], milliseconds: Sequence[float | None], section: int) -> str:
    """The questions in the order of the report, each closed until it is opened."""
    return "".join(
        _item(question, milliseconds[number] if number < len(milliseconds) else None, section, number + 1)
        for number, question in enumerate(questions)
    )


def spoke_without_gold(question: Record) -> bool:
    """Whether something was said with the gold articles taken out."""
    return bool((question.get("abstention") or {}).get("text"))


def told(tag: str, text: str, kind: str = "") -> str:
    """An element that holds an untrusted text in its own language and direction."""
    return f"<{tag}{_class(kind)}{_language(text)}>{escape(text)}</{tag}>"


def _item(question: Record, milliseconds: float | None, section: int, number: int) -> str:
    became = outcome(question)
    marks = " data-spoke" if spoke_without_gold(question) else ""
    asked = str(question.get("question", ""))
    return (
        f'<details class="q" id="q{section}-{number}" data-outcome="{slug(became)}"{marks}><summary>'
        f'<span class="no">{number}</span>{told("span", asked, "asked")}'
        f'<span class="tag {slug(became)}">{became}</span></summary>'
        f'<div class="told"><div>{"".join(_said(question, became))}</div>'
        f"<div>{_found(question)}</div>"
        f'<p class="small">{_figures(question, milliseconds)}</p></div></details>'
    )


def _said(question: Record, became: str) -> Iterator[str]:
    """What should have been said, and what was."""
    golds = question.get("answers")
    if golds is None:
        yield "<h4>Gold</h4><p>not known</p>"
    elif golds:
        listed = "".join(told("li", gold) for gold in golds)
        yield f'<h4>Gold</h4><ul class="golds find">{listed}</ul>'
    else:
        yield "<h4>Gold</h4><p>the articles do not answer it</p>"
    answering = question.get("answering")
    shown: list[str] = []
    if answering is not None:
        shown.append(answering.get("text", ""))
        yield from _answer("Answer", answering, golds or [])
        withheld = answering.get("withheld")
        if withheld and not answering.get("text"):
            held = {**withheld, "confidence": answering.get("confidence")}
            shown.append(withheld.get("text", ""))
            yield from _answer("Withheld, as too unsure", held, golds or [])
    if became not in _RIGHT:
        for gold in (question.get("gold") or [])[:1]:
            yield f"<h4>Gold article: {told('bdi', str(gold.get('title', '')))}</h4>"
            yield _gold_text(str(gold.get("text", "")), golds or [])
    reading = question.get("reading") or {}
    if reading.get("text") and reading["text"] not in shown:
        yield from _aside("Given the gold article, the reader says", reading, golds or [])
    abstention = question.get("abstention")
    if abstention is not None:
        yield from _aside("With the gold articles taken out", abstention, ())


def _answer(title: str, answer: Record, golds: Sequence[str]) -> Iterator[str]:
    text = str(answer.get("text", ""))
    yield f'<h4>{title}<span class="small">{_confidence(answer)}</span></h4>'
    if not text:
        yield '<p class="soft">silent</p>'
        return
    citations = answer.get("citations") or []
    if [citation.get("quote") for citation in citations] != [text]:
        yield _paragraph(_marked(text, golds), text, "answer find")
    for citation in citations:
        yield _citation(citation, golds)


def _citation(citation: Record, golds: Sequence[str]) -> str:
    """A quote where it stands, with what the gold says of it."""
    quote = str(citation.get("quote") or "")
    before, after = str(citation.get("before") or ""), str(citation.get("after") or "")
    verdicts = [
        {True: yes, False: no}[bool(citation[key])]
        for key, yes, no in (
            ("gold", "in a gold article", "not in a gold article"),
            ("answer", "holds a gold answer", "holds no gold answer"),
        )
        if citation.get(key) is not None
    ]
    place = f"characters {citation.get('start', '?')}–{citation.get('end', '?')}"
    number = f"[{escape(str(citation['number']))}] " if "number" in citation else ""
    title = str(citation.get("title") or citation.get("article_id", ""))
    cited = f"<mark>{_marked(quote, golds, _span(citation, quote))}</mark>"
    context = f"{escape(_tail(before))}{cited}{escape(_head(after, CONTEXT))}"
    return (
        f'<p class="source">{number}{told("bdi", title)} '
        f'<span class="small">{escape(", ".join([place, *verdicts]))}</span></p>'
        + _paragraph(context, quote, "context find")
    )


def _gold_text(text: str, golds: Sequence[str]) -> str:
    """The part of a gold article around its answer."""
    places = [place for gold in golds if (place := text.find(gold)) >= 0]
    start = max(0, min(places, default=0) - GOLD // 2)
    cut = text[start : start + GOLD]
    shown = f"{'… ' if start else ''}{_marked(cut, golds)}{' …' if start + GOLD < len(text) else ''}"
    return _paragraph(shown, cut, "context")


def _aside(title: str, answer: Record, golds: Sequence[str]) -> Iterator[str]:
    text = str(answer.get("text") or "")
    yield f'<h4>{title}<span class="small">{_confidence(answer)}</span></h4>'
    yield _paragraph(_marked(text, golds), text, "soft") if text else '<p class="soft">silent</p>'


def _found(question: Record) -> str:
    """The hits, and where each retriever had the gold article."""
    ranks = question.get("ranks") or {}
    where = " · ".join(
        f"{escape(leg)} {'not found' if rank is None else rank}" for leg, rank in ranks.items()
    )
    first = f'<p class="small">Gold article by rank: {where}</p>' if where else ""
    hits = question.get("hits")
    if not hits:
        return f"<h4>Hits</h4>{first}" if first else ""
    with_legs = any(hit.get("lexical") or hit.get("dense") for hit in hits)
    rows = "".join(_hit(place, hit, with_legs) for place, hit in enumerate(hits, start=1))
    legs = '<th scope="col">words</th><th scope="col">meaning</th>' if with_legs else ""
    return (
        f'<h4>Hits</h4>{first}<table class="hits"><thead><tr><th scope="col">#</th>'
        f'<th scope="col" class="wide">passage</th>{legs}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _hit(place: int, hit: Record, with_legs: bool) -> str:
    title, text = str(hit.get("title") or ""), str(hit.get("text") or "")
    legs = ""
    if with_legs:
        ranks = [(hit.get(leg) or {}).get("rank", "–") for leg in ("lexical", "dense")]
        legs = "".join(f"<td>{escape(str(rank))}</td>" for rank in ranks)
    gold = ' class="gold"' if hit.get("gold") else ""
    passage = f"{'<b>gold</b> ' if gold else ''}{told('bdi', title)}{told('p', _head(text, HIT))}"
    return f"<tr{gold}><td>{place}</td><td>{passage}</td>{legs}</tr>"


def _figures(question: Record, milliseconds: float | None) -> str:
    """The id and what was measured, in a line."""
    values = (question.get("values") or {}).get("answering") or {}
    parts = [f"<bdi class='find'>{escape(str(question['id']))}</bdi>"]
    parts += [f"{title} {values[key]:.2f}" for key, title in _MEASURES if key in values]
    if milliseconds:
        parts.append(f"{milliseconds:,.0f} ms")
    return " · ".join(parts)


def _confidence(answer: Record) -> str:
    confidence = answer.get("confidence")
    return "" if confidence is None else f" confidence {confidence:.2f}"


def _paragraph(inside: str, text: str, kind: str) -> str:
    return f"<p{_class(kind)}{_language(text)}>{inside}</p>"


def _language(text: str) -> str:
    language = detect_language(text)
    return f' lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"'


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _marked(text: str, golds: Sequence[str], span: tuple[int, int] = (0, 0)) -> str:
    """The text escaped, with the gold answers in it set off, and the span of it that answers."""
    wanted = sorted({gold for gold in golds if gold}, key=len, reverse=True)
    found = list(re.finditer("|".join(map(re.escape, wanted)), text)) if wanted else []
    before, inside, after = (
        _with_golds(text, start, end, found) for start, end in ((0, span[0]), span, (span[1], len(text)))
    )
    return f'{before}<mark class="span">{inside}</mark>{after}' if inside else before + after


def _with_golds(text: str, start: int, end: int, golds: Sequence[re.Match[str]]) -> str:
    """A part of the text, escaped; a gold answer that reaches into it is set off as far as it does."""
    ranges = [(max(start, gold.start()), min(end, gold.end())) for gold in golds]
    edges = sorted({start, end} | {edge for low, high in ranges if low < high for edge in (low, high)})
    return "".join(
        f"<b>{escape(text[left:right])}</b>"
        if any(low <= left < high for low, high in ranges)
        else escape(text[left:right])
        for left, right in pairwise(edges)
    )


def _span(citation: Record, quote: str) -> tuple[int, int]:
    """The answer's range in the quote: all of it where nothing else is known."""
    start, end = (
        citation.get(key, 0) - citation.get("start", 0) if isinstance(citation.get(key), int) else 0
        for key in ("answer_start", "answer_end")
    )
    return (start, end) if 0 <= start < end <= len(quote) else (0, len(quote))


def _head(text: str, length: int) -> str:
    """The beginning of a text, cut at a space."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"


def _tail(text: str) -> str:
    return text if len(text) <= CONTEXT else f"… {text[-CONTEXT:].split(' ', 1)[-1]}"
