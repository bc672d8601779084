"""What the support check said of sentences that are known to be supported or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.support import Held
from assistant.support.judgement import SupportWeights
from eval.support import JudgedSentence


@dataclass(frozen=True, slots=True)
class SupportOutcome:
    """A sentence, whether it was taken for supported, and whether what was changed in it was pointed at."""

    sentence: JudgedSentence
    supported: bool
    pointed: bool


def outcomes(
    sentences: Sequence[JudgedSentence], held: Sequence[Held], weights: SupportWeights
) -> list[SupportOutcome]:
    """The outcome of each sentence, which was held against its article."""
    return [
        SupportOutcome(
            sentence,
            weights.score(one.row) >= weights.threshold and not one.unfound,
            any(
                start < last and first < end for start, end in one.unfound for first, last in sentence.unfound
            ),
        )
        for sentence, one in zip(sentences, held, strict=True)
    ]


def rates(found: Sequence[SupportOutcome]) -> tuple[float, float]:
    """Of the unsupported the share that was seen, and of the supported the share that was not; 0 for none."""
    wrong = [one for one in found if not one.sentence.supported]
    right = [one for one in found if one.sentence.supported]
    return (
        sum(not one.supported for one in wrong) / max(len(wrong), 1),
        sum(not one.supported for one in right) / max(len(right), 1),
    )
