"""What questions are after: an answer, or something about the articles themselves."""

import pytest

from assistant.question import Intent, understand


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("Who wrote the report on fish landings?", Intent.AUTHOR),
        ("من كتب خبر الحريق؟", Intent.AUTHOR),
        ("من صاحب المقال عن تاريخ المنارة؟", Intent.AUTHOR),
        ("Who wrote the novel The Old Pier?", Intent.ANSWER),
        ("من مؤلف كتاب «السلحفاة»؟", Intent.ANSWER),
        ('When was "A weekend in Lindham" published?', Intent.PUBLISHED),
        ("متى نُشر تقرير المياه؟", Intent.PUBLISHED),
        ("When was the canal opened?", Intent.ANSWER),
        ("How many articles do you have?", Intent.COUNT),
        ("كم عدد المقالات في المكتبة؟", Intent.COUNT),
        ("How many reports were filed in 2020?", Intent.ANSWER),
        ("latest news", Intent.LATEST),
        ("آخر الأخبار عن المنارة", Intent.LATEST),
        ("What is the latest version of the by-law?", Intent.ANSWER),
        ("What did the most recent report say?", Intent.ANSWER),
        ("What do you have on turtles?", Intent.LIST),
        ("ماذا لديك عن السلاحف؟", Intent.LIST),
        ("What articles do you have?", Intent.LIST),
        ("Summarise the minutes of the council", Intent.OVERVIEW),
        ("لخّص الربع الثاني للشركة.", Intent.OVERVIEW),
        ("What is the article on the canal about?", Intent.OVERVIEW),
        ("عن ماذا يتحدث التقرير؟", Intent.OVERVIEW),
        ("tell me about the canal", Intent.OVERVIEW),
        ("penicillin", Intent.OVERVIEW),
        ("hello", Intent.SMALL_TALK),
        ("السلام عليكم", Intent.SMALL_TALK),
        ("Thanks a lot!", Intent.SMALL_TALK),
        ("ماذا يمكنني أن أسأل؟", Intent.SMALL_TALK),
        ("Hello, who built the clock?", Intent.ANSWER),
        ("Who built the clock?", Intent.ANSWER),
        ("سعر التذكرة", Intent.ANSWER),
        ("كم قاربًا شارك في السباق؟", Intent.ANSWER),
    ],
)
def test_the_intent_of_a_question(asked: str, intent: Intent) -> None:
    question = understand(asked)
    assert question.intent is intent
    assert (question.topic is None) is (intent is Intent.ANSWER)


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("Who wrote the report on fish landings?", "fish landings"),
        ("What do you have on turtles?", "turtles"),
        ("لخّص مقال المنارة", "المناره"),
        ("latest news", ""),
        ("Tell me about the Suez Canal", "suez canal"),
    ],
)
def test_the_topic_is_without_what_is_wanted_of_it(asked: str, topic: str) -> None:
    found = understand(asked).topic
    assert found is not None
    assert found.text == topic
