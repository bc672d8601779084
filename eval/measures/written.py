"""How well a written answer stands on what it cites, and what it cost.

Support is what the reader's own check found: the share of the statements that the articles say. Precision and
recall of citations need no check of ours: a citation is right where it lies in a gold article, and a
statement is attributed where one of its citations is (Gao et al. 2023, ALCE, with the gold articles in place
of an entailment model). A statement that needs a citation is every one that is counted: greetings and the
like are none. Leaves out whether the answer is right: that is measured as any other.
"""

from collections.abc import Sequence, Set
from typing import Any

from assistant.answers import Answer


def written_values(answer: Answer, gold: Set[str]) -> dict[str, float]:
    """The measures of an answer that a model wrote; ``gold`` are the ids of the articles that answer.

    ``support``: of the statements those supported. Where there is a gold article also ``citation_precision``:
    of the citations that statements stand on those in a gold article; ``citation_recall``: of the statements
    those supported with a citation in one. ``flagged``: statements with a figure, name or date that stands in
    no passage. 0 where there is nothing to count.
    """
    statements = answer.statements
    supported, count = answer.support
    place = {citation.number: citation.article_id for citation in answer.citations}
    values = {
        "support": _share(supported, count),
        "flagged": _share(sum(bool(one.unfound) for one in statements), count),
    }
    if gold:
        cited = [place[number] for one in statements for number in one.citations]
        attributed = [
            one
            for one in statements
            if one.supported and any(place[number] in gold for number in one.citations)
        ]
        values["citation_precision"] = _share(sum(name in gold for name in cited), len(cited))
        values["citation_recall"] = _share(len(attributed), count)
    return values


def written_json(answer: Answer) -> dict[str, Any] | None:
    """What is stored of the writing; None where no model was asked."""
    if answer.writing is None and not answer.notice:
        return None
    supported, count = answer.support if answer.writing else (0, 0)
    return {
        "model": answer.writing.model if answer.writing else "",
        "prompt_tokens": answer.writing.prompt_tokens if answer.writing else 0,
        "completion_tokens": answer.writing.completion_tokens if answer.writing else 0,
        "statements": count,
        "supported": supported,
        "notice": answer.notice,
    }


def cost(written: Sequence[dict[str, Any]]) -> dict[str, float] | None:
    """Over all the questions: how many a model answered, its tokens a question, and its statements.

    None where none was asked. Tokens are 0 where the endpoint does not count them.
    """
    asked = [one for one in written if one["model"]]
    if not written:
        return None
    statements = sum(one["statements"] for one in asked)
    return {
        "questions": len(written),
        "written": len(asked),
        "statements": statements,
        "supported": sum(one["supported"] for one in asked),
        "prompt_tokens": _share(sum(one["prompt_tokens"] for one in asked), len(asked)),
        "completion_tokens": _share(sum(one["completion_tokens"] for one in asked), len(asked)),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
