"""The line of a passage that matters: its sentence that shares most words with the question."""

from index.passages import Hit
from index.text.analysis import analyse, is_stop
from index.text.sentences import sentence_ranges

WORDS = 4  # of a sentence that can stand alone


def best_line(hit: Hit) -> str:
    """The sentence of a passage with most of the terms for which it was found; of several, the shortest.

    Where none has any, the first. One of a few words, as a heading is, only where there is no longer one.
    """
    text = hit.passage.text
    wanted = {term for term in hit.matched_terms if not is_stop(term)}
    lines = [text[start:end] for start, end in sentence_ranges(text)] or [text]
    lines = [line for line in lines if len(line.split()) >= WORDS] or lines
    shared = [len({term.text for term in analyse(line)} & wanted) for line in lines]
    if any(shared):
        return min(zip(lines, shared, strict=True), key=lambda found: (-found[1], len(found[0])))[0]
    return lines[0]
