"""Two languages in one library, asked within one of them and within one article, beside that part alone.

    python -m eval.within.parts ARABIC ENGLISH

The files are of SQuAD's form, with the same paragraphs and questions, as XQuAD's are. A part must not do
worse within the whole than it does as a library of its own: success@1 is the share of questions whose first
passage lies in the paragraph that answers.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from assistant.caching import CachingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import RETRIEVERS, Settings
from index.articles import Article, make_article
from index.embedders import load_embedder
from index.filters import ALL, Filter
from index.library import Library
from index.passages import Passage


@dataclass(frozen=True, slots=True)
class ParagraphQuestion:
    """A question, and where the paragraph stands that answers it."""

    question: str
    article_id: str
    start: int
    end: int


def articles_and_questions(
    file: dict[str, Any], language: str
) -> tuple[list[Article], list[ParagraphQuestion]]:
    """An article for each entry, its paragraphs apart by a line, and their questions."""
    articles, questions = [], []
    for number, entry in enumerate(file["data"]):
        name, text = f"{language}-{number:02}", ""
        for paragraph in entry["paragraphs"]:
            start = len(text) + 2 * bool(text)
            text = f"{text}\n\n{paragraph['context']}" if text else paragraph["context"]
            questions += [
                ParagraphQuestion(one["question"], name, start, len(text)) for one in paragraph["qas"]
            ]
        articles.append(make_article(id=name, title=entry["title"], text=text, source="", language=language))
    return articles, questions


def success(
    library: Library, kind: str, questions: Sequence[ParagraphQuestion], within: Filter = ALL
) -> list[bool]:
    """Whether the first passage found for each question lies in its paragraph."""
    assistant = Assistant(library, Settings(retriever=kind))
    found = []
    for one in questions:
        hits = assistant.search(one.question, 1, within=within)
        found.append(bool(hits) and _lies_in(hits[0].passage, one))
    return found


def _lies_in(passage: Passage, one: ParagraphQuestion) -> bool:
    """Whether half of the passage, or more, is of the paragraph."""
    shared = min(passage.end, one.end) - max(passage.start, one.start)
    return passage.article_id == one.article_id and 2 * shared >= passage.end - passage.start


@click.command(help="\b\n" + __doc__)
@click.argument("arabic", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("english", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(arabic: Path, english: Path) -> None:
    """Measure both kinds of parts."""
    embedder = CachingEmbedder(load_embedder("bundled"))
    told = {
        language: articles_and_questions(json.loads(path.read_text("utf-8")), language)
        for language, path in (("ar", arabic), ("en", english))
    }
    with TemporaryDirectory(prefix="majlis-parts-") as folder:

        def library_of(name: str, articles: Sequence[Article]) -> Library:
            library = Library.create(Path(folder) / name, embedder)
            library.build(articles)
            return library

        whole = library_of("whole", [article for articles, _ in told.values() for article in articles])
        for language, (articles, questions) in told.items():
            alone = library_of(language, articles)
            for kind in RETRIEVERS:
                inside = success(whole, kind, questions, Filter.parse(f"language:{language}"))
                _tell(f"within {language}", kind, inside, success(alone, kind, questions))
            inside_of = {kind: list[bool]() for kind in RETRIEVERS}
            alone_of = {kind: list[bool]() for kind in RETRIEVERS}
            for article in articles:
                own = [one for one in questions if one.article_id == article.id]
                single = library_of(article.id, [article])
                for kind in RETRIEVERS:
                    inside_of[kind] += success(whole, kind, own, Filter.of_articles([article.id]))
                    alone_of[kind] += success(single, kind, own)
            for kind in RETRIEVERS:
                _tell(f"within one article, {language}", kind, inside_of[kind], alone_of[kind])


def _tell(what: str, kind: str, inside: Sequence[bool], alone: Sequence[bool]) -> None:
    click.echo(
        f"{what}, {kind}: success@1 {sum(inside) / len(inside):.4f}, alone {sum(alone) / len(alone):.4f} "
        f"({len(inside)} questions)"
    )


if __name__ == "__main__":
    main()
