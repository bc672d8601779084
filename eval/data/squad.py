"""SQuAD 1.1 and 2.0 JSON: XQuAD, MLQA, ARCD, TyDi QA's gold passages, one's own.

Every distinct paragraph becomes one article; the articles of a file are the corpus that its questions are
asked over. Answers are compared as text, so ``answer_start`` is not read: an answer counts when it occurs in
its paragraph. ``SquadFile`` gives the entries as they are stored, to whoever needs more of them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.data import Dataset, Example, UnusableEntry, visible_text
from eval.data.file import DatasetFile
from index.articles import Article, make_article


def read_squad(path: Path, questions_path: Path | None = None) -> Dataset:
    """The dataset in a SQuAD file; with ``questions_path``, the questions of the same ids from there.

    Paragraphs and answers are always those of ``path``: so one asks XQuAD's English questions of its
    Arabic paragraphs. A file that cannot be read gives no examples and one problem.
    """
    articles: dict[str, Article] = {}
    examples: dict[str, Example] = {}
    left_out = 0
    contexts = SquadFile(path)
    files = [contexts] if questions_path is None else [contexts, SquadFile(questions_path)]
    questions = None if questions_path is None else files[-1].questions()
    unmatched = set(questions or ())
    for place, title, paragraph in contexts.paragraphs():
        article = _article(paragraph.get("context"), title, f"{path.name} {place}")
        if article:
            article = articles.setdefault(article.id, article)
        else:
            contexts.problem(place, 'no text in "context"')
        for qa_place, qa in contexts.items(paragraph, "qas", place):
            qa_place = f"{qa_place} (id {qa.get('id')!r})"
            unmatched.discard(str(qa.get("id")))
            try:
                example, absent = _example(qa, article, questions)
                if example.id in examples:
                    raise UnusableEntry("another question has the same id")
                examples[example.id] = example
            except UnusableEntry as unusable:
                contexts.problem(qa_place, str(unusable))
                left_out += 1
                continue
            for answer in absent:
                contexts.problem(qa_place, f"the answer {answer!r} does not occur in its paragraph")
    for question_id in sorted(unmatched):
        files[-1].problem(f"id {question_id!r}", f"no question of {path.name} has this id")
    return Dataset(
        name=" + ".join(file.path.name for file in files),
        articles=tuple(articles.values()),
        examples=tuple(examples.values()),
        problems=tuple(problem for file in files for problem in file.problems),
        left_out=left_out,
        files={file.path.name: file.sha256 for file in files},
    )


def _article(context: object, title: str, source: str) -> Article | None:
    """The paragraph as an article, its id made from its text; None where there is no text."""
    article = make_article(id="", title=title, text=visible_text(context), source=source)
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    return replace(article, id=digest[:16]) if article.text else None


def _example(
    qa: dict[str, Any], article: Article | None, questions: Mapping[str, str] | None
) -> tuple[Example, list[str]]:
    """The question, and those of its answers that are not in the article."""
    if "id" not in qa:
        raise UnusableEntry('no "id"')
    given = qa.get("question")
    if questions is not None:
        given = questions.get(str(qa["id"]))
        if given is None:
            raise UnusableEntry("no such id in the file of the questions")
    question = visible_text(given)
    if not question:
        raise UnusableEntry('no "question"')
    if article is None:
        raise UnusableEntry('its paragraph has no text in "context"')
    answers, absent = ((), []) if qa.get("is_impossible") is True else _answers(qa.get("answers"), article)
    return Example(str(qa["id"]), question, answers, (article.id,), article.language), absent


def _answers(given: object, article: Article) -> tuple[tuple[str, ...], list[str]]:
    """The distinct gold answers that stand in the article, and those that do not."""
    entries = given if isinstance(given, list) else []
    texts = [visible_text(entry.get("text")) for entry in entries if isinstance(entry, dict)]
    answers = dict.fromkeys(filter(None, texts))
    if not answers:
        raise UnusableEntry('no "answers" with a "text", and not "is_impossible"')
    found = tuple(answer for answer in answers if answer in article.text)
    if not found:
        raise UnusableEntry("no answer of it occurs in its paragraph")
    return found, [answer for answer in answers if answer not in article.text]


class SquadFile(DatasetFile):
    """A SQuAD file, entry by entry, each with its place: ``data[0].paragraphs[2].qas[1]``."""

    def questions(self) -> dict[str, str]:
        """The questions by id, of a file whose paragraphs and answers do not matter."""
        questions = {}
        for place, _title, paragraph in self.paragraphs():
            for qa_place, qa in self.items(paragraph, "qas", place):
                question = qa.get("question")
                if "id" in qa and isinstance(question, str) and question.strip():
                    questions[str(qa["id"])] = question
                else:
                    self.problem(qa_place, 'no "id" and "question"')
        return questions

    def paragraphs(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Each paragraph with its place and the title above it."""
        known = len(self.problems)
        content = self.json()
        if not isinstance(content, dict):
            if len(self.problems) == known:
                self.problem("file", 'not a SQuAD file, {"data": [...]}')
            return
        for place, entry in self.items(content, "data", ""):
            title = str(entry.get("title") or "").replace("_", " ")
            for paragraph_place, paragraph in self.items(entry, "paragraphs", place):
                yield paragraph_place, title, paragraph

    def items(self, entry: dict[str, Any], key: str, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects in a list of the entry, each with its place."""
        items = entry.get(key)
        if not isinstance(items, list):
            self.problem(place or "file", f'no list "{key}"')
            return
        for number, item in enumerate(items):
            item_place = f"{place}.{key}[{number}]".removeprefix(".")
            if isinstance(item, dict):
                yield item_place, item
            else:
                self.problem(item_place, "not an object")
