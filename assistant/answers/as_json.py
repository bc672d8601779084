"""An answer as the JSON that scripts read: the keys are a promise, added to and never renamed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.answers import Answer, AskedWithin, Citation
from assistant.locators import locator_to_json
from index.passages import Hit


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The object that ``majlis ask --json`` prints."""
    return {
        "question": answer.question,
        "understood_as": answer.understood_as,
        "answer": answer.text,
        "language": answer.language,
        "abstained": answer.abstained,
        "certainty": answer.certainty,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "alternatives": [
            {
                "answer": alternative.text,
                "language": alternative.language,
                "confidence": round(alternative.confidence, 4),
                "citation": citation_to_json(alternative.citation),
            }
            for alternative in answer.alternatives
        ],
        "hits": hits_to_json(answer.hits),
        "timings_ms": {stage: round(spent, 1) for stage, spent in answer.timings_ms.items()},
        "revision": answer.revision,
        "reader": answer.reader,
        "within": within_to_json(answer.within),
        "statements": [
            asdict(statement)
            | {"citations": list(statement.citations), "unfound": [list(one) for one in statement.unfound]}
            for statement in answer.statements
        ],
        "support": list(answer.support),
        "writing": answer.writing and asdict(answer.writing),
        "notice": answer.notice,
    }


def within_to_json(within: AskedWithin | None) -> dict[str, Any] | None:
    """What stands under ``within``: nothing where all articles were asked."""
    return None if within is None else asdict(within) | {"titles": list(within.titles)}


def hits_to_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The hits as ``majlis ask --json`` and ``majlis search --json`` print them, best first."""
    return [
        {
            "article_id": hit.passage.article_id,
            "title": hit.passage.title,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
            "dense": hit.dense and asdict(hit.dense),
            "lexical": hit.lexical and asdict(hit.lexical),
            "text": hit.passage.text,
        }
        for hit in hits
    ]


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """A citation as it stands in an answer."""
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "published": citation.published,
        "start": citation.start,
        "end": citation.end,
        "answer_start": citation.answer_start,
        "answer_end": citation.answer_end,
        "quote": citation.quote,
        **locator_to_json(citation.locator),
        "read_from_scan": citation.scan_confidence is not None,
        "scan_confidence": None if citation.scan_confidence is None else round(citation.scan_confidence, 3),
        "doubtful": [list(word) for word in citation.doubtful],
    }
