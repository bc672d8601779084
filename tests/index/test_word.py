"""What Word wraps its text in is no reason to lose it: each wrapper by hand, wherever it may stand."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from article_files import parsed, word_file, zip_file
from hypothesis import given, settings
from hypothesis import strategies as st

NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{path}"'
    for prefix, path in {
        "w": "wordprocessingml/2006/main",
        "mc": "markup-compatibility/2006",
        "r": "officeDocument/2006/relationships",
    }.items()
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inside: str) -> str:
    return f"<w:p>{''.join(inside)}</w:p>"


def document(body: str, notes: dict[str, str] | None = None) -> bytes:
    """A .docx with that body; ``notes`` are the XML of footnotes and endnotes by kind."""
    with ZipFile(BytesIO(word_file("x"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode()
    for kind, inside in (notes or {}).items():
        parts[f"word/{kind}.xml"] = f"<w:{kind} {NAMESPACES}>{inside}</w:{kind}>".encode()
        for name, end, entry in (
            (
                "word/_rels/document.xml.rels",
                b"</Relationships>",
                f'<Relationship Id="n{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>',
            ),
            (
                "[Content_Types].xml",
                b"</Types>",
                f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-'
                f'officedocument.wordprocessingml.{kind}+xml"/>',
            ),
        ):
            parts[name] = parts[name].replace(end, entry.encode() + end)
    return zip_file(parts)


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
