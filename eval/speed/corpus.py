"""Articles made up for measuring speed, and questions whose answers stand in them.

The words are those of the sample articles: a sentence is a walk from word to word, each step one that a
sample takes too, so words and sentences are about as frequent and as long as in real text. Every article is
of a place of its own, with an invented name, and says who founded it and when: that can be asked. A few
words in a hundred are invented as well, for a real library's vocabulary grows with it. Even numbers are in
Arabic, odd ones in English. An article depends on the seed and on its number alone, so a larger corpus
begins with the smaller one. Leaves out meaning: nobody should read these.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from random import Random

from assistant.samples import sample_folder
from index.articles import Article, read_articles
from index.passages import Passage, split_article
from index.text.sentences import sentence_ranges

SEED = 1
_INVENTED = 0.02  # share of words
_PARAGRAPHS, _SENTENCES = (5, 9), (3, 5)  # at least and at most, of an article and of a paragraph
_LONGEST = 45  # words of a walk; it begins anew where it does not come to an end
_FACTS = {
    "ar": ("أسس {person} مدينة {place} في عام {year}.", "من أسس مدينة {place}؟"),
    "en": ("The town of {place} was founded by {person} in {year}.", "Who founded the town of {place}?"),
}
_TITLES = {"ar": "مدينة {place} وما حولها", "en": "The town of {place} and its country"}


@dataclass(frozen=True, slots=True)
class CorpusQuestion:
    """A question, the words that answer it, and the title of the article where they stand."""

    question: str
    answer: str
    title: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles with exactly so many passages between them, and a question for each article."""

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    asked: tuple[CorpusQuestion, ...]

    def write(self, folder: Path) -> None:
        """Puts each article into a Markdown file of its own, a thousand in a folder."""
        for number, article in enumerate(self.articles):
            path = path_of(folder, number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(markdown(article), encoding="utf-8")


def path_of(folder: Path, number: int) -> Path:
    """Where the article of that number lies."""
    return folder / f"{number // 1000:03}" / f"{number % 1000:03}.md"


def markdown(article: Article) -> str:
    """The article as a file."""
    return f"---\ntitle: {article.title}\nlanguage: {article.language}\n---\n{article.text}\n"


def revised(article: Article, edition: int) -> Article:
    """The article with a new last sentence; another one for each edition."""
    sentence = _walk(article.language).sentence(Random(f"{article.id}/{edition}"))
    return replace(article, text=f"{article.text} {sentence}")


def make_corpus(passages: int, seed: int = SEED) -> Corpus:
    """The corpus of so many passages, at least one; the last article ends where they are full."""
    articles: list[Article] = []
    made: list[Passage] = []
    asked: list[CorpusQuestion] = []
    for number in count():
        article, question = make_article(number, seed)
        split = split_article(article)[: passages - len(made)]
        articles.append(replace(article, text=article.text[: split[-1].end]))
        made += split
        asked.append(question)
        if len(made) == passages:
            return Corpus(tuple(articles), tuple(made), tuple(asked))
    raise AssertionError("unreachable")


def make_article(number: int, seed: int = SEED) -> tuple[Article, CorpusQuestion]:
    """The article of that number, and what can be asked of it; the answer stands in its first passage."""
    chance = Random(f"{seed}/{number}")
    language = ("ar", "en")[number % 2]
    walk = _walk(language)
    facts = {
        "place": walk.invent(chance) + walk.invent(chance)[-2:],
        "person": f"{walk.invent(chance)} {walk.invent(chance)}",
        "year": str(chance.randrange(1000, 2020)),
    }
    if language == "en":
        facts = {name: fact.title() for name, fact in facts.items()}
    fact, question = (line.format(**facts) for line in _FACTS[language])
    paragraphs = []
    for paragraph in range(chance.randint(*_PARAGRAPHS)):
        sentences = [walk.sentence(chance) for _ in range(chance.randint(*_SENTENCES))]
        if paragraph == 0:
            sentences[0] = fact
        paragraphs.append(" ".join(sentences))
    article = Article(
        id=f"speed-{number:06}",
        title=_TITLES[language].format(**facts),
        text="\n\n".join(paragraphs),
        language=language,
        source="",
        published="",
        origin="",
    )
    return article, CorpusQuestion(question, facts["person"], article.title)


class _Walk:
    """What may follow what in one language, as the sample articles have it."""

    def __init__(self, sentences: list[list[str]]) -> None:
        self._first = [sentence[0] for sentence in sentences]
        self._next: defaultdict[str, list[str]] = defaultdict(list)
        for sentence in sentences:
            for word, following in pairwise([*sentence, ""]):
                self._next[word].append(following)
        plain = re.compile(r"[a-z]{5,}|[ء-ي]{5,}")
        self._plain = sorted({word for sentence in sentences for word in sentence if plain.fullmatch(word)})

    def sentence(self, chance: Random) -> str:
        """Words from a sample sentence's first to a sample sentence's last; numbers and names are new."""
        while True:
            words: list[str] = []
            word = chance.choice(self._first)
            while word and len(words) < _LONGEST:
                words.append(self._renewed(word, chance))
                word = chance.choice(self._next[word])
            if not word:
                return " ".join(words)

    def invent(self, chance: Random) -> str:
        """A word that looks like the others: the beginning of one, the end of another."""
        head, tail = chance.choice(self._plain), chance.choice(self._plain)
        return head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :]

    def _renewed(self, word: str, chance: Random) -> str:
        if word.isdecimal():
            return str(chance.randrange(10 ** (len(word) - 1), 10 ** len(word)))
        return self.invent(chance) if chance.random() < _INVENTED and word.isalpha() else word


@cache
def _walk(language: str) -> _Walk:
    texts = [a.text for a in _samples() if a.language == language]
    return _Walk([text[start:end].split() for text in texts for start, end in sentence_ranges(text)])


@cache
def _samples() -> tuple[Article, ...]:
    def refuse(problem: Exception) -> None:
        raise problem

    return tuple(read_articles([sample_folder()], on_problem=refuse))
