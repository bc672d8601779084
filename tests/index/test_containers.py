"""Archives, mailboxes and messages with attachments: what is in them are articles of their own."""

import base64
import stat
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from article_files import COUNCIL, read, word_file, zip_file
from office_files import mailbox

from index.articles import article_id
from index.formats.containers import zipped

MILL = "The old mill stands by the river."


def message(subject: str, text: str, **headers: str) -> EmailMessage:
    written = EmailMessage()
    written["Subject"] = subject
    written["From"] = "هدى نصر <huda@example.org>"
    written["Date"] = "Tue, 03 Mar 2020 23:30:00 +0200"
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    if text:
        written.set_content(text)
    return written


def test_files_of_an_archive_are_read_as_in_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    parts = {
        "notes/المطحنة.txt": MILL,
        "report.docx": word_file(COUNCIL, title="The council"),
        "table.csv": "Port,Ships\nTala,12\n",
        "records.jsonl": '{"text": "Ducks swim.", "id": "ducks"}\n{"text": "Geese fly."}\n',
        "picture.exe": "MZ",
        ".hidden.txt": "hidden",
        "__MACOSX/._a.txt": "resource",
        "~$lock.docx": "lock",
    }
    file.write_bytes(zip_file(parts))
    articles, problems = read(file)
    assert problems == []
    by_source = {article.source.removeprefix(f"{file.resolve()}:"): article for article in articles}
    assert sorted(by_source) == [
        "notes/المطحنة.txt",
        "records.jsonl:1",
        "records.jsonl:2",
        "report.docx",
        "table.csv",
    ]
    assert by_source["notes/المطحنة.txt"].text == MILL
    assert by_source["report.docx"].title == "The council"
    assert by_source["table.csv"].title == "table"
    assert by_source["records.jsonl:1"].id == "ducks"
    assert {article.origin for article in articles} == {str(file.resolve())}


def test_an_article_of_an_archive_keeps_its_id_when_its_text_changes(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(zip_file({"b.txt": COUNCIL, "a.txt": MILL}))
    before = {article.source: article.id for article in read(file)[0]}
    file.write_bytes(zip_file({"0.txt": "New.", "a.txt": MILL + " It is closed.", "b.txt": COUNCIL}))
    after = {article.source: article.id for article in read(file)[0]}
    assert before.items() <= after.items()
    assert before[f"{file.resolve()}:a.txt"] == article_id(f"{file.resolve()}\na.txt")


def test_no_name_leaves_the_archive(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in ("../up.txt", "/etc/root.txt", "a/../../b.txt", "C:\\windows.txt", "..\\back.txt"):
            archive.writestr(name, "leads out")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "../secret.txt")
        archive.writestr("good.txt", MILL)
    (folder / "a.zip").write_bytes(data.getvalue())
    before = sorted(tmp_path.rglob("*"))
    articles, problems = read(folder / "a.zip")
    assert [article.text for article in articles] == [MILL]
    assert sum("leads out of the archive" in problem for problem in problems) == 6
    assert sorted(tmp_path.rglob("*")) == before


def test_bombs_and_archives_in_archives_are_a_line_each(tmp_path: Path) -> None:
    inner = zip_file({"a.txt": MILL})
    file = tmp_path / "a.zip"
    file.write_bytes(
        zip_file({"bomb.txt": b"a" * 30_000_000, "inner.zip": inner, "empty.txt": "", "good.txt": MILL})
    )
    articles, problems = read(file)
    assert [article.text for article in articles] == [MILL]
    assert sorted(problem.split(": ")[1].partition(" ")[0] for problem in problems) == ["it", "it", "the"]
    assert any("far more than any text" in problem for problem in problems)
    assert any("archive in an archive" in problem for problem in problems)


def test_a_damaged_file_of_an_archive_is_a_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.txt", MILL)
        archive.writestr("b.txt", COUNCIL)
    (tmp_path / "a.zip").write_bytes(stored.getvalue().replace(b"old mill", b"new mill"))
    articles, [problem] = read(tmp_path / "a.zip")
    assert [article.text for article in articles] == [COUNCIL]
    assert problem.startswith(f"{tmp_path / 'a.zip'}:a.txt: it is damaged in the archive (BadZipFile); ")
    (tmp_path / "b.zip").write_bytes(zip_file({"a.exe": "MZ"}))
    assert "there is no article in it" in read(tmp_path / "b.zip")[1][0]


def test_what_lies_in_an_archive_is_bounded_in_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.formats.containers import inside

    monkeypatch.setattr(inside, "MOST_UNPACKED", 2 * len(MILL))
    parts: dict[str, str | bytes] = {f"{number}.txt": MILL for number in range(4)}
    (tmp_path / "a.zip").write_bytes(zip_file(parts))
    articles, problems = read(tmp_path / "a.zip")
    assert (len(articles), len(problems)) == (2, 2)
    assert len(read(tmp_path / "a.zip")[0]) == 2  # counted anew for each file
    monkeypatch.setattr(zipped, "MOST_ENTRIES", 3)
    assert "over 3 files" in read(tmp_path / "a.zip")[1][0]


def test_attachments_are_articles_and_pictures_of_the_text_are_not(tmp_path: Path) -> None:
    letter = message("The lamp", "The lamp was lit at six.")
    letter.add_attachment(word_file(COUNCIL), maintype="application", subtype="x", filename="تقرير.docx")
    letter.add_attachment(MILL, filename="../../mill.txt")
    letter.add_attachment(b"MZ", maintype="application", subtype="x", filename="run.exe")
    letter.add_attachment(zip_file({"in.txt": "Ducks swim."}), maintype="a", subtype="zip", filename="in.zip")
    letter.add_attachment(message("Sent on", "The gate was closed."))
    file = tmp_path / "a.eml"
    file.write_bytes(bytes(letter))
    articles, problems = read(file)
    assert problems == []
    place = str(file.resolve())
    assert [(article.text.strip(), article.title, article.source) for article in articles] == [
        ("The lamp was lit at six.", "The lamp", place),
        (COUNCIL, COUNCIL, f"{place}:تقرير.docx"),
        (MILL, MILL, f"{place}:.._.._mill.txt"),
        ("Ducks swim.", "Ducks swim.", f"{place}:in.zip:in.txt"),
        ("The gate was closed.", "Sent on", f"{place}:Sent on"),
    ]
    assert articles[0].id == article_id(place)
    assert (articles[4].author, articles[4].published) == ("هدى نصر", "2020-03-03")
    assert len({article.id for article in articles}) == 5


def test_a_message_of_attachments_alone_is_these(tmp_path: Path) -> None:
    letter = message("Papers", "")
    letter.make_mixed()
    letter.add_attachment(MILL, filename="mill.txt")
    (tmp_path / "a.eml").write_bytes(bytes(letter))
    articles, problems = read(tmp_path / "a.eml")
    assert ([article.text.strip() for article in articles], problems) == ([MILL], [])


def test_a_mailbox_is_its_messages_whatever_their_order(tmp_path: Path) -> None:
    first = message("One", "From here on:\n\nFrom the mill.\n", Message_ID="<1@example.org>")
    second = message("Two", COUNCIL, Message_ID="<2@example.org>")
    second.add_attachment(MILL, filename="mill.txt")
    letters = [bytes(first).replace(b"\nFrom ", b"\n>From "), bytes(second)]
    file = tmp_path / "a.mbox"
    file.write_bytes(mailbox(*letters))
    articles, problems = read(file)
    assert problems == []
    assert [(article.title, article.text.strip()) for article in articles] == [
        ("One", "From here on:\n\nFrom the mill."),
        ("Two", COUNCIL),
        (MILL, MILL),
    ]
    assert [article.author for article in articles] == ["هدى نصر", "هدى نصر", ""]
    ids = {article.text: article.id for article in articles}
    file.write_bytes(mailbox(*reversed(letters)))
    assert {article.text: article.id for article in read(file)[0]} == ids


def test_messages_in_messages_end_somewhere(tmp_path: Path) -> None:
    text = b"Subject: inner\n\nThe innermost.\n"
    for depth in range(100):
        mark = b"b%d" % depth
        text = (
            b"Subject: %d\nContent-Type: multipart/mixed; boundary=%s\n\n--%s\n"
            b"Content-Type: text/plain\n\nLetter %d.\n"
            b"--%s\nContent-Type: message/rfc822\n\n%s\n--%s--\n"
            % (depth, mark, mark, depth, mark, text, mark)
        )
    (tmp_path / "a.eml").write_bytes(text)
    articles, [problem] = read(tmp_path / "a.eml")
    assert len(articles) == 11
    assert "too deeply" in problem
    nested = zip_file({"a.txt": MILL})
    for depth in range(8):
        letter = (
            b"Subject: %d\nContent-Type: a/zip; name=in.zip\nContent-Transfer-Encoding: base64\n\n" % depth
        )
        nested = zip_file({"in.eml": letter + base64.encodebytes(nested)})
    (tmp_path / "b.zip").write_bytes(nested)
    articles, problems = read(tmp_path / "b.zip")
    assert articles == []
    assert "too deeply" in problems[0]
