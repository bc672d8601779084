"""Why not that article: where an article that a person names fell out on the way to an answer.

Its passages were not among those found, or not among those read, or they were read and said less than
others. What it says of the question by itself is read too, with the confidence that this has alone.
"""

from dataclasses import dataclass
from typing import Any, Literal

from assistant.answers import Answer
from assistant.pipeline import Assistant
from assistant.question import understand
from assistant.readers import without_model
from assistant.readers.parts import read_question
from assistant.retrieval import POOL, make_retriever
from index.errors import UserError
from index.filters import Condition, Filter
from index.library import ArticleSummary, Library
from index.passages import Hit, split_article
from index.text.analysis import fold

LOOKED_FOR = 2 * POOL  # passages, which is all that two legs of a search bring
_NAMED = 200  # articles whose titles hold the words that one is named by

Standing = Literal["cited", "agrees", "otherwise", "read", "not read", "not found", "not asked"]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What became of an article in the answer to a question.

    ``rank`` counts its best passage among those found, from 1, None where it is not among the first
    ``looked_at``; the first ``read`` are read. ``sentence`` is what it says of the question by itself, with
    the ``confidence`` of that; ``said`` is the confidence of the answer, 0 for a silence, and below
    ``threshold`` nothing is said.
    """

    article_id: str
    title: str
    place: Standing
    rank: int | None
    looked_at: int
    read: int
    sentence: str
    confidence: float
    said: float
    threshold: float

    def to_json(self) -> dict[str, Any]:
        """What stands under ``why`` in ``majlis ask --why --json``."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return told | {"confidence": round(self.confidence, 4), "said": round(self.said, 4)}


def why_not(assistant: Assistant, question: str, name: str, answer: Answer | None = None) -> WhyNot:
    """What became of an article, named by its id, its file or its title; ``answer`` is that to the question.

    ``UserError`` where no article, or more than one, is called so.
    """
    summary = named_article(assistant.library, name)
    answer = answer or assistant.answer(question)
    understood = understand(answer.understood_as)
    reader, threshold = assistant.reader, assistant.settings.threshold
    with assistant.library.snapshot() as whole:
        asked = [Filter.parse(told) for told in _filters(answer) if told]
        snapshot = whole.within(*asked) if asked else whole
        found = make_retriever(assistant.settings.retriever, snapshot).retrieve(understood, LOOKED_FOR)
        own = [hit for hit in found if hit.passage.article_id == summary.id]
        rank = next((n for n, hit in enumerate(found, 1) if hit.passage.article_id == summary.id), None)
        if not own:
            own = [Hit(passage, 0.0) for passage in split_article(snapshot.article(summary.id))]
        itself = Filter((Condition("id", summary.id),))
        outside = bool(asked) and not whole.within(*asked, itself).selected
        spoken = without_model(reader)
        reading = read_question(spoken, understood, own[: spoken.depth], snapshot, threshold)
    return WhyNot(
        article_id=summary.id,
        title=summary.title,
        place="not asked" if outside else _place(answer, summary.id, rank, reader.depth),
        rank=rank,
        looked_at=len(found),
        read=reader.depth,
        sentence=next((one.quote for one in reading.citations if one.article_id == summary.id), ""),
        confidence=reading.confidence,
        said=0.0 if answer.abstained else answer.confidence,
        threshold=threshold,
    )


def named_article(library: Library, name: str) -> ArticleSummary:
    """The one article with that id, file or title; ``UserError`` where there is none, or several."""
    see = f"see them with: majlis index list --library {library.folder}"
    found = library.find(name)
    if not found:
        wanted = fold(" ".join(name.split()))
        with library.snapshot() as snapshot:
            _, listed = snapshot.listed(name, count=_NAMED)
        files = [one for one in listed if fold(one.source).replace("\\", "/").split("/")[-1] == wanted]
        found = [one for one in listed if fold(one.title) == wanted] or files or listed
        if not wanted:
            found = []
    if not found:
        raise UserError(f"no article is called {name!r}; {see}")
    if len(found) > 1:
        ids = ", ".join(one.id for one in found[:5])
        raise UserError(f"{len(found)} articles are called {name!r} ({ids}, ...): name one by its id; {see}")
    return found[0]


def _filters(answer: Answer) -> tuple[str, ...]:
    """What the answer was asked within."""
    return (answer.within.given, answer.within.understood) if answer.within else ()


def _place(answer: Answer, article_id: str, rank: int | None, depth: int) -> Standing:
    if article_id in {one.citation.article_id for one in answer.alternatives}:
        return "otherwise"
    agreeing = {citation.article_id for citation in answer.agreeing}
    if article_id in {citation.article_id for citation in answer.citations}:
        return "agrees" if article_id in agreeing else "cited"
    if rank is None:
        return "not found"
    return "read" if rank <= depth else "not read"


_ENGLISH = {
    "cited": "The answer stands on it.",
    "agrees": "It says the same as the answer, which cites it too.",
    "otherwise": "It says otherwise than the answer, and is shown beside it.",
    "not asked": "It is not among the articles that were asked.",
    "not found": "None of its passages is among the {looked_at} that fit the question best.",
    "not read": "Its best passage is number {rank} of those that fit the question; {read} are read.",
    "read": "Its best passage was read, as number {rank} of {read}, and another was found to answer better.",
    "silent": "Its best passage was read, as number {rank} of {read}, and none was sure enough to say.",
    "nothing": "By itself it has no sentence that answers.",
    "sentence": "By itself it would be answered with “{sentence}”, {confidence:.0%} sure; the answer is "
    "{said:.0%} sure, and from {threshold:.0%} on something is said.",
}
_ARABIC = {
    "cited": "الإجابة مأخوذة منه.",
    "agrees": "يقول ما تقوله الإجابة، وقد ذُكر معها.",
    "otherwise": "يقول غير ما تقوله الإجابة، وقد عُرض إلى جانبها.",
    "not asked": "ليس من المقالات التي سُئلت.",
    "not found": "ليس من مقاطعه شيء بين المقاطع الأوفق للسؤال (عددها {looked_at}).",
    "not read": "رقم أفضل مقاطعه {rank} بين ما يوافق السؤال، ولا يُقرأ إلا ما رقمه {read} فما دون.",
    "read": "قُرئ أفضل مقاطعه، ورقمه {rank} من {read}، ووُجد غيره أصلح للجواب.",
    "silent": "قُرئ أفضل مقاطعه، ورقمه {rank} من {read}، ولم يكن في المقروء ما يوثق به فيقال.",
    "nothing": "وليس فيه وحده جملة تجيب.",
    "sentence": "ولو سُئل وحده لكان الجواب «{sentence}» بثقة {confidence:.0%}، وثقة الإجابة {said:.0%}، "
    "ولا يقال شيء دون {threshold:.0%}.",
}


def why_sentences(why: WhyNot, language: str) -> list[str]:
    """What became of the article, and what it says by itself, for a person; plain text."""
    said = _ARABIC if language == "ar" else _ENGLISH
    place = "silent" if why.place == "read" and not why.said else why.place
    told = {**why.to_json(), "sentence": " ".join(why.sentence.split())}
    lines = [said[place].format(**told)]
    if why.place not in ("cited", "agrees"):
        lines.append(said["sentence" if why.sentence else "nothing"].format(**told))
    return lines
