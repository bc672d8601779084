"""The surface that others script against: commands, JSON objects, exit codes, one-line errors."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from assistant.cli import main
from assistant.cli.reference import reference

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
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "council.txt").write_text(COUNCIL, encoding="utf-8")
    (folder / "canal.txt").write_text(CANAL, encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "library"
    assert run("index", "build", articles, "--library", folder, "--embedder", "hashing").exit_code == 0
    monkeypatch.setenv("MAJLIS_LIBRARY", str(folder))
    return folder


def test_ask_prints_one_object_whose_quote_is_in_the_article(library: Path, articles: Path) -> None:
    answer = printed("ask", "من اقترح تشكيل مجلس الخبراء؟")
    assert list(answer) == [
        *("question", "understood_as", "answer", "language", "abstained", "confidence"),
        *("citations", "alternatives", "hits", "timings_ms"),
    ]
    assert "سامي حداد" in answer["answer"]
    (citation,) = answer["citations"]
    assert list(citation) == [
        *("number", "article_id", "title", "source", "start", "end", "answer_start", "answer_end", "quote"),
    ]
    text = (articles / "council.txt").read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert text[citation["answer_start"] : citation["answer_end"]] == answer["answer"]
    assert list(answer["hits"][0]) == [
        *("article_id", "title", "start", "end", "score", "dense", "lexical", "text"),
    ]


def test_ask_prints_an_answer_for_a_person(library: Path) -> None:
    result = run("ask", "When was the canal of Lindham opened?")
    assert result.exit_code == 0
    assert "opened in 1874" in result.stdout
    assert "[1] The canal of Lindham" in result.stdout


def test_an_abstention_is_an_answer(library: Path) -> None:
    result = run("ask", "Which vitamins do bananas contain?")
    assert result.exit_code == 0
    assert result.stdout.startswith("The articles do not answer this question.")
    answer = printed("ask", "Which vitamins do bananas contain?")
    assert answer["abstained"]
    assert (answer["answer"], answer["citations"]) == ("", [])


def test_the_question_may_come_on_standard_input(library: Path) -> None:
    assert printed("ask", "-", stdin="How long is the canal?\n")["question"] == "How long is the canal?"


def test_batch_keeps_order_and_ids_and_goes_on_after_a_bad_line(library: Path, tmp_path: Path) -> None:
    lines = [
        json.dumps({"question": "How long is the canal of Lindham?", "id": "a"}),
        "{not json",
        "",
        json.dumps({"id": 7}),
        json.dumps({"question": "من اقترح تشكيل مجلس الخبراء؟", "id": "d"}, ensure_ascii=False),
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(lines), encoding="utf-8")
    result = run("ask", "--batch", batch)
    assert result.exit_code == 0
    first, broken, empty, last = map(json.loads, result.stdout.splitlines())
    assert (first["id"], last["id"]) == ("a", "d")
    assert "31 kilometres" in first["answer"]
    assert broken["line"] == 2
    assert "not JSON" in broken["error"]
    assert (empty["id"], empty["line"]) == (7, 4)
    assert '"question"' in empty["error"]
    assert run("ask", "--batch", "-", stdin="\n".join(lines)).stdout.count("\n") == 4


def test_search_shows_hits(library: Path) -> None:
    found = printed("search", "canal coal", "-k", "1", "--retriever", "lexical")
    assert list(found) == ["question", "hits"]
    (hit,) = found["hits"]
    assert hit["title"] == "The canal of Lindham"
    assert hit["lexical"]["rank"] == 1
    assert "The canal of Lindham" in run("search", "canal coal").stdout


def test_a_second_build_embeds_nothing_and_says_so(library: Path, articles: Path) -> None:
    again = run("index", "build", articles)
    assert "2 unchanged" in again.stdout
    assert "nothing to embed" in again.stdout
    assert printed("index", "build", articles)["embedded"] == 0


def test_the_library_follows_the_files(library: Path, articles: Path) -> None:
    (articles / "canal.txt").unlink()
    (articles / "council.txt").write_text(COUNCIL.replace("حداد", "نجار"), encoding="utf-8")
    (articles / "mill.txt").write_text("The mill of Lindham\n\nIts miller is Tom Reed.\n", encoding="utf-8")
    change = printed("index", "update", articles)
    assert (change["added"], change["updated"], change["removed"]) == (1, 1, 1)
    assert "سامي نجار" in printed("ask", "من اقترح تشكيل مجلس الخبراء؟")["answer"]
    (articles / "mill.txt").unlink()
    assert printed("index", "update")["removed"] == 1


def test_add_and_remove(library: Path, tmp_path: Path) -> None:
    record = {"id": "mill-1", "title": "The mill", "text": "The mill was built by Tom Reed in 1702."}
    (tmp_path / "mill.jsonl").write_text(json.dumps(record), encoding="utf-8")
    assert printed("index", "add", tmp_path / "mill.jsonl")["added"] == 1
    assert printed("ask", "Who built the mill?")["citations"][0]["article_id"] == "mill-1"
    assert {article["id"] for article in printed("index", "list")} >= {"mill-1"}
    assert printed("index", "remove", "mill-1", tmp_path / "articles" / "canal.txt")["removed"] == 2
    assert [article["title"] for article in printed("index", "list")] == ["إعلان القاهرة"]


def test_info_and_verify_and_repair(library: Path) -> None:
    info = printed("index", "info")
    assert list(info) == [
        *("articles", "passages", "vectors", "languages", "embedder", "dimension", "revision", "bytes"),
        "healthy",
    ]
    assert (info["articles"], info["languages"], info["healthy"]) == (2, {"ar": 1, "en": 1}, True)
    assert printed("index", "verify") == {"healthy": True, "problems": []}
    (vectors,) = library.glob("vectors*.faiss")
    stored = vectors.read_bytes()
    vectors.write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    broken = run("index", "verify")
    assert broken.exit_code == 1
    assert "majlis index repair" in broken.stderr
    assert printed("index", "repair")["mended"]
    assert run("index", "verify").exit_code == 0


def test_what_cannot_be_read_is_named_and_the_rest_goes_in(library: Path, articles: Path) -> None:
    (articles / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    result = run("index", "build", articles)
    assert result.exit_code == 1
    assert "1 not taken" in result.stdout
    assert "broken.pdf" in result.stdout
    assert "2 unchanged" in result.stdout


def test_a_build_of_nothing_loses_nothing(library: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("index", "build", tmp_path / "empty")
    assert result.exit_code == 1
    assert "empty" in result.stderr
    assert printed("index", "info")["articles"] == 2


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["ask", "x", "--library", "nowhere"], 1, ["nowhere", "majlis index build"]),
        (["index", "build", "missing-folder"], 1, ["missing-folder"]),
        (["index", "remove", "no-such-id"], 1, ["no-such-id", "majlis index list"]),
        (["ask", ""], 1, ["question"]),
        (["index", "build", "articles", "--embedder", "./no-model"], 1, ["no-model"]),
        (["ui", "--reader", "./no-reader"], 1, ["no-reader"]),
        (["ask"], 2, ["--batch"]),
        (["ask", "x", "--retriever", "psychic"], 2, ["psychic"]),
        (["search", "x", "-k", "0"], 2, ["-k"]),
        (["conjure"], 2, ["conjure"]),
    ],
)
def test_errors_say_what_and_how_to_mend(
    library: Path, arguments: list[str], exit_code: int, words: list[str]
) -> None:
    result = run(*arguments)
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    if exit_code == 1:
        assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


def documented(command: click.Command) -> None:
    assert command.help
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            documented(inner)
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help, option.name


def test_every_command_is_documented() -> None:
    documented(main)
    written = Path(__file__).parent.parent.parent / "docs" / "commands.md"
    assert written.read_text(encoding="utf-8") == reference(), "make reference"


def test_help_starts_without_heavy_libraries() -> None:
    code = (
        "import sys; from assistant.cli import main; main(['--help'], standalone_mode=False)\n"
        "print({'torch','gradio','faiss','numpy','onnxruntime','tantivy'} & set(sys.modules) or 'light')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "light"
