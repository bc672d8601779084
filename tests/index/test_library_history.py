"""Any history of changes ends where a library that was built at once would be: members, rows, scores."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.articles import Article
from index.embedders import HashingEmbedder
from index.library import Library
from index.library.corpus import StoredCorpus
from index.library.database.kinds import database_of
from index.search import IndexChange, IndexKinds, index_kinds, memory
from index.search.memory import MemoryCorpus, MemoryIndex, MemoryPassage
from index.search.query import parse_query

NAMES = ["news/a", "news/b", "letters/c", "رسائل/د", "e"]
TEXTS = [
    "The council met in Cairo. Nobody spoke.",
    "اجتمع المجلس في القاهرة. لم يتكلم أحد.",
    "The council met in Cairo. Nobody spoke. Then the council left, and the palms stood in the wind.",
    "Palms grow in Cairo. النخيل ينمو في القاهرة.",
]
QUESTIONS = ["Who met in Cairo?", "أين اجتمع المجلس؟", "palms in the wind"]


class NarrowEmbedder(HashingEmbedder):
    """Reads four words at once: most passages have several windows."""

    window = 4


choice = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), max_size=4)


class History(RuleBasedStateMachine):
    kinds = index_kinds()

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        (self.root / "news").mkdir()
        (self.root / "news" / "here").touch()  # so the folder is there, and what did not come is gone from it
        for name in NAMES[2:]:  # whose files are there: what says the same is no move of theirs
            (self.root / name).parent.mkdir(exist_ok=True)
            (self.root / name).touch()
        self.embedder = NarrowEmbedder()
        self.model: dict[str, str] = {}
        self.revision = 0
        self.changed = True

    @initialize(start=choice)
    def create(self, start: dict[str, str]) -> None:
        self.library = Library.create(self.root / "library", self.embedder, kinds=self.kinds)
        self.built(start)

    def teardown(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)  # tantivy's threads may still be writing there

    def articles(self, chosen: dict[str, str]) -> list[Article]:
        return [
            Article(name, f"Of {name}", text, "en", name, origin=str(self.root / name))
            for name, text in chosen.items()
        ]

    def follow(self, model: dict[str, str], revision: int) -> None:
        """A revision is used up exactly where something changed."""
        self.changed = model != self.model
        self.revision += self.changed
        self.model = model
        assert revision == self.revision

    @rule(chosen=choice)
    def built(self, chosen: dict[str, str]) -> None:
        self.follow(chosen, self.library.build(self.articles(chosen)).revision)

    @rule(chosen=choice)
    def added(self, chosen: dict[str, str]) -> None:
        change = self.library.add(self.articles(chosen))
        self.follow(self.model | chosen, change.revision)

    @rule(chosen=choice)
    def updated(self, chosen: dict[str, str]) -> None:
        news = {name: text for name, text in chosen.items() if name.startswith("news/")}
        change = self.library.update(self.articles(news), sources=[str(self.root / "news")])
        others = {name: text for name, text in self.model.items() if not name.startswith("news/")}
        self.follow(others | news, change.revision)

    @rule(names=st.sets(st.sampled_from(NAMES), max_size=2))
    def removed(self, names: set[str]) -> None:
        change = self.library.remove(names)
        self.follow({name: text for name, text in self.model.items() if name not in names}, change.revision)

    @rule()
    def reopened(self) -> None:
        self.library = Library.open(self.library.folder, self.embedder, kinds=self.kinds)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        with self.library.snapshot() as snapshot:
            assert {a.id: snapshot.article(a.id).text for a in snapshot.articles()} == self.model

    @invariant()
    def answers_as_plain_sums_and_a_new_index_do(self) -> None:
        database = database_of(self.library.folder)
        with database.reading() as connection, self.library.snapshot() as snapshot:
            stored = StoredCorpus(connection, connection.read_state())
            texts = {row: (title, text) for row, title, text in stored.texts()}
            windows = self.embedder.embed_passages([text for _, text in texts.values()])
            passages = {
                row: MemoryPassage(*text, vectors)
                for (row, text), vectors in zip(texts.items(), windows.by_text(), strict=True)
            }
            assert connection.one("SELECT count(*) FROM vectors")[0] == len(
                {text for _, text in texts.values()}
            )
            assert self.library.info().vectors == len(windows.owners)
            change = IndexChange(MemoryCorpus(passages, self.embedder.dimension))
            plain, new = MemoryIndex().apply(change), self.kinds.lexical.create().apply(change)
            slices = snapshot.passages(list(texts))
            for query in map(parse_query, QUESTIONS):
                for hits, expected in (
                    (snapshot.dense(query, 6), plain.search(snapshot.embed_question(query.text), 6)),
                    (snapshot.lexical(query, 50), new.search(query, 50)),  # all, so that ties are cut nowhere
                ):
                    assert [hit.passage for hit in hits] == [slices[match.row] for match in expected]
                    assert [hit.matched_terms for hit in hits] == [match.terms for match in expected]
                    np.testing.assert_allclose(
                        [hit.score for hit in hits], [match.score for match in expected], rtol=1e-4, atol=1e-5
                    )

    @invariant()
    def is_sound(self) -> None:
        if self.changed:
            assert self.library.verify() == []


class EngineHistory(History):
    """One index that answers by meaning and by words, in the place of both: nobody need know."""

    kinds = IndexKinds(memory.KIND, memory.KIND)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=12, stateful_step_count=6, deadline=None)
TestEngineHistory = EngineHistory.TestCase
TestEngineHistory.settings = settings(max_examples=4, stateful_step_count=6, deadline=None)
