"""The assistant: understand, retrieve, read, answer. Everything else serves these lines."""

from collections.abc import Sequence

from assistant.answers import Answer, Event, OnEvent, ignore
from assistant.conversation import Rewrite, Turn
from assistant.follow_ups import stand_alone
from assistant.question import understand
from assistant.readers import Reader, load_reader
from assistant.readers.parts import read_question
from assistant.retrieval import make_retriever
from assistant.settings import Settings
from index.articles import Article
from index.library import Library
from index.originals import Originals
from index.passages import Hit
from index.progress import timed


class Assistant:
    """Answers questions over one library; may be asked from many threads at once."""

    def __init__(
        self,
        library: Library,
        settings: Settings | None = None,
        reader: Reader | None = None,
        rewrite: Rewrite | None = stand_alone,
    ) -> None:
        self.library = library
        self.originals = Originals(library.folder)
        self.settings = settings or Settings()
        # by words alone no embedder is ever loaded
        by_words = self.settings.retriever == "lexical"
        self.reader = reader or load_reader(self.settings.reader, by_words=by_words)
        self._rewrite = rewrite

    def answer(self, question: str, turns: Sequence[Turn] = (), on_event: OnEvent | None = None) -> Answer:
        """The answer with its citations, or an abstention; ``UserError`` where nothing was asked.

        ``turns`` are what was asked and answered before, oldest first. ``on_event`` hears what is being done.
        """
        tell = on_event or ignore
        timings: dict[str, float] = {}
        with timed(timings, "total", 1000):
            understood = understand(question, turns, self._rewrite)
            tell(Event("searching"))
            with self.library.snapshot() as snapshot:
                with timed(timings, "retrieve", 1000):
                    retriever = make_retriever(self.settings.retriever, snapshot, timings)
                    wanted = 0 if understood.of_the_library else max(self.settings.k, self.reader.depth)
                    hits = retriever.retrieve(understood, wanted) if wanted else []
                with timed(timings, "read", 1000):
                    reading = read_question(
                        self.reader,
                        understood,
                        hits[: self.reader.depth],
                        snapshot,
                        self.settings.threshold,
                        tell,
                    )
                revision = snapshot.revision
        answered = bool(reading.text) and reading.confidence >= self.settings.threshold
        answer = Answer(
            question=understood.asked,
            understood_as=understood.text,
            text=reading.text if answered else "",
            language=reading.language if answered else understood.language,
            citations=reading.citations if answered else (),
            confidence=reading.confidence,
            hits=tuple(hits[: self.settings.k]),
            timings_ms=timings,
            alternatives=tuple(
                other
                for other in reading.alternatives
                if answered and other.confidence >= self.settings.threshold
            ),
            statements=reading.statements if answered else (),
            revision=revision,
            reader=self.reader.fingerprint if hits else "",
            sure=answered and reading.sure,
        )
        tell(Event("done"))
        return answer

    def search(self, question: str, k: int | None = None) -> list[Hit]:
        """The k passages nearest to the question (the setting's k where none is given), best first."""
        understood = understand(question)
        with self.library.snapshot() as snapshot:
            retriever = make_retriever(self.settings.retriever, snapshot)
            return retriever.retrieve(understood, self.settings.k if k is None else k)

    def article(self, article_id: str) -> Article:
        """The article as the library holds it now; ``KeyError`` if it does not."""
        with self.library.snapshot() as snapshot:
            return snapshot.article(article_id)

    def load(self) -> None:
        """Loads the reader now, not with the first question; ``ModelUnavailable`` where it cannot."""
        self.reader.load()
