"""Passages: exact slices, nothing lost, whole sentences where the size allows."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article, make_article
from index.passages import Passage, article_sentences, split_article
from index.structure import TextBuilder, visible
from index.text.sentences import sentence_ranges

LONGEST = {"ar": 800, "en": 900}
PIECES = st.sampled_from(
    ["word ", "كلمة ", "x" * 300, "، ", ", ", ". ", "؟ ", "؛ ", "\n\n", "\n", "  ", "The end. "]
)
TEXTS = st.lists(st.tuples(PIECES | st.text(max_size=4), st.integers(1, 40)), max_size=25).map(
    lambda pieces: "".join(piece * times for piece, times in pieces)
)


def article(text: str, language: str = "en") -> Article:
    return Article(id="a", title="Title", text=text, language=language, source="/a.txt")


def test_a_short_article_is_one_passage_with_the_articles_names() -> None:
    text = "\n Two sentences here. Both are short.\n\nA second paragraph.\n"
    assert split_article(article(text)) == [
        Passage(
            article_id="a",
            title="Title",
            source="/a.txt",
            language="en",
            start=2,
            end=len(text) - 1,
            text=text.strip(),
        )
    ]


def test_an_empty_article_has_none() -> None:
    assert split_article(article("")) == split_article(article(" \n\n ")) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_short_paragraphs_are_packed_and_begin_at_sentences(language: str) -> None:
    sentence = {
        "ar": "قال الوزير إن الاجتماع كان ناجحا جدا. ",
        "en": "The minister said that it went well. ",
    }[language]
    text = "\n\n".join(sentence * 3 for _ in range(30))
    passages = split_article(article(text, language))
    starts = {start for start, _ in sentence_ranges(text)}
    assert all(passage.start in starts for passage in passages)
    assert all(len(passage.text) > LONGEST[language] / 2 for passage in passages[:-1])


def test_a_sentence_without_end_is_cut_at_its_commas_then_at_words() -> None:
    clause = "ذكر المؤرخون أن المدينة كانت مركزا للعلم"
    passages = split_article(article("، ".join([clause] * 60), "ar"))
    assert len(passages) > 1
    assert all(passage.text.endswith(("،", "للعلم")) for passage in passages)
    assert all(passage.text.startswith("ذكر") for passage in passages)
    assert {word for passage in split_article(article("word " * 1000)) for word in passage.text.split()} == {
        "word"
    }


@given(TEXTS, st.sampled_from(["ar", "en"]))
@settings(max_examples=150, deadline=None)
def test_passages_are_slices_and_hold_all_but_space(text: str, language: str) -> None:
    passages = split_article(article(text, language))
    before = 0
    for passage in passages:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert 0 < len(passage.text) <= LONGEST[language]
        assert before <= passage.start
        assert not visible(text[before : passage.start]).strip()
        before = passage.end
    assert not visible(text[before:]).strip()
    assert split_article(article(text, language)) == passages


def test_the_splitter_brings_no_heavy_library() -> None:
    code = (
        "import sys, index.passages as p; from index.articles import Article\n"
        "assert 'langchain_text_splitters' not in sys.modules\n"
        "assert len(p.split_article(Article('a', '', 'word ' * 500, 'en', ''))) > 1\n"
        "assert 'langchain_text_splitters' in sys.modules\n"
        "print([name for name in ('torch', 'transformers', 'spacy', 'nltk') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_no_sentence_crosses_the_border_of_a_block() -> None:
    built = TextBuilder()
    built.add("paragraph", "The board met. it measured")
    built.add("heading", "wells of St. Mary. Depth", level=2)
    built.add_row(["ain nahla", "about 48 m. deep"])
    built.add_row(["ain dilb", "37 m"])
    article = make_article(
        id="a", title="", text=f"{built.text}\n\nloose. End.", source="", blocks=built.blocks
    )
    shown = [article.text[start:end] for start, end in article_sentences(article)]
    assert shown == [
        "The board met. it measured",
        "wells of St. Mary. Depth",
        "ain nahla | about 48 m. deep",
        "ain dilb | 37 m",
        "loose.",
        "End.",
    ]
    start, end = article.text.index("wells") + 3, article.text.index("37")
    inside = [article.text[low:high] for low, high in article_sentences(article, start, end)]
    assert inside == ["ls of St. Mary.", "Depth", "ain nahla | about 48 m. deep", "ain dilb |"]
    assert [passage.text for passage in split_article(article)] == [article.text]
