"""What of a library a few words name: an article by its title, a source, an author, a tag, a date.

Names are matched by their terms, whatever case, ending or article they stand in. What names nothing, or all
there is, is no name. Leaves out where in a question such words stand (``said``).
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.question.article_words import (
    ANY_ARTICLE,
    KINDS,
    also_called,
    content_terms,
    terms_of_each,
)
from assistant.question.intents import language_named, names_an_article
from index.filters import Condition, Filter
from index.library import ArticleSummary
from index.library.selection.narrowed import NarrowedSnapshot
from index.search.query import QueryWord, parse_query
from index.text.analysis import fold, is_stop
from index.text.dates import date_key
from index.text.quantities import MONTHS

MOST = 50  # articles that one name may be of
_LANGUAGE_WORDS = "arabic english العربية عربية عربي الإنجليزية إنجليزية إنجليزي بالعربية بالإنجليزية"


class Named(Protocol):
    """What is looked up of a library at one revision."""

    def titled(self, terms: Sequence[str | Collection[str]]) -> list[ArticleSummary]: ...
    def names(self, column: Literal["author", "folder", "site"]) -> list[str]: ...
    def tags(self) -> list[str]: ...
    def within(self, *filters: Filter) -> NarrowedSnapshot: ...


_ALONE = terms_of_each("only just one ones فقط")  # say nothing of what it is
_LANGUAGE = terms_of_each(_LANGUAGE_WORDS)
_MONTHS = frozenset(content_terms(" ".join(MONTHS)))
_DEFINITE = re.compile(r"(?:the|this|that|these|those|our|my)\b|(?:[بلفوك]?ال|لل)")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


Called = Callable[[QueryWord, int], frozenset[str]]  # the terms that may stand for a word, one of so many


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name says of articles: the words but those said of any, and a date."""

    words: tuple[QueryWord, ...]
    date: str
    sure: bool  # what stands before says that a source follows
    spoken: bool  # it speaks of an article
    definite: bool
    left_out: bool
    ended: bool  # nothing follows that may be of it

    @property
    def proper(self) -> tuple[QueryWord, ...]:
        """The words less those for a kind of article, which its title may not say."""
        return tuple(word for word in self.words if word.term not in KINDS)


@dataclass(frozen=True, slots=True)
class NameLookup:
    """Finds what words name in a library, of what ``asked`` keeps of it."""

    library: Named
    asked: Filter

    def find(self, words: str, *, sure: bool, left_out: bool = False, ended: bool = True) -> Filter | None:
        """The filter that keeps what the words name; None where they name nothing.

        ``sure``: what stands before them says that a source follows; else they must speak of an article.
        ``left_out``: before all else it is said that this is not asked. ``ended``: nothing follows that may
        be of the name.
        """
        text = fold(words)
        date = date_key(words) if _YEAR.search(text) else ""
        said = [word for word in parse_query(words).words if not is_stop(word.term)]
        whole = [word for word in said if word.term not in _ALONE and not date]
        told = [word for word in said if word.term not in ANY_ARTICLE and not word.term.isdecimal()]
        if date:
            told = [word for word in told if word.term not in _MONTHS]
        spoken = names_an_article(words) or any(word.term in KINDS for word in said)
        if found := self._collection(whole, _itself):
            return found
        language = language_named(words)
        if language and spoken and {word.term for word in told} <= _LANGUAGE:
            return self.fitting(Filter.of([Condition("language", language)]))
        if told:
            definite = _DEFINITE.match(text) is not None
            name = _Name(tuple(told), date, sure, spoken, definite, left_out, ended)
            return self._by_name(name, whole)
        if date and spoken:
            return self.fitting(Filter.of([Condition("published", date)]))
        return self._collection(whole, also_called)

    def _collection(self, words: Sequence[QueryWord], called: Called) -> Filter | None:
        """What has the tag of that name, or lies in the folder."""
        for tag in self.library.tags() if words else ():
            if _makes(words, called, content_terms(tag)):
                return self.fitting(Filter.of([Condition("tag", tag)]))
        for folder in self.library.names("folder") if words else ():
            name = folder.rstrip("/").rpartition("/")[2]
            if _makes(words, called, content_terms(name)):
                return self.fitting(Filter.of([Condition("source", f"{name}/")]))
        return None

    def _by_name(self, name: _Name, whole: Sequence[QueryWord]) -> Filter | None:
        """A source, articles, a collection: by the words themselves, then by those of the other language."""
        if not name.date and name.sure and (found := self.source({word.term for word in name.words})):
            return found
        of_articles = name.spoken or name.sure
        if of_articles and (found := self._by_title(name, _itself)):
            return found
        if found := self._collection(whole, also_called):
            return found
        if of_articles and (found := self._by_title(name, also_called)):
            return found
        if name.date:
            return None if name.proper else self.fitting(Filter.of([Condition("published", name.date)]))
        if name.spoken and name.proper:
            return self.source({word.term for word in name.proper})  # "in Mary Oakes's report"
        return None

    def _by_title(self, name: _Name, called: Called) -> Filter | None:
        """Of articles whose title or file holds the words; one for a kind of article may be missing."""
        for wanted in dict.fromkeys([name.words, name.proper]):
            found = self._titled(wanted, called) if wanted else []
            if name.date:
                found = [one for one in found if name.date[:4] in f"{one.title} {one.origin}"] or [
                    one for one in found if date_key(one.published).startswith(name.date)
                ]
            elif not name.proper:
                if not (name.ended and found and self._is_meant(name, found)):
                    found = []
            elif not ((name.spoken and called is _itself) or len(wanted) > 1 or _much_of(wanted, found)):
                found = []
            if found:
                return self.fitting(Filter.of_articles(sorted(one.id for one in found)))
        return None

    def _titled(self, words: Sequence[QueryWord], called: Called) -> list[ArticleSummary]:
        choices = [called(word, len(words)) for word in words]

        def holds(terms: Collection[str]) -> bool:
            return not any(choice.isdisjoint(terms) for choice in choices)

        found = [one for one in self.library.titled(choices) if holds(_title_terms(one))]
        found = [one for one in found if holds(content_terms(one.title))] or found
        return found if len(found) <= MOST else []

    def _is_meant(self, name: _Name, found: Sequence[ArticleSummary]) -> bool:
        """Whether a kind alone, "the report", may mean those: not where others tell of such a thing."""
        if name.sure or not name.definite or name.left_out:
            return name.sure or name.definite
        others = self.library.within(Filter.of(Condition("id", one.id, True) for one in found))
        asked = parse_query(" ".join(word.spelling for word in name.words))
        return not any(
            not any(also_called(word).isdisjoint(hit.matched_terms) for word in name.words)
            for hit in others.lexical(asked, 3)
        )

    def source(self, wanted: set[str]) -> Filter | None:
        """The site or the author of that name."""
        for column, field in (("site", "source"), ("author", "author")):
            for name in self.library.names(column):  # type: ignore[arg-type]
                known = set(content_terms(name.replace("/", " ").replace(".", " ")))
                if not wanted or not wanted <= known or len(wanted) * 2 < len(known):
                    continue
                found = self.fitting(Filter.of([Condition(field, name)]))
                if found and (field == "source" or not self._spoken_of(name, wanted)):
                    return found
        return None

    def _spoken_of(self, author: str, wanted: set[str]) -> bool:
        """Whether others speak of an author, so that by the name the person may be meant."""
        others = self.library.within(Filter.of([Condition("author", author, True)]))
        return any(wanted <= set(hit.matched_terms) for hit in others.lexical(parse_query(author), 3))

    def author(self, wanted: set[str]) -> Filter | None:
        """The author of that name alone."""
        for name in self.library.names("author"):
            if wanted <= set(content_terms(name)):
                return self.fitting(Filter.of([Condition("author", name)]))
        return None

    def speaks_of_articles(self, words: str) -> bool:
        """Whether words are about articles, and about no certain ones."""
        terms = set(content_terms(words))
        return bool(terms) and terms <= ANY_ARTICLE | KINDS

    def fitting(self, filter: Filter) -> Filter | None:
        """The filter, where it keeps some of what is asked already, and not all of it."""
        whole, kept = len(self.library.within(self.asked).selected), self.library.within(self.asked, filter)
        return filter if 0 < len(kept.selected) < whole else None


def _itself(word: QueryWord, _words: int) -> frozenset[str]:
    return frozenset({word.term})


def _makes(words: Sequence[QueryWord], called: Called, name: Sequence[str]) -> bool:
    """Whether the terms of a name are just what the words are called."""
    choices = [called(word, len(words)) for word in words]
    return not any(choice.isdisjoint(name) for choice in choices) and set(name) <= frozenset().union(*choices)


def _title_terms(one: ArticleSummary) -> list[str]:
    return content_terms(f"{one.title} {re.sub(r'[-_./]+', ' ', one.origin.rpartition('/')[2])}")


def _much_of(wanted: Sequence[QueryWord], found: Sequence[ArticleSummary]) -> bool:
    """Whether the words are half of the title of each."""
    return all(2 * len(wanted) >= len(set(content_terms(one.title))) for one in found)
