"""From what a person names to a dataset: by the kind of the path, and what stands beside it.

xquad.ar.json, .gz, .xz     SQuAD, its paragraphs are the pool           eval.data.squad
scifact/                    BEIR: corpus.jsonl, queries.jsonl, qrels/    here
topics.tsv                  TREC or MIRACL, with qrels and articles      eval.data.trec
questions.jsonl             one's own, with articles or a library        eval.data.jsonl
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.data import Dataset, Example, as_article_text
from eval.data.article_pool import Pool, read_corpus, read_pool
from eval.data.jsonl import is_questions, read_questions
from eval.data.packed import PACKED, PackedFile, plain_name
from eval.data.squad import read_squad
from eval.data.trec import judged_examples, read_qrels, read_topics
from index.articles import Article
from index.errors import UserError
from index.library import Library


def open_dataset(
    path: Path,
    *,
    questions: Path | None = None,
    qrels: Path | None = None,
    articles: Sequence[Path] = (),
    library: Library | None = None,
    searched: bool = True,
) -> Dataset:
    """The dataset that ``path`` is; ``UserError`` where something is missing or too much.

    With ``library`` its articles are the pool and the dataset has none. Not ``searched``: nothing will be
    asked of the articles, so TREC, BEIR and one's own questions are read without them.
    """
    name = Path(plain_name(path))
    brought = path.is_dir() or not (is_questions(name) or name.suffix.lower() in {".tsv", ".txt"})
    if brought and (articles or library):
        raise UserError(f"{path}: it brings its own articles; leave out --articles and --library")
    if questions is not None and (not brought or path.is_dir()):
        raise UserError(f"{path}: --questions goes with a SQuAD file; leave it out")
    if qrels is not None and not path.is_dir() and (brought or is_questions(name)):
        raise UserError(f"{path}: --qrels goes with topics (.tsv) or a BEIR folder; leave it out")
    if path.is_dir():
        return _read_beir(path, qrels, searched)
    if brought:
        return read_squad(path, questions)
    if searched and not articles and library is None:
        raise UserError(f"{path}: over which articles? name them with --articles PATH or --library DIR")

    pooled, problems, files = read_pool(articles)
    pool = Pool.of_library(library) if library else Pool.of_articles(pooled) if articles else None
    source = PackedFile(path)
    if is_questions(name):
        examples, left_out = read_questions(source, pool)
        return _dataset(path.name, pooled, examples, left_out, [source], problems, files)
    if qrels is None:
        raise UserError(f"{path}: topics need judgements; name them with --qrels FILE")
    judgements = PackedFile(qrels)
    topics = read_topics(source)
    judged = read_qrels(judgements)
    unjudged = [topic for topic in topics if topic not in judged] if judged else []
    for topic in unjudged:
        source.problem(f"id {topic!r}", f"no judgement of {qrels.name} is for it")
    kept, left_out = _counted(judged_examples(topics, source, judged, judgements, pool))
    left_out += len(unjudged)
    return _dataset(path.name, pooled, kept, left_out, [source, judgements], problems, files)


def _read_beir(folder: Path, qrels: Path | None, searched: bool) -> Dataset:
    """A BEIR folder; its qrels are those of the test split where none are named."""
    corpus = PackedFile(_packed(folder / "corpus.jsonl"))
    queries = PackedFile(_packed(folder / "queries.jsonl"))
    judgements = PackedFile(qrels or _split(folder / "qrels"))
    articles = tuple(read_corpus(corpus)) if searched else ()
    texts = {}
    for place, record in queries.records():
        text = record.get("text")
        question = as_article_text(text) if isinstance(text, str) else ""
        if "_id" in record and question:
            texts[str(record["_id"])] = question
        else:
            queries.problem(place, 'no "_id" and "text"')
    pool = Pool.of_articles(articles) if searched else None
    found = judged_examples(texts, queries, read_qrels(judgements), judgements, pool)
    kept, left_out = _counted(found)
    name = f"{folder.resolve().name}/{plain_name(judgements.path).removesuffix('.tsv')}"
    sources = [*([corpus] if searched else []), queries, judgements]
    return _dataset(name, articles, kept, left_out, sources, [], {})


def _counted(found: Iterator[Example | None]) -> tuple[list[Example], int]:
    examples = list(found)
    kept = [example for example in examples if example is not None]
    return kept, len(examples) - len(kept)


def _dataset(
    name: str,
    articles: tuple[Article, ...],
    examples: Sequence[Example],
    left_out: int,
    sources: Sequence[PackedFile],
    problems: Sequence[str],
    files: dict[str, str],
) -> Dataset:
    return Dataset(
        name=name,
        articles=articles,
        examples=tuple(examples),
        problems=(*problems, *(problem for source in sources for problem in source.problems)),
        left_out=left_out,
        files=files | {source.path.name: source.sha256 for source in sources},
    )


def _packed(path: Path) -> Path:
    """The file, or its packed form where only that is there."""
    packed = [path.with_name(path.name + suffix) for suffix in PACKED]
    return next((there for there in (path, *packed) if there.exists()), path)


def _split(folder: Path) -> Path:
    splits = sorted(path for path in folder.glob("*.tsv*") if Path(plain_name(path)).suffix == ".tsv")
    test = [path for path in splits if plain_name(path) == "test.tsv"] or splits
    if len(test) != 1:
        there = ", ".join(path.name for path in splits) or "none there"
        raise UserError(f"{folder}: which qrels? name one with --qrels FILE ({there})")
    return test[0]
