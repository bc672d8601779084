"""The article in a web page: which part of the page it is, with its headings, lists and tables.

What no reader came for is taken out first (navigation, notices of cookies, forms). trafilatura says which of
the rest is the article; all that stands in the smallest part of the page that holds it is kept, for
trafilatura itself drops headings and lists of pages that it does not know the make of. So is what stands
beside that part: the headline before it, and a table or a list. Where trafilatura finds little, the whole
body is read.
"""

import re
from copy import deepcopy
from typing import Any

from index.formats.html_text import is_headline, parse_html, structured_text
from index.structure import TextBuilder

_FURNITURE = "nav form button select dialog menu".split()  # noqa: SIM905
_ROLES = frozenset("navigation banner contentinfo search dialog alertdialog menu toolbar".split())  # noqa: SIM905
_NOTICE = re.compile(
    r"(?<![a-z])(?:newsletter|subscribe|share|sharing|social|breadcrumbs?|pagination|adverts?"
    r"|promo|sponsored|related|recommended|comments?|sidebar|menu|navbar|skip-link|footer|mw-editsection)(?![a-z])",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"(?<![a-z])(?:cookies?|consent|gdpr)(?![a-z])", re.IGNORECASE)
_OF_COOKIES = re.compile(r"\bcookies?\b|ملفات تعريف الارتباط|الكوكيز", re.IGNORECASE)
_NOTICE_SIZE = 1000  # characters of a notice of cookies that has no telling name
_MOST_OF_NOTICE, _MOST_OF_FURNITURE = 0.8, 0.5  # of a page's text: what holds more is of the article
_LINKS = 0.7  # share of a block's text that is links, from which it leads elsewhere and says nothing
_LITTLE = 0.4  # of the page's text: less than that, and trafilatura has missed the article
_TOLD = 30  # characters from which a line of an extraction can be found again in the page
_MOST_BESIDE = 5000  # elements: trafilatura's time grows with their square
_BESIDE = 3  # levels above the article's part, on which what is beside it still belongs to it
_STRUCTURE = ("table", "ul", "ol", "dl", "pre", "blockquote")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_RIGHTS = re.compile(r"©|\bcopyright\b|\brights reserved\b|حقوق (?:النشر|الطبع)|الحقوق محفوظة", re.IGNORECASE)
_ELSEWHERE = frozenset("aside header footer".split())  # noqa: SIM905
_Sizes = dict[Any, tuple[int, int]]  # of elements: their characters but for spaces, and those of links


def article_text(tree: Any, title: str) -> TextBuilder:
    """The article in the tree of a page whose title is known; the tree is not to be used again."""
    body = tree.find("body")
    if body is None:
        return TextBuilder()
    whole = deepcopy(body)
    _drop_furniture(body)
    lines = _extracted(tree)
    _drop_links(body, lines)
    sizes = _sizes(body)
    part = _smallest_with(body, lines, sizes)
    if part is not None and sizes[part][0] >= _LITTLE * sizes[body][0]:
        _keep_around(part, title, sizes)
    return structured_text(body if sizes[body][0] else whole)


def _extracted(tree: Any) -> set[str]:
    """The lines of the article, as trafilatura finds it, that are long enough to be known again.

    None where so many elements stand beside each other that it would take minutes over them.
    """
    from lxml import html
    from trafilatura import bare_extraction

    if max(map(len, tree.iter("*"))) > _MOST_BESIDE:
        return set()
    copy = parse_html(html.tostring(tree, encoding="unicode"))
    for cell in copy.iter("td", "th"):
        cell.attrib.pop("colspan", None)  # trafilatura makes so many cells of it, however many
    found: Any = bare_extraction(copy, include_comments=False, with_metadata=False)
    lines = (_line(line) for line in (found.text if found else "").split("\n"))
    return {line for line in lines if len(line) >= _TOLD}


def _drop_furniture(body: Any) -> None:
    """Takes out what stands around an article, but nothing that holds most of the page or its heading."""
    sizes = _sizes(body)
    for element in list(body.iterdescendants("*")):
        share = _share_of_furniture(element, sizes[element][0])
        if not share or sizes[element][0] > share * sizes[body][0] or element.tag == "h1":
            continue
        if next(element.iter("h1", "article", "main"), None) is None:
            element.drop_tree()


def _share_of_furniture(element: Any, size: int) -> float:
    """How much of the page an element may hold and yet be none of the article; 0 for what may be of it."""
    names = f"{element.get('id', '')} {element.get('class', '')}"
    asks = size < _NOTICE_SIZE and next(element.iterdescendants("button"), None) is not None
    if _COOKIES.search(names) or (asks and _OF_COOKIES.search(element.text_content())):
        return _MOST_OF_NOTICE
    of_page = element.tag in ("footer", "header")
    furniture = (
        (of_page and next(element.iterancestors("article", "main"), None) is None)
        or element.tag in _FURNITURE
        or element.get("role") in _ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _NOTICE.search(names)
    )
    return _MOST_OF_FURNITURE if furniture else 0.0


def _drop_links(body: Any, lines: set[str]) -> None:
    """Takes out the blocks that are lists of links, but for those that the article was found to hold."""
    sizes = _sizes(body)
    for element in list(body.iterdescendants("ul", "ol", "div", "td", "section", "p", "aside")):
        size, linked = sizes[element]
        several = linked >= _LINKS * size and sum(1 for _ in element.iter("a")) > 1
        if several and _line(element.text_content()) not in lines:
            element.drop_tree()


def _smallest_with(body: Any, lines: set[str], sizes: _Sizes) -> Any:
    """The smallest element with every block whose text is one of the lines; None where there is none."""
    longest = max(map(len, lines), default=0)
    path: list[Any] = []  # from the top to what holds all that was found so far
    places: dict[Any, int] = {}  # in the path
    for element in body.iter("p", "li", "td", "pre", "blockquote", "h1", "h2", "h3", "div"):
        if sizes[element][0] <= longest and _line(element.text_content()) in lines:
            if not path:
                path = [*reversed([*element.iterancestors()]), element]
                places = {one: place for place, one in enumerate(path)}
            above = element
            while places.get(above, len(path)) >= len(path):
                above = above.getparent()
            del path[places[above] + 1 :]
    if not path:
        return None
    last = path[-1]
    inside = last.tag not in ("html", "body", "div", "article", "main", "section", "td")
    return last.getparent() if inside else last


def _keep_around(part: Any, title: str, sizes: _Sizes) -> None:
    """Takes out of the page all but the part, its headline, and what beside it is of the article."""
    beside = _Beside(part, sizes)
    headed = any(is_headline(element, title) for element in part.iter("*"))
    element = part
    while element.tag not in ("body", "html"):
        first = last = element
        for sibling in element.itersiblings(preceding=True):
            if headed:
                break
            headed = any(is_headline(one, title) for one in sibling.iter("*"))
            if headed or beside.is_of_the_article(sibling) or beside.is_its_heading(sibling):
                first = sibling
        for sibling in element.itersiblings():
            if beside.is_of_the_article(sibling):
                last = sibling
        beside.climb(element)
        element = element.getparent()
        _cut(element, first, last)


class _Beside:
    """What stands beside the found part of an article, level by level upwards: whether it is of it."""

    def __init__(self, part: Any, sizes: _Sizes) -> None:
        self._sizes = sizes
        self._part = part
        self._level = 0
        marked = ("article", "main")  # with which a page says what is the article
        self._inside = part.tag not in marked and next(part.iterancestors(*marked), None) is not None
        self._far = part.tag in marked

    def climb(self, element: Any) -> None:
        """Goes from beside an element to beside its parent."""
        self._level += 1
        parent = element.getparent()
        if parent.tag in ("article", "main"):
            self._inside, self._far = False, True

    def is_its_heading(self, element: Any) -> bool:
        """Whether an element before the part is a heading of it."""
        return self._level == 0 and element.tag in _HEADINGS

    def is_of_the_article(self, element: Any) -> bool:
        """Whether an element is one of text that is made like the part, or one with a list, a table or so."""
        size, linked = self._sizes.get(element, (0, 0))
        headings = sum(self._sizes[heading][0] for heading in element.iter(*_HEADINGS))
        if self._far or element.tag in _ELSEWHERE or headings == size or linked * 2 > size:
            return False
        if _RIGHTS.search(_line(element.text_content())[:200]):
            return False
        if self._inside or self._is_like_the_part(element):
            return True
        if size > self._sizes[self._part][0]:
            return False
        if self._level < _BESIDE and any(True for _ in element.iter(*_STRUCTURE)):
            return True
        return self._level == 0 and (headings > 0 or element.tag == "p")

    def _is_like_the_part(self, element: Any) -> bool:
        name = element.get("class", "")
        if element.tag != self._part.tag or name != self._part.get("class", ""):
            return False
        return bool(name) or (self._level == 0 and element.find("p") is not None)


def _cut(parent: Any, first: Any, last: Any) -> None:
    """Takes out all that stands in an element before and after some of what it holds."""
    parent.text = None
    for sibling in list(first.itersiblings(preceding=True)):
        parent.remove(sibling)
    for sibling in list(last.itersiblings()):
        parent.remove(sibling)
    last.tail = None


def _sizes(top: Any) -> _Sizes:
    """How much text an element has, and each in it."""
    from lxml import etree

    sizes: _Sizes = {}
    open_ones = [[0, 0]]
    links = 0
    for event, element in etree.iterwalk(top, events=("start", "end")):
        links += (event == "start") - (event == "end") if element.tag == "a" else 0
        if event == "start":
            open_ones.append([0, 0])
            text = element.text
        else:
            size, linked = open_ones.pop()
            sizes[element] = size, linked
            open_ones[-1][0] += size
            open_ones[-1][1] += linked
            text = element.tail
        length = len("".join(text.split())) if text else 0
        open_ones[-1][0] += length
        open_ones[-1][1] += length if links else 0
    return sizes


def _line(text: str) -> str:
    return " ".join(text.split())
