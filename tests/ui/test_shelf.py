"""The library page without a browser: who may change it, what is drawn, and changes one after the other."""

import re
import threading
from collections.abc import Callable
from dataclasses import fields, replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from observatory import EVIL

from assistant.receipt import Receipt
from assistant.settings import Settings
from assistant.uploads import Upload, Uploaded, add_uploads
from index.embedders import HashingEmbedder
from index.errors import LibraryBusy, UserError
from index.library import Change, Library, Traces
from index.library.snapshot import ArticleSummary
from index.progress import Progress
from index.web.addresses import address_of
from index.web.connecting import WebRules
from index.web.following import WebFollower
from ui.shelf.jobs import MOST, Job, JobOutcome, Jobs
from ui.shelf.problems import problem_html, problem_in
from ui.shelf.render import PAGE, frame, listing, name_of, work_html
from ui.shelf.rights import largest_upload, may_change
from ui.shelf.words import ARABIC, ENGLISH
from ui.words import ARABIC as PAGE_ARABIC
from ui.words import ENGLISH as PAGE_ENGLISH

AUTH = "salma:secret"
HERE, THERE = "127.0.0.1", "0.0.0.0"
FOLDER = "/home/salma/library"


@pytest.mark.parametrize(
    ("settings", "signed_in", "may"),
    [
        (Settings(), None, True),  # whoever sits at the machine
        (Settings(host="localhost"), None, True),
        (Settings(host="::1"), None, True),
        (Settings(host=THERE), None, False),
        (Settings(host="majlis.example"), None, False),
        (Settings(host=THERE, editors=("*",)), None, True),
        (Settings(host=THERE, auth=AUTH), "salma", True),
        (Settings(host=THERE, auth=AUTH), None, False),
        (Settings(host=THERE, auth=AUTH, editors=("omar",)), "salma", False),
        (Settings(host=THERE, auth=AUTH, editors=("omar", "salma")), "salma", True),
        (Settings(host=HERE, auth=AUTH), None, False),
        (Settings(host=HERE, editors=("salma",)), None, False),  # nobody signs in, so nobody is salma
        (Settings(host=HERE, editors=("salma",)), "salma", False),
        (Settings(read_only=True, editors=("*",)), "salma", False),
    ],
)
def test_who_may_change_the_library(settings: Settings, signed_in: str | None, may: bool) -> None:
    assert may_change(settings, signed_in) is may


def test_how_large_a_file_may_be() -> None:
    assert largest_upload(Settings(upload_mb=3)) == 3 * 1024 * 1024
    assert largest_upload(Settings(upload_mb=3, read_only=True)) == 0


def test_both_languages_say_the_same_things_with_the_same_places() -> None:
    for text in fields(ENGLISH):
        english, arabic = getattr(ENGLISH, text.name), getattr(ARABIC, text.name)
        assert english
        assert len(english) == len(arabic) if isinstance(english, tuple) else english != arabic
        assert str(english).count("{}") == str(arabic).count("{}"), text.name


def summary(number: int, **told: str) -> ArticleSummary:
    given = {"title": f"Title {number}", "language": "en", "source": f"/secret/{number}.txt", **told}
    return ArticleSummary(
        id=f"a{number}", origin="/secret/x", published="", author="", characters=9, passages=1234, **given
    )


class Tags(HTMLParser):
    """Fails where an element is not closed in its order; keeps the names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("words", [PAGE_ENGLISH, PAGE_ARABIC])
def test_what_is_drawn_is_sound_and_mirrored(words: object) -> None:
    told = PAGE_ENGLISH if words is PAGE_ENGLISH else PAGE_ARABIC
    for changes in (True, False):
        html = frame(told, changes=changes, files=7, megabytes=3)
        assert "input" in Tags(html).names
        assert ('type="file"' in html) is changes
        assert f'lang="{told.language}" dir="{told.direction}"' in html
        page = listing([summary(n) for n in range(PAGE)], 120, PAGE, told, changes=changes, searched=False)
        assert {"table", "nav", "button"} <= Tags(page).names
        assert ('data-do="remove"' in page) is changes
        assert 'data-first="0"' in page
        assert 'data-first="100"' in page
        assert "51–100" in page.replace("<bdi>", "")
        assert "secret" not in page


def test_the_list_of_a_few_has_no_pages_and_that_of_none_says_why() -> None:
    assert "<nav" not in listing([summary(1)], 1, 0, PAGE_ENGLISH, changes=True, searched=False)
    for searched, said in ((True, ENGLISH.nothing_found), (False, ENGLISH.no_articles)):
        assert said in listing([], 0, 0, PAGE_ENGLISH, changes=True, searched=searched)


def test_what_articles_and_files_say_is_text() -> None:
    article = summary(1, title=EVIL, source=EVIL)
    page = listing([article], 1, 0, PAGE_ENGLISH, changes=True, searched=False)
    uploads = (Uploaded(EVIL, problem=EVIL), Uploaded(EVIL, 1), Uploaded(EVIL, 3, problem=EVIL))
    receipt = Receipt(Path(FOLDER), Change(0, 0, 0, 1, 0, 0, 1), (article,), Traces(5, 3, 1000, (EVIL,)))
    jobs = [
        Job(1, "add", "done", outcome=JobOutcome(uploads)),
        Job(2, "remove", "done", outcome=JobOutcome(receipt=receipt)),
        Job(3, "add", "done", problem=f"in {FOLDER}/x: {EVIL}"),
    ]
    page += work_html(jobs, PAGE_ENGLISH, FOLDER)
    assert Tags(page).names & {"script", "img", "b", "i"} == set()
    assert "&lt;script&gt;" in page
    assert FOLDER not in page


def test_what_is_being_done_and_what_came_of_it() -> None:
    def told(job: Job) -> str:
        return work_html([job], PAGE_ENGLISH, FOLDER)

    assert ENGLISH.waiting in told(Job(1, "add"))
    assert "Preparing passage 3 of 1,200" in told(Job(1, "add", "embedding", 2, 1200))
    assert 'value="2"' in told(Job(1, "add", "embedding", 2, 1200))
    assert ENGLISH.writing in told(Job(1, "add", "indexing", 1, 2))
    assert ENGLISH.removing in told(Job(1, "remove", "removing"))
    assert ENGLISH.dismiss not in told(Job(1, "remove", "removing"))
    assert ENGLISH.busy in told(Job(1, "add", "done", problem="busy"))
    several = told(
        Job(1, "add", "done", outcome=JobOutcome((Uploaded("a.jsonl", 12), Uploaded("b", 1, True))))
    )
    assert "(12 articles)" in several
    assert "Replaced: <bdi>b</bdi>" in several
    change = Change(0, 0, 0, 1, 0, 0, 1)
    receipt = Receipt(Path(FOLDER), change, (summary(1),), Traces(5, 3, 1000))
    assert "5 pieces" in told(Job(1, "remove", "done", outcome=JobOutcome(receipt=receipt)))
    waits = replace(receipt, traces=Traces(5, 3, 1000, ("majlis.sqlite",)))
    assert ENGLISH.in_use in told(Job(1, "remove", "done", outcome=JobOutcome(receipt=waits)))


def test_of_a_path_only_the_name_is_shown() -> None:
    assert name_of("/srv/private/a.txt") == name_of("C:\\private\\a.txt") == "a.txt"
    assert name_of("trip/a.txt") == "trip/a.txt"
    assert name_of("") == ""


def test_changes_are_done_one_after_the_other_and_told() -> None:
    jobs, go_on, order = Jobs(), threading.Event(), list[int]()

    def change(number: int) -> int:
        def run(progress: Progress) -> JobOutcome:
            progress("reading", number, 9)
            assert go_on.wait(30)
            order.append(number)
            if number == 1:
                raise LibraryBusy("wait")
            if number == 2:
                raise UserError("mend it: so")
            return JobOutcome((Uploaded(str(number), 1),))

        return jobs.submit("add", run)

    numbers = [change(n) for n in range(4)]
    until(lambda: jobs.told()[0].stage == "reading")
    assert [job.stage for job in jobs.told()] == ["reading", "", "", ""]
    jobs.dismiss()
    assert [job.number for job in jobs.told()] == numbers
    go_on.set()
    until(lambda: all(job.ended for job in jobs.told()))
    assert order == [0, 1, 2, 3]
    assert [job.problem for job in jobs.told()] == ["", "busy", "mend it: so", ""]
    jobs.dismiss()
    assert jobs.told() == []


def test_a_change_that_fails_is_logged_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs()

    def fail(_progress: Progress) -> JobOutcome:
        raise RuntimeError("no such wire")

    jobs.submit("add", fail)
    jobs.submit("add", lambda _progress: JobOutcome())
    until(lambda: all(job.ended for job in jobs.told()))
    assert [job.problem for job in jobs.told()] == ["unexpected", ""]
    assert "no such wire" in caplog.text


def test_not_any_number_of_changes_waits() -> None:
    jobs, go_on = Jobs(), threading.Event()

    def wait(_progress: Progress) -> JobOutcome:
        go_on.wait(30)
        return JobOutcome()

    for _ in range(MOST):
        jobs.submit("add", wait)
    with pytest.raises(UserError, match="too many"):
        jobs.submit("add", wait)
    go_on.set()
    until(lambda: all(job.ended for job in jobs.told()))


def until(reached: Callable[[], bool]) -> None:
    for _ in range(3000):
        if reached():
            return
        threading.Event().wait(0.01)
    raise AssertionError("not reached in time")


def test_between_two_pages_of_the_web_others_are_done() -> None:
    jobs, go_on, told = Jobs(), threading.Event(), list[str]()

    def fetch(name: str) -> Callable[[Progress], JobOutcome]:
        def run(progress: Progress) -> JobOutcome:
            for page in range(3):
                progress("fetching", page, 3)
                told.append(f"{name}{page}")
                assert go_on.wait(30)
            progress("embedding", 0, 1)  # now it is written
            told.append(f"{name} written")
            return JobOutcome()

        return run

    def quick(name: str) -> Callable[[Progress], JobOutcome]:
        def run(progress: Progress) -> JobOutcome:
            progress("reading", 0, 1)
            told.append(name)
            if name == "bad":
                raise UserError("mend it")
            return JobOutcome()

        return run

    jobs.submit("add", fetch("a"), fetches=True)
    until(lambda: told == ["a0"])
    jobs.submit("add", fetch("b"), fetches=True)
    jobs.submit("add", quick("bad"))
    jobs.submit("remove", quick("good"))
    assert [job.stage for job in jobs.told()] == ["fetching", "", "", ""]
    go_on.set()
    until(lambda: all(job.ended for job in jobs.told()))
    assert told == ["a0", "bad", "good", "a1", "a2", "a written", "b0", "b1", "b2", "b written"]
    assert [job.problem for job in jobs.told()] == ["", "", "mend it", ""]
    assert jobs.ended == 4


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("the file is empty; put text in or leave it out", "الملف فارغ؛ ضع فيه نصًّا أو اتركه"),
        ("larger than 64 MiB; cut it into parts", "حجمه أكبر من \u206864\u2069 ميغابايت؛ قسّمه"),
        (
            'line 3: not a JSON object; write {"text": ...} on each line (and 4 more)',
            'السطر 3: ليس كائن JSON؛ \u2068write {"text": ...} on each line\u2069 (وغيرها، وعدده: 4)',
        ),
        (
            "https://a.example/x: no answer in good time; nothing of it is stored, so add it again later",
            "\u2068https://a.example/x\u2069: لم يصل رد في الوقت المناسب؛ لم يُحفظ منه شيء، فأضفه لاحقًا",
        ),
        (
            "a.example: 12 pages could not be asked (the site answers with an error (503)); what is stored "
            "stays, and the next sync tries again",
            "\u2068a.example\u2069: عدد الصفحات التي تعذّر طلبها: \u206812\u2069 "
            "(يرد الموقع بخطأ (\u2068503\u2069))؛ المحفوظ باقٍ، وتُطلب مع التحديث التالي",
        ),
        ("nobody has seen this; mend it", "nobody has seen this; mend it"),
    ],
)
def test_problems_are_told_in_arabic_as_far_as_they_are_known(problem: str, told: str) -> None:
    assert problem_in(problem, "ar") == told
    assert problem_in(problem, "en") == problem
    said = 'lang="en" dir="ltr"' if told == problem else 'lang="ar" dir="rtl"'
    assert problem_html(problem, "ar") == f"<bdi {said}>{escape(told)}</bdi>"


def test_what_refuses_files_and_addresses_is_known_in_arabic(tmp_path: Path) -> None:
    """Each problem as it is really told."""
    library = Library.create(tmp_path / "library", HashingEmbedder())
    files = {
        "empty.txt": b"",
        "blank.md": b" \n ",
        "picture.psd": b"8BPS",
        "binary.txt": bytes(range(256)) * 9,
        "broken.pdf": b"%PDF-1.7 nothing",
        "broken.docx": b"PK\3\4 nothing",
        "lines.jsonl": b'[1]\n{"text": "Well."}\n',
        "old.doc": b"\xd0\xcf\x11\xe0" * 99,
    }
    uploads = []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        uploads.append(Upload(name, tmp_path / name))
    problems = [one.problem for one in add_uploads(library, [*uploads, Upload("away.txt", tmp_path / "no")])]
    assert all(problems)
    web = WebFollower(library, WebRules(patience=1, seconds=1))
    for address in ("ftp://a.example/", "https://me:secret@a.example/"):
        with pytest.raises(UserError) as refused:
            address_of(address)
        problems.append(str(refused.value))
    report = web.add(["http://127.0.0.1:9/", "http://nowhere.invalid/"])
    problems += report.troubles()
    with pytest.raises(UserError) as unlisted:
        web.follow("http://127.0.0.1:9/feed")
    problems.append(str(unlisted.value))
    for problem in problems:
        assert re.search("[\u0600-\u06ff]{3}", problem_in(problem, "ar")), problem
