"""An answer from a scan says so, and is not sure where a word of it is doubtful."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from commands import printed, run

from assistant.answers import Statement, cite
from assistant.question import understand
from assistant.readers import Reading
from assistant.readers.parts import read_question
from index.articles import Article, make_article
from index.formats.ocr.tesseract import languages
from index.scans import ScannedPage, ScannedWord, packed

SCAN = Path(__file__).parents[1] / "fixtures" / "scans" / "lighthouse-en.png"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "articles").mkdir()
    shutil.copy(SCAN, tmp_path / "articles" / "lighthouse.png")
    monkeypatch.setenv("MAJLIS_LIBRARY", str(tmp_path / "library"))
    assert printed("index", "build", tmp_path / "articles", "--embedder", "hashing")["added"] == 1
    return tmp_path / "library"


def test_a_cited_scan_says_that_it_is_one(library: Path) -> None:
    answer = printed("ask", "Who built the lighthouse?")
    assert "Salim Khoury" in answer["answer"]
    [citation] = answer["citations"]
    assert citation["read_from_scan"] is True
    assert 0.8 < citation["scan_confidence"] <= 1
    told = run("ask", "Who built the lighthouse?").stdout
    assert f"read from a scan, {citation['scan_confidence']:.0%} sure of the words" in told
    [article] = printed("index", "list")
    [page] = printed("index", "show", article["id"])["scans"]
    assert page["page"] == 0
    assert page["confidence"] > 0.8
    assert all(0 <= share <= 1 for word in page["words"] for share in word["box"])


def test_what_was_read_once_is_not_read_again(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))  # Tesseract is gone
    languages.cache_clear()
    try:
        assert printed("index", "update")["unchanged"] == 1
        assert printed("index", "sync", tmp_path / "articles")["unchanged"] == 1
        shutil.copy(SCAN, tmp_path / "articles" / "copied.png")
        assert printed("index", "add", tmp_path / "articles")["added"] == 1  # the same picture
        changed = SCAN.read_bytes() + b"more"
        (tmp_path / "articles" / "changed.png").write_bytes(changed)
        report = printed("index", "add", tmp_path / "articles")
        assert (report["added"], report["passed_over"]) == (0, {".png": 1})
        (tmp_path / "articles" / "lighthouse.png").write_bytes(changed)
        assert printed("index", "sync", tmp_path / "articles", "--allow-removals")["removed"] == 0
        result = run("index", "add", tmp_path / "articles" / "changed.png")
        assert result.exit_code == 1
        assert (
            "install it: apt-get install tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng" in result.output
        )
    finally:
        languages.cache_clear()


def test_reading_scans_can_be_turned_off(library: Path, tmp_path: Path) -> None:
    (tmp_path / "articles" / "new.png").write_bytes(SCAN.read_bytes() + b"more")
    report = printed("index", "add", tmp_path / "articles", "--ocr", "never")
    assert (report["added"], report["passed_over"]) == (0, {".png": 2})
    assert json.loads(run("index", "info", "--json").stdout)["articles"] == 1


class Reads:
    """A reader that is sure of the first word that follows "built by"."""

    fingerprint, depth = "fixed", 1

    def __init__(self, article: Article) -> None:
        self._article = article

    def load(self) -> None: ...

    def read(self, question, hits, revision, on_event=None) -> Reading:  # type: ignore[no-untyped-def]
        start = self._article.text.index("Salim")
        citation = cite(1, self._article, 0, len(self._article.text), (start, start + 5))
        return Reading("Salim", "en", (Statement(0, 5, (1,)),), (citation,), 0.99, sure=True)


@pytest.mark.parametrize(
    ("word", "confidence", "sure"), [("Salim", 0.5, False), ("Salim", 0.95, True), ("built", 0.5, True)]
)
def test_a_doubtful_word_makes_no_sure_answer(word: str, confidence: float, sure: bool) -> None:
    article = make_article(id="a", title="", text="It was built by Salim.", source="")
    words, place = [], 0
    for told in article.text.split():
        start = article.text.index(told, place)
        place = start + len(told)
        words.append(ScannedWord(start, place, (0, 0, 1, 1), confidence if told.strip(".") == word else 0.99))
    scan = ScannedPage(0, 0, len(article.text), "d", packed(words, 0))
    reader = Reads(replace(article, scans=(scan,)))
    reading = read_question(reader, understand("Who built it?"), [], None, 0.35)  # type: ignore[arg-type]
    assert reading.sure is sure
    assert bool(reading.citations[0].doubtful) is (confidence < 0.7)
