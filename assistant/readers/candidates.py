"""The sentences that may answer: those that the hits touch, each with its neighbours.

They are cut in the article, not in the passage, so that a passage's edge never tears one. A question that the
article asks itself, as lists of questions and interviews do, stands together with the sentence that follows.
Leaves out headings.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.articles import Article
from index.passages import Hit, article_sentences
from index.structure import Range, block_at, heading_of
from index.text.sentences import with_line_feeds

CONTEXT = 1500  # code points around a passage in which its first and last sentence may begin and end
HEADING = 12  # words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of an article, or a question with its answer, and where its neighbours stand, if any do."""

    hit: Hit
    rank: int
    article: Article
    start: int
    end: int
    before: Range | None
    after: Range | None

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def under(self) -> str:
        """The title and the heading that it stands under."""
        heading = heading_of(self.article.blocks, self.start)
        return self.article.title + (f"\n{self.article.text[heading.start : heading.end]}" if heading else "")


def candidates(hits: Sequence[Hit], article: Callable[[str], Article]) -> list[Candidate]:
    """The sentences that the hits touch, each once, in the order of the hits; no headings."""
    found: dict[tuple[str, int], Candidate] = {}
    for rank, hit in enumerate(hits, start=1):
        whole = article(hit.passage.article_id)
        touched = _window(whole.text, hit.passage.start, hit.passage.end)
        ranges = _answered(whole, article_sentences(whole, *touched))
        for number, (start, end) in enumerate(ranges):
            if start < hit.passage.end and hit.passage.start < end and (whole.id, start) not in found:
                before = ranges[number - 1] if number else None
                after = ranges[number + 1] if number + 1 < len(ranges) else None
                found[whole.id, start] = Candidate(hit, rank, whole, start, end, before, after)
    return [candidate for candidate in found.values() if not _is_heading(candidate)]


def _answered(article: Article, sentences: Sequence[Range]) -> list[Range]:
    """The sentences, each question as one with what follows it, unless that is a question or a row."""
    found: list[Range] = []
    asked: Range | None = None
    for start, end in sentences:
        asks = article.text[start:end].rstrip("\"'”’») ").endswith(("?", "؟"))
        block = block_at(article.blocks, start)
        if asked and (asks or (block and block.kind == "row")):
            found.append(asked)
            asked = None
        if not asks:
            found.append((asked[0] if asked else start, end))
        asked = (start, end) if asks else None
    return [*found, asked] if asked else found


def _is_heading(candidate: Candidate) -> bool:
    """A table's head, or a short line that says nothing of its own: no full stop, colon or figure.

    Where the article does not tell its headings, it has a line to itself, and a text follows.
    """
    whole, text = candidate.article.text, candidate.text
    block = block_at(candidate.article.blocks, candidate.start)
    says_little = len(text.split()) <= HEADING and not re.search(r"[.!?؟:…\d]", text)
    if block:
        return block.head or (block.kind == "heading" and says_little)
    follows = candidate.after is not None and _breaks(whole[candidate.end : candidate.after[0]])
    opens = candidate.before is None or _breaks(whole[candidate.before[1] : candidate.start])
    return opens and follows and says_little


def _breaks(text: str) -> bool:
    return "\n" in with_line_feeds(text)


def _window(text: str, start: int, end: int) -> Range:
    """The passage widened to the paragraphs that it touches, as far as ``CONTEXT`` goes."""
    low, high = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    before, after = with_line_feeds(text[low:start]), with_line_feeds(text[end:high])
    opening = before.rfind("\n") + 1
    opening = before.rfind("\n", 0, max(0, opening - 1)) + 1  # one paragraph more, for the neighbours
    closing = after.find("\n")
    closing = after.find("\n", closing + 1) if closing >= 0 else -1
    return low + opening, end + closing if closing >= 0 else high
