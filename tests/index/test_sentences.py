"""Sentences: worked examples (``|`` stands between them), and what holds for any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.structure import visible
from index.text.sentences import sentence_ranges

MARKS = st.sampled_from([". ", ".", "! ", "؟ ", "… ", "... ", "؛ ", "\n", "\n\n", "\t", "\u00a0", "\u200f"])
PIECES = st.sampled_from(
    ["Dr", "U.S.", "A", "و", "The ", "كلمة ", "word ", "(", ")", '"', "[1]", "1.", "- ", "3.5"]
)
TEXTS = st.lists(MARKS | PIECES | st.text(max_size=4), max_size=40).map("".join)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_ranges(text)]


@pytest.mark.parametrize(
    "marked",
    [
        "One. |Two! |Three?! |Four",
        "ذهب إلى السوق. |هل عاد؟ |نعم! |لا؟! |كلمة أخرى",
        'He said: "Stop." |Then he left (at noon). |“Why?” |«لماذا؟» |قال: "لن نذهب." |ثم ذهب.',
        '"Why?" he asked. |"Go!" she said.',
        "Dr. Smith met Mr. and Mrs. Jones, e.g. at St. Mary's, cf. p. 5 and vol. 2.",
        "The U.S. Senate and the U.K. met at 5 p.m. sharp. |He lives in the U.S. |The law is old.",
        "John F. Kennedy Jr. wrote to J. R. R. Tolkien. |This is plan B. |It works.",
        "Brown v. Board of Education. |Acme Inc. sold it. |No. |He said no. |See No. 5.",
        "قال د. أحمد حسن. |زار أ.د. محمد علي وجورج دبليو. بوش القاهرة. |حدث ذلك عام 300 ق.م. تقريبا.",
        "ولد سنة 1990م. |توفي عام 1420 هـ. |وبعد ذلك انتهى كل شيء.",
        "It is 3.5 km. |Visit www.example.com or mail a.b@c.org. |٣.٥ كم. |انتهى.",
        "Well... maybe. |He paused... |Then he spoke. |قال… ثم سكت. |انتهى.",
        "It was founded.[1] |It grew.[2][3] |نشأت.[4] |ثم نمت.",
        "Held in Riga. |Language laws followed.".replace("Riga. |L", "Riga.|L"),
        "ظهر في المدينة.|وانتشر بسرعة.",
        "أولا؛ ثانيا؛ ثالثا.",
        "A title\n|A paragraph. |It ends\n\n|- one item\n|- another. |Yes",
        "1. first\n|2. second\n|أ. أول\n|* نقطة",
        "this line was wrapped,\nas the small letter shows. |Next.",
        "# A heading\n|Text under it.\n| \n|\t\n|Last",
        "",
        " \n\n ",
    ],
)
def test_where_sentences_end(marked: str) -> None:
    expected = [piece.strip() for piece in marked.split("|") if piece.strip()]
    assert split(marked.replace("|", "")) == expected


def test_lines_wrapped_at_a_column_are_joined() -> None:
    arabic = (
        "اجتمع وزراء الخارجية العرب في القاهرة يوم الاثنين الماضي\n"
        "لبحث تشكيل مجلس جديد للخبراء في شؤون المنطقة والتعاون بين\n"
        "الدول الأعضاء في الفترة المقبلة. وقال الوزير إن الاجتماع\n"
        "كان ناجحا.\n"
    )
    assert len(split(arabic)) == 2
    headlines = "عناوين اليوم\nالوزراء يجتمعون في القاهرة لبحث الأزمة\nأسعار النفط ترتفع\nطقس معتدل غدا\n"
    assert len(split(headlines)) == 4


def test_a_very_long_sentence_is_cut_after_its_semicolons() -> None:
    clause = "وقد ذكر المؤرخون في كتبهم أن المدينة كانت مركزا للعلم والتجارة في ذلك العصر" * 2
    assert split(f"{clause}؛ {clause}؛ {clause}.") == [f"{clause}؛", f"{clause}؛", f"{clause}."]


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_all_but_space_is_in_exactly_one_sentence(text: str) -> None:
    before = 0
    for start, end in sentence_ranges(text):
        assert before <= start < end
        assert not visible(text[before:start]).strip()
        assert text[start:end] == text[start:end].strip()
        before = end
    assert not visible(text[before:]).strip()


@given(TEXTS, st.integers(0, 30), st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_a_range_is_split_as_if_it_stood_alone(text: str, start: int, end: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    alone = [(start + first, start + last) for first, last in sentence_ranges(text[start:end])]
    inside = sentence_ranges(text, start, end)
    if start == 0 or text[start - 1].isspace():  # else the letter before it can count
        assert inside == alone
    assert all(start <= first < last <= end for first, last in inside)
