"""Questions that are the last of a conversation: read from a file, and measured as they are understood."""

import json
from pathlib import Path
from typing import Any

from assistant.caching import CachingEmbedder
from assistant.settings import Settings
from eval.data.loading import load_dataset
from eval.example_run import ExampleRunner
from index.embedders import HashingEmbedder
from index.library import Library

TEXT = "The astronomical clock was built by Jan Ondrej in 1410. It cost 40 marks.\n"


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "clock.txt").write_text(TEXT, encoding="utf-8")
    path = folder / "asked.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_follow_up_is_searched_and_read_as_it_is_understood(tmp_path: Path) -> None:
    row = {
        "id": "c1",
        "turns": [{"question": "Who built the astronomical clock?"}],
        "question": "How much did it cost?",
        "answers": ["40 marks"],
        "article_ids": ["clock.txt"],
    }
    path = written(tmp_path, row, {**row, "id": "c2", "turns": []})
    dataset = load_dataset(path, articles=[tmp_path / "clock.txt"])
    followed, alone = dataset.examples
    assert (followed.turns, alone.turns) == (("Who built the astronomical clock?",), ())
    embedder = CachingEmbedder(HashingEmbedder())
    library = Library.create(tmp_path / "library", embedder)
    library.build(dataset.articles)
    runner = ExampleRunner(library, ["lexical"], Settings(), embedder)
    seen = runner.run(followed)
    assert seen.details["understood_as"] == "How much did the astronomical clock cost?"
    assert seen.values["answering"]["sentence_match"] == 1
    assert seen.example is followed
    assert "understood_as" not in runner.run(alone).details


def test_turns_that_are_none_are_told(tmp_path: Path) -> None:
    row = {"question": "And when?", "answers": ["1410"], "article_ids": ["clock.txt"]}
    bad = [[{"answer": "x"}], ["Who?"], "Who?", {"question": "Who?"}]
    path = written(tmp_path, *({**row, "id": str(n), "turns": turns} for n, turns in enumerate(bad)))
    dataset = load_dataset(path, articles=[tmp_path / "clock.txt"])
    assert (dataset.examples, dataset.left_out) == ((), len(bad))
    assert all('"turns" is not a list' in problem for problem in dataset.problems)
