"""Who may sign in, how wrong passwords are slowed down, and what a session is worth."""

import threading
import time
from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from commands import run, told
from observatory import open_observatory
from serving import serving

from assistant.pipeline import Assistant
from index.errors import UserError
from ui.server.sign_in.brake import Brake
from ui.server.sign_in.door import Door
from ui.server.sign_in.people import People, remove_person, set_password
from ui.server.sign_in.sessions import LASTING, Sessions

LAYLA, OMAR = "correct horse", "كلمة سر طويلة"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.txt"
    set_password(path, "layla", LAYLA)
    set_password(path, "عمر", OMAR)
    return path


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_observatory(tmp_path_factory.mktemp("sign-in") / "library")


def test_each_has_an_own_password_that_is_nowhere_to_be_read(file: Path) -> None:
    people = People(file)
    assert [people.check("layla", LAYLA), people.check("عمر", OMAR)] == [True, True]
    for name, password in (
        ("layla", OMAR),
        ("layla", ""),
        ("nobody", LAYLA),
        ("", ""),
        ("layla", "x" * 5000),
    ):
        assert not people.check(name, password)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["layla", "عمر"]
    assert all(line.partition(":")[2].startswith("scrypt$14$8$1$") for line in lines)
    assert LAYLA not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600


def test_one_password_is_never_hashed_alike_and_looks_the_same_however_it_is_spelled(file: Path) -> None:
    set_password(file, "sara", "café au lait")
    before = People(file).hash_of("sara")
    set_password(file, "sara", "café au lait")
    people = People(file)
    assert people.hash_of("sara") != before
    assert people.check("sara", "cafe\u0301 au lait")


def test_a_new_password_replaces_the_old_and_comments_stay(file: Path) -> None:
    file.write_text("# the desk\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert not set_password(file, "layla", "another horse")
    people = People(file)
    assert [people.check("layla", LAYLA), people.check("layla", "another horse")] == [False, True]
    remove_person(file, "layla")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# the desk\n\nعمر:scrypt$")
    assert text.count("\n") == 3


def test_a_change_of_the_file_is_seen_at_once_and_a_broken_one_passed_over(file: Path) -> None:
    people = People(file)
    set_password(file, "sara", "another horse")
    assert people.check("sara", "another horse")
    remove_person(file, "layla")
    assert not people.check("layla", LAYLA)
    file.write_text("broken", encoding="utf-8")
    assert people.check("sara", "another horse")
    file.unlink()
    assert people.check("sara", "another horse")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "no such file or directory; make it: majlis ui-user"),
        ("", "nobody stands there; add a person: majlis ui-user"),
        ("layla:open sesame\n", "line 1: not NAME:scrypt"),
        ("# fine\nlayla:scrypt$14$8$1$@@$\n", "line 2: not NAME:scrypt"),
    ],
)
def test_a_file_that_lets_nobody_in_is_one_line(tmp_path: Path, content: str | None, problem: str) -> None:
    file = tmp_path / "people.txt"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as error:
        People(file)
    assert problem in str(error.value)
    assert "\n" not in str(error.value)
    assert "sesame" not in str(error.value)


def test_a_name_and_password_in_place_of_a_file_are_told_apart_and_not_printed(
    assistant: Assistant, tmp_path: Path
) -> None:
    line = told("ui", "--library", assistant.library.folder, "--auth", "sara:open sesame")
    assert (
        line
        == "majlis: --auth names a file of people, not NAME:PASSWORD; make one: majlis ui-user FILE NAME\n"
    )


def test_the_command_adds_changes_and_removes_people(tmp_path: Path) -> None:
    file = tmp_path / "people.txt"
    assert run("ui-user", file, "layla", stdin=f"{LAYLA}\n").output == "layla can sign in.\n"
    assert run("ui-user", file, "layla", stdin="another horse\r\n").output == "layla has a new password.\n"
    assert People(file).check("layla", "another horse")
    assert run("ui-user", file, "layla", "--remove").output == "layla can no longer sign in.\n"
    assert "nobody is called 'layla'" in told("ui-user", file, "layla", "--remove")
    for name, password, problem in (
        ("layla", "short", "8 to 1024 characters"),
        ("a:b", LAYLA, "cannot be a name"),
        ("#a", LAYLA, "cannot be a name"),
        (" ", LAYLA, "cannot be a name"),
        ("a\nb", LAYLA, "cannot be a name"),
    ):
        result = run("ui-user", file, name, stdin=password)
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        assert problem in result.stderr
    nowhere = tmp_path / "nowhere" / "people.txt"
    assert "cannot be read" in told("ui-user", nowhere, "layla", "--remove")
    written = run("ui-user", nowhere, "layla", stdin=LAYLA)
    assert (written.exit_code, written.stderr.count("\n")) == (1, 1)
    assert "choose a file in a folder that you may write to" in written.stderr


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_after_five_failures_each_try_waits_twice_as_long() -> None:
    clock = Clock()
    brake = Brake(clock)
    assert [brake.enter("layla", "10.0.0.1") for _ in range(6)] == [0, 0, 0, 0, 0, 5]
    waits = []
    for _ in range(10):
        waits.append(brake.enter("layla", "10.0.0.2"))
        clock.now += waits[-1]
        assert brake.enter("layla", "10.0.0.3") == 0  # the next try begins, and is one more failure
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert brake.enter("omar", "10.0.0.9") == 0
    clock.now += 3601
    assert brake.enter("layla", "10.0.0.1") == 0


def test_an_address_is_slowed_down_whatever_names_it_tries() -> None:
    brake = Brake(Clock())
    assert [brake.enter(f"name {number}", "10.0.0.1") for number in range(6)] == [0, 0, 0, 0, 0, 5]
    assert brake.enter("name 7", "10.0.0.2") == 0
    waits = [brake.enter(f"v6 {number}", f"2001:db8::{number}") for number in range(6)]
    assert waits == [0, 0, 0, 0, 0, 5]  # one subscriber's
    assert brake.enter("v6 7", "2001:db8:0:1::1") == 0


def test_who_signs_in_is_free_of_the_failures_before_and_an_own_account_frees_no_address() -> None:
    brake = Brake(Clock())
    for _ in range(4):
        brake.enter("layla", "10.0.0.1")
    assert brake.enter("layla", "10.0.0.1") == 0
    brake.succeeded("layla", "10.0.0.1")
    assert brake.enter("layla", "10.0.0.2") == 0
    assert [brake.enter("omar", "10.0.0.1"), brake.enter("omar", "10.0.0.1")] == [0, 5]


def test_what_the_brake_keeps_in_mind_is_bounded() -> None:
    brake = Brake(Clock())
    for number in range(12_000):
        brake.enter(f"name {number}", f"10.{number >> 16}.{(number >> 8) % 256}.{number % 256}")
    assert len(brake._failures) == 10_000


def test_a_session_holds_until_it_expires_ends_or_the_password_changes(file: Path) -> None:
    clock = Clock()
    sessions = Sessions(People(file), clock)
    token, other = sessions.begin("عمر"), sessions.begin("عمر")
    assert [sessions.name_of(token), sessions.name_of(other)] == ["عمر", "عمر"]
    assert Sessions(People(file), clock).name_of(token) == "عمر"  # the server may be started again
    sessions.end(other)
    assert [sessions.name_of(token), sessions.name_of(other)] == ["عمر", None]
    clock.now += LASTING - 1
    assert sessions.name_of(token) == "عمر"
    clock.now += 1
    assert sessions.name_of(token) is None
    token = sessions.begin("عمر")
    set_password(file, "عمر", "another horse")
    assert sessions.name_of(token) is None
    token = sessions.begin("عمر")
    remove_person(file, "عمر")
    assert sessions.name_of(token) is None


def test_a_forged_token_is_worth_nothing(file: Path) -> None:
    sessions = Sessions(People(file), Clock())
    token = sessions.begin("layla")
    held, expiry, nonce, signature = token.split(".")
    as_omar = sessions.begin("عمر").split(".")[0]
    for forged in (
        "",
        "...",
        token[:-1],
        token + "0",
        f"{as_omar}.{expiry}.{nonce}.{signature}",
        f"{held}.{int(expiry) + 1}.{nonce}.{signature}",
        f"{held}.{expiry}.{nonce}.",
        f"{held}.soon.{nonce}.{signature}",
        "é.1.2.3",
    ):
        assert sessions.name_of(forged) is None


def test_a_thousand_wrong_passwords_at_once_get_five_tries(file: Path) -> None:
    door = Door(People(file), Brake(Clock()))
    start = threading.Barrier(20)

    def knock(number: int) -> str | float:
        if number < 20:
            start.wait(timeout=60)
        return door.sign_in("layla", f"wrong {number}", f"10.0.0.{number % 250}")

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(knock, range(1000)))
    assert results.count(0.0) == 5  # tried, and wrong; the others were not even tried
    assert results.count(5.0) == 995
    assert door.sign_in("layla", LAYLA, "10.0.1.1") == 5.0  # nor is the right one, for a while
    assert door.basic(b64encode(f"layla:{LAYLA}".encode()).decode(), "10.0.1.1") is None
    assert isinstance(door.sign_in("عمر", OMAR, "10.0.1.1"), str)


def test_150_wrong_logins_are_refused_by_the_server_and_one_who_is_in_stays_in(
    assistant: Assistant, file: Path
) -> None:
    with serving(assistant, auth=file) as address, httpx.Client(base_url=address) as inside:
        inside.post("sign-in", data={"username": "layla", "password": LAYLA})

        def knock(number: int) -> httpx.Response:
            route = ("sign-in", "login")[number % 2]
            return outside.post(route, data={"username": "layla", "password": f"wrong {number}"})

        began = time.monotonic()
        with httpx.Client(base_url=address, timeout=60) as outside, ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(knock, range(150)))
        waited_out = int((time.monotonic() - began) / 5)  # on a slow machine the first wait may be over
        statuses = Counter(answer.status_code for answer in answers)
        assert 5 <= statuses[401] <= 5 + waited_out
        assert statuses[429] == 150 - statuses[401]
        assert all(1 <= int(a.headers["retry-after"]) <= 6 for a in answers if a.status_code == 429)
        assert inside.get("config").json()["username"] == "layla"


def test_nothing_is_told_to_one_who_has_not_signed_in(assistant: Assistant, file: Path) -> None:
    with serving(assistant, auth=file, mcp=False) as address, httpx.Client(base_url=address) as client:
        page = client.get("", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2F")
        for route in (
            "config",
            "theme.css",
            "manifest.json",
            "openapi.json",
            "docs",
            "assets/index.js",
            "static/img/logo.svg",
            "gradio_api/info",
            "gradio_api/openapi.json",
            "gradio_api/app_id",
            "gradio_api/startup-events",
            "gradio_api/user",
            "gradio_api/queue/data?session_hash=a",
            "gradio_api/heartbeat/a",
            "gradio_api/file=/etc/hosts",
            "no/such/page",
            "//config",
            "sign-in/../config",
        ):
            assert client.get(route).status_code == 401, route
        for route in ("gradio_api/call/ask", "gradio_api/queue/join", "gradio_api/upload", "sign-out"):
            assert client.post(route, json={"data": ["?"]}).status_code == 401, route
        assert [client.get(route).status_code for route in ("sign-in", "sign-in.css", "healthz")] == [200] * 3


def test_programs_sign_in_with_basic_or_a_bearer_and_may_be_ended(assistant: Assistant, file: Path) -> None:
    with serving(assistant, auth=file) as address:
        for credentials in (("layla", LAYLA), ("عمر", OMAR)):
            for _ in range(2):
                told = httpx.get(f"{address}config", auth=httpx.BasicAuth(*credentials))
                assert told.json()["username"] == credentials[0]
        signed_in = httpx.post(f"{address}login", data={"username": "layla", "password": LAYLA})
        assert signed_in.json() == {"success": True}
        [(name, token)] = signed_in.cookies.items()
        bearer = {"authorization": f"Bearer {token}"}
        assert httpx.get(f"{address}config", headers=bearer).json()["username"] == "layla"
        out = httpx.post(f"{address}sign-out", headers={"cookie": f"{name}={token}"})
        assert (out.status_code, out.headers["location"]) == (303, "/sign-in?lang=en")
        assert httpx.get(f"{address}config", headers=bearer).status_code == 401
        for wrong in (("layla", OMAR), ("layla", ""), ("nobody", LAYLA)):
            assert httpx.get(f"{address}config", auth=wrong).status_code == 401
        for header in ("Basic", "Basic ===", "Basic bm9ib2R5", "Bearer", "Bearer a.b.c.d", "Digest x"):
            assert httpx.get(f"{address}config", headers={"authorization": header}).status_code == 401


def test_the_cookie_is_for_this_server_alone_and_no_other_page_is_gone_to(
    assistant: Assistant, file: Path
) -> None:
    right = {"username": "layla", "password": LAYLA}
    with serving(assistant, auth=file) as address:
        cookie = httpx.post(f"{address}sign-in", data=right).headers["set-cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=lax", f"Max-Age={LASTING}"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        behind_tls = httpx.post(f"{address}sign-in", data=right, headers={"x-forwarded-proto": "https"})
        assert "; Secure" in behind_tls.headers["set-cookie"]
        for wanted, gone_to in (
            ("/?lang=ar", "/?lang=ar"),
            ("/library", "/library"),
            ("//evil.example", "/"),
            ("https://evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("/\n/evil.example", "/"),
            ("/sign-in", "/"),
        ):
            answer = httpx.post(f"{address}sign-in", params={"next": wanted}, data=right)
            assert answer.headers["location"] == gone_to
        foreign = httpx.post(f"{address}sign-in", data=right, headers={"origin": "https://evil.example"})
        assert (foreign.status_code, "set-cookie" in foreign.headers) == (403, False)
        assert httpx.post(f"{address}sign-in", content=b"x" * 100_000).status_code == 401


def test_a_program_is_told_how_long_nobody_is_let_in(assistant: Assistant, file: Path) -> None:
    """Also one that knows the password, and not one that had been let in before."""
    with serving(assistant, auth=file) as address, httpx.Client(base_url=address, timeout=60) as client:
        assert client.get("config", auth=("عمر", OMAR)).status_code == 200
        for number in range(5):
            wrong = client.get("config", auth=("layla", f"wrong {number}"))
            assert (wrong.status_code, "sign in first" in wrong.json()["error"]) == (401, True)
        for auth in (("layla", LAYLA), ("layla", "wrong")):
            told = client.get("config", auth=auth)
            wait = told.headers["retry-after"]
            assert told.status_code == 429
            assert told.json() == {"error": f"too many failed tries; try again in {wait} s"}
            assert 1 <= int(wait) <= 5
        bearer = {"authorization": f"Bearer layla:{LAYLA}"}
        told = client.post("v1/chat/completions", json={}, headers=bearer)
        assert (told.status_code, told.json()["error"]["code"]) == (401, "invalid_api_key")
        assert told.json()["error"]["message"].startswith("too many failed tries; try again in")
        assert client.get("config", auth=("عمر", OMAR)).status_code == 200
        assert client.get("config").status_code == 401
