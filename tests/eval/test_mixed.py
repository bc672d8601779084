"""A library of two languages out of a file in each."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.data.loading import load_dataset
from eval.mixed import main, mixed


def squad(language: str, *paragraphs: tuple[str, str, str]) -> dict[str, Any]:
    """One article of these paragraphs, each with a question and its answer."""
    return {"data": [{"title": f"title {language}", "paragraphs": [
        {"context": text, "qas": [{"id": f"q{number}", "question": question,
                                   "answers": [{"text": answer, "answer_start": text.index(answer)}]}]}
        for number, (text, question, answer) in enumerate(paragraphs)
    ]}]}  # fmt: skip


ARABIC = squad("ar", ("بني الجسر سنة 1900.", "متى بني؟", "1900"), ("فتح السوق أمس.", "متى فتح؟", "أمس"))
ENGLISH = squad(
    "en",
    ("The bridge was built in 1900.", "When was it built?", "1900"),
    ("It opened yesterday.", "When did it open?", "yesterday"),
)


def test_every_second_article_is_of_the_other_language_and_asked_about_in_both(tmp_path: Path) -> None:
    for name, file in (("ar.json", ARABIC), ("en.json", ENGLISH)):
        (tmp_path / name).write_text(json.dumps(file), encoding="utf-8")
    out = tmp_path / "mixed"
    ran = CliRunner().invoke(main, [str(tmp_path / "ar.json"), str(tmp_path / "en.json"), str(out)])
    assert ran.output == f"{out}: 2 articles, 4 questions\n"
    for direction, asked, answers, across in (
        ("ar-ar", ["متى بني؟"], ("1900",), False),
        ("en-ar", ["When was it built?"], ("1900",), True),
        ("ar-en", ["متى فتح؟"], ("yesterday",), True),
        ("en-en", ["When did it open?"], ("yesterday",), False),
    ):
        dataset = load_dataset(out / f"{direction}.jsonl", articles=[out / "articles"])
        assert [article.language for article in dataset.articles] == ["ar", "en"]
        assert [example.question for example in dataset.examples] == asked
        [example] = dataset.examples
        assert (example.answers, example.across) == (answers, across)
        [gold] = [one for one in dataset.articles if one.id in example.article_ids]
        assert gold.language == direction[-2:]


@pytest.mark.parametrize("english", [{"data": []}, squad("en", *[("It opened.", "When?", "opened")] * 3), {}])
def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, english: dict[str, Any]) -> None:
    for name, file in (("ar.json", ARABIC), ("en.json", english)):
        (tmp_path / name).write_text(json.dumps(file), encoding="utf-8")
    ran = CliRunner().invoke(
        main, [str(tmp_path / "ar.json"), str(tmp_path / "en.json"), str(tmp_path / "o")]
    )
    assert ran.exit_code == 1
    assert "no library can be made of" in ran.output
    assert not (tmp_path / "o").exists()


def test_a_question_that_only_one_file_has_is_named() -> None:
    other = json.loads(json.dumps(ENGLISH).replace('"q1"', '"q9"'))
    with pytest.raises(ValueError, match="of one file alone"):
        mixed({"ar": ARABIC, "en": other})
