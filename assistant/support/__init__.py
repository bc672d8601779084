"""Whether a sentence that a model wrote is supported by passages: by which of their sentences, and what of it
stands in none.

What the sentence says is held against the one or two sentences of the passages that hold most of it
(``coverage``), and what speaks for and against becomes a number (``features``, ``judgement``). A figure, name
or date that stands in no passage always speaks against it. Leaves out whether the passages are right: what an
article says is the article's own word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.question import Question
from assistant.support.coverage import Claim, Covered, Stands, cover, stands_in
from assistant.support.entailment import Entails, ReadClaim, load_entailment
from assistant.support.features import SupportRow, features
from assistant.support.figures import stated, unfound_figures
from assistant.support.judgement import weights_beside
from assistant.support.names import unfound_names
from index.articles import Article
from index.embedders import Embedder
from index.passages import Passage
from index.structure import Range
from index.text.language import detect_language

BRIEF = 2  # words of a sentence that only says something together with the question


@dataclass(frozen=True, slots=True)
class Evidence:
    """A whole sentence of an article, ``start`` to ``end`` of its text, and the passage that holds it."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for a sentence.

    ``evidence``: the sentences of the passages that say it, or come nearest to that, best first; none where
    there are no passages. ``unfound``: the half-open ranges of the sentence, in order, of the figures, names
    and dates that stand in no passage.
    """

    supported: bool
    score: float  # 0..1
    evidence: tuple[Evidence, ...]
    unfound: tuple[Range, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A sentence held against passages: the row of ``FEATURES``, what covers it, and what stands nowhere."""

    row: SupportRow
    covered: Covered
    unfound: tuple[Range, ...]


class Articles(Protocol):
    """What is looked up of a library at one revision."""

    def article(self, article_id: str) -> Article: ...
    @property
    def embedder(self) -> Embedder: ...


class SupportCheck:
    """Judges sentences; may be asked from many threads at once.

    ``model``: "bundled", or the name or folder of a model of transformers that tells entailment.
    """

    def __init__(self, model: str = "bundled") -> None:
        self._model = model

    @property
    def fingerprint(self) -> str:
        """What its verdicts depend on."""
        return f"{load_entailment(self._model).fingerprint}-{weights_beside(self._model).version}"

    def load(self) -> None:
        """Loads the model; ``ModelUnavailable`` where it cannot be."""
        load_entailment(self._model)

    def check(
        self, sentence: str, passages: Sequence[Passage], revision: Articles, question: Question
    ) -> Support:
        """Whether the passages say what the sentence does, with the sentences of them that do."""
        held = hold(sentence, passages, revision, question, load_entailment(self._model))
        if held is None:
            return Support(False, 0.0, (), unfound_in(sentence, ()))
        weights = weights_beside(self._model)
        score = weights.score(held.row)
        evidence = tuple(Evidence(one.passage, one.start, one.end) for one in held.covered.chosen)
        return Support(score >= weights.threshold and not held.unfound, score, evidence, held.unfound)


def hold(
    sentence: str, passages: Sequence[Passage], revision: Articles, question: Question, network: Entails
) -> Held | None:
    """The sentence held against the passages; None where there is nothing to hold it against."""
    sentences = stands_in(passages, revision.article)
    own = Claim.of(sentence)
    brief = len(own.words) < BRIEF
    claim = Claim.of(f"{question.text} {sentence}") if brief else own
    if not sentences or not claim.words:
        return None
    covered = cover(claim, sentences)
    [entailed] = network.log_odds([ReadClaim.of(claim, covered)])
    row = features(claim, covered, _meaning(claim, covered, revision), entailed)
    unfound = unfound_in(sentence, sentences)
    if brief and not unfound:  # the question's words must not vouch for the only one of its own
        unfound = tuple(
            (word.start, word.end)
            for at, word in enumerate(own.words)
            if not any(own.held_by(one.text)[at] for one in sentences)
        )
    return Held(row, covered, unfound)


def unfound_in(sentence: str, sentences: Sequence[Stands]) -> tuple[Range, ...]:
    """The ranges of what stands neither in the sentences nor in what is told of their articles."""
    texts = list(dict.fromkeys([text for one in sentences for text in (one.text, *one.around.split("\n"))]))
    found = [
        *unfound_figures(stated(sentence), [stated(text) for text in texts]),
        *unfound_names(sentence, texts),
    ]
    ranges: list[Range] = []
    for start, end in sorted(found):
        if not ranges or start >= ranges[-1][1]:
            ranges.append((start, end))
    return tuple(ranges)


def _meaning(claim: Claim, covered: Covered, revision: Articles) -> float | None:
    """The cosine of a claim with what covers it, where the library's embedder reads both."""
    embedder = revision.embedder
    texts = [claim.text, " ".join(one.text for one in covered.chosen)]
    languages = embedder.languages
    unread = languages and any(detect_language(text) not in languages for text in texts)
    if embedder.name == "hashing" or unread:
        return None
    ours, theirs = embedder.embed_questions(texts)
    return float(ours @ theirs)
