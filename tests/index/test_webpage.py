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


HEAD = "<h1>Minutes of the orchard club</h1>"
PROSE = (
    "<p>The club met on Thursday in the school at Kafr Tuffah, with nineteen members present, the treasurer "
    "being excused because of the snow on the pass road.</p>"
)
PARTS = {
    "heading": ("<h2>Decisions</h2>", "Decisions"),
    "list": (
        "<ol><li>The press is bought.</li><li>The fee goes up.</li></ol>",
        "1. The press is bought.\n2. The fee goes up.",
    ),
    "table": (
        "<table><tr><th>Orchard</th><th>Tonnes</th></tr><tr><td>North</td><td>41</td></tr></table>",
        "Orchard | Tonnes\nNorth | 41",
    ),
    "list in a cell": (
        "<table><tr><td>Mill lock</td><td><ul><li>7:10</li><li>8:50 later</li></ul></td></tr></table>",
        "Mill lock | 7:10 8:50 later",
    ),
    "lines in a cell": (
        "<table><tr><td>Boat</td><td>rented by<br>Omar</td></tr></table>",
        "Boat | rented by Omar",
    ),
    "definitions": ("<dl><dt>Press</dt><dd>Amal Haddad</dd></dl>", "Press\nAmal Haddad"),
    "code": ("<pre>if key:\n    turn()</pre>", "if key:\n    turn()"),
    "quotation": ("<blockquote><p>Bring your lists.</p></blockquote>", "Bring your lists."),
}
AROUND = [
    "{}",
    "<div>{}</div>",
    "<section>{}</section>",
    "<main>{}</main>",
    "<article>{}</article>",
    '<div class="css-9x8y7z"><div class="sc-kPVwWT">{}</div></div>',
    '<div id="wrapper"><div class="page">{}</div></div>',
    '<aside class="main-column">{}</aside>',
    '<table><tr><td><a href="/">Home</a> <a href="/a">Archive</a></td><td>{}</td></tr></table>',
]
NOTICE = (
    '<div id="cookie-consent"><p>We and our partners use cookies to measure visits, to choose what you see, '
    "improve this page. You may accept all cookies, refuse them, or choose which of our 214 partners may "
    "store information on your device.</p><button>Accept all</button></div>"
)
FURNITURE = (
    f"{NOTICE}<header><nav><ul><li><a href='/'>Front</a></li><li><a href='/s'>Sport</a></li></ul></nav>"
    "</header>"
    "<div class='q1'><a href='/news'>Newsroom</a><a href='/shop'>Shop</a><a href='/jobs'>Jobs</a></div>{}"
    "<footer><p>Radio Dune, all rights reserved.</p></footer>"
)


@pytest.mark.parametrize("page", ["{}", FURNITURE], ids=["bare", "furnished"])
@pytest.mark.parametrize("around", AROUND)
def test_headings_lists_and_tables_stay_whatever_the_page_is_made_of(around: str, page: str) -> None:
    inside = HEAD + PROSE + "".join(html for html, _ in PARTS.values()) + PROSE.replace("Thursday", "Friday")
    found = parsed("a.html", f"<html><body>{page.format(around.format(inside))}</body></html>".encode())
    for _, text in PARTS.values():
        assert f"\n{text}\n" in found.text
    assert found.text.startswith("Minutes of the orchard club\nThe club met on Thursday")
    for foreign in ("cookies", "Accept", "Sport", "Newsroom", "rights reserved", "Archive"):
        assert foreign not in found.text


@pytest.mark.parametrize("part", PARTS)
def test_one_part_among_prose(part: str) -> None:
    html, text = PARTS[part]
    found = parsed("a.html", f"<body>{PROSE}{html}{PROSE.replace('Thursday', 'Friday')}</body>".encode())
    assert f"\n{text}\n" in found.text


def test_a_page_that_a_script_fills_is_read_from_its_linked_data() -> None:
    data = '{"@graph": [{"@type": "NewsArticle", "headline": "Dates", "datePublished": "2024-10-03T08:00", '
    data += '"author": [{"name": "Rita Zahr"}], "articleBody": "The price of dates rose by a fifth."}]}'
    page = (
        f'<head><script type="application/ld+json">{data}</script></head><body><div id="root"></div></body>'
    )
    found = parsed("a.html", page.encode())
    assert (found.text, found.title) == ("The price of dates rose by a fifth.", "Dates")
    assert (found.published, found.author) == ("2024-10-03", "Rita Zahr")


@pytest.mark.parametrize(
    ("head", "published", "author"),
    [
        ('<meta property="article:published_time" content="2024-03-05T10:00:00Z">', "2024-03-05", ""),
        ('<meta name="Date" content="2024-03-05"><meta name="author" content="سلمى">', "2024-03-05", "سلمى"),
        ('<meta itemprop="datePublished" content="2024-03-05">', "2024-03-05", ""),
        ('<meta property="article:author" content="https://example.org/salma">', "", ""),
        ("", "", ""),
    ],
)
def test_dates_and_authors_are_those_that_the_page_states(head: str, published: str, author: str) -> None:
    body = f"{PROSE}<p>Printed on 1 May 2011, page made 2012-01-01.</p>"
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    found = parsed("a.html", page.encode())
    assert (found.published, found.author) == (published, author)
