"""Why a passage was found, and how sure an answer is, in words that a reader understands."""

from assistant.answers import Answer
from index.passages import Hit
from index.search.query import QueryWord, parse_query
from index.text.analysis import analyse, fold, is_stop
from index.text.phonetic import phonetic_keys
from ui.chat.words import ChatWords
from ui.paragraphs import inline

Shared = tuple[str, str]  # a word of the passage, and the question's word for it where that is another


def shared_words(question: str, hit: Hit) -> list[Shared]:
    """The words of a passage that a question has too, each once, as the passage writes them.

    Beside a word of the other language, or a name in the other script, stands what the question says.
    """
    asked = parse_query(question).words
    spelt = {term.text: question[term.start : term.end] for term in reversed(analyse(question))}
    wanted = set(hit.matched_terms)
    found: dict[str, Shared] = {}
    text = hit.passage.text
    for term in analyse(text):
        if term.text in wanted and term.text not in found and not is_stop(term.text):
            written = text[term.start : term.end]
            meant = _asked_as(term.text, written, [word for word in asked if word.content])
            if meant:
                found[term.text] = written, "" if meant.term == term.text else spelt[meant.term]
    return list(found.values())


def why(question: str, hit: Hit, words: ChatWords) -> str:
    """Why a passage was found, as HTML."""
    shared = shared_words(question, hit)
    if not shared:
        return words.shares_nothing
    told = [inline(word) + (f" ({inline(asked)})" if asked else "") for word, asked in shared]
    return f"{words.shares} {' · '.join(told)}"


def how_sure(answer: Answer, threshold: float, words: ChatWords) -> str:
    """How sure an answer is, of a hundred, and against what mark; ``threshold`` is what it is shown from."""
    said = {"sure": words.how_sure, "unsure": words.how_unsure, "silent": words.how_silent}[answer.certainty]
    if answer.writing and answer.text:
        said = words.how_written
    return said.format(round(100 * answer.confidence), round(100 * threshold))


def _asked_as(term: str, written: str, asked: list[QueryWord]) -> QueryWord | None:
    """The question's word that a passage's is: the same, else one that means it or sounds like it."""
    keys = set(phonetic_keys(fold(written)))
    same = (word for word in asked if word.term == term)
    meant = (word for word in asked if term in dict(word.translations))
    sounded = (word for word in asked if keys & set(word.phonetic_keys))
    return next(same, None) or next(meant, None) or next(sounded, None)
