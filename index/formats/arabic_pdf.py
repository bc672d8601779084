"""Arabic that a program drew the wrong way round, made readable by evidence in the words themselves.

Some programs draw Arabic as presentation forms (the shapes of letters instead of the letters), and some
from left to right, as if it were Latin: letters, words or both are turned round on the page itself. It
leaves out what the page's geometry tells, which ``layout`` reads.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from index.text.arabic import AND, BY, FOR_THE, FREQUENT_WORDS, THE

_SHAPES = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")
_WORD = re.compile(r"[\u0621-\u063f\u0641-\u064a]{2,}")
_VOWELS = re.compile(r"[\u0640\u064b-\u0652\u0670]")
_ARABIC = re.compile(r"[\u0621-\u064a\ufb50-\ufdff\ufe70-\ufefc]")
_SPELLED = re.compile(r"[\u0621-\u065f\u0670-\u06d3\ufb50-\ufdff\ufe70-\ufefc]+")
_PAIRS = frozenset(
    " ".join(pair.split())
    for pair in """
    من خلال|من قبل|بعد أن|قبل أن|على أن|إلى أن|أكثر من|العديد من|عدد من|في هذا|في هذه|في ذلك|مع ذلك|عن طريق|
    بالإضافة إلى|يمكن أن|يجب أن|كما أن|من بين|على الرغم|الرغم من|من أجل|في حين|حتى الآن|لا يمكن|قال إن|
    وقال إن|في عام|منذ عام|كان من|بدلا من|أن يكون|من هذا|من هذه|بما في|هذا العام|في ظل|غير أن
    """.split("|")  # noqa: SIM905
)
_ARTICLES = (THE, AND + THE, BY + THE, FOR_THE)
_TURNED_ARTICLES = tuple(article[::-1] for article in _ARTICLES)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
# What runs from left to right within Arabic: Latin words with what is between them; numbers, whose parts
# a hyphen does not hold together.
_LEFT_TO_RIGHT = re.compile(
    r"(?:\d+-?)?[A-Za-z\u00c0-\u024f](?:[A-Za-z\u00c0-\u024f\d .,:/@'&_+-]*[A-Za-z\u00c0-\u024f])?\d*"
    r"|\d+(?:[.,:/٫٬]\d+)*"
)
_FORMS = {
    kind: "".join(
        c for c in map(chr, range(0xFE80, 0xFEFD)) if unicodedata.decomposition(c).startswith(f"<{kind}")
    )
    for kind in ("initial", "medial", "final")
}
_OPEN_END = re.compile(  # a letter drawn to be joined, a space, a letter drawn to join it
    rf"([{_FORMS['initial']}{_FORMS['medial']}][\u064b-\u0652]*) +(?=[{_FORMS['medial']}{_FORMS['final']}])"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|«[^«»]*»")
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def letters_of(text: str) -> str:
    """Presentation forms replaced by the letters they show; nothing else is touched."""
    return _SHAPES.sub(lambda shapes: unicodedata.normalize("NFKC", shapes[0]), text)


def plausibility(text: str) -> float:
    """How much the Arabic words look like Arabic words, per word: 0.5 in prose, under 0 where turned."""
    words = _WORD.findall(_VOWELS.sub("", text))
    return sum(map(_evidence, words)) / len(words) if words else 0.0


def _evidence(word: str) -> int:
    score = (word in FREQUENT_WORDS) - (word[::-1] in FREQUENT_WORDS)
    if len(word) > 3:
        score += word.startswith(_ARTICLES) - word.endswith(_TURNED_ARTICLES)
    return score + word.endswith(("ة", "ى")) - word.startswith(("ة", "ى"))


def in_reading_order(text: str) -> str:
    """Letters in the order of reading, where the text's letters, words or both stand as they are seen."""
    if not _ARABIC.search(text):
        return text
    orders = (
        text,
        _turned(text),
        _SPELLED.sub(lambda word: word[0][::-1], text),
        _by_line(text, _turn_words),
    )
    return _spaced(max(map(_joined, orders), key=_soundness))  # the first where they are equal: as it is


def _joined(text: str) -> str:
    """Letters for shapes, once the shapes have told which spaces are none."""
    return letters_of(_OPEN_END.sub(r"\1", text))


def _spaced(text: str) -> str:
    """Spaces as they are written about brackets and stops; marks of vowels that lost their letter dropped."""
    text = re.sub(r"(?<![\u0621-\u0652\u0670-\u06d3])[\u064b-\u0652]+", "", re.sub(r"[^\S\n]+", " ", text))
    return re.sub(r" (?=[.،؛؟!:)\]»])", "", re.sub(r"(?<=[(\[«]) ", "", text))


def _soundness(text: str) -> int:
    """Evidence that letters and words stand in order: known words and pairs, full stops at ends of lines."""
    text = _VOWELS.sub("", text)
    score = sum(map(_evidence, _WORD.findall(text)))
    for line in text.split("\n"):
        words = line.split()
        for first, second in pairwise(words):
            score += (f"{first} {second}" in _PAIRS) - (f"{second} {first}" in _PAIRS)
        if len(words) > 1:
            score += words[-1].endswith((".", "؟", "!")) - words[0].startswith((".", "؟", "!"))
    return score


def _by_line(text: str, turn: Callable[[str], str]) -> str:
    """The lines that are not Latin, turned."""
    lines = text.split("\n")
    return "\n".join(turn(line) if is_arabic(line) else line for line in lines)


def is_arabic(text: str) -> bool:
    """More Arabic letters than Latin ones; what has neither goes with the Arabic around it."""
    return len(_ARABIC.findall(text)) >= len(_LATIN.findall(text))


def _turned(text: str) -> str:
    """Each line backwards, numbers and Latin words as they were."""
    turned = _by_line(text, lambda line: _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], line[::-1]))
    mirrored = _by_line(turned, lambda line: line.translate(_MIRROR))  # brackets were drawn turned round
    return turned if len(_BRACKETS.findall(turned)) > len(_BRACKETS.findall(mirrored)) else mirrored


def _turn_words(line: str) -> str:
    return " ".join(reversed(line.split()))
