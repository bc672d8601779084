"""The library page in a real Chromium, in both languages: upload, paste, search, remove, and who may not."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from observatory import ENGLISH, EVIL, open_observatory

from assistant.pipeline import Assistant
from index.library.lock import writer_lock

MILL = "The mill of Lindham\n\nIts miller is Tom Reed. It was built in 1702.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    opened = open_observatory(tmp_path_factory.mktemp("shelf") / "library")
    opened.settings = replace(opened.settings, upload_mb=1, upload_files=5)
    return opened


@pytest.fixture(scope="module")
def address(browser: Any, assistant: Assistant) -> Iterator[str]:
    from ui.server.serving import serve_app

    app = serve_app(assistant, [ENGLISH], block=False)
    yield app.local_url
    app.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the library page; at the end no script had an error and nothing of an article has run."""
    contexts, problems = [], []

    def visit(language: str = "en", width: int = 1280, at: str = "") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{at or address}library?lang={language}")
        page.wait_for_selector(f".shelf[lang={language}] .list :is(table, .note)")
        return page

    yield visit
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.evil") is None
        context.close()
    assert problems == []


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[str]]:
    def files(**contents: str) -> list[str]:
        made = []
        for name, text in contents.items():
            file = tmp_path / name.replace("_", ".")
            file.write_text(text, encoding="utf-8")
            made.append(str(file))
        return made

    return files


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator(".list tbody th").all_inner_texts()
    return found


def hand(page: Any, given: list[str]) -> str:
    """Hands files over; what is said of it in the end."""
    before = page.locator(".job").count()
    page.set_input_files("input.files", given)
    page.locator(".job").nth(before).wait_for()
    page.wait_for_function(
        "() => { const job = document.querySelector('.job'); "
        "return job && !job.querySelector('progress') && job.querySelector(':is(li, .problem)'); }"
    )
    told: str = page.locator(".job").first.inner_text()
    return told


def remove(page: Any, title: str) -> None:
    page.locator(".list tr", has_text=title).locator("[data-do=remove]").click()
    assert page.locator("dialog .title").inner_text() == title
    page.click("dialog .danger")


SAID = {
    "en": (
        "Added: mill.txt",
        "Replaced: mill.txt",
        "Not added: empty.txt: the file is empty",
        "none is left.",
    ),
    "ar": ("أُضيف: mill.txt", "استُبدل: mill.txt", "لم يُضف: empty.txt: الملف فارغ", "لم يبق منه شيء."),
}


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.exhaustive), "ar"])
def test_articles_are_added_searched_asked_replaced_and_removed(
    assistant: Assistant,
    address: str,
    visit: Callable[..., Any],
    files: Callable[..., list[str]],
    language: str,
) -> None:
    added, replaced, not_added, none_left = SAID[language]
    page = visit(language)
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator(".list tbody tr").count() == 6
    told = hand(page, files(mill_txt=MILL, empty_txt="", evil_md=f"# {EVIL}\n\nIt says {EVIL}."))
    assert added in told
    assert not_added in told
    page.locator(".list tbody tr").nth(7).wait_for()
    assert len(titles(page)) == 8
    assert "The mill of Lindham" in titles(page)[:2]
    row = page.locator(".list tr", has_text="The mill of Lindham")
    assert row.locator(".source").inner_text() == "mill.txt"
    page.fill(".find [name=search]", "LINDHAM mill")
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 1")
    assert "Tom Reed" in assistant.answer("Who is the miller?").text  # and whoever asks gets it
    assert replaced in hand(page, files(mill_txt=MILL.replace("Tom", "Ann")))
    remove(page, "The mill of Lindham")
    page.locator(".job", has_text=none_left).wait_for()
    page.wait_for_selector(".list .note")  # the search finds nothing now
    page.fill(".find [name=search]", "")
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 7")
    remove(page, page.locator(".list tbody th").first.inner_text())
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 6")
    page.click("[data-do=dismiss]")
    page.wait_for_function("!document.querySelector('.job')")
    assert [*(assistant.library.folder / "uploads").iterdir()] == [
        assistant.library.folder / "uploads" / "lock"
    ]
    assert str(assistant.library.folder) not in page.content()


def test_nothing_goes_before_it_was_asked(assistant: Assistant, visit: Callable[..., Any]) -> None:
    page = visit()
    before = page.locator(".job").count()
    page.locator("[data-do=remove]").first.click()
    page.keyboard.press("Escape")
    page.locator("[data-do=remove]").first.click()
    page.locator("dialog button").last.click()
    page.wait_for_timeout(300)
    assert len(assistant.library.articles()) == 6
    assert page.locator(".job").count() == before


def test_a_text_is_pasted(assistant: Assistant, visit: Callable[..., Any]) -> None:
    page = visit("ar")
    page.click("summary")
    page.fill(".paste [name=title]", "البئر <b>")
    page.fill(".paste [name=text]", "بئر ليندهام عميقة جدًا. حفرها سعيد سنة 1650.")
    page.click(".paste [type=submit]")
    page.locator(".job", has_text="أُضيف: البئر <b>").wait_for()
    page.locator(".list th", has_text="البئر <b>").wait_for()
    assert page.input_value(".paste [name=text]") == ""
    assert "1650" in assistant.answer("متى حُفرت البئر؟").text
    page.click(".paste [type=submit]")
    assert "ليس هناك نص" in page.locator(".sent").inner_text()
    remove(page, "البئر <b>")
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 6")


def test_a_folder_is_dropped_with_what_is_in_it(
    assistant: Assistant, visit: Callable[..., Any], tmp_path: Path
) -> None:
    for name, text in {
        "a.txt": MILL,
        "in/b.md": "# The well\n\nIt is deep.",
        "in/.h.txt": MILL,
        "c.exe": "x",
    }.items():
        (tmp_path / "trip" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "trip" / name).write_text(text, encoding="utf-8")
    page = visit()
    page.set_input_files("input.folder", str(tmp_path / "trip"))
    page.locator(".list tbody tr").nth(7).wait_for()
    assert {article.source for article in assistant.library.find("uploads")} == {"trip/a.txt", "trip/in/b.md"}
    for title in ("The well", "The mill of Lindham"):
        remove(page, title)
        page.locator(".job", has_text=f"Removed: {title}").wait_for()
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 6")


def test_what_is_too_much_is_told_before_it_is_sent(
    visit: Callable[..., Any], files: Callable[..., list[str]]
) -> None:
    page = visit()
    before = page.locator(".job").count()
    page.set_input_files("input.files", files(large_txt="word " * 300_000))
    page.locator(".sent", has_text="Not added: large.txt: it is larger than 1 MB").wait_for()
    page.set_input_files("input.files", files(**{f"n{n}_txt": MILL for n in range(6)}))
    page.locator(".sent", has_text="At most 5 files at a time").wait_for()
    assert page.locator(".job").count() == before


def test_the_server_takes_nothing_that_it_was_not_sent(
    assistant: Assistant, visit: Callable[..., Any], tmp_path: Path
) -> None:
    """Whatever a browser says: no file of the server, nothing too large, nothing too many."""
    secret = tmp_path / "secret.txt"
    secret.write_text(MILL, encoding="utf-8")
    page = visit()
    asked = [{"do": "add", "files": [{"name": "x.txt", "path": str(secret)}]}, {"do": "conjure"}]
    asked += [{"do": "add", "files": 5}, {"do": "add"}, {"do": "paste", "text": ["x"]}]
    asked.append({"do": "paste", "title": "x", "text": "word " * 300_000})
    told = page.evaluate(
        """async (asked) => {
            const config = window.gradio_config;
            const submits = ({targets}) => targets.some(([, name]) => name === 'submit');
            const event = config.dependencies.find(submits);
            const results = [];
            for (const data of asked) {
                const session_hash = Math.random().toString(36).slice(2);
                const body = {data: [], event_data: data, fn_index: event.id, session_hash};
                const headers = {'Content-Type': 'application/json'};
                const queue = `${config.root}/gradio_api/queue`;
                await fetch(`${queue}/join`, {method: 'POST', headers, body: JSON.stringify(body)});
                const stream = await fetch(`${queue}/data?session_hash=${session_hash}`);
                const text = await stream.text();
                results.push(text);
            }
            return results;
        }""",
        asked,
    )
    assert len(told) == len(asked)
    for answer in told:
        assert "process_completed" in answer
        assert '"job"' not in answer
    assert secret.exists()
    assert len(assistant.library.articles()) == 6


def test_others_go_on_asking_while_articles_are_added(
    assistant: Assistant,
    visit: Callable[..., Any],
    files: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = threading.Event()
    embedder = assistant.library.embedder
    embed = type(embedder).embed_passages

    def slowly(self: Any, texts: Any, **named: Any) -> Any:
        named["progress"]("embedding", 0, len(texts))
        assert go_on.wait(60)
        return embed(self, texts, **named)

    monkeypatch.setattr(type(embedder), "embed_passages", slowly)
    page = visit()
    page.set_input_files("input.files", files(mill_txt=MILL))
    page.locator(".job", has_text=re.compile("Preparing passage 1 of 1")).wait_for()
    assert "Mary Stone" in assistant.answer(ENGLISH).text
    other = visit("ar")
    other.locator(".job", has_text="يُهيَّأ للبحث المقطع 1 من 1").wait_for()
    go_on.set()
    page.locator(".job", has_text="Added: mill.txt").wait_for()
    remove(page, "The mill of Lindham")
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 6")


def test_another_process_that_writes_is_told_in_one_line(
    assistant: Assistant, visit: Callable[..., Any], files: Callable[..., list[str]]
) -> None:
    page = visit()
    with writer_lock(assistant.library.folder):
        assert "Another process is changing the library" in hand(page, files(mill_txt=MILL))
    assert len(assistant.library.articles()) == 6


def test_who_may_only_read_sees_no_way_to_change_and_gets_none(
    assistant: Assistant, visit: Callable[..., Any], browser: Any
) -> None:
    from ui.server.serving import serve_app

    reading = Assistant(assistant.library, replace(assistant.settings, read_only=True), assistant.reader)
    app = serve_app(reading, block=False)
    try:
        page = visit("ar", at=app.local_url)
        assert "لا تغييرها" in page.locator(".note").first.inner_text()
        assert page.locator("input[type=file], [data-do=remove], .paste").count() == 0
        sent = page.evaluate(
            """async () => {
                const form = new FormData();
                form.append('files', new File(['word'], 'a.txt'));
                return (await fetch('gradio_api/upload', {method: 'POST', body: form})).status;
            }"""
        )
        assert sent == 413
    finally:
        app.close()


def test_a_narrow_page_fits_and_the_keyboard_alone_does(visit: Callable[..., Any]) -> None:
    page = visit("ar", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-do=remove]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.activeElement.textContent") == "إلغاء"  # not the one that removes
    page.keyboard.press("Enter")
    page.wait_for_function("!document.querySelector('dialog[open]')")


def test_the_page_turns_into_the_other_language_and_back_to_the_chat(visit: Callable[..., Any]) -> None:
    page = visit()
    page.fill(".find [name=search]", "alder")
    page.wait_for_function("document.querySelectorAll('.list tbody tr').length === 1")
    page.click("[data-language=ar]")
    page.wait_for_selector(".shelf[lang=ar] .list table")
    assert page.input_value(".find [name=search]") == "alder"
    assert len(titles(page)) == 1
    assert "lang=ar" in page.url
    page.click(".back")
    page.wait_for_selector("header[lang=ar] .new")
    assert json.loads(page.evaluate("JSON.stringify(location.pathname)")) == "/"
