"""Libraries beside one another on one server: in a real Chromium, over HTTP, and what cannot be served."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from serving import call
from visitor import ask, conversations

from assistant.settings import Settings, load_settings
from index.articles import make_article
from index.embedders import load_embedder
from index.errors import UserError
from index.library import Library
from ui.server.libraries import served_libraries
from ui.server.sign_in.people import set_password

BRIDGE = "Who read the decision on the bridge?"
BUSES = "من قال إن الثمن مليون ونصف؟"
JUDGE = "Judge Hana Rizk read the decision on the bridge to both towns."
HEAD = "وقالت رئيسة المجلس سلمى حداد إن الثمن مليون ونصف."
PASSWORD = "correct horse"


def library_in(folder: Path, text: str) -> Path:
    library = Library.create(folder, load_embedder("hashing"))
    library.build([make_article(id="one", title="", text=text, source="/r/one.txt")])
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where two libraries lie, and two people stand who may sign in."""
    folder = tmp_path_factory.mktemp("beside")
    library_in(folder / "court", JUDGE)
    library_in(folder / "محاضر", HEAD)
    for name in ("mona", "salim"):
        set_password(folder / "people.txt", name, PASSWORD)
    return folder


def given(folder: Path, **more: Any) -> Settings:
    settings = load_settings(
        {
            "libraries": (f"Court file={folder / 'court'}", f"Minutes={folder / 'محاضر'}"),
            "retriever": "lexical",
            "reader": "sentence",
            "port": 0,
            **more,
        },
        {},
    )
    assert settings.library == Path("majlis-library")
    return settings


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Of a server below /majlis; mona may change the court file, and nobody the minutes."""
    from ui.server.serving import serve_libraries

    rights = {"editors": ("Court file=mona",), "read_only_library": ("Minutes",)}
    settings = given(folder, auth=folder / "people.txt", root_path="/majlis", **rights)
    served = serve_libraries(served_libraries(settings), block=False)
    yield served.local_url
    served.close()


def signed_in(browser: Any, address: str, name: str, locale: str, width: int = 1280) -> Any:
    page = browser.new_context(locale=locale, viewport={"width": width, "height": 800}).new_page()
    page.set_default_timeout(20_000)
    page.goto(address)
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector(".welcome")
    return page


def go_to(page: Any, name: str) -> None:
    """To the other library by the keyboard alone."""
    page.focus(".libraries summary")
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == name:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("locale", "width"), [pytest.param("en-US", 1280, marks=pytest.mark.exhaustive), ("ar-EG", 390)]
)
def test_each_library_is_asked_by_itself_and_keeps_its_conversations(
    browser: Any, address: str, locale: str, width: int
) -> None:
    page = signed_in(browser, address, "mona", locale, width)
    with closing(page.context):
        assert page.url.startswith(f"{address}court-file/")
        assert page.locator(".libraries summary").inner_text() == "Court file"
        assert page.title() == "Court file · Majlis"
        assert "Hana Rizk" in ask(page, BRIDGE).inner_text()
        go_to(page, "Minutes")
        page.wait_for_selector(".welcome")
        assert page.url.startswith(f"{address}minutes/?lang={locale[:2]}")
        assert "سلمى حداد" in ask(page, BUSES).inner_text()
        assert ask(page, BRIDGE).locator("mark, .answer:not(.none)").filter(has_text="Hana").count() == 0
        assert conversations(page) == [BUSES]
        page.goto(address)  # leads to where one was last
        page.wait_for_selector(".turn")
        assert page.url.startswith(f"{address}minutes/")
        go_to(page, "Court file")
        page.locator(".turn", has_text="Hana Rizk").wait_for()
        assert conversations(page) == [BRIDGE]
        page.click(".libraries summary")
        page.wait_for_timeout(300)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
        page.focus(".libraries a")
        page.keyboard.press("Escape")
        assert page.locator(".libraries[open]").count() == 0
        assert page.evaluate("document.activeElement.matches('.libraries summary')")


def test_who_may_change_one_library_may_not_change_the_other(browser: Any, address: str) -> None:
    for name, locale, may in (("mona", "en-US", True), ("salim", "ar-EG", False)):
        page = signed_in(browser, address, name, locale)
        with closing(page.context):
            page.click("#top a.library")
            page.wait_for_selector(".articles table")
            assert page.locator(".shelf .add").count() == may
            assert page.locator("#shelf .libraries summary").inner_text() == "Court file"
            go_to(page, "Minutes")
            page.wait_for_selector(".articles table")
            assert page.url.startswith(f"{address}minutes/library")
            assert page.locator(".shelf .add").count() == 0


def test_programs_ask_each_at_its_path(address: str) -> None:
    auth = ("salim", PASSWORD)
    with httpx.Client(base_url=f"{address}court-file/", auth=auth) as client:
        assert call(client, "ask", question=BRIDGE)["citations"][0]["quote"] == JUDGE
        assert client.get("originals/file", params={"article": "one"}).status_code in (404, 410)
        assert client.get("gradio_api/monitoring/summary").status_code == 404
        assert client.get("monitoring").status_code == 404
    with httpx.Client(base_url=f"{address}minutes/", auth=auth) as client:
        assert call(client, "ask", question=BUSES)["citations"][0]["quote"] == HEAD
        assert [one["id"] for one in call(client, "articles")] == ["one"]
    for path in ("", "court-file/", "minutes/gradio_api/info"):
        assert httpx.get(address + path).status_code == 401
    told = httpx.get(f"{address}healthz")
    assert told.status_code == 200
    assert told.json() == {
        "status": "ok",
        "libraries": {
            name: {"status": "ok", "revision": 1, "articles": 1} for name in ("Court file", "Minutes")
        },
    }
    moved = httpx.get(f"{address}?lang=ar&within=id%3Aone", auth=auth)
    assert (moved.status_code, moved.headers["location"]) == (
        307,
        "/majlis/court-file/?lang=ar&within=id%3Aone",
    )
    kept = {"cookie": next(iter(httpx.get(f"{address}minutes/", auth=auth).headers.get_list("set-cookie")))}
    assert httpx.get(address, auth=auth, headers=kept).headers["location"] == "/majlis/minutes/"
    evil = {"cookie": kept["cookie"].replace("/minutes;", "//evil.example;")}
    assert httpx.get(address, auth=auth, headers=evil).headers["location"] == "/majlis/court-file/"


def test_the_models_are_loaded_once(folder: Path) -> None:
    court, minutes = served_libraries(given(folder, retriever="hybrid"))
    assert court.assistant.reader is minutes.assistant.reader
    assert court.assistant.library.embedder is minutes.assistant.library.embedder


def test_what_cannot_be_served_is_one_line_and_nothing_is_made(folder: Path, tmp_path: Path) -> None:
    court, minutes = str(folder / "court"), str(folder / "محاضر")
    (tmp_path / "link").symlink_to(folder / "court")
    library_in(tmp_path / "court", JUDGE)
    broken = library_in(tmp_path / "broken", JUDGE)
    next(broken.glob("lexical-*/*.json")).unlink()
    before = sorted(tmp_path.rglob("*"))
    cases: list[tuple[tuple[str, ...], dict[str, Any], str]] = [
        ((court, court), {}, "are the same library; name it once"),
        ((court, str(tmp_path / "link")), {}, "are the same library; name it once"),
        ((court, str(tmp_path / "court")), {}, "court and court would both be at /court/; give one of them"),
        ((court, str(tmp_path / "gone")), {}, f"there is no library in {tmp_path / 'gone'}"),
        ((court, str(broken)), {}, f"mend them with: majlis index repair --library {broken}"),
        ((court, f"v1={minutes}"), {}, "/v1/ is the server's own; give the library another name"),
        (
            (court, minutes),
            {"editors": "cuort=mona"},
            "--editors names cuort; the libraries served are court",
        ),
        ((court, minutes), {"read_only_library": "x"}, "--read-only-library names x; the libraries served"),
        ((court, ""), {}, "--library is"),
    ]
    for libraries, more, told in cases:
        with pytest.raises(UserError) as raised:
            served_libraries(given(folder, libraries=libraries, **more))
        assert told in str(raised.value)
        assert "\n" not in str(raised.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_without_latin_letters_has_a_path_that_stays(folder: Path) -> None:
    settings = given(folder, libraries=(str(folder / "محاضر"), str(folder / "court")))
    minutes, court = served_libraries(settings)
    assert (minutes.name, minutes.path) == ("محاضر", "/library-e92a77")
    assert (court.name, court.path) == ("court", "/court")
    [alone] = served_libraries(replace(settings, libraries=settings.libraries[:1]))
    assert (alone.name, alone.path) == ("محاضر", "")


def test_file_and_environment_name_libraries_and_who_may_change_each(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a=b").mkdir()
    (tmp_path / "majlis.toml").write_text(
        'libraries = ["a=b", "c=d/e"]\neditors = ["layla", "c=mona,salim"]\nread_only_library = ["a=b"]\n',
        encoding="utf-8",
    )
    settings = load_settings({}, {}, tmp_path)
    assert settings.libraries == (("a=b", tmp_path / "a=b"), ("c", tmp_path / "d/e"))
    assert settings.editors == ("layla", "c=mona", "c=salim")
    assert settings.read_only_library == ("a=b",)
    environment = {
        "MAJLIS_LIBRARIES": "x=/srv/x, /srv/y",
        "MAJLIS_EDITORS": "layla;x=mona,salim",
        "MAJLIS_READ_ONLY_LIBRARY": "y",
    }
    settings = load_settings({}, environment, tmp_path)
    assert settings.libraries == (("x", Path("/srv/x")), ("y", Path("/srv/y")))
    assert settings.editors == ("layla", "x=mona", "x=salim")
    assert load_settings({}, {"MAJLIS_LIBRARY": "z"}, tmp_path).libraries == ()  # what is nearer holds
    court, minutes = served_libraries(
        given(folder, editors="layla;Minutes=mona,salim", read_only_library="Court file")
    )
    assert (court.assistant.settings.editors, court.assistant.settings.read_only) == (("layla",), True)
    assert (minutes.assistant.settings.editors, minutes.assistant.settings.read_only) == (
        ("mona", "salim"),
        False,
    )
    for editors in ("court=", "=mona"):
        with pytest.raises(UserError, match="--editors is"):
            load_settings({"editors": editors}, {}, tmp_path)
