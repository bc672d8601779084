"""What a model has written, as plain sentences with their marks, whole and while it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.llm.written import WrittenLine, read_written


def pieces(raw: str, *, ended: bool = True) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (line.text[piece.start : piece.end], piece.marks)
        for line in read_written(raw, ended=ended)
        for piece in line.pieces
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("One [1]. Two. [2][3] Three [1, 2].", [("One.", (1,)), ("Two.", (2, 3)), ("Three.", (1, 2))]),
        ("It is 3.5 m high.[1] It rose.[2]", [("It is 3.5 m high.", (1,)), ("It rose.", (2,))]),
        ("[1] It fell.\n[2]", [("It fell.", (1, 2))]),
        ("One [2-4]. Two【5】. Three [^6].", [("One.", (2, 3, 4)), ("Two.", (5,)), ("Three.", (6,))]),
        ("It opened [Source 2] (passage 3).", [("It opened.", (2, 3))]),
        ("It opened [1](https://a.example/x) at ten.", [("It opened at ten.", (1,))]),
        ("In [2023] Dr. Smith came [1].", [("In [2023] Dr. Smith came.", (1,))]),
        ("ارتفاعها ٤١ مترًا [١]. وبُنيت عام 1900 [٢، ٣].",
         [("ارتفاعها ٤١ مترًا.", (1,)), ("وبُنيت عام 1900.", (2, 3))]),
        ("افتُتحت أيضًا [المقطع 2].", [("افتُتحت أيضًا.", (2,))]),
        ("**The mill** is `old`, [here](https://a.example) [1].", [("The mill is old, here.", (1,))]),
        ("<think>The user [4] wants.</think>\nIt is old [1].", [("It is old.", (1,))]),
        ("The user wants.</think>It is old [1].", [("It is old.", (1,))]),
        ("It is old [1].\n\nSources:\n[1] The mill\n[2] The canal", [("It is old.", (1,))]),
        ("المطحنة قديمة [1].\nالمصادر: [1]", [("المطحنة قديمة.", (1,))]),
        ("It is old [1].\n---\n```\nIt is tall [2].\n```", [("It is old.", (1,)), ("It is tall.", (2,))]),
        ("<think>on and on", []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_with_the_marks_that_stand_in_or_after_them(
    raw: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert pieces(raw) == expected


def test_headings_lists_and_tables_become_lines() -> None:
    raw = (
        "## The mill\n\nHere is what is known:\n\n- It is *old* [1].\n* It is tall [2]\n\n"
        "1. First [3]\n2) Second\n\n**In short**\n\n| What | How much |\n|---|---:|\n| Height | 9 m [4] |"
    )
    assert [
        (line.before + line.text, line.apart, [(piece.marks, piece.heading) for piece in line.pieces])
        for line in read_written(raw, ended=True)
    ] == [
        ("The mill", False, [((), True)]),
        ("Here is what is known:", True, [((), False)]),
        ("• It is old.", True, [((1,), False)]),
        ("• It is tall", False, [((2,), False)]),
        ("1. First", True, [((3,), False)]),
        ("2. Second", False, [((), False)]),
        ("In short", True, [((), True)]),
        ("What — How much", True, [((), True)]),
        ("Height — 9 m", False, [((4,), False)]),
    ]


@pytest.mark.parametrize("tail", ["[", "[1", "[1, ", "【", "**", "**bo", "`", "<thi", "](https://a"])
def test_what_may_yet_become_a_sign_is_not_shown(tail: str) -> None:
    shown = " ".join(line.text for line in read_written(f"It is old {tail}", ended=False))
    assert shown in ("It is old", "It is old bo")


TEXT = (
    "## The mill\n\nIt is **old** [1]. It is 9 m high. [2] Nobody lives there [1, 3].\n\n"
    "- One [4]\n- Two\n[5]"
)


@given(st.integers(0, len(TEXT)))
def test_what_is_whole_while_it_comes_stays(length: int) -> None:
    """All but the last piece is as it is at the end."""
    growing, whole = pieces(TEXT[:length], ended=False), pieces(TEXT)
    assert growing[:-1] == whole[: len(growing) - 1] if growing else True
    if growing:
        assert whole[len(growing) - 1][0].startswith(growing[-1][0])


@given(st.text(alphabet="aب .[]*_`#|>-1\n<think>()", max_size=60))
def test_any_text_is_read_and_only_space_is_between_the_pieces(raw: str) -> None:
    for line in read_written(raw, ended=True):
        assert isinstance(line, WrittenLine)
        at = 0
        for piece in line.pieces:
            assert at <= piece.start < piece.end <= len(line.text)
            at = piece.end
