"""Programs ask and search within a filter; what is none is said to them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import call, serving

from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.library import Library


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    library = Library.create(Path(tmp_path_factory.mktemp("api")) / "library", HashingEmbedder())
    library.add(
        make_article(
            id=f"{year}", title=f"Of {year}", text=text, source=f"/town/{year}.md", published=f"{year}"
        )
        for year, text in ((2022, "The pump cost 40 dinars."), (2024, "The pump cost 90 dinars."))
    )
    settings = Settings(library=library.folder, retriever="lexical", reader="sentence", port=0)
    with (
        serving(Assistant(library, settings), per_minute=0) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_ask_and_search_take_a_filter(client: httpx.Client) -> None:
    question = "How much did the pump cost?"
    answer = call(client, "ask", question=question, within="published:2024")
    assert "90" in answer["answer"]
    assert answer["within"] == {
        "given": "published:2024",
        "understood": "",
        "articles": 1,
        "undated": 0,
        "titles": ["Of 2024"],
        "outside": None,
    }
    said = "In the 2022 articles, how much did the pump cost?"
    assert call(client, "ask", question=said)["within"]["understood"] == "published:2022"
    assert call(client, "ask", question=said, literally=True)["within"] is None
    hits = call(client, "search", question=question, within="-id:2024")["hits"]
    assert [hit["article_id"] for hit in hits] == ["2022"]


@pytest.mark.parametrize("endpoint", ["ask", "search"])
@pytest.mark.parametrize(
    ("within", "problem"), [("colour:red", "'colour' is no field"), (3, "within is no text; give a filter")]
)
def test_what_is_no_filter_is_said(client: httpx.Client, endpoint: str, within: object, problem: str) -> None:
    with pytest.raises(RuntimeError, match=problem):
        call(client, endpoint, question="How much?", within=within)
