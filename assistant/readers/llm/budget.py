"""Passages that fit a model's window, by an estimate of tokens that errs on the safe side.

No tokenizer is asked: which one an endpoint has is not known. An Arabic letter counts as a token of its own,
as in the oldest vocabularies; in today's it is about half of one. An English word counts for more than it
takes in any. So a window is never overrun, and of a new model it holds more than is used.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.articles import Article
from index.passages import Hit, Passage, article_sentences, split_article

ANSWER = 1024  # tokens that are kept for the answer, at most
ANSWER_SHARE = 4  # of the window, one in so many
OF_ONE_ARTICLE = 3  # passages, before the other articles have had theirs
SHORTEST = 80  # code points of a passage that is worth its place
_WORDS = re.compile(r"[A-Za-z]+|\s+|.", re.DOTALL)
LETTERS = 3  # of an English word, to a token


def tokens_of(text: str) -> int:
    """How many tokens a text has at most, in the vocabularies that are in use.

    >>> tokens_of("The lighthouse is 41 m high."), tokens_of("المنارة")
    (12, 7)
    """
    return sum(map(_tokens_of_word, _WORDS.findall(text)))


def _tokens_of_word(word: str) -> int:
    if word.isspace():
        return int("\n" in word)
    if word.isascii():
        return math.ceil(len(word) / LETTERS)
    return max(1, len(word.encode("utf-8", "replace")) // 2)


def answer_tokens(window: int) -> int:
    """How many tokens are kept for the answer."""
    return min(ANSWER, window // ANSWER_SHARE)


def by_rank(hits: Sequence[Hit]) -> list[Passage]:
    """The hits' passages, best first; of one article a few at first, so that others are heard too."""
    first: list[Passage] = []
    rest: list[Passage] = []
    seen: dict[str, int] = {}
    for hit in hits:
        name = hit.passage.article_id
        seen[name] = seen.get(name, 0) + 1
        (first if seen[name] <= OF_ONE_ARTICLE else rest).append(hit.passage)
    return first + rest


def of_article(article: Article, hits: Sequence[Hit]) -> list[Passage]:
    """An article's passages: its opening, then those that were found, then the others in order."""
    passages = split_article(article)
    found = [hit.passage for hit in hits if hit.passage.article_id == article.id]
    return list(dict.fromkeys([*passages[:1], *found, *passages]))


def fitting(
    passages: Sequence[Passage],
    budget: int,
    cost: Callable[[Passage], int],
    article: Callable[[str], Article],
) -> list[Passage]:
    """As many of the passages, in their order, as ``cost`` at most ``budget`` tokens together.

    The first that is too long is cut to its whole first sentences; the rest is left.
    """
    chosen: list[Passage] = []
    for passage in passages:
        price = cost(passage)
        if price > budget:
            shorter = _cut(passage, budget, cost, article(passage.article_id))
            return chosen + ([shorter] if shorter else [])
        chosen.append(passage)
        budget -= price
    return chosen


def _cut(passage: Passage, budget: int, cost: Callable[[Passage], int], article: Article) -> Passage | None:
    best = None
    for _, end in article_sentences(article, passage.start, passage.end):
        text = article.text[passage.start : end]
        shorter = replace(passage, end=end, text=text)
        if cost(shorter) > budget:
            break
        best = shorter if len(text) >= SHORTEST else best
    return best
