"""Messages and saved pages: what was written, by whom, when."""

from email.message import EmailMessage
from pathlib import Path

from article_files import read

from index.articles import Article

LETTER = "Dear Sami,\n\nthe lamp was lit\nat six.\n\nرتّبت هدى الأرشيف.\n"


def the_one(file: Path) -> Article:
    [article], problems = read(file)
    assert problems == []
    return article


def message() -> EmailMessage:
    written = EmailMessage()
    written["Subject"] = "المنارة: the lamp"
    written["From"] = "Huda Nasr <huda@example.org>"
    written["Date"] = "Tue, 03 Mar 2020 23:30:00 +0200"
    return written


def test_a_message_is_its_text_with_subject_sender_and_date(tmp_path: Path) -> None:
    written = message()
    written.set_content(LETTER, charset="windows-1256")
    written.add_alternative("<p>Dear Sami, <b>not this</b></p>", subtype="html")
    written.add_attachment(b"MZ", maintype="application", subtype="x-program", filename="report.exe")
    (tmp_path / "a.eml").write_bytes(bytes(written))
    article = the_one(tmp_path / "a.eml")
    assert article.text == "Dear Sami,\n\nthe lamp was lit\nat six.\n\nرتّبت هدى الأرشيف."
    assert (article.title, article.author, article.published) == (
        "المنارة: the lamp",
        "Huda Nasr",
        "2020-03-03",
    )


def test_a_message_in_html_alone_is_read_as_a_page(tmp_path: Path) -> None:
    written = message()
    written.set_content("<p>The lamp was lit.</p><ul><li>at six</li></ul>", subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(written))
    article = the_one(tmp_path / "a.eml")
    assert article.text == "The lamp was lit.\nat six"
    assert [block.kind for block in article.blocks] == ["paragraph", "item"]
    assert article.author == "Huda Nasr"


def test_a_saved_page_is_the_page(tmp_path: Path) -> None:
    page = (
        '<html><head><title>The keepers</title><meta name="author" content="Rita Zahr"></head>'
        "<body><article><h1>The keepers</h1><p>The third keeper was Rita=Zahr.</p></article></body></html>"
    )
    saved = EmailMessage()
    saved["From"] = "<Saved by a browser>"
    saved["Date"] = "Tue, 03 Mar 2020 10:00:00 +0200"
    saved["Subject"] = "The keepers"
    saved.set_content(page, subtype="html", cte="quoted-printable")
    saved.make_related()
    saved.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<a@mhtml>")
    (tmp_path / "page.mht").write_bytes(bytes(saved))
    article = the_one(tmp_path / "page.mht")
    assert article.text == "The keepers\nThe third keeper was Rita=Zahr."
    # when and by what it was saved is nothing that the page states
    assert (article.title, article.author, article.published) == ("The keepers", "Rita Zahr", "")
    (tmp_path / "bare.mht").write_text("MIME-Version: 1.0\nContent-Type: text/html\n\n<p>Rita Zahr.</p>\n")
    assert the_one(tmp_path / "bare.mht").text == "Rita Zahr."


def test_what_is_no_message_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: image/png\n\n\x89PNG\n--x--\n"
    )
    articles, [problem] = read(tmp_path / "a.eml")
    assert articles == []
    assert problem == f"{tmp_path / 'a.eml'}: there is no text in it; put some in or leave it out"
