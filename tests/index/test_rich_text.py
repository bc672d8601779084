"""Rich text as Word, WordPad and macOS write it."""

import pytest
from article_files import parsed, read
from office_files import rtf_file

from index.errors import UnreadableArticle
from index.formats.rtf import tokens as rtf_tokens
from index.structure import Block

ARABIC = (
    "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fswiss\\fcharset178{\\*\\fname Arial;}Arial (Arabic);}}"
)


def rich(body: str) -> str:
    return parsed("a.rtf", (b"{\\rtf1\\ansi\\ansicpg1252\\deff0 " + body.encode("latin-1") + b"}")).text


def test_letters_come_in_the_code_page_of_their_font() -> None:
    word = "".join(f"\\'{byte:02x}" for byte in "المجلس".encode("cp1256"))
    assert rich(f"{ARABIC}\\f1 {word}\\f0  caf\\'e9\\par") == "المجلس café"
    page = b"{\\rtf1\\ansi\\ansicpg1256 \\'c7\\'e1\\'e3\\'cc\\'e1\\'d3\\par}"
    assert parsed("a.rtf", page).text == "المجلس"


def test_letters_come_as_unicode_with_what_stands_for_them() -> None:
    assert rich("\\u1575?\\u1604?\\par") == "ال"
    assert rich("\\uc2\\u1575\\'3f\\'3f!\\par") == "ا!"
    assert rich("{\\uc0\\u8212}x \\u-10179?\\u-8704?\\par") == "—x 😀"
    assert rich("\\ldblquote so\\rdblquote\\~it\\_is\\-n\\{t\\}\\\\") == "“so”\u00a0it-isn{t}\\"


def test_what_is_no_text_stays_out() -> None:
    body = (
        "{\\info{\\title The lamp}{\\author Nobody}}{\\header Head 1}"
        "{\\*\\unknown hidden}{\\pict\\pngblip 89504e47}"
        "{\\v secret}{\\deleted gone}The lamp{\\*\\bkmkstart a}"
        '{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt  was lit}}.'
        "{\\object{\\*\\objdata 0105}}{\\footer Page \\chpgn}\\bin5 }}}}}\\par"
    )
    article = parsed("a.rtf", f"{{\\rtf1 {body}}}".encode())
    assert (article.text, article.title) == ("The lamp was lit.", "The lamp")


def test_headings_lists_notes_and_tables_are_told() -> None:
    body = (
        "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}{\\s9 heading 2;}}"
        "\\pard\\s1 The keepers\\par\\pard\\s9 The first\\par"
        "\\pard{\\listtext\\f3\\'b7\\tab}\\ls1\\ilvl0 a lamp\\par{\\listtext 2.\\tab}\\ls1\\ilvl1 a rope\\par"
        "\\pard He slept{\\footnote{\\super 1} By day.} there.\\par"
        "\\trowd\\trhdr\\pard\\intbl Port\\cell Ships\\cell\\row"
        "\\trowd\\pard\\intbl Tala\\par Bay\\cell 12\\cell\\row"
        "\\pard The end.\\par"
    )
    article = parsed("a.rtf", f"{{\\rtf1 {body}}}".encode())
    told = [(block.kind, block.level, article.text[block.start : block.end]) for block in article.blocks]
    assert told == [
        ("heading", 1, "The keepers"),
        ("heading", 2, "The first"),
        ("item", 1, "a lamp"),
        ("item", 2, "2. a rope"),
        ("paragraph", 0, "He slept there."),
        ("paragraph", 0, "1 By day."),
        ("row", 0, "Port | Ships"),
        ("row", 0, "Tala Bay | 12"),
        ("paragraph", 0, "The end."),
    ]
    assert [block.head for block in article.blocks if block.kind == "row"] == [True, False]
    assert article.title == "The keepers"
    assert isinstance(article.blocks[0], Block)


def test_groups_without_end_and_other_kinds_are_one_line(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few pieces are too many here: ``words.rtf`` of the hostile files has three million."""
    monkeypatch.setattr(rtf_tokens, "MOST_TOKENS", 30_000)
    folder = tmp_path_factory.mktemp("rich")
    (folder / "a.rtf").write_bytes(rtf_file("The mill.") + b"}}}} more")
    (folder / "b.rtf").write_bytes(b"{\\rtf1 " + b"{" * 20_000)
    (folder / "c.rtf").write_bytes(b"PK\x03\x04")
    (folder / "d.rtf").write_bytes(b"{\\rtf1 " + b"\\b" * 30_100)
    [article], problems = read(folder)
    assert article.text.startswith("The mill.")
    assert ["nested" in problems[0], "no rich text" in problems[1], "too much" in problems[2]] == [True] * 3
    with pytest.raises(UnreadableArticle):
        parsed("a.rtf", b"Dear Sami")
