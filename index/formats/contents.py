"""What a reader finds in one file or line, before it becomes an article.

The readers (``plain``, ``webpage``, ``pdf``, ``word``, ``jsonlines``) take bytes or a path and give
``Contents``; where they cannot, they raise ``UnreadableArticle("reason; how to mend it")`` and leave
the place to ``articles``, which knows it. All they are given is untrusted.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contents:
    """Text, and what it says about itself; the empty string where it says nothing."""

    text: str
    title: str = ""
    language: str = ""
    published: str = ""
    source: str = ""
    id: str = ""
