"""What a writer gets wrong of a sentence, made by rule: another name, figure or polarity, roles exchanged, an
addition. Each function gives None where the sentence has nothing to change.
"""

import re
from collections.abc import Sequence
from random import Random

from assistant.support.figures import stated
from assistant.support.names import names_in

_AUXILIARY = re.compile(r"\b(is|are|was|were|will|can|could|has|have|had|should|must)\b(?! not)")
_NOT = re.compile(r"\b(?:not|never) ")
_ARABIC_NOT = re.compile(r"(?<!\w)(?:لم|لا|لن|ليس|ليست) ")
_ARABIC_VERB = re.compile(r"(?<!\w)(?=[يت]\w{3,})")
_OPPOSITES = [
    pair.split("|")
    for pair in (
        "first|last",
        "before|after",
        "more|less",
        "largest|smallest",
        "increased|decreased",
        "won|lost",
        "high|low",
        "most|few",
        "أول|آخر",
        "قبل|بعد",
        "أكثر|أقل",
        "أكبر|أصغر",
        "زيادة|انخفاض",
    )
]


def other_figure(sentence: str, figures: Sequence[str], random: Random) -> str | None:
    """The sentence with one of its figures in digits made another: of those given, or one near it."""
    found = list(re.finditer(r"\d+(?:[.,٫]\d+)*", sentence))
    if not found:
        return None
    one = random.choice(found)
    others = [figure for figure in figures if figure != one[0]]
    if others and random.random() < 0.5:
        new = random.choice(others)
    else:
        at = random.randrange(len(one[0].rstrip("٫.,")))
        digits = [letter for letter in "123456789" if letter != one[0][at]]
        new = one[0][:at] + random.choice(digits) + one[0][at + 1 :] if one[0][at].isdecimal() else ""
    return sentence[: one.start()] + new + sentence[one.end() :] if new and new != one[0] else None


def other_name(sentence: str, names: Sequence[str], random: Random) -> str | None:
    """The sentence with one of its names made one of those given."""
    found = names_in(sentence)
    here = {sentence[word.start : word.end] for word in found}
    others = [name for name in names if name not in here]
    if not (found and others):
        return None
    one = random.choice(found)
    return sentence[: one.start] + random.choice(others) + sentence[one.end :]


def other_polarity(sentence: str, random: Random) -> str | None:
    """The sentence denied, or no longer; or with the opposite of one of its words."""
    for negation in (_NOT, _ARABIC_NOT):
        if negation.search(sentence):
            return negation.sub("", sentence, count=1)
    for one, other in random.sample(_OPPOSITES, len(_OPPOSITES)) if random.random() < 0.4 else ():
        for old, new in ((one, other), (other, one)):
            changed = re.sub(rf"(?<!\w){old}(?!\w)", new, sentence, count=1)
            if changed != sentence:
                return changed
    if found := _AUXILIARY.search(sentence):
        return f"{sentence[: found.end()]} not{sentence[found.end() :]}"
    if found := _ARABIC_VERB.search(sentence):
        return f"{sentence[: found.start()]}{random.choice(('لا', 'لم'))} {sentence[found.start() :]}"
    return None


def roles_exchanged(sentence: str) -> str | None:
    """The sentence with its first and its last name or figure in each other's place."""
    anchors = [(word.start, word.end) for word in names_in(sentence)]
    if len(anchors) < 2:
        anchors = [(figure.start, figure.end) for figure in stated(sentence).figures]
    if len(anchors) < 2:
        return None
    (start, end), (start_of_last, end_of_last) = anchors[0], anchors[-1]
    first, last = sentence[start:end], sentence[start_of_last:end_of_last]
    if first == last or end > start_of_last:
        return None
    return sentence[:start] + last + sentence[end:start_of_last] + first + sentence[end_of_last:]


def with_addition(sentence: str, other: str, random: Random) -> str:
    """The sentence with a part of another that the passages do not hold."""
    pieces = [piece.strip() for piece in re.split(r"[,،;؛.]", other) if len(piece.split()) >= 3]
    piece = " ".join((random.choice(pieces) if pieces else other).split()[:10])
    joint = (
        random.choice(("، و", " و")) if re.search("[ء-ي]", sentence) else random.choice((", and ", " and "))
    )
    return sentence.rstrip(" .؟?!") + joint + piece[:1].lower() + piece[1:] + "."


def shortened(sentence: str) -> str | None:
    """The sentence without what stands after its last comma, or in brackets."""
    bare = re.sub(r"\s*\([^)]*\)", "", sentence)
    head = re.sub(r"[,،][^,،]*$", ".", bare)
    made = head if len(head.split()) >= 6 else bare
    return made if made != sentence and len(made.split()) >= 5 else None
