"""What is answered: the words, the sentence they stand in, who agrees, who does not."""

from dataclasses import replace

import pytest
from pages import (
    BRIDGE,
    MILL,
    THRESHOLD,
    Page,
    answer_to,
    answered,
    answered_in_short,
    conversation,
    hit,
    span,
)

from assistant.answers import AskedWithin, Statement, cite
from index.articles import Article
from ui.chat.words import ARABIC as CHAT_ARABIC
from ui.paragraphs import direction
from ui.render import ShownTurn
from ui.reply import plain_text, reply
from ui.words import ARABIC, ENGLISH, Words

RUMOUR = Article("rumour", "A rumour", "They say Ann Hill built the mill.", "en", "/a/rumour.txt")
SHORT = answered_in_short("When was the mill built?", (MILL, "Tom Reed built it in 1702.", "1702"))
DISPUTED = answered_in_short(
    "Who built the mill?",
    (MILL, "Tom Reed built it in 1702.", "Tom Reed"),
    (BRIDGE, "صممه المهندس Tom Reed.", "Tom Reed"),
    otherwise=[(RUMOUR, RUMOUR.text, "Ann Hill")],
)


def test_an_answer_carries_its_marks_where_its_quotes_end() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809."))
    page = Page(conversation([turn], ENGLISH))
    answer = next(text for opened, text in page.pieces if ("div", "answer brief") in opened)
    assert answer == "Tom Reed built it in 1702."
    whole = page.text("div", "answer")
    assert whole == "Tom Reed built it in 1702.[1] It burned in 1809.[2]"
    cites = [named for tag, named in page.tags if tag == "button" and named["class"] == "cite"]
    assert [(c["data-kind"], c["data-turn"], c["data-number"]) for c in cites] == [
        ("citation", "0", "1"),
        ("citation", "0", "2"),
    ]
    assert page.text("ul", "sources") == "[1] The old mill · 2020-01-02[2] The old mill · 2020-01-02"


def test_quotes_that_repeat_are_marked_one_after_the_other() -> None:
    echo = replace(MILL, text="No. No.", id="echo")
    citations = (cite(1, echo, 0, 3), cite(2, echo, 4, 7))
    statements = (Statement(0, 3, (1,)), Statement(4, 7, (2,)))
    turn = ShownTurn("q", answer_to("q", "No. No.", "en", citations, statements=statements))
    assert Page(conversation([turn], ENGLISH)).text("div", "answer") == "No.[1] No.[2]"


@pytest.mark.parametrize("partial", [False, True])
def test_a_written_answer_has_its_marks_after_each_statement_and_its_quotes_below(partial: bool) -> None:
    """Its text stands in no article, whatever range of a quote a citation points at."""
    within = span(MILL, "1702") if partial else None
    citations = (
        cite(1, MILL, *span(MILL, "Tom Reed built it in 1702."), within),
        cite(2, BRIDGE, 0, 19),
        cite(3, RUMOUR, 0, 33),
    )
    text = "It is old. Who built it is disputed."
    statements = (Statement(0, 10, (1,)), Statement(11, 36, (1, 3)))
    turn = ShownTurn("How old?", answer_to("How old?", text, "en", citations, statements=statements))
    page = Page(conversation([turn], ENGLISH))
    assert page.text("div", "answer") == "It is old.[1] Who built it is disputed.[1][3][2]"
    assert page.text("blockquote") == "Tom Reed built it in 1702.They say Ann Hill built the mill."
    assert page.text("div", "also") == "Also in[2] الجسر القديم"
    assert copied(turn).split("\n\n")[0] == "It is old. [1] Who built it is disputed. [1][3][2]"


def test_whole_sentences_are_not_quoted_a_second_time() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809."))
    page = Page(conversation([turn], ENGLISH))
    assert "blockquote" not in [tag for tag, _ in page.tags]
    assert page.text("div", "also") == ""


def test_a_short_answer_stands_over_the_sentence_that_holds_it() -> None:
    page = Page(conversation([SHORT], ENGLISH))
    assert page.text("div", "brief") == "1702[1]"
    assert page.text("blockquote") == "Tom Reed built it in 1702."
    assert page.text("mark") == "1702"
    assert page.text("ul", "sources") == "Tom Reed built it in 1702.[1] The old mill · 2020-01-02"


def test_a_long_answer_is_not_set_large() -> None:
    sentence = f"It was built {'very ' * 20}well."
    article = replace(MILL, text=sentence)
    shown = conversation([answered_in_short("How?", (article, sentence, sentence[3:-1]))], ENGLISH)
    page = Page(shown)
    assert page.text("div", "answer") == sentence[3:-1] + "[1]"
    assert page.text("div", "brief") == ""


def test_a_name_runs_its_own_way_in_a_line_that_runs_as_its_sentence() -> None:
    turn = answered_in_short("من صممه؟", (BRIDGE, "صممه المهندس Tom Reed.", "Tom Reed"))
    shown = conversation([turn], ENGLISH)
    assert '<div class="answer brief"><p dir="rtl"><bdi dir="ltr">Tom Reed</bdi><button' in shown
    assert '<li dir="rtl"><blockquote><p dir="rtl">صممه المهندس <mark' in shown
    year = answered_in_short("متى؟", (BRIDGE, "بُني الجسر سنة 1910.", "1910"))
    assert '<p dir="rtl"><bdi dir="rtl">1910</bdi><button' in conversation([year], ENGLISH)


def test_articles_that_agree_are_named_and_those_that_do_not_stand_apart() -> None:
    page = Page(conversation([DISPUTED], ARABIC))
    assert page.text("div", "answer") == "Tom Reed[1][2]Ann Hill[3]"
    assert page.text("div", "also") == "Also in[2] الجسر القديم"
    assert page.text("section", "otherwise") == (
        "Another article says otherwise:Ann Hill[3]They say Ann Hill built the mill.[3] A rumour"
    )
    assert page.text("mark") == "Tom ReedAnn Hill"
    cites = [named["data-number"] for _, named in page.tags if named.get("class") in ("cite", "source")]
    assert cites == ["1", "2", "1", "2", "3", "3"]


def test_an_alternative_in_another_language_than_the_questions_says_so() -> None:
    otherwise = [(BRIDGE, "صممه المهندس Tom Reed.", "Tom Reed")]
    turn = answered_in_short("Who?", (RUMOUR, RUMOUR.text, "Ann Hill"), otherwise=otherwise)
    page = Page(conversation([turn], ENGLISH))
    assert page.text("p", "note") == ENGLISH.otherwise + ARABIC.other_language
    assert page.text("section", "otherwise").endswith(ARABIC.other_language)


def copied(turn: ShownTurn) -> str:
    (text,) = [
        named["data-copy"] for _, named in Page(conversation([turn], ARABIC)).tags if "data-copy" in named
    ]
    return text


def test_a_copied_answer_has_its_source_and_says_nothing_twice() -> None:
    turn = answered("من؟", (BRIDGE, "بُني الجسر سنة 1910."))
    assert copied(turn) == "بُني الجسر سنة 1910. [1]\n\n[1] الجسر القديم (جسر.txt)"
    assert copied(SHORT) == (
        "1702 [1]\n\n[1] The old mill (2020-01-02, mill.txt)\n“Tom Reed built it in 1702.”"
    )


def test_a_copied_answer_has_what_speaks_against_it_too() -> None:
    assert copied(DISPUTED) == (
        "Tom Reed [1][2]\n\n"
        "[1] The old mill (2020-01-02, mill.txt)\n“Tom Reed built it in 1702.”\n"
        "[2] الجسر القديم (جسر.txt)\n“صممه المهندس Tom Reed.”\n\n"
        "Another article says otherwise:\nAnn Hill [3]\n\n"
        "[3] A rumour (rumour.txt)\n“They say Ann Hill built the mill.”"
    )


def test_an_abstention_speaks_the_language_of_the_question_and_shows_passages_as_passages() -> None:
    hits = (hit(BRIDGE, "بُني الجسر سنة 1910."),)
    answer = answer_to("من رسم اللوحة؟", "", "ar", (), hits=hits)
    shown = conversation([ShownTurn(answer.question, answer)], ENGLISH)  # an English page
    page = Page(shown)
    reply = page.text("div", "abstention")
    assert reply.startswith(ARABIC.abstained)
    assert ARABIC.nearest in reply
    assert page.text("ul", "passages").startswith("الجسر القديم بُني الجسر سنة 1910.")
    assert page.text("div", "answer") == ""
    assert 'class="cite"' not in shown


@pytest.mark.parametrize(
    ("question", "article", "quote", "note"),
    [
        ("Who designed the bridge?", BRIDGE, "صممه المهندس Tom Reed.", ARABIC.other_language),
        ("من بنى الطاحونة؟", MILL, "Tom Reed built it in 1702.", ENGLISH.other_language),
        ("Who built the mill?", MILL, "Tom Reed built it in 1702.", ""),
    ],
)
def test_an_answer_in_another_language_says_so_in_the_questions(
    question: str, article: Article, quote: str, note: str
) -> None:
    page = Page(conversation([answered(question, (article, quote))], ENGLISH))
    assert page.text("p", "note") == note
    assert direction(note) == (direction(question) if note else "auto")


def test_an_arabic_answer_runs_from_the_right_on_an_english_page() -> None:
    shown = conversation([answered("Who?", (BRIDGE, "صممه المهندس Tom Reed."))], ENGLISH)
    assert '<div class="answer brief"><p dir="rtl">صممه المهندس Tom Reed.<button' in shown


def test_a_question_understood_otherwise_is_said_so() -> None:
    turn = answered("And when?", (MILL, "Tom Reed built it in 1702."))
    assert turn.answer is not None
    assert Page(conversation([turn], ENGLISH)).text("p", "note") == ""
    understood = replace(turn, answer=replace(turn.answer, understood_as="When was the mill built?"))
    page = Page(conversation([understood], ARABIC))
    assert page.text("p", "note") == f"Understood as: When was the mill built? {CHAT_ARABIC.change}"
    (change,) = [named for tag, named in page.tags if named.get("data-do") == "change"]
    assert change["data-text"] == "When was the mill built?"


def test_of_an_unsure_answer_only_the_sentence_is_shown_with_the_words_marked() -> None:
    turn = answered_in_short("Who built it?", (MILL, "Tom Reed built it in 1702.", "Tom Reed"))
    assert turn.answer is not None
    unsure = replace(turn.answer, sure=False)
    page = Page(reply(unsure, 0, ENGLISH, THRESHOLD))
    assert page.text("div", "answer") == ""
    assert page.text("p", "unsure") == f"Perhaps {ENGLISH.unsure}"
    assert page.text("blockquote") == "Tom Reed built it in 1702."
    assert page.text("mark") == "Tom Reed"
    assert plain_text(unsure).startswith(f"Perhaps. {ENGLISH.unsure}\n\n[1] The old mill (")
    sure = Page(reply(turn.answer, 0, ENGLISH, THRESHOLD))
    assert sure.text("div", "answer") == "Tom Reed[1]"
    assert ENGLISH.unsure not in sure.text()


@pytest.mark.parametrize(
    ("question", "words", "said"),
    [
        ("؟", ENGLISH, ENGLISH),  # as the page, which is what its reader reads
        ("؟", ARABIC, ARABIC),
        ("???", ARABIC, ARABIC),
        ("1984?", ARABIC, ARABIC),
        ("...", ENGLISH, ENGLISH),
        ("من؟", ENGLISH, ARABIC),
        ("Who?", ARABIC, ENGLISH),
    ],
)
def test_a_question_without_letters_is_answered_in_the_pages_language(
    question: str, words: Words, said: Words
) -> None:
    silent = ShownTurn(question, answer_to(question, "", "en", ()))
    assert Page(conversation([silent], words)).text("div", "abstention").startswith(said.abstained)
    unsure = ShownTurn(question, replace(SHORT.answer, question=question, sure=False))  # type: ignore[type-var]
    assert said.unsure in Page(conversation([unsure], words)).text("p", "unsure")


def test_where_nothing_was_asked_it_is_said() -> None:
    none = AskedWithin("published:2050", "", 0, 2, (), True)
    turn = ShownTurn("Who?", answer_to("Who?", "", "en", (), within=none))
    said = Page(conversation([turn], ARABIC)).text("div", "abstention")
    assert said.startswith("No article fits what was chosen, so there was nothing to ask.")
    assert ENGLISH.nearest not in said
