"""Texts, slides and sheets that LibreOffice, openpyxl, XlsxWriter and python-pptx wrote."""

from pathlib import Path

import pytest
from article_files import parsed, read, zip_file
from office_files import odt_file, pptx_file, xlsx_file

from index.articles import Article
from index.errors import UnreadableArticle
from index.formats.office import grid
from index.formats.office.figures import shown
from index.structure import Page

FILES = Path(__file__).parents[1] / "fixtures" / "office"


def of(name: str) -> Article:
    [article], problems = read(FILES / name)
    assert problems == []
    return article


def told(article: Article) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, article.text[block.start : block.end]) for block in article.blocks]


def rows(article: Article) -> list[tuple[bool, list[str]]]:
    """The rows, whether each is a head, and its cells."""
    return [
        (block.head, [article.text[start:end] for start, end in block.cells])
        for block in article.blocks
        if block.kind == "row"
    ]


HARBOURS = [
    ("heading", 1, "موانئ الساحل"),
    ("paragraph", 0, "بُني الميناء القديم في مرسى تالا عام ١٩٣١، وكتب عنه John Smith."),
    ("heading", 2, "The keepers"),
    ("paragraph", 0, "The third keeper was Rita\u00a0Zahr — “the night owl”."),
    ("item", 1, "1. Light the lamp"),
    ("item", 1, "2. Close the gate"),
    ("item", 2, "both wings"),
    ("row", 0, "الميناء | السفن"),
    ("row", 0, "مرسى تالا | 1,240"),
    ("row", 0, "Ras Amoud | 860"),
    ("paragraph", 0, "The end of it."),
]


@pytest.mark.parametrize("name", ["harbours.odt", "harbours.rtf"])
def test_a_text_is_its_headings_lists_and_tables(name: str) -> None:
    article = of(name)
    assert told(article) == HARBOURS
    assert rows(article)[0] == (True, ["الميناء", "السفن"])
    assert (article.title, article.published, article.author) == ("موانئ الساحل", "", "")


@pytest.mark.parametrize("name", ["harbours.xlsx", "harbours-libreoffice.xlsx"])
def test_a_workbook_is_its_sheets_as_they_are_shown(name: str) -> None:
    article = of(name)
    assert [text for kind, _, text in told(article) if kind != "row"] == [
        "الموانئ",
        "تقرير الموانئ لعام 2023",
        "Costs of repair",
        "Merged",
    ]
    assert rows(article) == [
        (True, ["الميناء", "السفن", "النسبة", "افتتح", "السعر"]),
        (False, ["مرسى تالا", "1,240", "12.5%", "1931-03-02", "$12.50"]),
        (False, ["رأس عمود", "860", "50.0%", "1954-05-06 14:30", "$1,999.00"]),
        (True, ["Item", "Cost"]),
        (False, ["Rope", "12"]),
        (False, ["Lamp", "7"]),
        (True, ["Region", "City", "People"]),
        (False, ["North", "A", "1"]),
        (False, ["North", "B", "2"]),
    ]
    assert "secret" not in article.text  # of a sheet that is hidden
    assert article.title == "تقرير الموانئ لعام 2023"


def test_a_sheet_without_a_title_has_its_files_name() -> None:
    article = of("keepers.xlsx")
    assert rows(article) == [
        (True, ["Keeper", "From"]),
        (False, ["Rita Zahr", "1999-12-31"]),
        (False, ["Anna Reed", "2"]),
    ]
    assert article.title == "keepers"


@pytest.mark.parametrize("name", ["mill.pptx", "mill-libreoffice.pptx"])
def test_slides_are_pages_with_their_notes(name: str) -> None:
    article = of(name)
    assert told(article) == [
        ("heading", 1, "The mill of Lindham"),
        ("paragraph", 0, "A short history"),
        ("heading", 1, "أسباب الإغلاق"),
        ("item", 1, "ارتفعت كلفة الصيانة"),
        ("item", 1, "انتقلت السوق"),
        ("item", 2, "إلى المدينة"),
        ("paragraph", 0, "The miller was Ann Reed."),
        ("heading", 1, "Costs"),
        ("row", 0, "Item | Cost"),
        ("row", 0, "Rope | 12"),
        ("paragraph", 0, "In a group"),
    ]
    assert article.title == "The mill of Lindham"
    assert [page.label for page in article.pages] == ["1", "2", "3"]
    said = [article.text[page.start : page.end] for page in article.pages]
    assert said[1].startswith("أسباب الإغلاق\n")
    assert said[1].endswith("\n\nThe miller was Ann Reed.")
    assert "\n\n".join(said) == article.text


def test_a_slide_that_says_nothing_is_counted_and_is_no_page() -> None:
    article = parsed("a.pptx", pptx_file(["One", "The first."], [], ["Three", "The third."]))
    assert article.pages == (Page("1", 0, 14, 1, "slide"), Page("3", 16, 32, 3, "slide"))


def test_what_is_deleted_or_a_comment_or_a_note_in_a_text() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted words</text:p></text:tracked-changes>"
        "<text:p>The lamp<text:s text:c='2'/>was lit<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>By Huda.</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>a comment</text:p></office:annotation> at "
        "<text:span>six</text:span>.</text:p>"
        "<table:table><table:table-row><table:table-cell table:number-columns-repeated='16384'/>"
        "</table:table-row>"
        "<table:table-row table:number-rows-repeated='1000000'><table:table-cell><text:p>a</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    article = parsed("a.odt", odt_file(body=body, title="Lamps"))
    assert article.text.startswith("The lamp  was lit[1] at six.\nBy Huda.")
    assert article.title == "Lamps"
    assert len(article.text) < 500


def test_what_a_password_locks_is_named() -> None:
    for ending in ("xlsx", "pptx"):
        with pytest.raises(UnreadableArticle, match="without a password"):
            parsed(f"a.{ending}", b"\xd0\xcf\x11\xe0" + bytes(5000))
    locked = {"META-INF/manifest.xml": "<m:encryption-data/>", "content.xml": b"\x01\x02"}
    with pytest.raises(UnreadableArticle, match="without the password"):
        parsed("a.odt", zip_file(locked))


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        ("0.1", "", "0.1"),
        ("0.30000000000000004", "General", "0.3"),
        ("1234567", "#,##0", "1,234,567"),
        ("-1234.5", "#,##0.00;(#,##0.00)", "(1,234.50)"),
        ("0.125", "0.0%", "12.5%"),
        ("1.5", '0.0" كم"', "1.5 كم"),
        ("12", "[$€-407] #,##0.00", "€ 12.00"),
        ("1500000", '0.0,,"M"', "1.5M"),
        ("43893", "dd/mm/yyyy", "2020-03-03"),
        ("43893.75", "d mmm yy h:mm", "2020-03-03 18:00"),
        ("0.75", "h:mm", "18:00"),
        ("43893", "mmm yyyy", "2020-03"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("1e300", "yyyy", "1e+300"),
        ("nan", "0.0", "nan"),
        ("seven", "0", "seven"),
    ],
)
def test_a_figure_is_shown_as_its_cell_shows_it(value: str, code: str, seen: str) -> None:
    assert shown(value, code) == seen


def test_a_sheet_that_claims_to_be_huge_is_as_large_as_its_cells() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<worksheet xmlns="{main}"><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Keeper</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>7</v></c>'
        '<c r="B1048576" t="inlineStr"><is><t>Rita</t></is></c></row>'
        '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    assert parsed("a.xlsx", xlsx_file([], sheet=sheet)).text == "Keeper\nRita"


def test_more_cells_than_are_read_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST_CELLS", 20)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData><row>{"<c/>" * 21}</row></sheetData></worksheet>'
    with pytest.raises(UnreadableArticle, match="over 20 cells"):
        parsed("a.xlsx", xlsx_file([], sheet=sheet))
