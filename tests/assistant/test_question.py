"""What a question asks for, and which sentences hold it."""

import pytest

from assistant.question import Kind, holds, understand
from index.errors import UserError
from index.search.query import parse_query
from index.text.analysis import analyse


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who proposed the expert council?", Kind.PERSON),
        ("With whom did he meet?", Kind.PERSON),
        ("من اقترح تشكيل مجلس الخبراء؟", Kind.PERSON),
        ("لِمَن كُتبت الرسالة؟", Kind.PERSON),
        ("When does the treaty end?", Kind.TIME),
        ("In which year was the canal opened?", Kind.TIME),
        ("متى ينتهي سريان المعاهدة؟", Kind.TIME),
        ("في أي عام افتتحت القناة؟", Kind.TIME),
        ("Where did they meet?", Kind.PLACE),
        ("أين عقد الاجتماع؟", Kind.PLACE),
        ("من أين جاء الوفد؟", Kind.PLACE),
        ("How many members does it have?", Kind.NUMBER),
        ("What is the population of Cairo?", Kind.NUMBER),
        ("كم عدد أعضاء المجلس؟", Kind.NUMBER),
        ("بكم بيعت اللوحة؟", Kind.NUMBER),
        ("Why was it closed?", Kind.REASON),
        ("لماذا أغلقت القناة؟", Kind.REASON),
        ("ما سبب إغلاق القناة؟", Kind.REASON),
        ("How did they cross the river?", Kind.MANNER),
        ("كيف عبروا النهر؟", Kind.MANNER),
        ("What did the minister hand over?", Kind.THING),
        ("ما الذي سلمه الوزير؟", Kind.THING),
        ("What did the people do when the canal was opened?", Kind.TIME),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert understand(question).kind is kind


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("Who are the ministers?", True),
        ("Which states joined?", False),
        ("Which states have joined?", True),
        ("من هم الوزراء؟", True),
        ("Who is the minister?", False),
    ],
)
def test_whether_many_are_asked_for(question: str, many: bool) -> None:
    assert understand(question).asks_for_many is many


def test_a_question_is_understood_on_one_line_and_kept_as_it_was_typed() -> None:
    question = understand("  When was\n the canal\u00a0opened?\ud83d ")
    assert question.asked == "  When was\n the canal\u00a0opened?\ufffd "
    assert question.text == question.query.text == "When was the canal opened?\ufffd"
    assert question.query == parse_query(question.text)
    assert (question.language, understand("متى افتتحت القناة؟").language) == ("en", "ar")


@pytest.mark.parametrize(
    ("kind", "question", "holding", "lacking"),
    [
        (Kind.TIME, "When was it opened?", "It was opened in 1874.", "It was opened by the mayor."),
        (Kind.TIME, "متى انتهت؟", "تنتهي في فبراير عام ٢٠٢١.", "تنتهي قريبا."),
        (Kind.NUMBER, "How many locks in 1874?", "It had nine locks.", "In 1874 it was opened."),
        (Kind.NUMBER, "كم عدد الأعضاء؟", "يضم المجلس اثني عشر عضوا.", "يضم المجلس خبراء."),
        (Kind.PERSON, "Who dug the canal?", "The canal was dug by Mary Oakes.", "The canal was dug by hand."),
        (Kind.PERSON, "من اقترح المجلس؟", "وقال لافروف إن المجلس مفيد.", "المجلس مفيد للبلدين."),
        (Kind.PERSON, "Who met Mary Oakes?", "She met Tom Reed.", "Then Mary Oakes left."),
        (Kind.PLACE, "أين اجتمعوا؟", "اجتمعوا في مدينة سوتشي.", "اجتمعوا أمس."),
        (Kind.REASON, "Why was it closed?", "It was closed because of floods.", "It was closed in 1951."),
        (Kind.REASON, "لماذا أغلقت؟", "أغلقت بسبب الفيضان.", "أغلقت عام 1951."),
        (Kind.MANNER, "How did it cross?", "It crossed by climbing the ridge.", "It crossed the ridge."),
        (Kind.MANNER, "كيف وصلوا؟", "وصلوا عن طريق البحر.", "وصلوا أمس."),
    ],
)
def test_a_sentence_holds_what_is_asked_for(kind: Kind, question: str, holding: str, lacking: str) -> None:
    asked = {term.text for term in analyse(question)}
    assert holds(kind, holding, asked)
    assert not holds(kind, lacking, asked)


def test_what_the_question_has_already_is_no_answer() -> None:
    asked = {term.text for term in analyse("What happened in May 1874?")}
    assert not holds(Kind.TIME, "In May 1874 the canal was opened.", asked)
    assert holds(Kind.TIME, "In May 1874 the canal was opened, in June it was closed.", asked)


def test_a_thing_has_no_signs() -> None:
    assert not holds(Kind.THING, "In 1874 Mary Oakes came to Cairo because of the floods.", set())


def test_a_question_is_a_question_and_no_article() -> None:
    assert understand("who " * 500).text == " ".join(["who"] * 500)
    with pytest.raises(UserError, match="has 1,400,001 characters, and 2,000 are read at most"):
        understand("x" * 1_400_001)
