"""Mends a library until it is sound, or says that it cannot.

A file of SQLite that is proved damaged is first replaced by what can be read of it (``salvage``); then rows
(``rows``) and indexes are mended. Where rows are damaged in a way that cannot be mended in their place, what
can be read of them is put into a new file too.
"""

from contextlib import suppress

from index.embedders import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.errors import EmbedderUnavailable, LibraryDamaged
from index.library.change import LibraryWriter
from index.library.database import Database, State
from index.library.database.kinds import LibraryDatabase
from index.library.embedder import LibraryEmbedder
from index.library.generations import Generations
from index.library.repair.rows import find_problems, repair_rows
from index.library.repair.salvage import salvage
from index.progress import Progress


def repair(
    database: LibraryDatabase,
    generations: Generations,
    embedder: LibraryEmbedder,
    progress: Progress,
) -> list[str]:
    """Under the writer's lock: what was mended and what was lost, a line each.

    ``LibraryDamaged`` where it cannot be made sound.
    """
    report: list[str] = []
    problems: list[str] = []
    for attempt in range(2):
        if why := database.damage() or ("its rows are damaged" if attempt else ""):
            if not isinstance(database, Database):
                raise LibraryDamaged(
                    f"the rows of {database.address} cannot be mended in their place ({why}): bring the "
                    "database back from a backup; nothing of it was thrown away"
                )
            report += salvage(database, why, lambda: _spare_state(database, generations, embedder.given))
        try:
            report += _mend(database, generations, embedder, progress)
            with database.reading() as connection:
                problems = find_problems(connection, generations)
        except LibraryDamaged as error:
            problems = [str(error)]
        if not problems:
            return report
    raise LibraryDamaged(
        f"the library in {database.folder} cannot be mended ({problems[0]}); nothing of it was thrown away: "
        f"bring back a copy, or build it anew elsewhere with: majlis index build PATH... --library OTHER"
    )


def _mend(
    database: LibraryDatabase,
    generations: Generations,
    embedder: LibraryEmbedder,
    progress: Progress,
) -> list[str]:
    """Mends rows and indexes; what that was, a line each."""
    with database.writing() as connection:
        state = connection.read_state()
        damaged = generations.damaged(state)
        other = None
        if embedder.given is None:
            with suppress(EmbedderUnavailable):
                other = load_embedder(state.embedder)
        writer = LibraryWriter(connection, generations, lambda: embedder.of(state), other)
        report = repair_rows(connection, writer, progress)
        state = generations.ensure(connection, progress=progress)
        if wrong := generations.unsound(connection, state):
            generations.ensure(connection, afresh=True, progress=progress)
        connection.compact()
        connection.checkpoint()
    return report + [f"made afresh: {problem}" for problem in damaged + wrong]


def _spare_state(database: Database, generations: Generations, given: Embedder | None) -> State:
    """A state for a library that has lost its own: newer than any index of it."""
    spare = given or load_embedder(DEFAULT_EMBEDDER)
    numbers = [
        path.name.split("-")[1]
        for kind in generations.kinds
        for path in database.folder.glob(f"{kind.name}-*-*")
    ]
    revision = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return State(revision + 1, spare.name, spare.fingerprint, spare.dimension)
