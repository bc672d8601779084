"""Files and folders become articles; what cannot be read is named and the rest goes in."""

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from article_files import COUNCIL, read, unexpected
from hypothesis import given
from hypothesis import strategies as st

from index import articles
from index.articles import make_article, read_articles
from index.errors import UnreadableArticle, UserError
from index.formats import Format
from index.text.language import detect_language


class TestMakeArticle:
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    def test_the_text_is_kept_and_a_title_is_one_line_of_what_is_seen(self, text: str) -> None:
        article = make_article(id="1", title=text, text=text, source="s")
        assert article.text == text
        assert article.title == " ".join(article.title.split())
        assert not [c for c in article.title if unicodedata.category(c) == "Cc"]

    def test_what_cannot_be_stored_becomes_one_character_each(self) -> None:
        article = make_article(id="1", title="a\u00adb\u200f c", text="\ufeffa\0b\ud83dc\r\n", source="s")
        assert article.text == "\ufeffa\ufffdb\ufffdc\r\n"
        assert article.title == "ab c"

    @pytest.mark.parametrize(
        ("given", "language"), [("", "ar"), ("ar-EG", "ar"), ("Arabic", "ar"), ("en", "en"), ("fr", "ar")]
    )
    def test_language_is_one_of_two(self, given: str, language: str) -> None:
        assert make_article(id="1", title="", text=COUNCIL, source="s", language=given).language == language

    def test_language_is_the_script_of_most_letters(self) -> None:
        assert detect_language("قهوة عربية (Coffea)") == "ar"
        assert detect_language("Coffee (قهوة) is brewed") == "en"
        assert detect_language("2024") == "en"


class TestFolders:
    def test_every_sample_is_read(self) -> None:
        samples = Path(articles.__file__).parent.parent / "assistant" / "samples"
        found, problems = read(samples)
        assert problems == []
        assert [Path(a.origin).name for a in found] == sorted(file.name for file in samples.glob("*.md"))
        assert all(a.title and a.published and a.source.startswith("Majlis sample") for a in found)
        assert not any("---" in a.text or "##" in a.text or a.text != a.text.strip() for a in found)

    def test_walked_in_order_once_without_what_is_hidden_or_of_another_kind(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a/c.MD", ".hidden/d.txt", ".e.txt", "f.py", "a/g.text"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(f"The text of {name}")
        (tmp_path / "a" / "loop").symlink_to(tmp_path)
        (tmp_path / "again.txt").symlink_to(tmp_path / "b.txt")
        found, problems = read(tmp_path, tmp_path / "b.txt", tmp_path / "a")
        assert problems == []
        assert [str(Path(a.origin).relative_to(tmp_path.resolve())) for a in found] == [
            "b.txt",
            "a/c.MD",
            "a/g.text",
        ]

    def test_a_missing_path_stops_before_anything_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "here.txt").write_text("Here.")
        with pytest.raises(UserError, match=r"gone.txt: no such file or folder; .+"):
            read_articles([tmp_path / "here.txt", tmp_path / "gone.txt"], on_problem=unexpected)

    def test_identity_comes_from_the_place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "one.txt").write_text(COUNCIL, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        [article], _ = read(Path("one.txt"))
        where = str((tmp_path / "one.txt").resolve())
        assert article.id == hashlib.sha256(where.encode()).hexdigest()[:16]
        assert (article.source, article.origin, article.text) == (where, where, COUNCIL)

    def test_progress_counts_files(self, tmp_path: Path) -> None:
        for name in "ab":
            (tmp_path / f"{name}.txt").write_text("Text.")
        calls: list[tuple[str, int, int]] = []
        list(read_articles([tmp_path], on_problem=unexpected, progress=lambda *call: calls.append(call)))
        assert calls == [("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)]


class TestProblems:
    @pytest.mark.parametrize(
        ("name", "data", "reason"),
        [
            ("empty.txt", b"", "empty"),
            ("blank.md", b" \n\n", "no text"),
            ("marks.txt", b"... --- ...", "no text"),
            ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "not text"),
            ("paper.txt", b"%PDF-1.4 stream", "not text"),
            ("scripts.html", b"<html><body><script>alert(1)</script></body></html>", "no text"),
            ("broken.docx", b"PK\x03\x04 nothing", "broken"),
            ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
            ("program.exe", b"MZ", "not a kind of file"),
        ],
    )
    def test_each_is_named_with_its_reason(self, tmp_path: Path, name: str, data: bytes, reason: str) -> None:
        (tmp_path / name).write_bytes(data)
        (tmp_path / "whole.txt").write_text("The mill is old.")
        found, [problem] = read(tmp_path / name, tmp_path / "whole.txt")
        assert [a.text for a in found] == ["The mill is old."]
        assert problem.startswith(f"{tmp_path / name}: ")
        assert reason in problem
        assert "; " in problem  # how to mend it

    def test_the_libraries_under_it_say_nothing(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.pdf").write_bytes(
            b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF"
        )
        (tmp_path / "b.html").write_bytes(b"<p>")
        assert len(read(tmp_path)[1]) == 2
        assert not caplog.records
        assert capfd.readouterr() == ("", "")

    def test_broken_link_and_pipe(self, tmp_path: Path) -> None:
        (tmp_path / "link.txt").symlink_to(tmp_path / "gone")
        os.mkfifo(tmp_path / "pipe.txt")
        found, problems = read(tmp_path)
        assert found == []
        assert ["link.txt" in problems[0], "pipe.txt" in problems[1]] == [True, True]

    def test_a_link_to_itself_stops_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").symlink_to("a.txt")
        (tmp_path / "b.txt").write_text("The mill is old.")
        found, [problem] = read(tmp_path)
        assert [a.text for a in found] == ["The mill is old."]
        assert problem.startswith(f"{tmp_path / 'a.txt'}: ")

    def test_a_file_name_that_is_not_utf8(self, tmp_path: Path) -> None:
        """Such a name is bytes; what is stored and shown has to be text."""
        for name, data in ((b"caf\xe9.txt", "مقهى قديم"), (b"caf\xe8.txt", " ")):
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(data, encoding="utf-8")
        [article], [problem] = read(tmp_path)
        assert article.origin == article.source == str(tmp_path.resolve() / "caf\ufffd.txt")
        assert problem.startswith(str(tmp_path / "caf\ufffd.txt") + ": ")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_without_permission(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("Secret.")
        (tmp_path / "secret.txt").chmod(0)
        assert "allow yourself" in read(tmp_path)[1][0]

    def test_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a.txt").write_text("The mill is old.")
        monkeypatch.setattr(articles, "LONGEST_TEXT", 5)
        assert "cut it into parts" in read(tmp_path)[1][0]
        monkeypatch.setattr(articles, "format_of", lambda file: Format("text", (".txt",), largest=5))
        assert "larger than" in read(tmp_path)[1][0]


class TestTitles:
    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("مباشر\n\nالوزير يلتقي نظيره في القاهرة\n\nقال", "الوزير يلتقي نظيره في القاهرة"),
            ("Short\n\nwords", "Short"),
            ("إعلان القاهرة\n\nعقد الوزراء اجتماعهم في القاهرة.\nوقال الوزير", "إعلان القاهرة"),
            ("The mill is old. It stands.", "The mill is old. It stands."),
            ("The council meets\n\nIt met.", "The council meets"),
            ("word " * 100, ("word " * 24).strip()),
            ("x" * 500, "x" * 120),
        ],
    )
    def test_the_first_line_that_reads_like_a_headline(self, tmp_path: Path, text: str, title: str) -> None:
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        assert read(tmp_path)[0][0].title == title


class TestOtherKinds:
    def test_what_is_passed_over_in_a_folder_is_told(self, tmp_path: Path) -> None:
        for name in ("lamp.txt", "lamp.odp", "keepers", "keepers.json", "~$report.docx", ".hidden.odp"):
            (tmp_path / name).write_text("The lamp is lit at six.", encoding="utf-8")
        passed_over: list[str] = []
        problems: list[UnreadableArticle] = []
        found = read_articles(
            [tmp_path], on_problem=problems.append, on_passed_over=lambda file: passed_over.append(file.name)
        )
        assert [Path(article.source).name for article in found] == ["lamp.txt"]
        assert (passed_over, problems) == (["keepers", "keepers.json", "lamp.odp"], [])

    @pytest.mark.parametrize(
        ("name", "mend"),
        [
            ("a.json", ".jsonl"),
            ("a.xls", ".xlsx"),
            ("a.msg", ".eml"),
            ("a.doc", ".docx"),
            ("a", "save it as one"),
        ],
    )
    def test_one_that_is_named_is_told_how_it_can_be_read(self, tmp_path: Path, name: str, mend: str) -> None:
        (tmp_path / name).write_text("x", encoding="utf-8")
        _, [problem] = read(tmp_path / name)
        assert "not a kind of file that can be read" in problem
        assert mend in problem
