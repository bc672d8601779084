"""``majlis ask`` and ``majlis search``: one question, or a file of them."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    json_option,
    k_option,
    library_option,
    open_assistant,
    options,
    print_json,
    print_lines,
    reader_option,
    retriever_option,
    within_option,
)
from index.errors import UserError

if TYPE_CHECKING:  # the command line starts without these
    from assistant.answers import Answer
    from assistant.conversation import Turn
    from assistant.pipeline import Assistant
    from assistant.why import WhyNot
    from index.library import Library

question_options = options(
    click.argument("question", required=False),
    click.option(
        "--batch",
        type=click.File("rb"),
        help='Questions as JSON Lines, {"question": ..., "id": ..., "turns": [...], "within": ...} each; '
        "- reads standard input.",
    ),
)


@click.command()
@question_options
@within_option
@library_option
@retriever_option
@reader_option
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence.")
@click.option(
    "--why", metavar="ARTICLE", help="Also say why this article, by id, file or title, is not the answer's."
)
@click.option("--literally", is_flag=True, help='Heed no "in the 2023 report" that QUESTION says itself.')
@json_option
def ask(
    question: str | None,
    batch: Any,
    within: str,
    why: str | None,
    literally: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Answer QUESTION from the library, with citations; - reads it from standard input.

    \b
    majlis ask "Who proposed the expert council?"
    majlis ask "What was decided?" --within 'source:minutes/ published:2023..'
    majlis ask --batch questions.jsonl > answers.jsonl

    A line's "turns" are what was asked before, oldest first: {"question": ..., "answer": ...} each, or what
    ask printed for it. One without "answer" is asked first. Its "within" takes the place of --within.
    """
    question = read_question(question, batch)
    if batch and why:
        raise click.UsageError("--why goes with one QUESTION.")
    from index.filters import Filter

    chosen = Filter.parse(within)
    assistant = open_assistant(**flags)
    from assistant.answers.as_json import answer_to_json

    def answer_to(asked: str, turns: "Sequence[Turn]" = (), within: Filter = chosen, **told: Any) -> "Answer":
        return assistant.answer(asked, turns, within=within, literally=literally, **told)

    if not as_json and question is not None:
        _tell_if_empty(assistant.library)
    if question is None:
        from assistant.cli.batch import respond_to_batch
        from assistant.transcript import with_answers

        def respond(asked: str, turns: "Sequence[Turn]", within: Filter) -> dict[str, Any]:
            return answer_to_json(answer_to(asked, with_answers(turns, answer_to), within=within or chosen))

        for answered in respond_to_batch(batch, respond):
            print_json(answered)
    elif as_json:
        answer = answer_to(question)
        told = {"why": _why_not(assistant, answer, why).to_json()} if why else {}
        print_json(answer_to_json(answer) | told)
    else:
        from assistant.cli.terminal import answer_lines, events_for, one_line
        from assistant.cli.written import StreamedAnswer
        from index.text.language import detect_language

        doing = events_for(sys.stderr)
        streamed = StreamedAnswer(sys.stdout, doing, detect_language(question))
        answer = answer_to(question, on_event=streamed if sys.stdout.isatty() else doing)
        print_lines(streamed.rest(answer_lines(answer)))
        if why:
            from assistant.why import why_sentences

            found = _why_not(assistant, answer, why)
            lines = why_sentences(found, detect_language(question))
            print_lines(["", f"{one_line(found.title)}:", *(f"    {one_line(line)}" for line in lines)])


@click.command()
@question_options
@within_option
@library_option
@retriever_option
@k_option
@json_option
def search(question: str | None, batch: Any, within: str, k: int | None, as_json: bool, **flags: Any) -> None:
    """Show the passages nearest to QUESTION, best first, without an answer; - reads it from standard input.

    \b
    majlis search "expert council" -k 5
    majlis search --batch questions.jsonl > hits.jsonl
    """
    question = read_question(question, batch)
    from index.filters import ALL, Filter

    chosen = Filter.parse(within)
    assistant = open_assistant(**flags)
    from assistant.answers.as_json import hits_to_json

    def found(asked: str, _turns: "Sequence[Turn]" = (), within: Filter = ALL) -> dict[str, Any]:
        hits = assistant.search(asked, k, within=within or chosen)
        return {"question": asked, "hits": hits_to_json(hits)}

    if question is None:
        from assistant.cli.batch import respond_to_batch

        for line in respond_to_batch(batch, found):
            print_json(line)
    elif as_json:
        print_json(found(question))
    else:
        from assistant.cli.terminal import hit_lines

        print_lines(hit_lines(assistant.search(question, k, within=chosen)) or ["Nothing found."])


def _why_not(assistant: "Assistant", answer: "Answer", article: str) -> "WhyNot":
    from assistant.why import why_not

    return why_not(assistant, answer.question, article, answer)


def _tell_if_empty(library: "Library") -> None:
    """Says why nothing will be answered, where there is nothing to answer from."""
    if not library.info().articles:
        click.echo(
            f"the library in {library.folder} holds no articles: "
            f"add some with: majlis index add PATH... --library {library.folder}",
            err=True,
        )


def read_question(question: str | None, batch: Any) -> str | None:
    """The question, from standard input where it is ``-``; None where a batch is given instead.

    What is not UTF-8 is read as the encoding that its bytes look like.
    """
    if (question is None) == (batch is None):
        raise click.UsageError("give one QUESTION, or --batch FILE.")
    if question is None:
        return None
    return _decoded(sys.stdin.buffer.read() if question == "-" else os.fsencode(question))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        from index.formats.text import decode

        try:
            return decode(data).strip()
        except UserError as error:
            raise UserError(
                "the question is no text in an encoding that is known; write it in UTF-8"
            ) from error
