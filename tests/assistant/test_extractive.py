"""The extractive reader: the words that answer in the sentence that does, and how sure it is of them."""

import pytest
from lindham import Seen, Stored, hits, read

from assistant.answers import Statement
from assistant.question import understand
from assistant.readers.extractive import ExtractiveReader
from assistant.readers.ranking import RankingWeights, bundled_weights
from index.articles import Article
from index.embedders import HashingEmbedder, Vectors

READER = ExtractiveReader()
RULES = "Rules\n\nThe mill has three rules for visitors:\nNo dogs, no bread and no singing. It opens at nine."
OPENED = "When was the canal of Lindham opened?"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("من اقترح تشكيل مجلس الخبراء؟", "وتحدث لافروف عن إمكانية تشكيل مجلس خبراء"),
        ("متى ينتهي سريان المعاهدة؟", "فبراير عام 2021"),
        ("كم عضوًا يضم الوفد؟", "اثني عشر عضوا"),
        (OPENED, "opened in 1874"),
        ("How long is the canal of Lindham?", "31 kilometres"),
        ("When was the canal closed?", "closed in 1951"),
    ],
)
def test_the_sentence_that_answers(question: str, answer: str) -> None:
    reading = read(READER, question, "canal", "council")
    citation = reading.citations[0]
    assert answer in citation.quote
    assert citation.answer == reading.text
    assert reading.statements == (Statement(0, len(reading.text), (1,)),)
    assert reading.confidence > 0.2


def test_a_question_that_the_hits_do_not_answer_is_less_sure() -> None:
    answered = read(READER, OPENED, "canal", "council")
    for question in ("Which vitamins do bananas contain?", "ما عاصمة اليابان؟", "hello", "مرحبا"):
        assert read(READER, question, "canal", "council").confidence < answered.confidence / 2


@pytest.mark.parametrize(
    ("question", "article", "expected"),
    [
        (
            "What rules has the mill?",  # the sentence only announces
            Article("rules", "The rules", RULES, "en", "/rules.txt"),
            ("The mill has three rules for visitors:", "No dogs, no bread and no singing."),
        ),
        (
            "Why was the canal of Lindham closed in 1951?",  # the sentence after it holds the reason
            Article(
                "dry", "A canal", "The canal was closed in 1951. It leaked because of frost.", "en", "/a"
            ),
            ("The canal was closed in 1951.", "It leaked because of frost."),
        ),
    ],
)
def test_a_sentence_that_only_announces_brings_the_next_one(
    question: str, article: Article, expected: tuple[str, str]
) -> None:
    reading = read(ExtractiveReader(lambda: Seen(expected[0])), question, article)
    assert reading.text == " ".join(expected)
    assert tuple(citation.quote for citation in reading.citations) == expected
    assert tuple(reading.text[one.start : one.end] for one in reading.statements) == expected
    assert [one.citations for one in reading.statements] == [(1,), (2,)]


def test_the_words_that_answer_inside_their_sentence() -> None:
    reading = read(ExtractiveReader(lambda: Seen("Mary Oakes")), "Who opened the canal of Lindham?", "canal")
    [citation] = reading.citations
    assert reading.text == citation.answer == "Mary Oakes"
    assert citation.quote.startswith("The canal of Lindham was opened")


def test_other_weights_answer_otherwise() -> None:
    learned = bundled_weights()
    last = RankingWeights(-learned.ranking, learned.confidence)
    assert "1874" in read(READER, OPENED, "canal").text
    assert "1874" not in read(ExtractiveReader(weights=lambda by_words: last), OPENED, "canal").text


class NoMeaning(HashingEmbedder):
    """An embedder of no use, or none that may be asked."""

    def __init__(self, name: str, *languages: str) -> None:
        self.name = name
        self.languages = frozenset(languages)

    def embed_questions(self, texts: object) -> Vectors:
        raise AssertionError("meanings are compared")


@pytest.mark.parametrize(
    ("by_words", "embedder"),
    [
        (True, NoMeaning("bundled", "ar", "en")),
        (False, NoMeaning("hashing", "ar", "en")),  # it counts words, which the evidence does already
        (False, NoMeaning("bundled", "ar")),  # it does not read the question
    ],
)
def test_where_meaning_says_nothing_words_decide(by_words: bool, embedder: NoMeaning) -> None:
    reader = ExtractiveReader(by_words=by_words)
    revision = Stored(embedder=embedder)
    assert reader.read(understand(OPENED), hits("council", "canal"), revision).text == "1874"
    guess = reader.read(understand("Which vitamins do bananas contain?"), hits("canal"), revision)
    assert guess.confidence == 0.0  # neither words nor meaning: the model alone is no evidence
    with pytest.raises(AssertionError, match="meanings are compared"):
        ExtractiveReader().read(
            understand(OPENED), hits("canal"), Stored(embedder=NoMeaning("bundled", "en"))
        )


def test_the_model_is_loaded_once_and_only_when_there_is_something_to_read() -> None:
    loaded = []

    def load() -> Seen:
        loaded.append(1)
        return Seen("1874")

    reader = ExtractiveReader(load)
    assert read(reader, OPENED).text == ""
    assert loaded == []
    for _ in range(2):
        assert read(reader, OPENED, "canal").text == "1874"
        reader.load()
    assert loaded == [1]
