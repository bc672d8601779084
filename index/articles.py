"""Articles, and how files become articles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; ``text`` is NFC and is only ever sliced from then on.

    ``id`` is stable: it says where the article came from, not what it says. ``source`` is the file's
    absolute path, or what a JSON Lines record names as its source. ``published`` is the date as the
    article gives it, else the empty string.
    """

    id: str
    title: str
    text: str
    language: str  # "ar" or "en": the script that most letters are in
    source: str
    published: str = ""
