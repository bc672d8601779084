"""What the parts of a page or a chapter are: headings, items with their numbers, rows with all columns."""

from html import escape, unescape
from pathlib import Path

import pytest
from article_files import epub_parts, parsed, read, zip_file
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats import ParsedArticle

PROSE = (
    "<p>The club met on Thursday in the school at Kafr Tuffah, with nineteen members present, the treasurer "
    "being excused because of the snow on the pass road.</p>"
)


def chapter(body: str) -> ParsedArticle:
    """A book's one chapter: read whole, so that what is tested is no choice of an article in a page."""
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body>{body}</body></html>'
    return parsed("a.epub", zip_file(epub_parts({"a.xhtml": page})))


def blocks(found: ParsedArticle) -> list[str]:
    """Each block as its kind, its level where it has one, and its text."""
    shown = [
        f"{block.kind}{block.level or ''}{'*' if block.head else ''} {found.text[block.start : block.end]}"
        for block in found.blocks
    ]
    covered = "".join(found.text[block.start : block.end] for block in found.blocks)
    assert "".join(covered.split()) == "".join(found.text.split())
    return shown


def rows(body: str) -> list[list[str]]:
    found = chapter(body)
    return [[found.text[start:end] for start, end in block.cells] for block in found.blocks if block.cells]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h1>A</h1><h3>B <i>c</i></h3><p>d</p>", ["heading1 A", "heading3 B c", "paragraph d"]),
        ("<div role='heading' aria-level='4'>A</div>b", ["heading4 A", "paragraph b"]),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", ["item1 a", "item2 b", "item1 c"]),
        ("<ol><li>a</li><li><p>b</p><p>c</p></li></ol>", ["item1 1. a", "item1 2. b", "item1 c"]),
        ("<ol start='٣'><li>a</li></ol>", ["item1 1. a"]),
        ("<ol start='3'><li>a<li value='7'>b<li>c</ol>", ["item1 3. a", "item1 7. b", "item1 8. c"]),
        ("<ol reversed=''><li>a</li><li>b</li></ol>", ["item1 2. a", "item1 1. b"]),
        ("<ol type='a'><li>a</li></ol>", ["item1 a. a"]),
        ("<ol type='I' start='44'><li>a</li></ol>", ["item1 XLIV. a"]),
        ("<ol style='list-style-type:lower-alpha' start='27'><li>a</li></ol>", ["item1 27. a"]),
        ("<ol style='list-style: none'><li>a</li></ol>", ["item1 a"]),
        ("<ol><li>a<ol><li>b</li></ol></li><li>c</li></ol>", ["item1 1. a", "item2 1. b", "item1 2. c"]),
        ("<ol><li><ul><li>a</li></ul></li><li>b</li></ol>", ["item2 a", "item1 2. b"]),
        ("<ol><li><h4>a</h4>b</li></ol>", ["heading4 1. a", "item1 b"]),
        ("<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>", ["item1 a", "item2 b", "item1 c"]),
        ("<blockquote>a<p>b</p></blockquote><p>c</p>", ["quote a", "quote b", "paragraph c"]),
        ("<p>a</p><pre>  if b:\n\n\tc  \n</pre>", ["paragraph a", "code   if b:\n\n\tc"]),
        ("<pre><span>a</span><br/>b<div>c</div><div>d</div></pre>", ["code a\nb\nc\nd"]),
        ("a<br/>b<br/><br/>c", ["paragraph a\nb", "paragraph c"]),
        ("<p>a <b> b</b>\u00ad \u200bc</p>", ["paragraph a b c"]),
        ("<figure><figcaption>a</figcaption></figure><details><summary>b</summary>c</details>",
         ["paragraph a", "paragraph b", "paragraph c"]),
    ],
)  # fmt: skip
def test_every_part_is_what_it_is(body: str, expected: list[str]) -> None:
    assert blocks(chapter(body)) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr>", ["row* a | b", "row 1 | 2"]),
        ("<tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr>", ["row a | 1", "row b | 2"]),
        ("<thead><tr><td>a</td><td>b</td></tr></thead><tr><td>1</td></tr>", ["row* a | b", "row 1"]),
        ("<tr><td><b>a</b></td><td><p><strong>b</strong></p></td></tr><tr><td>1</td><td><b>2</b></td></tr>",
         ["row* a | b", "row 1 | 2"]),
        ("<tr><th>a</th><th>b</th></tr><tr><th>c</th><th>d</th></tr>", ["row* a | b", "row c | d"]),
        ("<caption>t</caption><tr><td>1</td><td>2</td></tr>", ["paragraph t", "row 1 | 2"]),
        ("<tr><td>m</td><td><ol><li>a</li><li>b</li></ol></td></tr>", ["row m | 1. a 2. b"]),
        ("<tr><td>one</td></tr><tr><td>two<br/>three</td></tr>", ["paragraph one", "paragraph two\nthree"]),
        ("lost<tr><td>1</td><td>2</td></tr>", ["paragraph lost", "paragraph 1", "paragraph 2"]),
        ("<tr><th>a</th><th>b</th></tr><tr><td>1</td>x<td>2</td></tr>", ["row* a | b", "row 1 x 2"]),
    ],
)  # fmt: skip
def test_a_table_is_its_rows(table: str, expected: list[str]) -> None:
    assert blocks(chapter(f"<table>{table}</table>")) == expected


def test_columns_line_up_whatever_the_cells_span() -> None:
    table = (
        "<table><thead><tr><th rowspan='2'>Year</th><th colspan='2'>Vehicles</th></tr>"
        "<tr><th>Cars</th><th>Lorries</th></tr></thead>"
        "<tr><td>2024</td><td></td><td>120</td></tr><tr><td rowspan='2'>2025</td><td>9</td><td>7</td></tr>"
        "<tr><td>8</td><td>6</td></tr><tr><td colspan='99'>all of them</td></tr></table>"
    )
    assert rows(table) == [
        ["Year", "Vehicles", ""],
        ["Year", "Cars", "Lorries"],
        ["2024", "", "120"],
        ["2025", "9", "7"],
        ["2025", "8", "6"],
        ["all of them", "", ""],
    ]
    long = "a long note " * 20
    assert rows(f"<table><tr><td rowspan='2'>{long}</td><td>b</td></tr><tr><td>c</td></tr></table>") == [
        [long.strip(), "b"],
        ["", "c"],
    ]


def test_a_row_that_claims_the_whole_memory_gets_what_it_fills() -> None:
    row = "<tr>" + "<td colspan='1000' rowspan='65534'>aaaa</td>" * 500 + "</tr>"
    text = chapter(f"<table>{row}{'<tr><td>b</td></tr>' * 500}</table>").text
    assert len(text) < 100_000


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Rules</title></head><body>
<div class=WordSection1><p class=MsoTitle>New rules<o:p></o:p></p>{prose}
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span></span><![endif]>Nets are forbidden</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span>&nbsp; </span></span></span>in
March</p><p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>1.<span>&nbsp; </span></span>Licences</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal><b>Year</b></p></td><td><p><b>Fee</b></p></td>
</tr><tr><td><p class=MsoNormal>2024</p></td><td>22</td></tr></table>{prose}</div></body>"""
GOOGLE = """<html><body class="c9 doc-content"><p class="c1 title"><span>New rules</span></p>{prose}
<ul class="c6 lst-kix_abc-0 start"><li class="c1"><span>Nets are forbidden</span></li></ul>
<ul class="c6 lst-kix_abc-1 start"><li class="c1"><span>in March</span></li></ul>
<ol class="c6 lst-kix_def-0 start" start="1"><li><span>Licences</span></li></ol>
<table><tr><td colspan="1" rowspan="1"><p><b>Year</b></p></td><td><p><b>Fee</b></p></td></tr>
<tr><td colspan="1" rowspan="1"><p>2024</p></td><td><p>22</p></td></tr></table>{prose}"""


@pytest.mark.parametrize("page", [WORD, GOOGLE], ids=["Word", "Google Docs"])
def test_what_office_programs_write_is_read_as_they_show_it(page: str) -> None:
    found = parsed("a.html", page.format(prose=PROSE).encode())
    assert found.title in ("New rules", "Rules")
    assert [block for block in blocks(found) if "Kafr Tuffah" not in block] == [
        "heading1 New rules",
        "item1 Nets are forbidden",
        "item2 in March",
        "item1 1. Licences",
        "row* Year | Fee",
        "row 2024 | 22",
    ]


HARVEST = {
    "heading": "<h2>Harvest</h2><p>Small.</p>",
    "table": "<table><tr><td>Harvest</td><td>41</td></tr><tr><td>Loss</td><td>2</td></tr></table>",
    "list": "<ul><li>Harvest</li><li>41</li></ul>",
    "definitions": "<dl><dt>Harvest</dt><dd>41</dd></dl>",
    "code": "<pre>Harvest</pre>",
    "box": "<div class='box'><h3>In short</h3><p>Harvest</p></div>",
}
MORE = PROSE.replace("Thursday", "Friday") + PROSE.replace("Thursday", "Monday")
BODY = "<body><div class='bar'><a href='/'>Front</a> <a href='/s'>Sport</a></div>{}</body>"


@pytest.mark.parametrize("part", HARVEST)
@pytest.mark.parametrize("around", ["{}", "<div class='x'>{}</div>"])
@pytest.mark.parametrize("outer", ["{}", "<main>{}</main>", "<div id='w'><div>{}</div></div>"])
def test_what_stands_beside_the_part_that_was_found_stays(part: str, around: str, outer: str) -> None:
    beside = around.format(HARVEST[part])
    for story in ("<div>{}</div>", "<div class='entry-content'>{}</div>"):
        first, last = story.format(PROSE + PROSE), story.format(MORE)
        for inside in (beside + first, first + beside, first + beside + last):
            text = parsed("a.html", BODY.format(outer.format(inside)).encode()).text
            assert "Harvest" in text
            assert "Thursday" in text
            assert ("Friday" in text) == (last in inside)
            assert "Sport" not in text


def test_the_headline_is_the_article_s_own_and_not_the_site_s() -> None:
    page = (
        "<head><title>Rules of the river</title></head><body><div id='top'><h1>My blog</h1><p>Notes</p></div>"
        "<div class='post'><h2><a href='/p'>Rules of the river</a></h2><div>by Omar</div>"
        f"<div class='entry-content'>{PROSE}{MORE}</div></div></body>"
    )
    found = parsed("a.html", page.encode())
    assert found.title == "Rules of the river"
    assert blocks(found)[:2] == ["heading2 Rules of the river", "paragraph by Omar"]
    assert "My blog" not in found.text


RULES = """<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>النهر</title></head>
<body><article><h1>قواعد جديدة لاستعمال النهر</h1><p>نشرت الهيئة يوم الثلاثاء القواعد الجديدة، وهي تحل محل
قواعد عام 2011.</p><table><tr><th>المكان</th><th>المواعيد</th></tr><tr><td>هويس المطحنة</td><td><ul>
<li>السابعة صباحا في الصيف</li><li>التاسعة في الشتاء</li></ul></td></tr><tr><td>مخزن القوارب</td>
<td>يستأجره<br>عمر سليمان</td></tr></table><p>ومن يخالف القواعد يدفع غرامة.</p></article></body></html>"""


def test_a_list_in_a_cell_is_read_with_its_row() -> None:
    found = parsed("a.html", RULES.encode())
    assert blocks(found) == [
        "heading1 قواعد جديدة لاستعمال النهر",
        "paragraph نشرت الهيئة يوم الثلاثاء القواعد الجديدة، وهي تحل محل قواعد عام 2011.",
        "row* المكان | المواعيد",
        "row هويس المطحنة | السابعة صباحا في الصيف التاسعة في الشتاء",
        "row مخزن القوارب | يستأجره عمر سليمان",
        "paragraph ومن يخالف القواعد يدفع غرامة.",
    ]


COOKIES = "<p>We and our partners use cookies to measure visits, to choose what you see. You may refuse.</p>"
SONGS = """<h1>Songs of the salt road</h1><p>The singer Wafa Jaber has collected forty songs of the caravans.
</p><ol><li>The well</li><li>The camel</li></ol>"""


@pytest.mark.parametrize("tag", ["aside", "article"])
@pytest.mark.parametrize("name", ["id='cookie-consent'", "class='css-1x2y'"])
def test_a_notice_is_no_article_and_an_aside_may_be_one(tag: str, name: str) -> None:
    notice = f"<div {name}>{COOKIES * 3}<button>Accept</button></div>"
    page = f"{notice}<{tag} class='main-column'>{SONGS}</{tag}><footer><p>Imprint</p></footer>"
    assert blocks(parsed("a.html", f"<body>{page}</body>".encode())) == [
        "heading1 Songs of the salt road",
        "paragraph The singer Wafa Jaber has collected forty songs of the caravans.",
        "item1 1. The well",
        "item1 2. The camel",
    ]


def test_control_characters_break_no_page() -> None:
    page = "<body><p>a\x01b &#1;c&#x1F;d &#31;&#13;e&#310;</p><script>x</script>\x02f<nav>g</nav>&#2;h</body>"
    assert parsed("a.html", page.encode()).text == "ab cd eĶ\nfh"


def test_html_in_linked_data_is_no_text() -> None:
    body = "<p>The price of dates &amp; figs rose.<\\/p><ul><li>dates: 4<\\/li><\\/ul>"
    page = f'<script type="application/ld+json">{{"@type":"Article","articleBody":"{body}"}}</script><p></p>'
    found = parsed("a.html", page.encode())
    assert blocks(found) == ["paragraph The price of dates & figs rose.", "item1 dates: 4"]


@pytest.mark.parametrize("depth", [300, 1000])
def test_a_deep_page_is_read_to_its_end(depth: int) -> None:
    page = f"<body>{PROSE}{'<div>' * depth}<p>the deepest</p>{'</div>' * depth}<p>the last</p></body>"
    found = parsed("a.html", page.encode())
    assert found.text.split("\n")[1:] == ["the deepest", "the last"]


def test_a_page_too_deep_to_be_read_whole_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<body>{PROSE}{'<div>' * 3000}deep")
    found, problems = read(tmp_path / "a.html")
    assert found == []
    assert problems == [
        f"{tmp_path / 'a.html'}: its elements are nested too deeply; save it again from a browser"
    ]


PLAIN = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=4)
TAGS = "p div h2 ul ol li dl dt dd blockquote pre table tr td th caption b br span details".split()  # noqa: SIM905


@given(
    st.lists(st.one_of(PLAIN.map(escape), st.sampled_from([f"<{e}{t}>" for t in TAGS for e in ("", "/")])))
)
@settings(max_examples=150, deadline=None)
def test_no_text_is_lost_in_any_tangle_of_elements(pieces: list[str]) -> None:
    """Every character is in the text, in its order but for captions and bars, and in exactly one block."""
    whole = "".join(piece for piece in pieces if not piece.startswith("<"))
    found = parsed("a.html", f"<body><p>begin</p>{' '.join(pieces)}</body>".encode())
    blocks(found)
    assert sorted(letters(found.text)) == sorted(letters("begin" + unescape(whole)))


def letters(text: str) -> list[str]:
    return [character for character in text if character.isalpha()]
