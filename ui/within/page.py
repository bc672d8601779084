"""What the chat page asks of the articles that are asked: the bar beside the question, the panel, its pages.

Nothing is kept here: the browser hands over the filter, as text. Leaves out HTML (``ui.within.panel``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.pipeline import Assistant
from index.errors import UserError
from index.filters import ALL, Filter
from ui.calls import Handed, number_in, text_in
from ui.server.paths import told_outside
from ui.within.panel import bar, filter_of_form, listing, panel, titles_of, told_of, view_of
from ui.within.telling import filter_of_link, is_no_filter, less, only, without
from ui.within.words import within_words_in
from ui.words import words_in


@dataclass(frozen=True, slots=True)
class Within:
    """What the page does about the articles that are asked, over one assistant."""

    assistant: Assistant

    def narrow(self, asked: Handed) -> dict[str, str]:
        """The filter that is asked for, as text, and the bar for it; no bar where there are no articles.

        That of ``within``, without its conditions ``less``; or the article ``only``, or all ``without`` it.
        """
        language, filter = _language(asked), filter_of_link(text_in(asked, "within"))
        if fewer := text_in(asked, "less"):
            filter = less(filter, [str(one) for one in filter_of_link(fewer).conditions])
        if name := text_in(asked, "only"):
            filter = only(name)
        if name := text_in(asked, "without"):
            filter = without(filter, name)
        try:
            with self.assistant.library.snapshot() as snapshot:
                titles, count = titles_of(snapshot, filter), len(snapshot.within(filter).selected)
                any_at_all = len(snapshot.within(ALL).selected) > 0
        except UserError:  # the page has said it already
            return {"within": str(filter), "html": ""}
        unread = is_no_filter(text_in(asked, "within"))
        html = bar(filter, count, language, titles, unread=unread) if any_at_all else ""
        return {"within": str(filter), "html": html}

    def choices(self, asked: Handed) -> str:
        """The panel for the filter ``within``; empty where the library cannot be read."""
        try:
            with self.assistant.library.snapshot() as snapshot:
                return panel(view_of(snapshot, filter_of_link(text_in(asked, "within"))), _language(asked))
        except UserError:
            return ""

    def weigh(self, asked: Handed) -> dict[str, str]:
        """What the panel's ``form`` asks for: the filter, how many that are, and the list from ``first`` on.

        Where it is none: the ``problem``, and which ``field`` it is.
        """
        language, form = _language(asked), _checked(asked.get("form"))
        told = within_words_in(language)
        try:
            Filter.parse(form["rest"])
        except UserError:
            return {"problem": told.no_condition, "field": "rest"}
        try:
            filter = filter_of_form(form)
        except UserError:
            return {"problem": told.no_date, "field": "first"}
        try:
            with self.assistant.library.snapshot() as snapshot:
                view = view_of(snapshot, filter, form["search"], number_in(asked, "first"))
        except UserError as error:
            return {"problem": told_outside(error, self.assistant.library.folder), "field": ""}
        return {"within": str(filter), "told": told_of(view, language), "list": listing(view, language)}


def _language(asked: Handed) -> str:
    return words_in(text_in(asked, "language")).language


def _checked(form: Any) -> dict[str, Any]:
    """The fields of a form, each of its shape, whatever was handed over."""
    texts = {name: text_in(form, name) for name in ("language", "first", "last", "rest", "search")}
    found = form if isinstance(form, Mapping) else {}
    lists = {
        name: [text for one in given if (text := text_in({"": one}, ""))]
        for name in ("id", "tag")
        for given in [found.get(name)]
        if isinstance(given, list)
    }
    return texts | lists
