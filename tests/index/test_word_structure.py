"""What styles, lists and tables of a Word document make of its paragraphs."""

import pytest
from article_files import parsed
from hypothesis import given, settings
from hypothesis import strategies as st
from outlines import Part, covered, outline
from word_documents import document, item, paragraph, row, run, table


def style(identifier: str, name: str, based_on: str = "", properties: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:pPr>{properties}</w:pPr></w:style>'
    )


STYLES = "".join(
    [
        style("berschrift2", "heading 2", properties='<w:outlineLvl w:val="1"/>'),
        style("Rank3", "Überschrift 3"),
        style("a1", "عنوان 1"),
        style("Chapter", "Chapter of the book", "Chapters"),
        style("Chapters", "All chapters", "Heading1"),
        style("Cover", "Cover", "Title"),
        style("Under", "Subtitle", "Title"),
        style("Round", "Round", "About"),
        style("About", "About", "Round"),
        style("Source", "Source Code"),
        style("Pre", "HTML Preformatted"),
        style("Said", "Quotations"),
        style("Address", "HTML Address"),
        style("Dotted", "Dotted", "Steps"),
        style("Steps", "Steps", properties='<w:numPr><w:numId w:val="1"/></w:numPr>'),
        style("Second", "Second", properties='<w:numPr><w:numId w:val="1"/></w:numPr>'),
    ]
)


def level(depth: int, format: str, text: str, start: int = 1, style: str = "") -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{linked}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def definition(identifier: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{identifier}">{"".join(levels)}</w:abstractNum>'


def list_of(identifier: int, definition: int, inside: str = "") -> str:
    return f'<w:num w:numId="{identifier}"><w:abstractNumId w:val="{definition}"/>{inside}</w:num>'


NUMBERING = (
    definition(
        0,
        level(0, "decimal", "%1."),
        level(1, "lowerLetter", "%2)", style="Second"),
        level(2, "upperRoman", "%1.%3"),
    )
    + definition(1, level(0, "bullet", "\uf0b7"), level(1, "decimal", "%2.", start=7))
    + definition(2, level(0, "arabicAbjad", "(%1)"))
    + definition(3, level(0, "cardinalText", "%1."))
    + list_of(1, 0)
    + list_of(2, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
    + list_of(3, 1)
    + list_of(4, 2)
    + list_of(5, 3)
    + list_of(6, 99)
    + list_of(7, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "Part %1:")}</w:lvlOverride>')
)


def parts_of(body: str) -> list[Part]:
    return outline(parsed("a.docx", document(body, styles=STYLES, numbering=NUMBERING)))


@pytest.mark.parametrize(
    ("style", "kind"),
    [
        ("Title", "heading1"),
        ("Cover", "heading1"),
        ("Under", "paragraph"),
        ("Heading1", "heading1"),
        ("Heading4", "heading4"),
        ("Heading9", "heading6"),
        ("berschrift2", "heading2"),
        ("Rank3", "heading3"),
        ("a1", "heading1"),
        ("Chapter", "heading1"),
        ("TOCHeading", "paragraph"),
        ("Round", "paragraph"),
        ("unknown", "paragraph"),
        ("", "paragraph"),
        ("Quote", "quote"),
        ("IntenseQuote", "quote"),
        ("Said", "quote"),
        ("Source", "code"),
        ("Pre", "code"),
        ("MacroText", "code"),
        ("Address", "paragraph"),
        ("ListParagraph", "paragraph"),
        ("ListContinue2", "item2"),
        ("List", "item1"),
    ],
)
def test_a_style_says_what_a_paragraph_is(style: str, kind: str) -> None:
    assert parts_of(paragraph(run("The mill"), style=style)) == [(kind, "The mill")]


def test_a_paragraph_may_say_otherwise() -> None:
    outlined = '<w:outlineLvl w:val="{}"/>'
    assert parts_of(
        paragraph(run("a"), properties=outlined.format(2))
        + paragraph(run("b"), style="Heading1", properties=outlined.format(9))
        + paragraph(run("c"), style="Steps", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph(run("d"), style="Heading2", properties='<w:numPr><w:numId w:val="1"/></w:numPr>')
    ) == [("heading3", "a"), ("paragraph", "b"), ("paragraph", "c"), ("heading2", "1. d")]


def test_lists_count_as_word_counts() -> None:
    counted = [
        (1, 0, "1. "),
        (1, 1, "a) "),
        (1, 1, "b) "),
        (1, 2, "1.I "),
        (1, 0, "2. "),
        (1, 1, "a) "),
        (3, 0, ""),
        (3, 1, "7. "),
        (3, 1, "8. "),
        (3, 0, ""),
        (3, 1, "7. "),
        (2, 0, "5. "),
        (2, 0, "6. "),
        (1, 0, "7. "),
        (4, 0, "(أ) "),
        (4, 0, "(ب) "),
        (4, 0, "(ج) "),
        (5, 0, ""),
        (6, 0, ""),
        (7, 0, "Part H: "),
        (77, 0, ""),
    ]
    body = "".join(item(f"x{at}", list_id, depth) for at, (list_id, depth, _) in enumerate(counted))
    assert parts_of(body) == [
        (f"item{depth + 1}", f"{number}x{at}") for at, (_, depth, number) in enumerate(counted)
    ]


def test_what_is_empty_or_in_a_cell_is_counted_and_what_was_deleted_is_not() -> None:
    deleted = paragraph(
        style="Steps", properties='<w:rPr><w:del w:id="1"/></w:rPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    )
    body = item("a", 1) + item("", 1) + deleted + table(row(item("b", 1), "c")) + item("d", 1)
    assert parts_of(body) == [("item1", "1. a"), ("row", ("3. b", "c")), ("item1", "4. d")]


def test_a_lists_style_is_a_list() -> None:
    body = "".join(
        paragraph(run(name), style=name)
        for name in ("Steps", "Second", "Dotted", "ListBullet", "ListNumber", "ListBullet3")
    )
    own = document(body, styles=STYLES)
    assert outline(parsed("a.docx", own))[3:] == [
        ("item1", "ListBullet"),
        ("item1", "1. ListNumber"),
        ("item3", "ListBullet3"),
    ]
    assert parts_of(body)[:3] == [("item1", "1. Steps"), ("item2", "a) Second"), ("item1", "2. Dotted")]


def test_lines_of_code_are_one_block() -> None:
    lines = ["def f():", "", "    return 1"]
    body = "".join(paragraph(run(line), style="Pre") for line in lines)
    found = parsed("a.docx", document(body + paragraph(run("Then.")), styles=STYLES))
    assert found.text == "def f():\n\n    return 1\nThen."
    assert outline(found) == [("code", "def f():\n\n    return 1"), ("paragraph", "Then.")]
    assert parts_of(body + paragraph() + table(row("a", "b"))) == [
        ("code", "def f():\n\n    return 1"),
        ("row", ("a", "b")),
    ]


def test_an_empty_paragraph_sets_apart() -> None:
    body = paragraph() + paragraph(run("a")) + paragraph() * 3 + paragraph(run("b")) + paragraph(run("c"))
    assert parsed("a.docx", document(body + paragraph())).text == "a\n\nb\nc"


SPAN = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
MERGED = "<w:tcPr><w:vMerge/></w:tcPr>" + paragraph()
HEADER = "<w:tblHeader/>"


@pytest.mark.parametrize(
    ("made", "parts"),
    [
        (
            table(
                row("Stone", SPAN + paragraph(run("Owner"))),
                row("Upper", "Bashir", "Nakhle"),
                row(MERGED, "Zaki", ""),
                row("", "", ""),
                row("Lower", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
            ),
            [
                ("row head", ("Stone", "Owner", "")),
                ("row", ("Upper", "Bashir", "Nakhle")),
                ("row", ("", "Zaki", "")),
                ("row", ("", "Lower", "")),
            ],
        ),
        (
            table(row("a", "b", properties=HEADER), row("c", "d", properties=HEADER), row("e", "f")),
            [("row head", ("a", "b")), ("row head", ("c", "d")), ("row", ("e", "f"))],
        ),
        (
            table(row("a", "b"), row("c", "d", properties=HEADER)),
            [("row head", ("a", "b")), ("row", ("c", "d"))],
        ),
        (table(row("a", "b", properties=HEADER)), [("row", ("a", "b"))]),
        (table(row("a"), row("b")), [("row", ("a",)), ("row", ("b",))]),
        (
            table(row(SPAN + paragraph(run("All"))), row("a", "b")),
            [("row", ("All", "")), ("row", ("a", "b"))],
        ),
        *(
            (
                table(row("a", "b"), row("c", "d"), properties=f"<w:tblLook {looks}/>"),
                [("row" + " head" * head, ("a", "b")), ("row", ("c", "d"))],
            )
            for looks, head in [
                ('w:val="04A0"', True),
                ('w:val="0480"', False),
                ('w:val="0000" w:firstRow="1"', True),
                ('w:val="04A0" w:firstRow="0"', False),
                ('w:val="none"', True),
            ]
        ),
        (
            table(row(paragraph(run("One")) + paragraph(run("two")), table(row("x", "y")) + paragraph())),
            [("row", ("One two", "x | y"))],
        ),
        (
            table(row(paragraph(run("In a box")) + item("first", 1) + table(row("x", "y"), row("z", "")))),
            [("paragraph", "In a box"), ("item1", "1. first"), ("row head", ("x", "y")), ("row", ("z", ""))],
        ),
        (
            table(row(paragraph(run("Work"), style="Heading2") + paragraph(run("Miller")), "Languages")),
            [("heading2", "Work"), ("paragraph", "Miller"), ("paragraph", "Languages")],
        ),
        (
            table(row(paragraph(run("Year"), style="Heading2"), "Sum"), row("1887", "900")),
            [("row head", ("Year", "Sum")), ("row", ("1887", "900"))],
        ),
    ],
)
def test_tables(made: str, parts: list[Part]) -> None:
    around = paragraph(run("before")) + made + paragraph(run("after"))
    assert parts_of(around) == [("paragraph", "before"), *parts, ("paragraph", "after")]


def test_the_headline_bears_no_number_and_may_stand_in_a_table() -> None:
    numbered = paragraph(run("Costs"), style="Heading1", properties='<w:numPr><w:numId w:val="1"/></w:numPr>')
    boxed = table(row(paragraph(run("The report"), style="Cover")))
    found = parsed("a.docx", document(numbered + boxed, styles=STYLES, numbering=NUMBERING))
    assert found.title == "The report"
    assert outline(found) == [("heading1", "1. Costs"), ("heading1", "The report")]
    assert parsed("a.docx", document(numbered, styles=STYLES, numbering=NUMBERING)).title == "Costs"


VALUES = st.sampled_from(
    ["0", "1", "2", "7", "9", "-1", "x", "", "99999999999", "1.5", "Second", "Pre", "Heading2"]
)
PROPERTIES = st.builds(
    '<w:pStyle w:val="{}"/><w:outlineLvl w:val="{}"/>'
    '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'.format,
    *[VALUES] * 4,
)
PARAGRAPHS = st.builds(lambda stated: paragraph(run("{}"), properties=stated), PROPERTIES)
BODIES = st.recursive(
    PARAGRAPHS,
    lambda parts: (
        st.lists(parts, min_size=1, max_size=3).map("".join)
        | st.lists(parts, min_size=1, max_size=3).map(
            lambda cells: table(row(*cells), row(*cells[:1])) + paragraph()
        )
    ),
    max_leaves=8,
)


@given(BODIES, VALUES)
@settings(max_examples=60, deadline=None)
def test_whatever_is_stated_no_word_is_lost(body: str, stated: str) -> None:
    words = [f"w{at}w" for at in range(body.count("{}"))]
    numbering = definition(
        0, level(0, "lowerRoman", "%1%9%."), f'<w:lvl><w:lvlText w:val="{stated}"/></w:lvl>'
    )
    found = parsed(
        "a.docx",
        document(body.format(*words), styles=STYLES, numbering=numbering + list_of(1, 0) + list_of(2, 0)),
    )
    covered(found)
    assert [word for word in found.text.replace("|", " ").split() if word.startswith("w")] == words
