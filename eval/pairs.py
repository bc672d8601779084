"""Questions that two articles answer, alike or not: how often it is seen that they differ or agree.

    python -m eval.pairs PAIRS ARTICLES

PAIRS: JSON Lines, each with ``question``, ``agree``, and ``articles``, the two files that answer. All of
ARTICLES is asked. A disagreement is seen where what two articles say stands beside each other as answer and
alternative; it is false where the two agree.
"""

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from assistant.answers import Answer
from assistant.pipeline import Assistant
from index.articles import read_articles
from index.embedders import load_embedder
from index.library import Library


def outcome(answer: Answer, agree: bool, articles: frozenset[str]) -> str:
    """What was seen of a pair: silent, one side, other (articles), agreement or disagreement."""
    if answer.abstained:
        return "silent"
    said = {citation.article_id for citation in answer.citations}
    against = {other.citation.article_id for other in answer.alternatives}
    if against:
        return "disagreement" if said | against >= articles or agree else "disagreement of others"
    if said >= articles:
        return "agreement"
    return "one side" if said & articles else "other articles"


@click.command(help="\b\n" + __doc__)
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("articles", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(pairs: Path, articles: Path) -> None:
    """Ask the pairs."""
    rows = [json.loads(line) for line in pairs.read_text(encoding="utf-8").splitlines() if line.strip()]
    counted: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    with TemporaryDirectory(prefix="majlis-pairs-") as folder:
        library = Library.create(Path(folder), load_embedder())
        library.build(read_articles([articles], on_problem=click.echo))
        with library.snapshot() as snapshot:
            ids = {Path(one.origin).name: one.id for one in snapshot.articles()}
        assistant = Assistant(library)
        for row in rows:
            named = frozenset(ids[name] for name in row["articles"])
            answer = assistant.answer(row["question"])
            counted[row["agree"]][outcome(answer, row["agree"], named)] += 1
    for agree, counts in counted.items():
        click.echo(
            f"{'agree' if agree else 'disagree'}: {counts.total()} pairs, {dict(counts.most_common())}"
        )
    against, alike = counted[False], counted[True]
    click.echo(f"disagreement seen {against['disagreement'] / max(against.total(), 1):.3f}")
    click.echo(f"disagreement seen where there is none {alike['disagreement'] / max(alike.total(), 1):.3f}")
    click.echo(f"agreement seen {alike['agreement'] / max(alike.total(), 1):.3f}")


if __name__ == "__main__":
    main()
