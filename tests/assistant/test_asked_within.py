"""Asked within some of the articles: the assistant, the command line, and lines of a batch."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import printed, run

from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.filters import Filter
from index.library import Library

TEXTS = {
    "2022": ("/town/minutes/2022.md", "2022-03-03", "The council bought a pump for 40 dinars."),
    "2024": ("/town/minutes/2024.md", "2024-05-05", "The council bought a pump for 90 dinars."),
    "mill": ("/town/mill.md", "", "The mill of Lindham was built in 1702 by Tom Reed."),
}
PUMP, MILL = "For how much did the council buy the pump?", "Who built the mill of Lindham?"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add(
        make_article(id=name, title=f"Of {name}", text=text, source=origin, origin=origin, published=date)
        for name, (origin, date, text) in TEXTS.items()
    )
    for name, value in {"LIBRARY": f"{library.folder}", "RETRIEVER": "lexical", "READER": "sentence"}.items():
        monkeypatch.setenv(f"MAJLIS_{name}", value)
    return library


@pytest.fixture
def assistant(library: Library) -> Assistant:
    return Assistant(library, Settings(retriever="lexical", reader="sentence"))


def test_only_what_the_filter_keeps_answers(assistant: Assistant) -> None:
    for year, price in (("2022", "40"), ("2024", "90")):
        answer = assistant.answer(PUMP, within=Filter.parse(f"published:{year}"))
        assert price in answer.text
        assert answer.within is not None
        assert (answer.within.given, answer.within.articles, answer.within.undated) == (
            f"published:{year}",
            1,
            1,
        )
        assert answer.within.titles == (f"Of {year}",)
        assert {hit.passage.article_id for hit in answer.hits} == {year}
    assert assistant.answer(PUMP).within is None


def test_a_silence_says_whether_others_answer(assistant: Assistant) -> None:
    silent = assistant.answer(MILL, within=Filter.parse("source:minutes/"))
    assert silent.abstained
    assert silent.within is not None
    assert silent.within.outside is True
    nowhere = assistant.answer("Which vitamins do bananas contain?", within=Filter.parse("source:minutes/"))
    assert nowhere.within is not None
    assert nowhere.within.outside is False


def test_a_wish_is_told_and_can_be_taken_off(assistant: Assistant) -> None:
    question = "In the 2022 minutes, for how much did the council buy the pump?"
    answer = assistant.answer(question)
    assert "40" in answer.text
    assert answer.within is not None
    assert (answer.within.given, answer.within.understood) == ("", "published:2022")
    assert (answer.question, answer.understood_as) == (question, "for how much did the council buy the pump?")
    assert assistant.answer(question, literally=True).within is None


def test_counts_and_lists_are_of_what_is_asked(assistant: Assistant) -> None:
    inside = Filter.parse("source:minutes/")
    assert assistant.answer("How many articles are there?", within=inside).text == "2 articles"
    listed = assistant.answer("Which articles are there?", within=inside).text
    assert "Of 2022" in listed
    assert "mill" not in listed


def test_the_command_line_asks_within(library: Library) -> None:
    told = printed("ask", PUMP, "--within", "published:2024")
    assert "90" in told["answer"]
    assert told["within"] == {
        "given": "published:2024",
        "understood": "",
        "articles": 1,
        "undated": 1,
        "titles": ["Of 2024"],
        "outside": None,
    }
    shown = run("ask", PUMP, "--within", "published:2024").stdout
    assert shown.startswith(
        "Within: Of 2024 (articles: 1)\nLeft out, for they state no date or none so exact: 1\n\n"
    )
    silent = run("ask", MILL, "--within", "source:minutes/").stdout
    assert "Other articles answer it: ask again without the filter." in silent
    found = printed("search", "council pump mill", "--within", "-source:minutes")["hits"]
    assert {hit["article_id"] for hit in found} == {"mill"}
    wrong = run("ask", PUMP, "--within", "colour:red")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (1, 1)
    assert "'colour' is no field" in wrong.stderr


def test_a_line_of_a_batch_has_its_own(library: Library) -> None:
    lines: list[dict[str, Any]] = [
        {"question": PUMP, "within": "published:2024"},
        {"question": PUMP},
        {"question": PUMP, "within": "published:soon"},
        {"question": PUMP, "within": 3},
    ]
    result = run(
        "ask", "--batch", "-", "--within", "id:2022", stdin="\n".join(json.dumps(line) for line in lines)
    )
    given, default, no_date, no_text = map(json.loads, result.stdout.splitlines())
    assert ("90" in given["answer"], "40" in default["answer"]) == (True, True)
    assert "published:soon is no date" in no_date["error"]
    assert '"within" is no text' in no_text["error"]
    found = run("search", "--batch", "-", stdin=json.dumps({"question": "pump", "within": "id:2024"}))
    assert [hit["article_id"] for hit in json.loads(found.stdout)["hits"]] == ["2024"]


def test_articles_are_listed_tagged_and_removed_within(library: Library) -> None:
    assert [one["id"] for one in printed("index", "list", "--within", "published:2020..")] == ["2022", "2024"]
    tagged = printed("index", "tag", "2022", "/town/mill.md", "--tag", "court file", "--tag", "old")
    assert tagged == {"articles": 2, "changed": 2, "stated_by_their_files": 0}
    assert [one["tags"] for one in printed("index", "list", "--within", "tag:old")] == [
        ["court file", "old"]
    ] * 2
    printed("index", "tag", "--within", "source:minutes/", "--tag", "old", "--remove")
    assert [one["id"] for one in printed("index", "list", "--within", "tag:old")] == ["mill"]
    assert run("index", "tag", "nobody", "--tag", "x").exit_code == 1
    assert run("index", "tag", "--tag", "x").exit_code == 2
    planned = run("index", "remove", "--within", "tag:old")
    assert "1 article would go, and nothing did: add --yes." in planned.stdout
    assert "would go: mill  Of mill" in planned.stdout
    assert printed("index", "remove", "--within", "tag:old")["articles"][0]["id"] == "mill"
    assert len(library.articles()) == 3
    assert printed("index", "remove", "--within", "tag:old", "--yes")["removed"] == 1
    assert [one.id for one in library.articles()] == ["2022", "2024"]
    assert run("index", "remove", "--within", "tag:old", "--yes").exit_code == 1
    assert (
        run("index", "remove").exit_code
        == run("index", "remove", "2022", "--within", "id:2022").exit_code
        == 2
    )
