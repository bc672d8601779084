"""What a file says about itself, as people and their programs write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.markdown.front_matter import split_front_matter


@pytest.mark.parametrize(
    ("front", "fields"),
    [
        ("---\ntitle: Tea\ndate: 2024-01-02\n---\n", {"title": "Tea", "date": "2024-01-02"}),
        ("---\ntitle: >-\n  The salt\n  road\n---\n", {"title": "The salt road"}),
        ('---\ntitle: "He said \\"no\\""\n---\n', {"title": 'He said "no"'}),
        ("---\ntitle: Tea: a history\nlang: ar\n---\n", {"title": "Tea: a history", "lang": "ar"}),
        ("---\nauthor: [Rita, سلمى]\nyear: 1999\n...\n", {"author": "Rita, سلمى", "year": "1999"}),
        ("---\ndate: 2024-01-02 10:30:00\ndraft: true\n---\n", {"date": "2024-01-02", "draft": ""}),
        ("---\ntitle: 1:30:00\nedition: 1_000\n---\n", {"title": "1:30:00", "edition": "1_000"}),
        ('+++\ntitle = "Salt road"\ndate = 2024-01-02\n+++\n', {"title": "Salt road", "date": "2024-01-02"}),
    ],
)
def test_worked_cases(front: str, fields: dict[str, str]) -> None:
    assert split_front_matter(f"{front}The text.\n---\nmore") == (fields, "The text.\n---\nmore")


@pytest.mark.parametrize(
    "text",
    ["The text.", "---\nIt was late.\n---\nAnd cold.", "---\ntitle: x\nnever closed", "+++\nno = \n+++\nx"],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert split_front_matter(text) == ({}, text)


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: &a [Tea, *a, *a]\n---\n",
        "---\ntitle: [Tea, [more, [more]]]\n---\n",
        "---\na: &a {k: v}\ntitle: Tea\n<<: [*a, *a]\n---\n",
        "---\ntitle: Tea\nnumber: " + "1:" * 4000 + "1\n---\n",
        "---\ntitle: Tea\nnumber: !!int " + "9" * 5000 + "\n---\n",
        "---\ntitle: Tea\nnumbers: [" + "{a: b}, " * 300_000 + "]\n---\n",
        "---\n"
        + "".join(
            f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9 if n else ['{a: b}'])}]}}\n" for n in range(40)
        )
        + "title: Tea\n---\n",
    ],
    ids=["itself", "nested", "merged", "base 60", "long", "many", "merged again and again"],
)
def test_what_unfolds_without_end_does_not(front: str) -> None:
    fields, text = split_front_matter(f"{front}The text.")
    assert (fields["title"], text) == ("Tea", "The text.")


def test_a_number_beyond_measure_leaves_the_text_alone() -> None:
    text = "+++\ntitle = 0x" + "f" * 9000 + "\n+++\nThe text."
    assert split_front_matter(text) == ({}, text)


@given(st.sampled_from(["---\n", "+++\n"]), st.text(st.sampled_from("ab:-+[]{}&*!|>'\"#\n 01="), max_size=60))
def test_any_text_is_taken(fence: str, inside: str) -> None:
    fields, text = split_front_matter(f"{fence}{inside}\n{fence}The text.")
    assert text.endswith("The text.")
    assert all(isinstance(value, str) for pair in fields.items() for value in pair)
