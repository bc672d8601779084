"""What answers for a span: whole words, no stray punctuation, no lone particle, the whole clause or list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import understand
from assistant.readers.wording import answer_range


def answered(question: str, text: str, part: str) -> str:
    start = text.index(part)
    low, high = answer_range(understand(question), text, (start, start + len(part)), (0, len(text)))
    return text[low:high]


@pytest.mark.parametrize(
    ("question", "text", "part", "answer"),
    [
        ("Where?", "It lies near Amsterdam.", "sterd", "Amsterdam"),
        ("Who?", "He met (Sergey Lavrov), the minister.", "Sergey Lavrov)", "Sergey Lavrov"),
        ("Who?", "He met M. L. King Jr. in 1960.", "M. L. King Jr.", "M. L. King Jr."),
        ("Which law?", 'They call it "Law (1990)", often.', '"Law (1990)",', '"Law (1990)"'),
        ("What fell?", "Prices fell by 3.5%, not 4%.", "3.5%,", "3.5%"),
        ("أين وصل الرئيس؟", "وصل الرئيس إلى القاهرة أمس.", "قاهرة", "القاهرة"),
        ("أين اجتمع الوفد؟", "اجتمع الوفد وبالقاهرة تناقشوا.", "بالقاهرة", "القاهرة"),
        ("أين اجتمع؟", "اجتمع الوفد وَبِالقَاهِرَةِ تناقشوا.", "وَبِالقَاهِرَةِ", "القَاهِرَةِ"),
        ("أين ولد؟", "ولد بلبنان، وزار لبنان كثيرا.", "بلبنان", "لبنان"),
        ("أين ولد؟", "ولد في برلين.", "برلين", "برلين"),
        ("من زار المتحف؟", "زار المتحف وليد.", "وليد", "وليد"),
        ("من اقترح ذلك؟", "اقترح «مجلس الخبراء»، أمس.", "«مجلس الخبراء»،", "«مجلس الخبراء»"),
        ("Why did it close?", "It closed, because war began, in 1939.", "war", "because war began"),
        ("لماذا أغلق؟", "أغلق المتحف، بسبب الحرب الطويلة، عام 1939.", "الحرب", "بسبب الحرب الطويلة"),
        ("Which countries are in?", "Kuwait, Qatar and Oman, near us.", "Kuwait", "Kuwait, Qatar and Oman"),
        ("ما الدول الأعضاء؟", "الأعضاء هي الكويت وقطر وعمان.", "الكويت", "الكويت وقطر وعمان"),
        ("Who wrote it?", "Smith and Jones wrote it.", "Smith", "Smith"),
        ("When was it built?", "It was built around 1040 by monks.", "1040", "around 1040"),
        ("How many came?", "It drew more than forty people.", "forty", "more than forty"),
        ("How much was it?", "It cost about 25 million dinars.", "25", "about 25 million dinars"),
        ("How long did it take?", "It took just over 3 hours.", "3", "just over 3 hours"),
        ("What share is it?", "It is 45% of it.", "45", "45%"),
        ("How tall is it?", "A 30-metre tower.", "30", "30-metre"),
        ("كم عدد الأعضاء؟", "في اللجنة أكثر من خمسين عضوا.", "خمسين", "أكثر من خمسين"),
        ("كم كلف الجسر؟", "كلّف نحو ٢٥ مليون دينارٍ.", "٢٥", "نحو ٢٥ مليون دينارٍ"),
        ("When did it open?", "In 1990 weeks passed.", "1990", "1990"),
        ("How many were there?", "In 1984, 12 of 20 came.", "12", "12"),
    ],
)  # fmt: skip
def test_worked_cases(question: str, text: str, part: str, answer: str) -> None:
    assert answered(question, text, part) == answer


TEXT = st.text(st.sampled_from("ab .,()«»والبك\u064e1\n؟-"), min_size=1, max_size=60)


QUESTIONS = st.sampled_from(["Who?", "Why?", "What are they?", "How many?", "When?", "لماذا؟"])


@given(TEXT, st.integers(0, 60), st.integers(0, 60), QUESTIONS)
def test_never_empty_never_outside(text: str, start: int, length: int, question: str) -> None:
    start = min(start, len(text) - 1)
    end = min(len(text), start + 1 + length)
    low, high = answer_range(understand(question), text, (start, end), (0, len(text)))
    assert 0 <= low < high <= len(text)
    assert (low, high) == (0, len(text)) or text[low:high].strip() == text[low:high]
