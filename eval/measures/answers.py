"""Measures of an answer: each function gives a value in 0..1 for one question.

They follow the SQuAD v1.1 evaluation (Rajpurkar et al. 2016, evaluate-v1.1.py) for English, the MLQA
evaluation (Lewis et al. 2019, mlqa_evaluation_v1.py) for Arabic, and SQuAD v2.0 (Rajpurkar et al. 2018)
for questions that the articles do not answer. ``eval.measures.ranking`` measures retrieval.

Leaves out means: those are taken where the denominator can be seen, in ``eval.report``.
"""

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from index.structure import visible

_ENGLISH_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalise_answer(text: str, language: str) -> str:
    """The text as answers are compared: lower case, no punctuation, no articles, single spaces.

    English, SQuAD v1.1: ``string.punctuation`` goes, then the words a, an, the. Arabic, MLQA: every
    character of a Unicode P category goes too, then ال wherever it stands. The published pattern is
    ``\\sال^|ال``, whose first half can never match; so الخالد becomes "خ د", and so do we. Vowel marks
    stay, as both definitions keep them. First of all what is not seen goes and letters are composed (NFC):
    an answer is cut from an article that is kept as its file has it, a gold answer is typed by another hand.

        >>> normalise_answer("The U.S. dollar", "en")
        'us dollar'
    """
    text = unicodedata.normalize("NFC", visible(text)).lower()
    if language == "ar":
        text = "".join(c for c in text if c not in string.punctuation and unicodedata.category(c)[0] != "P")
        text = text.replace("ال", " ")
    else:
        text = "".join(c for c in text if c not in string.punctuation)
        text = _ENGLISH_ARTICLES.sub(" ", text)
    return " ".join(text.split())


def exact_match(prediction: str, answers: Sequence[str], language: str) -> float:
    """1 where the prediction equals a gold answer after ``normalise_answer``, else 0.

    An empty prediction is an abstention: 0 where there are answers, 1 where there are none (v2.0).
    """
    if not prediction or not answers:
        return float(not prediction and not answers)
    predicted = normalise_answer(prediction, language)
    return float(any(predicted == normalise_answer(answer, language) for answer in answers))


def f1(prediction: str, answers: Sequence[str], language: str) -> float:
    """The harmonic mean of precision and recall over words, the best over the gold answers.

    Words are those of ``normalise_answer``, counted as often as they occur; abstentions as in
    ``exact_match``.
    """
    if not prediction or not answers:
        return float(not prediction and not answers)
    predicted = normalise_answer(prediction, language).split()
    return max(_overlap(predicted, normalise_answer(answer, language).split()) for answer in answers)


def _overlap(predicted: list[str], gold: list[str]) -> float:
    common = (Counter(predicted) & Counter(gold)).total()
    if not common:
        return 0.0
    precision, recall = common / len(predicted), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def sentence_match(quotes: Sequence[str], answers: Sequence[str], language: str) -> float:
    """1 where one of the quoted sentences contains a gold answer, both after ``normalise_answer``.

    The answer may begin or end inside a word, as gold answers do where Arabic writes a preposition or
    a conjunction together with its noun. An answer that normalises to nothing is in no sentence. No
    quotes are an abstention, as in ``exact_match``.
    """
    if not quotes or not answers:
        return float(not quotes and not answers)
    golds = [gold for answer in answers if (gold := normalise_answer(answer, language))]
    sentences = [normalise_answer(quote, language) for quote in quotes]
    return float(any(gold in sentence for gold in golds for sentence in sentences))


def is_right(prediction: str, quotes: Sequence[str], answers: Sequence[str], language: str) -> bool:
    """Whether an answer is right: a quoted sentence contains a gold answer, and the answer says it.

    It says it where it contains the gold answer, lies within it, or shares more than half of its words
    (F1 above 0.5). So a span is wrong that stands in the right sentence and says something else of it.
    """
    if not prediction or not answers or not sentence_match(quotes, answers, language):
        return False
    predicted = normalise_answer(prediction, language)
    golds = [gold for answer in answers if (gold := normalise_answer(answer, language))]
    words = f" {predicted} "
    return any(gold in predicted or (predicted and words in f" {gold} ") for gold in golds) or (
        f1(prediction, answers, language) > 0.5
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0..1) of the values do not exceed; 0.0 for none."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else 0.0
