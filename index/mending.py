"""Text as PDFs give it, mended into running text.

Arabic comes out of PDFs as presentation forms (the shapes of letters instead of the letters), and at
times in the order in which it is seen instead of the order in which it is read: letters, words or both
turned round. The order is judged by evidence in the words themselves, never by the file's claims.
Lines are joined into paragraphs. It leaves out columns, tables and what only the page's geometry tells.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

_SHAPES = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")
_ARABIC = r"\u0621-\u064a\u064b-\u0652\u0660-\u0669\u0670-\u06d3"
_WORD = re.compile(r"[\u0621-\u064a]{2,}")
_FREQUENT = frozenset(
    [
        "في",
        "من",
        "على",
        "إلى",
        "الى",
        "عن",
        "أن",
        "ان",
        "إن",
        "هذا",
        "هذه",
        "ذلك",
        "التي",
        "الذي",
        "الذين",
        "مع",
        "كان",
        "كانت",
        "قال",
        "وقال",
        "بعد",
        "قبل",
        "بين",
        "لا",
        "لم",
        "هو",
        "هي",
        "قد",
        "كما",
        "عام",
        "خلال",
        "حول",
        "عند",
        "أو",
        "ثم",
        "كل",
        "غير",
        "وفي",
        "ومن",
        "وعلى",
        "وقد",
        "وكان",
    ]
)
_PAIRS = frozenset(
    [
        "من خلال",
        "من قبل",
        "بعد أن",
        "قبل أن",
        "على أن",
        "إلى أن",
        "أكثر من",
        "العديد من",
        "عدد من",
        "في هذا",
        "في هذه",
        "في ذلك",
        "مع ذلك",
        "بالإضافة إلى",
        "عن طريق",
        "يمكن أن",
        "يجب أن",
        "كما أن",
        "من بين",
        "على الرغم",
        "الرغم من",
        "من أجل",
        "في حين",
        "حتى الآن",
        "لا يمكن",
        "قال إن",
        "وقال إن",
        "أي وقت",
        "في عام",
        "منذ عام",
        "كان من",
        "بدلا من",
        "أن يكون",
        "من هذا",
        "من هذه",
        "بما في",
        "هذا العام",
        "في ظل",
        "غير أن",
    ]
)
_LATIN = r"A-Za-z\u00c0-\u024f"
_LEFT_TO_RIGHT = re.compile(
    rf"[{_LATIN}\d](?:[{_LATIN}\d .,:;/@'&_+-]*[{_LATIN}][{_LATIN}\d]*|[\d.,:/٫٬-]*\d)?|%?\d[\d.,:/٫٬-]*"
)
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def letters_of(text: str) -> str:
    """Presentation forms replaced by the letters they show; nothing else is touched."""
    return _SHAPES.sub(lambda shapes: unicodedata.normalize("NFKC", shapes[0]), text)


def plausibility(text: str) -> float:
    """How much the Arabic words look like Arabic words, per word: about 0.5 in prose, below 0 where turned."""
    words = _WORD.findall(text)
    return sum(map(_evidence, words)) / len(words) if words else 0.0


def _evidence(word: str) -> int:
    score = (word in _FREQUENT) - (word[::-1] in _FREQUENT)
    if len(word) > 3:
        score += word.startswith(("ال", "وال", "بال", "لل")) - word.endswith(("لا", "لاو", "لاب", "لل"))
    score += word.endswith(("ة", "ى")) - word.startswith(("ة", "ى"))
    return score


def in_reading_order(text: str) -> str:
    """Arabic turned back where its letters or its words stand in the order in which they are seen."""
    ways = {
        "as it is": text,
        "letters and words": _by_line(text, _turn_line),
        "letters": re.sub(rf"[{_ARABIC}\ufb50-\ufdff\ufe70-\ufefc]+", lambda word: word[0][::-1], text),
    }
    as_it_is, turned = plausibility(letters_of(text)), plausibility(letters_of(ways["letters"]))
    if turned > as_it_is:
        whole, letters = ways["letters and words"], ways["letters"]
        text = whole if _order(letters_of(whole)) >= _order(letters_of(letters)) else letters
    else:
        words = _by_line(text, _turn_words)
        if _order(letters_of(words)) > _order(letters_of(text)) + 1:
            text = words
    return letters_of(text)


def _by_line(text: str, turn: Callable[[str], str]) -> str:
    return "\n".join(
        turn(line) if _SHAPES.search(line) or _WORD.search(line) else line for line in text.split("\n")
    )


def _turn_line(line: str) -> str:
    """The line backwards, numbers and Latin words as they were."""
    turned = _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], line[::-1])
    crossed = re.search(r"[)»\]][^()«»\[\]]*[(«\[]", turned) and not re.search(
        r"[(«\[][^()«»\[\]]*[)»\]]", turned
    )
    return turned.translate(_MIRROR) if crossed else turned


def _turn_words(line: str) -> str:
    return " ".join(reversed(line.split(" ")))


def _order(text: str) -> int:
    """Evidence for the order of the words: pairs that belong together, full stops at the ends of lines."""
    score = 0
    for line in text.split("\n"):
        words = line.split()
        for first, second in zip(words, words[1:], strict=False):
            score += (f"{first} {second}" in _PAIRS) - (f"{second} {first}" in _PAIRS)
        if len(words) > 1:
            score += words[-1].endswith((".", "؟", "!")) - words[0].endswith((".", "؟", "!"))
    return score


def running_text(pages: Sequence[str]) -> str:
    """Paragraphs out of the lines of pages.

    A line that is clearly shorter than the usual one ends its paragraph, and so does an empty one; a word
    divided at a line's end is put together; a page's number is left out.

    >>> running_text(["The council met in the exam-\\nination hall.\\n7", "It agreed."])
    'The council met in the examination hall.\\nIt agreed.'
    """
    lines = [line.strip() for page in pages for line in _without_number(page.strip().split("\n"))]
    lengths = sorted(len(line) for line in lines if line)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    text = ""
    previous = ""
    for line in lines:
        if not line or not previous:
            text += "\n" if line else ""
        elif len(previous) * 4 < usual * 3:
            text += "\n"
        elif re.search(r"[a-z]-$", previous) and re.match(r"[a-z]", line):
            text = text.removesuffix("-")
        else:
            text += " "
        text += line
        previous = line
    return re.sub(r"[^\S\n]+", " ", text).strip()


def _without_number(lines: list[str]) -> list[str]:
    number = re.compile(r"\W*(?:page |صفحة )?\d{1,4}\W*(?:(?:/|of|من) *\d{1,4}\W*)?", re.IGNORECASE)
    if lines and number.fullmatch(lines[-1].strip()):
        lines = lines[:-1]
    if lines and number.fullmatch(lines[0].strip()):
        lines = lines[1:]
    return lines
