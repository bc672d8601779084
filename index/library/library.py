"""A library: the folder on disk that articles go into and questions are answered from.

    library = Library.create(Path("my-library"), load_embedder())
    library.build(read_articles([Path("articles")], on_problem=print))
    with library.snapshot() as snapshot:
        hits = snapshot.lexical("Who proposed the council?", 10)

SQLite is the truth (``database``), the search indexes are derived from it (``generations``). One process
changes it at a time; any number read, and each sees one revision per question.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from index.articles import Article
from index.embedders import Embedder, load_embedder
from index.errors import EmbedderMismatch, EmbedderUnavailable, UnreadableArticle, UserError
from index.library.change import Change, LibraryWriter
from index.library.corpus import StoredCorpus
from index.library.database import FILE, Database, State
from index.library.generations import Generations
from index.library.generations.stamps import bytes_of
from index.library.lock import writer_lock
from index.library.repair import find_problems, repair_rows, salvage
from index.library.snapshot import ArticleSummary, Snapshot
from index.library.sources import Sources, is_unread
from index.progress import Progress, silent
from index.search import IndexKinds, index_kinds


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """What a library is, in numbers."""

    articles: int
    passages: int
    vectors: int  # one a window of a passage
    languages: dict[str, int]  # articles by language
    embedder: str
    dimension: int
    revision: int
    bytes: int
    healthy: bool  # the indexes are there and undamaged; ``verify`` looks at everything


class Library:
    """Articles, passages and their indexes in one folder. Safe to use from many threads."""

    def __init__(
        self, folder: Path, embedder: Embedder | None = None, *, kinds: IndexKinds | None = None
    ) -> None:
        self.folder = folder
        self._database = Database(folder)
        self._generations = Generations(self._database, kinds or index_kinds())
        self._given = embedder
        self._loaded = embedder
        self._loading = Lock()

    @classmethod
    def create(cls, folder: Path, embedder: Embedder, *, kinds: IndexKinds | None = None) -> "Library":
        """An empty library in a new or empty folder; ``UserError`` where there is one, or anything else."""
        library = cls(folder, embedder, kinds=kinds)
        if library._database.exists():
            raise UserError(
                f"there is a library in {folder} already: "
                f"add to it with: majlis index add PATH... --library {folder}"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            names = {path.name for path in folder.iterdir()}
        except OSError as error:
            raise UserError(
                f"no library can be made in {folder} ({error.strerror}): name another folder"
            ) from error
        if not names <= {"lock", FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal"}:
            raise UserError(f"no library can be made in {folder}: it is not empty; name another folder")
        with writer_lock(folder):
            library._database.create(State(0, embedder.name, embedder.fingerprint, embedder.dimension))
            with library._database.writing() as connection:
                library._generations.ensure(connection)
        return library

    @classmethod
    def open(
        cls, folder: Path, embedder: Embedder | None = None, *, kinds: IndexKinds | None = None
    ) -> "Library":
        """The library in a folder; without an embedder, its own is loaded when it is needed."""
        library = cls(folder, embedder, kinds=kinds)
        library._database.check()
        if embedder is not None:
            with library._database.reading() as connection:
                library._check(connection.read_state(), embedder)
        return library

    @property
    def embedder(self) -> Embedder:
        """The embedder of the library's vectors; ``EmbedderMismatch`` where it is not to be had."""
        with self._database.reading() as connection:
            return self._embedder_of(connection.read_state())

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
        stays. Until the last moment the old library is there and answers. What was embedded is kept when the
        build is cut off, and the next one goes on from there.
        """
        with self._writing(embedder) as writer:
            writer.staging.stage(articles)
            removed = writer.staging.remove(lambda _id, origin: not is_unread(origin, problems))
            embedded = writer.embed(progress)
            change = writer.publish(progress, embedded=embedded, removed=removed, whole=True)
        if embedder is not None:
            self._given = self._loaded = embedder
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
        among the ``problems`` (as in ``build``), could not be read whole: its articles stay. ``UserError``,
        and nothing is changed, where a file or folder that was named is not there, or a folder is away or
        empty that articles were read from.
        """
        with self._writing() as writer:
            staging, read = writer.staging, Sources(sources, self.folder)
            staging.stage(articles)

            def left(origin: str) -> bool:
                """Whether what did not come from that file has left it: it gave others, or it is gone."""
                if not read.hold(origin) or is_unread(origin, problems):
                    return False
                return staging.has_from(origin) or read.have_lost(origin)

            staging.keep_first(left)
            removed = staging.remove(lambda _id, origin: left(origin))
            return writer.publish(progress, embedded=writer.embed(progress), removed=removed)

    def remove(self, article_ids: Iterable[str]) -> Change:
        """Takes articles out; of them nothing stays in the folder. Ids that are not there are passed over."""
        chosen = set(article_ids)
        with self._writing() as writer:
            return writer.publish(
                removed=writer.staging.remove(lambda article_id, _origin: article_id in chosen)
            )

    def info(self) -> LibraryInfo:
        """The library in numbers; quick."""
        with self._database.reading() as connection:
            state = connection.read_state()
            corpus = StoredCorpus(connection, state)
            languages = dict(
                connection.execute(
                    "SELECT language, count(*) FROM articles GROUP BY language ORDER BY language"
                )
            )
            passages, vectors = corpus.count(), corpus.count_vectors()
        return LibraryInfo(
            articles=sum(languages.values()),
            passages=passages,
            vectors=vectors,
            languages=languages,
            embedder=state.embedder,
            dimension=state.dimension,
            revision=state.revision,
            bytes=bytes_of(self.folder),
            healthy=not self._generations.damaged(state),
        )

    def articles(self) -> list[ArticleSummary]:
        """Every article without its text, by id."""
        with self.snapshot() as snapshot:
            return snapshot.articles()

    def origins(self) -> list[Path]:
        """The files that articles were read from, there or not."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT DISTINCT origin FROM articles ORDER BY origin").fetchall()
        return [origin for (name,) in found if (origin := Path(name)).is_absolute()]

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest revision, held still for the block. Many threads may have one each at the same time."""
        with self._database.reading() as connection, self._generations.holding(connection):
            yield Snapshot(connection, self._generations, self._embedder_of)

    def verify(self) -> list[str]:
        """What is wrong with what is stored, a line each; nothing for a sound library. Reads all of it."""
        with self._database.reading() as connection:
            problems = find_problems(connection, self._generations)
        return [f"{problem}; mend with: majlis index repair --library {self.folder}" for problem in problems]

    def repair(self, progress: Progress = silent) -> list[str]:
        """Mends what can be mended, and says what that was and what was lost, a line each.

        Embeds everything again where the embedder of the library's name has become another version.
        """
        with writer_lock(self.folder):
            report = salvage(self._database)
            with self._database.writing() as connection:
                state = connection.read_state()
                damaged = self._generations.damaged(state)
                other = None
                if self._given is None:
                    with suppress(EmbedderUnavailable):
                        other = load_embedder(state.embedder)
                writer = LibraryWriter(connection, self._generations, lambda: self._embedder_of(state), other)
                report += repair_rows(connection, writer, progress)
                state = self._generations.ensure(connection)
                if wrong := self._generations.unsound(connection, state):
                    self._generations.ensure(connection, afresh=True)
                connection.execute("VACUUM")
                connection.checkpoint()
        return report + [f"made afresh: {problem}" for problem in damaged + wrong]

    @contextmanager
    def _writing(self, other: Embedder | None = None) -> Iterator[LibraryWriter]:
        with writer_lock(self.folder), self._database.writing() as connection:
            state = self._generations.ensure(connection)
            yield LibraryWriter(connection, self._generations, lambda: self._embedder_of(state), other)

    def _embedder_of(self, state: State) -> Embedder:
        with self._loading:
            if self._loaded is None or (
                self._given is None and self._loaded.fingerprint != state.fingerprint
            ):
                self._loaded = load_embedder(state.embedder)
            self._check(state, self._loaded)
            return self._loaded

    def _check(self, state: State, embedder: Embedder) -> None:
        if embedder.fingerprint == state.fingerprint:
            return
        if embedder.name == state.embedder:
            raise EmbedderMismatch(
                f"the library in {self.folder} was built with another version of the embedder "
                f"{embedder.name}: embed it anew with: majlis index repair --library {self.folder}"
            )
        raise EmbedderMismatch(
            f"the library in {self.folder} was built with the embedder {state.embedder}, not "
            f"{embedder.name}: to change it run: majlis index build PATH... --embedder {embedder.name} "
            f"--library {self.folder}"
        )
