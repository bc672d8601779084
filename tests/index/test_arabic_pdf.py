"""Arabic as PDFs give it becomes Arabic as it is read."""

import re

from index.formats.arabic_pdf import in_reading_order, letters_of, plausibility

TEXT = """أعلنت الوزارة أن المشروع سينتهي قبل نهاية عام 2024، وقالت إن كلفته بلغت 3.5 مليون دينار.
وقال الوزير (سامي النجار) في القاهرة إن الشركة NASA Goddard شاركت في الأعمال من خلال مكتبها.
ومن بين ما في التقرير أن المدينة القديمة لا تحتاج إلى جسر جديد."""
LATIN = re.compile(r"NASA Goddard|\d[\d.]*")


def as_seen(text: str) -> str:
    """The line as the page shows it, from left to right."""
    turned = LATIN.sub(lambda run: run[0][::-1], text)[::-1]
    return turned.translate(str.maketrans("()", ")("))


def by_line(text: str) -> str:
    return "\n".join(as_seen(line) for line in text.split("\n"))


def test_what_is_right_stays() -> None:
    assert in_reading_order(TEXT) == TEXT
    assert in_reading_order("The mill, 12-5 (old) .") == "The mill, 12-5 (old) ."


def test_lines_as_they_are_seen() -> None:
    assert in_reading_order(by_line(TEXT)) == TEXT


def test_words_spelled_backwards() -> None:
    assert in_reading_order(re.sub(r"[\u0621-\u0652]+", lambda word: word[0][::-1], TEXT)) == TEXT


def test_words_in_backward_order() -> None:
    turned = "\n".join(" ".join(reversed(line.split())) for line in TEXT.split("\n"))
    assert in_reading_order(turned) == TEXT


def test_shapes_become_letters_and_nothing_else_changes() -> None:
    assert letters_of("ﻹﻋﺎدة ﷲ ½ ﬁ") == "لإعادة الله ½ ﬁ"
    assert in_reading_order("ﻩﺎﻴﻤﻟﺍ ﻰﻟﺇ ﻱﺪﺴﻟﺍ") == "السدي إلى المياه"


def test_spaces_within_words_go_where_the_shapes_say_so() -> None:
    assert in_reading_order("ﻳُ ﺴﻘﻰ اﻟﺰﻳﺘﻮن ( ﻓﻲ اﻟﻤﺪﻳﻨﺔ ) .") == "يُسقى الزيتون (في المدينة)."


def test_plausibility_tells_the_directions_apart() -> None:
    assert plausibility(TEXT) > 0.3
    assert plausibility(TEXT[::-1]) < 0
    assert plausibility("English only") == 0
    assert plausibility("قَالَ الشَّيْخُ: إِنَّ العِلْمَ لا يُنَالُ") > 0.3  # words, not what is between their vowels
