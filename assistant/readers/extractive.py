"""The extractive reader: the words of the hits that answer, in the sentence that best does.

A reading model sees spans in the sentences (``spans``); these and what else speaks for each sentence
(``evidence``) order them (``ranking``), and of the best few a second model says whether they answer
(``verifier``). Of the best one its span is the answer, made whole words
(``wording``), and articles that agree or differ are cited beside it (``agreement``).
"""

from collections.abc import Callable, Mapping, Sequence
from threading import Lock

import numpy as np

from assistant.answers import Citation, OnEvent, Statement, cite, ignore
from assistant.question import Kind, Question, holds
from assistant.readers import Reading, Revision
from assistant.readers.agreement import (
    CandidateAnswer,
    Rival,
    agreeing,
    comparable,
    differing,
    is_alike,
)
from assistant.readers.candidates import Candidate, candidates
from assistant.readers.evidence import FEATURES, Features, Meaning, best_spans, evidence
from assistant.readers.ranking import (
    OWN_LANGUAGE,
    RankingWeights,
    bundled_weights,
    confidence_features,
    lacks_kind,
    logistic,
    looked_at,
    ranking_scores,
    second_look,
    weights_version,
)
from assistant.readers.spans import Span, SpanModel, load_span_model
from assistant.readers.tables import CellAnswer, best_cell, tables_in
from assistant.readers.verifier import Verifies, load_verifier, marked
from assistant.readers.wording import answer_range
from index.embedders import Embedder
from index.passages import Hit
from index.structure import Range, block_at

SURE_CELL = 0.7  # of the tables held out when the weights were fitted, from there on every cell was right
COMPARED = 20  # sentences that may agree with the answer, or say otherwise


class ExtractiveReader:
    """Answers with the words that answer, or with whole sentences where the model saw none.

    ``by_words``: words and spans alone decide, as they do for a question in a language that the library's
    embedder does not read. ``load_model`` and ``verifier`` are called when the models are first needed.
    """

    depth = 6  # hits: more cost time and gain little

    def __init__(
        self,
        load_model: Callable[[], SpanModel] = load_span_model,
        *,
        by_words: bool = False,
        weights: Callable[[bool], RankingWeights] = bundled_weights,
        verifier: Callable[[], Verifies] = load_verifier,
    ) -> None:
        self._load_model = load_model
        self._by_words = by_words
        self._weights = weights
        self._verifier = verifier
        self._model: SpanModel | None = None
        self._loading = Lock()

    @property
    def model(self) -> SpanModel:
        """The reading model, loaded when it is first needed."""
        with self._loading:
            if self._model is None:
                self._model = self._load_model()
            return self._model

    def load(self) -> None:
        """Loads both models now; ``ModelUnavailable`` where it cannot."""
        _ = self.model, self._verifier()

    @property
    def fingerprint(self) -> str:
        """What the answers depend on: the two models and the weights."""
        return f"{self.model.fingerprint}-{self._verifier().fingerprint[:8]}-{weights_version()}"

    def read(
        self, question: Question, hits: Sequence[Hit], revision: Revision, on_event: OnEvent = ignore
    ) -> Reading:
        """The best answer, cited, and how sure it is; an empty text where there is nothing to read."""
        found = candidates(hits, revision.article)
        if not found or not question.query.words:
            return Reading("", question.language, (), (), 0.0)
        question = question.as_spelt(hit.passage.text for hit in hits)
        meaning = self._meaning(question, revision)
        weights = self._weights(meaning is None)
        spans = best_spans(question, found, self.model, on_event)
        rows = evidence(question, found, spans, meaning)
        scores = ranking_scores(rows, question.language, found, weights.ranking)

        def said(row: int) -> CandidateAnswer:
            return answer_of(question, found[row], spans[row])

        looked = look_again(self._verifier(), question, scores, said)
        verified = {row: float(looked[row, 0]) for row in looked_at(scores)}
        scores = scores + looked @ weights.looked
        shown = confidence_features(question, found, rows, scores, looked)
        confidence = logistic(float(shown @ weights.confidence))
        order = [int(row) for row in np.argsort(-scores, kind="stable")[:COMPARED]]
        if meaning is None and not rows[order[0], FEATURES.index("words in passage")]:
            confidence = 0.0  # neither words nor meaning: the model's guess alone is no evidence
        answers = {row: said(row) for row in order}
        chosen = answers[order[0]]
        cell = best_cell(question, tables_in(found), meaning)
        if cell and question.kind in (Kind.REASON, Kind.MANNER) and lacks_kind(question, cell.text):
            cell = None
        if cell and cell.confidence > (0.0 if _in_row(chosen) else confidence):
            return _reading_of(cell, question)
        text, statements, citations = _stated(chosen, _continuation(question, chosen.candidate))
        own = chosen.candidate.article.language
        alike = set[int]()
        if meaning is not None:
            alike = self._alike(question, found, rows, answers, verified, weights, meaning)
        rivals = []
        for row in order[1:]:
            # that an article is in the other language speaks against saying it, not against its truth
            foreign = OWN_LANGUAGE * (found[row].article.language != own)
            behind = float(scores[order[0]] - scores[row]) - foreign
            rivals.append(Rival(answers[row], behind, row in alike))
        citations += agreeing(len(citations) + 1, chosen, rivals)
        return Reading(
            text,
            chosen.candidate.article.language,
            statements,
            tuple(citations),
            confidence,
            differing(len(citations) + 1, chosen, rivals, confidence, question.query.content_terms),
            confidence >= weights.sure[chosen.candidate.article.language != question.language],
        )

    def _alike(
        self,
        question: Question,
        found: Sequence[Candidate],
        rows: Features,
        answers: Mapping[int, CandidateAnswer],
        verified: Mapping[int, float],
        weights: RankingWeights,
        meaning: Meaning,
    ) -> set[int]:
        """The candidates of other articles that state a figure of what the chosen one does.

        ``answers`` by candidate, the chosen one first; ``verified``: the verifier's numbers that are known.
        """
        chosen, *order = answers
        best_of = {found[row].article.id: row for row in reversed([chosen, *order])}
        others = [row for row in order if comparable(answers[chosen], answers[row])]
        if not others:
            return set()
        own, *vectors = meaning.embedder.embed_questions([found[row].text for row in (chosen, *others)])
        alike = set[int]()
        for row, vector in zip(others, vectors, strict=True):
            likeness, alone = float(own @ vector), 0.0
            if row == best_of[found[row].article.id] and is_alike(likeness, 1.0):
                if row in verified:
                    number = np.array([verified[row]], dtype=np.float32)
                else:
                    number = self._verifier().scores(question.text, [marked(answers[row])])
                looked = second_look(question, len(found), [row], number, [answers[row].text])
                here = [at for at, one in enumerate(found) if one.article.id == found[row].article.id]
                there = [found[at] for at in here]
                within = ranking_scores(rows[here], question.language, there, weights.ranking)
                within = within + looked[here] @ weights.looked
                shown = confidence_features(question, there, rows[here], within, looked[here])
                alone = logistic(float(shown @ weights.confidence))
            if is_alike(likeness, alone):
                alike.add(row)
        return alike

    def _meaning(self, question: Question, revision: Revision) -> Meaning | None:
        if self._by_words or not _compares_meanings(revision.embedder, question.language):
            return None
        return Meaning(revision.embed_question(question.text), revision.embedder)


def look_again(
    verifier: Verifies, question: Question, scores: Features, said: Callable[[int], CandidateAnswer]
) -> Features:
    """What a second look says of what would be said from each candidate, (candidates, len(LOOKED))."""
    chosen = looked_at(scores)
    answers = [said(row) for row in chosen]
    verified = verifier.scores(question.text, [marked(answer) for answer in answers])
    return second_look(question, len(scores), chosen, verified, [answer.text for answer in answers])


def _in_row(chosen: CandidateAnswer) -> bool:
    """Whether it stands in a table that tells its cells: there its row and head decide."""
    block = block_at(chosen.candidate.article.blocks, chosen.candidate.start)
    return block is not None and block.kind == "row"


def _reading_of(cell: CellAnswer, question: Question) -> Reading:
    citation = cite(1, cell.article, cell.row.start, cell.row.end, cell.cell)
    return Reading(
        cell.text,
        cell.article.language,
        (Statement(0, len(cell.text), (1,)),),
        (citation,),
        cell.confidence,
        sure=cell.confidence >= SURE_CELL and cell.article.language == question.language,
    )


def answer_of(question: Question, candidate: Candidate, span: Span | None) -> CandidateAnswer:
    """What a sentence answers: the words of the span, made whole, or all of it where the model saw none.

    Whether something is so is said by the whole sentence, for in a part of it the deciding verb may lack; so
    is who somebody is, for a part may be another's name.
    """
    sentence = candidate.start, candidate.end
    if span is None or question.yes_or_no or question.who_is:
        return CandidateAnswer(candidate, *sentence)
    text = candidate.article.text
    return CandidateAnswer(candidate, *answer_range(question, text, (span.start, span.end), sentence))


def _stated(
    chosen: CandidateAnswer, continuation: Sequence[Range]
) -> tuple[str, tuple[Statement, ...], list[Citation]]:
    """The text, the statements it is made of, and their citations: the span, or whole sentences."""
    article = chosen.candidate.article
    if not continuation:
        return chosen.text, (Statement(0, len(chosen.text), (1,)),), [chosen.cited(1)]
    text = ""
    statements, citations = [], []
    for number, (start, end) in enumerate([(chosen.candidate.start, chosen.candidate.end), *continuation], 1):
        text += " " * bool(text) + article.text[start:end]
        statements.append(Statement(len(text) - (end - start), len(text), (number,)))
        citations.append(cite(number, article, start, end))
    return text, tuple(statements), citations


def _continuation(question: Question, chosen: Candidate) -> list[Range]:
    """The next sentence, where the chosen one only announces what was asked."""
    if chosen.after is None:
        return []
    following = chosen.article.text[slice(*chosen.after)]
    announces = chosen.text.endswith(":")
    explained = question.kind in (Kind.REASON, Kind.MANNER) and (
        not holds(question.kind, chosen.text, frozenset()) and holds(question.kind, following, frozenset())
    )
    return [chosen.after] if announces or explained else []


def _compares_meanings(embedder: Embedder, language: str) -> bool:
    """Whether its cosines mean something for a question in that language; hashing only counts words."""
    return embedder.name != "hashing" and (embedder.languages is None or language in embedder.languages)
