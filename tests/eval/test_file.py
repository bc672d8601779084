"""Files as they lie: packed, broken, empty."""

import gzip
import hashlib
import lzma
from pathlib import Path

import pytest

from eval.data.file import DatasetFile, uncompressed_name

LINES = '\ufeff{"a": 1}\n\n{"a": "القاهرة"}\n'


@pytest.mark.parametrize(
    ("name", "pack"),
    [("x.jsonl", bytes), ("x.jsonl.gz", gzip.compress), ("x.jsonl.XZ", lzma.compress)],
)
def test_records_plain_and_packed(name: str, pack: type[bytes], tmp_path: Path) -> None:
    stored = pack(LINES.encode())
    (tmp_path / name).write_bytes(stored)
    source = DatasetFile(tmp_path / name)
    assert list(source.objects()) == [("line 1", {"a": 1}), ("line 3", {"a": "القاهرة"})]
    assert source.problems == []
    assert source.sha256 == hashlib.sha256(stored).hexdigest()
    assert uncompressed_name(source.path) == "x.jsonl"


def test_what_is_no_object_is_named_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": \n[1]\n\xff\xfe\n{"a": 2}')
    source = DatasetFile(path)
    assert [record["a"] for _, record in source.objects()] == [1, 2]
    reasons = ["line 2: not JSON (Expecting value", "line 3: not an object", "line 4: not UTF-8"]
    assert len(source.problems) == 3
    for problem, reason in zip(source.problems, reasons, strict=True):
        assert problem.startswith(f"x.jsonl: {reason}")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.jsonl", b"", "x.jsonl: file: it is empty"),
        ("x.jsonl", b"\n \n", "x.jsonl: file: it is empty"),
        ("x.jsonl.gz", gzip.compress(b"", mtime=0), "x.jsonl.gz: file: it is empty"),
        ("x.jsonl.gz", b"{}", "x.jsonl.gz: file: cannot be read (Not a gzipped file (b'{}'))"),
        ("x.jsonl.xz", b"{}", "x.jsonl.xz: file: cannot be read ("),
        ("none.jsonl", None, "none.jsonl: file: cannot be read (No such file or directory)"),
    ],
)
def test_a_file_without_a_line(name: str, content: bytes | None, problem: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    source = DatasetFile(tmp_path / name)
    assert list(source.objects()) == []
    (line,) = source.problems
    assert line.startswith(problem)


def test_a_compressed_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    lines = "".join(f'{{"a": {n * 7919 % 10007}}}\n' for n in range(20_000)).encode()
    path.write_bytes(gzip.compress(lines)[:-2000])
    source = DatasetFile(path)
    read = list(source.objects())
    assert read[:2] == [("line 1", {"a": 0}), ("line 2", {"a": 7919})]
    assert len(read) < 20_000
    (line,) = source.problems
    assert line.startswith("x.jsonl.gz: file: cannot be read (Compressed file ended")


def test_a_problem_is_one_line(tmp_path: Path) -> None:
    source = DatasetFile(tmp_path / "x")
    source.problem("id 'a\nb'", "no\r\ngood")
    assert source.problems == ["x: id 'a b': no good"]
