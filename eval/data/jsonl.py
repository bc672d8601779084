"""One's own questions as JSON Lines, over articles or a library that are there.

    {"question": "Who founded Normandy?", "answers": ["Rollo"], "article_ids": ["normandy.txt"], "id": "q1"}

``answers`` [] says that the articles do not answer it; without ``answers`` only retrieval is measured,
without ``article_ids`` only the answers. An article is known by its id, or by its file's name or its title.
"""

from pathlib import Path
from typing import Any

from eval.data import Example, Unusable, as_article_text
from eval.data.article_pool import Pool
from eval.data.packed import PackedFile
from eval.measures.answers import normalise_answer
from index.text.language import detect_language


def read_questions(source: PackedFile, pool: Pool | None) -> tuple[list[Example], int]:
    """The questions, and how many were left out; without a pool article ids are taken as they are."""
    examples: dict[str, Example] = {}
    left_out = 0
    for place, record in source.records():
        question_id = str(record.get("id", place.removeprefix("line ")))
        place = f"{place} (id {question_id!r})"
        try:
            example, problems = _example(question_id, record, pool)
            if question_id in examples:
                raise Unusable("another question has the same id")
        except Unusable as unusable:
            source.problem(place, str(unusable))
            left_out += 1
            continue
        for problem in problems:
            source.problem(place, problem)
        examples[question_id] = example
    return list(examples.values()), left_out + source.bad_lines


def _example(question_id: str, record: dict[str, Any], pool: Pool | None) -> tuple[Example, list[str]]:
    """The question, and what of it could not be used."""
    question = record.get("question")
    if not isinstance(question, str) or not as_article_text(question):
        raise Unusable('no "question"')
    answers = _texts(record, "answers")
    names = _texts(record, "article_ids") or []
    if answers is None and not names:
        raise Unusable('neither "answers" nor "article_ids": nothing to measure it by')
    problems = []
    article_ids = []
    for name in names:
        article_id = name if pool is None else pool.find(name)
        if article_id is None:
            problems.append(f"no article, or more than one, is called {name!r}")
        else:
            article_ids.append(article_id)
    if names and not article_ids:
        raise Unusable(problems[0])
    texts = [pool.article(article_id).text for article_id in article_ids] if pool else []
    language = record.get("language")
    if language not in ("ar", "en"):
        language = detect_language(" ".join(answers) if answers else texts[0] if texts else question)
    if answers and texts:
        whole = [normalise_answer(text, language) for text in texts]
        held = [a for a in answers if any(normalise_answer(a, language) in text for text in whole)]
        if not held:
            raise Unusable("no answer of it occurs in its articles")
        problems += [f"the answer {a!r} does not occur in its articles" for a in answers if a not in held]
        answers = held
    return Example(
        id=question_id,
        question=as_article_text(question),
        answers=None if answers is None else tuple(answers),
        article_ids=tuple(dict.fromkeys(article_ids)),
        language=language,
    ), problems


def _texts(record: dict[str, Any], key: str) -> list[str] | None:
    """The distinct texts under a key, one text or a list of them; None where the key is not there."""
    given = record.get(key)
    if given is None:
        return None
    entries = given if isinstance(given, list) else [given]
    if not all(isinstance(entry, str | int) and not isinstance(entry, bool) for entry in entries):
        raise Unusable(f'"{key}" is not a list of texts')
    texts = list(dict.fromkeys(as_article_text(str(entry)) for entry in entries))
    if "" in texts:
        raise Unusable(f'"{key}" has an empty text')
    return texts


def is_questions(path: Path) -> bool:
    """Whether a file, by its name when unpacked, holds one's own questions."""
    return path.suffix.lower() in {".jsonl", ".ndjson"}
