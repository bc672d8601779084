"""What the assistant says, and the characters that it stands on; as JSON: ``assistant.answers.as_json``."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.locators import NOWHERE, Locator, located
from index.articles import Article
from index.passages import Hit
from index.scans import confidence_of, doubtful
from index.text.dates import date_key

Certainty = Literal["sure", "unsure", "silent"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A range of an article's text that supports an answer, and the range of the answer inside it.

    ``cite`` cuts the quote from the article, so it cannot lie. ``content_hash`` is the SHA-256 (hex) of the
    article's text at the time of the answer. A ``ValueError`` where ``start <= answer_start <= answer_end <=
    end`` does not hold, or the quote is not as long as its range.
    """

    number: int  # from 1, as printed in the answer: [1]
    article_id: str
    title: str
    source: str
    published: str
    start: int
    end: int
    answer_start: int  # the answer is the whole quote where these are start and end
    answer_end: int
    quote: str
    content_hash: str
    locator: Locator = NOWHERE
    scan_confidence: float | None = None  # 0..1, the recogniser's of the quote; None: it is no scan
    doubtful: tuple[tuple[int, int], ...] = ()  # the words of the quote that it may have read wrong

    def __post_init__(self) -> None:
        if not self.start <= self.answer_start <= self.answer_end <= self.end:
            raise ValueError(
                f"{self.article_id}: the answer {self.answer_start}-{self.answer_end} "
                f"is not inside the quote {self.start}-{self.end}"
            )
        if len(self.quote) != self.end - self.start:
            raise ValueError(f"{self.article_id}: {self.quote!r} is not {self.start}-{self.end}")

    @property
    def answer_is_doubtful(self) -> bool:
        """Whether a word of what answers may have been read wrong from a scan."""
        return any(start < self.answer_end and end > self.answer_start for start, end in self.doubtful)

    @property
    def within(self) -> tuple[int, int]:
        """The range of the answer in the quote."""
        return self.answer_start - self.start, self.answer_end - self.start

    @property
    def answer(self) -> str:
        """What answers in the quote."""
        return self.quote[slice(*self.within)]

    @property
    def partial(self) -> bool:
        """Whether the quote says more than what answers."""
        return self.answer != self.quote


@dataclass(frozen=True, slots=True)
class Statement:
    """A half-open range of an answer's text, and the numbers of the citations that it stands on.

    What a model wrote was checked: ``supported`` says whether its citations say it, and ``unfound`` are the
    ranges of the text, inside the statement, of figures, names and dates that no cited passage holds.
    """

    start: int
    end: int
    citations: tuple[int, ...]
    supported: bool = True
    unfound: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What of an answer is written so far; its statements and citations are those of whole sentences."""

    text: str
    language: str  # of the text: "ar" or "en"
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """Of an answer that a model wrote: which model, and what it cost."""

    model: str
    prompt_tokens: int = 0  # 0 where the endpoint does not say
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another article answers, where it does not say the same."""

    text: str
    language: str  # of the text: "ar" or "en"
    citation: Citation
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True)
class AskedWithin:
    """Which articles were asked; both filters are as ``index.filters.Filter`` reads them, "" for none."""

    given: str
    understood: str  # of the question's own words
    articles: int  # how many were asked
    undated: int  # how many more there were, but for a date that they do not state (exactly enough)
    titles: tuple[str, ...] = ()  # of the articles, where they are few
    outside: bool | None = None  # of a silence: whether other articles answer; None where that was not asked


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations; ``text == ""`` is an abstention, and ``hits`` the nearest passages.

    ``statements`` say which part of the text stands on which citations; a citation of no statement is of
    another article that agrees. Whoever shows the text adds the marks [1] [2] (``marks_of``); their numbers
    go on through ``alternatives``.
    """

    question: str
    understood_as: str
    text: str
    language: str  # of the text: "ar" or "en"; of the question where the assistant abstains
    citations: tuple[Citation, ...]
    confidence: float  # 0..1
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]
    alternatives: tuple[Alternative, ...] = ()
    statements: tuple[Statement, ...] = ()
    revision: int = 0  # of the library that was asked
    reader: str = ""  # the fingerprint of what read the hits; empty where there were none
    sure: bool = True  # of a text: it is right so often that it may be said as a fact
    within: AskedWithin | None = None  # where not all articles were asked
    writing: Writing | None = None  # where a model wrote the text; else it is the articles' own words
    notice: str = ""  # one line for the person: why the model that was asked for did not write

    @property
    def support(self) -> tuple[int, int]:
        """How many of the statements their citations support, and how many there are."""
        return sum(statement.supported for statement in self.statements), len(self.statements)

    @property
    def abstained(self) -> bool:
        return not self.text

    @property
    def certainty(self) -> Certainty:
        """What may be made of the answer; an unsure one is a sentence to look at, no fact to state."""
        return "silent" if self.abstained else "sure" if self.sure else "unsure"

    @property
    def all_citations(self) -> tuple[Citation, ...]:
        """The answer's citations, then those of the alternatives: in the order of their numbers."""
        return (*self.citations, *(alternative.citation for alternative in self.alternatives))

    @property
    def agreeing(self) -> tuple[Citation, ...]:
        """The citations that no statement stands on: of other articles that say the same."""
        stood_on = {number for statement in self.statements for number in statement.citations}
        return tuple(citation for citation in self.citations if citation.number not in stood_on)


@dataclass(frozen=True, slots=True)
class Event:
    """What is being done for an answer now: ``done`` of ``total`` where there is something to count."""

    stage: Literal["searching", "reading", "writing", "done"]
    done: int = 0
    total: int = 0
    draft: Draft | None = None  # of "writing": what stands there so far


def in_time(citation: Citation, other: Citation) -> Literal["earlier", "later", ""]:
    """Whether the other's article is of an earlier or a later date; "" where that cannot be told."""
    key, otherwise = date_key(citation.published), date_key(other.published)
    shared = min(len(key), len(otherwise))
    if not shared or key[:shared] == otherwise[:shared]:
        return ""
    return "earlier" if otherwise < key else "later"


OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Takes an event and does nothing."""


def content_hash(article: Article) -> str:
    """The SHA-256 (hex) of an article's text."""
    return hashlib.sha256(article.text.encode()).hexdigest()


def cite(
    number: int, article: Article, start: int, end: int, answer: tuple[int, int] | None = None
) -> Citation:
    """The citation of a range of an article; ``answer`` is the range that answers, None for all of it."""
    answer_start, answer_end = answer or (start, end)
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        published=article.published,
        start=start,
        end=end,
        answer_start=answer_start,
        answer_end=answer_end,
        quote=article.text[start:end],
        content_hash=content_hash(article),
        locator=located(article, start, end),
        scan_confidence=confidence_of(article.scans, start, end),
        doubtful=tuple(doubtful(article.scans, start, end)),
    )


def marks_of(answer: Answer) -> dict[int, tuple[int, ...]]:
    """Numbers of citations by the offset in the text that they stand after; those that agree at its end."""
    marks: dict[int, tuple[int, ...]] = {}
    ends = [(statement.end, statement.citations) for statement in answer.statements]
    agreeing = tuple(citation.number for citation in answer.agreeing)
    for end, numbers in [*ends, (len(answer.text.rstrip()), agreeing)]:
        if numbers:
            marks[end] = marks.get(end, ()) + numbers
    return marks


def text_with_marks(answer: Answer) -> str:
    """The text with [1] [2] where they belong, as plain text."""
    text, previous = "", 0
    for end, numbers in sorted(marks_of(answer).items()):
        text += f"{answer.text[previous:end]} {''.join(f'[{number}]' for number in numbers)}"
        previous = end
    return text + answer.text[previous:]
