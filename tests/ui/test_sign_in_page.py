"""Signing in and out in a real Chromium, in both languages, with scripts switched off."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from observatory import ENGLISH, open_observatory
from serving import serving

from assistant.pipeline import Assistant
from ui.server.sign_in.page import sign_in_page, signed_in_page
from ui.server.sign_in.people import set_password

PASSWORD = "correct horse"
EVIL = '"><img src=x onerror="window.evil = 1">'


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("signing") / "library")


@pytest.fixture(scope="module")
def address(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    people = tmp_path_factory.mktemp("people") / "people.txt"
    for name in ("layla", "ليلى"):
        set_password(people, name, PASSWORD)
    with serving(assistant, auth=people) as address:
        yield address


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []
    said: list[str] = []

    def visit(locale: str = "en-US", path: str = "", **options: Any) -> Any:
        context = browser.new_context(locale=locale, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.goto(address + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    refused = "error: Failed to load resource: the server responded with a status of 401 (Unauthorized)"
    assert [line for line in said if not line.startswith(("info:", "log:", "debug:", refused))] == []


def fill(page: Any, name: str, password: str) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")


@pytest.mark.parametrize(
    ("locale", "name", "title", "wrong", "in_as", "button"),
    [
        (
            "en-US",
            "layla",
            "Sign in",
            "The name or the password is wrong.",
            "You are signed in as",
            "Sign out",
        ),
        (
            "ar-EG",
            "ليلى",
            "تسجيل الدخول",
            "الاسم أو كلمة المرور غير صحيحة.",
            "سجّلت الدخول باسم",
            "تسجيل الخروج",
        ),
    ],
)
def test_in_and_out_without_a_script(
    visit: Callable[..., Any],
    address: str,
    locale: str,
    name: str,
    title: str,
    wrong: str,
    in_as: str,
    button: str,
) -> None:
    page = visit(locale, java_script_enabled=False)
    assert page.url.startswith(f"{address}sign-in")
    assert page.get_by_role("heading", level=1).inner_text() == title
    fill(page, name, "wrong horse")
    assert page.get_by_role("alert").inner_text() == wrong
    assert page.input_value("#name") == name
    assert page.input_value("#password") == ""
    fill(page, name, PASSWORD)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{address}sign-in")
    assert page.get_by_role("heading", level=1).inner_text() == f"{in_as} {name}."
    page.get_by_role("button", name=button).click()
    assert page.get_by_role("heading", level=1).inner_text() == title
    page.goto(address)
    assert page.url.startswith(f"{address}sign-in")


def test_who_has_signed_in_asks_and_the_page_is_in_the_language_of_signing_in(
    visit: Callable[..., Any], address: str
) -> None:
    page = visit("en-US")
    page.get_by_role("link", name="العربية").click()
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    label, name = page.locator("label[for=name]"), page.locator("#name")
    assert label.inner_text() == "الاسم"
    assert abs(label.bounding_box()["x"] - name.bounding_box()["x"]) < 1
    assert label.evaluate("label => getComputedStyle(label).direction") == "rtl"
    fill(page, "layla", PASSWORD)
    page.wait_for_selector("header[lang=ar]")
    page.fill("#question textarea", ENGLISH)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".answer")
    assert "Mary Stone" in page.locator(".answer").inner_text()


def test_one_is_led_back_to_the_page_that_was_wanted(visit: Callable[..., Any], address: str) -> None:
    page = visit("en-US", "?lang=ar")
    assert page.evaluate("document.documentElement.lang") == "ar"
    fill(page, "layla", PASSWORD)
    page.wait_for_url(f"{address}?lang=ar")


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("locale", ["en-US", "ar-EG"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen_and_can_be_read(
    visit: Callable[..., Any], width: int, locale: str, scheme: str
) -> None:
    page = visit(locale, viewport={"width": width, "height": 700}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#name").bounding_box()
    assert box["x"] >= 16
    assert box["x"] + box["width"] <= width - 16
    assert page.evaluate("document.activeElement.id") == "name"
    ground, ink = page.evaluate(
        "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
    )
    assert contrast(ground, ink) > 7
    problem = page.locator("button").evaluate(
        "b => [getComputedStyle(b).backgroundColor, getComputedStyle(b).color]"
    )
    assert contrast(*problem) > 4.5


def contrast(first: str, second: str) -> float:
    """Of two colours as a browser gives them (WCAG 2)."""

    def luminance(colour: str) -> float:
        channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_what_is_given_is_escaped() -> None:
    for page in (
        sign_in_page("en", f"/?q={EVIL}", problem=EVIL, name=EVIL),
        signed_in_page("ar", EVIL, f"/{EVIL}"),
    ):
        assert "<img" not in page
        assert "&lt;img" in page
