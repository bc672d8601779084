"""A library that a test may change, made anew for each from one that was built once a module."""

import shutil
from pathlib import Path

import pytest
from shelf import ARTICLES, CountingEmbedder, article

from index.embedding import HashingEmbedder
from index.library import Library


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = Library.create(tmp_path_factory.mktemp("built") / "library", HashingEmbedder())
    library.build([article(name) for name in ARTICLES])
    return library.folder


@pytest.fixture
def library(tmp_path: Path, built: Path, embedder: CountingEmbedder) -> Library:
    return Library.open(Path(shutil.copytree(built, tmp_path / "library")), embedder)
