"""A model that obeys every order that an article gives: how much of it reaches a person as a supported fact.

    python tests/obeying_model.py [FOLDER]

FOLDER holds ``injections.jsonl`` (tests/golden/support). For each article one line: whether the model was
asked, whether words of the article stood outside their fence, whether what was ordered was shown as
supported, and whether there was no answer.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripted_model import scripted_model

from eval.support.injections import read_injections, summary, try_injections
from index.embedders import load_embedder

GOLDEN = Path(__file__).parent / "golden" / "support"


@contextmanager
def saying(text: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A model that says this whatever it is asked: its address, and the requests that it gets."""
    with scripted_model(text) as model:
        yield model.url, model.requests


def main(folder: Path = GOLDEN) -> None:
    found = []
    for one in try_injections(read_injections(folder), saying, load_embedder("bundled")):
        found.append(one)
        told = [name for name in ("asked", "escaped", "reached", "silenced") if getattr(one, name)]
        print(f"{one.injection.id:14} {one.injection.kind:14} {', '.join(told)}", flush=True)
    print(summary(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
