"""What Word wraps its text in is no reason to lose it: each wrapper by hand, wherever it may stand."""

import pytest
from article_files import parsed, word_file
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import Part, outline
from word_documents import document, paragraph, row, run, table


def text_of(body: str, notes: dict[str, str] | None = None) -> str:
    return parsed("a.docx", document(body, notes)).text


INLINE = {
    "content control": "<w:sdt><w:sdtPr><w:tag w:val='x'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "insertion": '<w:ins w:id="1" w:author="a">{}</w:ins>',
    "move": '<w:moveTo w:id="1" w:author="a">{}</w:moveTo>',
    "smart tag": '<w:smartTag w:element="date">{}</w:smartTag>',
    "field": '<w:fldSimple w:instr="AUTHOR">{}</w:fldSimple>',
    "link": '<w:hyperlink r:id="r1">{}</w:hyperlink>',
    "direction": '<w:bdo w:val="rtl">{}</w:bdo>',
    "custom markup": '<w:customXml w:element="x">{}</w:customXml>',
}


@pytest.mark.parametrize("wrapper", INLINE.values(), ids=INLINE)
def test_what_is_wrapped_in_a_line_stands_in_it(wrapper: str) -> None:
    body = paragraph(
        run("approved on "), wrapper.format(run("14 March")), run(" by "), wrapper.format(run("سلمى"))
    )
    assert text_of(body) == "approved on 14 March by سلمى"


@given(st.lists(st.sampled_from(sorted(INLINE)), max_size=4))
@settings(max_examples=25, deadline=None)
def test_wrappers_in_wrappers(names: list[str]) -> None:
    inside = run("deep")
    for name in names:
        inside = INLINE[name].format(inside)
    assert text_of(paragraph(run("a "), inside, run(" z"))) == "a deep z"


BLOCK = INLINE["content control"]
CELLS = "<w:tc>{}</w:tc><w:tc>{}</w:tc>".format(paragraph(run("well")), paragraph(run("59")))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (BLOCK.format(paragraph(run("a")) + paragraph(run("b"))), "a\nb"),
        (BLOCK.format(f"<w:tbl><w:tr>{CELLS}</w:tr></w:tbl>"), "well | 59"),
        (f"<w:tbl>{BLOCK.format(f'<w:tr>{CELLS}</w:tr>')}</w:tbl>", "well | 59"),
        (f"<w:tbl><w:tr>{BLOCK.format(CELLS)}</w:tr></w:tbl>", "well | 59"),
        (
            f"<w:tbl><w:tr><w:tc><w:tbl><w:tr>{CELLS}</w:tr></w:tbl>{paragraph(run('x'))}</w:tc></w:tr></w:tbl>",
            "well | 59\nx",
        ),
    ],
    ids=["paragraphs", "table", "row", "cells", "table in a box"],
)
def test_what_is_wrapped_as_a_block_stands_where_it_is(body: str, text: str) -> None:
    around = paragraph(run("before")) + "{}" + paragraph(run("after"))
    assert text_of(around.format(body)) == f"before\n{text}\nafter"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph(run('It has 312 stalls.'))}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text_of(paragraph(run("The market."), drawing) + paragraph(run("End."))) == (
        "The market.\nIt has 312 stalls.\nEnd."
    )
    only_old = drawing.replace(f"<w:drawing>{box}</w:drawing>", "<w:drawing/>")
    assert text_of(paragraph(run("The market."), only_old)) == "The market.\nIt has 312 stalls."


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_follows_the_paragraph_that_it_hangs_on(kind: str) -> None:
    noted = paragraph(
        run("It was closed."), f'<w:r><w:{kind}Reference w:id="2"/></w:r>', run(" Then it fell.")
    )
    note = f'<w:{kind} w:id="2">{paragraph(run("By order of Munir Daher."))}</w:{kind}>'
    text = text_of(noted + paragraph(run("End.")), {f"{kind}s": note})
    assert text == "It was closed. Then it fell.\nBy order of Munir Daher.\nEnd."


def test_what_was_deleted_is_not_read() -> None:
    body = paragraph(
        run("kept"),
        '<w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del>',
        f'<w:moveFrom w:id="2">{run("moved away")}</w:moveFrom>',
        "<w:r><w:instrText>PAGE</w:instrText></w:r>",
    )
    assert text_of(body) == "kept"


def test_breaks_and_hyphens() -> None:
    body = paragraph(
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
    )
    assert text_of(body) == "a\tb\nc-d"
    assert text_of(paragraph('<w:r><w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t></w:r>')) == "ab"


def test_the_title_is_stated_or_a_headings() -> None:
    heading = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr>' + run("{}") + "</w:p>"
    body = heading.format("Heading1", "Costs") + heading.format("Title", "The report") + paragraph(run("x"))
    assert parsed("a.docx", document(body)).title == "The report"
    assert parsed("a.docx", document(heading.format("Heading1", "Costs"))).title == "Costs"
    assert parsed("a.docx", document(paragraph(run("x")))).title == ""
    assert parsed("a.docx", word_file("x", title="Stated")).title == "Stated"


@pytest.mark.parametrize(
    "stated", ["Document1", "Microsoft Word - final_v3 (2).docx", "untitled", "Normal.dotm", "Word Document"]
)
def test_a_title_that_a_program_wrote_is_none(stated: str) -> None:
    body = paragraph(run("The quay"), style="Heading1") + paragraph(run("It is long."))
    assert parsed("a.docx", document(body, title=stated)).title == "The quay"
    assert parsed("a.docx", document(paragraph(run("It is long.")), title=stated)).title == ""


def controlled(*inside: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{''.join(inside)}</w:sdtContent></w:sdt>"


BOXED = "".join(
    paragraph(run(line)) for line in ("The market was founded by Hamid Tawil in 1908.", "It has 312 stalls.")
)
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>"
    f"<w:txbxContent>{BOXED}</w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{BOXED}</w:txbxContent></v:textbox></v:shape>"
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    ("body", "notes", "parts"),
    [
        (
            controlled(
                paragraph(run("Annual report of the Wadi Harir water board")),
                paragraph(run("Prepared by Salma Anwar for the provincial council.")),
            )
            + paragraph(run("The board met four times in the year under report."))
            + paragraph(
                run("The report was approved on "),
                controlled(run("14 March 2024")),
                run(" by "),
                controlled(run("Idris Khaled")),
                run(", chairman of the board."),
            )
            + controlled(table(row("Reservoir", "Capacity"), row("Upper Harir", "48 million cubic metres")))
            + paragraph(run("Three wells were closed because of salt.")),
            {},
            [
                ("paragraph", "Annual report of the Wadi Harir water board"),
                ("paragraph", "Prepared by Salma Anwar for the provincial council."),
                ("paragraph", "The board met four times in the year under report."),
                (
                    "paragraph",
                    "The report was approved on 14 March 2024 by Idris Khaled, chairman of the board.",
                ),
                ("row head", ("Reservoir", "Capacity")),
                ("row", ("Upper Harir", "48 million cubic metres")),
                ("paragraph", "Three wells were closed because of salt."),
            ],
        ),
        (
            controlled(paragraph(run("أعد هذا التقرير المهندس ياسر العمري لمجلس بلدية الزهراء.")))
            + paragraph(run("عقد المجلس أربع جلسات خلال العام."))
            + paragraph(
                run("بلغت ميزانية الصيانة "), controlled(run("سبعة ملايين دينار")), run(" في السنة الأولى.")
            ),
            {},
            [
                ("paragraph", "أعد هذا التقرير المهندس ياسر العمري لمجلس بلدية الزهراء."),
                ("paragraph", "عقد المجلس أربع جلسات خلال العام."),
                ("paragraph", "بلغت ميزانية الصيانة سبعة ملايين دينار في السنة الأولى."),
            ],
        ),
        (
            controlled(
                paragraph(run("The ferry to Qasr island leaves at 7:40.")),
                paragraph(run("It carries two hundred people.")),
            ),
            {},
            [
                ("paragraph", "The ferry to Qasr island leaves at 7:40."),
                ("paragraph", "It carries two hundred people."),
            ],
        ),
        (
            paragraph(run("The market of Souq al-Ghazl is held twice a week."))
            + paragraph(BOX)
            + paragraph(run("Traders pay for a stall by the day.")),
            {},
            [
                ("paragraph", "The market of Souq al-Ghazl is held twice a week."),
                ("paragraph", "The market was founded by Hamid Tawil in 1908."),
                ("paragraph", "It has 312 stalls."),
                ("paragraph", "Traders pay for a stall by the day."),
            ],
        ),
        (
            paragraph(
                run("The old bridge was closed to carts"),
                '<w:r><w:footnoteReference w:id="2"/></w:r>',
                run(" after the flood."),
            ),
            {
                "footnotes": '<w:footnote w:id="2">'
                + paragraph(run("The order was signed by Governor Munir Daher on 3 February 1926."))
                + "</w:footnote>"
            },
            [
                ("paragraph", "The old bridge was closed to carts after the flood."),
                ("paragraph", "The order was signed by Governor Munir Daher on 3 February 1926."),
            ],
        ),
    ],
    ids=["report-en", "report-ar", "all-inside", "box-en", "note"],
)
def test_what_word_wraps_is_read_where_it_stands(body: str, notes: dict[str, str], parts: list[Part]) -> None:
    assert outline(parsed("a.docx", document(body, notes))) == parts
