"""Which questions the reader is asked, in which order: of every set its share, in both languages and across.

Of a set's questions some have their words switched for the other language's. Arabic ones are few: they are
asked more than once, of other texts, and questions made from paragraphs and sentence pairs stand beside them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.training.synthetic_questions import cloze, cross_lingual_cloze
from assistant.training.verifier.passages import AnsweredQuestion, AskedText, NearTexts
from index.structure import Range
from index.training import data as sets
from index.training.alignment import BilingualLexicon, WordSwitcher
from index.training.data import Pair, QuestionSet, SquadQuestion

NOT_NAMES = ("wordnet_omw",)  # of the lexical sets
MADE = 2_500  # questions made of each kind
TRIES = 100_000  # at most
TOGETHER = 5  # sentences of one side of the pairs that make a paragraph
PARALLEL = ("tico19", "ms_dynamics365", "ms_courses", "tatoeba", "docs_misc")
# Of the questions asked, and the chance that the words of one are switched.
SHARES = {
    "squadshifts_new_wiki": (0.15, 0.35),
    "nq_qed_all_history": (0.13, 0.35),
    "tydiqa_goldp_en_train": (0.12, 0.35),
    "fairytaleqa": (0.06, 0.2),
    "squadshifts_reddit": (0.03, 0.2),
    "squadshifts_amazon_reviews": (0.02, 0.2),
    "covidqa": (0.02, 0.35),
    "tydiqa_goldp_ar_dev": (0.16, 0.3),
    "arcd_train": (0.12, 0.3),
    "made": (0.10, 0.3),
    "across": (0.09, 0.0),
}
OTHERS = {"ar": 2, "en": 1}  # texts from elsewhere for each question
SWITCHED = (0.6, 1.0)  # of the words of a question that has words switched


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """A question with its texts; ``group``: what is held out together."""

    source: str
    group: str
    texts: tuple[AskedText, ...]


class QuestionSource:
    """Questions of all sets; ``draw(number)`` gives the same one for the same number."""

    def __init__(self, data: Path, seed: int, shares: Mapping[str, tuple[float, float]] = SHARES) -> None:
        self._seed = seed
        lexicon = BilingualLexicon(sets.parallel_pairs(data, seed), sets.lexical_pairs(data, NOT_NAMES))
        self._switch = {"en": lexicon.to_arabic, "ar": lexicon.to_english}
        found = sets.question_sets(data)
        chance = np.random.default_rng(seed)
        if "made" in shares:
            found.append(made_questions(sets.arabic_paragraphs(data), chance))
        if "across" in shares:
            found.append(questions_across(sets.parallel_texts(data), lexicon, chance))
        self._sets = {
            one.name: (one.language, NearTexts(one)) for one in found if one.questions and one.name in shares
        }
        self._order = {
            name: chance.permutation(len(texts.questions)) for name, (_, texts) in self._sets.items()
        }
        self._shares = {name: shares[name] for name in self._sets}

    def draw(self, number: int) -> DrawnQuestion:
        """The question of that number, with its texts."""
        chance = np.random.default_rng((self._seed, number))
        name, place = self._place(number)
        language, near = self._sets[name]
        order = self._order[name]
        asked = near.questions[order[place % len(order)]]
        question = asked.question
        # a second time round it is asked in the other words
        if chance.random() < self._shares[name][1]:
            question = _switched(question, self._switch[language], chance)
        texts = near.texts(asked, question, OTHERS[language], chance)
        return DrawnQuestion(name, asked.group, tuple(texts))

    def swapped(self, count: int) -> Iterator[tuple[str, AskedText, AskedText]]:
        """(group, question over its paragraph, another one of that), of the sets in their shares."""
        for name, (language, near) in self._sets.items():
            chance = np.random.default_rng((self._seed, len(self._sets[name][1].questions)))
            together: dict[int, list[AnsweredQuestion]] = defaultdict(list)
            for asked in near.questions:
                together[asked.paragraph].append(asked)
            several = [those for those in together.values() if len(those) > 1]
            wanted = int(count * self._shares[name][0])
            for those in _taken(several, wanted, chance):
                one, other = (those[row] for row in chance.choice(len(those), 2, replace=False))
                if any(_touch(first, second) for first in one.ranges for second in other.ranges):
                    continue
                text = near.whole(one)
                if chance.random() < self._shares[name][1]:
                    text = replace(text, question=_switched(one.question, self._switch[language], chance))
                yield one.group, text, near.whole(other)

    def _place(self, number: int) -> tuple[str, int]:
        """The set of a number, and how many of that set come before it; they are spread evenly."""
        names = list(self._shares)
        weights = np.array([self._shares[name][0] for name in names])
        upto = np.cumsum(weights / weights.sum())
        # golden section: every stretch of numbers has the sets in their shares
        drawn = np.searchsorted(upto, (np.arange(number + 1) * 0.6180339887498949) % 1.0, side="right")
        drawn = np.minimum(drawn, len(names) - 1)
        return names[drawn[number]], int((drawn[:number] == drawn[number]).sum())


def _taken(
    items: Sequence[list[AnsweredQuestion]], count: int, chance: np.random.Generator
) -> Iterator[list[AnsweredQuestion]]:
    """So many of the items, each as often as the others, at most three times."""
    for _ in range(3):
        for row in chance.permutation(len(items))[:count]:
            count -= 1
            yield items[row]


def _touch(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _switched(question: str, switch: WordSwitcher, chance: np.random.Generator) -> str:
    return switch(question, chance, chance.uniform(*SWITCHED))


def made_questions(paragraphs: Sequence[str], chance: np.random.Generator) -> QuestionSet:
    """Questions made from Arabic paragraphs, as a set."""

    def made() -> Iterator[tuple[str, str, int, int]]:
        for _ in range(TRIES if paragraphs else 0):
            text = paragraphs[int(chance.integers(len(paragraphs)))]
            if found := cloze(text, chance):
                yield found[0], text, *found[1:]

    return _as_set("made", made)


def questions_across(
    texts: Mapping[str, Sequence[Pair]], lexicon: BilingualLexicon, chance: np.random.Generator
) -> QuestionSet:
    """Questions made from sentences, over the other side of the pairs that follow one another, as a set."""
    names = [name for name in PARALLEL if len(texts.get(name, ())) > TOGETHER]

    def made() -> Iterator[tuple[str, str, int, int]]:
        for _ in range(TRIES if names else 0):
            pairs = texts[names[int(chance.integers(len(names)))]]
            first = int(chance.integers(len(pairs) - TOGETHER))
            english = bool(chance.random() < 0.5)
            place = first + int(chance.integers(TOGETHER))
            found = cross_lingual_cloze(pairs[place], english, lexicon, chance)
            if not found:
                continue
            question, start, end = found
            side = [pair.arabic if english else pair.english for pair in pairs[first : first + TOGETHER]]
            before = sum(len(text) + 1 for text in side[: place - first])
            yield question, "\n".join(side), before + start, before + end

    return _as_set("across", made)


def _as_set(name: str, made: Callable[[], Iterator[tuple[str, str, int, int]]]) -> QuestionSet:
    """Questions, each over a paragraph of its own."""
    paragraphs, questions = [], []
    for (question, text, start, end), number in zip(made(), range(MADE), strict=False):
        paragraphs.append(text)
        questions.append(SquadQuestion(f"{name}-{number}", question, number, ((start, end),)))
    return QuestionSet(name, [""], paragraphs, [0] * len(paragraphs), questions)
