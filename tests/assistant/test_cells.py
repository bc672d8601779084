"""Cells of tables: the row and the head together, or silence."""

from pathlib import Path

import pytest
from commands import printed, run

from assistant.question import understand
from assistant.readers.tables import ArticleTable, best_cell, table_weights
from index.articles import make_article
from index.structure import TextBuilder

PARTS = (
    ("Ain", "عين"),
    ("Bir", "بير"),
    ("Tall", "تل"),
    ("Kafr", "كفر"),
    ("Wadi", "وادي"),
    ("Deir", "دير"),
)
NAMES = (
    ("Nahla", "نحلة"),
    ("Zahr", "زهر"),
    ("Dilb", "دلب"),
    ("Hassan", "حسان"),
    ("Rumman", "رمان"),
    ("Loz", "لوز"),
    ("Safsaf", "صفصاف"),
    ("Qamar", "قمر"),
    ("Hamam", "حمام"),
    ("Sakhr", "صخر"),
)
HEADS = (
    ("Well", "Depth in metres", "Year dug", "Families served"),
    ("البئر", "العمق بالأمتار", "سنة الحفر", "العائلات المستفيدة"),
)


def wells(language: int) -> dict[str, tuple[int, int, int]]:
    """Depth, year and families of sixty wells by name; no figure twice in a row."""
    return {
        f"{first[language]} {second[language]}": (
            20 + (7 * n) % 120,
            1930 + n,
            3 + (11 * n) % 17 + 200 * (n % 2),
        )
        for n, (first, second) in enumerate((first, second) for first in PARTS for second in NAMES)
    }


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wells")
    titles = ("Wells of the district", "آبار القضاء")
    texts = (
        "The water board measured every well of the district in the dry months. The table gives the results.",
        "قاست مصلحة المياه كل بئر في القضاء في أشهر الجفاف. وفي الجدول النتائج.",
    )
    for language in (0, 1):
        rows = [
            HEADS[language],
            ("---",) * 4,
            *((name, *map(str, told)) for name, told in wells(language).items()),
        ]
        lines = [
            f"# {titles[language]}",
            "",
            texts[language],
            "",
            *("| " + " | ".join(row) + " |" for row in rows),
        ]
        (folder / f"wells-{language}.md").write_text("\n".join(lines), encoding="utf-8")
    assert run("index", "build", folder, "--library", folder / "library").exit_code == 0
    return folder / "library"


QUESTIONS = [
    (0, "What is the depth of {}?", 0),
    (0, "In what year was the well {} dug?", 1),
    (0, "How many families does {} serve?", 2),
    (1, "ما عمق {}؟", 0),
    (1, "في أي سنة حُفر بئر {}؟", 1),
    (1, "كم عائلة تستفيد من {}؟", 2),
]


@pytest.mark.parametrize("row", [1, 57])
@pytest.mark.parametrize(("language", "question", "column"), QUESTIONS)
def test_the_cell_of_a_long_table(library: Path, language: int, question: str, column: int, row: int) -> None:
    name = list(wells(language))[row]
    answer = printed("ask", question.format(name), "--library", library)
    expected = str(wells(language)[name][column])
    assert answer["answer"] == expected
    [citation] = answer["citations"]
    assert citation["quote"] == " | ".join([name, *map(str, wells(language)[name])])
    assert citation["quote"][citation["answer_start"] - citation["start"] :].startswith(expected)


@pytest.mark.parametrize(
    "question",
    [
        "What is the depth of Kafr Zaytun?",
        "Who owns the well Ain Dilb?",
        "How many families did Wadi Loz serve in 1870?",
        "كم يبلغ عمق بير زيتون؟",
    ],
)
def test_what_the_table_does_not_say_is_not_said(library: Path, question: str) -> None:
    assert printed("ask", question, "--library", library)["answer"] == ""


def test_a_quarter_in_words_is_the_quarter_in_figures() -> None:
    built = TextBuilder()
    head = built.add_row(["Product", "Q2 2023", "Q1 2024", "Q2 2024"], head=True)
    row = built.add_row(["Canned sardines", "1620", "1585", "1710"])
    assert row is not None
    article = make_article(id="a", title="Sales", text=built.text, source="", blocks=built.blocks)
    table = ArticleTable(article, head, (row,), "Sales of canned fish")

    def cell(question: str) -> tuple[str, float]:
        found = best_cell(understand(question), [table], None)
        assert found is not None
        return found.text, found.confidence

    said, sure = cell("What were the sales of canned sardines in the first quarter of 2024?")
    assert said == "1585"
    assert cell("What were the sales of canned sardines in the third quarter of 2024?")[1] < sure / 2


def test_weights_name_every_feature() -> None:
    weights = table_weights()
    assert len(weights.cells) + 4 == len(weights.confidence)
