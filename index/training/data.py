"""The training sets as plain pairs of texts, and questions over their paragraphs.

Reads the folder layout ``parallel/ lexical/ qa/ mono/`` of xz-compressed JSON Lines, SQuAD v1 JSON and plain
text. Caps and filters live here, in one place.
"""

import json
import lzma
import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

# Sets that would drown the others: religious verses, and exam items of a few machine-translated words.
PARALLEL_CAPS = {"bible": 8_000, "mmlu_ar": 24_000}
PARTS = ("parallel", "lexical", "qa", "mono")
ARABIC = re.compile(r"[\u0620-\u064a]")


class Pair(NamedTuple):
    """The same in both languages."""

    english: str
    arabic: str


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question, the place of its paragraph in ``QuestionSet.paragraphs``, the answers' ranges in that."""

    id: str
    text: str
    paragraph: int
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A SQuAD v1 file; ``articles[i]`` is the number of the article that ``paragraphs[i]`` is from."""

    name: str
    titles: list[str]
    paragraphs: list[str]
    articles: list[int]
    questions: list[SquadQuestion]

    @property
    def language(self) -> str:
        """ "ar" or "en", that of the first question."""
        return "ar" if self.questions and ARABIC.search(self.questions[0].text) else "en"


def require_layout(data: Path) -> None:
    """``ValueError`` that says what the folder lacks."""
    lacking = [f"{part}/" for part in PARTS if not (data / part).is_dir()]
    if lacking:
        raise ValueError(f"{data} lacks {', '.join(lacking)}: give the folder that has them")


def parallel_pairs(data: Path, seed: int) -> list[Pair]:
    """The sentence pairs, each once, capped per set, in an order that the seed fixes."""
    pairs: dict[Pair, None] = {}
    for name, found in parallel_texts(data).items():
        random.Random(f"{seed} {name}").shuffle(found)
        if name == "mmlu_ar":  # the questions say more than the options
            found.sort(key=lambda pair: len(pair.english) < 40)
        pairs.update(dict.fromkeys(found[: PARALLEL_CAPS.get(name)]))
    mixed = list(pairs)
    random.Random(seed).shuffle(mixed)
    return mixed


def parallel_texts(data: Path) -> dict[str, list[Pair]]:
    """The sentence pairs by their sets, in the order of the files: those of one text follow one another."""
    return {
        _name(path): [pair for pair in _read_pairs(path) if _plausible(pair)]
        for path in sorted((data / "parallel").glob("*.jsonl.xz"))
    }


def lexical_pairs(data: Path, without: Collection[str] = ()) -> list[Pair]:
    """Words and names in both languages, from all the sets but those."""
    paths = [path for path in sorted((data / "lexical").glob("*.jsonl.xz")) if _name(path) not in without]
    return list(dict.fromkeys(pair for path in paths for pair in _read_pairs(path)))


def question_sets(data: Path) -> list[QuestionSet]:
    """The sets of questions with their paragraphs."""
    return [read_squad(path) for path in sorted((data / "qa").glob("*.json.xz"))]


def arabic_paraphrases(data: Path) -> list[tuple[str, str]]:
    """Arabic questions that mean the same."""
    return [(one, other) for one, other, same in arabic_questions(data) if same]


def arabic_questions(data: Path) -> list[tuple[str, str, bool]]:
    """Pairs of Arabic questions, and whether they mean the same."""
    rows = _json_lines(data / "qa" / "q2q_ar_train.jsonl.xz")
    return [(row["question1"], row["question2"], int(row["label"]) == 1) for row in rows]


def arabic_paragraphs(data: Path) -> list[str]:
    """Arabic Wikipedia, a paragraph an entry."""
    lines: list[str] = []
    for path in sorted((data / "mono").glob("*.txt.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            lines.extend(line.strip() for line in file if line.strip())
    return lines


def texts_in(questions: Sequence[QuestionSet], paragraphs: Sequence[str], pairs: Sequence[Pair]) -> list[str]:
    """Every text that is learnt from: where the pieces of a vocabulary are counted."""
    return [
        *(text for one in questions for text in one.paragraphs),
        *(question.text for one in questions for question in one.questions),
        *paragraphs,
        *(side for pair in pairs for side in pair),
    ]


def learnt_from(data: Path, without: Collection[str] = ()) -> list[Path]:
    """The files that these functions read, but for those lexical sets."""
    patterns = ("parallel/*.jsonl.xz", "lexical/*.jsonl.xz", "qa/*.json.xz", "qa/q2q_*.xz", "mono/*.txt.xz")
    paths = [path for pattern in patterns for path in sorted(data.glob(pattern))]
    return [path for path in paths if _name(path) not in without]


def read_squad(path: Path) -> QuestionSet:
    """A SQuAD v1 file, compressed or not.

    Equal paragraphs are one. Answers that do not stand where they should are left out, and questions without
    answers.
    """
    stored = path.read_bytes()
    text = lzma.decompress(stored) if path.suffix == ".xz" else stored
    entries: list[dict[str, Any]] = json.loads(text)["data"]
    places: dict[str, int] = {}
    owners: list[int] = []
    questions: list[SquadQuestion] = []
    for number, entry in enumerate(entries):
        for paragraph in entry["paragraphs"]:
            context = paragraph["context"]
            if context not in places:
                places[context] = len(places)
                owners.append(number)
            for qa in paragraph["qas"]:
                stated = [(answer["answer_start"], answer["text"]) for answer in qa["answers"]]
                answers = tuple((at, at + len(it)) for at, it in stated if context[at : at + len(it)] == it)
                if answers:
                    asked = str(qa.get("id", "")), qa["question"].strip()
                    questions.append(SquadQuestion(*asked, places[context], answers))
    titles = [entry.get("title", "") for entry in entries]
    return QuestionSet(_name(path), titles, list(places), owners, questions)


def _name(path: Path) -> str:
    return path.name.split(".")[0]


def _read_pairs(path: Path) -> Iterator[Pair]:
    for row in _json_lines(path):
        yield Pair(row["en"].strip(), row["ar"].strip())


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _plausible(pair: Pair) -> bool:
    """Arabic on the Arabic side, and neither side three times as long as the other."""
    return (
        ARABIC.search(pair.arabic) is not None
        and ARABIC.search(pair.english) is None
        and 10 + 3 * len(pair.arabic) > len(pair.english)
        and 10 + 3 * len(pair.english) > len(pair.arabic)
    )
