"""Feedback as questions with known answers, in the form of one's own questions (``eval.data.jsonl``).

An answer that a person called right is the gold answer, and so is a silence. A passage that was chosen as the
right one says which article is, and as ``evidence`` which part of it. An answer that was only called wrong
says nothing of what is right: it is left out. Of feedback on the same question the newest counts.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from assistant.feedback import Feedback
from assistant.transcript import citation_to_json, turn_to_json


def feedback_questions(kept: Iterable[Feedback]) -> tuple[list[dict[str, Any]], Counter[str]]:
    """The questions, oldest first, and how many were left out for which reason."""
    newest: dict[tuple[str, ...], Feedback] = {}
    left_out: Counter[str] = Counter()
    for feedback in kept:
        key = (*(turn.question for turn in feedback.turns), feedback.question)
        left_out["said again later"] += newest.pop(key, None) is not None
        newest[key] = feedback
    questions = []
    for feedback in newest.values():
        gold = _gold(feedback)
        if gold is None:
            left_out["called wrong without a right passage"] += 1
        else:
            questions.append(_question(feedback) | gold)
    return questions, +left_out


def _gold(feedback: Feedback) -> dict[str, Any] | None:
    gold: dict[str, Any] = {}
    if feedback.verdict == "up":
        gold["answers"] = list(dict.fromkeys(citation.answer for citation in feedback.citations))
        gold["article_ids"] = list(dict.fromkeys(citation.article_id for citation in feedback.citations))
        if feedback.answer and not gold["answers"]:  # such as how many articles there are
            return None
    if right := feedback.right:
        gold["article_ids"] = [right.article_id]
        gold["evidence"] = {name: getattr(right, name) for name in ("article_id", "start", "end", "text")}
        if right.article_id not in {citation.article_id for citation in feedback.citations}:
            gold.pop("answers", None)  # they are not in it
    return gold or None


def _question(feedback: Feedback) -> dict[str, Any]:
    """The question with what was answered then, which ``eval.replay`` compares."""
    turns = {"turns": [turn_to_json(turn) for turn in feedback.turns]} if feedback.turns else {}
    note = {"note": feedback.note} if feedback.note else {}
    return {
        "id": feedback.id,
        "question": feedback.question,
        **turns,
        "language": feedback.language,
        "answer": feedback.answer,
        "certainty": feedback.certainty,
        "citations": [citation_to_json(citation) for citation in feedback.citations],
        "revision": feedback.revision,
        "reader": feedback.reader,
        "at": feedback.at,
        **note,
    }
