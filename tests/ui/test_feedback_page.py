"""What is said of an answer on the page: drawn in both languages, kept as far as it is true."""

from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from observatory import ARABIC as ASKED_ARABIC
from observatory import ENGLISH as ASKED
from observatory import EVIL, open_observatory

from assistant.conversation import Turn
from assistant.feedback import FeedbackStore
from assistant.pipeline import Assistant
from ui.feedback import ARABIC, ENGLISH, LONGEST, OFFERED, keep, opinion


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return open_observatory(tmp_path / "library")


class Named(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_both_languages_say_the_same_things() -> None:
    assert all(getattr(ARABIC, one.name) != getattr(ENGLISH, one.name) for one in fields(ENGLISH))


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ar", ARABIC)])
def test_thumbs_passages_and_a_note(assistant: Assistant, language: str, words: object) -> None:
    answer = assistant.answer(f"What has the gremlin wrote? {EVIL}")
    tags = Named(opinion(answer, 3, language, given="down")).tags
    thumbs = [told for tag, told in tags if told.get("class") == "thumb"]
    assert [(told["data-verdict"], told["aria-pressed"]) for told in thumbs] == [
        ("up", "false"),
        ("down", "true"),
    ]
    assert [told["aria-label"] for told in thumbs] == [words.up, words.down]
    choices = [told["value"] for tag, told in tags if told.get("type") == "radio"]
    assert choices == [*map(str, range(1, min(len(answer.hits), OFFERED) + 1)), "0"]
    assert not {"script", "img"} & {tag for tag, _ in tags}


def test_what_was_said_is_kept_with_the_library(assistant: Assistant) -> None:
    answer, before = assistant.answer(ASKED), [Turn(ASKED_ARABIC, assistant.answer(ASKED_ARABIC))]
    name = keep(assistant, answer, before, "up")
    again = keep(assistant, answer, before, "down", right=1, note="see <b>", visitor="salma", name=name)
    assert again == name
    [told] = FeedbackStore(assistant.library.folder).all()
    assert (told.verdict, told.note, told.visitor) == ("down", "see <b>", "salma")
    assert told.citations == answer.citations
    assert told.right is not None
    assert told.right.text == answer.hits[0].passage.text
    assert told.turns[0].answer is not None
    assert told.turns[0].answer.text == "أسس سليم الخوري مرصد الصنوبر عام 1904 بمساعدة John Hill."


def test_what_the_library_does_not_say_is_not_kept(assistant: Assistant) -> None:
    """A browser may hand over anything."""
    answer = assistant.answer(ASKED)
    [citation] = answer.citations
    lie = replace(citation, quote="x" * len(citation.quote))
    elsewhere = replace(citation, article_id="nowhere")
    passage = replace(answer.hits[0].passage, text="something else")
    forged = replace(
        answer, citations=(lie, elsewhere, citation), hits=(replace(answer.hits[0], passage=passage),)
    )
    keep(assistant, forged, [Turn("q", forged)] * 9, "up", right=1, note="n" * 9999, name="../x")
    [told] = FeedbackStore(assistant.library.folder).all()
    assert told.citations == (citation,)
    assert told.right is None
    assert len(told.turns) == 4
    assert len(told.note) == LONGEST
    assert told.id.isalnum()
    for verdict, question in (("sideways", ASKED), ("up", "q" * 3000)):
        with pytest.raises(ValueError, match=verdict):
            keep(assistant, replace(answer, question=question), [], verdict)
    keep(assistant, answer, [], "down", right=99)
    assert FeedbackStore(assistant.library.folder).all()[-1].right is None
