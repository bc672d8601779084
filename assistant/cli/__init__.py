"""The command line: with its neighbours ``cli_*``, the only place that parses arguments.

Rooms are imported inside the commands, so that ``majlis --help`` and ``majlis ask`` start at once.
Exit codes: 0 done (an abstention is an answer), 1 a ``UserError`` (one line on standard error),
2 wrong usage.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.index import build_library, index
from assistant.cli.options import (
    json_option,
    k_option,
    library_option,
    open_assistant,
    print_json,
    print_lines,
    reader_option,
    retriever_option,
    server_options,
    settings_from,
)
from eval.cli import evaluation
from index.errors import UserError

if TYPE_CHECKING:
    from assistant.pipeline import Assistant


class Majlis(click.Group):
    """The group that turns a ``UserError`` of any command into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"majlis: {error}", err=True)
            ctx.exit(1)


@click.group(cls=Majlis, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="majlis")
def main() -> None:
    """Ask questions of your own articles, in Arabic or English, and get cited answers.

    \b
    majlis demo                                  see it work
    majlis index build my-articles               build ./majlis-library
    majlis ask "Who proposed the expert council?"
    majlis ui                                    the web chat
    """


main.add_command(index)
main.add_command(evaluation)


@main.command()
@click.argument("question", required=False)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8"),
    help='Questions as JSON Lines, {"question": ..., "id": ...} each; - reads standard input.',
)
@library_option
@retriever_option
@reader_option
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence.")
@json_option
def ask(question: str | None, batch: Any, as_json: bool, **flags: Any) -> None:
    """Answer QUESTION from the library, with citations; - reads it from standard input.

    \b
    majlis ask "Who proposed the expert council?"
    majlis ask --batch questions.jsonl > answers.jsonl
    """
    if (question is None) == (batch is None):
        raise click.UsageError("give one QUESTION, or --batch FILE.")
    assistant = open_assistant(**flags)
    if batch is not None:
        from assistant.cli.batch import answer_batch

        for answered in answer_batch(assistant, batch):
            print_json(answered)
        return
    answer = assistant.answer(read_question(question))
    if as_json:
        from assistant.answers import answer_to_json

        print_json(answer_to_json(answer, assistant.article))
    else:
        from assistant.cli.terminal import answer_lines

        print_lines(answer_lines(answer, assistant.article))


@main.command()
@click.argument("question")
@library_option
@retriever_option
@k_option
@json_option
def search(question: str, k: int | None, as_json: bool, **flags: Any) -> None:
    """Show the passages nearest to QUESTION, best first, without an answer.

    \b
    majlis search "expert council" -k 5
    """
    question = read_question(question)
    hits = open_assistant(**flags).search(question, k)
    if as_json:
        from assistant.answers import hits_to_json

        print_json({"question": question, "hits": hits_to_json(hits)})
    else:
        from assistant.cli.terminal import hit_lines

        print_lines(hit_lines(hits) or ["Nothing found."])


def read_question(question: str | None) -> str:
    return sys.stdin.read().strip() if question == "-" else question or ""


@main.command()
@library_option
@retriever_option
@reader_option
@server_options
def ui(**flags: Any) -> None:
    """Serve the web chat over the library.

    \b
    majlis ui --library my-library --port 8080
    """
    serve(open_assistant(**flags))


@main.command()
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the chat after the answers.")
@click.option(
    "--library",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("majlis-demo"),
    show_default=True,
    help="The folder to build the sample library in.",
)
@server_options
def demo(serving: bool, **flags: Any) -> None:
    """Build a library from the sample articles, answer in both languages, serve the chat.

    \b
    majlis demo --no-serve                       stop after the answers
    """
    from assistant.cli.terminal import answer_lines, progress_for
    from assistant.samples import sample_folder, sample_questions

    settings = settings_from(**flags)
    report = build_library(
        settings.library, [sample_folder()], embedder=settings.embedder, progress=progress_for(as_json=False)
    )
    print_lines(report.lines())
    assistant = open_assistant(**flags)
    questions = sample_questions()
    for question in [sample.question for sample in questions if sample.featured]:
        answer = assistant.answer(question)
        print_lines(["", f"? {question}", *answer_lines(answer, assistant.article)])
    if serving:
        serve(assistant, examples=[sample.question for sample in questions if sample.example])


def serve(assistant: "Assistant", examples: Sequence[str] = ()) -> None:
    from ui.app import serve_app

    assistant.load()  # a reader that is not there is said before the page opens
    serve_app(assistant, examples=examples)
