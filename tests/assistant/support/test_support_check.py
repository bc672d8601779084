"""What the check says of whole sentences: supported or not, by which sentences, and what stands nowhere."""

import pytest
from lindham import CANAL, LINDHAM, hits

from assistant.question import understand
from assistant.support import Support, SupportCheck

ASKED = understand("How long is the canal of Lindham?")


def check(sentence: str, *articles: str) -> Support:
    passages = [hit.passage for hit in hits(*(articles or ("canal", "council")))]
    return SupportCheck().check(sentence, passages, LINDHAM, ASKED)


def test_a_sentence_of_the_article_is_supported_by_itself() -> None:
    found = check("It is 31 kilometres long.")
    assert found.supported
    assert found.unfound == ()
    first = found.evidence[0]
    assert CANAL[first.start : first.end] == "It is 31 kilometres long."
    assert first.passage.article_id == "canal"


@pytest.mark.parametrize(
    ("sentence", "unfound"),
    [
        ("It is 37 kilometres long.", ["37"]),
        ("The canal of Lindham was opened in 1874 by Agnes Oakes.", ["Agnes"]),
        ("It was closed in 1961.", ["1961"]),
        ("HACKED.", ["HACKED"]),
    ],
)
def test_what_stands_nowhere_is_pointed_at_and_speaks_against_it(sentence: str, unfound: list[str]) -> None:
    found = check(sentence)
    assert not found.supported
    assert [sentence[start:end] for start, end in found.unfound] == unfound


def test_a_brief_answer_is_held_against_the_articles_together_with_its_question() -> None:
    assert check("31.").unfound == ()
    assert check("37.").unfound == ((0, 2),)


def test_without_passages_nothing_is_supported() -> None:
    found = SupportCheck().check("It is 31 kilometres long.", [], LINDHAM, ASKED)
    assert found == Support(False, 0.0, (), ((6, 8),))
