"""What a question says itself of where to look, over a library that a reader can check by eye."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.question import understand
from assistant.question.said import Wish, wish_of
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.filters import ALL, Filter
from index.library import Library, Snapshot

SHELF = (
    "m22|/c/minutes/2022.md||en|Council minutes, 3 March|2022-03-03||The pump was bought.",
    "m24|/c/minutes/2024.md||en|Council minutes, 5 May|2024-05-05||The pump was sold.",
    "r|/c/report-2023.pdf||en|Report on the harbour|2024-01-10|Mary Oakes|The harbour is deep.",
    "mo|/c/motions/1.md||en|A motion|2021|Omar Ali|Close the mill, said the motion of 1999.",
    "w|/n.jsonl|https://www.reuters.com/a|en|Fire at the mill|2023-11-01|Jo Hill|The mill burnt. Ali ran.",
    "s|/s.md||en|A history of the town|2019||In 1999 the mill was built. Omar Ali was the miller.",
    "mh|/c/mahdar.md||ar|محضر المجلس البلدي|2023-02-01||اشترى المجلس مضخة.",
    "tq|/c/taqrir.md||ar|تقرير الميناء السنوي|2022||الميناء عميق.",
)


def shelf_of(folder: Path, lines: Sequence[str]) -> Iterator[Snapshot]:
    library = Library.create(folder, HashingEmbedder())
    fields = ("id", "origin", "source", "language", "title", "published", "author", "text")
    told = [dict(zip(fields, line.split("|"), strict=True)) for line in lines]
    library.add(make_article(**one | {"source": one["source"] or one["origin"]}) for one in told)  # type: ignore[arg-type]
    if lines is SHELF:
        library.tag(["mo", "s"], ["court file"])
    with library.snapshot() as snapshot:
        yield snapshot


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    yield from shelf_of(tmp_path_factory.mktemp("said") / "library", SHELF)


def wish(shelf: Snapshot, question: str, within: Filter = ALL) -> Wish | None:
    return wish_of(understand(question), shelf, within)


@pytest.mark.parametrize(
    ("question", "filter", "left"),
    [
        ("Who bought the pump, in the 2022 minutes?", "id:m22", "Who bought the pump?"),
        ("According to the council minutes, what was sold?", "id:m22 id:m24", "what was sold?"),
        ("In the 2023 report, how deep is the harbour?", "id:r", "how deep is the harbour?"),
        ("How deep is the harbour in the May 2024 minutes?", "id:m24", "How deep is the harbour?"),
        ("What was bought? Only in English articles.", "language:en", "What was bought?"),
        ("What did Reuters say about the mill?", "source:reuters.com/", "Tell me about the mill"),
        ("What does Mary Oakes write about the harbour?", 'author:"Mary Oakes"', "Tell me about the harbour"),
        ("In the court file, who was the miller?", 'tag:"court file"', "who was the miller?"),
        (
            "Who was the miller, in the court file but not in the motions?",
            'tag:"court file" -source:motions/',
            "Who was the miller?",
        ),
        ("What burnt in articles published after March 2022?", "published:2022-04..", "What burnt?"),
        ("What burnt, in reports between 2020 and 2022?", "published:2020..2022", "What burnt?"),
        ("What was sold in 2024?", "published:2024", "What was sold?"),
        ("ماذا اشترى المجلس بحسب محضر المجلس؟", "id:mh", "ماذا اشترى المجلس؟"),
        ("في تقرير ٢٠٢٢، ما عمق الميناء؟", "id:tq", "ما عمق الميناء؟"),
        ("ما عمق الميناء في المقالات العربية فقط؟", "language:ar", "ما عمق الميناء؟"),
        ("ماذا بيع في المقالات المنشورة قبل عام 2023؟", "published:..2022", "ماذا بيع؟"),
        ("What do the council minutes say about the pump?", "id:m22 id:m24", "Tell me about the pump"),
        ("What is in the harbour report about depth?", "id:r", "Tell me about depth"),
        ("As Reuters put it, who ran?", "source:reuters.com/", "who ran?"),
        ("Using the harbour report alone, how deep is it?", "id:r", "how deep is it?"),
        (
            "In Mary Oakes's article, how deep is the harbour?",
            'author:"Mary Oakes"',
            "how deep is the harbour?",
        ),
        ("من تقرير الميناء وحده، ما عمق الميناء؟", "id:tq", "ما عمق الميناء؟"),
        ("بالرجوع إلى محضر المجلس، ماذا اشترى؟", "id:mh", "ماذا اشترى؟"),
        ("ماذا ورد في محضر المجلس عن المضخة؟", "id:mh", "حدثني عن المضخة"),
        ("ماذا يقول تقرير الميناء عن العمق؟", "id:tq", "حدثني عن العمق"),
    ],
)
def test_a_wish_that_fits_is_understood(shelf: Snapshot, question: str, filter: str, left: str) -> None:
    assert wish(shelf, question) == Wish(Filter.parse(filter), left)


@pytest.mark.parametrize(
    "question",
    [
        "What was built in 1999?",  # a history says it
        "What happened in 2020?",  # no article is of then
        "According to legend, who built the mill?",
        "According to the court file clerk, who was the miller?",  # the tag is but a part of whom it names
        "According to Omar Ali, who built the mill?",  # others speak of him
        "In the 2018 report, what was built?",
        "What did the miller say about the fire?",
        "How do you say mill in Arabic?",
        "As the miller said, who ran?",
        "Using the pump, how deep can one go?",
        "من اشترى المضخة، ومن باعها؟",
        "ماذا يقول الناس عن المضخة؟",
        "Who was the first miller in the town?",
        "How many articles are in the court file?",
        "In the annual report of the bank, what was sold?",
        "ماذا حدث في عام 1999؟",
        "بحسب الأسطورة، من بنى الطاحونة؟",
        "في تقرير البنك، ماذا بيع؟",
        "in the court file",  # nothing else is asked
        "من المجلس البلدي؟",
        "Who wrote the report in the minutes?",
        "مرحبا",
    ],
)
def test_what_is_part_of_the_question_stays(shelf: Snapshot, question: str) -> None:
    assert wish(shelf, question) is None


OTHER_LANGUAGE = (
    "m22|/c/minutes/2022.md||en|Council session, 3 March|2022||The pump was bought.",
    "m24|/c/minutes/2024.md||en|Council session, 5 May|2024||The pump was sold.",
    "st|/c/study.md||en|Study of the harbour|2023||The harbour is deep.",
    "gd|/c/a.md||en|A guide to the mill|||The mill is old.",
    "fl|/c/n.md||en|The flood|||A guide led them over the bridge.",
    "th|/c/تقارير/1.md||ar|حال الطاحونة|||احترقت الطاحونة.",
    "rb|/c/b.md||ar|رسالة إلى البلدية|||طلب الأهالي مضخة.",
)


@pytest.fixture(scope="module")
def other_language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Folders and titles in a language that the questions are not in."""
    yield from shelf_of(tmp_path_factory.mktemp("other") / "library", OTHER_LANGUAGE)


@pytest.mark.parametrize(
    ("question", "filter", "left"),
    [
        ("ماذا بيع بحسب المحضر؟", "source:minutes/", "ماذا بيع؟"),
        ("ماذا بيع في المحضر؟", "source:minutes/", "ماذا بيع؟"),
        ("في المحاضر، ماذا بيع؟", "source:minutes/", "ماذا بيع؟"),
        ("ماذا ورد في المحاضر عن المضخة؟", "source:minutes/", "حدثني عن المضخة"),
        ("ما عدا المحضر، ماذا احترق؟", "-source:minutes/", "ماذا احترق؟"),
        ("فيما عدا المحاضر: ماذا احترق؟", "-source:minutes/", "ماذا احترق؟"),
        ("باستثناء المحاضر ماذا احترق؟", "-source:minutes/", "ماذا احترق؟"),
        ("بخلاف المحاضر، ماذا احترق؟", "-source:minutes/", "ماذا احترق؟"),
        ("ماذا احترق، عدا المحاضر؟", "-source:minutes/", "ماذا احترق؟"),
        ("ما عدا المحاضر والدليل، ماذا احترق؟", "-source:minutes/ -id:gd", "ماذا احترق؟"),
        ("ما عمق الميناء بحسب الدراسة؟", "id:st", "ما عمق الميناء؟"),
        ("بحسب دراسة الميناء، ما عمقه؟", "id:st", "ما عمقه؟"),
        ("What burnt, according to the reports?", "source:تقارير/", "What burnt?"),
        ("In the letter, what was asked for?", "id:rb", "what was asked for?"),
        ("Except the letter, what is old?", "-id:rb", "what is old?"),
        (
            "Aside from the minutes and the reports, what is old?",
            "-source:minutes/ -source:تقارير/",
            "what is old?",
        ),
        ("With the exception of the minutes: what is old?", "-source:minutes/", "what is old?"),
        ("What is old, excluding minutes?", "-source:minutes/", "What is old?"),
        ("Except articles before 2024, what was sold?", "-published:..2023", "what was sold?"),
    ],
)
def test_a_name_may_be_in_the_other_language(
    other_language: Snapshot, question: str, filter: str, left: str
) -> None:
    assert wish(other_language, question) == Wish(Filter.parse(filter), left)


@pytest.mark.parametrize(
    "question",
    [
        "Besides the mill, what is deep?",  # not that the articles on it are left out
        "ما عدا الطاحونة، ماذا بيع؟",
        "What was sold except the pump?",
        "ماذا بيع في الحال؟",
        "في حال المطر، ماذا بيع؟",
        "Whom did they follow in the guide?",  # a flood's history tells of one
        "According to the report of the bank, what burnt?",
        "According to the letter from the bank, what was asked for?",
        "ما عدا المحاضر",  # nothing else is asked
        "In history, what was sold?",
    ],
)
def test_what_is_not_named_in_the_other_language_stays(other_language: Snapshot, question: str) -> None:
    assert wish(other_language, question) is None


def test_a_kind_alone_names_what_nobody_else_speaks_of(shelf: Snapshot, other_language: Snapshot) -> None:
    assert wish(shelf, "How deep is it in the report?") == Wish(Filter.parse("id:r"), "How deep is it?")
    assert wish(other_language, "What is old in the guide?") is None
    told = wish(other_language, "According to the guide, what is old?")
    assert told == Wish(Filter.parse("id:gd"), "what is old?")


def test_a_wish_is_of_what_is_asked_already(shelf: Snapshot) -> None:
    assert wish(shelf, "Who bought it, in the 2022 minutes?", Filter.parse("published:2023..")) is None
    assert wish(shelf, "Who bought it, in English articles?", Filter.parse("language:en")) is None
