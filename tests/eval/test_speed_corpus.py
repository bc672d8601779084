"""Made-up articles: the same for the same seed, distinct, as long as real ones, and with answers in them."""

from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.samples import sample_folder
from eval.speed.corpus import Corpus, make_article, make_corpus, path_of, revised
from index.articles import read_articles
from index.passages import split_article
from index.text.sentences import sentence_ranges


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return make_corpus(600)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 3))
@settings(deadline=None, max_examples=15)
def test_a_larger_corpus_begins_with_the_smaller(one: int, other: int, seed: int) -> None:
    small, large = sorted((one, other))
    few, many = make_corpus(small, seed), make_corpus(large, seed)
    assert [p.text for p in few.passages] == [p.text for p in many.passages[:small]]
    assert len(few.passages) == small
    assert len(many.passages) == large
    assert few.asked == many.asked[: len(few.asked)]


def test_another_seed_makes_other_articles() -> None:
    assert not {p.text for p in make_corpus(50, seed=1).passages} & {
        p.text for p in make_corpus(50, seed=2).passages
    }


def test_passages_are_distinct_and_in_both_languages(corpus: Corpus) -> None:
    assert len({passage.text for passage in corpus.passages}) == 600
    arabic = sum(passage.language == "ar" for passage in corpus.passages)
    assert 200 < arabic < 400


def test_passages_are_those_of_the_articles(corpus: Corpus) -> None:
    assert [p for article in corpus.articles for p in split_article(article)] == list(corpus.passages)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_sentences_are_as_long_as_those_of_the_samples(corpus: Corpus, language: str) -> None:
    def words(texts: list[str]) -> float:
        return median(len(text[a:b].split()) for text in texts for a, b in sentence_ranges(text))

    samples = [a.text for a in read_articles([sample_folder()], on_problem=pytest.fail)]
    real = words([text for text in samples if ("ء" <= text[0] <= "ي") == (language == "ar")])
    made = words([article.text for article in corpus.articles if article.language == language])
    assert made == pytest.approx(real, rel=0.35)


def test_every_question_is_answered_by_its_article_alone(corpus: Corpus) -> None:
    assert len(corpus.asked) == len(corpus.articles)
    texts = {article.title: article.text for article in corpus.articles}
    assert len(texts) == len(corpus.articles)
    for asked in corpus.asked:
        holding = [title for title, text in texts.items() if asked.answer in text]
        assert holding == [asked.title]


def test_files_are_read_as_the_articles_they_were_written_from(tmp_path: Path) -> None:
    corpus = make_corpus(40)
    corpus.write(tmp_path)
    read = list(read_articles([tmp_path], on_problem=pytest.fail))
    assert [(a.title, a.language, a.text) for a in read] == [
        (a.title, a.language, a.text) for a in corpus.articles
    ]
    last = len(corpus.articles) - 1
    assert path_of(tmp_path, last).is_file()
    assert not path_of(tmp_path, last + 1).exists()


def test_editions_of_an_article_differ_from_it_and_from_one_another() -> None:
    article, _ = make_article(7)
    editions = [revised(article, number).text for number in range(5)]
    assert len({article.text, *editions}) == 6
    assert all(edition.startswith(article.text) for edition in editions)
    assert revised(article, 3).text == editions[3]
