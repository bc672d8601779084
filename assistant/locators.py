"""Where in its article a quote stands, as a person would cite it: pages, slides or chapters, and the section.

Page numbers and labels are the file's own (``index.structure.Page``). Leaves out lines and paragraphs.
"""

from dataclasses import dataclass
from typing import Any

from index.articles import Article
from index.structure import heading_of, pages_of, visible

LONGEST_SECTION = 120  # characters


@dataclass(frozen=True, slots=True)
class Locator:
    """The pages that a range of an article lies on, first and last, and the heading that it stands under.

    ``page`` is a number from 1 and ``label`` what is printed on it; None and "" where the article has no
    pages. ``section`` is "" where there is no heading, or only one that says what the title or label does.
    """

    page: int | None = None
    label: str = ""
    last_page: int | None = None
    last_label: str = ""
    kind: str = "page"  # or "slide", "chapter"
    section: str = ""


NOWHERE = Locator()
KINDS = ("page", "slide", "chapter")

_NAMES = {  # of one, of two, of more
    ("page", "en"): ("page {}", "pages {}–{}", "pages {}–{}"),
    ("slide", "en"): ("slide {}", "slides {}–{}", "slides {}–{}"),
    ("chapter", "en"): ("chapter {}", "chapters {} and {}", "chapters {} to {}"),
    ("page", "ar"): ("الصفحة {}", "الصفحتان {} و{}", "الصفحات من {} إلى {}"),
    ("slide", "ar"): ("الشريحة {}", "الشريحتان {} و{}", "الشرائح من {} إلى {}"),
    ("chapter", "ar"): ("الفصل {}", "الفصلان {} و{}", "الفصول من {} إلى {}"),
}
_SECTION = {"en": "section {}", "ar": "القسم {}"}
_QUOTED = {"en": "“{}”", "ar": "«{}»"}
_COMMA = {"en": ", ", "ar": "، "}


def located(article: Article, start: int, end: int) -> Locator:
    """Where a range of an article stands."""
    heading = heading_of(article.blocks, start)
    section = _one_line(article.text[heading.start : heading.end]) if heading else ""
    pages = pages_of(article.pages, start, end)
    labels = [_one_line(page.label) or str(number) for number, page in pages]
    if _same(section, article.title) or any(_same(section, label) for label in labels):
        section = ""
    if len(section) > LONGEST_SECTION:
        section = section[:LONGEST_SECTION].rsplit(" ", 1)[0] + " …"
    if not pages:
        return Locator(section=section)
    (first, page), (last, _) = pages[0], pages[-1]
    kind = page.kind if page.kind in KINDS else "page"
    return Locator(first, labels[0], last, labels[-1], kind, section)


def in_words(locator: Locator, language: str) -> str:
    """The same for a person, in "ar" or "en"; "" where there is nothing to tell.

    >>> in_words(Locator(14, "xii", 15, "xiii", "page", "Costs"), "en")
    'pages xii–xiii, section “Costs”'
    """
    told = []
    if locator.page is not None and locator.last_page is not None:
        count = min(locator.last_page - locator.page, 2)
        labels = [_quoted(label, language) for label in (locator.label, locator.last_label)]
        told.append(_NAMES[locator.kind, language][count].format(*labels))
    if locator.section:
        told.append(_SECTION[language].format(_QUOTED[language].format(locator.section)))
    return _COMMA[language].join(told)


def _quoted(label: str, language: str) -> str:
    """A name in quotation marks, a number or a letter as it is."""
    return label if len(label) <= 8 and " " not in label else _QUOTED[language].format(label)


def _same(text: str, other: str) -> bool:
    return text.casefold() == _one_line(other).casefold()


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def locator_to_json(locator: Locator) -> dict[str, Any]:
    """The keys of a citation that tell where in its article it stands."""
    return {
        "page": locator.page,
        "page_label": locator.label,
        "last_page": locator.last_page,
        "last_page_label": locator.last_label,
        "page_kind": locator.kind,
        "section": locator.section,
    }
