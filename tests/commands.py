"""The commands, run as a person types them, and two articles in a folder to run them on."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from assistant.cli import main

COUNCIL = """إعلان القاهرة

عقد الوزراء اجتماعهم في القاهرة يوم الثلاثاء. اقترح الوزير سامي حداد تشكيل مجلس خبراء مستقل.
ويبلغ عدد أعضاء المجلس اثني عشر عضوا.
"""
CANAL = """The canal of Lindham

The canal of Lindham was opened in 1874 by the engineer Mary Oakes. It is 31 kilometres long.
Barges carried coal on it until 1951.
"""


def run(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def printed(*arguments: str | Path, stdin: str = "") -> Any:
    """The object that a command prints with ``--json``."""
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def told(*arguments: str | Path) -> str:
    """The one line that a command ends with which does nothing."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert result.stderr.count("\n") == 1
    return result.stderr
