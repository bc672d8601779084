"""What another system found, with the same measures: a TREC run, SQuAD predictions, or both."""

from collections.abc import Iterable
from dataclasses import replace

from assistant.readers import load_reader
from eval.data import Dataset, Example
from eval.data.file import DatasetFile
from eval.data.predictions import PredictedText, read_predictions
from eval.data.trec import TrecRun, read_run, trec_id
from eval.measures.ranking import gold_rank, ranked_articles, retrieval_values
from eval.prediction import Details, Prediction, Values, measure_answer
from eval.report import Report, Row
from eval.run import check_questions, versions
from index.errors import UserError


def score(
    dataset: Dataset,
    *,
    run: DatasetFile | None = None,
    predictions: DatasetFile | None = None,
    tag: str = "run",
) -> Report:
    """The report on a system that is known by its files only.

    ``UserError`` where there is no question, or a file is not there: then nothing was found out about it.
    A question that a file does not have counts as not found, or as silence. ``tag`` names the retriever in
    ``retrieval/TAG``. An answer without a source stands for the sentence that it quotes.
    """
    check_questions(dataset)
    ranked = answers = None
    if run:
        ranked = read_run(run)
        _note_unknown_ids(run, ranked, {trec_id(example.id) for example in dataset.examples})
    if predictions:
        answers = read_predictions(predictions)
        _note_unknown_ids(predictions, answers, {example.id for example in dataset.examples})
        for example in dataset.examples:
            if example.answers is not None and example.id not in answers:
                predictions.problem(f"id {example.id!r}", "no answer; it counts as silence")
    files = [file for file in (run, predictions) if file]
    for file in files:
        if not file.sha256:
            raise UserError(f"{file.problems[0]}; name one that is there")
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


def _row(example: Example, ranked: TrecRun | None, answers: dict[str, PredictedText] | None, tag: str) -> Row:
    values: Values = {}
    details: Details = {"ranks": {}}
    scores = dict((ranked or {}).get(trec_id(example.id), {}))
    scores.pop(trec_id(example.own_article), None)
    relevance = {trec_id(article): grade for article, grade in example.relevance.items()}
    if ranked is not None and relevance:
        values[f"retrieval/{tag}"] = retrieval_values(scores, relevance)
        details["ranks"] = {tag: gold_rank(scores, relevance)}
    if answers is not None and example.answers is not None:
        given = answers.get(example.id, PredictedText(""))
        # how much of its run the other system read is not known: as much as our reader would
        first = ranked_articles(scores, relevance)[: load_reader().depth]
        measure_answer(
            values,
            details,
            example,
            Prediction(given.text, given.confidence),
            threshold=0.0,
            retrieved=ranked is None or not relevance.keys().isdisjoint(first),
        )
    return Row(example, values, details, {tag: scores} if ranked is not None else {})


def _note_unknown_ids(source: DatasetFile, ids: Iterable[str], known: set[str]) -> None:
    for question_id in ids:
        if question_id not in known:
            source.problem(f"id {question_id!r}", "no question has this id")
