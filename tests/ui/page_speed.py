"""How long a person at the page waits: until the question stands there, the first news of it, its answer.

python -m tests.ui.page_speed            over the sample library, with the bundled models, warm
"""

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from assistant.ingest import build_samples
from assistant.pipeline import Assistant
from assistant.samples import sample_questions
from assistant.settings import Settings
from index.library import Library
from ui.server.serving import serve_app

WATCH = """() => {
    window.seen = {};
    const note = name => { window.seen[name] ??= performance.now() - window.sent; };
    document.querySelector("#question textarea").addEventListener("keydown", event => {
        if (event.key === "Enter") window.sent = performance.now();
    }, true);
    let drawn = null;
    new MutationObserver(() => {
        const turn = [...document.querySelectorAll(".log .turn")].at(-1);
        if (!turn) return;
        note("question");
        drawn ??= turn;
        if (turn !== drawn) note("server");
        const reply = turn.querySelector(".reply:not(.searching)");
        if (reply) note(reply.matches(".sure") ? "sure" : "other");
    }).observe(document.querySelector(".log"), { childList: true, subtree: true });
}"""


def waited(page: Any, address: str, question: str) -> dict[str, float]:
    """Milliseconds from Enter until each thing was seen, in a conversation of its own."""
    page.goto(address)
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.reload()
    page.wait_for_selector(".chip")
    page.evaluate(WATCH)
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".reply:not(.searching)")
    page.wait_for_timeout(50)
    seen: dict[str, float] = page.evaluate("window.seen")
    return seen


def main() -> None:
    library = Path(tempfile.mkdtemp()) / "library"
    build_samples(library)
    assistant = Assistant(Library.open(library), Settings(library=library, port=0, per_minute=0))
    assistant.load()
    questions = [sample.question for sample in sample_questions()]
    served = serve_app(assistant, questions[:4], block=False)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(60_000)
        waited(page, served.local_url, questions[0])  # warm
        seen = [waited(page, served.local_url, question) for question in questions]
        browser.close()
    served.close()
    shutil.rmtree(library.parent)
    print(f"{len(questions)} questions, ms from Enter: median, most")
    for name in ("question", "server", "sure", "other"):
        times = sorted(one[name] for one in seen if name in one)
        if times:
            print(f"{name:10} {statistics.median(times):6.0f} {times[-1]:6.0f}   of {len(times)}")


if __name__ == "__main__":
    main()
