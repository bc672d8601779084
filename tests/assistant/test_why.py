"""Why not that article: where one that is named fell out on the way to an answer."""

from dataclasses import replace
from pathlib import Path

import pytest
from commands import printed, run, told

from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from assistant.why import WhyNot, named_article, why_not, why_sentences
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.filters import Filter
from index.library import Library

WHO = "Who opened the canal of Lindham?"
ARABIC = "من اقترح تشكيل مجلس الخبراء؟"


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    """The canal answers; ten others speak of it; one says nothing of it at all."""
    library = Library.create(tmp_path / "library", HashingEmbedder())
    texts = {"canal": "The canal of Lindham was opened by Mary Oakes in 1874."}
    texts |= {f"walk{n}": f"Walk {n} leads along the canal of Lindham for {n} miles." for n in range(9)}
    texts["ducks"] = "Ducks swim in ponds."
    library.build(
        make_article(id=name, title=f"On {name}", text=text, source=f"/x/{name}.txt")
        for name, text in texts.items()
    )
    return Assistant(library, Settings(library=library.folder, retriever="lexical"), SentenceReader())


def test_where_each_article_fell_out(assistant: Assistant) -> None:
    canal = why_not(assistant, WHO, "canal")
    assert (canal.place, canal.rank) == ("cited", 1)
    assert canal.said == canal.confidence > canal.threshold
    places = {n: why_not(assistant, WHO, f"walk{n}") for n in range(9)}
    ranks = sorted(why.rank for why in places.values() if why.rank is not None)
    assert ranks == [*range(2, 11)]
    for why in places.values():
        assert why.rank is not None
        assert why.place == ("read" if why.rank <= why.read else "not read")
        assert why.confidence < why.said
        assert "leads along the canal" in why.sentence
    ducks = why_not(assistant, WHO, "ducks")
    assert (ducks.place, ducks.rank, ducks.looked_at) == ("not found", None, 10)


def test_an_article_that_was_not_asked_is_said_not_to_be(assistant: Assistant) -> None:
    answer = assistant.answer(WHO, within=Filter.parse("-id:canal"))
    canal = why_not(assistant, WHO, "canal", answer)
    assert canal.place == "not asked"
    assert why_sentences(canal, "en")[0] == "It is not among the articles that were asked."
    assert why_not(assistant, WHO, "walk3", answer).place in ("read", "not read")


def test_an_article_is_named_by_id_file_or_title(assistant: Assistant) -> None:
    for name in ("canal", "On canal", "on  CANAL", "canal.txt", "/x/canal.txt"):
        assert named_article(assistant.library, name).id == "canal"
    for name, words in (("walk", "9 articles are called"), ("nowhere", "no article"), ("", "no article")):
        with pytest.raises(UserError, match=words):
            named_article(assistant.library, name)


WHY = WhyNot("a", "A", "read", 3, 40, 6, "It says {so}.", 0.25, 0.8, 0.35)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_is_said_in_both_languages(language: str) -> None:
    first, second = why_sentences(WHY, language)
    assert "3" in first
    assert "6" in first
    assert "It says {so}." in second
    assert all(share in second for share in ("25%", "80%", "35%"))
    said = {first, *why_sentences(replace(WHY, said=0.0), language)}
    for place in ("cited", "agrees", "otherwise", "not read", "not found"):
        line, *more = why_sentences(replace(WHY, place=place, sentence=""), language)  # type: ignore[arg-type]
        said.add(line)
        assert len(more) == (place not in ("cited", "agrees"))
    assert len(said) == 8
    assert not any("{" in line for line in said - {second} if "so" not in line)


def test_the_command_says_it(stored: Path) -> None:
    answer = printed("ask", WHO, "--why", "إعلان القاهرة")
    assert answer["why"]["title"] == "إعلان القاهرة"
    assert answer["why"]["place"] in ("read", "not read", "not found")
    assert printed("ask", WHO, "--why", "canal.txt")["why"]["place"] == "cited"
    assert "why" not in printed("ask", WHO)
    shown = run("ask", ARABIC, "--why", "The canal of Lindham").stdout.splitlines()
    assert "The canal of Lindham:" in shown
    assert any("مقاطعه" in line for line in shown)
    assert "no article is called 'nowhere'" in run("ask", WHO, "--why", "nowhere").stderr
    assert run("ask", "--batch", "-", "--why", "x", stdin="{}").exit_code == 2
    assert "majlis index list" in told("ask", WHO, "--json", "--why", "nowhere")
