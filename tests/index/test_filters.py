"""Filters as people write them, and the dates in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UserError
from index.filters import FIELDS, Condition, Filter, condition
from index.text.dates import DateRange, date_key

VALUES = {
    "published": st.sampled_from(["2023", "2023-05..", "..2024-02-29", "2020..2021-07"]),
    "added": st.sampled_from(["2023", "2023-05-07"]),
    "language": st.sampled_from(["ar", "en"]),
    "kind": st.sampled_from(["pdf", "md", "text"]),
}
WORDS = st.text(min_size=1).filter(lambda text: text.split()).map(lambda text: " ".join(text.split()))
CONDITIONS = st.sampled_from(FIELDS).flatmap(
    lambda field: st.builds(Condition, st.just(field), VALUES.get(field, WORDS), st.booleans())
)


@given(st.lists(CONDITIONS, max_size=5))
def test_a_filter_reads_as_it_is_written(conditions: list[Condition]) -> None:
    filter = Filter.of(conditions)
    assert Filter.parse(str(filter)) == filter


def test_a_person_writes_it() -> None:
    filter = Filter.parse(
        '  source:minutes/  published:٢٠٢٣..  اللغة:العربية -by:"Mary \\"M\\" Oakes" type:.DOCX '
    )
    assert filter.conditions == (
        Condition("source", "minutes/"),
        Condition("published", "2023.."),
        Condition("language", "ar"),
        Condition("author", 'Mary "M" Oakes', excluded=True),
        Condition("kind", "docx"),
    )
    assert str(filter) == (
        'source:minutes/ published:2023.. language:ar -author:"Mary \\"M\\" Oakes" kind:docx'
    )
    assert str(Filter.parse("source:https://www.reuters.com/a:b")) == "source:https://www.reuters.com/a:b"
    assert not Filter.parse("  ")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("minutes/", "'minutes/' is no condition; write field:value"),
        ("colour:red", "'colour' is no field of an article; the fields are id, source, kind"),
        ("published:", "published: has no value"),
        ("published:lately", "published:lately is no date"),
        ("published:2023-02-30", "there is no such day"),
        ("published:2023-13", "there is no such day"),
        ("published:2024..2023", "it ends before it begins"),
        ("added:..", "it names no date"),
        ("language:fr", "write language:ar or language:en"),
        ("kind:exe", "kind:exe is no kind of file that is read; the kinds are"),
        ('author:"Mary', "is no condition"),
        ("source: minutes", "source: has no value"),
    ],
)
def test_what_is_none_is_said(written: str, said: str) -> None:
    with pytest.raises(UserError) as told:
        Filter.parse(written)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


DAYS = st.dates().filter(lambda day: day.year >= 1000).map(str)
EXACT = st.builds(lambda day, size: day[:size], DAYS, st.sampled_from([4, 7, 10]))


def first_day(key: str) -> str:
    return (key + "-01-01")[:10]


def holds(key: str, day: str) -> bool:
    return day.startswith(key)


@given(first=EXACT, last=EXACT, key=EXACT, day=DAYS)
def test_a_date_is_within_a_range_where_all_its_days_are(first: str, last: str, key: str, day: str) -> None:
    if first_day(first) > last + "~":
        return
    try:
        found = DateRange.parse(f"{first}..{last}")
    except ValueError:
        assert first_day(first) > last
        return
    low, high = found.bounds
    within = low <= key < high and key not in found.doubtful
    assert low <= day < high or not (first_day(first) <= day <= last + "~")
    if within:
        assert first_day(first) <= first_day(key)
        assert not (holds(key, day) and not first_day(first) <= day < last + "~")
    if first <= key <= last and len(key) == 10:
        assert within


@given(DAYS)
def test_a_day_is_itself_however_it_is_written(day: str) -> None:
    year, month, of_month = day.split("-")
    arabic = day.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for written in (day, f"{year}/{month}/{of_month}", f"{of_month}.{month}.{year}", f"نشر في {arabic}"):
        assert date_key(written) == day


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("May 7, 2023", "2023-05-07"),
        ("Sunday, 3rd of March 2019", "2019-03-03"),
        ("السبت ٧ كانون الثاني ٢٠٢٣م", "2023-01-07"),
        ("Sept. 2021", "2021-09"),
        ("13/4/2023", "2023-04-13"),
        ("3/4/2023", "2023"),
        ("2023-05-07T10:00:00Z", "2023-05-07 10:00:00"),
        ("١٤٤٥ هـ / ٢٠٢٣ م", "2023"),
        ("1445 هـ", ""),
        ("31 February 2020", "2020-02"),
        ("lately", ""),
    ],
)
def test_dates_as_articles_state_them(written: str, key: str) -> None:
    assert date_key(written) == key


def test_a_condition_is_made_by_programs_too() -> None:
    assert (
        str(Filter.of([condition("tags", "court  file"), condition("tags", "court file")]))
        == 'tag:"court file"'
    )
    assert str(Filter.of_articles(["a b", "c"], excluded=True)) == '-id:"a b" -id:c'
