"""What a model wrote, measured: support, citations, cost; against a scripted model."""

from scripted_model import scripted_model
from small_dataset import DATASET

from assistant.answers import Answer, Statement, Writing, cite
from assistant.settings import Settings
from eval.measures.written import cost, written_values
from eval.report.tables import report_lines
from eval.run import run_benchmark
from index.articles import make_article
from index.embedders import HashingEmbedder

ONE, OTHER = (make_article(id=name, title="", text=f"The {name} said it.", source="") for name in ("a", "b"))


def answer(*statements: Statement) -> Answer:
    citations = tuple(cite(number, article, 0, 14) for number, article in enumerate((ONE, OTHER), 1))
    return Answer(
        question="?",
        understood_as="?",
        text="x" * 40,
        language="en",
        citations=citations,
        confidence=0.9,
        hits=(),
        timings_ms={},
        statements=statements,
        writing=Writing("scripted", 100, 20),
    )


def test_statements_and_citations_are_counted_each() -> None:
    given = answer(
        Statement(0, 10, (1,)),
        Statement(10, 20, (1, 2)),
        Statement(20, 30, (), supported=False, unfound=((21, 25),)),
        Statement(30, 40, (2,)),
    )
    assert written_values(given, {"a"}) == {
        "support": 0.75,
        "flagged": 0.25,
        "citation_precision": 0.5,
        "citation_recall": 0.5,
    }
    assert written_values(given, set()) == {"support": 0.75, "flagged": 0.25}


def test_an_answer_that_states_nothing_counts_as_nothing() -> None:
    assert set(written_values(answer(), {"a"}).values()) == {0.0}
    assert cost([]) is None


def test_a_run_with_a_model_measures_it() -> None:
    said = "Rollo founded Normandy in 911 [1]. He died in 1066 on Mars [1]."
    with scripted_model(said) as model:
        settings = Settings(reader="llm", llm_url=model.url, llm_model="scripted", threshold=0.0)
        report = run_benchmark(
            DATASET, embedder=HashingEmbedder(), retrievers=["lexical"], settings=settings, limit=1
        )
        assert len(model.requests) == 1  # a model is asked once a question
    (row,) = report.rows
    assert row.details["written"]["statements"] == 2
    assert row.details["written"]["supported"] == 1
    assert row.details["written"]["completion_tokens"] > 0
    assert row.values["written"]["support"] == 0.5
    assert row.values["written"]["citation_precision"] == 1.0
    assert row.values["written"]["citation_recall"] == 0.5
    assert "abstention" not in row.values
    assert any("1 of 2 statements supported" in line for line in report_lines(report))
    assert report.to_json()["writing"]["written"] == 1
