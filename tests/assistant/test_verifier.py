"""What the verifier reads of a candidate: the right tokens under the right marks."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lindham import hits
from tokenizers import Tokenizer

from assistant.readers import verifier
from assistant.readers.agreement import CandidateAnswer
from assistant.readers.candidates import candidates
from assistant.readers.spans.bundled import READER_FOLDER
from assistant.readers.verifier import (
    BESIDE_TOKENS,
    QUESTION_TOKENS,
    SENTENCE_TOKENS,
    TITLE_TOKENS,
    MarkedSentence,
    MarkedTokens,
    TokenMark,
    Verifier,
    load_verifier,
    marked,
)
from index.articles import Article

TOKENIZER = Tokenizer.from_file(str(READER_FOLDER / "tokenizer.json"))
TOKENS = MarkedTokens(TOKENIZER)
SPAN = {TokenMark.INSIDE, TokenMark.FIRST, TokenMark.LAST, TokenMark.ONLY}
VOCABULARY = ["canal", "opened", "1874", "Mary", "Oakes", "القناة", "افتتحت", "ماري", "المدينة", "لندهام"]
WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=1)


def text_of(ids: list[int]) -> str:
    return "".join(TOKENIZER.id_to_token(token) for token in ids).replace("▁", " ").strip()


def test_each_token_is_told_what_it_is() -> None:
    one = MarkedSentence("Canal", "It rained.", "Mary Oakes opened it.", "They sang.", 0, 10)
    ids, marks = TOKENS.pair(TOKENS.question("Who opened it?"), one)
    said: dict[TokenMark, str] = {
        mark: text_of([token for token, other in zip(ids, marks, strict=True) if other == mark])
        for mark in TokenMark
    }
    assert said[TokenMark.WHOLE] == "[CLS]"
    assert said[TokenMark.NONE] == "Who opened it?[SEP][SEP]"
    assert said[TokenMark.CONTEXT] == "Canal[SEP] It rained. They sang."
    assert said[TokenMark.SENTENCE] == "opened it."
    assert text_of([token for token, mark in zip(ids, marks, strict=True) if mark in SPAN]) == "Mary Oakes"
    assert (marks.count(TokenMark.FIRST), marks.count(TokenMark.LAST), marks.count(TokenMark.ONLY)) == (
        1,
        1,
        0,
    )


def test_a_single_token_is_first_and_last() -> None:
    text = "It opened in 1874."
    _, marks = TOKENS.pair([], MarkedSentence("", "", text, "", 3, 9))
    assert [mark for mark in marks if mark in SPAN] == [TokenMark.ONLY]


@given(WORDS, st.data())
def test_the_marked_words_are_read_however_long_the_sentence(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = min(len(words) - 1, first + data.draw(st.integers(0, 3)))
    text, answer = " ".join(words), " ".join(words[first : last + 1])
    start = len(" ".join([*words[:first], ""]))
    one = MarkedSentence(text, text, text, text, start, start + len(answer))
    ids, marks = TOKENS.pair(TOKENS.question(text), one)
    assert (
        len(ids) == len(marks) <= 3 + QUESTION_TOKENS + TITLE_TOKENS + 2 * BESIDE_TOKENS + SENTENCE_TOKENS + 1
    )
    assert text_of([token for token, mark in zip(ids, marks, strict=True) if mark in SPAN]) == answer
    ends = [mark for mark in marks if mark in (TokenMark.FIRST, TokenMark.LAST, TokenMark.ONLY)]
    assert ends in ([TokenMark.FIRST, TokenMark.LAST], [TokenMark.ONLY])


@pytest.mark.parametrize(("words", "before"), [("Mary Oakes", "Rain fell."), ("1874", "Rain fell.")])
def test_a_candidate_is_read_with_its_neighbours(words: str, before: str) -> None:
    text = "Rain fell. Mary Oakes opened it in 1874. They sang."
    article = Article("one", "The canal", text, "en", "/one.txt")
    [candidate] = [one for one in candidates(hits(article), lambda _: article) if words in one.text]
    start = text.index(words)
    one = marked(CandidateAnswer(candidate, start, start + len(words)))
    assert one.text[one.start : one.end] == words
    assert (one.title, one.before, one.after) == ("The canal", before, "They sang.")
    assert one.text == "Mary Oakes opened it in 1874."


def test_threads_that_come_together_load_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    class Slow(Verifier):
        def __init__(self) -> None:
            loaded.append(self)
            sleep(0.2)

    monkeypatch.setattr(verifier, "Verifier", Slow)
    verifier._bundled.cache_clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            got = {id(one) for one in pool.map(lambda _: load_verifier(), range(4))}
    finally:
        verifier._bundled.cache_clear()
    assert len(loaded) == len(got) == 1
