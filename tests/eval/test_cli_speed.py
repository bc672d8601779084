"""`majlis eval speed`: what it prints and writes, and wrong usage."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant.cli import main
from eval.cli.speed import speed as command
from eval.speed import Plan

SHARED = ("rounds", "questions", "seed")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["eval", "speed", *arguments])


def test_command_prints_json_and_writes_it_with_the_page(tmp_path: Path) -> None:
    out = tmp_path / "speed.html"
    command = "--passages 20 --rounds 1 --questions 2 --embedder hashing --seed 5 --json --out"
    result = run(*command.split(), str(out))
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed == json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert printed["settings"]["seed"] == 5
    (size,) = printed["sizes"]
    assert size["passages"] == 20
    assert set(size["starting"]["seconds"]) == {"python", "open", "hybrid", "dense", "lexical"}
    assert all(spread["min"] > 0 for spread in size["starting"]["seconds"].values())
    assert size["memory_bytes"]["peak"]["min"] > 10 * 2**20  # Python, FAISS and tantivy hold more
    assert size["limits"]["memory_bytes_per_second"]["min"] > 10 * 2**20
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--passages", "10,many"], "'many' is no number of passages"),
        (["--passages", "0"], "0 is not from 1 to"),
        (["--passages", "10,"], "'' is no number of passages"),
        (["--passages", "-5"], "'-5' is no number of passages"),
        (["--passages", "٥"], "'٥' is no number of passages"),
        (["--rounds", "0"], "0 is not in the range"),
        (["--questions", "0"], "0 is not in the range"),
        (["--out", "speed.txt"], "must end in .json or .html"),
        (["--out", "no-such-folder/speed.json"], "there is no folder no-such-folder"),
    ],
)
def test_a_broken_option_is_wrong_usage_and_nothing_is_measured(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_the_commands_defaults_are_the_plans() -> None:
    defaults = {param.name: param.default for param in command.params}
    plan = asdict(Plan())
    assert [defaults[name] for name in SHARED] == [plan[name] for name in SHARED]
    assert f"first {plan['encoded']:,} passages" in str(command.help)
