"""What every reader keeps, whatever it reads with: one that quotes, and one that writes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from checkpoints import make_bert
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lindham import ARTICLES, LINDHAM, NothingSeen, Seen, WritingReader, hits, read

from assistant.answers import Event
from assistant.pipeline import Assistant
from assistant.question import understand
from assistant.readers import Reader, Reading, load_reader
from assistant.readers.extractive import ExtractiveReader
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import ModelUnavailable
from index.library import Library

Make = Callable[[], Reader]
QUESTIONS = [
    "Who opened the canal of Lindham?",
    "Why was the canal of Lindham closed?",
    "من اقترح تشكيل مجلس الخبراء؟",
    "متى افتتحت قناة ليندهام؟",
]
QUOTING: dict[str, Make] = {
    "bundled": load_reader,
    "by words": partial(load_reader, by_words=True),
    "sentence": SentenceReader,
    "told what to see": lambda: ExtractiveReader(lambda: Seen("Mary Oakes", "1874", "لافروف")),
    "without an opinion": lambda: ExtractiveReader(NothingSeen),
}
KINDS = [*QUOTING, "checkpoint", "writing"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_bert(tmp_path_factory.mktemp("readers") / "tiny-qa"))


@pytest.fixture(scope="module", params=KINDS)
def make(request: pytest.FixtureRequest, checkpoint: str) -> Make:
    kinds = QUOTING | {"checkpoint": partial(load_reader, checkpoint), "writing": WritingReader}
    return kinds[request.param]


@pytest.fixture(scope="module")
def reader(make: Make) -> Reader:
    return make()


def test_nothing_found_or_nothing_asked_is_no_answer(reader: Reader) -> None:
    assert read(reader, "When?") == Reading("", "en", (), (), 0.0)
    assert read(reader, "متى؟") == Reading("", "ar", (), (), 0.0)
    assert read(reader, "؟!", "canal").text == ""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(QUESTIONS), st.lists(st.sampled_from([*ARTICLES]), min_size=1, unique=True))
def test_what_is_said_stands_on_citations(reader: Reader, question: str, found: list[str]) -> None:
    reading = read(reader, question, *found)
    assert reading.language in ("ar", "en")
    assert 0 <= reading.confidence <= 1
    others = [alternative.citation for alternative in reading.alternatives]
    assert [one.number for one in (*reading.citations, *others)] == [
        *range(1, 1 + len(reading.citations) + len(others))
    ]
    for citation in (*reading.citations, *others):
        assert citation.article_id in found
        assert citation.quote == ARTICLES[citation.article_id].text[citation.start : citation.end] != ""
    own = {citation.number for citation in reading.citations}
    assert all(one.citations and own.issuperset(one.citations) for one in reading.statements)
    assert all(one.start < one.end for one in reading.statements)
    edges = [0, *(edge for one in reading.statements for edge in (one.start, one.end)), len(reading.text)]
    assert edges == sorted(edges)
    between = [reading.text[start:end] for start, end in list(pairwise(edges))[::2]]
    assert "".join(between).strip() == ""


def test_equal_fingerprints_are_equal_readings(make: Make, reader: Reader) -> None:
    again = make()
    again.load()
    assert reader.fingerprint == again.fingerprint == reader.fingerprint
    for question in QUESTIONS:
        assert read(again, question, *ARTICLES) == read(reader, question, *ARTICLES)


def test_other_models_have_other_fingerprints(checkpoint: str) -> None:
    readers = [load_reader(), load_reader(checkpoint), ExtractiveReader(NothingSeen)]
    fingerprints = {reader.fingerprint for reader in (*readers, SentenceReader(), WritingReader())}
    assert len(fingerprints) == 5


def test_how_many_hits_are_read_is_told(reader: Reader) -> None:
    told: list[Event] = []
    found = hits(*ARTICLES)
    reader.read(understand(QUESTIONS[0]), found, LINDHAM, told.append)
    assert {(event.stage, event.total) for event in told} == {("reading", len(found))}
    assert len(told) > 1
    counts = [event.done for event in told]
    assert counts == sorted(counts)
    assert counts[-1] == len(found)


def test_many_threads_read_what_one_reads(reader: Reader) -> None:
    expected = [read(reader, question, *ARTICLES) for question in QUESTIONS]
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda question: read(reader, question, *ARTICLES), QUESTIONS * 3)
        assert list(found) == expected * 3


def test_the_assistant_gives_it_as_many_hits_as_it_reads(reader: Reader, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    texts = [f"The canal of Lindham has a lock number {number}." for number in range(reader.depth + 3)]
    library.build(
        make_article(id=f"{number}", title="A lock", text=text, source=f"/{number}.txt")
        for number, text in enumerate(texts)
    )
    for k, shown in ((1, 1), (100, reader.depth + 3)):
        told: list[Event] = []
        assistant = Assistant(library, Settings(k=k, threshold=0.0), reader)
        answer = assistant.answer("What has the canal of Lindham?", on_event=told.append)
        assert {event.total for event in told if event.stage == "reading"} == {reader.depth}
        assert (len(answer.hits), answer.reader) == (shown, reader.fingerprint)


@pytest.mark.parametrize(
    ("name", "kind", "fingerprint"),
    [("sentence", SentenceReader, "sentence-1"), ("bundled", ExtractiveReader, "majlis-reader")],
)
def test_a_reader_is_loaded_by_its_name(name: str, kind: type[Reader], fingerprint: str) -> None:
    loaded = load_reader(name)
    assert isinstance(loaded, kind)
    assert loaded.fingerprint.startswith(fingerprint)


def test_a_reader_that_is_not_there_is_told_when_it_is_loaded(tmp_path: Path) -> None:
    reader = load_reader(str(tmp_path / "nothing"))
    with pytest.raises(ModelUnavailable, match="--reader bundled"):
        reader.load()


def test_a_cached_reader_reads_as_another(checkpoint: str) -> None:
    cached, plain = load_reader(checkpoint, cached=True), load_reader(checkpoint)
    for question in QUESTIONS[:2] * 2:
        assert read(cached, question, *ARTICLES) == read(plain, question, *ARTICLES)
