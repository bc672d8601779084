"""What speaks for and against a sentence, held against what covers it: one row of numbers, as ``FEATURES``.

The weights of the numbers come from training (``judgement``).
"""

import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assistant.support.coverage import Claim, Covered, HeldShares
from assistant.support.figures import stated
from assistant.support.polarity import contrary, denials
from assistant.support.words import Word, likeness, words_of
from index.text.language import detect_language

FEATURES = (
    "covered",  # the share of its words, by weight, that the chosen sentences hold, 0..1
    "around",  # that they hold with their neighbours, heading and title
    "anywhere",  # that the passages hold
    "across",  # the chosen sentence is in another language
    "covered across",  # the same share where it is
    "around across",
    "gap across",  # the longest run of words that are not held, up to five, 0..1, where it is
    "meaning",  # cosine of the sentence with the chosen ones, or what it mostly is at such a share of words
    "entailed",  # log odds of the network that reads it beside them
    "figures elsewhere",  # share of its figures and dates that the passages hold, but not the chosen ones
    "name apart",  # of a name's neighbours, the share that are not near it in the chosen sentences; the most
    "denied",  # share of the words held that one text denies and the other does not
    "denies more",  # it has a negation, and the chosen sentences have none
    "denies less",  # the other way round, within the first
    "opposite",  # it has the opposite of a word of theirs
    "inverted",  # of the pairs of names that do or suffer something, the share that is the other way round
)
FOR = frozenset(("covered", "around", "anywhere", "covered across", "around across", "meaning", "entailed"))
AGAINST = frozenset(FEATURES[FEATURES.index("gap across") :]) - FOR
SupportRow = NDArray[np.float64]

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|be|being)\b(?: \w+){0,2} \w+(?:ed|en|t|wn|de|ne|ld|ung)\b.{0,40}\bby\b"
    r"|(?<!\w)(?:من قبل|علي يد|على يد)(?!\w)"
)
_PREPOSITIONS = frozenset(
    [
        "in",
        "at",
        "on",
        "of",
        "from",
        "to",
        "for",
        "with",
        "between",
        "among",
        "near",
        "under",
        "after",
        "before",
        "during",
        "into",
        "through",
        "against",
        "about",
        "في",
        "من",
        "الي",
        "علي",
        "عن",
        "مع",
        "بين",
        "عند",
        "قرب",
        "تحت",
        "بعد",
        "قبل",
        "خلال",
        "ضد",
        "حول",
        "لدي",
        "نحو",
    ]
)
NEAR, NEAR_THERE = 2, 4  # words around a name, in the sentence and in the evidence
UNREAD, UNREAD_BY_SHARE = 0.62, 0.22  # a cosine that is not known, and what the share of words adds


def features(claim: Claim, covered: Covered, meaning: float | None, entailed: float) -> SupportRow:
    """The row of a sentence; ``meaning`` is its cosine with the chosen sentences, None where it is not
    known, ``entailed`` the network's log odds."""
    texts = [one.text for one in covered.chosen]
    across = float(detect_language(texts[0]) != detect_language(claim.text))
    share, around = claim.share(covered.together), claim.share(covered.around)
    differing, opposite = contrary(claim.text, texts)
    ours, theirs = denials(claim.text), [denials(text) for text in texts]
    values = {
        "covered": share,
        "around": around,
        "anywhere": claim.share(covered.anywhere),
        "across": across,
        "covered across": share * across,
        "around across": around * across,
        "gap across": _gap(claim, covered.around) * across,
        "meaning": UNREAD + UNREAD_BY_SHARE * share if meaning is None else meaning,
        "entailed": entailed,
        "figures elsewhere": _figures_elsewhere(claim, texts),
        "name apart": _name_apart(claim, texts),
        "denied": differing,
        "denies more": float(ours > 0 and not any(theirs)),
        "denies less": float(ours == 0 and theirs[0] > 0),
        "opposite": opposite,
        "inverted": _inverted(claim, texts),
    }
    return np.array([values[name] for name in FEATURES])


def _gap(claim: Claim, held: HeldShares) -> float:
    longest = run = 0.0
    for share, weight in zip(held, claim.weights, strict=True):
        run = run + min(weight, 1.0) if share == 0 else 0.0
        longest = max(longest, run)
    return min(longest, 5.0) / 5


def _figures_elsewhere(claim: Claim, texts: Sequence[str]) -> float:
    said, there = stated(claim.text), [stated(text) for text in texts]
    held = [any(one.holds(figure) for one in there) for figure in said.figures if figure.value != 1]
    held += [any(date.agrees(other) for one in there for other in one.dates) for date in said.dates]
    return 1 - sum(held) / len(held) if held else 0.0


def _near(words: Sequence[Word], start: int, end: int, reach: int) -> list[Word]:
    content = [word for word in words if word.content and not word.figure]
    before = [word for word in content if word.end <= start][-reach:]
    after = [word for word in content if word.start >= end][:reach]
    return before + after


def _alike(word: Word, other: Word) -> bool:
    return likeness(word.term, word.spelling, other.term, other.spelling) >= 0.45


def _inverted(claim: Claim, texts: Sequence[str]) -> float:
    """Of the pairs of names that do or suffer something, the share that stands the other way round.

    Where, when and whose is told by names after a preposition, which may stand anywhere. Nothing is told
    where one is passive and the other is not.
    """
    if bool(_PASSIVE.search(claim.text)) != bool(_PASSIVE.search(texts[0])):
        return 0.0
    pairs = inverted = 0
    ours = words_of(claim.text)
    anchors = [
        word for at, word in enumerate(ours) if word.start in claim.names and not _after_preposition(ours, at)
    ]
    anchors = [word for at, word in enumerate(anchors) if not any(_alike(word, one) for one in anchors[:at])]
    for text in texts:
        there = words_of(text)
        places = []
        for anchor in anchors:
            found = [
                at
                for at, other in enumerate(there)
                if other.content and _alike(anchor, other) and not _after_preposition(there, at)
            ]
            if found:
                places.append(found)
        for before, after in combinations(places, 2):
            pairs += 1
            inverted += min(before) > max(after)
    return inverted / pairs if pairs else 0.0


def _after_preposition(words: Sequence[Word], at: int) -> bool:
    """Whether a preposition stands before a name, or before the names that it stands beside."""
    if words[at].arabic and words[at].spelling[0] in "بل" and words[at].spelling[:2] in ("با", "لل", "بال"):
        return True
    for back in range(at - 1, max(-1, at - 4), -1):
        if words[back].spelling in _PREPOSITIONS:
            return True
        if not (words[back].capital or words[back].spelling in ("and", "the", "و")):
            return False
    return False


def _name_apart(claim: Claim, texts: Sequence[str]) -> float:
    """How many of a name's neighbours are not its neighbours there, at the name where most are not."""
    most = 0.0
    ours = words_of(claim.text)
    for name in (word for word in ours if word.start in claim.names):
        neighbours = [
            word for word in _near(ours, name.start, name.end, NEAR) if word.start not in claim.names
        ]
        shares = []
        for text in texts:
            there = words_of(text)
            for other in there:
                if other.content and _alike(name, other):
                    beside = _near(there, other.start, other.end, NEAR_THERE)
                    met = sum(any(_alike(word, one) for one in beside) for word in neighbours)
                    shares.append(1 - met / len(neighbours) if neighbours else 0.0)
        most = max(most, min(shares, default=0.0))
    return most
