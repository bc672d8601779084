"""Questions with known answers, and the articles that they are asked over: what every reader of a set gives.

``squad``, ``trec`` (BEIR and MIRACL too) and ``jsonl`` read one form each; ``loading`` chooses among them.
What cannot be used is left out and named, one line each; the rest is measured.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from index.articles import Article
from index.structure import visible


@dataclass(frozen=True, slots=True)
class Example:
    """A question whose answers are known, or the articles that hold them, or both.

    ``answers`` occur in the gold articles; () says that the articles do not answer the question, None that
    the answers are not known: then only retrieval is measured. ``article_ids`` are the gold articles, those
    that the question was written for; () where they are not known. ``language`` is that of the answers,
    "ar" or "en": by its rules they are compared. ``grades`` say how relevant each gold article is, above 0;
    () says 1 each. ``kind`` is what the set calls the kind of the question, ``across`` whether its articles
    are in another language; "" and None where the set does not say. ``missing`` are the gold articles that
    the corpus lacks: they count, and are never found; None where the corpus was not read. ``own_article``
    is the id of the article that is the question itself and no hit; "" where there is none. ``turns`` are the
    questions that were asked before it, oldest first.
    """

    id: str
    question: str
    answers: tuple[str, ...] | None
    article_ids: tuple[str, ...]
    language: str
    grades: tuple[int, ...] = ()
    kind: str = ""
    across: bool | None = None
    missing: tuple[str, ...] | None = ()
    own_article: str = ""
    turns: tuple[str, ...] = ()
    within: str = ""  # the filter that it is asked within

    @property
    def relevance(self) -> dict[str, int]:
        """The grade of each article that is right; none where the articles do not answer."""
        if self.answers == ():
            return {}
        return dict(zip(self.article_ids, self.grades or (1,) * len(self.article_ids), strict=True))


@dataclass(frozen=True, slots=True)
class Dataset:
    """Articles, questions over them, and what was left out.

    ``articles`` is empty where the questions are asked over a library that is there. ``problems``: one line
    for each thing that could not be used, with file, entry and reason; ``left_out`` counts the questions
    among them. ``files``: the SHA-256 (hex) of each file by its name.
    """

    name: str
    articles: tuple[Article, ...]
    examples: tuple[Example, ...]
    problems: tuple[str, ...]
    left_out: int
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing_articles(self) -> int | None:
        """How many judgements name an article that the corpus lacks; None where it was not read."""
        missing = [example.missing for example in self.examples]
        return None if None in missing else sum(len(ids or ()) for ids in missing)

    @property
    def own_articles(self) -> int | None:
        """How many questions are themselves articles of the corpus; None where it was not read."""
        if self.missing_articles is None:
            return None
        return sum(bool(example.own_article) for example in self.examples)

    def sample(self, limit: int | None) -> "Dataset":
        """The dataset with at most ``limit`` of its questions, evenly spread; every article stays."""
        count = len(self.examples)
        if limit is None or limit >= count:
            return self
        return replace(self, examples=tuple(self.examples[n * count // limit] for n in range(limit)))


class UnusableEntry(Exception):
    """Why an entry cannot be measured."""


def visible_text(text: object) -> str:
    """A text of a set as a person sees it, in NFC, without space around it; "" for what is none.

    Half a surrogate pair, which no UTF-8 can store, becomes "?".
    """
    if not isinstance(text, str):
        return ""
    sound = text.encode(errors="replace").decode()
    return unicodedata.normalize("NFC", visible(sound)).strip()
