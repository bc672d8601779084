"""What articles are called, in both languages: words for any of them, and for kinds of them.

A kind may be missing in the title of such an article, and stands in either language for the same: المحضر is
what a folder "minutes" holds. Leaves out what a library's articles are called (``names``).
"""

from collections.abc import Sequence

from index.search.query import QueryWord
from index.text.analysis import analyse, is_stop

_ANY_ARTICLE = (  # English, Arabic: the same, said of every article
    ("article articles", "مقال مقالات مقالة"),
    ("document documents", "وثيقة وثائق مستند مستندات"),
    ("file files", "ملف ملفات"),
    ("text texts", "نص نصوص"),
    ("paper papers", "ورقة أوراق"),
    ("news story stories", "خبر أخبار"),
    ("page pages", "صفحة صفحات"),
    ("source sources", "مصدر مصادر"),
    ("piece pieces post posts entry", "منشور منشورات"),
)
_SAID_OF_ANY = (
    "only just one ones published written issued"
    " فقط منشورة المنشورة الصادرة المكتوبة اللغة باللغة عام سنة العام السنة"
)
_KINDS = (  # words that may stand in no title of such an article
    ("minutes", "محضر محاضر"),
    ("report", "تقرير تقارير"),
    ("interview", "مقابلة مقابلات حوار حوارات"),
    ("leaflet bulletin newsletter", "نشرة نشرات"),
    ("leaflet brochure handbook", "كتيب كتيبات"),
    ("guide handbook manual", "دليل أدلة"),
    ("study", "دراسة دراسات"),
    ("letter", "رسالة رسائل"),
    ("memo note notes", "مذكرة مذكرات"),
    ("note notes", "ملاحظة ملاحظات"),
    ("extract", "ملخص ملخصات"),
    ("rules", "لائحة لوائح"),
    ("recipe", "وصفة وصفات"),
    ("notebook", "دفتر دفاتر"),
    ("faq column history review transcript", ""),
)
_LIKELY, _POSSIBLE = 0.3, 0.1  # how probable a translation must be, of a name of one word and of several


def content_terms(text: str) -> list[str]:
    """The terms of a text that say something of the matter."""
    return [term.text for term in analyse(text) if not is_stop(term.text)]


def terms_of_each(words: str) -> frozenset[str]:
    """The terms of words, of the Arabic ones with and without the article and what is written onto it."""
    arabic = [word for word in words.split() if not word.isascii()]
    return frozenset(
        content_terms(" ".join([words, *(f"ال{word} لل{word} بال{word} ل{word}" for word in arabic)]))
    )


def _all_terms(pairs: Sequence[tuple[str, str]]) -> frozenset[str]:
    return terms_of_each(" ".join(word for pair in pairs for word in pair))


def _called() -> dict[str, frozenset[str]]:
    """By a term, what the same is called: in the other language, and of Arabic words in the plural."""
    called: dict[str, frozenset[str]] = {}
    for pair in (*_ANY_ARTICLE, *_KINDS):
        english, arabic = map(terms_of_each, pair)
        for term in english:
            called[term] = called.get(term, frozenset()) | arabic
        for term in arabic:
            called[term] = called.get(term, frozenset()) | arabic | english
    return called


ANY_ARTICLE = _all_terms(_ANY_ARTICLE) | terms_of_each(_SAID_OF_ANY)
KINDS = _all_terms(_KINDS)
_CALLED = _called()


def also_called(word: QueryWord, words: int = 1) -> frozenset[str]:
    """The terms that may stand for a word in a name of so many words, its own among them."""
    least = _LIKELY if words == 1 else _POSSIBLE  # several bear each other out
    likely = frozenset(term for term, share in word.translations if share >= least)
    return frozenset({word.term}) | _CALLED.get(word.term, likely)
