"""The page as printed in a real Chromium: marked, turned; a file that changed and one that went."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import serving
from visitor import ask

from assistant.ingest import build_library
from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.library import Library

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pdf"
QUESTIONS = {
    "en-US": "How long is the new container quay?",
    "ar-EG": "كم عائلة ستنال منازل في الأحياء الجديدة؟",
}
FILES = {"en-US": "plain.pdf", "ar-EG": "arabic-lam-alef.pdf"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    for name in FILES.values():
        shutil.copy(FIXTURES / name, tmp_path / "files" / name)
    return tmp_path / "files"


@pytest.fixture
def address(folder: Path, tmp_path: Path) -> Iterator[str]:
    library = tmp_path / "library"
    build_library(library, [folder], embedder="hashing")
    settings = Settings(library=library, retriever="lexical", threshold=0)
    with serving(Assistant(Library.open(library), settings, SentenceReader())) as address:
        yield address


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[[str, int], Any]]:
    contexts = []

    def visit(locale: str, width: int) -> Any:
        contexts.append(browser.new_context(locale=locale, viewport={"width": width, "height": 800}))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.wait_for_selector(":is(.welcome, .turn)")
        return page

    yield visit
    for context in contexts:
        context.close()


def open_source(page: Any, question: str) -> None:
    ask(page, question).locator(":is(.cite, .source)").first.click()
    page.wait_for_selector("#panel .shown")


@pytest.mark.parametrize(
    ("locale", "width"),
    [
        ("en-US", 1280),
        ("ar-EG", 390),
        pytest.param("ar-EG", 1280, marks=pytest.mark.exhaustive),
        pytest.param("en-US", 390, marks=pytest.mark.exhaustive),
    ],
)
def test_the_page_is_shown_with_the_words_marked(
    visit: Callable[[str, int], Any], locale: str, width: int
) -> None:
    page = visit(locale, width)
    open_source(page, QUESTIONS[locale])
    page.click("#panel .views [data-do=sheet]")
    page.wait_for_function("document.querySelector('#panel .sheet img')?.naturalWidth === 1200")
    assert not page.locator("#panel .text").is_visible()
    seen = page.evaluate("""() => {
        const pages = document.querySelector("#panel .pages").getBoundingClientRect();
        const sheet = document.querySelector("#panel .sheet").getBoundingClientRect();
        return [...document.querySelectorAll("#panel .sheet .box.quote")].map((box) => {
            const { left, right, top, bottom, height } = box.getBoundingClientRect();
            const inside = left >= sheet.left - 1 && right <= sheet.right + 1 && bottom <= sheet.bottom + 1;
            return inside && height > 3 && top >= pages.top && bottom <= pages.bottom;
        });
    }""")
    assert seen
    assert all(seen)
    assert page.locator("#panel .turning [data-page='0']").is_disabled()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#panel .views [data-do=text]")
    assert page.locator("#panel mark.current").first.is_visible()


@pytest.mark.parametrize("locale", QUESTIONS)
def test_a_file_that_changed_and_one_that_went_are_said_to_have(
    visit: Callable[[str, int], Any], folder: Path, locale: str
) -> None:
    file = folder / FILES[locale]
    page = visit(locale, 1280)
    open_source(page, QUESTIONS[locale])
    with page.expect_download() as saved:
        page.click("#panel a[download]")
    assert Path(saved.value.path()).read_bytes() == file.read_bytes()
    assert saved.value.suggested_filename == file.name
    told = []
    for change in (lambda: file.write_bytes(file.read_bytes() + b"\n%"), file.unlink):
        page.keyboard.press("Escape")
        change()
        page.locator(":is(.cite, .source)").first.click()
        page.wait_for_selector("#panel .problem")
        assert page.locator("#panel :is(.views, a[download])").count() == 0
        assert page.locator("#panel mark.current").first.is_visible()  # the text is there all the same
        told.append(page.inner_text("#panel .problem"))
    assert len(set(told)) == 2
