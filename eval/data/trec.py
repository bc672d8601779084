"""TREC's forms: topics (``id<TAB>text``, as MIRACL has them), qrels and runs; BEIR's three-column qrels too.

A run and qrels are separated by white space, so white space in an id is written as in a URL: ``%20``.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from eval.data import Example, visible_text
from eval.data.file import DatasetFile, write_text
from index.text.language import detect_language

Qrels = dict[str, dict[str, int]]  # question id -> article id -> grade above 0
TrecRun = dict[str, dict[str, float]]  # question id -> article id -> score


def trec_id(name: str) -> str:
    """The id as it stands in a run: without white space."""
    return re.sub(r"\s", lambda space: quote(space[0]), name)


def read_topics(source: DatasetFile) -> dict[str, str]:
    """The questions by id, of lines ``id<TAB>question``."""
    topics: dict[str, str] = {}
    for place, line in source.lines():
        topic, _, text = line.partition("\t")
        question = visible_text(text)
        if not question:
            source.problem(place, "not id<TAB>question")
        elif topic in topics:
            source.problem(f"{place} (id {topic!r})", "another question has the same id")
        else:
            topics[topic] = question
    return topics


def read_qrels(source: DatasetFile) -> Qrels:
    """The judgements of lines ``question 0 article grade`` (TREC) or ``question article grade`` (BEIR).

    Those of grade 0 and below are left out, as no measure here tells them from articles without a
    judgement; a question that has no other is there with none. The first line may name the columns.
    """
    qrels: Qrels = {}
    judged: set[tuple[str, str]] = set()
    for number, (place, line) in enumerate(source.lines()):
        fields = line.split("\t") if "\t" in line else line.split()
        if len(fields) not in (3, 4) or not _is_number(fields[-1]):
            if number or len(fields) not in (3, 4):  # BEIR's first line names the columns
                source.problem(place, "not question, 0, article, grade (or without the 0)")
            continue
        question, article, grade = fields[0].strip(), fields[-2].strip(), int(float(fields[-1]))
        if (question, article) in judged:
            source.problem(place, f"{question!r} and {article!r} have been judged before")
            continue
        judged.add((question, article))
        grades = qrels.setdefault(question, {})
        if grade > 0:
            grades[article] = grade
    return qrels


def judged_examples(
    questions: Mapping[str, str],
    asked: DatasetFile,
    qrels: Qrels,
    judgements: DatasetFile,
    holds: Callable[[str], bool] | None,
) -> tuple[list[Example], int]:
    """An example for each question with judgements, and how many were left out; the files are told why.

    ``holds`` says whether the corpus has an article; None that it was not read. A right article that it
    lacks stays right, as trec_eval counts it. Where it lacks them all, the corpus is another's: no example.
    """
    examples: list[Example] = []
    for question_id, grades in qrels.items():
        place = f"question {question_id!r}"
        question = questions.get(question_id)
        if question is None:
            judgements.problem(place, f"no question of {asked.path.name} has this id")
            continue
        if not grades:
            judgements.problem(place, "no relevant article")
            continue
        missing = (
            None if holds is None else tuple(article for article in sorted(grades) if not holds(article))
        )
        for article in missing or ():
            judgements.problem(place, f"no article has the id {article!r}")
        language = detect_language(question)
        examples.append(
            Example(
                question_id,
                question,
                None,
                article_ids=tuple(grades),
                language=language,
                grades=tuple(grades.values()),
                missing=missing,
            )
        )
    if all(len(example.missing or ()) == len(example.article_ids) for example in examples):
        examples = []
    return examples, len(qrels) - len(examples)


def read_run(source: DatasetFile) -> TrecRun:
    """The scores of a run, ``question Q0 article rank score tag`` a line; ranks follow from the scores."""
    run: TrecRun = {}
    for place, line in source.lines():
        fields = line.split()
        if len(fields) != 6 or not _is_number(fields[4]):
            source.problem(place, "not question, Q0, article, rank, score, tag")
            continue
        scores = run.setdefault(fields[0], {})
        if fields[2] in scores:
            source.problem(place, f"{fields[2]!r} is there twice for {fields[0]!r}")
        else:
            scores[fields[2]] = float(fields[4])
    return run


def write_run(path: Path, run: Iterable[tuple[str, Mapping[str, float]]], tag: str) -> None:
    """Writes the articles' scores by question; articles of equal score in the order of their ids."""
    lines = []
    for question_id, scores in run:
        ranked = sorted(scores.items(), key=lambda found: (-found[1], found[0]))
        lines += [
            f"{trec_id(question_id)} Q0 {trec_id(article)} {rank} {score!r} {tag}\n"
            for rank, (article, score) in enumerate(ranked, start=1)
        ]
    write_text(path, "".join(lines), "--run-out")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
