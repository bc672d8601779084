"""How fast the whole is, over libraries of several sizes: building, updating, starting, asking, memory, disk.

    speed = run_speed([1000, 10_000], load_embedder())
    print("\\n".join(speed_lines(speed)))

Each size is a library of made-up articles (``corpus``) in a temporary folder. Everything is measured in
rounds, and what is compared comes first in turn, the limits (``querying``) too.

To embed a large library takes the encoder hours and tells nothing new, so it embeds the first ``ENCODED``
passages for its rate, and a larger library is filled by a stand-in; the record says which. Leaves out: how
good the answers are (``eval.run``), several processes at once, other formats than Markdown.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from assistant.caching import CachingEmbedder
from assistant.pipeline import Assistant
from assistant.samples import sample_folder
from assistant.settings import RETRIEVERS, Settings
from eval.run import versions
from eval.speed.building import STAGES, StandIn, build, read_all, remove, update
from eval.speed.corpus import SEED, Corpus, make_corpus, markdown, path_of, revised
from eval.speed.figures import AskingRound, Limits, SizeSpeed, Speed, Spread
from eval.speed.process import bare_start, cold_start, load, machine, memory, opening
from eval.speed.querying import (
    ASKERS,
    ask,
    bare_scans,
    dense_searches,
    library_vectors,
    memory_rate,
    seconds_each,
)
from eval.speed.searching import recall, search_seconds
from index.embedders import Embedder
from index.library import Library
from index.passages import SPLITTER_VERSION
from index.progress import Progress, silent, timed
from index.text.analysis import ANALYSIS_VERSION

ENCODED = 1_000  # passages that the encoder embeds to show its rate; larger libraries get stand-in vectors
_REMEMBERED = 5  # questions that a fresh process answers before its memory is looked at

Step = TypeVar("Step", bound=Hashable)
Value = TypeVar("Value")


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
            "reader": reader.fingerprint,
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
        self._retriever = Settings().retriever

    def size(self) -> SizeSpeed:
        self._corpus.write(self._articles)
        encoder, building = self._build()
        disk = disk_parts(self._library)
        info = Library.open(self._library).info()
        return SizeSpeed(
            passages=len(self._corpus.passages),
            articles=len(self._corpus.articles),
            text_bytes=sum(len(article.text.encode()) for article in self._corpus.articles),
            encoded=len(self._texts),
            stand_in=self._stand_in,
            rows=info.vectors,
            dimension=info.dimension,
            building=building,
            updating=self._update(),
            starting=self._start(),
            memory=self._remember(),
            asking=self._ask(),
            **self._search(),
            disk=disk,
            limits=self._limit(encoder),
        )

    def _build(self) -> tuple[Spread, dict[str, Spread]]:
        """The bare encoder's passages a second, a build's seconds by stage; the last library stays."""
        filling: list[Embedder] = [] if self._stand_in else [self._embedder]

        def encode(number: int) -> dict[str, float]:
            spent: dict[str, float] = {}
            with timed(spent, "seconds"):
                vectors = self._embedder.embed_passages(
                    self._texts, progress=self._part_of(number, "encoder")
                )
            if not filling:
                filling.append(StandIn(self._embedder, self._texts, vectors))
            return {"rate": len(self._texts) / spent["seconds"]}

        def build_once(number: int) -> dict[str, float]:
            rmtree(self._library, ignore_errors=True)
            change, seconds = build(self._library, self._articles, filling[0], self._part_of(number))
            if change.passages != len(self._corpus.passages):
                raise ValueError(
                    f"{len(self._corpus.passages)} passages were written, {change.passages} came in"
                )
            return seconds

        taken = self._rounds("", {"encoder": encode, "building": build_once})
        rates = Spread.of(one["rate"] for one in taken["encoder"])
        return rates, {stage: Spread.of(one[stage] for one in taken["building"]) for stage in STAGES}

    def _update(self) -> dict[str, Spread]:
        """The seconds to follow one changed article, its file named or its whole folder; to remove one."""
        library = Library.open(self._library, self._embedder)

        def follow(kind: str, number: int) -> float:
            edition = 2 * number + (kind == "file")
            chosen = edition % len(self._corpus.articles)
            path = path_of(self._articles, chosen)
            path.write_text(markdown(revised(self._corpus.articles[chosen], edition)), encoding="utf-8")
            return update(library, path if kind == "file" else self._articles)[1]

        def take_out(number: int) -> float:
            path = path_of(
                self._articles, (number + len(self._corpus.articles) // 2) % len(self._corpus.articles)
            )
            [article] = read_all(path)
            taken = remove(library, article.id)
            library.update(read_all(path), sources=[str(path)])  # it comes back: the next figures ask of it
            return taken

        steps: dict[str, Callable[[int], float]] = {
            kind: partial(follow, kind) for kind in ("file", "folder")
        }
        return self._spreads("updating", steps | {"removal": take_out})

    def _start(self) -> dict[str, Spread]:
        """The seconds of a fresh process that asks one question, that does nothing, that only opens."""

        def start(kind: str, number: int) -> float:
            if kind == "python":
                return bare_start()
            if kind == "open":
                return opening(self._library, self._question(number))
            return cold_start(self._library, self._question(number), kind)

        kinds = ("python", "open", *RETRIEVERS)
        return self._spreads("starting", {kind: partial(start, kind) for kind in kinds})

    def _remember(self) -> dict[str, Spread]:
        questions = [self._question(number) for number in range(_REMEMBERED)]
        held = self._rounds("memory", {"": lambda _: memory(self._library, questions, self._retriever)})[""]
        return {part: Spread.of(one[part] for one in held) for part in held[0]}

    def _ask(self) -> dict[int, list[AskingRound]]:
        """Rounds of questions, by the number of askers; no question comes twice while there are others."""
        assistant = Assistant(Library.open(self._library, self._embedder))
        assistant.answer(self._question(0))  # the first one loads the indexes
        every, count = self._corpus.asked, self._plan.questions

        def ask_all(askers: int, number: int) -> AskingRound:
            first = (number * len(ASKERS) + ASKERS.index(askers)) * count
            return ask(assistant, [every[n % len(every)] for n in range(first, first + count)], askers)

        return self._rounds("asking", {askers: partial(ask_all, askers) for askers in ASKERS})

    def _search(self) -> dict[str, Any]:
        """Seconds of searches by retriever, the questions embedded already; and their recall by meaning."""
        questions = [self._question(number) for number in range(self._plan.questions)]
        embedder = CachingEmbedder(self._embedder)
        embedded = embedder.embed_questions(questions)
        library = Library.open(self._library, embedder)
        taken = self._rounds("searching", {"": lambda _: search_seconds(library, questions)})[""]
        return {
            "searching": {kind: [one for each in taken for one in each[kind]] for kind in taken[0]},
            "recall": recall(library, questions, list(embedded)),
        }

    def _limit(self, encoder: Spread) -> Limits:
        """Searching by meaning beside FAISS and memory alone; a round's value is the median question's."""
        questions = [self._question(number) for number in range(self._plan.questions)]
        embedder = CachingEmbedder(self._embedder)
        embedded = [embedder.embed_questions([question])[0] for question in questions]
        library = Library.open(self._library, embedder)
        vectors = library_vectors(self._library)
        steps: dict[str, Callable[[int], float]] = {
            "question": lambda _: median(
                seconds_each(lambda question: self._embedder.embed_questions([question]), questions)
            ),
            "scan": lambda _: median(bare_scans(vectors, embedded)),
            "search": lambda _: median(dense_searches(library, questions)),
            "memory": lambda _: memory_rate(),
        }
        return Limits(encoder=encoder, **self._spreads("limits", steps))

    def _question(self, number: int) -> str:
        return self._corpus.asked[number % len(self._corpus.asked)].question

    def _spreads(self, stage: str, steps: Mapping[Step, Callable[[int], float]]) -> dict[Step, Spread]:
        return {name: Spread.of(values) for name, values in self._rounds(stage, steps).items()}

    def _rounds(self, stage: str, steps: Mapping[Step, Callable[[int], Value]]) -> dict[Step, list[Value]]:
        """What every step gives, round by round; the empty stage's steps tell of themselves."""
        taken: dict[Step, list[Value]] = {name: [] for name in steps}
        for number in range(self._plan.rounds):
            for name in rotated([*steps], number):
                taken[name].append(steps[name](number))
                if stage:
                    self._progress(stage, sum(map(len, taken.values())), self._plan.rounds * len(steps))
        return taken

    def _part_of(self, number: int, name: str = "") -> Progress:
        """The progress of one round's work as a part of all rounds' work, under its own name or another."""

        def tell(stage: str, done: int, total: int) -> None:
            self._progress(name or stage, number * total + done, self._plan.rounds * total)

        return tell


def rotated(items: Sequence[Value], number: int) -> list[Value]:
    """What is compared, in the order of that round: each comes first in turn, so none gains by its place."""
    first = number % len(items)
    return [*items[first:], *items[:first]]


def disk_parts(library: Path) -> dict[str, int]:
    """The bytes of a library's files: what is stored, what FAISS and what tantivy derive, the rest."""
    parts = dict.fromkeys(("sqlite", "faiss", "terms", "other"), 0)
    kinds = {"majlis.sqlite": "sqlite", "vectors-": "faiss", "lexical-": "terms"}
    for path in library.rglob("*"):
        if path.is_file():
            top = path.relative_to(library).parts[0]
            part = next((kind for start, kind in kinds.items() if top.startswith(start)), "other")
            parts[part] += path.stat().st_size
    return parts
