"""Articles from JSON Lines and from Word files."""

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from article_files import COUNCIL, read, word_file

from index import articles
from index.formats import archive, jsonl


class TestJsonLines:
    def write(self, folder: Path, *lines: str) -> Path:
        file = folder / "news.jsonl"
        file.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
        return file

    def test_fields(self, tmp_path: Path) -> None:
        record = {"id": 7, "text": COUNCIL, "title": "خبر", "source": "جريدة", "published": 2024}
        file = self.write(tmp_path, json.dumps(record), json.dumps({"text": "The mill."}))
        [first, second], problems = read(file)
        assert problems == []
        assert (first.id, first.title, first.source, first.published) == ("7", "خبر", "جريدة", "2024")
        where = str(file.resolve())
        assert (first.origin, second.origin, second.source) == (where, where, where)
        assert second.id == hashlib.sha256(f"{where}\nThe mill.".encode()).hexdigest()[:16]

    def test_a_bad_line_is_one_problem_and_the_rest_goes_in(self, tmp_path: Path) -> None:
        bad = [
            "{",
            "[1]",
            '{"text": ""}',
            '{"text": 5}',
            '{"text": "a", "id": 1.5}',
            '{"text": "a", "title": 3}',
        ]
        file = self.write(
            tmp_path,
            '{"text": "one", "id": "x"}',
            *bad,
            "",
            '{"text": "two", "id": "x"}',
            "[" * 9999,
            "1" * 9999,
        )
        found, problems = read(file)
        assert [a.text for a in found] == ["one"]
        assert [p.removeprefix(f"{file}:").split(":")[0] for p in problems] == [
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "9",
            "10",
            "11",
        ]
        assert "line 1" in problems[6]
        assert "nested too deeply" in problems[7]
        assert "number is too long" in problems[8]

    def test_only_so_many_bad_lines_are_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(articles, "MOST_BAD_PARTS", 2)
        found, problems = read(self.write(tmp_path, "{", "{", "{", '{"text": "one"}', "{"))
        assert [a.text for a in found] == ["one"]
        assert [p.rpartition("news.jsonl:")[2].split(";")[0] for p in problems[2:]] == [
            " 2 more lines like these"
        ]
        assert len(problems) == 3

    def test_what_utf8_cannot_hold_is_not_stored(self, tmp_path: Path) -> None:
        """JSON may name half of a surrogate pair; no database and no terminal takes it."""
        record = {name: f"{name}\ud800" for name in ("id", "text", "title", "source", "published")}
        [article], problems = read(self.write(tmp_path, json.dumps(record)))
        assert problems == []
        assert (article.id, article.text, article.title) == ("id\ufffd", "text\ufffd", "title")
        assert (article.source, article.published) == ("source\ufffd", "published")

    def test_a_line_beyond_measure_is_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jsonl, "LONGEST_LINE", 40)
        found, [problem] = read(self.write(tmp_path, json.dumps({"text": "x" * 100}), '{"text": "kept"}'))
        assert [a.text for a in found] == ["kept"]
        assert ":1: longer than" in problem


class TestWord:
    def test_paragraphs_and_tables_in_order(self, tmp_path: Path) -> None:
        import docx

        document = docx.Document(BytesIO(word_file("أول فقرة في الملف", title="تقرير")))
        cells = document.add_table(rows=1, cols=2).rows[0].cells
        cells[0].text, cells[1].text = "البند", "المبلغ"
        document.add_paragraph("الختام")
        document.save(str(tmp_path / "a.docx"))
        [article], problems = read(tmp_path)
        assert problems == []
        assert article.text == "أول فقرة في الملف\nالبند | المبلغ\nالختام"
        assert (article.title, article.language) == ("تقرير", "ar")
        assert article.published == ""  # the date is the program's, not the document's

    def test_what_unpacks_without_bound_is_not_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive, "LARGEST_UNPACKED", 1000)
        (tmp_path / "a.docx").write_bytes(word_file("x"))
        assert "unpacks to" in read(tmp_path)[1][0]

    def test_entities_are_not_resolved(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("SECRET")
        stored = BytesIO()
        with (
            zipfile.ZipFile(BytesIO(word_file("Before MARK after"))) as old,
            zipfile.ZipFile(stored, "w") as new,
        ):
            for name in old.namelist():
                part = old.read(name)
                if name == "word/document.xml":
                    head, _, rest = part.partition(b"?>")
                    entity = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
                    part = head + b"?>" + entity + rest.replace(b"MARK", b"&e;")
                new.writestr(name, part)
        (tmp_path / "a.docx").write_bytes(stored.getvalue())
        found, problems = read(tmp_path / "a.docx")
        assert found or problems
        assert not any("SECRET" in a.text for a in found)
