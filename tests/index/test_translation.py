"""What a word may be called in the other language: the shipped table, and its making on a toy language."""

import json
import lzma
import shutil
from pathlib import Path

import pytest

from index.errors import UserError
from index.text.analysis import terms_and_spellings
from index.text.translation import FILES, FOLDER, Table, _table, translations
from index.training.lexicon import leaning, make_lexicon


def first(word: str) -> list[str]:
    [(term, spelling)] = terms_and_spellings(word)
    return [name for name, _ in translations(term, spelling)]


@pytest.mark.parametrize(
    ("english", "arabic"),
    [("council", "مجلس"), ("expert", "خبير"), ("university", "جامعة"), ("Egypt", "مصر"), ("river", "نهر")],
)
def test_words_that_everybody_knows(english: str, arabic: str) -> None:
    [(arabic_term, _)] = terms_and_spellings(arabic)
    [(english_term, _)] = terms_and_spellings(english)
    assert arabic_term in first(english)[:3]
    assert english_term in first(arabic)[:3]


def test_particles_are_no_part_of_a_word() -> None:
    assert first("وبالجامعة")[0] == first("جامعة")[0]


def test_probabilities_are_in_order() -> None:
    for word in ("council", "بنك"):
        [(term, spelling)] = terms_and_spellings(word)
        shares = [share for _, share in translations(term, spelling)]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1.1  # each is rounded


def test_what_has_no_translation() -> None:
    assert translations("1874", "1874") == ()
    assert translations("qzxv", "qzxv") == ()


def test_lines_are_found_whole() -> None:
    table = Table(b"ab\tx 60 y 40\nabc\tz 100")
    assert table.get("ab") == (("x", 0.6), ("y", 0.4))
    assert table.get("abc") == (("z", 1.0),)
    assert table.get("a") == table.get("abcd") == table.get("") == ()


@pytest.mark.parametrize("name", FILES.values())
def test_a_damaged_table_is_one_line(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    shutil.copytree(FOLDER, folder)
    (folder / name).write_bytes(b"other")
    language = next(language for language, file in FILES.items() if file == name)
    with pytest.raises(UserError, match=rf"{name} is damaged; install Majlis again"):
        _table(folder, language)


def test_a_word_leans_on_its_term() -> None:
    assert leaning({"a": 1.0}, {}, 0.3) == {"a": 1.0}
    assert leaning({"a": 1.0}, {"b": 1.0}, 0.25) == {"a": 0.75, "b": 0.25}


def test_a_table_is_learnt_from_pairs(tmp_path: Path) -> None:
    words = {"river": "نهر", "king": "ملك", "school": "مدرسة", "bread": "خبز"}
    pairs = [
        {"en": f"The {one} {other}", "ar": f"{words[one]} {words[other]}"}
        for one in words
        for other in words
        if one != other
    ]
    for part, rows in (("parallel", pairs), ("lexical", [{"en": e, "ar": a} for e, a in words.items()])):
        (tmp_path / "data" / part).mkdir(parents=True)
        with lzma.open(tmp_path / "data" / part / "toy.jsonl.xz", "wt", encoding="utf-8") as file:
            file.write("\n".join(map(json.dumps, rows)))
    lines = make_lexicon(tmp_path / "data", tmp_path / "made")
    assert set(lines) == set(FILES.values())
    for english, arabic in words.items():
        [(english_term, _)] = terms_and_spellings(english)
        [(arabic_term, _)] = terms_and_spellings(arabic)
        assert _table(tmp_path / "made", "en").get(english_term)[0][0] == arabic_term
    again = make_lexicon(tmp_path / "data", tmp_path / "again")
    assert again == lines
    for name in FILES.values():
        assert (tmp_path / "made" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
