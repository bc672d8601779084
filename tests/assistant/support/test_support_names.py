"""Names, in either script, and whether other texts hold them."""

import pytest

from assistant.support.names import unfound_names


def unfound(sentence: str, *texts: str) -> list[str]:
    return [sentence[start:end] for start, end in unfound_names(sentence, texts)]


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Lavrov met Mike Pompeo in Osaka.", "التقى لافروف مايك بومبيو في أوساكا."),
        ("زار بوركهارت البتراء.", "Burckhardt visited Petra."),
        ("A study in Leeds was led by Amara Nwosu.", "قادت أمارا نووسو دراسة في ليدز."),
        ("An Egyptian ship sank.", "غرقت سفينة من مصر."),
        ("Zahi Hawass spoke.", "تحدث زاهي حواس."),
        ("The US and the UN agreed.", "اتفقت الولايات المتحدة والأمم المتحدة."),
        ("تسلمته الولايات المتحدة.", "America received it."),
        ("Members voted for it.", "They voted."),
    ],
)
def test_a_name_is_found_in_either_script(sentence: str, text: str) -> None:
    assert unfound(sentence, text) == []


@pytest.mark.parametrize(
    ("sentence", "text", "expected"),
    [
        ("Astrid Solheim spoke in Hamar.", "Ingrid Solheim spoke in Hamar.", ["Astrid"]),
        ("تحدث مع الرئيس ليندون جونسون.", "He spoke with President Richard Nixon.", ["ليندون", "جونسون"]),
        ("They went to Stockholm.", "ذهبوا إلى أوبسالا.", ["Stockholm"]),
        ("عرض المهندس وليد عزيزي الخطة.", "عرض المهندس طارق عزيزي الخطة.", ["وليد"]),
        ("He was cured in Paris.", "كان والده بحارا.", ["Paris"]),
    ],
)
def test_another_name_is_pointed_at(sentence: str, text: str, expected: list[str]) -> None:
    assert unfound(sentence, text) == expected
