"""An article's text on the page: every block as what it is, every letter shown once, marks across blocks."""

from hypothesis import given
from hypothesis import strategies as st
from pages import Page, hostile

from index.articles import Article, make_article
from index.structure import KINDS, Block, TextBuilder
from ui.article import article_html
from ui.paragraphs import Mark


def article(built: TextBuilder) -> Article:
    return make_article(id="a", title="", text=built.text, source="", blocks=built.blocks)


def wells() -> Article:
    built = TextBuilder()
    built.add("heading", "Wells of the district", level=1)
    built.add("paragraph", "The board measured them.\nIt took a year.")
    built.add("heading", "Depth", level=2)
    built.add_row(["Well", "Depth", "Year"], head=True)
    built.add_row(["Ain Nahla", "", "1969"])
    built.add("item", "pumps", level=1)
    built.add("item", "1. hand pumps", level=2)
    built.add("quote", "«البئر عميقة»")
    built.add("code", "if x < y:\n    stop()")
    return article(built)


def test_each_block_is_shown_as_what_it_is() -> None:
    assert article_html(wells()) == (
        '<h3 dir="ltr">Wells of the district</h3>'
        '<p dir="ltr">The board measured them.</p><p dir="ltr" class=joined>It took a year.</p>'
        '<h4 dir="ltr">Depth</h4>'
        '<div class="table" tabindex="0"><table dir="ltr">'
        '<tr><th dir="ltr" scope="col">Well</th><th dir="ltr" scope="col">Depth</th>'
        '<th dir="ltr" scope="col">Year</th></tr>'
        '<tr><td dir="ltr">Ain Nahla</td><td dir="ltr"></td><td dir="ltr">1969</td></tr></table></div>'
        '<ul><li dir="ltr" class="bullet depth1">pumps</li>'
        '<li dir="ltr" class="depth2">1. hand pumps</li></ul>'
        '<blockquote><p dir="rtl">«البئر عميقة»</p></blockquote>'
        '<pre dir="ltr">if x &lt; y:\n    stop()</pre>'
    )


def test_a_mark_over_a_row_is_in_each_of_its_cells() -> None:
    shown = wells()
    start = shown.text.index("Ain Nahla")
    page = Page(article_html(shown, [Mark(start, start + len("Ain Nahla | 1969"), "quote", current=True)]))
    assert [named["class"] for tag, named in page.tags if tag == "mark"] == ["quote current"] * 2
    assert page.text("mark", "quote") == "Ain Nahla1969"


def test_text_between_blocks_and_without_any_is_shown_too() -> None:
    text = "Before.\n\nTitle\nafter"
    whole = make_article(id="a", title="", text=text, source="", blocks=(Block("heading", 9, 14, 1),))
    assert article_html(whole) == '<p dir="ltr">Before.</p><h3 dir="ltr">Title</h3><p dir="ltr">after</p>'
    assert article_html(make_article(id="a", title="", text="one\ntwo", source="")) == (
        '<p dir="ltr">one</p><p dir="ltr">two</p>'
    )


@given(st.lists(st.tuples(st.sampled_from([kind for kind in KINDS if kind != "row"]), hostile), max_size=6))
def test_no_letter_is_lost_or_becomes_markup(parts: list[tuple[str, str]]) -> None:
    built = TextBuilder()
    for kind, text in parts:
        built.add(kind, text, level=1)
    shown = Page(article_html(article(built)))
    assert {tag for tag, _ in shown.tags} <= {"p", "h3", "ul", "li", "blockquote", "pre"}
    assert "".join(shown.text().split()) == "".join(built.text.split())
