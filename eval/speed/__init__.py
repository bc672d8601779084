"""How fast the whole is, over libraries of several sizes: building, updating, starting, asking, memory, disk.

    speed = run_speed([1000, 10_000], load_embedder())
    print("\\n".join(speed_lines(speed)))

Each size is a library of made-up articles (``speed_corpus``) in a temporary folder. Everything is measured in
rounds, and what is compared comes first in turn, the limits (``speed_limits``) too.

To embed a large library takes the encoder hours and tells nothing new, so it embeds the first ``ENCODED``
passages for its rate, and a larger library is filled by a stand-in; the record says which. Leaves out: how
good the answers are (``benchmark``), several processes at once, other formats than Markdown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from assistant.caching import CachingEmbedder
from assistant.pipeline import Assistant
from assistant.samples import sample_folder
from assistant.settings import RETRIEVERS, Settings
from eval.run import versions
from eval.speed.asking import ASKERS, ExampleRunner, ask
from eval.speed.building import STAGES, build, update
from eval.speed.corpus import SEED, Corpus, make_corpus, markdown, path_of, revised
from eval.speed.embedders import StandIn
from eval.speed.limits import (
    bare_scans,
    dense_searches,
    library_vectors,
    memory_rate,
    question_embeddings,
)
from eval.speed.machine import load, machine
from eval.speed.process import bare_start, cold_start, memory
from eval.speed.records import Limits, SizeSpeed, Speed
from eval.speed.spread import Spread, rotated
from index.embedders import Embedder
from index.library import Library
from index.passages import SPLITTER_VERSION
from index.progress import Progress, silent
from index.text.analysis import ANALYSIS_VERSION

ENCODED = 1_000  # passages that the encoder embeds to show its rate; larger libraries get stand-in vectors
_REMEMBERED = 5  # questions that a fresh process answers before its memory is looked at


@dataclass(frozen=True, slots=True)
class Plan:
    """How each size is measured."""

    rounds: int = 3
    questions: int = 48  # asked in a round, by one asker or by many
    seed: int = SEED  # of the articles
    full: bool = False  # embed every passage for true, however many
    encoded: int = ENCODED


def run_speed(
    sizes: Sequence[int], embedder: Embedder, plan: Plan | None = None, *, progress: Progress = silent
) -> Speed:
    """The speed at each size, smallest first; ``UserError`` where a fresh process cannot be measured."""
    plan = plan or Plan()
    before = load()
    measured = []
    with TemporaryDirectory(prefix="majlis-speed-", ignore_cleanup_errors=True) as folder:
        place = Path(folder).resolve()
        build(place / "warm", sample_folder(), embedder)  # the first build of a process pays for imports
        reader = Assistant(Library.open(place / "warm", embedder)).reader
        reading = str(getattr(reader, "fingerprint", type(reader).__name__))
        for size in sorted(set(sizes)):
            corpus = make_corpus(size, plan.seed)
            measured.append(_Measuring(place / f"{size}", corpus, embedder, plan, progress).size())
            rmtree(place / f"{size}", ignore_errors=True)
    asking = Settings()
    return Speed(
        settings={
            "passages": [size.passages for size in measured],
            **asdict(plan),
            "embedder": embedder.name,
            "retriever": asking.retriever,
            "reader": asking.reader,
            "k": asking.k,
            "threshold": asking.threshold,
        },
        machine=machine(),
        versions=versions()
        | {
            "embedder": embedder.fingerprint,
            "analysis": ANALYSIS_VERSION,
            "splitter": SPLITTER_VERSION,
            "reader": reading,
        },
        load=(before, load()),
        sizes=tuple(measured),
    )


class _Measuring:
    """One size: its articles on disk, then what is measured of them, one after the other."""

    def __init__(
        self, folder: Path, corpus: Corpus, embedder: Embedder, plan: Plan, progress: Progress
    ) -> None:
        self._corpus = corpus
        self._embedder = embedder
        self._plan = plan
        self._progress = progress
        self._texts = [passage.text for passage in corpus.passages[: plan.encoded]]
        self._stand_in = not plan.full and len(corpus.passages) > plan.encoded
        self._articles = folder / "articles"
        self._library = folder / "library"

    def size(self) -> SizeSpeed:
        self._corpus.write(self._articles)
        encoder, building = self._build()
        disk = disk_parts(self._library)
        info = Library.open(self._library).info()
        updating = self._update()
        starting = self._start()
        held = self._remember()
        asking = self._ask()
        limits = self._limit(encoder)
        return SizeSpeed(
            passages=len(self._corpus.passages),
            articles=len(self._corpus.articles),
            text_bytes=sum(len(article.text.encode()) for article in self._corpus.articles),
            encoded=len(self._texts),
            stand_in=self._stand_in,
            rows=info.vectors,
            dimension=info.dimension,
            building=building,
            updating=updating,
            starting=starting,
            asking=asking,
            memory=held,
            disk=disk,
            limits=limits,
        )

    def _build(self) -> tuple[Spread, dict[str, Spread]]:
        """The bare encoder's passages a second, a build's seconds by stage; the last library stays."""
        rates: list[float] = []
        builds: list[dict[str, float]] = []
        filling: list[Embedder] = [] if self._stand_in else [self._embedder]

        def encode(number: int) -> None:
            begun = perf_counter()
            vectors = self._embedder.embed_passages(self._texts, progress=self._round(number, "encoder"))
            rates.append(len(self._texts) / (perf_counter() - begun))
            if not filling:
                filling.append(StandIn(self._embedder, self._texts, vectors))

        def build_once(number: int) -> None:
            rmtree(self._library, ignore_errors=True)
            change, seconds = build(self._library, self._articles, filling[0], self._round(number))
            if change.passages != len(self._corpus.passages):
                raise ValueError(
                    f"{len(self._corpus.passages)} passages were written, {change.passages} came in"
                )
            builds.append(seconds)

        self._in_rounds("", {"encoder": encode, "building": build_once})
        return Spread.of(rates), {stage: Spread.of(one[stage] for one in builds) for stage in STAGES}

    def _update(self) -> dict[str, Spread]:
        """The seconds to follow one changed article, its file named or its whole folder."""
        library = Library.open(self._library, self._embedder)
        taken: dict[str, list[float]] = {"file": [], "folder": []}

        def follow(kind: str, number: int) -> None:
            chosen = (2 * number + (kind == "file")) % len(self._corpus.articles)
            path = path_of(self._articles, chosen)
            edition = revised(self._corpus.articles[chosen], 2 * number + (kind == "file"))
            path.write_text(markdown(edition), encoding="utf-8")
            _, seconds = update(library, path if kind == "file" else self._articles)
            taken[kind].append(seconds)

        self._in_rounds("updating", {kind: partial(follow, kind) for kind in taken})
        return {kind: Spread.of(seconds) for kind, seconds in taken.items()}

    def _start(self) -> dict[str, Spread]:
        """The seconds of a fresh process that asks one question, and of one that does nothing."""
        taken: dict[str, list[float]] = {"python": [], **{kind: [] for kind in RETRIEVERS}}

        def start(kind: str, number: int) -> None:
            question = self._question(number)
            seconds = bare_start() if kind == "python" else cold_start(self._library, question, kind)
            taken[kind].append(seconds)

        self._in_rounds("starting", {kind: partial(start, kind) for kind in taken})
        return {kind: Spread.of(seconds) for kind, seconds in taken.items()}

    def _remember(self) -> dict[str, Spread]:
        held: list[dict[str, int]] = []
        questions = [self._question(number) for number in range(_REMEMBERED)]

        def look(_number: int) -> None:
            held.append(memory(self._library, questions, Settings().retriever))

        self._in_rounds("memory", {"memory": look})
        return {part: Spread.of(one[part] for one in held) for part in held[0]}

    def _ask(self) -> dict[int, list[ExampleRunner]]:
        """Rounds of questions, by the number of askers; no question comes twice while there are others."""
        assistant = Assistant(Library.open(self._library, self._embedder))
        assistant.answer(self._question(0))  # the first one loads the indexes
        taken: dict[int, list[ExampleRunner]] = {askers: [] for askers in ASKERS}
        asked = 0

        def ask_all(askers: int, _number: int) -> None:
            nonlocal asked
            every = self._corpus.asked
            chosen = [every[n % len(every)] for n in range(asked, asked + self._plan.questions)]
            asked += self._plan.questions
            taken[askers].append(ask(assistant, chosen, askers))

        self._in_rounds("asking", {f"{askers}": partial(ask_all, askers) for askers in ASKERS})
        return taken

    def _limit(self, encoder: Spread) -> Limits:
        """Searching by meaning beside FAISS and memory alone; a round's value is the median question's."""
        questions = [self._question(number) for number in range(self._plan.questions)]
        embedder = CachingEmbedder(self._embedder)
        embedded = [embedder.embed_questions([question])[0] for question in questions]
        library = Library.open(self._library, embedder)
        vectors = library_vectors(self._library)
        steps: dict[str, Callable[[], float]] = {
            "question": lambda: median(question_embeddings(self._embedder, questions)),
            "scan": lambda: median(bare_scans(vectors, embedded)),
            "search": lambda: median(dense_searches(library, questions)),
            "memory": memory_rate,
        }
        taken: dict[str, list[float]] = {name: [] for name in steps}

        def take(name: str, _number: int) -> None:
            taken[name].append(steps[name]())

        self._in_rounds("limits", {name: partial(take, name) for name in steps})
        return Limits(encoder=encoder, **{name: Spread.of(values) for name, values in taken.items()})

    def _question(self, number: int) -> str:
        return self._corpus.asked[number % len(self._corpus.asked)].question

    def _in_rounds(self, stage: str, steps: Mapping[str, Callable[[int], None]]) -> None:
        """Takes every step once a round, in turn the first; the empty stage's steps tell of themselves."""
        done, total = 0, self._plan.rounds * len(steps)
        for number in range(self._plan.rounds):
            for name in rotated([*steps], number):
                steps[name](number)
                done += 1
                if stage:
                    self._progress(stage, done, total)

    def _round(self, number: int, name: str = "") -> Progress:
        """The progress of one round's work as a part of all rounds' work, under its own name or another."""

        def tell(stage: str, done: int, total: int) -> None:
            self._progress(name or stage, number * total + done, self._plan.rounds * total)

        return tell


def disk_parts(library: Path) -> dict[str, int]:
    """The bytes of a library's files: what is stored, what FAISS and what tantivy derive, the rest."""
    parts = dict.fromkeys(("sqlite", "faiss", "terms", "other"), 0)
    for path in library.rglob("*"):
        if path.is_file():
            top = path.relative_to(library).parts[0]
            kinds = {"majlis.sqlite": "sqlite", "vectors-": "faiss", "lexical-": "terms"}
            part = next((kind for start, kind in kinds.items() if top.startswith(start)), "other")
            parts[part] += path.stat().st_size
    return parts
