"""Several askers at once while articles are added. More: python tests/askers.py --askers 50 --seconds 120."""

from pathlib import Path

from askers import measure

from assistant.ingest import build_samples
from index.library import Library


def test_five_askers_are_all_answered_while_articles_are_added(tmp_path: Path) -> None:
    build_samples(tmp_path / "library", embedder="hashing")
    before = Library.open(tmp_path / "library").info()
    options = ["--reader", "sentence", "--retriever", "lexical"]
    measured = measure(tmp_path / "library", askers=5, seconds=2, options=options, every=10)
    assert measured.together.errors == measured.alone.errors == []
    assert len(measured.together.latencies) > 5
    assert measured.added >= 1
    assert Library.open(tmp_path / "library").info().articles == before.articles + measured.added
    assert measured.memory[1] < measured.memory[0] + 200
