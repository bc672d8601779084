"""The article comes out of the page, and nothing that runs."""

import pytest
from article_files import parsed

PAGE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>ميزانية المدينة | الموقع</title>
<meta property="article:published_time" content="2024-03-05T10:00:00Z">
<script>var a = "SCRIPT";</script><style>.x { color: STYLE }</style></head>
<body><nav><a href="/">الرئيسية</a> <a href="/s">رياضة</a></nav>
<article><h1>مجلس المدينة يقر ميزانية جديدة</h1>
<p>أقر مجلس المدينة يوم الثلاثاء ميزانية قيمتها 30 مليون دينار، وقال رئيسه سامي النجار إن نصفها للمدارس.</p>
<p>وتضم الميزانية <b>بندا</b> لترميم الجسر القديم، الذي أغلق في العام الماضي بعد أن ظهرت شقوق في دعائمه.</p>
<ul><li>المدارس: 15 مليونا</li></ul><table><tr><th>البند</th><th>المبلغ</th></tr></table>
<p><!-- COMMENT --><a href="javascript:alert(1)">المزيد</a></p></article>
<footer>جميع الحقوق محفوظة</footer></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_article_title_and_date(encoding: str) -> None:
    found = parsed("a.html", PAGE.encode(encoding))
    assert (found.title, found.published) == ("مجلس المدينة يقر ميزانية جديدة", "2024-03-05")
    lines = found.text.split("\n")
    assert lines[1].startswith("أقر مجلس المدينة يوم الثلاثاء")
    assert lines[2].startswith("وتضم الميزانية بندا لترميم")
    assert lines[3:5] == ["المدارس: 15 مليونا", "البند | المبلغ"]
    for foreign in ("SCRIPT", "STYLE", "COMMENT", "javascript", "<", "الرئيسية", "الحقوق"):
        assert foreign not in found.text


def test_the_declared_encoding_counts() -> None:
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256">'
    page = f"{head}<title>خبر</title></head><body><p>في</p></body></html>"
    found = parsed("a.html", page.encode("cp1256"))
    assert (found.title, found.text) == ("خبر", "في")


def test_a_page_too_small_for_an_article_gives_its_body() -> None:
    found = parsed(
        "a.html", b"<p>Hello <b>there</b></p><script>RUN()</script><div>The mill<br>is old.</div>tail"
    )
    assert found.text == "Hello there\nThe mill\nis old.\ntail"


@pytest.mark.parametrize("page", [b"<", b"<html>", b"<!DOCTYPE html>", b"<!-- a", b"\n\n", b"<html></html>"])
def test_nothing_in_it_is_no_text(page: bytes) -> None:
    assert parsed("a.html", page).text.strip() in {"", "<"}


def test_entities_are_characters_and_marks_stay_text() -> None:
    assert parsed("a.html", b"<p>1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;</p>").text == "1 < 2 & <b>3</b>"
