"""What the network of the support check reads, and that it tells what is said from what is not."""

from pathlib import Path

import numpy as np
import pytest
from lindham import LINDHAM, hits

from assistant.readers.verifier import VERIFIER_FOLDER, TokenMark
from assistant.support.coverage import Claim, cover, stands_in
from assistant.support.entailment import (
    BESIDE_TOKENS,
    CHOSEN_TOKENS,
    CLAIM_TOKENS,
    ClaimTokens,
    ReadClaim,
    load_entailment,
)
from assistant.training.support.recipe import read_claim
from assistant.training.verifier.measure import area_under_curve
from eval.support import read_sentences
from index.models import ModelFolder

GOLDEN = Path(__file__).parents[2] / "golden" / "support"


@pytest.fixture(scope="module")
def tokens() -> ClaimTokens:
    return ClaimTokens(ModelFolder(VERIFIER_FOLDER).tokenizer())


def test_the_claim_the_chosen_sentences_and_those_beside_them_are_told_apart(tokens: ClaimTokens) -> None:
    ids, marks = tokens.pair(
        ReadClaim("It is long.", "Canals", (("It rained.", False), ("The canal is long.", True)))
    )
    assert len(ids) == len(marks)
    runs = [mark for at, mark in enumerate(marks) if at == 0 or marks[at - 1] != mark]
    assert runs == [
        TokenMark.WHOLE,
        TokenMark.NONE,
        TokenMark.CONTEXT,
        TokenMark.SENTENCE,
        TokenMark.NONE,
    ]


def test_long_texts_are_cut_in_the_middle(tokens: ClaimTokens) -> None:
    long = " ".join(f"word{number}" for number in range(400))
    _, marks = tokens.pair(ReadClaim(long, "", ((long, False), (long, True))))
    assert marks.count(TokenMark.SENTENCE) == CHOSEN_TOKENS
    assert marks.count(TokenMark.CONTEXT) == BESIDE_TOKENS + 1
    assert len(marks) == 4 + CLAIM_TOKENS + BESIDE_TOKENS + CHOSEN_TOKENS


def test_what_is_read_is_what_covers_the_claim_and_its_neighbours() -> None:
    claim = Claim.of("It is 31 kilometres long.")
    passages = [hit.passage for hit in hits("canal", "council")]
    read = ReadClaim.of(claim, cover(claim, stands_in(passages, LINDHAM.article)))
    assert [text for text, chosen in read.sentences if chosen] == ["It is 31 kilometres long."]
    assert 2 <= len(read.sentences) <= 3
    assert all(text in LINDHAM.article("canal").text for text, _ in read.sentences)


def test_what_is_said_has_the_larger_number() -> None:
    written = read_sentences(GOLDEN, "passages")[::8]
    odds = load_entailment().log_odds([read_claim(one) for one in written])
    assert area_under_curve(np.array(odds), np.array([one.supported for one in written])) > 0.7
