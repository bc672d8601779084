"""The page of a report: everything is in it, nothing is fetched, and no article speaks for the page."""

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from reports import ARABIC, EVIL, FULL, OLD, QUOTE, SCORED, question, report, silent

from assistant.cli import main
from eval.measures.failures import CLASSES
from eval.report.page import page, write_page
from eval.report.page_charts import Axis, Plot, count_axis, share_axis
from eval.report.page_figures import length_figure, outcome_bar, success_figure
from eval.report.page_outcomes import MEANINGS, outcomes
from index.errors import UserError


class Reader(HTMLParser):
    """The elements of a page, with the text inside each that is asked for."""

    VOID = frozenset({"meta", "input", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, int]] = []
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")
        if tag not in self.VOID:
            self._open.append((tag, len(self.texts) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        for _, place in self._open:
            self.texts[place] += data

    def found(self, tag: str, kind: str = "") -> list[tuple[dict[str, str], str]]:
        return [
            (attrs, text)
            for (name, attrs), text in zip(self.elements, self.texts, strict=True)
            if name == tag and (not kind or kind in attrs.get("class", "").split())
        ]


def test_every_question_with_what_was_asked_said_cited_and_found() -> None:
    reader = Reader(page([FULL]))
    items = reader.found("details", "q")
    assert [attrs["data-outcome"] for attrs, _ in items] == ["right", "wrong-span", "wrongly-silent", "right"]
    for number, (_, text) in enumerate(items, start=1):
        assert (ARABIC if number % 2 else f"Who led the Normans, number {number}?") in text
        assert f"id-{number}" in text
        assert "Gold article by rank: hybrid 1 · lexical 2 · dense not found" in text
        assert "Passage 3 speaks of Rollo." in text
    first, second, third, fourth = (text for _, text in items)
    assert f"وصل الفايكينغ في القرن التاسع.{QUOTE}ثم استقر أتباعه." in first
    assert "[1] النورمان characters 40–63, in a gold article, holds a gold answer" in first
    assert "confidence 0.75" in first
    assert "sentence match 1.00 · F1 0.25 · 20 ms" in first
    assert "Gold article:" not in first
    assert "Gold article: النورمان" in second
    assert "silent" in third
    assert "A guess." in third
    assert "Something else." in fourth
    # The quote in its context, with the gold answer inside it.
    assert [text for _, text in reader.found("mark", "span")] == [QUOTE] * 3
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
    reader = Reader(page([FULL]))
    asked = [attrs for attrs, _ in reader.found("span", "asked")]
    assert [(attrs["lang"], attrs["dir"]) for attrs in asked[:2]] == [("ar", "rtl"), ("en", "ltr")]
    for tag, attrs in reader.elements:
        if "dir" in attrs and tag != "input":
            assert {"ar": "rtl", "en": "ltr"}[attrs["lang"]] == attrs["dir"]
    contexts = reader.found("p", "context")
    assert {(attrs["lang"], attrs["dir"]) for attrs, _ in contexts} == {("ar", "rtl")}


def test_means_and_their_intervals() -> None:
    reader = Reader(page([FULL]))
    cells = [text for _, text in reader.found("td")]
    assert "0.750" in cells
    assert "0.2500.125–0.375" in cells
    assert [text for _, text in reader.found("caption")][:3] == [
        "Retrieval",
        "Answers",
        "Silence and citations",
    ]


def test_what_became_of_the_questions() -> None:
    assert set(MEANINGS) == set(CLASSES)
    assert outcomes(FULL["questions"]) == {"right": 2, "wrong span": 1, "wrongly silent": 1}
    legend = Reader(page([FULL])).found("ul", "outcome-list")
    assert "right 2 50.0%" in legend[0][1]
    widths = re.findall(r'width="([\d.]+)"', outcome_bar({"right": 3, "wrong span": 1, "wrongly silent": 0}))
    assert widths == ["750.00", "250.00"]


def test_all_five_charts_are_drawn_and_say_what_they_show() -> None:
    html = page([FULL])
    assert [text for _, text in Reader(html).found("h3")][1:] == [
        *("Found among the first k", "Risk and coverage", "Reliability"),
        *("Time for an answer", "Length of an answer"),
    ]
    for svg in re.findall(r"<svg.*?</svg>", html):
        root = ElementTree.fromstring(svg)
        assert root.get("aria-label") or root.get("aria-hidden") == "true"
        assert not [element for element in root.iter() if "style" in element.attrib]


def test_the_curve_of_success_is_the_share_of_ranks() -> None:
    ranks = [1, 1, 3, 12, None]
    drawn = success_figure([{"ranks": {"hybrid": rank}} for rank in ranks] + [{"ranks": {}}])
    told = re.findall(r"<title>hybrid: success@(\d+) ([\d.]+)</title>", drawn)
    assert told == [(str(k), f"{sum(r is not None and r <= k for r in ranks) / 5:.3f}") for k in range(1, 11)]


def test_lengths_are_of_answers_that_were_given() -> None:
    drawn = length_figure([FULL["questions"][0], FULL["questions"][2]])
    assert "median words, gold: 1; answers: 4" in drawn
    assert length_figure([FULL["questions"][2]]) == ""


def test_a_chart_puts_data_where_it_belongs() -> None:
    plot = Plot(Axis("x", 0, 10, (0, 10)), Axis("y", 0, 1, (0, 1)))
    plot.line([(0, 0), (10, 1), (20, 2)], "a")
    root = ElementTree.fromstring(plot.svg("t"))
    (line,) = root.iter("polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    ticks = {text.text: text.attrib for text in root.iter("text") if text.get("text-anchor") == "middle"}
    assert points[0][0] == float(ticks["0"]["x"])
    assert points[1][0] == float(ticks["10"]["x"])
    assert points[0][1] > points[1][1]  # up is more
    assert points[2] == points[1]  # beyond the end is at the end


def test_names_of_lines_that_end_together_are_kept_apart() -> None:
    plot = Plot(Axis("x", 0, 1, ()), Axis("y", 0, 1, ()), named=True)
    for name in ("one", "two", "three"):
        plot.line([(0, 0.0), (1, 0.0)], name, name)
    tops = sorted(
        float(top) for top in re.findall(r'class="said \w+" x="[\d.]+" y="([\d.]+)"', plot.svg("t"))
    )
    assert len(tops) == 3
    assert min(b - a for a, b in itertools.pairwise(tops)) >= 12
    assert tops[-1] <= 240 - 40 + 4


@pytest.mark.parametrize("high", [0, 1, 7, 33.3, 100, 1234, 98_765])
def test_ticks_of_counts_reach_the_highest(high: float) -> None:
    axis = count_axis("n", high)
    assert axis.high >= max(high, 1)
    assert axis.ticks[0] == 0
    assert axis.ticks[-1] == axis.high
    assert 2 <= len(axis.ticks) <= 7
    assert all(tick == int(tick) for tick in axis.ticks)


@pytest.mark.parametrize(("low", "ticks"), [(0.0, 6), (0.55, 6), (0.83, 5)])
def test_ticks_of_shares_end_at_one(low: float, ticks: int) -> None:
    axis = share_axis("share", low)
    assert axis.low <= low
    assert (axis.ticks[-1], len(axis.ticks)) == (1.0, ticks)


@pytest.mark.parametrize("old", [OLD, SCORED, {"questions": []}], ids=["old", "scored", "empty"])
def test_what_a_file_does_not_know_is_left_out(old: dict[str, Any]) -> None:
    reader = Reader(page([old]))
    assert len(reader.found("details", "q")) == len(old["questions"])
    assert "None" not in "".join(text for _, text in reader.found("section"))
    assert not reader.found("ul", "outcome-list")


def test_nothing_is_fetched_and_nothing_foreign_may_run() -> None:
    html = page([FULL, OLD])
    reader = Reader(html)
    for tag, attrs in reader.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
        assert not {"src", "srcset", "style", "onclick", "action"} & set(attrs)
        assert attrs.get("href", "#").startswith("#")
    assert "url(" not in html
    assert "@import" not in html
    (policy,) = [attrs["content"] for attrs, _ in reader.found("meta") if "http-equiv" in attrs]
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
    reader = Reader(html)
    assert len(reader.found("script")) == len(reader.found("style")) == 1
    assert not reader.found("img")
    assert "<!--" not in html
    assert EVIL.split("\x00")[0] in reader.found("section")[0][1].replace("… ", "")


def test_writing_a_page(tmp_path: Path) -> None:
    with_half = json.loads(json.dumps(FULL))
    with_half["questions"][0]["question"] = "half a pair \ud800"
    write_page([with_half], tmp_path / "run.html")
    assert "half a pair ?" in (tmp_path / "run.html").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_page([FULL], tmp_path / "nowhere" / "run.html")


def test_the_command_writes_the_page_beside_the_run(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps([FULL]), encoding="utf-8")
    result = CliRunner().invoke(main, ["eval", "report", str(file)])
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'run.html'}\n")
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == page([FULL])


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
