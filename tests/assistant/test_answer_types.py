"""What the words of an answer must be, and whether words are so."""

import pytest

from assistant.question import AnswerType, states, understand


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much did the bridge cost?", AnswerType.MONEY),
        ("How many dinars did he get?", AnswerType.MONEY),
        ("كم كلّف بناء الجسر؟", AnswerType.MONEY),
        ("بكام التذكرة؟", AnswerType.COUNT),  # of how many: a bare figure will do
        ("How old is the keeper?", AnswerType.AGE),
        ("كم عمر الحارس؟", AnswerType.AGE),
        ("How long did the journey take?", AnswerType.DURATION),
        ("كم سنة بقي حارسا؟", AnswerType.DURATION),
        ("How long is the bridge?", AnswerType.EXTENT),
        ("How far is the hostel from the sea?", AnswerType.LENGTH),
        ("كم ارتفاع البرج؟", AnswerType.LENGTH),
        ("How many tonnes were landed?", AnswerType.WEIGHT),
        ("ما نسبة المياه الضائعة؟", AnswerType.PERCENTAGE),
        ("At what time does it leave?", AnswerType.CLOCK),
        ("In which year did it open?", AnswerType.YEAR),
        ("في أي شهر يبدأ الموسم؟", AnswerType.MONTH),
        ("On what day is the market?", AnswerType.DAY),
        ("ما تاريخ الافتتاح؟", AnswerType.DATE),
        ("How many boats are there?", AnswerType.COUNT),
        ("قديش عدد المراكب؟", AnswerType.COUNT),
        ("Who opened it?", None),
        ("How did they build it?", None),
    ],
)
def test_the_type_that_a_question_asks_for(question: str, expected: AnswerType | None) -> None:
    assert understand(question).answer_type is expected


@pytest.mark.parametrize(
    ("kind", "said", "others"),
    [
        (
            AnswerType.MONEY,
            ["120 dinars", "$5", "نصف دينار", "0.60", "free"],
            ["two years later", "the seller"],
        ),
        (AnswerType.AGE, ["71", "seventy-one", "في السبعين من العمر"], ["Peter Lindqvist", "a baker"]),
        (AnswerType.DURATION, ["three weeks", "ساعتان", "12"], ["4 kilometres", "in the harbour"]),
        (AnswerType.EXTENT, ["30 metres", "two hours"], ["5 dinars", "very"]),
        (AnswerType.LENGTH, ["5km", "نصف متر", "two storeys"], ["32.4 degrees", "four hours"]),
        (AnswerType.WEIGHT, ["3 tonnes", "نصف كيلو"], ["six in the morning", "ten boats were there"]),
        (AnswerType.PERCENTAGE, ["12%", "a third", "أغلبية الثلثين"], ["the consumption fell", "in summer"]),
        (AnswerType.CLOCK, ["7.30 a.m.", "السادسة مساء", "at noon"], ["in the spring", "12 May 1938"]),
        (AnswerType.YEAR, ["in 1931", "سنة ١٩٣١"], ["last spring", "12 May"]),
        (AnswerType.MONTH, ["in May", "أيار 2024"], ["in spring", "1931"]),
        (AnswerType.DAY, ["Tuesday", "12 May", "يوم الثلاثاء"], ["in May", "1931"]),
        (AnswerType.DATE, ["12 May 1938", "7/5/2024"], ["the mayor", "late"]),
        (AnswerType.COUNT, ["twelve", "عشرات", "hundreds of them", "مرتين"], ["unmanned", "the council"]),
    ],
)
def test_whether_words_say_something_of_the_type(
    kind: AnswerType, said: list[str], others: list[str]
) -> None:
    assert [one for one in said if not states(kind, one)] == []
    assert [one for one in others if states(kind, one)] == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is Claire Mansour?", True),
        ("من هو درويش البحري؟", True),
        ("مين هي ليلى الحكيم", True),
        ("Who is the mayor of the town?", False),
        ("من هو المقاول الذي سينفذ الترميم؟", False),
        ("من هو مدير المدرسة؟", False),
        ("Who was driving the jet ski in the collision of last week?", False),
        ("Who opened it?", False),
    ],
)
def test_who_somebody_is_is_asked_by_the_name(question: str, expected: bool) -> None:
    assert understand(question).who_is is expected
