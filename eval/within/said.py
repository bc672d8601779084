"""Questions that say themselves which articles they ask: how often that is found, and traps left alone.

    python -m eval.within.said eval/everyday/dev/within.jsonl eval/everyday/dev/articles

QUESTIONS: JSON Lines, each with ``question`` and ``within``, the files that it asks within; none for a trap,
whose words only sound so. Of all of ARTICLES a wish is right that keeps just those files.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from assistant.question import understand
from assistant.question.said import wish_of
from index.articles import read_articles
from index.embedders import HashingEmbedder
from index.filters import Filter
from index.library import Library


def outcomes(questions: Path, articles: Path) -> list[tuple[dict[str, object], str, set[str] | None]]:
    """Each line with the wish that was found, as a filter, and the files that it keeps; None for no wish."""
    found: list[tuple[dict[str, object], str, set[str] | None]] = []
    with TemporaryDirectory(prefix="majlis-within-") as folder:
        library = Library.create(Path(folder) / "library", HashingEmbedder())
        library.build(read_articles([articles], on_problem=click.echo))
        with library.snapshot() as snapshot:
            for line in questions.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                wish = wish_of(understand(row["question"]), snapshot, Filter())
                kept = None
                if wish:
                    kept = {Path(a.origin).name for a in snapshot.within(wish.filter).articles()}
                found.append((row, str(wish.filter) if wish else "", kept))
    return found


@click.command(help="\b\n" + __doc__)
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("articles", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--quiet", is_flag=True, help="Only the numbers.")
def main(questions: Path, articles: Path, quiet: bool) -> None:
    """Look at each question."""
    right, total = {True: 0, False: 0}, {True: 0, False: 0}
    for row, filter, kept in outcomes(questions, articles):
        expected = set(row["within"])  # type: ignore[call-overload]
        wished = bool(expected)
        total[wished] += 1
        right[wished] += (kept or set()) == expected
        if (kept or set()) != expected and not quiet:
            click.echo(f"{row['id']} {row['question']}\n    found: {filter or 'nothing'}")
    for wished, what in ((True, "wishes found"), (False, "traps left alone")):
        click.echo(f"{what} {right[wished]} of {total[wished]}: {right[wished] / max(total[wished], 1):.3f}")


if __name__ == "__main__":
    main()
