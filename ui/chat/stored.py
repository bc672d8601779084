"""Turns as the browser keeps them: JSON with enough to draw an answer again and to reopen its places.

What comes back from a browser may be anything: every field is checked for its shape and its length, and a
turn that does not hold is drawn as its question alone. Nothing here is believed of an article: a quote is cut
from the library again when its place is opened. No path of the server is handed out: of a source only what a
reader would cite (``ui.chat.reference``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from assistant.answers import Alternative, Answer, AskedWithin, Citation, Draft, Statement, Writing
from assistant.answers.as_json import within_to_json
from assistant.locators import locator_to_json
from assistant.transcript import locator_from_json
from index.errors import UserError
from index.filters import Filter
from index.passages import Hit, LegScore, Passage
from ui.calls import text_in
from ui.chat.reference import shown_source
from ui.render import ShownTurn

MOST_TURNS = 1000  # of a conversation that are drawn
MOST_HITS = 20  # of an answer that are kept
MOST_ITEMS = 1000  # of anything that an answer has many of
LONGEST_TEXT = 100_000  # characters of any one text

_RANGES = ("number", "start", "end", "answer_start", "answer_end")
_NAMES = ("article_id", "title", "source", "published", "quote", "content_hash")
_Item = TypeVar("_Item")


def turn_to_json(turn: ShownTurn) -> dict[str, Any]:
    """A turn to keep: its question, what came of it, and what the visitor said of that."""
    return {
        "question": turn.question,
        "problem": turn.problem,
        "stopped": turn.stopped,
        "opinion": turn.opinion,
        "opinion_id": turn.opinion_id,
        "answer": turn.answer and _answer_to_json(turn.answer),
        "draft": turn.draft and draft_to_json(turn.draft),
    }


def turn_from_json(data: Any) -> ShownTurn | None:
    """The turn that was kept; None where there is not even a question.

    One whose answer does not hold, or that never had one, is ``unreadable``.
    """
    try:
        question = _text(data, "question")
    except ValueError:
        return None
    try:
        problem, stopped = _text(data, "problem"), data.get("stopped") is True
        answer = _answer(data["answer"]) if data.get("answer") is not None else None
        draft = _draft(data["draft"]) if stopped and data.get("draft") is not None else None
    except (ValueError, KeyError):
        return ShownTurn(question, unreadable=True)
    return ShownTurn(
        question,
        answer,
        problem,
        stopped=stopped,
        unreadable=not (answer or problem or stopped),
        opinion=text_in(data, "opinion"),
        opinion_id=text_in(data, "opinion_id"),
        draft=draft,
    )


def turns_from_json(data: Any) -> tuple[ShownTurn, ...]:
    """The turns that were kept, oldest first, without those that are none."""
    kept = data[:MOST_TURNS] if isinstance(data, list) else []
    return tuple(turn for turn in map(turn_from_json, kept) if turn)


def draft_to_json(draft: Draft) -> dict[str, Any] | None:
    """What is written of an answer so far, to keep where it is stopped; None for nothing."""
    told = {"text": draft.text, "language": draft.language}
    return told | {"statements": _statements_to_json(draft.statements)} if draft.text else None


def _statements_to_json(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    return [
        asdict(statement)
        | {"citations": list(statement.citations), "unfound": [list(one) for one in statement.unfound]}
        for statement in statements
    ]


def _answer_to_json(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "understood_as": answer.understood_as,
        "text": answer.text,
        "language": answer.language,
        "sure": answer.sure,
        "confidence": answer.confidence,
        "revision": answer.revision,
        "reader": answer.reader,
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "statements": _statements_to_json(answer.statements),
        "alternatives": [
            {
                "text": alternative.text,
                "language": alternative.language,
                "confidence": alternative.confidence,
                "citation": _citation_to_json(alternative.citation),
            }
            for alternative in answer.alternatives
        ],
        "hits": [_hit_to_json(hit) for hit in answer.hits[:MOST_HITS]],
        "within": within_to_json(answer.within),
        "writing": answer.writing and asdict(answer.writing),
        "notice": answer.notice,
    }


def _citation_to_json(citation: Citation) -> dict[str, Any]:
    told = asdict(citation) | locator_to_json(citation.locator) | {"source": shown_source(citation.source)}
    del told["locator"], told["doubtful"]
    return told


def _hit_to_json(hit: Hit) -> dict[str, Any]:
    return {
        "passage": asdict(hit.passage) | {"source": shown_source(hit.passage.source)},
        "score": hit.score,
        "dense": hit.dense and asdict(hit.dense),
        "lexical": hit.lexical and asdict(hit.lexical),
        "matched_terms": list(hit.matched_terms),
    }


def _answer(data: Any) -> Answer:
    text = _text(data, "text")
    citations = tuple(_list(data, "citations", _citation))
    alternatives = tuple(_list(data, "alternatives", _alternative))
    numbers = [citation.number for citation in (*citations, *(other.citation for other in alternatives))]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"citations are numbered {numbers}")
    statements = tuple(_list(data, "statements", _statement))
    for statement in statements:
        if not (0 <= statement.start <= statement.end <= len(text) and {*statement.citations} <= {*numbers}):
            raise ValueError(f"{statement} is not of this answer")
    return Answer(
        question=_text(data, "question"),
        understood_as=_text(data, "understood_as"),
        text=text,
        language=_language(data),
        citations=citations,
        confidence=_share(data, "confidence"),
        hits=tuple(_list(data, "hits", _hit)),
        timings_ms={},
        alternatives=alternatives,
        statements=statements,
        revision=_whole(data, "revision"),
        reader=_text(data, "reader"),
        sure=data.get("sure") is True,
        within=_within(data["within"]) if data.get("within") is not None else None,
        writing=_writing(data["writing"]) if data.get("writing") is not None else None,
        notice=_text(data, "notice") if "notice" in data else "",
    )


def _draft(data: Any) -> Draft:
    text, statements = _text(data, "text"), tuple(_list(data, "statements", _statement))
    if not all(0 <= statement.start <= statement.end <= len(text) for statement in statements):
        raise ValueError("a statement is not of this text")
    return Draft(text, _language(data), statements)


def _writing(data: Any) -> Writing:
    tokens = (_whole(data, name) for name in ("prompt_tokens", "completion_tokens"))
    return Writing(_text(data, "model"), *tokens)


def _within(data: Any) -> AskedWithin:
    outside = _mapping(data).get("outside")
    if outside is not None and not isinstance(outside, bool):
        raise ValueError(f"outside is {outside!r}")
    try:
        given, understood = (str(Filter.parse(_text(data, name))) for name in ("given", "understood"))
    except UserError as error:
        raise ValueError(f"no filter: {error}") from error
    titles = tuple(_list(data, "titles", lambda title: _text({"": title}, "")))
    return AskedWithin(given, understood, _whole(data, "articles"), _whole(data, "undated"), titles, outside)


def _citation(data: Any) -> Citation:
    fields: dict[str, Any] = {name: _whole(data, name) for name in _RANGES}
    fields |= {name: _text(data, name) for name in _NAMES}
    scanned = None if data.get("scan_confidence") is None else _share(data, "scan_confidence")
    return Citation(**fields, locator=locator_from_json(data), scan_confidence=scanned)


def _alternative(data: Any) -> Alternative:
    citation = _citation(_mapping(data).get("citation"))
    return Alternative(_text(data, "text"), _language(data), citation, _share(data, "confidence"))


def _statement(data: Any) -> Statement:
    numbers = tuple(_list(data, "citations", lambda number: _whole({"": number}, "")))
    start, end = _whole(data, "start"), _whole(data, "end")
    supported = data.get("supported", True)  # those of older answers say nothing of it
    if not isinstance(supported, bool):
        raise ValueError(f"supported is {supported!r}")
    unfound = tuple(_list(data, "unfound", _range)) if "unfound" in data else ()
    if not all(start <= low <= high <= end for low, high in unfound):
        raise ValueError(f"unfound is {unfound}, not inside {start}-{end}")
    return Statement(start, end, numbers, supported, unfound)


def _range(data: Any) -> tuple[int, int]:
    if not isinstance(data, list) or len(data) != 2:
        raise ValueError(f"{data!r} is no range")
    start, end = (_whole({"": place}, "") for place in data)
    return start, end


def _hit(data: Any) -> Hit:
    told = _mapping(_mapping(data).get("passage"))
    passage = Passage(
        language=_language(told),
        start=_whole(told, "start"),
        end=_whole(told, "end"),
        **{name: _text(told, name) for name in ("article_id", "title", "source", "text")},
    )
    if len(passage.text) != passage.end - passage.start:
        raise ValueError(f"{passage.article_id}: {passage.text!r} is not {passage.start}-{passage.end}")
    return Hit(
        passage,
        _number(data, "score"),
        _leg(data, "dense"),
        _leg(data, "lexical"),
        tuple(_list(data, "matched_terms", lambda term: _text({"": term}, ""))),
    )


def _leg(data: Any, name: str) -> LegScore | None:
    leg = _mapping(data).get(name)
    return None if leg is None else LegScore(_whole(leg, "rank"), _number(leg, "score"))


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ValueError(f"{data!r} is no object")
    return data


def _list(data: Any, name: str, item: Callable[[Any], _Item]) -> Sequence[_Item]:
    found = _mapping(data).get(name)
    if not isinstance(found, list) or len(found) > MOST_ITEMS:
        raise ValueError(f"{name} is no list of at most {MOST_ITEMS}")
    return [item(one) for one in found]


def _text(data: Any, name: str) -> str:
    found = _mapping(data).get(name)
    if not isinstance(found, str) or len(found) > LONGEST_TEXT:
        raise ValueError(f"{name} is no text of at most {LONGEST_TEXT} characters")
    return found.encode("utf-8", "replace").decode()  # a half of a surrogate pair is no text


def _language(data: Any) -> str:
    found = _text(data, "language")
    if found not in ("ar", "en"):
        raise ValueError(f"{found!r} is no language of an article")
    return found


def _whole(data: Any, name: str) -> int:
    found = _mapping(data).get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**53:
        raise ValueError(f"{name} is {found!r}")
    return found


def _number(data: Any, name: str) -> float:
    found = _mapping(data).get(name)
    if not isinstance(found, int | float) or isinstance(found, bool) or not abs(found) < 1e9:
        raise ValueError(f"{name} is {found!r}")
    return float(found)


def _share(data: Any, name: str) -> float:
    found = _number(data, name)
    if not 0 <= found <= 1:
        raise ValueError(f"{name} is {found!r}")
    return found
