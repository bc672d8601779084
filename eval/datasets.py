"""Questions with known answers, from SQuAD 1.1 and 2.0 JSON: XQuAD, MLQA, ARCD, one's own; .gz and .xz too.

Every distinct paragraph becomes one article; the articles of a file are the pool that its questions
are asked over. Answers are compared as text, so ``answer_start`` is not read: an answer counts when it
occurs in its paragraph. What cannot be used is left out and named, one line each; the rest is measured.
"""

import gzip
import hashlib
import json
import lzma
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.articles import Article, make_article


@dataclass(frozen=True, slots=True)
class Example:
    """A question whose answers are known.

    ``answers`` occur in the gold articles; () says that the articles do not answer the question.
    ``article_ids`` are the gold articles, those that the question was written for. ``language`` is
    that of the answers, "ar" or "en": by its rules they are compared.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    article_ids: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Articles, questions over them, and what was left out.

    ``problems``: one line for each thing that could not be used, with file, entry and reason;
    ``left_out`` counts the questions among them. ``files``: the SHA-256 (hex) of each file by its name.
    """

    name: str
    articles: tuple[Article, ...]
    examples: tuple[Example, ...]
    problems: tuple[str, ...]
    left_out: int
    files: Mapping[str, str]

    def sample(self, limit: int | None) -> "Dataset":
        """The dataset with at most ``limit`` of its questions, evenly spread; every article stays."""
        count = len(self.examples)
        if limit is None or limit >= count:
            return self
        return replace(self, examples=tuple(self.examples[n * count // limit] for n in range(limit)))


def read_squad(path: Path, questions_path: Path | None = None) -> Dataset:
    """The dataset in a SQuAD file; with ``questions_path``, the questions of the same ids from there.

    Paragraphs and answers are always those of ``path``: so one asks XQuAD's English questions of its
    Arabic paragraphs. A file that cannot be read gives no examples and one problem.
    """
    articles: dict[str, Article] = {}
    examples: dict[str, Example] = {}
    left_out = 0
    context_file = _SquadFile(path)
    asked = None if questions_path is None else _SquadFile(questions_path)
    questions = asked.questions() if asked else None
    unmatched = set(questions or ())
    for place, title, paragraph in context_file.paragraphs():
        context = paragraph.get("context")
        article = _article(context, title, f"{path.name} {place}") if isinstance(context, str) else None
        if article:
            article = articles.setdefault(article.id, article)
        else:
            context_file.problem(place, 'no text in "context"')
        for qa_place, qa in context_file.items(paragraph, "qas", place):
            unmatched.discard(str(qa.get("id")))
            try:
                example = _example(qa, article, questions)
                if example.id in examples:
                    raise _Unusable("another question has the same id")
                examples[example.id] = example
            except _Unusable as unusable:
                context_file.problem(f"{qa_place} (id {qa.get('id')!r})", str(unusable))
                left_out += 1
    for question_id in sorted(unmatched):
        (asked or context_file).problem(f"id {question_id!r}", f"no question of {path.name} has this id")
    files = [context_file, *([asked] if asked else [])]
    return Dataset(
        name=" + ".join(file.path.name for file in files),
        articles=tuple(articles.values()),
        examples=tuple(examples.values()),
        problems=tuple(problem for file in files for problem in file.problems),
        left_out=left_out,
        files={file.path.name: file.sha256 for file in files},
    )


class _Unusable(Exception):
    """Why a question cannot be measured."""


def _article(context: str, title: str, source: str) -> Article | None:
    """The paragraph as an article, its id made from its text; None where there is no text."""
    article = make_article(id="", title=title, text=_clean(context), source=source)
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    return replace(article, id=digest[:16]) if article.text else None


def _example(qa: dict[str, Any], article: Article | None, questions: Mapping[str, str] | None) -> Example:
    if "id" not in qa:
        raise _Unusable('no "id"')
    question = qa.get("question")
    if questions is not None:
        question = questions.get(str(qa["id"]))
        if question is None:
            raise _Unusable("no such id in the file of the questions")
    if not isinstance(question, str) or not question.strip():
        raise _Unusable('no "question"')
    if article is None:
        raise _Unusable('its paragraph has no text in "context"')
    answers = () if qa.get("is_impossible") is True else _answers(qa.get("answers"), article)
    return Example(str(qa["id"]), _clean(question), answers, (article.id,), article.language)


def _answers(given: object, article: Article) -> tuple[str, ...]:
    """The distinct gold answers as they stand in the article."""
    entries = given if isinstance(given, list) else []
    texts = [entry.get("text") for entry in entries if isinstance(entry, dict)]
    answers = [_clean(text) for text in texts if isinstance(text, str)]
    if not any(answers):
        raise _Unusable('no "answers" with a "text", and not "is_impossible"')
    found = tuple(dict.fromkeys(answer for answer in answers if answer and answer in article.text))
    if not found:
        raise _Unusable("no answer of it occurs in its paragraph")
    return found


def _clean(text: str) -> str:
    """The text as an article would hold it; half a surrogate pair, which no UTF-8 can store, becomes "?"."""
    sound = text.encode(errors="replace").decode()
    return make_article(id="", title="", text=sound, source="", language="en").text.strip()


class _SquadFile:
    """One file: what it says, entry by entry, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256 = ""
        self.problems: list[str] = []
        self._content: Any = {"data": []}
        try:
            stored = path.read_bytes()
            self.sha256 = hashlib.sha256(stored).hexdigest()
            self._content = json.loads(_unpacked(stored, path.suffix) or b"null")
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            self.problem("file", f"cannot be read ({getattr(error, 'strerror', None) or error})")
        except (ValueError, RecursionError) as error:
            self.problem("file", f"not JSON ({error})")

    def problem(self, place: str, reason: str) -> None:
        self.problems.append(f"{self.path.name}: {place}: {reason}")

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
        if not isinstance(self._content, dict):
            self.problem("file", 'not a SQuAD file, {"data": [...]}')
            return
        for place, entry in self.items(self._content, "data", ""):
            title = str(entry.get("title") or "").replace("_", " ")
            for paragraph_place, paragraph in self.items(entry, "paragraphs", place):
                yield paragraph_place, title, paragraph

    def items(self, record: dict[str, Any], key: str, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects in a list of the record, each with its place: ``data[0].paragraphs[2]``."""
        items = record.get(key)
        if not isinstance(items, list):
            self.problem(place or "file", f'no list "{key}"')
            return
        for number, item in enumerate(items):
            item_place = f"{place}.{key}[{number}]".removeprefix(".")
            if isinstance(item, dict):
                yield item_place, item
            else:
                self.problem(item_place, "not an object")


def _unpacked(stored: bytes, suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.decompress(stored)
    return lzma.decompress(stored) if suffix == ".xz" else stored
