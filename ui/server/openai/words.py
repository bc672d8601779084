"""What a message says of itself, in English and in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageWords:
    """The texts in one language; ``{}`` stands for what is filled in."""

    sources: str
    unsupported: str
    support: str  # {} of {} sentences
    written_by: str
    unfound: str
    between: str
    anew: str


_WORDS = {
    "en": MessageWords(
        sources="Sources",
        unsupported="no article says this",
        support="Sentences that the articles support: {} of {}.",
        written_by="Written by {} from the articles.",
        unfound="In no cited article: {}",
        between=", ",
        anew="What stands above was not finished. The answer:",
    ),
    "ar": MessageWords(
        sources="المصادر",
        unsupported="لا يقول هذا أيّ مقال",
        support="الجمل التي تؤيدها المقالات: {} من {}.",
        written_by="كتبه {} من المقالات.",
        unfound="ليس في المقالات المستشهد بها: {}",
        between="، ",
        anew="ما سبق لم يكتمل. وهذا هو الجواب:",
    ),
}


def message_words_in(language: str) -> MessageWords:
    """The texts in a language; English for every one but Arabic."""
    return _WORDS["ar" if language == "ar" else "en"]
