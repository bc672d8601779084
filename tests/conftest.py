"""Fixtures of many modules: a library that a test may change, and a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from postgres_server import PostgresServer, binaries, running_server
from shelf import ARTICLES, CountingEmbedder, article

from index.embedders import HashingEmbedder
from index.library import Library

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # gradio_client would ask its maker which programs there are

# A machine that does something else beside is no fault of the code's.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that is not stopped or changed."""
    if not binaries() and os.environ.get("CI") != "true":
        pytest.skip("there is no PostgreSQL on this machine")
    with running_server() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Lets the libraries that a module's tests make be in SQLite, and then once more in PostgreSQL."""
    if request.param == "sqlite":
        yield request.param
        return
    with request.getfixturevalue("postgres").holding_libraries():
        yield request.param


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM and os.environ.get("CI") != "true":
        pytest.skip("there is no Chromium on this machine")
    assert CHROMIUM, "CI needs a Chromium"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()
