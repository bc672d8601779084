"""The reader whose answers a model writes: the model writes, the articles decide.

    silence     whether the model is asked at all
    budget      the passages that fit its window
    prompt      what it is sent: prompt.toml, in two languages
    client      the answer as it comes, from an OpenAI-compatible endpoint (endpoint), or why not (failures)
    written     the sentences of what it wrote, and their marks; which of them are claims (kinds)
    grounding   each claim held against the passages, and cited
    rewriting   a follow-up made to stand alone

Where no answer comes of it, or one that the articles do not support, the articles' own words are given, as
the extractive reader finds them, with a notice that says why.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Draft, Event, OnEvent, Writing, ignore
from assistant.conversation import Turn
from assistant.question import Intent, Question
from assistant.readers import Reader, Reading, Revision
from assistant.readers.about import read_about
from assistant.readers.llm.budget import answer_tokens, by_rank, fitting, of_article
from assistant.readers.llm.client import ModelStream
from assistant.readers.llm.endpoint import Endpoint
from assistant.readers.llm.failures import CUT, OMITTED, ModelFailure
from assistant.readers.llm.grounding import Composed, Grounding
from assistant.readers.llm.prompt import (
    NOT_IN_ARTICLES,
    answer_messages,
    prompt_version,
    tokens_around,
    tokens_beside,
)
from assistant.readers.llm.rewriting import rewritten
from assistant.readers.llm.silence import FROM_RECORDS, is_broad, may_ask
from assistant.readers.llm.written import WrittenLine, read_written
from assistant.settings import Settings
from assistant.support import SupportCheck
from index.passages import Hit, Passage
from index.text.language import detect_language

DEPTH = 16  # hits that the model may be sent
A_DRAFT = 0.05  # seconds between two
SHOWN = 0.5  # of the claims must be supported, or the articles' own words are given instead
LEAST_SURE = 0.7  # of a confidence: what a supported claim counts with the lowest score


class ModelReader:
    """Writes answers with a model, from and with the articles; ``otherwise`` reads where it does not."""

    depth = DEPTH

    def __init__(
        self,
        endpoint: Endpoint,
        otherwise: Reader,
        *,
        threshold: float = Settings().threshold,
        omit: bool = False,
        check: SupportCheck | None = None,
    ) -> None:
        self.otherwise = otherwise
        self._endpoint = endpoint
        self._threshold = threshold
        self._omit = omit
        self._check = check or SupportCheck()

    @property
    def destination(self) -> str:
        """The host that questions and passages are sent to."""
        return self._endpoint.host

    @property
    def fingerprint(self) -> str:
        """What the answers depend on: the model's name, the prompt, the check, and the reader beside it."""
        written = f"llm-{self._endpoint.model}-{prompt_version()}-{self._check.fingerprint}"
        return f"{written}-{self.otherwise.fingerprint}"

    def load(self) -> None:
        """Loads the reader beside it, the check and the client; the endpoint is not asked."""
        import openai  # noqa: F401

        self.otherwise.load()
        self._check.load()

    def read(
        self, question: Question, hits: Sequence[Hit], revision: Revision, on_event: OnEvent = ignore
    ) -> Reading:
        """What the model writes of the hits, without turns before it."""
        own = self.otherwise.read(question, hits[: self.otherwise.depth], revision, on_event)
        return self.write(question, hits, revision, own, (), on_event)

    def rewrite(self, asked: str, turns: Sequence[Turn], on_event: OnEvent = ignore) -> str:
        """A follow-up made to stand alone; by rules where the model does not."""
        return rewritten(self._endpoint, asked, turns, lambda: on_event(Event("searching")))

    def write(
        self,
        question: Question,
        hits: Sequence[Hit],
        revision: Revision,
        own: Reading,
        turns: Sequence[Turn] = (),
        on_event: OnEvent = ignore,
    ) -> Reading:
        """What the model writes, each sentence checked; else ``own``, what is read without it."""
        if question.intent in FROM_RECORDS and read_about(question, hits, revision) is not None:
            return own
        if not may_ask(question, [hit.passage for hit in hits], own, self._threshold):
            return own
        self._check.load()  # what cannot be checked is not asked
        passages = self._passages(question, hits, revision, own, turns)
        instead = bool(own.text) and own.confidence >= self._threshold
        try:
            written = self._written(question, passages, revision, turns, on_event)
            # of a question that the articles' own words do not answer what is supported may answer another
            return replace(written, sure=written.sure and (instead or is_broad(question)))
        except ModelFailure as failure:
            notice = failure.notice(self._endpoint, question.language, instead=instead)
            return replace(own, notice=notice)

    def _passages(
        self,
        question: Question,
        hits: Sequence[Hit],
        revision: Revision,
        own: Reading,
        turns: Sequence[Turn],
    ) -> list[Passage]:
        """The passages that the model is sent, in the order of their numbers."""
        ordered = by_rank(hits)
        summarised = {citation.article_id for citation in own.citations}
        if question.intent is Intent.OVERVIEW and len(summarised) == 1 and own.confidence >= self._threshold:
            ordered = of_article(revision.article(*summarised), hits)
        beside = tokens_beside(question.text, question.language, turns)
        window = self._endpoint.window
        return fitting(
            ordered,
            window - answer_tokens(window) - beside,
            lambda one: tokens_around(one, revision.summary(one.article_id).published),
            revision.article,
        )

    def _written(
        self,
        question: Question,
        passages: Sequence[Passage],
        revision: Revision,
        turns: Sequence[Turn],
        on_event: OnEvent,
    ) -> Reading:
        language = question.language
        dates = {one.article_id: revision.summary(one.article_id).published for one in passages}
        messages = answer_messages(question.text, language, passages, dates, turns)
        grounding = Grounding(question, passages, revision, self._check)
        drafts = _Drafts(grounding, language, on_event, omit=self._omit)
        drafts.tell()
        raw = ""
        with ModelStream(self._endpoint, messages, answer_tokens(self._endpoint.window)) as stream:
            for piece in stream.pieces(drafts.tell):
                raw += piece
                drafts.grow(raw)
        if not raw.strip():
            raise ModelFailure("empty")
        lines = _lines(raw, ended=True)
        if stream.cut:
            lines = _without_torn_end(lines)
        writing = Writing(self._endpoint.model, stream.prompt_tokens, stream.completion_tokens)
        if _abstains(raw) or grounding.only_limits(lines):
            return Reading("", language, (), (), 0.0, writing=writing)
        composed = grounding.compose(lines, omit=self._omit, growing=False)
        if composed.supported_share < SHOWN or not composed.text:
            raise ModelFailure("unsupported" if lines else "empty")
        return self._reading(composed, language, writing, cut=stream.cut)

    def _reading(self, composed: Composed, language: str, writing: Writing, *, cut: bool) -> Reading:
        mean = sum(composed.scores) / len(composed.scores)
        notices = [OMITTED[language].format(composed.omitted)] if composed.omitted else []
        notices += [CUT[language]] if cut else []
        return Reading(
            composed.text,
            _language(composed, language),
            composed.statements,
            composed.citations,
            composed.supported_share * (LEAST_SURE + (1 - LEAST_SURE) * mean),
            sure=composed.faultless and not cut,
            writing=writing,
            notice=" ".join(notices),
        )


class _Drafts:
    """Tells what of an answer stands there, at most so often as a person can see."""

    def __init__(self, grounding: Grounding, language: str, on_event: OnEvent, *, omit: bool) -> None:
        self._grounding = grounding
        self._language = language
        self._on_event = on_event
        self._omit = omit
        self._draft: Draft | None = None
        self._told = 0.0

    def tell(self) -> None:
        """The same again: whoever listens may want to stop."""
        self._on_event(Event("writing", draft=self._draft))

    def grow(self, raw: str) -> None:
        """What the model has written is this by now."""
        if time.monotonic() - self._told < A_DRAFT or _abstains_yet(raw):
            return
        composed = self._grounding.compose(_lines(raw, ended=False), omit=self._omit, growing=True)
        language = _language(composed, self._language)
        self._draft = Draft(composed.text, language, composed.statements, composed.citations)
        self.tell()
        self._told = time.monotonic()


def _lines(raw: str, *, ended: bool) -> list[WrittenLine]:
    return read_written(raw.replace(NOT_IN_ARTICLES, ""), ended=ended)


def _abstains(raw: str) -> bool:
    """Whether the model says first of all that the articles do not answer."""
    first = read_written(raw, ended=True)
    return bool(first) and first[0].text.lstrip("\"'“«").startswith(NOT_IN_ARTICLES)


def _abstains_yet(raw: str) -> bool:
    """Whether what stands there may become that."""
    lines = read_written(raw, ended=False)
    begun = lines[0].text if lines else ""
    return NOT_IN_ARTICLES.startswith(begun) or begun.startswith(NOT_IN_ARTICLES)


def _without_torn_end(lines: Sequence[WrittenLine]) -> list[WrittenLine]:
    """The lines without a last sentence that breaks off."""
    *before, last = lines or [WrittenLine("", ())]
    if not last.pieces or last.text.rstrip().endswith((".", "!", "?", "؟", "…")):
        return list(lines)
    rest = last.pieces[:-1]
    return [*before, replace(last, pieces=rest)] if rest else before


def _language(composed: Composed, language: str) -> str:
    """The language of what was written; the question's where that cannot be told."""
    return detect_language(composed.text) if any(map(str.isalpha, composed.text)) else language
