"""What README and docs tell a person to type is what works."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import main
from assistant.samples import sample_folder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(program: str) -> list[list[str]]:
    """The command lines of a program in the README's shell blocks, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    return [line[1:] for line in lines if line[:1] == [program]]


def test_the_commands_run_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-articles").mkdir()
    for article in sorted(sample_folder().glob("*.md"))[::7]:  # enough to ask of
        (tmp_path / "my-articles" / article.name).symlink_to(article)
    ran = [line for line in commands("majlis") if line[0] != "ui"]  # it would serve for ever
    assert {line[0] for line in ran} >= {"index", "ask"}
    for line in ran:
        result = CliRunner().invoke(main, line)
        assert result.exit_code == 0, (line, result.output)


def test_make_has_the_targets() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {line[0] for line in commands("make")} == {"demo", "test"} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_setting_is_documented() -> None:
    from dataclasses import fields

    from assistant.settings import Settings

    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert f"| `{setting.name}` |" in table
        assert f"`MAJLIS_{setting.name.upper()}`" in table
    assert f"| {Settings().threshold} |" in table
