"""An answer with its quotes, as it is measured and as the report stores it.

Only citations that a statement of the answer stands on are its own. A further citation, which says that
another article agrees, makes no answer better.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answers import Answer, Citation
from assistant.answers.as_json import hits_to_json
from assistant.readers import Reading
from eval.data import Example
from eval.measures.answers import exact_match, f1, is_right, sentence_match
from eval.measures.failures import failure
from index.articles import Article
from index.passages import Hit

Values = dict[str, dict[str, float]]  # by task and measure
Details = dict[str, Any]  # JSON

_DIGITS = 9  # of a confidence: beyond them lies only the order of summation
_CONTEXT = 200  # code points before and after a quote
_SNIPPET = 300  # code points of a hit's passage


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation with some of the article on either side.

    ``own``: the answer stands on it; others only agree.
    """

    citation: Citation
    before: str = ""
    after: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system answered to a question; an empty text is an abstention.

    ``confidence`` None is not known, ``quotes`` None that the system cites nothing: then its text is taken
    for the sentence that it stands on.
    """

    text: str
    confidence: float | None = None
    quotes: tuple[Quote, ...] | None = None
    sure: bool = False

    @classmethod
    def of(cls, answer: Answer | Reading, article: Callable[[str], Article]) -> "Prediction":
        """The answer, its quotes set among the articles that ``article`` gives by id."""
        own = {number for statement in answer.statements for number in statement.citations}
        quotes = (
            _quote(citation, article(citation.article_id), citation.number in own)
            for citation in answer.citations
        )
        return cls(answer.text, answer.confidence, tuple(quotes), answer.sure)

    def above(self, threshold: float) -> "Prediction":
        """The same, or silence below the threshold, as the assistant decides it."""
        if self.confidence is None or (self.text and self.confidence >= threshold):
            return self
        return replace(self, text="", quotes=() if self.quotes is not None else None, sure=False)

    @property
    def sentences(self) -> list[str]:
        """The sentences that the answer stands on."""
        if self.quotes is None:
            return [self.text] if self.text else []
        return [quote.citation.quote for quote in self.quotes if quote.own]

    def right(self, example: Example) -> bool:
        """Whether it answers the question (``is_right``); never where the articles do not answer."""
        return is_right(self.text, self.sentences, example.answers or (), example.language)

    def in_gold(self, example: Example) -> bool:
        """Whether a quote that it stands on lies in a gold article."""
        return any(quote.own and _in_gold(quote, example) for quote in self.quotes or ())


def answer_values(example: Example, prediction: Prediction) -> dict[str, float]:
    """The measures of one answer; where the articles do not answer, silence is right."""
    answers = example.answers or ()
    values = {
        "exact_match": exact_match(prediction.text, answers, example.language),
        "f1": f1(prediction.text, answers, example.language),
        "sentence_match": sentence_match(prediction.sentences, answers, example.language),
    }
    if prediction.quotes is not None and (example.article_ids or not answers):
        values["cited_gold"] = float(prediction.in_gold(example) if answers else not prediction.text)
    values["answered"] = float(bool(prediction.text))
    return values


def citation_values(example: Example, prediction: Prediction) -> dict[str, float]:
    """Precision and recall of all the citations, those that only agree included; 0 where there are none.

    By place: the share of citations that lie in a gold article, and of gold articles that are cited. By
    content: the share of quotes that contain a gold answer, and whether any does (all gold answers say the
    same).
    """
    quotes = prediction.quotes or ()
    values = {}
    if example.article_ids:
        golds = [quote.citation.article_id for quote in quotes if _in_gold(quote, example)]
        values["gold_precision"] = len(golds) / len(quotes) if quotes else 0.0
        values["gold_recall"] = len(set(golds)) / len(example.article_ids)
    holding = [quote for quote in quotes if _holds_answer(quote, example)]
    values["answer_precision"] = len(holding) / len(quotes) if quotes else 0.0
    values["answer_recall"] = float(bool(holding))
    return values


def measure_answer(
    values: Values, details: Details, example: Example, best: Prediction, *, threshold: float, retrieved: bool
) -> None:
    """Adds the end-to-end answer to a question's values and details.

    ``retrieved``: a gold article was among what the reader read, or it is not known.
    """
    prediction = best.above(threshold)
    measured = answer_values(example, prediction)
    values["answering"] = measured
    values["HasAns" if example.answers else "NoAns"] = {key: measured[key] for key in ("exact_match", "f1")}
    if example.answers and prediction.quotes is not None:
        values["citations"] = citation_values(example, prediction)
    details["answering"] = answer_json(prediction, best, example)
    details["failure"] = failure(
        answerable=bool(example.answers),
        spoke=bool(prediction.text),
        right=prediction.right(example),
        retrieved=retrieved or not example.article_ids,
        from_gold=prediction.quotes is None or not example.article_ids or prediction.in_gold(example),
    )


def answer_json(prediction: Prediction, best: Prediction, example: Example) -> Details:
    """The answer for the report, and of the ``best`` answer what the threshold withheld."""
    withheld = None
    if best.text and not prediction.text:
        withheld = {"text": best.text, "citations": _citations_json(best, example)}
    return {
        "text": prediction.text,
        "confidence": None if best.confidence is None else round(best.confidence, _DIGITS),
        "sure": prediction.sure,
        "citations": _citations_json(prediction, example),
        "withheld": withheld,
        "right": best.right(example),
    }


def hits_json(hits: Sequence[Hit], example: Example) -> list[Details]:
    """The hits for the report, best first, each with the beginning of its passage."""
    stored = hits_to_json(hits)
    for hit in stored:
        hit["gold"] = hit["article_id"] in example.article_ids
        hit["text"] = hit["text"][:_SNIPPET]
        for scored in filter(None, (hit, hit["dense"], hit["lexical"])):
            scored["score"] = round(scored["score"], _DIGITS)
    return stored


def _citations_json(prediction: Prediction, example: Example) -> list[Details]:
    places = ("number", "article_id", "title", "start", "end", "answer_start", "answer_end", "quote")
    return [
        {
            **{key: getattr(quote.citation, key) for key in places},
            "before": quote.before,
            "after": quote.after,
            "gold": _in_gold(quote, example),
            "answer": _holds_answer(quote, example),
        }
        for quote in prediction.quotes or ()
    ]


def _in_gold(quote: Quote, example: Example) -> bool:
    return quote.citation.article_id in example.article_ids


def _holds_answer(quote: Quote, example: Example) -> bool:
    return bool(example.answers and sentence_match([quote.citation.quote], example.answers, example.language))


def _quote(citation: Citation, article: Article, own: bool) -> Quote:
    before = article.text[max(0, citation.start - _CONTEXT) : citation.start]
    after = article.text[citation.end : citation.end + _CONTEXT]
    if citation.start > _CONTEXT:  # not from the middle of a word
        before = before.partition(" ")[2]
    if citation.end + _CONTEXT < len(article.text):
        after = after.rpartition(" ")[0]
    return Quote(citation, before, after, own)
