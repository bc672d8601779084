"""Asks a file of questions of a folder of articles, and says of every answer whether it is right.

    python tests/golden.py assistant/samples/questions.json assistant/samples
    python tests/golden.py tests/golden/lavrov.json FOLDER-WITH-THE-LAVROV-ARTICLE
    python tests/golden.py store

A question is right when the first quoted sentence holds one of its ``evidence``, or else of its ``answers``,
and exact when the words said are in one of its ``answers`` or hold it. A question without answers is right
when Majlis is silent. ``store`` keeps what came of the samples' questions, against which ``test_samples``
holds every later version.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.answers import Answer
from assistant.pipeline import Assistant
from assistant.samples import sample_folder
from assistant.settings import Settings
from index.articles import read_articles
from index.embedders import load_embedder
from index.library import Library

STORED = Path(__file__).parent / "golden" / "samples.json"
THRESHOLD, NEAR = Settings().threshold, 0.02
WORST_FIRST = ("wrong", "wrongly spoke", "silent", "right", "right, exact", "rightly silent")

Record = Mapping[str, Any]


@contextmanager
def assistant_over(folder: Path) -> Iterator[Assistant]:
    """An assistant over the articles of the folder, until the block ends."""
    with TemporaryDirectory() as place:
        library = Library.create(Path(place) / "library", load_embedder())
        library.build(read_articles([folder], on_problem=print))
        yield Assistant(library)


def answers_to(questions: Path, assistant: Assistant, every: int = 1) -> Iterator[tuple[Record, Answer, str]]:
    """One of ``every`` so many questions with its answer and what came of it, in the order of the file."""
    for record in json.loads(questions.read_text(encoding="utf-8"))[::every]:
        answer = assistant.answer(record["question"])
        yield record, answer, outcome_of(record, answer)


def outcome_of(record: Record, answer: Answer) -> str:
    """One of ``WORST_FIRST``."""
    wanted = record.get("evidence") or record["answers"]
    if answer.abstained:
        return "silent" if wanted else "rightly silent"
    if not wanted:
        return "wrongly spoke"
    quotes = " ".join(citation.quote for citation in answer.citations[:1])
    if not any(text in f"{quotes} {answer.text}" for text in wanted):
        return "wrong"
    exact = any(text in answer.text or answer.text in text for text in record["answers"])
    return "right, exact" if exact else "right"


def differences(before: Mapping[str, str], asked: Sequence[tuple[Record, Answer, str]]) -> list[str]:
    """A line for each question of which something else came than before; what got worse first.

    Whether Majlis speaks or is silent so near to its threshold depends on the processor, and is passed over.
    """
    now = {record["id"]: outcome for record, _, outcome in asked}
    near = {record["id"] for record, answer, _ in asked if abs(answer.confidence - THRESHOLD) < NEAR}
    lines = []
    for name in before.keys() | now.keys():
        old, new = before.get(name, "not asked"), now.get(name, "not asked")
        turned = name in near and ("silent" in old) != ("silent" in new)
        if old != new and not turned:
            known = old in WORST_FIRST and new in WORST_FIRST
            worse = known and WORST_FIRST.index(new) < WORST_FIRST.index(old)
            lines.append((not worse, f"{'WORSE' if worse else 'other'}: {name}: {old} -> {new}"))
    return [line for _, line in sorted(lines)]


def main(questions: Path, folder: Path) -> dict[str, str]:
    """Prints every answer, then the counts; what came of each question, by id."""
    outcomes = {}
    counts: dict[str, Counter[str]] = {}
    with assistant_over(folder) as assistant:
        for record, answer, outcome in answers_to(questions, assistant):
            print(f"{outcome:<15} {answer.confidence:.2f}  {record['question']}\n{'':21} {answer.text}")
            counts.setdefault(record["language"], Counter())[outcome] += 1
            outcomes[record["id"]] = outcome
    for language, count in counts.items():
        print(
            f"{language}: {count.total()} questions:", ", ".join(f"{n} {o}" for o, n in count.most_common())
        )
    return outcomes


if __name__ == "__main__":
    if sys.argv[1:] == ["store"]:
        found = main(sample_folder() / "questions.json", sample_folder())
        STORED.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
