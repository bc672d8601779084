"""Whether the answers of two articles say the same: who agrees is cited beside, who differs is shown.

Answers are compared by what they state in numbers and dates, in digits or words (``index.text.quantities``),
and where they state none by their content terms, within a language. Of two figures it has to be known that
they are of the same thing: their sentences mean nearly the same, or both are nearly as likely an answer.
Leaves out what it would take to know: synonyms, names across scripts, a minute and sixty seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answers import Alternative, Citation, cite
from assistant.readers.candidates import Candidate
from index.text.analysis import analyse, fold, is_stop
from index.text.quantities import quantities
from index.text.units import units_named

STILL_LIKELY, NEARLY = 3.0, 1.0  # log odds that another article's answer may be behind, same or not
ALIKE, LIKELY, NEARLY_SAME = 0.72, 0.25, 0.78  # see ``is_alike``
LONGEST_FIGURE = 8  # words of an answer whose figure is compared
BRIEF = 6  # words of an answer that is a number or a date with its unit
MISSING = 0.2  # share of the question's terms that a sentence on the same matter may lack
AGREEMENT = 0.5  # share of their content terms that two sentences have in common


@dataclass(frozen=True, slots=True)
class CandidateAnswer:
    """A candidate sentence and the range of its article that it would answer with."""

    candidate: Candidate
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.candidate.article.text[self.start : self.end]

    @property
    def whole(self) -> bool:
        """Whether the whole sentence is the answer."""
        return (self.start, self.end) == (self.candidate.start, self.candidate.end)

    def cited(self, number: int) -> Citation:
        """The sentence, with the answer in it."""
        sentence = self.candidate
        return cite(number, sentence.article, sentence.start, sentence.end, (self.start, self.end))


@dataclass(frozen=True, slots=True)
class Rival:
    """Another answer: the log odds that it is behind, and whether its sentence is alike (``is_alike``)."""

    answer: CandidateAnswer
    behind: float
    alike: bool


def comparable(chosen: CandidateAnswer, other: CandidateAnswer) -> bool:
    """Whether both state figures or dates alone, in units that may be the same."""
    if chosen.candidate.article.id == other.candidate.article.id or chosen.whole or other.whole:
        return False
    both = chosen.text, other.text
    stated = all(len(text.split()) <= LONGEST_FIGURE for text in both)
    agrees = quantities(chosen.text).agrees(quantities(other.text))
    return stated and agrees is not None and not _in_other_units(*both)


def is_alike(likeness: float, alone: float) -> bool:
    """Whether a sentence that states a figure speaks of what another does.

    ``likeness``: the cosine of their meanings; ``alone``: how sure its answer would be if its article were
    the only one, 0 where that is not known. All three numbers were chosen on the development half of the
    everyday pairs (``python -m eval.pairs``).
    """
    return likeness >= NEARLY_SAME or (likeness >= ALIKE and alone >= LIKELY)


def agreeing(number: int, chosen: CandidateAnswer, others: Sequence[Rival]) -> list[Citation]:
    """A citation of another article that says the same, if one does that may well answer."""
    for other in others:
        elsewhere = other.answer.candidate.article.id != chosen.candidate.article.id
        near = other.alike or other.behind < STILL_LIKELY
        if elsewhere and near and _same(chosen, other.answer):
            return [other.answer.cited(number)]
    return []


def on_the_matter(asked: Sequence[str], chosen: Candidate, other: Candidate) -> bool:
    """Whether a sentence with what is around it has the question's terms that the chosen one's have.

    ``asked``: the question's content terms; the first is mostly what was done, which may be told in other
    words. What another article says of another thing contradicts nothing.
    Across languages it is not known.
    """
    if chosen.article.language != other.article.language:
        return True
    spoken_of = _around(chosen) & set(asked[1:])
    return len(spoken_of - _around(other)) <= MISSING * len(spoken_of)


def _around(candidate: Candidate) -> set[str]:
    parts = (candidate.under, candidate.hit.passage.text, candidate.text)
    return {term.text for part in parts for term in analyse(part)}


def differing(
    number: int,
    chosen: CandidateAnswer,
    others: Sequence[Rival],
    confidence: float,
    asked: Sequence[str] = (),
) -> tuple[Alternative, ...]:
    """What another article says instead, where that is nearly as likely or said of the same.

    ``asked``: the question's content terms, which it has to be about (``on_the_matter``).
    """
    for other in others:
        answer, article = other.answer, other.answer.candidate.article
        near = STILL_LIKELY if _states_alike(chosen, answer) else NEARLY
        near_enough = other.alike or other.behind < near
        elsewhere = article.id != chosen.candidate.article.id
        if not (near_enough and elsewhere and _differ(chosen, answer)):
            continue
        if on_the_matter(asked, chosen.candidate, answer.candidate):
            sure = confidence if other.alike else confidence * min(1.0, float(np.exp(-other.behind)))
            return (Alternative(answer.text, article.language, answer.cited(number), sure),)
    return ()


def _same(one: CandidateAnswer, other: CandidateAnswer) -> bool:
    """Whether two answers say the same: the one is in the other, or as whole sentences they share most terms.

    Across languages only numbers and dates can be compared.
    """
    across = one.candidate.article.language != other.candidate.article.language
    stated, otherwise = quantities(one.text), quantities(other.text)
    if one.whole or other.whole:
        if across:
            return bool(stated) and replace(stated, rounded=False) == replace(otherwise, rounded=False)
    else:
        agrees = stated.agrees(otherwise)
        if agrees is not None or across:
            return bool(agrees)
        terms, others = _content(one.text), _content(other.text)
        return bool(terms and others) and (terms <= others or others <= terms)
    terms, others = _content(one.candidate.text), _content(other.candidate.text)
    return len(terms & others) >= AGREEMENT * max(len(terms | others), 1)


def _differ(one: CandidateAnswer, other: CandidateAnswer) -> bool:
    """Whether two answers are short, of one kind, and not the same."""
    if one.whole or other.whole or _in_other_units(one.text, other.text):
        return False
    stated, otherwise = quantities(one.text), quantities(other.text)
    agrees = stated.agrees(otherwise)
    if agrees is not None:
        return not agrees
    across = one.candidate.article.language != other.candidate.article.language
    return not (stated or otherwise or across or _same(one, other))


def _in_other_units(text: str, other: str) -> bool:
    """Whether both name units, and none that is the same."""
    units, others = units_named(fold(text)), units_named(fold(other))
    return bool(units and others and units.isdisjoint(others))


def _states_alike(one: CandidateAnswer, other: CandidateAnswer) -> bool:
    """Whether both state a number or a date alone, as an answer to how many or when does."""
    both = one.text, other.text
    return all(len(text.split()) <= BRIEF and quantities(text) for text in both)


def _content(text: str) -> set[str]:
    return {term.text for term in analyse(text) if not is_stop(term.text)}
