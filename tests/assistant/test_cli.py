"""The surface that others script against: questions, JSON objects, exit codes, one-line errors."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from commands import printed, run

from assistant.cli import main
from assistant.cli.reference import reference

COUNCIL_QUESTION = "من اقترح تشكيل مجلس الخبراء؟"


def batch(*records: Any, command: str = "ask") -> list[dict[str, Any]]:
    """What a command prints for these lines on standard input; what is no text is written as JSON."""
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    result = run(command, "--batch", "-", stdin="\n".join(lines))
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_ask_prints_one_object_whose_quote_is_in_the_article(stored: Path, articles: Path) -> None:
    answer = printed("ask", COUNCIL_QUESTION)
    assert list(answer) == [
        *("question", "understood_as", "answer", "language", "abstained", "certainty", "confidence"),
        *("citations", "alternatives", "hits", "timings_ms", "revision", "reader", "within"),
        *("statements", "support", "writing", "notice"),
    ]
    assert "سامي حداد" in answer["answer"]
    (citation,) = answer["citations"]
    assert list(citation) == [
        *("number", "article_id", "title", "source", "published"),
        *("start", "end", "answer_start", "answer_end", "quote"),
        *("page", "page_label", "last_page", "last_page_label", "page_kind", "section"),
        *("read_from_scan", "scan_confidence", "doubtful"),
    ]
    text = (articles / "council.txt").read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert text[citation["answer_start"] : citation["answer_end"]] == answer["answer"]
    assert list(answer["hits"][0]) == [
        *("article_id", "title", "start", "end", "score", "dense", "lexical", "text"),
    ]
    assert answer["revision"] == printed("index", "info")["revision"]
    assert answer["reader"]


def test_ask_prints_an_answer_for_a_person(stored: Path) -> None:
    result = run("ask", "When was the canal of Lindham opened?")
    assert result.exit_code == 0
    assert "opened in 1874" in result.stdout
    assert "[1] The canal of Lindham" in result.stdout
    assert result.stderr == ""  # what is being done is for a terminal


def test_an_abstention_is_an_answer(stored: Path) -> None:
    result = run("ask", "Which vitamins do bananas contain?")
    assert result.exit_code == 0
    assert result.stdout.startswith("The articles do not answer this question.")
    answer = printed("ask", "Which vitamins do bananas contain?")
    assert answer["abstained"]
    assert (answer["answer"], answer["citations"]) == ("", [])


def test_batch_keeps_order_and_ids_and_goes_on_after_a_bad_line(stored: Path) -> None:
    first, broken, empty, last = batch(
        {"question": "How long is the canal of Lindham?", "id": "a"},
        "{not json",
        "",
        {"id": 7},
        {"question": COUNCIL_QUESTION, "id": "d"},
    )
    assert (first["id"], last["id"]) == ("a", "d")
    assert "31 kilometres" in first["answer"]
    assert "سامي حداد" in last["answer"]
    assert broken["line"] == 2
    assert "not JSON" in broken["error"]
    assert (empty["id"], empty["line"]) == (7, 4)
    assert '"question"' in empty["error"]


@pytest.mark.parametrize(
    "turns", ["How long?", {"question": "How long?"}, ["How long?"], [{"asked": "How long?"}], [{}], 7]
)
def test_bad_turns_are_told_on_their_line_and_the_rest_goes_on(stored: Path, turns: Any) -> None:
    asked = {"question": COUNCIL_QUESTION}
    bad, good = batch(
        {**asked, "id": "bad", "turns": turns}, {**asked, "turns": [{"question": "متى؟", "answer": "أمس"}]}
    )
    assert list(bad) == ["id", "line", "error"]
    assert (bad["id"], bad["line"]) == ("bad", 1)
    assert "write" in bad["error"]
    assert "سامي حداد" in good["answer"]


def test_search_shows_hits(stored: Path) -> None:
    found = printed("search", "canal coal", "-k", "1", "--retriever", "lexical")
    assert list(found) == ["question", "hits"]
    (hit,) = found["hits"]
    assert hit["title"] == "The canal of Lindham"
    assert hit["lexical"]["rank"] == 1
    shown = run("search", "canal coal", "-k", "1").stdout.splitlines()
    assert len(shown) == 2
    assert shown[0].startswith("1. The canal of Lindham")


def test_questions_on_standard_input_are_those_of_the_command_line(stored: Path) -> None:
    for command in ("ask", "search"):
        assert printed(command, "-", stdin="How long?\n")["question"] == "How long?"
    found, empty = batch({"question": "canal coal", "id": 1}, {"question": " "}, command="search")
    assert found == {"id": 1, **printed("search", "canal coal")}
    assert empty.keys() == {"line", "error"}
    assert "question is empty" in empty["error"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["ask", "x", "--library", "nowhere"], 1, ["nowhere", "majlis index build"]),
        (["index", "build", "missing-folder"], 1, ["missing-folder"]),
        (["index", "remove", "no-such-id"], 1, ["no-such-id", "majlis index list"]),
        (["index", "show", "no-such-id"], 1, ["no-such-id", "majlis index list"]),
        (["ask", ""], 1, ["question"]),
        (["search", " "], 1, ["question"]),
        (["index", "build", "articles", "--embedder", "./no-model"], 1, ["no-model"]),
        (["ui", "--reader", "./no-reader"], 1, ["no-reader"]),
        (["ask"], 2, ["--batch"]),
        (["ask", "x", "--retriever", "psychic"], 2, ["psychic"]),
        (["search", "x", "-k", "0"], 2, ["-k"]),
        (["conjure"], 2, ["conjure"]),
    ],
)
def test_errors_say_what_and_how_to_mend(
    stored: Path, arguments: list[str], exit_code: int, words: list[str]
) -> None:
    result = run(*arguments)
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    if exit_code == 1:
        assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


def documented(command: click.Command) -> int:
    assert command.help
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help, option.name
    if not isinstance(command, click.Group):
        return 1
    context = click.Context(command)
    inner = [command.get_command(context, name) for name in command.list_commands(context)]
    return sum(documented(found) for found in inner if found)


def test_every_command_is_documented() -> None:
    written = (Path(__file__).parent.parent.parent / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == reference(), "make reference"
    assert written.count("\n## majlis ") == documented(main)


def test_help_starts_without_heavy_libraries() -> None:
    code = (
        "import sys; from assistant.cli import main; main(['--help'], standalone_mode=False)\n"
        "print({'torch','gradio','faiss','numpy','onnxruntime','tantivy'} & set(sys.modules) or 'light')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "light"


@pytest.mark.parametrize(
    ("loaded", "arguments"),
    [
        ("click", ["--help"]),
        ("assistant.cli.options", ["ask", "Who?"]),
        ("index.errors", ["index", "info"]),
        ("assistant.pipeline", ["ask", "Who?"]),
        ("index.library", ["index", "list"]),
    ],
)
def test_an_interrupt_while_modules_are_loaded_is_one_quiet_end(
    stored: Path, loaded: str, arguments: list[str]
) -> None:
    """Sent as soon as a module is there, while those after it are loaded or the command begins."""
    code = (
        "import os, signal, sys\n"
        "class Watch:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if {loaded!r} in sys.modules:\n"
        "            sys.meta_path.remove(self)\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Watch())\n"
        "from assistant.cli import main\n"
        f"main({arguments!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr in ("", "Aborted!\n")


def test_whoever_loads_the_commands_keeps_their_own_way_with_interrupts() -> None:
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nimport assistant.cli\n"
        "assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN\n"
        "import threading\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    code = (
        "import signal\nimport assistant.cli\n"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_is_passed_over_is_one_line(tmp_path: Path, articles: Path) -> None:
    for number in range(12):
        (articles / f"a.kind{number:02}").write_text("x")
        (articles / f"b.kind{number:02}").write_text("x")
    for name in ("a.py", "b.py", "c.py", "d.json"):
        (articles / name).write_text("{}")
    lines = run("index", "build", articles, "--library", tmp_path / "library").stdout.splitlines()
    [line] = [line for line in lines if line.startswith("passed over")]
    kinds = ", ".join(f".kind{number:02} 2" for number in range(7))
    assert line == f"passed over, of kinds that are not read: {kinds}, .py 3, and 6 more kinds"


def test_a_demo_says_nothing_of_what_lies_beside_its_articles(tmp_path: Path) -> None:
    shown = run("demo", "--no-serve", "--library", tmp_path / "demo").stdout
    assert " added; " in shown.splitlines()[0]
    assert "passed over" not in shown
