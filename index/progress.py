"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then with the stage's name, what is done and what there is to do.

    ``total`` may be 0 while it is not known. The last call of a stage has ``done == total``.
    """

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """The progress that says nothing."""
