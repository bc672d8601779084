"""CSV as people's programs write it: delimiters, encodings, titles above, texts in cells."""

import pytest
from article_files import parsed, read

from index.errors import UnreadableArticle
from index.formats import ParsedArticle

TABLE = [["المدينة", "البلد", "السكان"], ["حلب", "سوريا", "2,098,210"], ["الموصل", "العراق", "1,739,800"]]


def cells(article: ParsedArticle) -> list[list[str]]:
    return [[article.text[start:end] for start, end in block.cells] for block in article.blocks]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_delimiters_and_encodings_are_found(delimiter: str, encoding: str) -> None:
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in TABLE)
    article = parsed("a.csv", text.encode(encoding))
    assert cells(article) == TABLE
    assert [block.head for block in article.blocks] == [True, False, False]


def test_commas_in_figures_are_no_delimiter() -> None:
    article = parsed("a.csv", b"City;Rate\nAleppo;3,5\nMosul;2,25\n")
    assert cells(article) == [["City", "Rate"], ["Aleppo", "3,5"], ["Mosul", "2,25"]]
    assert cells(parsed("a.csv", b"sep=|\nCity|Rate\nAleppo|3;5\n"))[1] == ["Aleppo", "3;5"]


def test_rows_of_figures_have_no_head_and_years_may_be_one() -> None:
    assert not any(block.head for block in parsed("a.csv", b"1,2,3\n4,5,6\n").blocks)
    assert [block.head for block in parsed("a.csv", b"Country,2019,2020\nIraq,1,2\n").blocks] == [True, False]


def test_what_stands_alone_above_is_a_title_and_empty_columns_go() -> None:
    article = parsed("a.csv", b"Harbours of the coast in 2023,,\n,,\nName,,Ships\nTala,,12\n")
    assert article.text == "Harbours of the coast in 2023\n\nName | Ships\nTala | 12"
    assert [block.kind for block in article.blocks] == ["paragraph", "row", "row"]


def test_a_long_text_in_a_cell_is_read_as_a_text() -> None:
    body = "The council met on Sunday. " * 20
    article = parsed("a.csv", f'title,text\nThe bridge,"{body}\nIt was closed."\n'.encode())
    kinds = [(block.kind, article.text[block.start : block.end][:14]) for block in article.blocks]
    assert kinds == [
        ("row", "title | text"),
        ("row", "The bridge"),
        ("paragraph", "The council me"),
        ("paragraph", "It was closed."),
    ]


def test_a_quotation_mark_that_nobody_closed_is_read_as_far_as_it_goes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "a.csv").write_text('Name,Said\nTala,"never closed\nRas,2\n')
    (folder / "b.csv").write_text('Name,Said\nTala,"' + "x" * 200_000)
    [article], [problem] = read(folder)
    assert "never closed" in article.text
    assert "the table is broken" in problem


def test_too_many_cells_are_one_line() -> None:
    with pytest.raises(UnreadableArticle, match="cells; cut it into parts"):
        parsed("a.csv", b"a,,,,,,,,b\n" * 230_000)
