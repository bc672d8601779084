"""``majlis eval export-feedback`` and ``majlis eval replay``: what people said of answers, as tests."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    json_option,
    library_option,
    open_assistant,
    print_json,
    print_lines,
    reader_option,
    retriever_option,
    settings_from,
)
from assistant.cli.terminal import one_line, progress_for
from index.progress import counted

if TYPE_CHECKING:
    from eval.replay import Replay, SavedAnswer


@click.command("export-feedback")
@library_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file of questions to write.",
)
@json_option
def export_feedback(out: Path, as_json: bool, **flags: Any) -> None:
    """Write what people said of the library's answers as questions with known answers.

    An answer that was called right is the gold answer; a passage that was chosen says which article is right.
    An answer that was only called wrong is left out.

    \b
    majlis eval export-feedback --library my-library --out feedback.jsonl
    majlis eval run feedback.jsonl --library my-library
    """
    from assistant.feedback import FeedbackStore
    from eval.data.file import write_text
    from eval.feedback import feedback_questions
    from index.library import Library

    library = Library.open(settings_from(**flags).library)
    questions, left_out = feedback_questions(FeedbackStore(library.folder).all())
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in questions]
    write_text(out, "".join(lines), "--out")
    if as_json:
        print_json({"questions": len(questions), "left_out": dict(left_out)})
    else:
        told = [f"{out}: {counted(len(questions), 'question')}."]
        print_lines(told + [f"left out: {count} {reason}" for reason, count in left_out.items()])


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@library_option
@retriever_option
@reader_option
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence.")
@click.option("--fail-on-worse", is_flag=True, help="Exit with 1 where an answer is worse than it was.")
@json_option
def replay(file: Path, fail_on_worse: bool, as_json: bool, **flags: Any) -> None:
    """Ask the questions of FILE again, and show which answers have changed.

    FILE is what `majlis eval export-feedback` or `majlis ask --batch` wrote. Where the right answer is known,
    a change is for the better, for the worse, or neither.

    \b
    majlis eval replay feedback.jsonl --library my-library --fail-on-worse
    """
    from eval.data.file import DatasetFile
    from eval.replay import replay as ask_again

    done = ask_again(DatasetFile(file), open_assistant(**flags).answer, progress_for(as_json))
    if as_json:
        print_json(done.to_json())
    else:
        print_lines(replay_lines(done))
    if fail_on_worse and done.counts["worse"]:
        click.echo(f"majlis: {counted(done.counts['worse'], 'answer')} worse than before", err=True)
    if not done.questions or (fail_on_worse and done.counts["worse"]):
        raise click.exceptions.Exit(1)


def replay_lines(done: "Replay") -> list[str]:
    """For a person: how many changed, each with its answer then and now, the worse ones first."""
    counts = ", ".join(f"{count} {name}" for name, count in done.counts.items() if count)
    lines = [f"{counted(len(done.questions), 'question')}: {counts or 'nothing was asked'}"]
    for kind in ("worse", "better", "other"):
        for one in done.questions:
            if one.change == kind:
                lines += ["", f"{kind}: {one_line(one.question)}  ({one.id})"]
                lines += [f"  then: {_said(one.before)}", f"  now:  {_said(one.now)}"]
    return lines + ([""] if done.problems else []) + [f"left out: {problem}" for problem in done.problems]


def _said(answer: "SavedAnswer") -> str:
    return one_line(answer.text) or "(no answer)"
