"""How well a network reads, the paragraph that answers given: F1 of the words of its best span.

``majlis eval run`` measures the reader, whose evidence may choose another sentence than the best span's.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from tokenizers import Tokenizer

from assistant.readers.onnx_spans import EncodedSpanModel, Ids
from assistant.readers.spans import Floats, SpanModel, best_span
from assistant.readers.wording import said_range
from assistant.training.model import SpanNetwork
from eval.metrics import f1

WAYS = [("en", "en"), ("ar", "ar"), ("en", "ar"), ("ar", "en")]  # question -> paragraph
Question = tuple[str, str, list[str]]  # question, paragraph, answers


def span_scores(
    folder: Path, tokenizer: Tokenizer, asked: int = 140
) -> Callable[[SpanNetwork], dict[str, float]]:
    """F1 of a network on the XQuAD and MLQA files, by ``"xquad en->ar"`` and so on, and the means.

    About ``asked`` questions of each way.
    """
    sets = {"xquad": _xquad(folder, asked), "mlqa": _mlqa(folder, asked)}

    def evaluate(network: SpanNetwork) -> dict[str, float]:
        model = in_torch(network, tokenizer)
        scores: dict[str, float] = {}
        for name, ways in sets.items():
            found = {
                f"{name} {a}->{b}": fmean(_f1(model, *question, b) for question in ways[a, b])
                for a, b in WAYS
            }
            scores |= {name: fmean(found.values())} | found
        return scores

    return evaluate


def _xquad(folder: Path, asked: int) -> dict[tuple[str, str], list[Question]]:
    """Both files have the same questions under the same ids."""
    sides = {language: _read(folder / f"xquad-dev.{language}.json") for language in ("en", "ar")}
    ids = _spread(sorted(sides["en"]), asked)
    return {(a, b): [(sides[a][one][0], *sides[b][one][1:]) for one in ids] for a, b in WAYS}


def _mlqa(folder: Path, asked: int) -> dict[tuple[str, str], list[Question]]:
    files = {(a, b): _read(folder / f"mlqa-dev.context-{b}.question-{a}.json") for a, b in WAYS}
    return {way: [found[one] for one in _spread(sorted(found), asked)] for way, found in files.items()}


def _spread(ids: Sequence[str], asked: int) -> Sequence[str]:
    """About so many of them, evenly."""
    return ids[:: max(1, len(ids) // asked)]


def in_torch(network: SpanNetwork, tokenizer: Tokenizer) -> EncodedSpanModel:
    """A network in training as a model that reads."""

    def run(ids: Ids, is_text: Ids) -> Floats:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            tokens = torch.tensor(ids).long()
            logits = network(tokens, torch.ones_like(tokens).bool(), torch.tensor(is_text).bool())
        read: Floats = logits.float().numpy()
        return read

    return EncodedSpanModel(tokenizer, run, "in training")


def _f1(model: SpanModel, question: str, paragraph: str, answers: list[str], language: str) -> float:
    span = best_span(model.read(question, [paragraph])[0], 0, len(paragraph))
    said = said_range(question, paragraph, (span.start, span.end), (0, len(paragraph))) if span else (0, 0)
    return f1(paragraph[slice(*said)], answers, language)


def _read(path: Path) -> dict[str, Question]:
    articles: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["data"]
    return {
        str(qa["id"]): (qa["question"], paragraph["context"], [answer["text"] for answer in qa["answers"]])
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    }
