"""A share of the questions as people ask them, asked of their articles: answers may not get worse.

``majlis eval run eval/everyday/dev/questions.jsonl --articles eval/everyday/dev/articles`` asks them all.
"""

from collections import Counter
from pathlib import Path

from assistant.pipeline import Assistant
from eval.data.loading import load_dataset
from eval.measures.answers import is_right
from index.embedders import load_embedder
from index.library import Library

EVERYDAY = Path(__file__).parents[2] / "eval" / "everyday" / "dev"
EVERY = 24  # one question of so many
RIGHT, WRONG = 4, 3  # of 16, at least and at most; some may turn over with another processor's arithmetic


def test_a_share_of_the_everyday_questions_is_answered_as_well_as_before(tmp_path: Path) -> None:
    dataset = load_dataset(EVERYDAY / "questions.jsonl", articles=[EVERYDAY / "articles"])
    examples = dataset.examples[::EVERY]
    named = {name for example in examples for name in example.article_ids or ()}
    library = Library.create(tmp_path / "library", load_embedder())
    library.build(article for article in dataset.articles if article.id in named)
    assistant = Assistant(library)
    outcomes: Counter[str] = Counter()
    for example in examples:
        answer = assistant.answer(example.question)
        quotes = [citation.quote for citation in answer.citations]
        if answer.abstained:
            outcomes["silent" if example.answers else "rightly silent"] += 1
        elif is_right(answer.text, quotes, example.answers or (), answer.language):
            outcomes["right"] += 1
        else:
            outcomes["wrong"] += 1
    assert outcomes.total() >= 16
    assert outcomes["right"] >= RIGHT, outcomes
    assert outcomes["wrong"] <= WRONG, outcomes
