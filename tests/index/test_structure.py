"""A text that is put together from blocks: each stands where it says, and knows what it stands under."""

from hypothesis import given
from hypothesis import strategies as st

from index.structure import KINDS, TextBuilder, block_at, contexts, visible

PIECES = st.text(alphabet="ab |\n\r\t\u200f\u00adقُّ.", max_size=12)


def test_what_is_not_seen_goes_and_letters_stay_as_they_are() -> None:
    assert visible("one\r\nt\u00adwo\u200f\u2028Cafe\u0301 سَيِّد\x1b[0m") == "one\ntwo\nCafe\u0301 سَيِّد[0m"


def test_rows_tell_every_column() -> None:
    built = TextBuilder()
    row = built.add_row(["", "Depth", " ", "Year\ndug", ""], head=True)
    assert row is not None
    assert (built.text, row.head) == ("Depth | Year dug", True)
    assert [built.text[start:end] for start, end in row.cells] == ["", "Depth", "", "Year dug", ""]
    assert built.add_row(["", " "]) is None


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.lists(PIECES, max_size=4), st.booleans()), max_size=8))
def test_blocks_are_in_order_and_hold_all_that_is_seen(parts: list[tuple[str, list[str], bool]]) -> None:
    inner, whole = TextBuilder(), TextBuilder()
    whole.add("paragraph", "Before.")
    for kind, texts, apart in parts:
        if kind == "row":
            inner.add_row(texts, apart=apart)
        else:
            inner.add(kind, " ".join(texts), apart=apart)
    whole.extend(inner, apart=True)
    text, end = whole.text, 0
    assert text == visible(text).strip("\n")
    for block in whole.blocks:
        assert 0 <= end <= block.start < block.end <= len(text)
        assert not text[end : block.start].strip()
        assert all(block.start <= low <= high <= block.end for low, high in block.cells)
        assert block_at(whole.blocks, block.start) == block == block_at(whole.blocks, block.end - 1)
        end = block.end
    assert not text[end:].strip()
    assert block_at(whole.blocks, len(text)) is None


def test_a_block_stands_under_its_headings_and_a_row_under_its_head() -> None:
    built = TextBuilder()
    for level, title in ((1, "Wells"), (2, "North"), (3, "Old"), (2, "South")):
        built.add("heading", title, level=level)
    built.add_row(["Well", "Depth"], head=True)
    built.add_row(["Ain Nahla", "48"])
    built.add("paragraph", "All are deep.")
    built.add_row(["Ain Dilb", "37"])
    shown = [[built.text[b.start : b.end] for b in above] for above in contexts(built.blocks)]
    assert shown == [
        [],
        ["Wells"],
        ["Wells", "North"],
        ["Wells"],
        ["Wells", "South"],
        ["Wells", "South", "Well | Depth"],
        ["Wells", "South"],
        ["Wells", "South"],
    ]
