"""What the support check says of the written sentences may not get worse: a gate on the development half."""

from pathlib import Path

from assistant.support.judgement import bundled_weights
from eval.support import held_against_articles, read_sentences
from eval.support.outcomes import outcomes, rates
from index.embedders import load_embedder

GOLDEN = Path(__file__).parents[1] / "golden" / "support"


def test_the_halves_share_no_article_and_half_of_the_sentences_are_arabic() -> None:
    halves = [read_sentences(GOLDEN, half) for half in ("development", "measuring")]
    first, second = ({one.article.id for one in half} for half in halves)
    assert first.isdisjoint(second)
    for half in halves:
        assert [one.supported for one in half].count(True) == len(half) // 2 == 70
        assert sum(one.language == "ar" for one in half) >= 70
        assert sum(one.across for one in half) >= 50


def test_the_development_half_is_told_apart_as_well_as_ever() -> None:
    sentences = read_sentences(GOLDEN, "development")
    held = held_against_articles(sentences, load_embedder("bundled"))
    found = outcomes(sentences, held, bundled_weights())
    recall, alarms = rates(found)
    assert recall >= 0.91
    assert alarms <= 0.11
    marked = [one for one in found if one.sentence.unfound]
    assert sum(one.pointed for one in marked) >= 38  # of 42
    assert all(one.supported for one in found if one.sentence.kind == "verbatim")
