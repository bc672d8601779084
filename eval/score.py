"""What another system found, measured with the same rulers: a TREC run, SQuAD predictions, or both."""

from dataclasses import replace
from typing import Any

from assistant.readers.extractive import ExtractiveReader
from eval.data import Dataset, Example
from eval.data.packed import PackedFile
from eval.data.predictions import PredictedText, read_predictions
from eval.data.trec import Run, read_run, trec_id
from eval.measures.failures import failure
from eval.measures.ranking import against, gold_rank, retrieval_values
from eval.prediction import Prediction, answer_json, answer_values
from eval.report import Report, Row
from eval.run import check_questions, versions


def score(
    dataset: Dataset,
    *,
    run: PackedFile | None = None,
    predictions: PackedFile | None = None,
    tag: str = "run",
) -> Report:
    """The report on a system that is known by its files only; ``UserError`` where there is no question.

    A question that a file does not have counts as not found, or as silence. ``tag`` names the retriever in
    ``retrieval/TAG``. An answer without a source stands for the sentence that it quotes.
    """
    check_questions(dataset)
    ranked = read_run(run) if run else None
    answers = read_predictions(predictions) if predictions else None
    if run and ranked is not None:
        _name_strangers(run, ranked.keys(), {trec_id(example.id) for example in dataset.examples})
    if predictions and answers is not None:
        asked = {example.id: example for example in dataset.examples}
        _name_strangers(predictions, answers.keys(), set(asked))
        for example in dataset.examples:
            if example.answers is not None and example.id not in answers:
                predictions.problem(f"id {example.id!r}", "no answer; it counts as silence")
    files = [file for file in (run, predictions) if file]
    return Report(
        dataset=replace(
            dataset,
            problems=(*dataset.problems, *(problem for file in files for problem in file.problems)),
            files={**dataset.files, **{file.path.name: file.sha256 for file in files}},
        ),
        settings={"system": " + ".join(file.path.name for file in files), "retrievers": [tag] if run else []},
        versions=versions(),
        rows=tuple(_row(example, ranked, answers, tag) for example in dataset.examples),
        seconds={},
    )


def _row(example: Example, ranked: Run | None, answers: dict[str, PredictedText] | None, tag: str) -> Row:
    values: dict[str, dict[str, float]] = {}
    details: dict[str, Any] = {"ranks": {}}
    scores: dict[str, float] = {}
    relevance = {trec_id(article): grade for article, grade in example.relevance.items()}
    if ranked is not None:
        scores = ranked.get(trec_id(example.id), {})
        if relevance:
            values[f"retrieval/{tag}"] = retrieval_values(scores, relevance)
            details["ranks"] = {tag: gold_rank(scores, relevance)}
    if answers is not None and example.answers is not None:
        given = answers.get(example.id, PredictedText(""))
        prediction = Prediction(given.text, given.confidence)
        values["answering"] = answer_values(example, prediction)
        values["HasAns" if example.answers else "NoAns"] = {
            measure: values["answering"][measure] for measure in ("exact_match", "f1")
        }
        details["answering"] = answer_json(prediction, prediction, example)
        first = against(scores, relevance)[: ExtractiveReader.depth]
        details["failure"] = failure(
            answerable=bool(example.answers),
            spoke=bool(prediction.text),
            right=prediction.right(example),
            retrieved=ranked is None or not relevance or not relevance.keys().isdisjoint(first),
            from_gold=True,
        )
    return Row(example, values, details, {tag: scores} if ranked is not None else {})


def _name_strangers(source: PackedFile, there: Any, asked: set[str]) -> None:
    for question_id in there:
        if question_id not in asked:
            source.problem(f"id {question_id!r}", "no question has this id")
