"""The assistant: understand, retrieve, read, answer. Everything else serves these lines."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Answer, AskedWithin, Event, OnEvent, ignore
from assistant.conversation import Rewrite, Turn
from assistant.follow_ups import stand_alone
from assistant.question import Question, understand
from assistant.question.said import wish_of
from assistant.readers import AnswerWriter, Reader, Reading, reader_of, without_model
from assistant.readers.parts import read_question
from assistant.retrieval import make_retriever
from assistant.settings import Settings
from index.articles import Article
from index.filters import ALL, Filter
from index.library import Library, Snapshot
from index.library.selection.narrowed import NarrowedSnapshot
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
        self.reader = reader or reader_of(self.settings, by_words=by_words)
        self._rewrite = rewrite

    @property
    def destination(self) -> str:
        """The host that questions and passages are sent to; "" where none leaves this program."""
        return self.reader.destination if isinstance(self.reader, AnswerWriter) else ""

    def without_model(self) -> "Assistant":
        """The same, answering in the articles' own words; nothing is sent anywhere."""
        return Assistant(self.library, self.settings, without_model(self.reader), self._rewrite)

    def answer(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        on_event: OnEvent | None = None,
        *,
        within: Filter = ALL,
        literally: bool = False,
    ) -> Answer:
        """The answer with its citations, or an abstention; ``UserError`` where nothing was asked.

        ``turns`` are what was asked and answered before, oldest first. ``on_event`` hears what is being done.
        Only articles that ``within`` keeps are asked, and of them only those that the question says itself,
        unless it is taken ``literally``.
        """
        tell = on_event or ignore
        timings: dict[str, float] = {}
        with timed(timings, "total", 1000):
            tell(Event("searching"))
            understood = understand(question, turns, self._rewriting(tell))
            with self.library.snapshot() as snapshot:
                wish = None if literally else wish_of(understood, snapshot, within)
                if wish:
                    understood = replace(understand(wish.question), asked=understood.asked)
                asked = [each for each in (within, wish.filter if wish else ALL) if each]
                narrowed = snapshot.within(*asked) if asked else None
                hits, reading = self._read(
                    self.reader, understood, narrowed or snapshot, timings, tell, turns
                )
                answered = self._says(reading)
                told = None
                if narrowed:
                    outside = None
                    if not answered and not understood.of_the_library:
                        own_words = without_model(self.reader)
                        outside = len(snapshot.outside(narrowed).selected) > 0 and self._says(
                            self._read(own_words, understood, snapshot, {}, tell)[1]
                        )
                    told = asked_within(narrowed, within, wish.filter if wish else ALL, outside)
                revision = snapshot.revision
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
            within=told,
            writing=reading.writing,
            notice=reading.notice,
        )
        tell(Event("done"))
        return answer

    def _rewriting(self, tell: OnEvent) -> Rewrite | None:
        """What makes a follow-up stand alone: the model where one writes, unless another was given."""
        reader = self.reader
        if isinstance(reader, AnswerWriter) and self._rewrite is stand_alone:
            return lambda asked, turns: reader.rewrite(asked, turns, tell)
        return self._rewrite

    def _read(
        self,
        reader: Reader,
        understood: Question,
        revision: Snapshot | NarrowedSnapshot,
        timings: dict[str, float],
        tell: OnEvent,
        turns: Sequence[Turn] = (),
    ) -> tuple[list[Hit], Reading]:
        """What is found for a question, and what is read in it."""
        with timed(timings, "retrieve", 1000):
            retriever = make_retriever(self.settings.retriever, revision, timings)
            depth = reader.depth * (BY_DATE if understood.order else 1)
            wanted = 0 if understood.of_the_library else max(self.settings.k, depth)
            hits = retriever.retrieve(understood, wanted) if wanted else []
        with timed(timings, "read", 1000):
            reading = read_question(
                reader, understood, hits[:depth], revision, self.settings.threshold, tell, turns
            )
        return hits, reading

    def _says(self, reading: Reading) -> bool:
        return bool(reading.text) and reading.confidence >= self.settings.threshold

    def search(self, question: str, k: int | None = None, *, within: Filter = ALL) -> list[Hit]:
        """The k passages nearest to the question (the setting's k where none is given), best first.

        Of the articles that ``within`` keeps; what the question says itself of where to look is not heeded.
        """
        understood = understand(question)
        with self.library.snapshot() as snapshot:
            revision = snapshot.within(within) if within else snapshot
            retriever = make_retriever(self.settings.retriever, revision)
            return retriever.retrieve(understood, self.settings.k if k is None else k)

    def within(self, filter: Filter) -> AskedWithin:
        """What would be asked within the filter."""
        with self.library.snapshot() as snapshot:
            return asked_within(snapshot.within(filter), filter)

    def article(self, article_id: str) -> Article:
        """The article as the library holds it now; ``KeyError`` if it does not."""
        with self.library.snapshot() as snapshot:
            return snapshot.article(article_id)

    def load(self) -> None:
        """Loads the reader now, not with the first question; ``ModelUnavailable`` where it cannot."""
        self.reader.load()


BY_DATE = 4  # times as many passages are looked at where dates decide
TITLES = 3  # articles that are named where so few are asked


def asked_within(
    asked: NarrowedSnapshot, given: Filter, understood: Filter = ALL, outside: bool | None = None
) -> AskedWithin:
    """What is told of what was asked."""
    few = asked.articles() if len(asked.selected) <= TITLES else []
    return AskedWithin(
        str(given),
        str(understood),
        len(asked.selected),
        asked.selected.undated,
        tuple(one.title or one.id for one in few),
        outside,
    )
