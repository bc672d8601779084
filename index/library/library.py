"""A library: the folder on disk that articles go into and questions are answered from.

    library = Library.create(Path("my-library"), load_embedder())
    library.build(read_articles([Path("articles")], on_problem=print))
    with library.snapshot() as snapshot:
        hits = snapshot.lexical("Who proposed the council?", 10)

The database is the truth, SQLite or PostgreSQL, the search indexes are derived from it (``generations``). One
process changes it at a time; any number read, and each sees one revision per question.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from index.articles import Article
from index.embedders import Embedder
from index.errors import LibraryDamaged, UnreadableArticle, UserError
from index.library.change import Change, LibraryWriter
from index.library.database import State
from index.library.database.failures import told_apart
from index.library.database.kinds import Backends, database_of, make_folder
from index.library.embedder import LibraryEmbedder
from index.library.export import export_library, import_library
from index.library.generations import Generations
from index.library.generations.searched import library_kinds
from index.library.info import LibraryInfo
from index.library.lock import writer_lock
from index.library.recent import RecentArticles
from index.library.repair import repair
from index.library.repair.rows import find_problems
from index.library.selection import Selections
from index.library.snapshot import ArticleSummary, Snapshot
from index.library.sources import Sources, unread
from index.library.staging import SyncPlan
from index.library.traces import Traces, find_traces
from index.progress import Progress, counted, silent


class Library:
    """Articles, passages and their indexes in one folder. Safe to use from many threads."""

    def __init__(self, folder: Path, embedder: Embedder | None = None, **backends: Unpack[Backends]) -> None:
        self.folder = folder
        self._database = database_of(folder, backends.get("database", ""))
        kinds = backends.get("kinds")
        self._generations = Generations(
            self._database, kinds or library_kinds(self._database), moves=kinds is not None
        )
        self._embedder = LibraryEmbedder(folder, embedder)
        self._recent = RecentArticles()
        self._selections = Selections()

    @classmethod
    def create(cls, folder: Path, embedder: Embedder, **backends: Unpack[Backends]) -> "Library":
        """An empty library in a new or empty folder; ``UserError`` where there is one, or anything else."""
        library = cls(folder, embedder, **backends)
        if library._database.exists():
            raise UserError(
                f"there is a library in {folder} already: "
                f"add to it with: majlis index add PATH... --library {folder}"
            )
        make_folder(folder, (kind.name for kind in library._generations.kinds))
        with writer_lock(folder), told_apart(folder):
            library._database.create(State(0, embedder.name, embedder.fingerprint, embedder.dimension))
            with library._database.writing() as connection:
                library._generations.ensure(connection)
        return library

    @classmethod
    def open(cls, folder: Path, embedder: Embedder | None = None, **backends: Unpack[Backends]) -> "Library":
        """The library in a folder; without an embedder, its own is loaded when it is needed."""
        library = cls(folder, embedder, **backends)
        library._database.check()
        if embedder is not None:
            with library._database.reading() as connection:
                library._embedder.check(connection.read_state(), embedder)
        return library

    @classmethod
    def import_from(
        cls, file: Path, folder: Path, embedder: Embedder | None = None, **backends: Unpack[Backends]
    ) -> "Library":
        """The library that ``export`` wrote to a file, in a new or empty folder; embeds nothing.

        ``UserError`` where the file is not whole, and where what is in it fails its own checks; then the
        folder holds no library.
        """
        library = cls(folder, embedder, **backends)
        with import_library(file, library._database), writer_lock(folder), told_apart(folder):
            library._database.check()
            with library._database.writing() as connection:
                state = library._generations.ensure(connection)
            with library._database.reading() as connection:
                if problems := find_problems(connection, library._generations):
                    library._generations.sweep(replace(state, indexes={}))
                    raise LibraryDamaged(f"what {file} holds is damaged ({problems[0]}): export it again")
        return library

    def export(self, to: Path) -> LibraryInfo:
        """Writes articles, passages and vectors to one new file; the library that was written, in numbers."""
        state = export_library(self._database, to)
        return LibraryInfo.of(state, to.stat().st_size, healthy=True)

    @property
    def embedder(self) -> Embedder:
        """The embedder of the library's vectors; ``EmbedderMismatch`` where it is not to be had."""
        with self._database.reading() as connection:
            return self._embedder.of(connection.read_state())

    def build(
        self,
        articles: Iterable[Article],
        *,
        problems: Sequence[UnreadableArticle] = (),
        embedder: Embedder | None = None,
        progress: Progress = silent,
    ) -> Change:
        """Makes the library hold exactly these articles; another ``embedder`` embeds all of them anew.

        ``problems``: what could not be read, gathered while ``articles`` are; what those files gave before
        stays, and so does what came from the web. Until the last moment the old library is there and answers.
        What was embedded is kept when the build is cut off, and the next one goes on from there.
        """
        with self._writing(embedder) as writer:
            removed = writer.stage_all(articles, problems)
            embedded = writer.embed(progress)
            change = writer.publish(progress, embedded=embedded, removed=removed, whole=True)
        if embedder is not None:
            self._embedder = LibraryEmbedder(self.folder, embedder)
        return change

    def add(self, articles: Iterable[Article], *, progress: Progress = silent) -> Change:
        """Puts new articles in and changed ones in the place of their old selves; removes nothing."""
        with self._writing() as writer:
            writer.staging.stage(articles)
            writer.staging.keep_first(lambda _origin: False)
            return writer.publish(progress, embedded=writer.embed(progress))

    def update(
        self,
        articles: Iterable[Article],
        *,
        sources: Sequence[str] | None = None,
        problems: Sequence[UnreadableArticle] = (),
        progress: Progress = silent,
    ) -> Change:
        """Like ``add``, and what was once read from ``sources`` and did not come now goes.

        ``sources`` are the files or folders that the articles were read from again; None: all that the
        library was ever read from (``origins``). A file that is still there and gave nothing at all, or is
        among the ``problems`` (as in ``build``), could not be read whole: its articles stay. So do those of
        a folder that is away or empty; the change's problems name it. ``UserError``, and nothing is changed,
        where a file or folder that was named is not there, or nothing but such folders was found. An article
        whose file is gone, and whose text came from another one, has moved.
        """
        with self._writing() as writer:
            staging, read = writer.staging, Sources(sources, self.folder)
            staging.stage(articles)
            closed = unread(problems)

            def left(origin: str) -> bool:
                """Whether what did not come from that file has left it: it gave others, or it is gone."""
                if not read.hold(origin) or closed(origin):
                    return False
                return staging.has_from(origin) or read.have_lost(origin)

            staging.keep_first(left)
            staging.follow_moves()
            removed = staging.remove(left, read.places)
            if not staging.came() and not removed:
                read.require_any()
            staging.problems += read.away()
            return writer.publish(progress, embedded=writer.embed(progress), removed=removed)

    def sync(
        self,
        articles: Iterable[Article],
        *,
        problems: Sequence[UnreadableArticle] = (),
        allow_removals: bool = False,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> tuple[Change, SyncPlan]:
        """Like ``build``, and tells which articles are concerned; ``dry_run`` tells and changes nothing.

        ``UserError``, and nothing is changed, where more than half of the stored articles would go, without
        those that moved, unless ``allow_removals`` is given.
        """
        with self._writing() as writer:
            removed = writer.stage_all(articles, problems)
            plan, stored = writer.staging.plan(), writer.stored
            if dry_run:
                return writer.planned(removed), plan
            if removed * 2 > stored and not allow_removals:
                raise UserError(
                    f"{removed} of the {counted(stored, 'article')} in {self.folder} would go, so nothing "
                    f"was changed; see them with --dry-run, and if they are to go, add --allow-removals"
                )
            return writer.publish(
                progress, embedded=writer.embed(progress), removed=removed, whole=True
            ), plan

    def remove(self, article_ids: Iterable[str]) -> Change:
        """Takes articles out; of them nothing stays in the folder. Ids that are not there are passed over."""
        with self._writing() as writer:
            return writer.publish(removed=writer.staging.remove_named(article_ids))

    def tag(self, article_ids: Iterable[str], tags: Sequence[str], *, remove: bool = False) -> int:
        """Gives the articles the tags, or takes those of a person away; how many articles that changed."""
        with self._writing() as writer:
            return writer.tag(article_ids, tags, remove=remove)

    def traces(self, texts: Iterable[str]) -> Traces:
        """What is left in the folder of texts that were removed; reads all of it."""
        with told_apart(self.folder):
            return find_traces(self.folder, texts)

    def info(self) -> LibraryInfo:
        """The library in numbers; quick."""
        self._generations.follow_others()
        with self._database.reading() as connection:
            state = connection.read_state()
            elsewhere = connection.bytes_elsewhere()
        info = LibraryInfo.in_folder(state, self.folder, healthy=not self._generations.damaged(state))
        return replace(info, bytes=info.bytes + elsewhere)

    def articles(self) -> list[ArticleSummary]:
        """Every article without its text, by id."""
        with self.snapshot() as snapshot:
            return snapshot.articles()

    def find(self, name: str) -> list[ArticleSummary]:
        """The articles with that id, or read from that file or folder, by id; the empty name is none."""
        if not name.strip():
            return []
        with self.snapshot() as snapshot:
            return snapshot.find(name)

    def origins(self) -> list[Path]:
        """The files that articles were read from, there or not."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT DISTINCT origin FROM articles ORDER BY origin").fetchall()
        return [origin for (name,) in found if (origin := Path(name)).is_absolute()]

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest revision, held still for the block. Many threads may have one each at the same time."""
        with self._database.reading() as connection, self._generations.holding(connection):
            yield Snapshot(connection, self._generations, self._embedder.of, self._recent, self._selections)

    def verify(self) -> list[str]:
        """What is wrong with what is stored, a line each; nothing for a sound library. Reads all of it."""
        self._generations.follow_others()
        with self._database.reading() as connection, self._generations.holding(connection, files=True):
            problems = find_problems(connection, self._generations)
        return [f"{problem}; mend with: majlis index repair --library {self.folder}" for problem in problems]

    def repair(self, progress: Progress = silent) -> list[str]:
        """Mends what can be mended, and says what that was and what was lost, a line each.

        The library is sound then, as ``verify`` has it; ``LibraryDamaged`` where it cannot be made so. A file
        of SQLite that is proved damaged is kept beside the new one. Embeds everything again where the
        embedder of the library's name has become another version.
        """
        with suppress(LibraryDamaged):
            self._database.check()
        with writer_lock(self.folder), told_apart(self.folder):
            return repair(self._database, self._generations, self._embedder, progress)

    @contextmanager
    def _writing(self, other: Embedder | None = None) -> Iterator[LibraryWriter]:
        with writer_lock(self.folder), told_apart(self.folder), self._database.writing() as connection:
            state = self._generations.ensure(connection)
            yield LibraryWriter(connection, self._generations, lambda: self._embedder.of(state), other)
