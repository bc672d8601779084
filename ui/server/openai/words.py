"""What a message says of itself, in English and in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageWords:
    """The texts in one language; ``{}`` stands for what is filled in."""

    sources: str
    anew: str


_WORDS = {
    "en": MessageWords(
        sources="Sources",
        anew="What stands above was not finished. The answer:",
    ),
    "ar": MessageWords(
        sources="المصادر",
        anew="ما سبق لم يكتمل. وهذا هو الجواب:",
    ),
}


def message_words_in(language: str) -> MessageWords:
    """The texts in a language; English for every one but Arabic."""
    return _WORDS["ar" if language == "ar" else "en"]
