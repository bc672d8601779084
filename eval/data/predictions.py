"""Predictions as SQuAD's evaluation reads them: one JSON object, the answer's text by the question's id.

In place of a text may stand ``{"text": ..., "confidence": 0..1}``, so that a system that knows how sure it is
can be measured for that too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.data.file import DatasetFile, write_text


@dataclass(frozen=True, slots=True)
class PredictedText:
    """A system's answer; an empty text is an abstention, ``confidence`` None is not known."""

    text: str
    confidence: float | None = None


def read_predictions(source: DatasetFile) -> dict[str, PredictedText]:
    """The predictions by question id."""
    content = source.json()
    if not isinstance(content, dict):
        if not source.problems:
            source.problem("file", 'not predictions, {"question id": "answer"}')
        return {}
    predictions = {}
    for question_id, given in content.items():
        entry = given if isinstance(given, dict) else {"text": given}
        text, confidence = entry.get("text"), entry.get("confidence")
        sure = confidence is None or (type(confidence) in (int, float) and 0 <= confidence <= 1)
        if isinstance(text, str) and sure:
            predictions[question_id] = PredictedText(text, confidence)
        else:
            source.problem(f"id {question_id!r}", 'not a text, nor {"text": ..., "confidence": 0..1}')
    return predictions


def write_predictions(path: Path, texts: Mapping[str, str]) -> None:
    """Writes the answers by question id."""
    write_text(path, json.dumps(texts, ensure_ascii=False, indent=1) + "\n", "--predictions-out")
