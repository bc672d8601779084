"""The panel in which a visitor chooses the articles that are asked; pure functions, but for ``view_of``.

A page of the list comes from the server at a time, however many articles there are: what is checked on other
pages is held by the filter. Every text of an article is escaped. Plain controls throughout, so that the
keyboard alone is enough; what a button asks for stands in ``data-within``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from index.filters import Condition, Filter, condition
from index.library import ArticleSummary, Snapshot
from ui.within.telling import NAMED, asked_words, condition_words, undated_words
from ui.within.words import WithinWords, within_words_in
from ui.words import count_articles

LONGEST_LINK = 4000  # characters of a filter in an address, from which on some would be cut
PAGE = 50  # articles of the list that are shown at a time
MOST_TAGS = 60
_OWN = ("id", "language", "published", "tag")  # fields that have a control of their own, where they include


@dataclass(frozen=True, slots=True)
class PanelView:
    """What the panel shows."""

    filter: Filter
    kept: int  # articles that the filter keeps
    undated: int
    search: str
    first: int  # of those that fit the search, the number of the first that is shown, from 0
    total: int  # that fit it
    articles: Sequence[ArticleSummary]
    tags: Sequence[str]
    titles: Mapping[str, str]  # of the articles that the filter names


def view_of(snapshot: Snapshot, filter: Filter, search: str = "", first: int = 0) -> PanelView:
    """What the panel shows of a library, one page of its list."""
    total, articles = snapshot.listed(search, first=max(0, first), count=PAGE)
    selected = snapshot.within(filter).selected
    tags = snapshot.tags()[:MOST_TAGS]
    titles = titles_of(snapshot, filter)
    return PanelView(
        filter, len(selected), selected.undated, search, max(0, first), total, articles, tags, titles
    )


def titles_of(snapshot: Snapshot, filter: Filter) -> Mapping[str, str]:
    """The titles of the articles that a filter names, where they are not many."""
    named = [*filter.values("id"), *filter.values("id", excluded=True)]
    return {one.id: one.title for name in named[:PAGE] for one in snapshot.find(name)}


def bar(
    filter: Filter,
    count: int,
    language: str,
    titles: Mapping[str, str] | None = None,
    *,
    unread: bool = False,
) -> str:
    """The HTML beside the question: how many are asked, each condition to be taken off, and the way in.

    ``unread``: the link that the page was opened with told a filter that is none.
    """
    told = within_words_in(language)
    number = count_articles(count, language)
    words = (
        number if filter or count == 1 else told.every.format(f"{count:,}" if language == "ar" else number)
    )
    unlinked = len(quote(str(filter), safe="")) > LONGEST_LINK
    return (
        f'<div class="within-bar" role="group" aria-label="{told.asked}" lang="{language}">'
        f'<span class="within-asked">{told.asked} <bdi>{escape(words)}</bdi></span>'
        f'<button type="button" class="small" data-within="open" aria-haspopup="dialog">{told.change}'
        f"</button>{''.join(_chips(filter, told, titles or {}))}"
        f"{f'<span class=note>{told.too_long}</span>' if unlinked else ''}"
        f"{f'<span class=note role=alert>{told.unread}</span>' if unread else ''}</div>"
    )


def panel(view: PanelView, language: str) -> str:
    """The HTML of the panel."""
    told = within_words_in(language)
    return (
        f'<form class="within-panel" lang="{language}" aria-label="{told.choose}">'
        f'<h2 tabindex="-1">{told.choose}</h2>'
        f'<div class="within-told" role="status">{told_of(view, language)}</div>'
        f'<p class="problem" role="alert" hidden></p>'
        f'<div class="within-fields">{_language(view, told)}{_dates(view, told)}'
        f"{_tags(view, told)}{_rest(view, told)}</div>"
        f'<input type="search" name="search" dir="auto" value="{escape(view.search)}" '
        f'aria-label="{told.search}" placeholder="{told.search}">'
        f'<div class="within-list">{listing(view, language)}</div>'
        f'<p class="within-ways"><button type="submit" data-within="apply">{told.apply}</button> '
        f'<button type="button" data-within="all">{told.all_articles}</button> '
        f'<button type="button" data-within="close">{told.close}</button></p></form>'
    )


def told_of(view: PanelView, language: str) -> str:
    """The HTML of how many articles would be asked, and which."""
    asked = escape(asked_words(view.filter, view.kept, language, view.titles))
    return f'<p class="within-count">{asked}</p>{_undated(view, within_words_in(language))}'


def listing(view: PanelView, language: str) -> str:
    """The HTML of one page of the list, each article with its box; those that are chosen are checked."""
    told = within_words_in(language)
    chosen = set(view.filter.values("id"))
    if not view.articles:
        return f'<p class="note">{told.no_match}</p>'
    rows = "".join(
        f'<li><label><input type="checkbox" name="id" value="{escape(one.id)}"'
        f"{' checked' if one.id in chosen else ''}> "
        f'<span dir="auto" lang="{one.language}">{escape(one.title or one.source)}</span>'
        f"{f' <bdi class=date>{escape(one.published)}</bdi>' if one.published else ''}</label></li>"
        for one in view.articles
    )
    shown = told.shown.format(
        f"{view.first + 1:,}", f"{view.first + len(view.articles):,}", f"{view.total:,}"
    )
    # ids on other pages, so that a form tells all that is chosen
    here = {one.id for one in view.articles}
    hidden = "".join(
        f'<input type="hidden" name="id" value="{escape(name)}">'
        for name in view.filter.values("id")
        if name not in here
    )
    ways = "".join(
        f'<button type="button" class="small" data-within="page" data-first="{max(0, to)}"'
        f"{' disabled' if off else ''}>{name}</button>"
        for name, to, off in (
            (told.earlier, view.first - PAGE, view.first <= 0),
            (told.later, view.first + PAGE, view.first + PAGE >= view.total),
        )
    )
    return f"<ul>{rows}</ul>{hidden}<nav>{ways} <bdi>{shown}</bdi></nav>"


def filter_of_form(form: Mapping[str, Any]) -> Filter:
    """The filter that the panel's fields tell; ``UserError`` says which of them is none.

    ``id`` and ``tag`` are lists, ``language``, ``first``, ``last`` and ``rest`` texts; each may be missing.
    """
    conditions = [Condition("id", name) for name in form.get("id") or ()]
    if language := form.get("language"):
        conditions.append(condition("language", str(language)))
    first, last = (" ".join(str(form.get(side) or "").split()) for side in ("first", "last"))
    if first or last:
        conditions.append(condition("published", first if first == last else f"{first}..{last}"))
    conditions += [condition("tag", str(tag)) for tag in form.get("tag") or ()]
    return Filter.of([*conditions, *Filter.parse(str(form.get("rest") or "")).conditions])


def _chips(filter: Filter, told: WithinWords, titles: Mapping[str, str]) -> Iterator[str]:
    """A button for each condition; articles that are many have one together."""
    for excluded in (False, True):
        named = [one for one in filter.conditions if (one.field, one.excluded) == ("id", excluded)]
        words = [told.one.format(titles.get(one.value, one.value)) for one in named]
        groups = [[one] for one in named]
        if len(named) > NAMED:
            words, groups = [told.some.format(count_articles(len(named), told.language))], [named]
        for word, group in zip(words, groups, strict=True):
            yield _chip(group, told.not_.format(word) if excluded else word, told)
    for one in filter.conditions:
        if one.field != "id":
            yield _chip([one], condition_words(one, told), told)


def _chip(conditions: Sequence[Condition], words: str, told: WithinWords) -> str:
    label = escape(told.take_off.format(words))
    return (
        f'<button type="button" class="within-chip" data-within="less" aria-label="{label}" title="{label}" '
        f'data-condition="{escape(str(Filter.of(conditions)))}">'
        f'<bdi>{escape(words)}</bdi> <span aria-hidden="true">×</span></button>'
    )


def _undated(view: PanelView, told: WithinWords) -> str:
    return f'<p class="note">{undated_words(view.filter, view.undated, told)}</p>' if view.undated else ""


def _language(view: PanelView, told: WithinWords) -> str:
    chosen = next(iter(view.filter.values("language")), "")
    options = "".join(
        f'<label><input type="radio" name="language" value="{value}"{" checked" if value == chosen else ""}> '
        f"{name}</label>"
        for value, name in (("", told.any_language), ("ar", told.arabic), ("en", told.english))
    )
    return f"<fieldset><legend>{told.language_of}</legend>{options}</fieldset>"


def _dates(view: PanelView, told: WithinWords) -> str:
    dates = next((one.dates for one in view.filter.conditions if _has_control(one, "published")), None)
    fields = "".join(
        f'<label>{label} <input name="{name}" dir="ltr" size="10" placeholder="{told.date_hint}" '
        f'value="{escape(getattr(dates, name)) if dates else ""}"></label> '
        for name, label in (("first", told.first), ("last", told.last))
    )
    return f"<fieldset><legend>{told.published}</legend>{fields}</fieldset>"


def _tags(view: PanelView, told: WithinWords) -> str:
    if not view.tags:
        return ""
    chosen = set(view.filter.values("tag"))
    boxes = "".join(
        f'<label><input type="checkbox" name="tag" value="{escape(tag)}"'
        f"{' checked' if tag in chosen else ''}> <bdi>{escape(tag)}</bdi></label> "
        for tag in dict.fromkeys([*view.tags, *chosen])
    )
    return f"<fieldset><legend>{told.tags}</legend>{boxes}</fieldset>"


def _rest(view: PanelView, told: WithinWords) -> str:
    rest = Filter.of(
        one for one in view.filter.conditions if not any(_has_control(one, field) for field in _OWN)
    )
    return (
        f'<label class="within-rest">{told.more} <input name="rest" dir="auto" value="{escape(str(rest))}" '
        f'placeholder="{escape(told.more_hint)}"></label>'
    )


def _has_control(one: Condition, field: str) -> bool:
    return one.field == field and not one.excluded
