"""Questions about the articles themselves: what one says, who wrote it and when, which there are.

They are answered from the library's records and with the articles' own sentences, whatever the reader. What
no article's title fits is left to it. A summary is the opening sentence and those nearest in
meaning to the title (the lead is a hard baseline to beat: Nenkova 2005). Leaves out: one summary of several
articles, dates that are not written year first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answers import Citation, Statement, cite
from assistant.question import Intent, Question
from assistant.question.intents import language_named, names_an_article
from assistant.readers import Reading, Revision
from assistant.readers.candidates import candidates
from assistant.readers.evidence import Counterparts, counterparts, terms_held
from index.articles import Article
from index.library import ArticleSummary
from index.passages import Hit, article_sentences
from index.structure import Range, block_at
from index.text.dates import date_key

FITS = 0.5  # share of the topic's terms that a title, with its author and source, holds
HINTED = 0.6  # of them in the title or the passages, where the question speaks of an article as such
NEAR, APART = 0.72, 0.05  # cosine of a title with the topic that names it, and its lead over the others
LISTED, EXAMPLES, SENTENCES = 10, 3, 3
AROUND = 400  # code points around a name in which its sentence is looked for
READ = 8_000  # code points of an article that a summary is chosen from
SHORTEST, BYLINE = 5, 13  # words of a sentence that says something, and of one with the author's name
OWN = 0.3  # of the share of a topic: an article in the question's language is meant rather than another
_BY = re.compile(r"(?i:by)\b|بقلم|إعداد|كتب")
_GREETING = {
    "en": "Ask me about the articles here, for example:",
    "ar": "اسألني عن المقالات هنا، مثل:",
}
_EMPTY = {"en": "There are no articles here yet.", "ar": "لا مقالات هنا بعد."}


@dataclass(frozen=True, slots=True)
class FittingArticle:
    """An article that was found; ``title`` and ``text``: the share of the topic's terms that they hold."""

    article: ArticleSummary
    title: float
    text: float
    fits: bool  # the title does


Quoted = tuple[str, Article, Range, Range | None]  # what is said, and where that stands


def read_about(question: Question, hits: Sequence[Hit], revision: Revision) -> Reading | None:
    """The answer to a question about articles; None where none fits its topic, and for other ones."""
    language = question.language
    match question.intent:
        case Intent.ANSWER:
            return None
        case Intent.SMALL_TALK:
            return _newest(EXAMPLES, revision, language, _GREETING[language])
        case Intent.COUNT:
            said = _counted(revision.count_articles(), language)
            return Reading(said, language, (), (), 1.0, sure=True)
        case Intent.LIST | Intent.LATEST if question.of_the_library:
            return _newest(LISTED, revision, language)
    fitting = _fitting(question, hits, revision)
    match question.intent:
        case Intent.LIST | Intent.LATEST:
            about = [one.article for one in fitting if one.fits or one.text == 1]
            if question.intent is Intent.LATEST:
                about = [one.article for one in fitting if one.fits] or about
                about.sort(key=lambda article: date_key(article.published), reverse=True)
            return _listed([article.id for article in about[:LISTED]], revision, language) if about else None
        case Intent.AUTHOR | Intent.PUBLISHED:
            return _from_record(question, fitting, revision)
        case _:
            return _overview(question, fitting, hits, revision)


def _fitting(question: Question, hits: Sequence[Hit], revision: Revision) -> list[FittingArticle]:
    """The articles of the hits, those first whose title holds most of the topic."""
    meant = _meant(question)
    found = []
    for name in dict.fromkeys(hit.passage.article_id for hit in hits):
        article = revision.summary(name)
        across = article.language != question.language
        title = terms_held(meant, f"{article.title} {article.author} {article.source}", across)
        texts = " ".join(hit.passage.text for hit in hits if hit.passage.article_id == name)
        whole = title | terms_held(meant, texts, across)
        share = len(title) / max(len(meant), 1)
        # a single word of several is too little where it may have been translated wrongly
        fits = share == 1 or (share >= FITS and (len(title) > 1 or not across))
        found.append(FittingArticle(article, share, len(whole) / max(len(meant), 1), fits))
    own = question.language
    return sorted(found, key=lambda one: -(one.title + one.text / 2 + OWN * (one.article.language == own)))


def _meant(question: Question) -> dict[str, Counterparts]:
    """The topic's terms; that a single one sounds like a word of another language says nothing."""
    meant = counterparts(question.topic) if question.topic else {}
    if len(meant) == 1:
        return {term: (translated, frozenset()) for term, (translated, _) in meant.items()}
    return meant


def _named(question: Question, fitting: Sequence[FittingArticle]) -> FittingArticle | None:
    """The article that the question names, if one fits."""
    if not fitting:
        return None
    best = fitting[0]
    hinted = names_an_article(question.text) and best.title > 0 and best.text >= HINTED
    only = len(fitting) == 1 and question.topic is not None and not question.topic.words
    return best if best.fits or hinted or only else None


def _nearest(
    question: Question, fitting: Sequence[FittingArticle], revision: Revision
) -> FittingArticle | None:
    """The article whose title is by far the nearest to the topic, where one is asked about as such."""
    if not (question.topic and names_an_article(question.text)) or revision.embedder.name == "hashing":
        return None
    wanted = language_named(question.text)
    fitting = [one for one in fitting if one.article.title and wanted in ("", one.article.language)]
    if not fitting:
        return None
    titles = revision.embedder.embed_passages([one.article.title for one in fitting])
    cosines = titles.best(revision.embed_question(question.topic.text))
    best = int(cosines.argmax())
    others = [cosine for row, cosine in enumerate(cosines) if row != best]
    return (
        fitting[best] if cosines[best] >= NEAR and cosines[best] - max(others, default=0) >= APART else None
    )


def _from_record(question: Question, fitting: Sequence[FittingArticle], revision: Revision) -> Reading | None:
    named = _named(question, fitting)
    if named is None:
        return None
    value = named.article.author if question.intent is Intent.AUTHOR else named.article.published
    if not value:
        return None
    article = revision.article(named.article.id)
    where = _opening(article)
    at = article.text.find(value)
    answer = None
    around = max(0, at - AROUND), min(len(article.text), at + AROUND)
    for start, end in article_sentences(article, *around) if at >= 0 else ():
        if start <= at and at + len(value) <= end:
            where, answer = (start, end), (at, at + len(value))
    return _said([(value, article, where, answer)], article.language, 0.5 + named.title / 2)


def _overview(
    question: Question, fitting: Sequence[FittingArticle], hits: Sequence[Hit], revision: Revision
) -> Reading | None:
    named = _named(question, fitting) or _nearest(question, fitting, revision)
    if named:
        article = revision.article(named.article.id)
        parts: list[Quoted] = [
            (article.text[slice(*at)], article, at, None) for at in _summary(article, revision)
        ]
        return _said(parts, article.language, 0.5 + named.title / 2, sure=named.fits) if parts else None
    if question.text.rstrip(" ?").endswith("about"):  # of something that an article tells of
        return None
    return _on_topic(question, hits, revision)


def _summary(article: Article, revision: Revision) -> list[Range]:
    """The opening sentence and those nearest in meaning to the title, in the article's order."""
    told = [at for at in article_sentences(article, 0, min(len(article.text), READ)) if _tells(article, at)]
    if len(told) <= SENTENCES or revision.embedder.name == "hashing":
        return told[:SENTENCES]
    near = revision.embedder.embed_passages([article.text[slice(*at)] for at in told[1:]])
    cosines = near.best(revision.embed_question(article.title or article.text[slice(*told[0])]))
    nearest = sorted(range(len(told) - 1), key=lambda row: -cosines[row])[: SENTENCES - 1]
    return [told[0], *(told[row + 1] for row in sorted(nearest))]


def _tells(article: Article, at: Range) -> bool:
    """Whether a sentence says something: no title, heading, table row or by-line."""
    block = block_at(article.blocks, at[0])
    text = article.text[slice(*at)]
    if (block and block.kind in ("heading", "row", "code")) or text == article.title:
        return False
    names = _BY.match(text) or (article.author and article.author in text)
    return len(text.split()) >= (BYLINE if names else SHORTEST)


def _on_topic(question: Question, hits: Sequence[Hit], revision: Revision) -> Reading | None:
    """The sentences that hold most of the topic, of several articles where there are."""
    meant = _meant(question)
    told = []
    for candidate in candidates(hits, revision.article):
        across = candidate.article.language != question.language
        held = terms_held(meant, candidate.text, across)
        if len(held) > across and _tells(candidate.article, (candidate.start, candidate.end)):
            told.append((len(held) / len(meant), candidate))
    told.sort(key=lambda one: (-one[0], one[1].article.language != question.language, one[1].rank))
    first: dict[str, int] = {}
    for row, (_, candidate) in enumerate(told):
        first.setdefault(candidate.article.id, row)
    others = [row for row in range(len(told)) if row not in first.values()]
    chosen = sorted([*first.values(), *others][:SENTENCES])
    if not chosen or told[0][0] < FITS:
        return None
    parts: list[Quoted] = [
        (one.text, one.article, (one.start, one.end), None) for one in (told[row][1] for row in chosen)
    ]
    return _said(parts, told[0][1].article.language, 0.4 + told[0][0] / 2, sure=told[chosen[-1]][0] == 1)


def _newest(count: int, revision: Revision, language: str, before: str = "") -> Reading:
    return _listed(revision.newest(count), revision, language, before)


def _listed(names: Sequence[str], revision: Revision, language: str, before: str = "") -> Reading:
    if not names:
        return Reading(_EMPTY[language], language, (), (), 1.0, sure=True)
    return _said([_title(revision.article(name)) for name in names], language, 1.0, before)


def _title(article: Article) -> Quoted:
    dated = f" ({article.published})" if article.published else ""
    return f"{article.title or article.source}{dated}", article, _opening(article), None


def _opening(article: Article) -> Range:
    """The first sentence or heading."""
    return next(iter(article_sentences(article, 0, min(len(article.text), READ))), (0, len(article.text)))


def _said(
    parts: Sequence[Quoted], language: str, confidence: float, before: str = "", *, sure: bool = True
) -> Reading:
    """A line for each part, cited."""
    text = before
    statements: list[Statement] = []
    citations: list[Citation] = []
    for number, (said, article, where, answer) in enumerate(parts, 1):
        text += "\n" * bool(text) + said
        statements.append(Statement(len(text) - len(said), len(text), (number,)))
        citations.append(cite(number, article, *where, answer))
    return Reading(text, language, tuple(statements), tuple(citations), min(confidence, 1.0), sure=sure)


def _counted(count: int, language: str) -> str:
    """The number with its noun.

    >>> _counted(1, "en"), _counted(4, "ar")
    ('1 article', '4 مقالات')
    """
    if language == "en":
        return f"{count} article{'s' * (count != 1)}"
    if count in (1, 2):
        return "مقال واحد" if count == 1 else "مقالان"
    noun = "مقالات" if 3 <= count % 100 <= 10 else "مقالًا" if count % 100 > 10 else "مقال"
    return f"{count} {noun}"
