"""The pictures of the pages in docs/: their main states over the samples, in both languages.

python -m tests.ui.screenshots              the pictures in docs/
python -m tests.ui.screenshots FOLDER       every state, each narrow and wide, light and dark
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from assistant.ingest import build_samples
from assistant.pipeline import Assistant
from assistant.samples import sample_questions
from assistant.settings import Settings
from index.library import Library
from ui.server.serving import serve_app

DOCS = Path(__file__).parent.parent.parent / "docs"
LOCALES = {"en": "en-US", "ar": "ar-EG"}
SIZES = {1280: 800, 390: 844}
SHOWN = {  # in docs/: the state, its language, its width, its colours
    "chat": ("sure", "en", 1280, "light"),
    "chat-ar": ("sure", "ar", 1280, "light"),
    "chat-welcome": ("welcome", "en", 1280, "light"),
    "chat-asking": ("asking", "ar", 390, "light"),
    "chat-unsure": ("unsure", "en", 1280, "light"),
    "chat-silent": ("silent", "ar", 1280, "light"),
    "chat-across": ("across", "en", 1280, "dark"),
    "chat-follow-up": ("follow-up", "en", 1280, "dark"),
    "chat-conversations": ("conversations", "en", 1280, "light"),
    "library": ("library", "en", 1280, "light"),
    "library-phone": ("library", "ar", 390, "dark"),
    "chat-phone": ("sure", "en", 390, "light"),
    "chat-phone-source": ("source", "ar", 390, "dark"),
}
QUESTIONS = {
    "sure": ("Who isolated caffeine?", "متى تنتهي معاهدة ستارت 3؟"),
    "follow-up": ("And when?", "ومن اقترحها؟"),
    "unsure": ("Why did planters in Ceylon switch to tea?", "من منع القهوة في مكة؟"),
    "across": (
        "Why are there no locks in the Suez Canal?",
        "كم عمر الكون حين انطلق ضوء المجرة JADES-GS-z14-0؟",
    ),
    "silent": ("Who got the concession to dig the canal?", "من أي بلد جاء طاقم السفينة إيفر غيفن؟"),
}


def states(page: Any, language: str) -> Iterator[str]:
    """Brings the page from one state into the next, and says which it is in."""
    page.wait_for_selector(".chip")
    yield "welcome"
    for state, questions in QUESTIONS.items():
        turns = page.locator(".turn").count()
        page.fill("#question textarea", questions[language == "ar"])
        page.press("#question textarea", "Enter")
        if state == "sure":
            page.locator(".searching").wait_for()
            yield "asking"
        turn = page.locator(".turn").nth(turns)
        turn.locator(".reply:not(.searching)").wait_for()
        if state == "silent":
            turn.locator("summary").first.click()
        page.wait_for_timeout(800)
        yield state
        if state == "sure":
            turn.locator(".cite").first.click()
            page.wait_for_selector("#panel mark.current")
            yield "source"
            page.keyboard.press("Escape")
    page.click("[data-do=new]")
    page.wait_for_selector(".chip")
    page.click("[data-do=list]")
    yield "conversations"
    page.goto(f"{page.url.split('?')[0]}library?lang={language}")
    page.wait_for_selector("#shelf tbody tr")
    yield "library"


def take(folder: Path, wanted: Any) -> None:
    """Pictures into a folder, of every state and look for which ``wanted`` gives a name."""
    library = Path(tempfile.mkdtemp()) / "library"
    build_samples(library)
    assistant = Assistant(Library.open(library), Settings(library=library, port=0))
    assistant.load()
    served = serve_app(
        assistant, [sample.question for sample in sample_questions() if sample.example], block=False
    )
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for language, locale in LOCALES.items():
            page = browser.new_context(locale=locale).new_page()
            page.set_default_timeout(120_000)
            page.goto(served.local_url)
            for state in states(page, language):
                for width, height in SIZES.items():
                    if width < 900 and state not in ("source", "conversations"):
                        page.keyboard.press("Escape")  # a phone does not open a source by itself
                    for scheme in ("light", "dark"):
                        for name in wanted(state, language, width, scheme):
                            page.set_viewport_size({"width": width, "height": height})
                            page.emulate_media(color_scheme=scheme)
                            page.wait_for_timeout(500)
                            page.screenshot(path=folder / f"{name}.png")
                page.set_viewport_size({"width": 1280, "height": 800})
        browser.close()
    served.close()
    shutil.rmtree(library.parent)


def main(arguments: list[str]) -> None:
    if arguments:
        folder = Path(arguments[0])
        folder.mkdir(parents=True, exist_ok=True)
        take(folder, lambda *look: ["-".join(map(str, look))])
    else:
        take(DOCS, lambda *look: [name for name, wanted in SHOWN.items() if wanted == look])


if __name__ == "__main__":
    main(sys.argv[1:])
