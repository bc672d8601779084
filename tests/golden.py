"""Asks a file of questions of a folder of articles, and prints every answer: what a person would see.

    python tests/golden.py assistant/samples/questions.json assistant/samples
    python tests/golden.py tests/golden/lavrov.json FOLDER-WITH-THE-LAVROV-ARTICLE

A question is right when the first quoted sentence holds one of its ``evidence``, or else of its ``answers``,
and exact when the words said are in one of its ``answers`` or hold it. A question without answers is right
when Majlis is silent. Its own command, not a test: it needs the articles, and its numbers are the reader's,
which are looked at and not asserted.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.pipeline import Assistant
from index.articles import read_articles
from index.embedders import load_embedder
from index.library import Library


def main(questions: Path, folder: Path) -> None:
    outcomes: dict[str, Counter[str]] = {}
    with TemporaryDirectory() as place:
        library = Library.create(Path(place) / "library", load_embedder())
        library.build(read_articles([folder], on_problem=print))
        assistant = Assistant(library)
        for record in json.loads(questions.read_text(encoding="utf-8")):
            answer = assistant.answer(record["question"])
            wanted = record.get("evidence") or record["answers"]
            if answer.abstained:
                outcome = "silent" if wanted else "rightly silent"
            elif not wanted:
                outcome = "wrongly spoke"
            else:
                quotes = " ".join(
                    citation.quote(assistant.article(citation.article_id))
                    for citation in answer.citations[:1]
                )
                right = any(text in f"{quotes} {answer.text}" for text in wanted)
                exact = any(text in answer.text or answer.text in text for text in record["answers"])
                outcome = ("right, exact" if exact else "right") if right else "wrong"
            print(f"{outcome:<15} {answer.confidence:.2f}  {record['question']}\n{'':21} {answer.text}")
            outcomes.setdefault(record["language"], Counter())[outcome] += 1
    for language, counts in outcomes.items():
        print(
            f"{language}: {counts.total()} questions:", ", ".join(f"{n} {o}" for o, n in counts.most_common())
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
