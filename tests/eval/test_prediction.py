"""The measures of an answer with its quotes: whole sentences, spans of a sentence, no quotes at all."""

import pytest

from assistant.answers import Citation, Statement, cite
from assistant.readers import Reading
from eval.data import Example
from eval.prediction import (
    Details,
    Prediction,
    Quote,
    Values,
    answer_json,
    answer_values,
    citation_values,
    hits_json,
    measure_answer,
)
from index.articles import make_article
from index.passages import Hit, LegScore, Passage

ROLLO = Example("q", "?", ("Rollo",), ("a",), "en")


def answer(text: str, *quotes: tuple[str, str], confidence: float = 0.5, own: int = 9) -> Prediction:
    """An answer that stands on the first ``own`` of the quotes, (article's id, what it says) each."""
    return Prediction(
        text,
        confidence,
        tuple(
            Quote(Citation(n, article_id, "", "", "", 0, len(quote), 0, len(quote), quote, ""), own=n <= own)
            for n, (article_id, quote) in enumerate(quotes, start=1)
        ),
    )


def test_where_no_article_answers_silence_is_right() -> None:
    example = Example("q", "?", (), ("a",), "en")
    right = dict.fromkeys(("exact_match", "f1", "sentence_match", "cited_gold"), 1.0)
    assert answer_values(example, answer("")) == right | {"answered": 0.0}
    wrong = dict.fromkeys(right, 0.0)
    assert answer_values(example, answer("Rollo.", ("a", "Rollo."))) == wrong | {"answered": 1.0}


@pytest.mark.parametrize(
    ("quotes", "own", "match", "gold"),
    [
        ([("a", "It was Rollo.")], 1, 1, 1),
        ([("a", "So:"), ("a", "It was Rollo.")], 2, 1, 1),
        ([("b", "It was Odo."), ("a", "It was Rollo.")], 1, 0, 0),  # the second only agrees
        ([("b", "It was Rollo.")], 1, 1, 0),  # said elsewhere too
        ([], 0, 0, 0),
    ],
)
def test_only_the_sentences_of_the_answer_count(
    quotes: list[tuple[str, str]], own: int, match: float, gold: float
) -> None:
    values = answer_values(ROLLO, answer("It was Rollo.", *quotes, own=own))
    assert (values["sentence_match"], values["cited_gold"]) == (match, gold)


def test_a_span_is_measured_as_it_is_and_its_sentence_by_the_quote() -> None:
    values = answer_values(ROLLO, answer("Rollo", ("a", "It was Rollo.")))
    assert (values["exact_match"], values["f1"], values["sentence_match"]) == (1, 1, 1)
    whole = answer_values(ROLLO, answer("It was Rollo.", ("a", "It was Rollo.")))
    assert (whole["exact_match"], whole["f1"], whole["sentence_match"]) == (0, 0.5, 1)
    other = answer("It", ("a", "It was Rollo."))
    assert answer_values(ROLLO, other)["sentence_match"] == 1
    assert not other.right(ROLLO)


def test_a_system_without_quotes_stands_on_its_text() -> None:
    values = answer_values(ROLLO, Prediction("It was Rollo."))
    assert values == {"exact_match": 0, "f1": 0.5, "sentence_match": 1, "answered": 1}
    assert answer_values(ROLLO, Prediction(""))["sentence_match"] == 0


@pytest.mark.parametrize(
    ("quotes", "values"),
    [
        ([("a", "Rollo.")], (1, 1 / 2, 1, 1)),
        ([("a", "Rollo."), ("b", "Odo."), ("c", "Rollo!"), ("a", "He came.")], (2 / 4, 1 / 2, 2 / 4, 1)),
        ([("a", "He came."), ("b", "Odo.")], (1 / 2, 1 / 2, 0, 0)),
        ([("a", "Rollo."), ("g", "Rollo.")], (1, 1, 1, 1)),
        ([], (0, 0, 0, 0)),
    ],
)
def test_citations(quotes: list[tuple[str, str]], values: tuple[float, ...]) -> None:
    example = Example("q", "?", ("Rollo",), ("a", "g"), "en")
    found = citation_values(example, answer("Rollo", *quotes))
    names = ("gold_precision", "gold_recall", "answer_precision", "answer_recall")
    assert found == pytest.approx(dict(zip(names, values, strict=True)))


def test_the_threshold_is_the_assistants() -> None:
    best = answer("Rollo", ("a", "It was Rollo."), confidence=0.5)
    assert best.above(0.5) == best  # at the threshold it speaks
    assert best.above(0.51) == Prediction("", 0.5, ())
    assert Prediction("Rollo").above(1) == Prediction("Rollo")


def reading(*citations: Citation) -> Reading:
    """An answer that stands on the first of the citations."""
    return Reading("Rollo", "en", (Statement(0, 5, (1,)),), citations, 1 / 3)


def test_what_the_report_stores() -> None:
    text = "One two three. " * 20 + "It was Rollo. " + "Four five six. " * 20
    article = make_article(id="a", title="Normandy", text=text, source="s")
    start = text.index("It was")
    citation = cite(1, article, start, start + len("It was Rollo."), (start + 7, start + 12))
    best = Prediction.of(reading(citation), {"a": article}.__getitem__)
    record = answer_json(best, best, ROLLO)
    (stored,) = record["citations"]
    assert (record["text"], record["confidence"], record["withheld"], record["right"]) == (
        *("Rollo", 0.333333333, None, True),
    )
    assert (stored["quote"], text[stored["answer_start"] : stored["answer_end"]]) == (
        "It was Rollo.",
        "Rollo",
    )
    assert (stored["gold"], stored["answer"]) == (True, True)
    around = stored["before"] + stored["quote"] + stored["after"]
    assert around in text
    assert stored["before"].split()[0] in ("One", "two", "three.")  # no half words
    assert stored["after"].split()[-1] in ("Four", "five", "six.")
    assert 150 < len(stored["before"]) <= 200
    withheld = answer_json(best.above(0.5), best, ROLLO)
    assert withheld["withheld"] == {"text": "Rollo", "citations": record["citations"]}
    assert (withheld["text"], withheld["citations"], withheld["right"]) == ("", [], True)


def test_context_at_the_edges_of_the_article() -> None:
    article = make_article(id="a", title="", text="It was Rollo. He came.", source="")
    first, second = (cite(number, article, 0, 13) for number in (1, 2))
    quotes = Prediction.of(reading(first, second), {"a": article}.__getitem__).quotes or ()
    assert [(quote.before, quote.after) for quote in quotes] == [("", " He came.")] * 2
    assert [quote.own for quote in quotes] == [True, False]  # the second stands in no statement


@pytest.mark.parametrize(
    ("best", "threshold", "failed", "cited"),
    [
        (answer("Rollo", ("a", "It was Rollo.")), 0.5, "right", True),
        (answer("Rollo", ("a", "It was Rollo.")), 0.6, "wrongly silent", True),
        (answer("Odo", ("b", "It was Odo.")), 0.5, "retrieved but not read", True),
        (Prediction("Odo"), 0.5, "wrong span", False),  # no source to tell
    ],
)
def test_an_end_to_end_answer(best: Prediction, threshold: float, failed: str, cited: bool) -> None:
    values: Values = {}
    details: Details = {}
    measure_answer(values, details, ROLLO, best, threshold=threshold, retrieved=True)
    assert details["failure"] == failed
    assert ("citations" in values) is cited
    assert values["HasAns"].items() <= values["answering"].items()
    unanswered = Example("q", "?", (), (), "en")
    measure_answer(values, details, unanswered, best, threshold=threshold, retrieved=False)
    assert details["failure"] == ("rightly silent" if failed == "wrongly silent" else "wrongly spoken")


def test_hits() -> None:
    passage = Passage("a", "T", "s", "en", 5, 505, "x" * 500)
    (stored,) = hits_json([Hit(passage, 0.5, dense=LegScore(3, 0.25))], ROLLO)
    assert stored == {
        "article_id": "a",
        "title": "T",
        "start": 5,
        "end": 505,
        "score": 0.5,
        "gold": True,
        "dense": {"rank": 3, "score": 0.25},
        "lexical": None,
        "text": "x" * 300,
    }
