"""Arabic as people type it, in the words and the spelling of articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import Kind, understand
from assistant.question.spelling import as_spelt, standard_arabic
from index.text.analysis import fold


@pytest.mark.parametrize(
    ("asked", "understood", "kind"),
    [
        ("شو اسم المصاب اللي نقلوه؟", "ما اسم المصاب الذي نقلوه؟", Kind.THING),
        ("امتى فتح السوق؟", "متى فتح السوق؟", Kind.TIME),
        ("ليش الزبالة عم تتأخر؟", "لماذا الزبالة تتأخر؟", Kind.REASON),
        ("قديش عدد المراكب؟", "كم عدد المراكب؟", Kind.NUMBER),
        ("وين دفنت ليلى؟", "أين دفنت ليلى؟", Kind.PLACE),
        ("مين صاحب الفرن؟", "من صاحب الفرن؟", Kind.PERSON),
        ("ازاي نعمل الصلصة؟", "كيف نعمل الصلصة؟", Kind.MANNER),
        ("منين اشتري بطاقة؟", "من أين اشتري بطاقة؟", Kind.PLACE),
        ("Where is it?", "Where is it?", Kind.PLACE),
    ],
)
def test_the_words_of_the_dialects_are_understood(asked: str, understood: str, kind: Kind) -> None:
    question = understand(asked)
    assert (question.asked, question.text, question.kind) == (asked, understood, kind)


def test_an_uncle_stays_an_uncle() -> None:
    assert standard_arabic("من هو عم سعيد؟") == "من هو عم سعيد؟"


def test_words_are_spelt_as_the_articles_spell_them() -> None:
    articles = ["قاعة السوق. القاعة الكبيرة، وإلى يمينها قاعة أخرى.", "The hall"]
    assert as_spelt("متى بنيت قاعه السوق؟", articles) == "متى بنيت قاعة السوق؟"
    assert as_spelt("متى بنيت قاعة السوق؟", articles) == "متى بنيت قاعة السوق؟"
    assert as_spelt("the HALL", articles) == "the HALL"
    assert as_spelt("على", ["علي قال، علي"]) == "علي"
    assert as_spelt("على", ["علي على"]) == "على"  # it is spelt so as well


@given(st.text(alphabet="اأإآىيهةبت ًab?", max_size=30), st.text(alphabet="اأإآىيهةبت ًab.", max_size=60))
def test_a_word_in_another_spelling_is_the_same_word(text: str, article: str) -> None:
    assert fold(as_spelt(text, [article])) == fold(text)


def test_a_question_is_searched_for_as_before() -> None:
    question = understand("متى بنيت قاعه السوق؟")
    spelt = question.as_spelt(["قاعة"])
    assert spelt.text == "متى بنيت قاعة السوق؟"
    assert spelt.query.words == question.query.words
    assert question.as_spelt(["سوق"]) is question
