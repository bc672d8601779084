"""The articles that the package carries, half in Arabic and half in English, and questions about them.

Every article is a Markdown file that begins with front matter (title, language, published, source).
Those whose source says "(invented)" tell of places and people that do not exist; the others tell of
things that do. ``questions.json`` holds the questions, some asked in the language that the article is
not in, some without an answer in any of them.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A question and the spans that answer it, each found verbatim in the article's text.

    ``article`` is a file name in ``sample_folder()``; where nothing in the samples answers the
    question it is None and ``answers`` is empty.
    """

    id: str
    question: str
    language: str  # of the question: "ar" or "en"
    article: str | None
    answers: tuple[str, ...]
    featured: bool = False  # the demo asks it and prints the answer
    example: bool = False  # the chat offers it


def sample_folder() -> Path:
    """The folder of the sample articles."""
    return Path(str(files(__name__)))


def sample_questions() -> list[SampleQuestion]:
    """All questions, in the order of the file."""
    records = json.loads((sample_folder() / "questions.json").read_text(encoding="utf-8"))
    return [SampleQuestion(**{**record, "answers": tuple(record["answers"])}) for record in records]
