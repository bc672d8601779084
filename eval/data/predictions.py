"""Predictions as SQuAD's evaluation reads them: one JSON object, the answer's text by the question's id.

In place of a text may stand ``{"text": ..., "confidence": 0..1}``, so that a system that knows how sure it is
can be measured for that too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.data.packed import PackedFile
from index.errors import UserError


@dataclass(frozen=True, slots=True)
class PredictedText:
    """What a system said; an empty text is an abstention, ``confidence`` None is not known."""

    text: str
    confidence: float | None = None


def read_predictions(source: PackedFile) -> dict[str, PredictedText]:
    """The predictions by question id."""
    content = source.json()
    if not isinstance(content, dict):
        if not source.problems:
            source.problem("file", 'not predictions, {"question id": "answer"}')
        return {}
    predictions = {}
    for question_id, said in content.items():
        text, confidence = (
            (said.get("text"), said.get("confidence")) if isinstance(said, dict) else (said, None)
        )
        sure = confidence is None or (type(confidence) in (int, float) and 0 <= confidence <= 1)
        if isinstance(text, str) and sure:
            predictions[question_id] = PredictedText(text, confidence)
        else:
            source.problem(f"id {question_id!r}", 'not a text, nor {"text": ..., "confidence": 0..1}')
    return predictions


def write_predictions(path: Path, texts: Mapping[str, str]) -> None:
    """Writes the answers by question id."""
    try:
        path.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{path}: cannot be written ({error.strerror}); name another --predictions-out"
        ) from error
