"""The library page in the app: what a visitor's browser asks for, and what it gets.

Changes are asked for by an event, which says who has signed in, and are done in the background
(``ui.shelf.jobs``); the page looks now and then how far they are. Nothing of a visitor is kept here. Leaves
out HTML (``ui.shelf.render``).
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.ingest import remove_articles
from assistant.pipeline import Assistant
from assistant.scans import reading_scans
from assistant.uploads import Upload, Uploaded, add_uploads, paste
from assistant.web import follower_of
from index.errors import UserError
from index.progress import Progress
from index.web.addresses import address_of
from index.web.following import WebFollower
from index.web.records import WebRecords
from index.web.report import WebReport
from ui.calls import Handed, called, number_in, text_in
from ui.chat.choice import ONE_LIBRARY, LibraryChoice
from ui.shelf.jobs import JobOutcome, Jobs
from ui.shelf.problems import problem_in
from ui.shelf.render import PAGE, frame, listing, work_html
from ui.shelf.rights import may_change
from ui.shelf.web import followed_html
from ui.shelf.words import ShelfWords, shelf_words_in
from ui.words import Words, preferred_language, words_in

ADDRESS = "library"  # of the page, below the chat's
MOST_FOLLOWED = 100  # new articles of a site at a time, so that the next site need not wait for long
LONGEST_PASTED = 2_000_000  # characters

_PATIENCE = 5.0  # seconds until Gradio has put a file where it said
_FOLDER = Path(__file__).parent
CHOICE = _FOLDER.parent / "chat" / "choice.js"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the page does, over one assistant; ``sent`` are the paths of files that Gradio took in."""

    assistant: Assistant
    sent: set[str]
    beside: LibraryChoice = ONE_LIBRARY
    jobs: Jobs = field(default_factory=Jobs)
    key: str = field(
        default_factory=secrets.token_hex
    )  # opens what only those see who may change the library

    def act(self, event: gr.EventData, request: gr.Request) -> dict[str, Any]:
        """The page for who opens it, or a change that is begun, or why it is not."""
        asked: Handed = event._data if isinstance(event._data, Mapping) else {}
        may = may_change(self.assistant.settings, getattr(request, "username", None))
        words = _words(asked)
        told = shelf_words_in(words.language)
        reply: dict[str, Any] = {"ask": text_in(asked, "ask")}
        if asked.get("do") == "arrive":
            settings = self.assistant.settings
            html = frame(
                words,
                changes=may,
                files=settings.upload_files,
                megabytes=settings.upload_mb,
                libraries=self.beside.html(words, ADDRESS),
            )
            return reply | {"html": html, "language": words.language, "key": self.key if may else ""}
        if not may:
            return reply | {"problem": told.not_allowed}
        changes = {
            "add": self.add,
            "paste": self.paste,
            "remove": self.remove,
            "web": self.web,
            "sync": self.sync,
            "unfollow": self.unfollow,
        }
        change = changes.get(text_in(asked, "do"))
        try:
            return reply | {"job": change(asked, told)} if change else reply
        except UserError as error:
            return reply | {"problem": problem_in(str(error), words.language)}

    def add(self, asked: Handed, told: ShelfWords) -> int:
        """Begins to take in files that were sent: ``files`` with a ``name`` and a ``path`` each."""
        settings = self.assistant.settings
        given = asked.get("files")
        files = [file for file in given if isinstance(file, Mapping)] if isinstance(given, list) else []
        uploads = [
            Upload(text_in(file, "name"), Path(path))
            for file in files
            if (path := text_in(file, "path")) in self.sent
        ]
        if len(uploads) > settings.upload_files:
            for upload in uploads:
                self._let_go(upload)
            raise UserError(told.too_many.format(settings.upload_files))
        if not uploads:
            raise UserError(told.no_files)

        def change(progress: Progress) -> JobOutcome:
            try:
                with reading_scans(settings.ocr, self.assistant.library.folder, progress):
                    return JobOutcome(tuple(self._taken(uploads, told, progress)))
            finally:
                for upload in uploads:
                    self._let_go(upload)

        return self.jobs.submit("add", change)

    def paste(self, asked: Handed, told: ShelfWords) -> int:
        """Begins to take in a ``text`` with its ``title``."""
        title, text = text_in(asked, "title")[:300], text_in(asked, "text")
        if not any(map(str.isalnum, text)):
            raise UserError(told.no_text)
        if len(text) > LONGEST_PASTED or len(text.encode()) > self.assistant.settings.upload_mb << 20:
            raise UserError(told.too_large.format(self.assistant.settings.upload_mb))
        library, keep = self.assistant.library, not self.assistant.settings.no_originals

        def pasted(progress: Progress) -> JobOutcome:
            return JobOutcome((paste(library, title, text, progress, keep=keep),))

        return self.jobs.submit("add", pasted)

    def remove(self, asked: Handed, told: ShelfWords) -> int:
        """Begins to remove the article whose ``id`` is given."""
        library, name = self.assistant.library, text_in(asked, "id")

        def change(progress: Progress) -> JobOutcome:
            progress("removing", 0, 0)
            with library.snapshot() as snapshot:
                try:
                    snapshot.summary(name)  # an id, not a path that holds several
                except KeyError:
                    raise UserError(told.gone) from None
            return JobOutcome(receipt=remove_articles(library, [name], all_below=True))

        return self.jobs.submit("remove", change)

    def web(self, asked: Handed, told: ShelfWords) -> int:
        """Begins to take in the page at an ``address``, or ``as`` a feed to follow it."""
        address, feed = self._address(asked, told), text_in(asked, "as") == "feed"

        def asked_for(follower: WebFollower) -> WebReport:
            return follower.follow(address, most=MOST_FOLLOWED) if feed else follower.add([address])

        return self._from_the_web(asked_for)

    def sync(self, asked: Handed, told: ShelfWords) -> int:
        """Begins to bring the followed ``address`` up to date, or all that came from the web without one."""
        addresses = [self._address(asked, told)] if text_in(asked, "address") else []

        return self._from_the_web(lambda follower: follower.sync(addresses, most=MOST_FOLLOWED))

    def unfollow(self, asked: Handed, told: ShelfWords) -> int:
        """Begins to stop following an ``address``."""
        address = self._address(asked, told)

        def change(_progress: Progress) -> JobOutcome:
            follower_of(self.assistant.library, self.assistant.settings).unfollow(address)
            return JobOutcome(unfollowed=address)

        return self.jobs.submit("remove", change, fetches=True)  # not while that very site is asked

    def followed(self, asked: Handed) -> str:
        """What is followed, for who may change it."""
        if not secrets.compare_digest(text_in(asked, "key"), self.key):
            return ""
        records = WebRecords(self.assistant.library.folder)
        try:
            sources = [(source, records.stored(source.address)) for source in records.sources()]
        except UserError:  # the list says it
            return ""
        counts = [(source, len(pages), sum(bool(page.gone) for page in pages)) for source, pages in sources]
        return followed_html(counts, shelf_words_in(_words(asked).language))

    def browse(self, asked: Handed) -> str:
        """Some of the articles: from ``first`` on, those that ``search`` and ``in``, a language, leave."""
        words, search, language = _words(asked), text_in(asked, "search")[:200], text_in(asked, "in")
        first = number_in(asked, "first")
        library = self.assistant.library
        try:
            with library.snapshot() as snapshot:
                total, articles = snapshot.listed(search, language, first, PAGE)
                if first and not articles:  # the last page has gone meanwhile
                    first = max(0, total - 1) // PAGE * PAGE
                    total, articles = snapshot.listed(search, language, first, PAGE)
        except UserError:
            return f'<p class="problem">{words.no_library}</p>'
        may = secrets.compare_digest(text_in(asked, "key"), self.key)
        return listing(articles, total, first, words, changes=may, searched=bool(search or language))

    def work(self, asked: Handed) -> dict[str, Any]:
        """How far the changes are, for who may make them; ``ended`` says how many have ended."""
        if not secrets.compare_digest(text_in(asked, "key"), self.key):
            return {"html": "", "busy": False, "ended": 0}
        if asked.get("dismiss"):
            self.jobs.dismiss()
        ended, jobs = self.jobs.ended, self.jobs.told()
        html = work_html(jobs, _words(asked), str(self.assistant.library.folder))
        return {"html": html, "busy": any(not job.ended for job in jobs), "ended": ended}

    def _taken(self, uploads: list[Upload], told: ShelfWords, progress: Progress) -> list[Uploaded]:
        largest = self.assistant.settings.upload_mb << 20
        fit: list[Upload] = []
        refused: list[Uploaded] = []
        for upload in uploads:
            until = time.monotonic() + _PATIENCE
            while not upload.file.is_file() and time.monotonic() < until:
                time.sleep(0.05)
            if upload.file.is_file() and upload.file.stat().st_size > largest:
                problem = told.too_large.format(self.assistant.settings.upload_mb)
                refused.append(Uploaded(upload.name, problem=problem))
            else:
                fit.append(upload)
        keep = not self.assistant.settings.no_originals
        return [*add_uploads(self.assistant.library, fit, progress, keep=keep), *refused]

    def _from_the_web(self, work: Callable[[WebFollower], WebReport]) -> int:
        library, settings = self.assistant.library, self.assistant.settings

        def change(progress: Progress) -> JobOutcome:
            with reading_scans(settings.ocr, library.folder, progress):
                return JobOutcome(web=work(follower_of(library, settings, progress=progress)))

        return self.jobs.submit("add", change, fetches=True)

    def _address(self, asked: Handed, told: ShelfWords) -> str:
        said = text_in(asked, "address")[:2000].strip()
        if not said or any(map(str.isspace, said)):
            raise UserError(told.no_address)
        return address_of(said if "://" in said else f"https://{said}")

    def _let_go(self, upload: Upload) -> None:
        """Deletes the file that Gradio keeps of an upload."""
        self.sent.discard(str(upload.file))
        upload.file.unlink(missing_ok=True)


def add_library_page(app: gr.Blocks, assistant: Assistant, beside: LibraryChoice = ONE_LIBRARY) -> None:
    """Adds the page to the chat's app, at ``ADDRESS``."""
    shelf = Shelf(assistant, app.upload_file_set, beside)
    script = "\n".join(file.read_text(encoding="utf-8") for file in (CHOICE, _FOLDER / "shelf.js"))
    style = (_FOLDER / "shelf.css").read_text(encoding="utf-8")
    hand_over = (
        "watch('value', () => document.dispatchEvent(new CustomEvent('shelf', { detail: props.value })));"
    )
    bare: dict[str, Any] = {"html_template": "", "apply_default_css": False}
    with app.route("Library", ADDRESS):
        page = gr.HTML(
            elem_id="shelf",
            js_on_load=script,
            head=f"<style>{style}</style>",
            server_functions=[called(shelf.browse), called(shelf.work), called(shelf.followed)],
            **bare,
        )
        told = gr.HTML(elem_id="shelf-told", js_on_load=hand_over, **bare)
        page.submit(
            shelf.act, None, told, trigger_mode="multiple", show_progress="hidden", api_visibility="private"
        )
    app.pages[:] = [
        (path, name, False) for path, name, _ in app.pages
    ]  # the pages lead to each other themselves


def _words(asked: Handed) -> Words:
    return words_in(text_in(asked, "language") or preferred_language(text_in(asked, "accepted")))
