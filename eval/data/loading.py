"""From what a person names to a dataset: by the kind of the path, and what stands beside it.

xquad.ar.json, .gz, .xz     SQuAD, its paragraphs are the articles       eval.data.squad
scifact/                    BEIR: corpus.jsonl, queries.jsonl, qrels/    here
topics.tsv                  TREC or MIRACL, with qrels and articles      eval.data.trec
questions.jsonl             one's own, with articles or a library        eval.data.jsonl
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from eval.data import Dataset, Example, visible_text
from eval.data.corpus import ArticleLookup, load_corpus, read_corpus
from eval.data.file import COMPRESSED, DatasetFile, uncompressed_name
from eval.data.jsonl import is_questions, read_questions
from eval.data.squad import read_squad
from eval.data.trec import judged_examples, read_qrels, read_topics
from index.articles import Article
from index.errors import UserError
from index.library import Library


def load_dataset(
    path: Path,
    *,
    questions: Path | None = None,
    qrels: Path | None = None,
    articles: Sequence[Path] = (),
    library: Library | None = None,
    searched: bool = True,
) -> Dataset:
    """The dataset that ``path`` is; ``UserError`` where something is missing or too much.

    With ``library`` the questions are asked over its articles and the dataset has none. Not ``searched``:
    nothing will be asked of the articles, so the dataset has none; of BEIR's it is known which are there.
    """
    name = Path(uncompressed_name(path))
    has_articles = path.is_dir() or not (is_questions(name) or name.suffix.lower() in {".tsv", ".txt"})
    if has_articles and (articles or library):
        raise UserError(f"{path}: it brings its own articles; leave out --articles and --library")
    if questions is not None and (not has_articles or path.is_dir()):
        raise UserError(f"{path}: --questions goes with a SQuAD file; leave it out")
    if qrels is not None and not path.is_dir() and (has_articles or is_questions(name)):
        raise UserError(f"{path}: --qrels goes with topics (.tsv) or a BEIR folder; leave it out")
    if path.is_dir():
        return _load_beir(path, qrels, searched)
    if has_articles:
        return read_squad(path, questions)
    if searched and not articles and library is None:
        raise UserError(f"{path}: over which articles? name them with --articles PATH or --library DIR")

    corpus, problems, hashes = load_corpus(articles)
    lookup = ArticleLookup.of_articles(corpus) if articles else None
    if library is not None:
        lookup = ArticleLookup.of_library(library)
    source = DatasetFile(path)
    if is_questions(name):
        examples, left_out = read_questions(source, lookup)
        return _dataset(path.name, corpus, examples, left_out, [source], problems, hashes)
    if qrels is None:
        raise UserError(f"{path}: topics need judgements; name them with --qrels FILE")
    judgements = DatasetFile(qrels)
    topics = read_topics(source)
    judged = read_qrels(judgements)
    unjudged = [topic for topic in topics if topic not in judged] if judged else []
    for topic in unjudged:
        source.problem(f"id {topic!r}", f"no judgement of {qrels.name} is for it")
    holds = lookup.holds if lookup else None
    examples, left_out = judged_examples(topics, source, judged, judgements, holds)
    left_out += len(unjudged)
    return _dataset(path.name, corpus, examples, left_out, [source, judgements], problems, hashes)


def _load_beir(folder: Path, qrels: Path | None, searched: bool) -> Dataset:
    """A BEIR folder; its qrels are those of the test split where none are named."""
    corpus = DatasetFile(_stored(folder / "corpus.jsonl"))
    queries = DatasetFile(_stored(folder / "queries.jsonl"))
    judgements = DatasetFile(qrels or _split(folder / "qrels"))
    questions = {}
    for place, entry in queries.objects():
        question = visible_text(entry.get("text"))
        if "_id" in entry and question:
            questions[str(entry["_id"])] = question
        else:
            queries.problem(place, 'no "_id" and "text"')
    qrels_read = read_qrels(judgements)
    articles: tuple[Article, ...] = ()
    holds: Callable[[str], bool] | None = None
    if searched:
        articles = tuple(read_corpus(corpus))
        holds = {article.id for article in articles}.__contains__
    elif corpus.path.exists():
        wanted = {*qrels_read, *(article for grades in qrels_read.values() for article in grades)}
        holds = {article.id for article in read_corpus(corpus, wanted)}.__contains__
    examples, left_out = judged_examples(questions, queries, qrels_read, judgements, holds)
    name = f"{folder.resolve().name}/{uncompressed_name(judgements.path).removesuffix('.tsv')}"
    sources = [*([corpus] if holds else []), queries, judgements]
    return _dataset(name, articles, [_without_own(example, holds) for example in examples], left_out, sources)


def _without_own(example: Example, holds: Callable[[str], bool] | None) -> Example:
    """The example, its ``own_article`` the one that has its id, as ArguAna's arguments are in its corpus.

    BEIR's evaluation passes over a hit with the question's id. One that is judged right is an answer, and
    stays.
    """
    if example.id in example.article_ids or (holds and not holds(example.id)):
        return example
    return replace(example, own_article=example.id)


def _dataset(
    name: str,
    articles: tuple[Article, ...],
    examples: Sequence[Example],
    left_out: int,
    sources: Sequence[DatasetFile],
    problems: Sequence[str] = (),
    hashes: dict[str, str] | None = None,
) -> Dataset:
    return Dataset(
        name=name,
        articles=articles,
        examples=tuple(examples),
        problems=(*problems, *(problem for source in sources for problem in source.problems)),
        left_out=left_out,
        files=(hashes or {}) | {source.path.name: source.sha256 for source in sources},
    )


def _stored(path: Path) -> Path:
    """The file, or its compressed form where only that is there."""
    compressed = [path.with_name(path.name + suffix) for suffix in COMPRESSED]
    return next((file for file in (path, *compressed) if file.exists()), path)


def _split(folder: Path) -> Path:
    splits = sorted(path for path in folder.glob("*.tsv*") if Path(uncompressed_name(path)).suffix == ".tsv")
    test = [path for path in splits if uncompressed_name(path) == "test.tsv"] or splits
    if len(test) != 1:
        names = ", ".join(path.name for path in splits) or "none there"
        raise UserError(f"{folder}: which qrels? name one with --qrels FILE ({names})")
    return test[0]
