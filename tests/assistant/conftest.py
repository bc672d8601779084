"""A folder of articles, and the library that commands find by the environment."""

from pathlib import Path

import pytest
from commands import CANAL, COUNCIL, run


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "council.txt").write_text(COUNCIL, encoding="utf-8")
    (folder / "canal.txt").write_text(CANAL, encoding="utf-8")
    return folder


@pytest.fixture
def stored(tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "library"
    assert run("index", "build", articles, "--library", folder, "--embedder", "hashing").exit_code == 0
    monkeypatch.setenv("MAJLIS_LIBRARY", str(folder))
    return folder
