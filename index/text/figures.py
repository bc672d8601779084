"""Figures, and words that stand for them in their place: the first quarter is quarter 1."""

import re

from index.text.analysis import fold

_ORDINALS = {
    word: str(number)
    for number, words in enumerate(
        (
            "first الاول الاولي اول",
            "second الثاني الثانيه ثاني التاني التانيه",
            "third الثالث الثالثه ثالث التالت التالته",
            "fourth الرابع الرابعه رابع",
            "fifth الخامس الخامسه خامس",
            "sixth السادس السادسه سادس",
            "seventh السابع السابعه سابع",
            "eighth الثامن الثامنه ثامن",
            "ninth التاسع التاسعه تاسع",
            "tenth العاشر العاشره عاشر",
        ),
        1,
    )
    for word in words.split()
}
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def figures(text: str) -> set[str]:
    """The figures of a text, those in words like "Q1" too, and its ordinals as figures.

    >>> sorted(figures("الربع الأول من ٢٠٢٤")), sorted(figures("Q1 2024"))
    (['1', '2024'], ['1', '2024'])
    """
    found = (match[0] for match in _FIGURE.finditer(fold(text)))
    return {_ORDINALS.get(word, word) for word in found if word in _ORDINALS or word[0].isdecimal()}
