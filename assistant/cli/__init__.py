"""The command line: with its neighbours, and the ``cli`` of ``ui`` and ``eval``, all that parses arguments.

Rooms are imported inside the commands, so that ``majlis --help`` and ``majlis ask`` start at once; the
commands of the rooms above are found by name. Exit codes: 0 done (an abstention is an answer), 1 a
``UserError`` (one line on standard error), 2 wrong usage, 130 interrupted.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import Any

from assistant.cli.interrupting import INTERRUPTED, ended_at_once

with ended_at_once():
    import click

    from assistant.cli.ask import ask, search
    from assistant.cli.index import index
    from index.errors import UserError

ABOVE = {  # command: where it is
    "demo": "ui.cli:demo",
    "eval": "eval.cli:evaluation",
    "ui": "ui.cli:ui",
    "ui-user": "ui.cli:ui_user",
}


class Majlis(click.Group):
    """Finds the commands of the rooms above, and makes one line and exit code 1 of a ``UserError``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ABOVE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ABOVE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ABOVE[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):  # Arabic on a terminal that has none: escaped, as JSON has it
            if isinstance(stream, TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"majlis: {error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("\nAborted!" if sys.stderr.isatty() else "Aborted!", err=True)
            ctx.exit(INTERRUPTED)
        except UnicodeEncodeError as error:
            click.echo(f"majlis: {error.object!r} is not UTF-8; name it in UTF-8", err=True)
            ctx.exit(1)

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except OSError as error:  # a full disk, often behind the output, of --help too
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"majlis: {where}{error.strerror or error}; mend that and run it again", err=True)
            _close_output()
            sys.exit(1)


def _close_output() -> None:
    """Lets the end of the process flush into nothing what could not be written."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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


for command in (ask, search, index):
    main.add_command(command)
