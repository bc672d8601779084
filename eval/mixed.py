"""A library of two languages out of a SQuAD file in each: every second paragraph Arabic, the others English.

    python -m eval.mixed ARABIC ENGLISH OUT
    majlis eval run OUT/*-*.jsonl --articles OUT/articles --retriever all

The files hold the same paragraphs in the same order, and the same questions under the same ids, as XQuAD's
do. Each question is asked in both languages: OUT/en-ar.jsonl are English questions whose articles are Arabic.
"""

import json
from pathlib import Path
from typing import Any

import click

LANGUAGES = ("ar", "en")
Entries = list[dict[str, Any]]


def mixed(files: dict[str, Any]) -> tuple[Entries, dict[str, Entries]]:
    """The articles, and the questions by direction, of a SQuAD file in each; ``ValueError`` if unlike."""
    paragraphs = {language: list(_paragraphs(file)) for language, file in files.items()}
    counts = {language: len(found) for language, found in paragraphs.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(f"the files hold unlike numbers of paragraphs: {counts}")
    articles: Entries = []
    asked: dict[str, Entries] = {f"{one}-{other}": [] for one in LANGUAGES for other in LANGUAGES}
    for number in range(counts[LANGUAGES[0]]):
        own = LANGUAGES[number % 2]
        title, paragraph = paragraphs[own][number]
        name = f"{number:04}"
        articles.append({"id": name, "title": title, "text": paragraph["context"]})
        golds = {one["id"]: sorted({gold["text"] for gold in one["answers"]}) for one in paragraph["qas"]}
        for language in LANGUAGES:
            for one in paragraphs[language][number][1]["qas"]:
                if one["id"] not in golds:
                    raise ValueError(f"the question {one['id']} is of one file alone")
                asked[f"{language}-{own}"].append({
                    "id": f"{one['id']}-{language}",
                    "question": one["question"],
                    "language": own,  # that of the answers
                    "answers": golds[one["id"]],
                    "article_ids": [name],
                    "across": language != own,
                })  # fmt: skip
    return articles, asked


def _paragraphs(file: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(entry["title"], paragraph) for entry in file["data"] for paragraph in entry["paragraphs"]]


@click.command(help="\b\n" + __doc__)
@click.argument("arabic", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("english", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def main(arabic: Path, english: Path, out: Path) -> None:
    """Write the articles and the questions."""
    try:
        files = {
            language: json.loads(path.read_text("utf-8"))
            for language, path in zip(LANGUAGES, (arabic, english), strict=True)
        }
        articles, asked = mixed(files)
    except (ValueError, KeyError, TypeError) as problem:
        raise click.ClickException(
            f"no library can be made of {arabic} and {english}: {problem}"
        ) from problem
    _write(out / "articles" / "articles.jsonl", articles)
    for direction, rows in asked.items():
        _write(out / f"{direction}.jsonl", rows)
    click.echo(f"{out}: {len(articles)} articles, {sum(map(len, asked.values()))} questions")


def _write(path: Path, rows: Entries) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
