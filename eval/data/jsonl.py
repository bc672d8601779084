"""One's own questions as JSON Lines, over articles or a library that are there.

    {"question": "Who founded Normandy?", "answers": ["Rollo"], "article_ids": ["normandy.txt"], "id": "q1"}

``answers`` [] says that the articles do not answer it; without ``answers`` only retrieval is measured,
without ``article_ids`` only the answers. An article is known by its id, or by its file's name or its title.
``kind`` and ``across`` go with the example as they are. ``turns``, objects with a ``question`` each, were
asked before: a conversation, of which the question is the last. ``within`` is the filter that it is asked
within, as ``majlis ask --within`` takes it.
"""

from pathlib import Path
from typing import Any

from eval.data import Example, UnusableEntry, visible_text
from eval.data.corpus import ArticleLookup
from eval.data.file import DatasetFile
from eval.measures.answers import normalise_answer
from index.errors import UserError
from index.filters import Filter
from index.text.language import detect_language


def is_questions(path: Path) -> bool:
    """Whether a file, by its name when uncompressed, holds one's own questions."""
    return path.suffix.lower() in {".jsonl", ".ndjson"}


def read_questions(source: DatasetFile, lookup: ArticleLookup | None) -> tuple[list[Example], int]:
    """The questions, and how many were left out; without a ``lookup`` article ids are taken as they are."""
    examples: dict[str, Example] = {}
    left_out = 0
    for place, entry in source.objects():
        question_id = str(entry.get("id", place.removeprefix("line ")))
        place = f"{place} (id {question_id!r})"
        try:
            example, problems = _example(question_id, entry, lookup)
            if question_id in examples:
                raise UnusableEntry("another question has the same id")
        except UnusableEntry as unusable:
            source.problem(place, str(unusable))
            left_out += 1
            continue
        for problem in problems:
            source.problem(place, problem)
        examples[question_id] = example
    return list(examples.values()), left_out + source.bad_lines


def _example(
    question_id: str, entry: dict[str, Any], lookup: ArticleLookup | None
) -> tuple[Example, list[str]]:
    """The question, and what of it could not be used."""
    question = visible_text(entry.get("question"))
    if not question:
        raise UnusableEntry('no "question"')
    answers = _texts(entry, "answers")
    names = _texts(entry, "article_ids") or []
    if answers is None and not names:
        raise UnusableEntry('neither "answers" nor "article_ids": nothing to measure it by')
    ids = {name: lookup.find(name) if lookup else name for name in names}
    problems = [f"no article, or more than one, is called {name!r}" for name in names if ids[name] is None]
    article_ids = [article_id for article_id in ids.values() if article_id is not None]
    if names and not article_ids:
        raise UnusableEntry(problems[0])
    texts = [lookup.article(article_id).text for article_id in article_ids] if lookup else []
    language = entry.get("language")
    if language not in ("ar", "en"):
        language = detect_language(" ".join(answers) if answers else texts[0] if texts else question)
    if answers and texts:
        normalised = [normalise_answer(text, language) for text in texts]
        held = [a for a in answers if any(normalise_answer(a, language) in text for text in normalised)]
        if not held:
            raise UnusableEntry("no answer of it occurs in its articles")
        problems += [f"the answer {a!r} does not occur in its articles" for a in answers if a not in held]
        answers = held
    across = entry.get("across")
    turns = entry.get("turns", [])
    before = [visible_text(one.get("question")) if isinstance(one, dict) else "" for one in turns or []]
    if not isinstance(turns, list | None) or not all(before):
        raise UnusableEntry('"turns" is not a list of objects with a "question"')
    return Example(
        id=question_id,
        question=question,
        answers=None if answers is None else tuple(answers),
        article_ids=tuple(dict.fromkeys(article_ids)),
        language=language,
        kind=visible_text(entry.get("kind")),
        across=across if isinstance(across, bool) else None,
        turns=tuple(before),
        within=_filter(entry.get("within")),
    ), problems


def _filter(within: object) -> str:
    try:
        return str(Filter.parse(within)) if isinstance(within, str) else ""
    except UserError as error:
        raise UnusableEntry(f'"within": {error}') from error


def _texts(entry: dict[str, Any], key: str) -> list[str] | None:
    """The distinct texts under a key, one text or a list of them; None where the key is not there."""
    given = entry.get(key)
    if given is None:
        return None
    items = given if isinstance(given, list) else [given]
    if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in items):
        raise UnusableEntry(f'"{key}" is not a list of texts')
    texts = list(dict.fromkeys(visible_text(str(item)) for item in items))
    if "" in texts:
        raise UnusableEntry(f'"{key}" has an empty text')
    return texts
