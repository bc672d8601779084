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
from index.library import Library, records
from index.library import database as store
from index.search.lexical import LexicalIndex
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


def articles(chosen: dict[str, str]) -> list[Article]:
    return [
        Article(name, f"Of {name}", text, "en", f"/{name}", origin=f"/{name}")
        for name, text in chosen.items()
    ]


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.embedder = NarrowEmbedder()
        self.model: dict[str, str] = {}
        self.revision = 0
        self.changed = True

    @initialize(start=choice)
    def create(self, start: dict[str, str]) -> None:
        self.library = Library.create(self.root / "library", self.embedder)
        self.built(start)

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def follow(self, model: dict[str, str], revision: int) -> None:
        """A revision is used up exactly where something changed."""
        self.changed = model != self.model
        self.revision += self.changed
        self.model = model
        assert revision == self.revision

    @rule(chosen=choice)
    def built(self, chosen: dict[str, str]) -> None:
        self.follow(chosen, self.library.build(articles(chosen)).revision)

    @rule(chosen=choice)
    def added(self, chosen: dict[str, str]) -> None:
        change = self.library.add(articles(chosen))
        self.follow(self.model | chosen, change.revision)

    @rule(chosen=choice)
    def updated(self, chosen: dict[str, str]) -> None:
        news = {name: text for name, text in chosen.items() if name.startswith("news/")}
        change = self.library.update(articles(news), sources=["/news"])
        others = {name: text for name, text in self.model.items() if not name.startswith("news/")}
        self.follow(others | news, change.revision)

    @rule(names=st.sets(st.sampled_from(NAMES), max_size=2))
    def removed(self, names: set[str]) -> None:
        change = self.library.remove(names)
        self.follow({name: text for name, text in self.model.items() if name not in names}, change.revision)

    @rule()
    def reopened(self) -> None:
        self.library = Library.open(self.library.folder, self.embedder)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        with self.library.snapshot() as snapshot:
            assert {a.id: snapshot.article(a.id).text for a in snapshot.articles()} == self.model

    @invariant()
    def answers_as_numpy_and_a_new_index_do(self) -> None:
        with store.reading(self.library.folder) as connection:
            texts = {row: text for row, _, text in records.read_passage_texts(connection)}
            (vectors,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
            passages = records.read_passages(connection, list(texts))
        assert vectors == len(set(texts.values()))  # each once, and none that nobody needs
        new = LexicalIndex.create()
        new.change(add=((row, passages[row].title, text) for row, text in texts.items()))
        for question in QUESTIONS:
            vector = self.embedder.embed_questions([question])[0]
            embedded = self.embedder.embed_passages(list(texts.values()))
            assert self.library.info().vectors == len(embedded.owners)
            scores = dict(zip(texts, embedded.best(vector).tolist(), strict=True))
            order = sorted(scores, key=lambda row: (-round(scores[row], 5), row))
            with self.library.snapshot() as snapshot:
                dense = snapshot.dense(parse_query(question), 6)
                lexical = snapshot.lexical(parse_query(question), 50)  # all, so that ties are cut nowhere
            assert [hit.passage for hit in dense] == [passages[row] for row in order[:6]]
            np.testing.assert_allclose(
                [hit.score for hit in dense], [scores[row] for row in order[:6]], atol=1e-5
            )
            expected = new.search(parse_query(question), 50)
            assert [hit.passage for hit in lexical] == [passages[match.row] for match in expected]
            assert [hit.matched_terms for hit in lexical] == [match.terms for match in expected]
            np.testing.assert_allclose(
                [hit.score for hit in lexical], [match.score for match in expected], rtol=1e-4
            )

    @invariant()
    def is_sound(self) -> None:
        if self.changed:
            assert self.library.verify() == []


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=12, stateful_step_count=6, deadline=None)
