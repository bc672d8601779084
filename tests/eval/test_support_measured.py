"""What the support check says of the written sentences may not get worse: a gate on a part of the development
half, which all the weights were fitted on."""

from pathlib import Path

from assistant.support.judgement import bundled_weights
from eval.support import Half, held_against_articles, read_sentences
from eval.support.outcomes import outcomes, rates
from index.embedders import load_embedder

HALVES: tuple[tuple[Half, int], ...] = (("passages", 932), ("training", 8412))
GOLDEN = Path(__file__).parents[1] / "golden" / "support"
EVERY = 6  # one sentence of so many is held against its article here


def test_the_halves_share_no_article_and_half_of_the_sentences_are_arabic() -> None:
    names: tuple[Half, ...] = ("development", "measuring", "reserve")
    halves = [read_sentences(GOLDEN, half) for half in names]
    articles = [{one.article.id for one in half} for half in halves]
    assert len(set().union(*articles)) == sum(map(len, articles))
    for half in halves:
        assert sum(one.supported for one in half) * 2 == len(half) >= 256
        assert sum(one.language == "ar" for one in half) >= 0.47 * len(half)
        assert sum(one.across for one in half) >= 0.3 * len(half)


def test_of_each_passage_half_of_the_statements_are_supported() -> None:
    for half, count in HALVES:
        found = read_sentences(GOLDEN, half)
        assert sum(one.supported for one in found) * 2 == len(found) == count
        assert sum(one.language == "ar" for one in found) >= 0.48 * len(found)


def test_the_development_half_is_told_apart_as_well_as_ever() -> None:
    sentences = read_sentences(GOLDEN, "development")[::EVERY]
    held = held_against_articles(sentences, load_embedder("bundled"))
    found = outcomes(sentences, held, bundled_weights())
    recall, alarms = rates(found)
    assert recall >= 0.80
    assert alarms <= 0.17
    marked = [one for one in found if one.sentence.unfound]
    assert sum(one.pointed for one in marked) >= 0.75 * len(marked)
    verbatim = [one.supported for one in found if one.sentence.kind == "verbatim"]
    assert sum(verbatim) >= 0.9 * len(verbatim)
