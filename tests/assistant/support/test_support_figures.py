"""Figures and dates, in words and digits of either script, and whether other texts state them."""

import pytest

from assistant.support.figures import stated, unfound_figures


def unfound(sentence: str, *texts: str) -> list[str]:
    """What of a sentence none of the texts states."""
    return [sentence[start:end] for start, end in unfound_figures(stated(sentence), list(map(stated, texts)))]


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("It has forty-two rooms.", "فيه ٤٢ غرفة."),
        ("بلغ طوله اثني عشر مترا.", "It is 12 metres long."),
        ("طوله 1.2 كيلومتر.", "It is 1200 metres long."),
        ("The cost was 2.9 million.", "بلغت الكلفة 2,900,000 دينار."),
        ("دفع مليونين.", "He paid two million."),
        ("A fifth of them left.", "غادر 20 في المئة منهم."),
        ("The rise was 20 per cent.", "ارتفع بنسبة الخمس."),
        ("Two thirds were sold.", "بيع ثلثا الكمية."),
        ("في القرن الخامس عشر.", "in the fifteenth century"),
        ("في ثمانينيات القرن العشرين.", "in the 1980s"),
        ("It happened twice.", "حدث ذلك مرتين."),
        ("About 300 came.", "حضر نحو 290 شخصا."),
        ("في كانون الأول 2021.", "on 25 December 2021"),
        ("in February", "في شباط"),
        ("on 3 March 1994", "في 3 مارس 1994"),
        ("He died nine years later.", "Born in 1911, he died in 1920."),
        ("He returned in 1947.", "نال إجازته سنة 1946، وعاد في العام التالي."),
        ("One of them stayed.", "They stayed."),
        ("خمسمئة كتاب", "500 books"),
    ],
)
def test_what_says_the_same_is_found(sentence: str, text: str) -> None:
    assert unfound(sentence, text) == []


@pytest.mark.parametrize(
    ("sentence", "text", "expected"),
    [
        ("It was built in 1912.", "بُني عام 1921.", ["1912"]),
        ("له ٢٤ قطعة.", "It has 18 segments.", ["٢٤"]),
        ("on 24 August", "on 24 July", ["24 August"]),
        ("on 17 July 2021", "on 7 July 2021, 17 men", ["17 July 2021"]),
        ("في نوفمبر", "في 12 أكتوبر", ["نوفمبر"]),
        ("on Friday", "يوم الثلاثاء", ["Friday"]),
        ("Half of it was paid.", "دُفع ثلثا المبلغ.", ["Half"]),
        ("خمسمئة كتاب", "300 books", ["خمسمئة"]),
    ],
)
def test_what_was_changed_is_pointed_at(sentence: str, text: str, expected: list[str]) -> None:
    assert unfound(sentence, text) == expected


def test_a_verb_that_looks_like_a_thousand_is_no_figure() -> None:
    assert stated("ألف باخ قطعة موسيقية.").figures == ()
    assert [one.value for one in stated("كلفته ثلاثة آلاف دينار").figures] == [3000]
