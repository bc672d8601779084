"""How well a network reads, the paragraph that answers given: F1 of the words of its best span.

``majlis eval run`` measures the reader, whose evidence may choose another sentence than the best span's.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from assistant.bundled import EncodedSpanModel, Ids
from assistant.spans import Floats, SpanModel, best_span
from assistant.training.model import SpanNetwork
from assistant.wording import said_range
from eval.metrics import f1

WAYS = [("en", "en"), ("ar", "ar"), ("en", "ar"), ("ar", "en")]  # question -> paragraph
EVERY = 6  # of the questions one is asked: enough to see whether it gets better


def span_scores(folder: Path, tokenizer: Tokenizer) -> Callable[[SpanNetwork], dict[str, float]]:
    """F1 by ``"en->ar"`` and so on, of a network on the XQuAD files of the folder."""
    sides = {language: _read(folder / f"xquad-dev.{language}.json") for language in ("en", "ar")}
    ids = sorted(sides["en"])[::EVERY]

    def evaluate(network: SpanNetwork) -> dict[str, float]:
        model = in_torch(network, tokenizer)
        return {
            f"{a}->{b}": sum(_f1(model, sides[a][one][0], *sides[b][one][1:], b) for one in ids) / len(ids)
            for a, b in WAYS
        }

    return evaluate


def in_torch(network: SpanNetwork, tokenizer: Tokenizer) -> EncodedSpanModel:
    """A network in training as a model that reads."""

    def run(ids: Ids, mask: Ids, passage: Ids) -> Floats:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            logits = network(
                torch.tensor(ids).long(), torch.tensor(mask).bool(), torch.tensor(passage).bool()
            )
        read: Floats = logits.float().numpy()
        return read

    return EncodedSpanModel(tokenizer, run, "in training")


def _f1(model: SpanModel, question: str, paragraph: str, answers: list[str], language: str) -> float:
    span = best_span(model.read(question, [paragraph])[0], 0, len(paragraph))
    said = said_range(question, paragraph, (span.start, span.end), (0, len(paragraph))) if span else (0, 0)
    return f1(paragraph[slice(*said)], answers, language)


def _read(path: Path) -> dict[str, tuple[str, str, list[str]]]:
    articles: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["data"]
    return {
        str(qa["id"]): (qa["question"], paragraph["context"], [answer["text"] for answer in qa["answers"]])
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    }
