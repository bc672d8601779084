"""What of a library a few words name: an article by its title, a source, an author, a tag, a date.

Names are matched by their terms, whatever case, ending or article they stand in. What names nothing, or all
there is, is no name. Leaves out where in a question such words stand (``said``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.question.intents import language_named, names_an_article
from index.filters import Condition, Filter
from index.library import ArticleSummary
from index.library.selection.narrowed import NarrowedSnapshot
from index.search.query import parse_query
from index.text.analysis import analyse, fold, is_stop
from index.text.dates import date_key
from index.text.quantities import MONTHS

MOST = 50  # articles that one name may be of
_ANY_ARTICLE = (  # words that are said of every article
    "article articles document documents file files text texts paper papers piece pieces post posts story"
    " stories news source sources page pages entry only just one ones published written issued"
    " مقال مقالات مقالة وثيقة وثائق نص نصوص مستند مستندات ملف ملفات خبر أخبار ورقة مصدر مصادر فقط صفحة صفحات"
    " منشور منشورة المنشورة الصادرة المكتوبة اللغة باللغة عام سنة العام السنة"
)
_KIND_OF_ARTICLE = (  # words that may stand in no title of such an article
    "report reports interview interviews leaflet handbook manual guide bulletin notes note study letter"
    " minutes faq newsletter review column rules history recipe notebook brochure memo extract transcript"
    " تقرير تقارير حوار مقابلة نشرة دليل محضر محاضر دراسة ملخص كتيب مقابلات وصفة مذكرة لائحة"
)
_LANGUAGE_WORDS = "arabic english العربية عربية عربي الإنجليزية إنجليزية إنجليزي بالعربية بالإنجليزية"


class Named(Protocol):
    """What is looked up of a library at one revision."""

    def titled(self, terms: Sequence[str]) -> list[ArticleSummary]: ...
    def names(self, column: Literal["author", "folder", "site"]) -> list[str]: ...
    def tags(self) -> list[str]: ...
    def within(self, *filters: Filter) -> NarrowedSnapshot: ...


def _terms(text: str) -> list[str]:
    return [term.text for term in analyse(text) if not is_stop(term.text)]


def _terms_of(words: str) -> frozenset[str]:
    """The terms of words, of the Arabic ones with and without the article and what is written onto it."""
    arabic = [word for word in words.split() if not word.isascii()]
    return frozenset(_terms(" ".join([words, *(f"ال{word} لل{word} بال{word} ل{word}" for word in arabic)])))


_ALONE = _terms_of("only just one ones فقط")  # say nothing of what it is
_GENERIC = _terms_of(_ANY_ARTICLE)
_KINDS = _terms_of(_KIND_OF_ARTICLE)
_LANGUAGE = _terms_of(_LANGUAGE_WORDS)
_MONTHS = frozenset(_terms(" ".join(MONTHS)))
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class NameLookup:
    """Finds what words name in a library, of what ``asked`` keeps of it."""

    library: Named
    asked: Filter

    def find(self, words: str, *, sure: bool) -> Filter | None:
        """The filter that keeps what the words name; None where they name nothing.

        ``sure``: what stands before them says that a source follows; else they must speak of an article.
        """
        text = fold(words)
        year = _YEAR.search(text)
        date = date_key(words) if year else ""
        terms = [term for term in _terms(words) if term not in _GENERIC and not term.isdecimal()]
        if date:
            terms = [term for term in terms if term not in _MONTHS]
        spoken = names_an_article(words) or any(term in _KINDS for term in _terms(words))
        if not date and (found := self._collection(set(_terms(words)) - _ALONE)):
            return found
        language = language_named(words)
        if language and spoken and set(terms) <= _LANGUAGE:
            return self.fitting(Filter.of([Condition("language", language)]))
        if not terms:
            return self.fitting(Filter.of([Condition("published", date)])) if date and spoken else None
        return self._by_name(terms, date, sure=sure, spoken=spoken)

    def _collection(self, wanted: set[str]) -> Filter | None:
        """What has the tag of that name, or lies in the folder."""
        for tag in self.library.tags() if wanted else ():
            if set(_terms(tag)) == wanted:
                return self.fitting(Filter.of([Condition("tag", tag)]))
        for folder in self.library.names("folder") if wanted else ():
            name = folder.rstrip("/").rpartition("/")[2]
            if set(_terms(name)) == wanted:
                return self.fitting(Filter.of([Condition("source", f"{name}/")]))
        return None

    def _by_name(self, terms: Sequence[str], date: str, *, sure: bool, spoken: bool) -> Filter | None:
        if not date and sure and (found := self.source(set(terms))):
            return found
        if not (spoken or sure):
            return None
        titled = self._by_title(terms, date, sure=sure, spoken=spoken)
        if titled or date or not spoken or set(terms) <= _KINDS:
            return titled
        return self.source(set(terms) - _KINDS)  # "in Mary Oakes's report"

    def _by_title(self, terms: Sequence[str], date: str, *, sure: bool, spoken: bool) -> Filter | None:
        """Of articles whose title or file holds the terms; a word for a kind of article may be missing."""
        only_kind = set(terms) <= _KINDS
        for wanted in dict.fromkeys([tuple(terms), tuple(term for term in terms if term not in _KINDS)]):
            if not wanted:
                break
            found = self._titled(wanted)
            if date:
                found = [one for one in found if date[:4] in f"{one.title} {one.origin}"] or [
                    one for one in found if date_key(one.published).startswith(date)
                ]
            elif only_kind or not (spoken or len(wanted) > 1 or _much_of(wanted, found)):
                found = []
            if found:
                return self.fitting(Filter.of_articles(sorted(one.id for one in found)))
        if date and only_kind:
            return self.fitting(Filter.of([Condition("published", date)]))
        return None

    def _titled(self, terms: Sequence[str]) -> list[ArticleSummary]:
        found = [one for one in self.library.titled(terms) if set(terms) <= set(_title_terms(one))]
        found = [one for one in found if set(terms) <= set(_terms(one.title))] or found
        return found if len(found) <= MOST else []

    def source(self, wanted: set[str]) -> Filter | None:
        """The site or the author of that name."""
        for column, field in (("site", "source"), ("author", "author")):
            for name in self.library.names(column):  # type: ignore[arg-type]
                known = set(_terms(name.replace("/", " ").replace(".", " ")))
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
            if wanted <= set(_terms(name)):
                return self.fitting(Filter.of([Condition("author", name)]))
        return None

    def speaks_of_articles(self, words: str) -> bool:
        """Whether words are about articles, and about no certain ones."""
        terms = set(_terms(words))
        return bool(terms) and terms <= _GENERIC | _KINDS

    def fitting(self, filter: Filter) -> Filter | None:
        """The filter, where it keeps some of what is asked already, and not all of it."""
        whole, kept = len(self.library.within(self.asked).selected), self.library.within(self.asked, filter)
        return filter if 0 < len(kept.selected) < whole else None


def _title_terms(one: ArticleSummary) -> list[str]:
    return _terms(f"{one.title} {re.sub(r'[-_./]+', ' ', one.origin.rpartition('/')[2])}")


def _much_of(wanted: Sequence[str], found: Sequence[ArticleSummary]) -> bool:
    """Whether the words are half of the title of each."""
    return all(2 * len(wanted) >= len(set(_terms(one.title))) for one in found)
