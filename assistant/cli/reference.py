"""The reference of every command, from the commands themselves: ``python -m assistant.cli.reference``."""

from collections.abc import Iterator

import click

from assistant.cli import main

INTRODUCTION = """# Commands

Written by `make reference` from the commands' own help.

`--library` defaults to the environment variable `MAJLIS_LIBRARY`, then `./majlis-library`. Exit codes: 0 done
(an abstention is an answer), 1 something that you can mend (one line on standard error says what, where and
how), 2 wrong usage. Long work shows a progress bar on a terminal, plain lines otherwise, and nothing with
`--json`.
"""


def command_helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """Each command's full name and help, groups left out."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(command.list_commands(context)):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from command_helps(inner, f"{path} {name}")
    else:
        context = click.Context(
            command,
            info_name=path,
            terminal_width=100,
            max_content_width=100,
            help_option_names=main.context_settings["help_option_names"],
        )
        yield path, command.get_help(context)


def reference() -> str:
    """The reference as Markdown."""
    sections = [f"## {path}\n\n```text\n{text}\n```\n" for path, text in command_helps(main, "majlis")]
    return "\n".join([INTRODUCTION, *sections])


if __name__ == "__main__":
    click.echo(reference(), nl=False)
