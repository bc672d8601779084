"""What is being asked, in plain words: "All 212 articles", "3 articles: 2023, Arabic"; pure functions.

What is told is text; whoever puts it into a page escapes it. Leaves out the panel (``ui.within.panel``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.answers import Alternative, Answer, AskedWithin, in_time
from index.errors import UserError
from index.filters import ALL, Condition, Filter
from index.text.language import detect_language
from ui.within.words import WithinWords, within_words_in
from ui.words import count_articles

NAMED = 3  # articles that are told by their titles


def asked_words(filter: Filter, count: int, language: str, titles: Mapping[str, str] | None = None) -> str:
    """How many articles are asked, and which; ``titles`` of those that the filter names by their ids."""
    told, number = within_words_in(language), count_articles(count, language)
    if not filter:
        if count == 1:
            return number
        return told.everything.format(f"{count:,}" if language == "ar" else number)
    return told.within.format(number, filter_words(filter, language, titles))


def filter_words(filter: Filter, language: str, titles: Mapping[str, str] | None = None) -> str:
    """The conditions, in the order in which they stand, articles that are named first."""
    told, parts = within_words_in(language), list[str]()
    for excluded in (False, True):
        named = filter.values("id", excluded=excluded)
        words = [told.one.format((titles or {}).get(name, name)) for name in named]
        if len(words) > NAMED:
            words = [told.some.format(count_articles(len(words), language))]
        parts += [told.not_.format(word) if excluded else word for word in words]
    parts += [condition_words(one, told) for one in filter.conditions if one.field != "id"]
    return told.between.join(parts)


def condition_words(condition: Condition, told: WithinWords) -> str:
    """One condition that names no article."""
    value = condition.value
    match condition.field:
        case "language":
            words = told.arabic if value == "ar" else told.english
        case "published" | "added":
            words = _dates(condition, told)
        case "source":
            words = told.in_.format(value)
        case "author":
            words = told.by.format(value)
        case "kind":
            words = told.kind.format(value)
        case "tag":
            words = told.tag.format(value)
        case _:
            words = told.one.format(value)
    return told.not_.format(words) if condition.excluded else words


def _dates(condition: Condition, told: WithinWords) -> str:
    dates = condition.dates
    first, last = (_date(date, told) for date in (dates.first, dates.last))
    if not dates.last:
        words = told.from_.format(first)
    elif not dates.first:
        words = told.until.format(last)
    else:
        words = first if dates.first == dates.last else _date(f"{dates.first}–{dates.last}", told)
    return told.added.format(words) if condition.field == "added" else words


def _date(date: str, told: WithinWords) -> str:
    """A date, or two, that an Arabic line does not turn round: after its letters 2020-09-23 is 23-09-2020."""
    return date if told.language == "en" or date.isdecimal() or not date else f"\u2066{date}\u2069"


@dataclass(frozen=True, slots=True)
class Note:
    """A line about what was asked, and what a tap beside it does: "literally", "all", or nothing."""

    text: str
    does: str = ""
    label: str = ""


def notes_of(within: AskedWithin | None, language: str, *, rewritten: bool = False) -> Iterator[Note]:
    """What an answer was asked within: what was chosen and understood, left out, and is said elsewhere.

    ``rewritten``: it is told before how the question was understood, but for where to look.
    """
    if within is None:
        return
    told = within_words_in(language)
    given, understood = filter_of_link(within.given), filter_of_link(within.understood)
    if given:
        count = count_articles(within.articles, language)
        yield Note(told.asked_in.format(_kept_words(given, within, language), count))
    if understood:
        which = _kept_words(understood, within, language)
        words = told.also_within if rewritten else told.understood
        yield Note(words.format(which), "literally", told.literally)
    if within.undated:
        yield Note(
            undated_words(Filter.of([*given.conditions, *understood.conditions]), within.undated, told)
        )
    if within.outside is not None:
        yield (Note(told.answered_outside, "all", told.ask_all) if within.outside else Note(told.not_outside))


def undated_words(filter: Filter, count: int, told: WithinWords) -> str:
    """How many articles are left out for a date that they do not state, or that was not noted of them."""
    noted = filter.values("added") and not filter.values("published")
    return (told.unadded if noted else told.undated).format(f"{count:,}")


def answer_notes(within: AskedWithin | None, language: str, *, rewritten: bool = False) -> str:
    """The HTML of ``notes_of``, buttons with ``data-within``: asked as it stands, or of all."""
    notes = "".join(
        f"<p>{escape(note.text)}"
        + (
            f' <button type="button" class="small" data-within="{note.does}">{note.label}</button>'
            if note.does
            else ""
        )
        + "</p>"
        for note in notes_of(within, language, rewritten=rewritten)
    )
    side = "rtl" if language == "ar" else "ltr"
    return f'<div class="within-notes note" dir="{side}" lang="{language}">{notes}</div>' if notes else ""


def _kept_words(filter: Filter, within: AskedWithin, language: str) -> str:
    """The conditions as an answer that is kept can tell them: articles by their titles or their number."""
    told = within_words_in(language)
    named, left_out = filter.values("id"), filter.values("id", excluded=True)
    names = [told.one.format(title) for title in within.titles] if len(named) <= NAMED else []
    parts = (names or [told.some.format(count_articles(len(named), language))]) if named else []
    if left_out:
        parts.append(told.without.format(count_articles(len(left_out), language)))
    parts += [condition_words(one, told) for one in filter.conditions if one.field != "id"]
    return told.between.join(parts)


def otherwise_in_time(answer: Answer, alternative: Alternative) -> str:
    """That an earlier or a later article says otherwise; empty where their dates do not tell."""
    told = within_words_in(detect_language(answer.question))
    when = in_time(answer.citations[0], alternative.citation)
    return {"earlier": told.otherwise_earlier, "later": told.otherwise_later, "": ""}[when]


def source_buttons(article_id: str, language: str) -> str:
    """The HTML of what a source's card offers: to ask only in its article, and without it."""
    told, name = within_words_in(language), escape(article_id)
    return (
        f'<button type="button" class="small" data-within="only" data-id="{name}">{told.only_this}</button>'
        f'<button type="button" class="small" data-within="without" data-id="{name}">{told.without_this}'
        "</button>"
    )


def only(article_id: str) -> Filter:
    """Just that article."""
    return Filter.of_articles([article_id])


def without(filter: Filter, article_id: str) -> Filter:
    """What is asked already, without that article."""
    kept = (one for one in filter.conditions if (one.field, one.value) != ("id", article_id))
    return Filter.of([*kept, Condition("id", article_id, excluded=True)])


def less(filter: Filter, conditions: Sequence[str]) -> Filter:
    """The filter without these of its conditions, each as it is written."""
    return Filter.of(one for one in filter.conditions if str(one) not in conditions)


def filter_of_link(text: str) -> Filter:
    """The filter that a link or a kept conversation tells; all articles where it tells none that is one."""
    return ALL if is_no_filter(text) else Filter.parse(text)


def is_no_filter(text: str) -> bool:
    """Whether what a link tells is no filter, as one that was mistyped."""
    try:
        Filter.parse(text)
    except UserError:
        return True
    return False
