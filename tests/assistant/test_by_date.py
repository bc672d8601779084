"""What articles said last or first, by their dates, and how those that disagree are shown."""

from pathlib import Path

import pytest

from assistant.answers import cite, in_time
from assistant.cli.terminal import answer_lines
from assistant.pipeline import Assistant
from assistant.question import understand
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.library import Library

PRICES = {"2021-03-01": 12, "2019": 9, "5 May 2024": 15, "": 7}


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add(
        make_article(
            id=f"of {price}",
            title=f"Water {price}",
            text=f"The price of water in Lindham is {price} dinars.",
            source=f"/{price}.md",
            published=date,
        )
        for date, price in PRICES.items()
    )
    return Assistant(library, Settings(retriever="lexical", reader="sentence"))


def test_the_newest_article_answers_where_that_is_asked(assistant: Assistant) -> None:
    answer = assistant.answer("What is the latest price of water in Lindham?")
    assert answer.citations[0].published == "5 May 2024"
    assert "15 dinars" in answer.text
    assert [one.citation.published for one in answer.alternatives] == ["2021-03-01", "2019"]
    assert [one.number for one in answer.all_citations] == [1, 2, 3]
    lines = answer_lines(answer)
    assert "[1] Water 15 (5 May 2024)" in lines
    assert lines.count("An earlier article says otherwise:") == 2


def test_the_oldest_report_answers_where_that_is_asked(assistant: Assistant) -> None:
    answer = assistant.answer("What was the price of water in Lindham in the earliest report?")
    assert answer.citations[0].published == "2019"


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("What is the most recent count of nests?", "newest"),
        ("ما أحدث سعر للماء؟", "newest"),
        ("ما هو آخر سعر للماء؟", "newest"),
        ("ماذا قال أول تقرير عن الميناء؟", "oldest"),
        ("Who was the first mayor of Lindham?", ""),
        ("من كان أول رئيس للبلدية؟", ""),
        ("هل يذكر مقال آخر ذلك؟", ""),
        ("How much is the water?", ""),
    ],
)
def test_the_order_is_asked_for_in_few_words(question: str, order: str) -> None:
    assert understand(question).order == order


@pytest.mark.parametrize(
    ("one", "other", "when"),
    [
        ("2021", "2019-05", "earlier"),
        ("2021-01", "2021-03", "later"),
        ("2021", "2021-03", ""),
        ("", "2021", ""),
    ],
)
def test_what_is_earlier_is_told_where_it_can_be(one: str, other: str, when: str) -> None:
    cited = [
        cite(1, make_article(id="a", title="", text="Water.", source="", published=date), 0, 6)
        for date in (one, other)
    ]
    assert in_time(*cited) == when
