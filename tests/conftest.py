"""Fixtures of many modules: a library that a test may change, and a browser."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from postgres_server import PostgresServer, binaries, running_server
from shelf import ARTICLES, CountingEmbedder, article

from index.embedders import HashingEmbedder
from index.library import Library
from index.models import CORES, ModelFolder

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # gradio_client would ask its maker which programs there are
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run beside each other: more threads would only wait

# A machine that does something else beside is no fault of the code's.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests often wait, for a browser, an engine or a disk."""
    return CORES + 1


@pytest.fixture(scope="session", autouse=True)
def models_read_once() -> Iterator[None]:
    """A command finds the model that an earlier test's command read, where its files have the same digests.

    Commands in processes of their own, as ``test_wheel`` has them, read their models themselves.
    """
    made: dict[tuple[str, str], Any] = {}

    def once(read: Callable[..., Any]) -> Callable[..., Any]:
        def found(*folders: ModelFolder) -> Any:
            files = [folder.manifest["files"] for folder in folders]
            key = (read.__name__, json.dumps(files, sort_keys=True))
            if key not in made:
                made[key] = read(*folders)
            return made[key]

        return found

    with pytest.MonkeyPatch.context() as patch:
        for read in (ModelFolder.tokenizer, ModelFolder.network):
            patch.setattr(ModelFolder, read.__name__, once(read))
        yield


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
        arguments.append("--in-process-gpu")  # it only draws pixels here: one process less beside each page
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()
