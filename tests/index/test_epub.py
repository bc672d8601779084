"""Books: what a person sees of the chapters, in the order of the spine."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from article_files import CONTAINER, COUNCIL, epub_parts, parsed, read, xhtml, zip_file
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats import archive

DC = """<dc:title id="t"> The Mill
 of Ain Dilb </dc:title><dc:title>A subtitle</dc:title>
<dc:creator>سلمى حداد</dc:creator><dc:creator>B. Aoun</dc:creator>
<dc:language>ar-LB</dc:language><dc:source>https://example.org/mill</dc:source>
<dc:date opf:event="modification">2024-02-02</dc:date>
<dc:date opf:event="publication">1931-05-01T00:00:00Z</dc:date>"""
OLD = b"""<?xml version="1.0" encoding="windows-1256"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">
"""


def page(body: str, head: str = "") -> str:
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><head>{head}</head><body>{body}</body></html>'


def text_of(*bodies: str) -> str:
    chapters = {f"c{number}.xhtml": page(body) for number, body in enumerate(bodies)}
    return parsed("a.epub", zip_file(epub_parts(chapters))).text


def written(folder: Path, parts: dict[str, str | bytes]) -> Path:
    (folder / "a.epub").write_bytes(zip_file(parts))
    return folder / "a.epub"


def test_chapters_stand_in_the_order_of_the_spine() -> None:
    chapters = {"b.xhtml": xhtml("Second."), "c.xhtml": xhtml("Third."), "a.xhtml": xhtml("First.")}
    book = parsed(
        "a.epub", zip_file(epub_parts(chapters, spine=["a.xhtml", "b.xhtml", "c.xhtml", "a.xhtml"]))
    )
    assert book.text == "First.\n\nSecond.\n\nThird."
    assert (book.title, book.published, book.source, book.author, book.part) == ("", "", "", "", "")


def test_each_chapter_has_its_name_else_its_number() -> None:
    bodies = {"a.xhtml": page("<h1>The\n storm</h1><p>It rained.</p>"), "b.xhtml": page("<p>It stopped.</p>")}
    book = parsed("a.epub", zip_file(epub_parts(bodies)))
    told = [(one.label, one.number, one.kind, book.text[one.start : one.end]) for one in book.pages]
    assert (
        told
        == [(told.label, told.number, told.kind, book.text[told.start : told.end]) for told in book.pages]
        == [
            ("The storm", 1, "chapter", "The storm\nIt rained."),
            ("2", 2, "chapter", "It stopped."),
        ]
    )
    assert parsed("a.epub", zip_file(epub_parts({"a.xhtml": page("<p>One.</p>")}))).pages == ()


def test_the_book_says_what_it_is(tmp_path: Path) -> None:
    parts = epub_parts({"a.xhtml": xhtml(COUNCIL)}, metadata=DC)
    book = parsed("a.epub", zip_file(parts))
    assert (book.title, book.language) == ("The Mill of Ain Dilb", "ar-LB")
    assert (book.published, book.author) == ("1931-05-01", "سلمى حداد, B. Aoun")
    [article], problems = read(written(tmp_path, parts))
    assert problems == []
    assert (article.text, article.language, article.source) == (COUNCIL, "ar", "https://example.org/mill")


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("<dc:date>1999</dc:date>", "1999"),
        ('<dc:date opf:event="conversion">2020-01-01</dc:date>', ""),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", ""),
        ("<dc:date/><dc:date>2001-02</dc:date>", "2001-02"),
    ],
)
def test_a_date_is_one_of_publication(date: str, published: str) -> None:
    data = zip_file(epub_parts({"a.xhtml": xhtml("Text.")}, metadata=date))
    assert parsed("a.epub", data).published == published


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>One</h1><p>a <b>bold</b>\n word<br/>and a line</p>", "One\na bold word\nand a line"),
        ("<p>caf&eacute;&nbsp;1 &lt; 2 &amp; &#1605; &unknown;</p>", "café 1 < 2 & م &unknown;"),
        ("<p>never <br>closed<p>again", "never\nclosed\nagain"),
        ("<script>hidden()</script><style>hidden</style><!-- hidden --><p>seen</p><?hidden?>", "seen"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><title>hidden</title></svg><p>seen</p>', "seen"),
        ("<p>one</p><nav><ol><li><a href='b'>Chapter</a></li></ol></nav><p>two</p>", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr></table><ul><li>c</li></ul>", "a | b\nc"),
        ("<div>" * 1500 + "deep" + "</div>" * 1500, "deep"),
        ("", ""),
    ],
)
def test_what_is_seen_of_a_chapter(body: str, text: str) -> None:
    assert text_of(body, "<p>End.</p>") == (f"{text}\n\nEnd." if text else "End.")


def test_an_empty_element_in_the_head_swallows_nothing() -> None:
    chapters = {
        "good.xhtml": page("<p>One.</p>", head="<title/><script src='a.js'/>"),
        "bad.xhtml": page("<p>Two.<br>", head="<title/><script src='a.js'/>"),
        "old.xhtml": OLD + page("<p>قهوة&nbsp;عربية</p>").encode("cp1256"),
    }
    assert parsed("a.epub", zip_file(epub_parts(chapters))).text == "One.\n\nTwo.\n\nقهوة عربية"


def test_names_are_percent_encoded_and_relative_to_the_package() -> None:
    chapters = {"text/Chapter%201%20%D9%85.xhtml": xhtml("One."), "100%.xhtml#top": xhtml("Two.")}
    parts = epub_parts(chapters)
    parts["OEBPS/100%.xhtml"] = parts.pop("OEBPS/100%.xhtml#top")
    assert "OEBPS/text/Chapter 1 م.xhtml" in parts
    assert parsed("a.epub", zip_file(parts)).text == "One.\n\nTwo."


def test_what_is_outside_of_the_order_comes_after_it() -> None:
    parts = epub_parts({"notes.xhtml": xhtml("A note."), "a.xhtml": xhtml("One.")})
    package = str(parts["OEBPS/book.opf"])
    parts["OEBPS/book.opf"] = package.replace('idref="notes.xhtml"', 'idref="notes.xhtml" linear="no"')
    assert parsed("a.epub", zip_file(parts)).text == "One.\n\nA note."


def test_tables_of_contents_are_left_out() -> None:
    links = "<h1>Contents</h1>" + "".join(f"<p><a href='{n}'>Chapter {n}</a></p>" for n in range(9))
    chapters = {"toc.xhtml": page(links), "a.xhtml": page("<p>Long <a href='b'>b</a> text.</p>")}
    guide = "".join(f'<reference type="toc" href="{name}"/>' for name in chapters)
    assert parsed("a.epub", zip_file(epub_parts(chapters, guide=guide))).text == "Long b text."
    assert "Chapter 3" in parsed("a.epub", zip_file(epub_parts(chapters))).text


def test_pictures_in_the_spine_are_no_text() -> None:
    parts = epub_parts({"cover.svg": b"\x89PNG", "a.xhtml": xhtml("One.")})
    package = str(parts["OEBPS/book.opf"])
    parts["OEBPS/book.opf"] = package.replace("application/xhtml+xml", "image/svg+xml", 1)
    assert parsed("a.epub", zip_file(parts)).text == "One."


def test_a_chapter_that_cannot_be_read_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    deep = page("<div>" * 3000 + "deep" + "</div>" * 3000)
    chapters = {
        "a.xhtml": xhtml("One."),
        "gone.xhtml": "",
        "noise.xhtml": bytes(range(256)) * 9,
        "deep.xhtml": deep,
    }
    parts = epub_parts(chapters, spine=["no\nwhere", *chapters])
    del parts["OEBPS/gone.xhtml"]
    file = written(tmp_path, parts)
    [article], problems = read(file)
    assert article.text == "One."
    assert [problem.split(";")[0] for problem in problems] == [
        f"{file}:no where: the chapter is not in the file",
        f"{file}:OEBPS/gone.xhtml: the chapter is not in the file",
        f"{file}:OEBPS/noise.xhtml: it is not text",
        f"{file}:OEBPS/deep.xhtml: its elements are nested too deeply",
    ]


def test_a_damaged_chapter_is_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    parts = epub_parts({"a.xhtml": xhtml("One. MARK"), "b.xhtml": xhtml("Two.")})
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as book:  # not packed
        for name, part in parts.items():
            book.writestr(name, part)
    file = tmp_path / "a.epub"
    file.write_bytes(stored.getvalue().replace(b"MARK", b"MARX"))
    [article], [problem] = read(file)
    assert article.text == "Two."
    assert problem.startswith(f"{file}:OEBPS/a.xhtml: the chapter is broken (BadZipFile); ")


@pytest.mark.parametrize(("locked", "readable"), [("OEBPS/a%20b.xhtml", False), ("OEBPS/fonts/a.otf", True)])
def test_copy_protection_is_named_but_fonts_may_have_it(locked: str, readable: bool, tmp_path: Path) -> None:
    parts = epub_parts({"a%20b.xhtml": xhtml("One.")})
    parts["META-INF/encryption.xml"] = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>'
        f'<enc:CipherReference URI="{locked}"/></enc:CipherData></enc:EncryptedData></encryption>'
    )
    file = written(tmp_path, parts)
    found, problems = read(file)
    assert [article.text for article in found] == ["One."] * readable
    assert problems == [f"{file}: the book is encrypted; get a copy without copy protection"] * (not readable)


def test_a_book_that_is_none(tmp_path: Path) -> None:
    for parts in ({"a.txt": "x"}, {"META-INF/container.xml": CONTAINER}, {"META-INF/container.xml": "<a/>"}):
        [problem] = read(written(tmp_path, dict(parts)))[1]
        assert "the .epub is broken" in problem
    assert "no text" in read(written(tmp_path, epub_parts({})))[1][0]


def test_what_unpacks_without_bound_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 10_000)
    file = written(tmp_path, epub_parts({"a.xhtml": xhtml("x" * 10_000)}))
    assert file.stat().st_size < 5000
    assert "unpacks to" in read(file)[1][0]


@pytest.mark.parametrize("place", ["OEBPS/a.xhtml", "OEBPS/book.opf", "META-INF/container.xml"])
def test_entities_are_not_resolved(place: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    grown = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(8))
    entities = f'<!DOCTYPE x [<!ENTITY e0 SYSTEM "{(tmp_path / "secret").as_uri()}">{grown}]>'
    parts = epub_parts({"a.xhtml": xhtml("One.")}, metadata="<dc:title>A</dc:title>")
    parts[place] = entities + str(parts[place]).replace("One.", "&e8;").replace(
        "A</dc:title>", "&e8;</dc:title>"
    )
    found, problems = read(written(tmp_path, parts))
    assert found or problems
    assert not any("SECRET" in article.text + article.title or len(article.text) > 99 for article in found)


SEEN = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5)
PARAGRAPH = st.lists(SEEN, min_size=1, max_size=5).map(" ".join)


@given(st.lists(st.lists(PARAGRAPH, max_size=4), max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_character_is_lost(chapters: list[list[str]]) -> None:
    """Whatever the paragraphs hold, they are lines, and the chapters stand apart."""
    book = {f"{number}.xhtml": xhtml(*paragraphs) for number, paragraphs in enumerate(chapters)}
    text = parsed("a.epub", zip_file(epub_parts(book))).text
    assert text == "\n\n".join("\n".join(paragraphs) for paragraphs in chapters if paragraphs)
