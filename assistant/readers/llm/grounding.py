"""A model's sentences held against the passages that it was sent: what supports each, and what becomes of it.

A sentence is checked against the passages that it names; where these do not support it, or it names none that
was sent, against all of them. What supports it is cited, to the character, under numbers of our own in the
order of use.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answers import Citation, Statement, cite
from assistant.question import Question
from assistant.readers import Revision
from assistant.readers.llm.kinds import PieceKind, PieceKinds
from assistant.readers.llm.written import WrittenLine, WrittenPiece
from assistant.support import Evidence, Support, SupportCheck
from index.articles import Article
from index.passages import Passage


@dataclass(frozen=True, slots=True)
class Judged:
    """A piece and what is known of it; a claim has its support."""

    kind: PieceKind
    support: Support | None = None

    @property
    def unsupported(self) -> bool:
        return self.support is not None and not self.support.supported


@dataclass(frozen=True, slots=True)
class Composed:
    """A written answer as it is shown; ``omitted`` claims are not in it."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    scores: tuple[float, ...]  # of the supported claims
    omitted: int

    @property
    def supported_share(self) -> float:
        """Of all claims, those left out included; 0 where there are none."""
        total = len(self.statements) + self.omitted
        return sum(one.supported for one in self.statements) / total if total else 0.0

    @property
    def faultless(self) -> bool:
        """Every claim is supported, and nothing of any stands in no passage."""
        return bool(self.statements) and not self.omitted and all(
            one.supported and not one.unfound for one in self.statements
        )  # fmt: skip


class Grounding:
    """Judges the pieces of one answer, each once."""

    def __init__(
        self, question: Question, passages: Sequence[Passage], revision: Revision, check: SupportCheck
    ) -> None:
        self._question = question
        self._passages = passages
        self._revision = revision
        self._check = check
        self._judged: dict[tuple[str, tuple[int, ...], bool], Judged] = {}
        self._articles: dict[str, Article] = {}
        self._kinds = PieceKinds([question.text, question.asked], passages)

    def judge(self, text: str, piece: WrittenPiece) -> Judged:
        """What the piece is; a claim is checked."""
        key = text, piece.marks, piece.heading
        if key not in self._judged:
            kind = self._kinds.kind_of(text, piece)
            support = self._support(text, piece.marks) if kind is PieceKind.CLAIM else None
            self._judged[key] = Judged(kind, support)
        return self._judged[key]

    def compose(self, lines: Sequence[WrittenLine], *, omit: bool, growing: bool) -> Composed:
        """The answer of these lines; while it is ``growing`` its last piece is no whole one.

        ``omit``: claims that nothing supports are left out, and the last piece until it is whole.
        """
        text = ""
        statements: list[Statement] = []
        numbers: dict[tuple[str, int, int], Citation] = {}
        scores: list[float] = []
        omitted = 0
        for line in lines:
            begun = False
            for piece in line.pieces:
                said = line.text[piece.start : piece.end]
                judged = None
                if not (growing and line is lines[-1] and piece is line.pieces[-1]):
                    judged = self.judge(said, piece)
                    omitted += omit and judged.unsupported
                if (omit and (judged is None or judged.unsupported)) or (
                    judged and judged.kind is PieceKind.CHATTER
                ):
                    continue
                if begun:
                    text += " "
                else:
                    text += ("\n\n" if line.apart else "\n") * bool(text) + line.before
                begun = True
                start, text = len(text), text + said
                if judged and judged.support:
                    support = judged.support
                    cited = self._cited(support.evidence, numbers) if support.supported else ()
                    unfound = tuple((start + low, start + high) for low, high in support.unfound)
                    statements.append(Statement(start, len(text), cited, support.supported, unfound))
                    if support.supported:
                        scores.append(support.score)
        return Composed(text, tuple(statements), tuple(numbers.values()), tuple(scores), omitted)

    def only_limits(self, lines: Sequence[WrittenLine]) -> bool:
        """Whether all that it says of the matter is that the articles do not say it."""
        kinds = {
            self.judge(line.text[one.start : one.end], one).kind for line in lines for one in line.pieces
        }
        return PieceKind.LIMIT in kinds and PieceKind.CLAIM not in kinds

    def _support(self, text: str, marks: Sequence[int]) -> Support:
        named = [self._passages[number - 1] for number in marks if 0 < number <= len(self._passages)]

        def check(passages: Sequence[Passage]) -> Support:
            return self._check.check(text, passages, self._revision, self._question)

        support = check(named) if named else None
        if support is None or not support.supported:
            anywhere = check(self._passages)
            support = anywhere if support is None or anywhere.supported else support
        return support

    def _cited(
        self, evidence: Sequence[Evidence], numbers: dict[tuple[str, int, int], Citation]
    ) -> tuple[int, ...]:
        """The numbers of the citations of what supports a claim; new ones are added."""
        cited = []
        for one in evidence:
            name = one.passage.article_id
            place = name, one.start, one.end
            if place not in numbers:
                article = self._articles.setdefault(name, self._revision.article(name))
                numbers[place] = cite(len(numbers) + 1, article, one.start, one.end)
            cited.append(numbers[place].number)
        return tuple(cited)
