"""How well the support check tells what articles support, by kind and language.

    python -m eval.support FOLDER [--half measuring] [--model NAME]

FOLDER holds the sentences (tests/golden/support; ``eval.support`` tells their form). The measuring half chose
neither weights nor threshold. For each kind: how many, how many the check takes for supported, and where a
figure, name or date was changed, how often that is pointed at.
"""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import get_args

import click

from assistant.support.judgement import weights_beside
from eval.support import Half, held_against_articles, read_sentences
from eval.support.outcomes import SupportOutcome, outcomes, rates
from index.embedders import load_embedder

folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help="\b\n" + __doc__)
@click.argument("sentences", metavar="FOLDER", type=folder)
@click.option("--half", type=click.Choice(get_args(Half)), default="measuring", show_default=True)
@click.option("--model", default="bundled", help="The network: bundled, or one of transformers.")
def main(sentences: Path, half: Half, model: str) -> None:
    judged = read_sentences(sentences, half)
    embedder = load_embedder("bundled")
    embedder.embed_questions(["loaded"])
    begun = perf_counter()
    held = held_against_articles(judged, embedder, model)
    spent = (perf_counter() - begun) / len(judged)
    found = outcomes(judged, held, weights_beside(model))
    for line in table(found):
        click.echo(line)
    click.echo(f"{1000 * spent:.0f} ms a sentence")


def table(found: Sequence[SupportOutcome]) -> list[str]:
    """A line for each kind, and the two figures for each language."""
    lines = [f"{'kind':14} {'sentences':>9} {'supported':>9} {'pointed at':>10}"]
    for kind in dict.fromkeys(one.sentence.kind for one in found):
        some = [one for one in found if one.sentence.kind == kind]
        marked = [one for one in some if one.sentence.unfound]
        pointed = f"{sum(one.pointed for one in marked)}/{len(marked)}" if marked else "-"
        lines.append(f"{kind:14} {len(some):9} {sum(one.supported for one in some):9} {pointed:>10}")
    groups: dict[str, Sequence[SupportOutcome]] = {
        "all": found,
        "English": [one for one in found if one.sentence.language == "en"],
        "Arabic": [one for one in found if one.sentence.language == "ar"],
        "same language": [one for one in found if not one.sentence.across],
        "across": [one for one in found if one.sentence.across],
    }
    for name, group in groups.items():
        recall, alarms = rates(group)
        lines.append(f"{name}: unsupported seen {recall:.3f}, false alarms {alarms:.3f}, of {len(group)}")
    return lines


if __name__ == "__main__":
    main()
