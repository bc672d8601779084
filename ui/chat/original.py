"""The original in the source panel: what is offered of it, and a page of it as printed, with a quote marked.

Pure functions to HTML. The picture itself comes from ``ui.server.originals``; marks lie over it as boxes, in
shares of its size, so that they hold at any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from assistant.locators import Locator, in_words
from index.articles import Article
from index.originals import Original, OriginalPage
from index.originals.pages import PlacedRange
from ui.words import Words

WIDTH = 1200  # pixels of a picture
_KINDS = ("quote", "span")  # what the first of a page's ranges is, and the second


@dataclass(frozen=True, slots=True)
class OriginalWords:
    """What is said of originals in one language; ``{}`` stands for what is filled in."""

    text: str
    sheet: str
    open: str
    changed: str
    gone: str
    before: str
    after: str
    of_pages: str
    labelled: str
    to_quote: str
    unplaced: str
    broken: str
    picture: str
    larger: str


ENGLISH = OriginalWords(
    text="Text",
    sheet="Page",
    open="Open the original",
    changed="The file has changed since it was read, so it is not shown. Update the library to read it.",
    gone="The file is no longer where it was, so only its text can be shown.",
    before="Page before",
    after="Page after",
    of_pages="Page {} of {}",
    labelled="Page {} ({} of {})",
    to_quote="To the quote",
    unplaced="Not all of these words could be found on the page as printed, so not all are marked.",
    broken="This page cannot be shown. The text is there, and so is the original.",
    picture="Page {} of {}, as printed",
    larger="Larger",
)

ARABIC = OriginalWords(
    text="النص",
    sheet="الصفحة",
    open="فتح الملف الأصلي",
    changed="تغيّر الملف منذ قُرئ، فلا يُعرض. حدّث المكتبة ليُقرأ من جديد.",
    gone="لم يعد الملف في مكانه، فلا يُعرض إلا نصه.",
    before="الصفحة السابقة",
    after="الصفحة التالية",
    of_pages="الصفحة {} من {}",
    labelled="الصفحة {} ({} من {})",
    to_quote="إلى الاقتباس",
    unplaced="لم يُعثر على كل هذه الكلمات في الصفحة كما طُبعت، فلم تُعلَّم كلها.",
    broken="تعذّر عرض هذه الصفحة. النص موجود، وكذلك الملف الأصلي.",
    picture="الصفحة {} من {} كما طُبعت",
    larger="تكبير",
)


def original_words_in(language: str) -> OriginalWords:
    """The texts in a language; English for every one but Arabic."""
    return ARABIC if language == "ar" else ENGLISH


def original_tools(article: Article, original: Original, place: Locator, words: Words) -> str:
    """Buttons that show the text or the page, and a link that saves the file; nothing where there is none."""
    if original.state != "same":
        return ""
    said = original_words_in(words.language)
    views = ""
    if original.pictured:
        page = in_words(Locator(place.page, place.label, place.last_page, place.last_label), words.language)
        name = f"{page[:1].upper()}{page[1:]}" if place.page else said.sheet
        views = (
            f'<span class="views"><button type="button" class="small" data-do="text" aria-pressed="true">'
            f'{said.text}</button><button type="button" class="small" data-do="sheet" aria-pressed="false">'
            f"{escape(name)}</button></span>"
        )
    address = escape(f"originals/file?{urlencode({'article': article.id})}")
    return f'{views}<a class="small" href="{address}" download>{said.open}</a>'


def original_problem(original: Original, words: Words) -> str:
    """That the file has changed or is gone, where it has or is."""
    said = original_words_in(words.language)
    told = {"changed": said.changed, "gone": said.gone}.get(original.state, "")
    return f'<p class="problem">{told}</p>' if told else ""


def sheet(article: Article, page: OriginalPage, words: Words) -> str:
    """A page as printed, its ranges marked, with steps to the page before, the page after and the quote."""
    said = original_words_in(words.language)
    numbers = [page.number, page.placed.pages if page.placed else page.number]
    told = (
        said.of_pages.format(*numbers)
        if page.label == str(page.number)
        else said.labelled.format(escape(page.label), *numbers)
    )
    steps = _step(page.number - 1, numbers[1], said.before, "‹") + f'<span class="note">{told}</span>'
    steps += _step(page.number + 1, numbers[1], said.after, "›")
    if page.quoted and page.number not in page.quoted:
        steps += _step(page.quoted[0], numbers[1], said.to_quote, said.to_quote)
    if page.placed is None:
        shown = f'<p class="problem">{said.broken}</p>'
    else:
        address = "originals/page?" + urlencode(
            {"article": article.id, "page": page.number, "width": WIDTH, "hash": article.file_hash[:12]}
        )
        larger = address.replace(f"width={WIDTH}", "width=1800")
        name = escape(said.picture.format(page.label, article.title))
        here = page.number in page.quoted or not page.quoted
        missing = here and not all(one.whole and one.letters for one in page.placed.ranges[:1])
        note = f'<p class="note">{said.unplaced}</p>' if missing else ""
        steps += f'<a class="small" href="{escape(larger)}" target="_blank" rel="noopener">{said.larger}</a>'
        shown = (
            f'{note}<div class="sheet" dir="ltr" style="aspect-ratio: {page.placed.ratio:.4f}">'
            f'<img src="{escape(address)}" alt="{name}" data-broken="{said.broken}">'
            f"{_boxes(page.placed.ranges)}</div>"
        )
    return (
        f'<div class="turning" lang="{words.language}" dir="{words.direction}">{steps}</div>'
        f'<div class="pages" tabindex="0" role="region" aria-label="{escape(article.title)}">{shown}</div>'
    )


def _step(number: int, pages: int, label: str, sign: str) -> str:
    off = "" if 0 < number <= pages else " disabled"
    return (
        f'<button type="button" class="small" data-do="sheet" data-page="{number}" aria-label="{label}" '
        f'title="{label}"{off}>{sign}</button>'
    )


def _boxes(ranges: Sequence[PlacedRange]) -> str:
    return "".join(
        f'<span class="box {kind}" style="left:{100 * left:.3f}%;top:{100 * top:.3f}%;'
        f'width:{100 * width:.3f}%;height:{100 * height:.3f}%"></span>'
        for kind, placed in zip(_KINDS, ranges, strict=False)
        for left, top, width, height in placed.boxes
    )
