"""Questions with known answers, and the articles that they are asked over: what every reader of a set gives.

``squad``, ``trec`` (BEIR and MIRACL too) and ``jsonl`` read one form each; ``loading`` chooses among them.
What cannot be used is left out and named, one line each; the rest is measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from index.articles import Article, make_article


@dataclass(frozen=True, slots=True)
class Example:
    """A question whose answers are known, or the articles that hold them, or both.

    ``answers`` occur in the gold articles; () says that the articles do not answer the question, None that
    the answers are not known: then only retrieval is measured. ``article_ids`` are the gold articles, those
    that the question was written for; () where they are not known. ``language`` is that of the answers,
    "ar" or "en": by its rules they are compared. ``grades`` say how relevant each gold article is, above 0;
    () says 1 each. ``kind`` is what the set calls the kind of the question, ``across`` whether its articles
    are in another language; "" and None where the set does not say.
    """

    id: str
    question: str
    answers: tuple[str, ...] | None
    article_ids: tuple[str, ...]
    language: str
    grades: tuple[int, ...] = ()
    kind: str = ""
    across: bool | None = None

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

    def sample(self, limit: int | None) -> "Dataset":
        """The dataset with at most ``limit`` of its questions, evenly spread; every article stays."""
        count = len(self.examples)
        if limit is None or limit >= count:
            return self
        return replace(self, examples=tuple(self.examples[n * count // limit] for n in range(limit)))


class UnusableEntry(Exception):
    """Why an entry cannot be measured."""


def as_article_text(text: object) -> str:
    """The text as an article would hold it; "" for what is none.

    Half a surrogate pair, which no UTF-8 can store, becomes "?".
    """
    if not isinstance(text, str):
        return ""
    sound = text.encode(errors="replace").decode()
    return make_article(id="", title="", text=sound, source="", language="en").text.strip()
