"""Questions made from sentences, and across languages from sentences that say the same in both."""

import numpy as np
import pytest

from assistant.training.samples import Tokens, cross_lingual_questions
from assistant.training.synthetic_questions import (
    ARABIC,
    ENGLISH,
    Patterns,
    aligned,
    cloze,
    cross_lingual_cloze,
)
from index.training.alignment import BilingualLexicon
from index.training.data import Pair
from index.training.vocabulary import make_tokenizer

SENTENCE = Pair(
    "After the long war the city of Warsaw was built again by Josef Sigalin in 1946 with 200 workers.",
    "وبعد الحرب الطويلة بنيت مدينة وارسو من جديد على يد جوزيف سيغالين عام 1946 مع 200 عامل.",
)
WORDS = (
    "After وبعد|long الطويلة|war الحرب|city مدينة|Warsaw وارسو|was بنيت|again جديد|Josef جوزيف|"
    "Sigalin سيغالين|workers عامل|in عام|with مع"
)
NAMES = [Pair(*words.split()) for words in WORDS.split("|")]


@pytest.fixture(scope="module")
def lexicon() -> BilingualLexicon:
    return BilingualLexicon([], NAMES)


def asked_of(text: str, patterns: Patterns = ARABIC) -> dict[str, list[str]]:
    """The questions by their answers, of many draws; no question says its answer."""
    made: dict[str, list[str]] = {}
    for seed in range(400):
        if drawn := cloze(text, np.random.default_rng(seed), patterns):
            question, start, end = drawn
            assert question.endswith(patterns.mark)
            assert f" {text[start:end]} " not in f" {question.rstrip(patterns.mark)} "
            around = text[max(0, start - 1) : start] + text[end : end + 1]
            whole = not any(letter.isdigit() or letter == "," for letter in around)
            assert whole or not text[start].isdigit()  # no number is torn
            made.setdefault(text[start:end], []).append(question)
    return made


def test_arabic_questions_ask_for_what_a_part_is() -> None:
    asked = asked_of(
        "ولد العالم أحمد زويل في مدينة دمنهور عام 1946 ودرس الكيمياء في جامعة الإسكندرية قبل سفره إلى أمريكا."
    )
    assert {"1946", "دمنهور"} <= asked.keys()
    assert {question.split()[0] for question in asked["1946"]} <= {"متى", "في"}
    asked = asked_of(
        "بلغ عدد سكان المدينة 137,660 نسمة في تعداد 1994م. وفي 16 يوليو 2003 أعلن يوسف الشاهد في متحف اللوفر"
        " عن 22 مدرسة بكلفة 3.5 مليون دولار، وحضر 45 % من السكان حفل الافتتاح الكبير."
    )
    assert {"137,660 نسمة", "22", "45 %", "اللوفر"} <= asked.keys()
    assert any("المتحف الذي" in question for question in asked["اللوفر"])
    assert all(question.startswith("من") and "أعلن" in question for question in asked["يوسف الشاهد"])


def test_english_questions_ask_for_what_a_part_is() -> None:
    asked = asked_of(SENTENCE.english, ENGLISH)
    assert {"1946", "200", "Josef Sigalin", "Warsaw", "the city"} <= asked.keys()
    begin = {answer: {question.split()[0] for question in questions} for answer, questions in asked.items()}
    assert begin["1946"] & {"when", "in"}
    assert begin["200"] <= {"how", "what"}
    assert "who" in begin["Josef Sigalin"]


@pytest.mark.parametrize("english", [True, False])
def test_the_answer_stands_where_the_words_do_that_stand_for_it(
    lexicon: BilingualLexicon, english: bool
) -> None:
    asked, other = SENTENCE if english else SENTENCE[::-1]
    found = set()
    for seed in range(300):
        if made := cross_lingual_cloze(SENTENCE, english, lexicon, np.random.default_rng(seed)):
            question, start, end = made
            assert question.rstrip("?؟").split()[-1] in asked
            found.add(other[start:end])
    assert {"1946", "200", "جوزيف سيغالين", "وارسو"} <= found or not english
    assert {"1946", "Josef Sigalin", "Warsaw"} <= found or english


def test_no_answer_where_it_is_not_clear() -> None:
    link = np.eye(4)
    assert aligned(link, [1, 2]) == (1, 2)
    assert aligned(link[:, [2, 0, 1, 3]], [1, 2]) is None  # another word stands between
    assert aligned(link[:, :2], [1, 2, 3]) is None  # less than half of it is there
    assert aligned(link * 0.05, [1]) is None
    assert aligned(np.zeros((0, 3)), []) is None
    assert aligned(np.vstack([np.eye(6)[0] + np.eye(6)[5], np.zeros(6)]), [0]) is None  # too far apart


def test_the_answer_is_read_among_its_neighbours(lexicon: BilingualLexicon) -> None:
    neighbours = [Pair(f"one two three four five six {number}", f"سطر {number}") for number in range(9)]
    pairs = {"tatoeba": [*neighbours[:4], SENTENCE, *neighbours[4:]], "mmlu_ar": neighbours}
    letters = sorted({letter for pair in pairs["tatoeba"] for text in pair for letter in text} - {" "})
    tokenizer = make_tokenizer([("▁", -4.0), *((letter, -4.0) for letter in letters)])
    draw = cross_lingual_questions(pairs, Tokens(tokenizer), lexicon, negatives=0.5)

    def text(ids: list[int]) -> str:
        return "".join(tokenizer.id_to_token(one) for one in ids).replace("▁", " ")

    drawn = [draw(np.random.default_rng(seed), 400) for seed in range(40)]
    for first, *others in drawn:
        passage, answer = text(list(first.passage)), text(list(first.passage[first.start : first.end + 1]))
        assert answer.strip() in passage
        assert answer.strip() not in text(list(first.question))
        assert all(one.start == -1 and answer not in text(list(one.passage)) for one in others)
    assert any("سطر 3" in text(list(samples[0].passage)) for samples in drawn)
    assert {len(samples) for samples in drawn} == {1, 2}


def test_a_name_that_is_told_once_is_switched(lexicon: BilingualLexicon) -> None:
    chance = np.random.default_rng(1)
    assert lexicon.to_arabic("Warsaw!", chance, 1.0) == "وارسو!"
    assert lexicon.to_english("وارسو", chance, 1.0) == "warsaw"
    once = [Pair("Warsaw is here", "هنا وارسو")]
    assert BilingualLexicon(once, NAMES[:3]).to_arabic("Warsaw", chance, 1.0) == "Warsaw"  # as no name
