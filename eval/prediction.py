"""An answer with its quotes, as it is measured and as the report stores it.

Only citations that a statement of the answer stands on are its own. A further citation, which says that
another article agrees, makes no answer better.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.answers import Answer, Citation
from assistant.readers import Reading
from eval.data import Example
from eval.measures.answers import exact_match, f1, is_right, sentence_match
from index.articles import Article
from index.passages import Hit, LegScore

_DIGITS = 9  # of a confidence: beyond them lies only the order of summation
_CONTEXT = 200  # code points before and after a quote
_SNIPPET = 300  # code points of a hit's passage


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation with what it cites, and some of the article on either side.

    ``own``: the answer stands on it; others only agree.
    """

    citation: Citation
    text: str
    before: str = ""
    after: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system said to a question; an empty text is an abstention.

    ``confidence`` None is not known, ``quotes`` None that the system cites nothing: then its text is taken
    for the sentence that it stands on.
    """

    text: str
    confidence: float | None = None
    quotes: tuple[Quote, ...] | None = None

    @classmethod
    def of(cls, said: Answer | Reading, article: Callable[[str], Article]) -> "Prediction":
        """The answer, its quotes cut from the articles that ``article`` gives by id."""
        own = {number for statement in said.statements for number in statement.citations}
        quotes = tuple(
            _quoted(citation, article(citation.article_id), citation.number in own)
            for citation in said.citations
        )
        return cls(said.text, said.confidence, quotes)

    def above(self, threshold: float) -> "Prediction":
        """The same, or silence below the threshold, as the assistant decides it."""
        if self.confidence is None or (self.text and self.confidence >= threshold):
            return self
        return replace(self, text="", quotes=() if self.quotes is not None else None)

    @property
    def own(self) -> tuple[Quote, ...]:
        """The quotes that the answer stands on."""
        return tuple(quote for quote in self.quotes or () if quote.own)

    @property
    def sentences(self) -> list[str]:
        """The sentences that the answer stands on."""
        if self.quotes is None:
            return [self.text] if self.text else []
        return [quote.text for quote in self.own]

    def right(self, example: Example) -> bool:
        """Whether it answers the question (``is_right``); never where the articles do not answer."""
        return is_right(self.text, self.sentences, example.answers or (), example.language)

    def from_gold(self, example: Example) -> bool:
        """Whether it stands on a gold article, or cites nothing that could tell."""
        return self.quotes is None or any(in_gold(quote.citation, example) for quote in self.own)


def in_gold(citation: Citation, example: Example) -> bool:
    """Whether the cited range lies in a gold article."""
    return citation.article_id in example.article_ids


def answer_values(example: Example, said: Prediction) -> dict[str, float]:
    """The measures of one answer; where the articles do not answer, silence is right."""
    answers = example.answers or ()
    values = {
        "exact_match": exact_match(said.text, answers, example.language),
        "f1": f1(said.text, answers, example.language),
        "sentence_match": sentence_match(said.sentences, answers, example.language),
    }
    if said.quotes is not None and (example.article_ids or not answers):
        cited = any(in_gold(quote.citation, example) for quote in said.own)
        values["cited_gold"] = float(cited if answers else not said.text)
    values["answered"] = float(bool(said.text))
    return values


def citation_values(example: Example, said: Prediction) -> dict[str, float]:
    """Precision and recall of all the citations, those that only agree included; 0 where there are none.

    By place: the share of citations that lie in a gold article, and of gold articles that are cited. By
    content: the share of quotes that contain a gold answer, and whether any does (all gold answers say the
    same).
    """
    quotes = said.quotes or ()
    values = {}
    if example.article_ids:
        golds = [quote.citation.article_id for quote in quotes if in_gold(quote.citation, example)]
        values["gold_precision"] = len(golds) / len(quotes) if quotes else 0.0
        values["gold_recall"] = len(set(golds)) / len(example.article_ids)
    holding = [quote for quote in quotes if _holds_answer(quote, example)]
    values["answer_precision"] = len(holding) / len(quotes) if quotes else 0.0
    values["answer_recall"] = float(bool(holding))
    return values


def answer_json(said: Prediction, best: Prediction, example: Example) -> dict[str, Any]:
    """What was said for the report, and of the ``best`` answer what the threshold withheld."""
    record: dict[str, Any] = {
        "text": said.text,
        "confidence": None if best.confidence is None else round(best.confidence, _DIGITS),
        "citations": _citations_json(said.quotes or (), example),
        "withheld": None,
        "right": best.right(example),
    }
    if best.text and not said.text:
        record["withheld"] = {
            "text": best.text,
            "citations": _citations_json(best.quotes or (), example),
        }
    return record


def hits_json(hits: Sequence[Hit], example: Example) -> list[dict[str, Any]]:
    """The hits for the report, best first, each with the beginning of its passage."""
    return [
        {
            "article_id": hit.passage.article_id,
            "title": hit.passage.title,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": round(hit.score, _DIGITS),
            "gold": hit.passage.article_id in example.article_ids,
            "dense": _leg_json(hit.dense),
            "lexical": _leg_json(hit.lexical),
            "text": hit.passage.text[:_SNIPPET],
        }
        for hit in hits
    ]


def _leg_json(leg: LegScore | None) -> dict[str, Any] | None:
    return None if leg is None else asdict(leg) | {"score": round(leg.score, _DIGITS)}


def _citations_json(quotes: Sequence[Quote], example: Example) -> list[dict[str, Any]]:
    return [
        {
            "number": quote.citation.number,
            "article_id": quote.citation.article_id,
            "title": quote.citation.title,
            "start": quote.citation.start,
            "end": quote.citation.end,
            "answer_start": quote.citation.answer_start,
            "answer_end": quote.citation.answer_end,
            "quote": quote.text,
            "before": quote.before,
            "after": quote.after,
            "gold": in_gold(quote.citation, example),
            "answer": _holds_answer(quote, example),
        }
        for quote in quotes
    ]


def _holds_answer(quote: Quote, example: Example) -> bool:
    return bool(example.answers and sentence_match([quote.text], example.answers, example.language))


def _quoted(citation: Citation, article: Article, own: bool) -> Quote:
    before = article.text[max(0, citation.start - _CONTEXT) : citation.start]
    after = article.text[citation.end : citation.end + _CONTEXT]
    if citation.start > _CONTEXT:  # not from the middle of a word
        before = before.partition(" ")[2]
    if citation.end + _CONTEXT < len(article.text):
        after = after.rpartition(" ")[0]
    return Quote(citation, citation.quote, before, after, own)
