"""``majlis ui`` and ``majlis demo``: the web chat over a library, one's own or the samples'; its people."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    database_option,
    editing_options,
    open_assistant,
    print_lines,
    reader_option,
    retriever_option,
    server_options,
    settings_from,
)
from index.errors import UserError

if TYPE_CHECKING:  # the command line starts without these
    from ui.server.libraries import ServedLibrary


@click.command()
@click.option(
    "--library",
    "libraries",
    metavar="[NAME=]DIRECTORY",
    multiple=True,
    help="The library's folder; repeated, each is served at a path of its own, by its name or the folder's.  "
    "[default: $MAJLIS_LIBRARIES, $MAJLIS_LIBRARY, else ./majlis-library]",
)
@database_option
@retriever_option
@reader_option
@server_options
@editing_options
@click.option(
    "--read-only-library",
    metavar="NAME",
    multiple=True,
    help="Of several libraries one that nobody may change on the page; may be repeated.",
)
def ui(libraries: tuple[str, ...], read_only_library: tuple[str, ...], **flags: Any) -> None:
    """Serve the web chat over the library, or over several beside one another.

    \b
    majlis ui --library my-library --port 8080
    majlis ui --library court --library minutes=/srv/2023/library
    """
    from ui.server.libraries import served_libraries

    settings = settings_from(
        libraries=libraries or None, read_only_library=read_only_library or None, **flags
    )
    serve(served_libraries(settings))


@click.command("ui-user")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take the person out of the file.")
@click.option("--key", is_flag=True, help="Print the person's API key, for programs; a new password ends it.")
def ui_user(file: Path, name: str, remove: bool, key: bool) -> None:
    """Let NAME sign in to the chat: write name and hashed password to FILE, for majlis ui --auth FILE.

    The password is asked for, or read as one line from standard input. Who is in FILE already gets the new
    one. A server that runs takes the change over at once.

    \b
    majlis ui-user people.txt layla
    majlis ui --auth people.txt
    majlis ui-user people.txt layla --key        for a program that asks as layla
    """
    from ui.server.sign_in.people import People, remove_person, set_password
    from ui.server.sign_in.sessions import Sessions

    if key:
        people = People(file)
        if not people.hash_of(name):
            raise UserError(
                f"{file}: nobody is called {name!r}; add the person: majlis ui-user {file} {name}"
            )
        click.echo(Sessions(people).key(name))
        return
    if remove:
        remove_person(file, name)
        click.echo(f"{name} can no longer sign in.")
        return
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    added = set_password(file, name, password)
    click.echo(f"{name} can sign in." if added else f"{name} has a new password.")


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
    built = build_samples(settings.library, embedder=settings.embedder, progress=progress)
    print_lines(replace(built, passed_over={}).lines())  # what lies beside the samples is not the person's
    assistant = open_assistant(**flags)
    questions = sample_questions()
    for question in [sample.question for sample in questions if sample.featured]:
        print_lines(["", f"? {question}", *answer_lines(assistant.answer(question))])
    if serving:
        from ui.server.libraries import alone

        serve([alone(assistant, [sample.question for sample in questions if sample.example])])


def serve(libraries: Sequence["ServedLibrary"]) -> None:
    """Serves the chat until Ctrl+C; where no examples are given a library's own are looked for meanwhile."""
    from assistant.examples import Examples
    from ui.server.serving import serve_libraries

    libraries[0].assistant.load()  # a reader that is not there is said before the page opens
    serve_libraries(
        [
            library if library.examples else replace(library, examples=Examples(library.assistant))
            for library in libraries
        ]
    )
