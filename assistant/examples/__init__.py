"""Questions to begin with, over one's own articles, found by asking.

A sentence of an article makes a question by its form (``english``, ``arabic``), and the question is kept
where the assistant answers it surely with that very sentence. What is short of that is filled from the
articles' own questions, such as the headings of a FAQ, and from what the articles are about, so that there
is always something to begin with. Nothing is stored: what an article says leaves with it.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from threading import Thread
from time import monotonic

from assistant.answers import Answer
from assistant.examples.arabic import arabic_questions
from assistant.examples.english import english_questions
from assistant.pipeline import Assistant
from index.articles import Article
from index.errors import UserError
from index.passages import article_sentences
from index.structure import Range

LOOKED_AT = 24  # articles
TRIED = 2  # questions of an article
LEAST = 3  # questions that there are, if there are articles: the others are filled in
LONGEST = 90  # characters
PATIENCE = 20.0  # seconds, in the background
_READ = 8_000  # characters of an article
_OVERVIEW = {"en": "What does the article “{}” say?", "ar": "ماذا يقول مقال «{}»؟"}


def example_questions(assistant: Assistant, limit: int = 6, seconds: float = 10.0) -> list[str]:
    """At most so many questions that the articles answer, of both languages where there are both.

    Looks for them at most so long. None for a library that is empty, or cannot be read.
    """
    until = monotonic() + seconds
    found: list[str] = []
    assistant = assistant.without_model()  # nobody asked yet: nothing may be sent
    try:
        articles = _articles(assistant)
        for article in articles:
            if len(found) == limit or monotonic() > until:
                break
            if question := _asked(assistant, article, until):
                found.append(question)
        if len(found) < LEAST:
            own = [question for article in articles for question in _own_questions(article)]
            overviews = [_OVERVIEW[article.language].format(article.title) for article in articles]
            fitting = [text for text in (*own, *overviews) if len(text) <= LONGEST and text not in found]
            found += fitting[: LEAST - len(found)]
    except UserError:
        return []
    return found


class Examples:
    """The questions for whatever revision the library has, looked for from now on in the background."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._found: tuple[int, Sequence[str]] = (-1, ())
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def __call__(self) -> Sequence[str]:
        """The questions; waits until they are found."""
        self._thread.join()
        try:
            with self._assistant.library.snapshot() as snapshot:
                revision = snapshot.revision
        except UserError:
            return ()
        if self._found[0] != revision:
            self._look()
        return self._found[1]

    def _look(self) -> None:
        try:
            with self._assistant.library.snapshot() as snapshot:
                revision = snapshot.revision
        except UserError:
            return
        self._found = revision, example_questions(self._assistant, seconds=PATIENCE)


def _articles(assistant: Assistant) -> list[Article]:
    """Some of the articles from all over the library, the two languages by turns."""
    with assistant.library.snapshot() as snapshot:
        ids: list[list[str]] = []
        for language in ("en", "ar"):
            total, _ = snapshot.listed("", language, 0, 0)
            count = min(total, LOOKED_AT // 2)
            places = [place * total // count for place in range(count)] if count else []
            ids.append([one.id for place in places for one in snapshot.listed("", language, place, 1)[1]])
        return [snapshot.article(name) for name in chain(*zip_longest(*ids)) if name]


def _asked(assistant: Assistant, article: Article, until: float) -> str:
    """A question that is answered surely with the sentence that it was made of; "" where none was found."""
    for question, place in list(_made(article))[:TRIED]:
        if monotonic() > until:
            break
        if _answers(assistant.answer(question), article, place):
            return question
    return ""


def _made(article: Article) -> Iterator[tuple[str, Range]]:
    """Questions with the sentences that they were made of, in the order of the article."""
    make = arabic_questions if article.language == "ar" else english_questions
    for start, end in article_sentences(article, 0, min(len(article.text), _READ)):
        for question in make(" ".join(article.text[start:end].split())):
            if len(question) <= LONGEST:
                yield question, (start, end)
                break  # one of a sentence


def _answers(answer: Answer, article: Article, place: Range) -> bool:
    start, end = place
    return answer.certainty == "sure" and any(
        citation.article_id == article.id and citation.start < end and start < citation.end
        for citation in answer.citations
        if citation not in answer.agreeing
    )


def _own_questions(article: Article) -> list[str]:
    """The title and the headings that are questions."""
    headings = [article.text[block.start : block.end] for block in article.blocks if block.kind == "heading"]
    lines = (" ".join(line.split()) for line in (article.title, *headings))
    return list(dict.fromkeys(line for line in lines if line.endswith(("?", "؟")) and " " in line))
