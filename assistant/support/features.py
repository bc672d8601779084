"""What speaks for and against a sentence, held against what covers it: one row of numbers, as ``FEATURES``.

The weights of the numbers come from training (``judgement``).
"""

import math
import re
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.support.coverage import Claim, Covered, HeldShares
from assistant.support.figures import stated
from assistant.support.names import holds_name
from assistant.support.polarity import contrary, denials
from assistant.support.words import Word, likeness, words_of
from index.text.language import detect_language

FEATURES = (
    "covered",  # the share of its words, by weight, that the chosen sentences hold, 0..1
    "alone",  # that the first of them holds
    "around",  # that they hold with their neighbours, heading and title
    "anywhere",  # that the passages hold
    "across",  # the chosen sentence is in another language
    "covered across",  # the same share where it is
    "around across",
    "least clause",  # the share of the words of a clause that are held, of the clause with the least
    "least clause across",
    "gap",  # the longest run of words that are not held, up to five, 0..1
    "gap across",
    "meaning",  # cosine of the sentence with the chosen ones, 0 where no embedder reads them
    "meaning across",
    "clause meaning",  # the same of the clause that is held least
    "no meaning",  # no embedder reads them
    "figures elsewhere",  # share of its figures and dates that stand in passages, but not in the chosen
    "names elsewhere",  # the same of its names, which the heading and title may hold too
    "figure apart",  # of a figure's neighbours, the share that are not near it in the chosen; the most
    "name apart",  # the same of a name
    "denied",  # share of the words held that one text denies and the other does not
    "denies more",  # it has a negation, and the chosen sentences have none
    "denies less",  # the other way round, within the first
    "opposite",  # it has the opposite of a word of theirs
    "inverted",  # of its names and figures, the share of pairs that stand the other way round
    "inverted voice",  # the same where one is passive and the other is not
    "disorder",  # of its words held, the share of neighbours the other way round, within a language
    "verbatim",  # the longest run of its words that stands there, as a share
    "length",  # logarithm of its content words
    "two",  # two sentences were chosen
)
FOR = frozenset(
    name
    for name in FEATURES
    if name.startswith(("covered", "alone", "around", "anywhere", "least", "meaning", "clause"))
)
AGAINST = frozenset(
    name
    for name in FEATURES
    if name.startswith(("gap", "figure", "name", "denie", "opposite", "inverted", "disorder"))
)
FeatureRow = NDArray[np.float64]

_CLAUSE = re.compile(
    r"[,،;؛:–—]|\s(?:and|but|while|which|who|because|so)\s|\s(?=و\w{2})|\s(?:لكن|لأن|بينما|ثم|كما|حيث)\s"
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|be|being)\b(?: \w+){0,2} \w+(?:ed|en|t|wn|de|ne|ld|ung)\b.{0,40}\bby\b"
    r"|(?<!\w)(?:من قبل|علي يد|على يد)(?!\w)"
)
_PREPOSITIONS_WORDS = (
    "in at on of from to for with between among near under after before during into through against "
    "about في من الي علي عن مع بين عند قرب تحت بعد قبل خلال ضد حول لدي نحو"
)
_PREPOSITIONS = frozenset(_PREPOSITIONS_WORDS.split())
NEAR, NEAR_THERE = 3, 6  # words around a figure, in the sentence and in the evidence


def features(
    claim: Claim, covered: Covered, meaning: float | None, clause_meaning: float | None = None
) -> FeatureRow:
    """The row of a sentence.

    ``meaning`` is its cosine with the chosen sentences, ``clause_meaning`` that of its ``least_clause``; None
    where they are not known.
    """
    texts = [one.text for one in covered.chosen]
    words = [words_of(text) for text in texts]
    across = float(detect_language(texts[0]) != detect_language(claim.text))
    share, around = claim.share(covered.together), claim.share(covered.around)
    (_, clause), gap = least_clause(claim, covered.around), _gap(claim, covered.around)
    differing, opposite = contrary(claim.text, texts)
    ours, theirs = denials(claim.text), [denials(text) for text in texts]
    inverted = _inverted(claim, texts)
    voices = {bool(_PASSIVE.search(claim.text)), bool(_PASSIVE.search(texts[0]))}
    values = {
        "covered": share,
        "alone": claim.share(covered.alone),
        "around": around,
        "anywhere": claim.share(covered.anywhere),
        "across": across,
        "covered across": share * across,
        "around across": around * across,
        "least clause": clause,
        "least clause across": clause * across,
        "gap": gap,
        "gap across": gap * across,
        "meaning": meaning or 0.0,
        "meaning across": (meaning or 0.0) * across,
        "clause meaning": clause_meaning or 0.0,
        "no meaning": float(meaning is None),
        "figures elsewhere": _figures_elsewhere(claim, texts),
        "names elsewhere": _names_elsewhere(claim, [*texts, *(one.around for one in covered.chosen)]),
        "figure apart": _figure_apart(claim, texts),
        "name apart": _name_apart(claim, texts),
        "denied": differing,
        "denies more": float(ours > 0 and not any(theirs)),
        "denies less": float(ours == 0 and theirs[0] > 0),
        "opposite": opposite,
        "inverted": inverted if len(voices) == 1 else 0.0,
        "inverted voice": inverted if len(voices) == 2 else 0.0,
        "disorder": 0.0 if across else _disorder(claim, words[0]),
        "verbatim": _verbatim(claim, words),
        "length": math.log(1 + len(claim.words)),
        "two": float(len(texts) > 1),
    }
    return np.array([values[name] for name in FEATURES])


def least_clause(claim: Claim, held: HeldShares) -> tuple[str, float]:
    """The clause of two words or more that has the least share of them held, and that share."""
    edges = [0, *(found.start() for found in _CLAUSE.finditer(claim.text)), len(claim.text)]
    clauses = []
    for start, end in pairwise(edges):
        inside = [at for at, word in enumerate(claim.words) if start <= word.start < end]
        weight = float(claim.weights[inside].sum())
        if len(inside) >= 2 and weight:
            share = float(held[inside] @ claim.weights[inside]) / weight
            clauses.append((share, claim.text[start:end].strip(" ,،;؛:.")))
    share, clause = min(clauses, default=(claim.share(held), claim.text))
    return clause, share


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


def _names_elsewhere(claim: Claim, texts: Sequence[str]) -> float:
    names = [word for word in claim.words if word.start in claim.names]
    return 1 - sum(holds_name(name, texts) for name in names) / len(names) if names else 0.0


def _figure_apart(claim: Claim, texts: Sequence[str]) -> float:
    """How many of a figure's neighbours are not its neighbours there, at the figure where most are not."""
    most = 0.0
    ours = words_of(claim.text)
    for figure in stated(claim.text).figures:
        if figure.value == 1:
            continue
        shares = []
        neighbours = _near(ours, figure.start, figure.end, NEAR)
        for text in texts:
            there = words_of(text)
            for other in stated(text).figures:
                if abs(other.value - figure.value) <= 0.005 * abs(figure.value):
                    beside = _near(there, other.start, other.end, NEAR_THERE)
                    met = sum(any(_alike(word, one) for one in beside) for word in neighbours)
                    shares.append(1 - met / len(neighbours) if neighbours else 0.0)
        most = max(most, min(shares, default=0.0))
    return most


def _near(words: Sequence[Word], start: int, end: int, reach: int) -> list[Word]:
    content = [word for word in words if word.content and not word.figure]
    before = [word for word in content if word.end <= start][-reach:]
    after = [word for word in content if word.start >= end][:reach]
    return before + after


def _alike(word: Word, other: Word) -> bool:
    return likeness(word.term, word.spelling, other.term, other.spelling) >= 0.45


def _inverted(claim: Claim, texts: Sequence[str]) -> float:
    """Of the pairs of names that do or suffer something, the share that stands the other way round.

    Where, when and whose is told by names after a preposition, which may stand anywhere.
    """
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
    """The same of names: of the one whose neighbours are least the same."""
    most = 0.0
    ours = words_of(claim.text)
    for name in (word for word in ours if word.start in claim.names):
        neighbours = [word for word in _near(ours, name.start, name.end, 2) if word.start not in claim.names]
        shares = []
        for text in texts:
            there = words_of(text)
            for other in there:
                if other.content and _alike(name, other):
                    beside = _near(there, other.start, other.end, 4)
                    met = sum(any(_alike(word, one) for one in beside) for word in neighbours)
                    shares.append(1 - met / len(neighbours) if neighbours else 0.0)
        most = max(most, min(shares, default=0.0))
    return most


def _disorder(claim: Claim, there: Sequence[Word]) -> float:
    """Of neighbouring words that are both held, the share whose order is the other way round."""
    places = []
    for word in claim.words:
        found = [at for at, other in enumerate(there) if other.content and _alike(word, other)]
        if found:
            places.append(found)
    if len(places) < 2:
        return 0.0
    turned = sum(min(before) > max(after) for before, after in pairwise(places))
    return turned / (len(places) - 1)


def _verbatim(claim: Claim, texts: Sequence[Sequence[Word]]) -> float:
    ours = [word.term for word in words_of(claim.text)]
    longest = 0
    for words in texts:
        theirs = [word.term for word in words]
        lengths = [0] * (len(theirs) + 1)
        for term in ours:
            for at in range(len(theirs), 0, -1):
                lengths[at] = lengths[at - 1] + 1 if theirs[at - 1] == term else 0
            longest = max(longest, *lengths)
    return longest / max(len(ours), 1)
