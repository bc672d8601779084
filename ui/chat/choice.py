"""The choice among the libraries of a server, in the header of its pages; a pure function to HTML.

Links, not a list that leads away while its entries are gone through: they can be reached one by one with the
keyboard, and opened beside the page.
"""

from dataclasses import dataclass
from html import escape

from ui.chat.words import chat_words_in
from ui.words import Words


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """The library that a page is of, by name, and all that there are: name and path, as ``/court``, each."""

    here: str
    all: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """What the browser calls the page."""
        return f"{self.here} · Majlis" if len(self.all) > 1 else "Majlis"

    def html(self, words: Words, page: str = "") -> str:
        """The name, which opens the links to the others; ``page`` is where in them. Empty for one library."""
        if len(self.all) < 2:
            return ""
        told = chat_words_in(words.language)
        links = "".join(
            f'<li><a href="..{escape(path)}/{escape(page)}?lang={words.language}"'
            f"{' aria-current=page' if name == self.here else ''}><bdi>{escape(name)}</bdi></a></li>"
            for name, path in self.all
        )
        return (
            f'<details class="libraries"><summary title="{told.choose_library}" '
            f'aria-label="{told.library}: {escape(self.here)}"><bdi>{escape(self.here)}</bdi></summary>'
            f"<ul>{links}</ul></details>"
        )


ONE_LIBRARY = LibraryChoice("", ())
