"""``majlis ui`` and ``majlis demo``: the web chat over a library, one's own or the samples'."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    editing_options,
    library_option,
    open_assistant,
    print_lines,
    reader_option,
    retriever_option,
    server_options,
    settings_from,
)

if TYPE_CHECKING:  # the command line starts without these
    from assistant.pipeline import Assistant


@click.command()
@library_option
@retriever_option
@reader_option
@server_options
@editing_options
def ui(**flags: Any) -> None:
    """Serve the web chat over the library.

    \b
    majlis ui --library my-library --port 8080
    """
    serve(open_assistant(**flags))


@click.command()
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the chat after the answers.")
@click.option(
    "--library",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("majlis-demo"),
    show_default=True,
    help="The folder to build the sample library in.",
)
@server_options
@editing_options
def demo(serving: bool, **flags: Any) -> None:
    """Build a library from the sample articles, answer in both languages, serve the chat.

    A folder that holds other articles is left as it is.

    \b
    majlis demo --no-serve                       stop after the answers
    """
    from assistant.cli.terminal import answer_lines, progress_for
    from assistant.ingest import build_samples
    from assistant.samples import sample_questions

    settings = settings_from(**flags)
    progress = progress_for(as_json=False)
    print_lines(build_samples(settings.library, embedder=settings.embedder, progress=progress).lines())
    assistant = open_assistant(**flags)
    questions = sample_questions()
    for question in [sample.question for sample in questions if sample.featured]:
        print_lines(["", f"? {question}", *answer_lines(assistant.answer(question))])
    if serving:
        serve(assistant, examples=[sample.question for sample in questions if sample.example])


def serve(assistant: "Assistant", examples: Sequence[str] = ()) -> None:
    """Serves the chat until Ctrl+C; without ``examples`` the library's own are looked for meanwhile."""
    from assistant.examples import Examples
    from ui.serving import serve_app

    assistant.load()  # a reader that is not there is said before the page opens
    serve_app(assistant, examples=examples or Examples(assistant))
