"""The page of a report: everything is in it, nothing is fetched, and no article speaks for the page."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from reports import ARABIC, EVIL, FULL, OLD, QUOTE, SCORED, Elements, question, report, silent

from assistant.cli import main
from eval.measures.failures import CLASSES
from eval.report.figures import length_figure, success_figure
from eval.report.page import page, write_page
from eval.report.questions import MEANINGS, outcomes
from index.errors import UserError


def test_every_question_with_what_was_asked_said_cited_and_found() -> None:
    read = Elements(page([FULL]))
    items = read.found("details", "q")
    assert [attrs["data-outcome"] for attrs, _ in items] == ["right", "wrong-span", "wrongly-silent", "right"]
    for number, (_, text) in enumerate(items, start=1):
        assert (ARABIC if number % 2 else f"Who led the Normans, number {number}?") in text
        assert f"id-{number}" in text
        assert "Gold article by rank: hybrid 1 · lexical 2 · dense not found" in text
        assert "Passage 3 speaks of Rollo." in text
    first, second, third, fourth = (text for _, text in items)
    assert f"وصل الفايكينغ في القرن التاسع.{QUOTE}ثم استقر أتباعه." in first
    (source, *_) = [" ".join(text.split()) for _, text in read.found("p", "source")]
    assert source == "[1] النورمان characters 40–63, in a gold article, holds a gold answer"
    assert "confidence 0.75" in first
    assert "sentence match 1.00 · F1 0.25 · 20 ms" in first
    assert "Gold article:" not in first
    assert "Gold article: النورمان" in second
    assert "silent" in third
    assert "A guess." in third
    assert "Something else." in fourth
    # The quote in its context, with the gold answer inside it.
    assert [text for _, text in read.found("mark", "span")] == [QUOTE] * 3
    assert '<mark class="span">كان <b>رولو</b> زعيم النورمان.</mark>' in page([FULL])


def test_the_span_that_answers_is_set_off_in_the_quote() -> None:
    entry = question(1, "right")
    entry["answering"]["text"] = "رولو"
    entry["answering"]["citations"][0] |= {"answer_start": 44, "answer_end": 48}
    html = page([report(entry)])
    assert '<mark>كان <mark class="span"><b>رولو</b></mark> زعيم النورمان.</mark>' in html
    entry["answering"]["citations"][0] |= {"answer_end": 480}  # beyond the quote
    assert f'<mark><mark class="span">{QUOTE.replace("رولو", "<b>رولو</b>")}</mark></mark>' in page(
        [report(entry)]
    )


def test_both_legs_of_a_hit() -> None:
    rows = re.findall(r"<tr[^>]*><td>(\d)</td>.*?</td><td>(.*?)</td><td>(.*?)</td></tr>", page([FULL]))
    assert rows[:3] == [("1", "1", "–"), ("2", "2", "22"), ("3", "3", "23")]
    assert page([FULL]).count('<tr class="gold">') == 4


def test_each_text_runs_in_its_own_direction() -> None:
    read = Elements(page([FULL]))
    asked = [attrs for attrs, _ in read.found("span", "asked")]
    assert [(attrs["lang"], attrs["dir"]) for attrs in asked[:2]] == [("ar", "rtl"), ("en", "ltr")]
    for tag, attrs in read.elements:
        if "dir" in attrs and tag != "input":
            assert {"ar": "rtl", "en": "ltr"}[attrs["lang"]] == attrs["dir"]
    contexts = read.found("p", "context")
    assert {(attrs["lang"], attrs["dir"]) for attrs, _ in contexts} == {("ar", "rtl")}


def test_means_and_their_intervals() -> None:
    read = Elements(page([FULL]))
    cells = [text for _, text in read.found("td")]
    assert "0.750" in cells
    assert "0.2500.125–0.375" in cells
    captions = [text for _, text in read.found("caption")]
    assert captions[:3] == ["Retrieval", "Answers", "Silence and citations"]


def test_what_became_of_the_questions() -> None:
    assert set(MEANINGS) == set(CLASSES)
    assert outcomes(FULL["questions"]) == {"right": 2, "wrong span": 1, "wrongly silent": 1}
    legend = Elements(page([FULL])).found("ul", "outcome-list")
    assert "right 2 50.0%" in legend[0][1]
    (bar,) = re.findall(r'<svg class="outcomes".*?</svg>', page([FULL]), re.DOTALL)
    assert re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', bar) == [
        *(("0.00", "500.00"), ("500.00", "250.00"), ("750.00", "250.00")),
    ]


def test_all_five_charts_are_drawn_and_say_what_they_show() -> None:
    html = page([FULL])
    assert [text for _, text in Elements(html).found("h3")][1:] == [
        *("Found among the first k", "Risk and coverage", "Reliability"),
        *("Time for an answer", "Length of an answer"),
    ]
    for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        root = ElementTree.fromstring(svg)
        assert root.get("aria-label") or root.get("aria-hidden") == "true"
        assert not [element for element in root.iter() if "style" in element.attrib]


def test_the_curve_of_success_is_the_share_of_ranks() -> None:
    ranks = [1, 1, 3, 12, None]
    drawn = success_figure([{"ranks": {"hybrid": rank}} for rank in ranks] + [{"ranks": {}}])
    assert drawn
    titles = " ".join(shape.title for shape in drawn.plot.shapes)
    told = re.findall(r"hybrid: success@(\d+) ([\d.]+)", titles)
    assert told == [(str(k), f"{sum(r is not None and r <= k for r in ranks) / 5:.3f}") for k in range(1, 11)]


def test_lengths_are_of_answers_that_were_given() -> None:
    drawn = length_figure([FULL["questions"][0], FULL["questions"][2]])
    assert drawn
    assert drawn.told == "median words, gold: 1; answers: 4"
    assert length_figure([FULL["questions"][2]]) is None


@pytest.mark.parametrize("old", [OLD, SCORED, {"questions": []}], ids=["old", "scored", "empty"])
def test_what_a_file_does_not_know_is_left_out(old: dict[str, Any]) -> None:
    read = Elements(page([old]))
    assert len(read.found("details", "q")) == len(old["questions"])
    assert "None" not in "".join(text for _, text in read.found("section"))
    assert not read.found("ul", "outcome-list")


def test_nothing_is_fetched_and_nothing_foreign_may_run() -> None:
    html = page([FULL, OLD])
    read = Elements(html)
    for tag, attrs in read.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
        assert not {"src", "srcset", "style", "onclick", "action"} & set(attrs)
        assert attrs.get("href", "#").startswith("#")
    assert "url(" not in html
    assert "@import" not in html
    (policy,) = [attrs["content"] for attrs, _ in read.found("meta") if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_articles_are_text() -> None:
    everywhere = json.loads(json.dumps(FULL).replace(json.dumps(ARABIC)[1:-1], json.dumps(EVIL)[1:-1]))
    for entry in everywhere["questions"]:
        entry |= {"id": EVIL, "answers": [EVIL], "failure": EVIL, "ranks": {EVIL: 1}}
        entry["gold"][0] |= {"title": EVIL, "text": EVIL}
        entry["hits"][0] |= {"title": EVIL, "text": EVIL, "lexical": {"rank": EVIL}}
        entry["answering"]["text"] = EVIL
        for citation in entry["answering"]["citations"]:
            citation |= dict.fromkeys(("title", "quote", "before", "after", "number", "start"), EVIL)
        entry["abstention"]["text"] = EVIL
    everywhere["dataset"] |= {"name": EVIL, "problems": [EVIL], "sha256": {EVIL: EVIL}}
    everywhere["settings"] = everywhere["versions"] = {EVIL: EVIL}
    everywhere["summary"] = {EVIL: {EVIL: 0.5}, "answering": {EVIL: 0.5}}
    everywhere["timings"]["stages_ms"] = {EVIL: {"p50": 1.0}}
    html = page([everywhere])
    read = Elements(html)
    assert len(read.found("script")) == len(read.found("style")) == 1
    assert not read.found("img")
    assert "<!--" not in html
    assert EVIL.split("\x00")[0] in read.found("section")[0][1].replace("… ", "")


def test_writing_a_page(tmp_path: Path) -> None:
    with_half = json.loads(json.dumps(FULL))
    with_half["questions"][0]["question"] = "half a pair \ud800"
    write_page([with_half], tmp_path / "run.html")
    assert "half a pair ?" in (tmp_path / "run.html").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_page([FULL], tmp_path / "nowhere" / "run.html")
    file = tmp_path / "stored.json"
    file.write_text(json.dumps([FULL]), encoding="utf-8")
    result = CliRunner().invoke(main, ["eval", "report", str(file)])
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'stored.html'}\n")
    assert (tmp_path / "stored.html").read_text(encoding="utf-8") == page([FULL])


def test_six_hundred_questions_stay_a_few_megabytes() -> None:
    long = "كلمة طويلة من المقال " * 100
    entry = silent(1, "wrongly silent")
    entry["gold"][0]["text"] = entry["reading"] = long
    entry["reading"] = {"text": long[:300], "confidence": 0.5}
    entry["hits"] = [entry["hits"][1] | {"text": long[:300]}] * 10
    entry["answering"] = question(1, None)["answering"]
    entry["answering"]["citations"][0] |= {"quote": long[:250], "before": long[:200], "after": long[:200]}
    assert len(page([report(*[entry] * 600)]).encode()) < 5_500_000


def test_more_questions_than_open_at_once_are_cut_and_counted() -> None:
    entry = {"id": "q", "question": "Who?", "values": {}}
    html = page([{"questions": [entry] * 2001}])
    assert html.count('<details class="q"') == 2000
    assert "The first 2,000 of 2,001" in html


def test_the_page_has_the_colours_of_the_chat() -> None:
    root = Path(__file__).parent.parent.parent
    chat, ours = (
        (root / name).read_text(encoding="utf-8") for name in ("ui/chat.css", "eval/report/page.css")
    )
    for theme in (r":root \{(.*?)\}", r"(?:\.dark|prefers-color-scheme: dark\) \{\s+:root) \{(.*?)\}"):
        theirs, here = (
            dict(re.findall(r"(--[\w-]+): (.*?);", re.findall(theme, sheet, re.DOTALL)[0]))
            for sheet in (chat, ours)
        )
        shared = set(theirs) & set(here)
        assert len(shared) >= 10
        assert {name: here[name] for name in shared} == {name: theirs[name] for name in shared}
