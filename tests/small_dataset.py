"""A set of questions small enough to be checked by eye, in both languages."""

from eval.data import Dataset, Example
from index.articles import make_article

TEXTS = {
    "n 1": "Rollo founded Normandy in 911. Rouen was the seat of his court.",
    "s": "James Watt improved the steam engine in 1769. Coal mines bought the first of them.",
    "c": "أسس جوهر الصقلي مدينة القاهرة عام ٩٦٩. تقع المدينة على نهر النيل.",
    "p": "حفر الأنباط مدينة البتراء في الصخر الوردي. زارها بوركهارت عام ١٨١٢.",
}
DATASET = Dataset(
    "small",
    tuple(make_article(id=id_, title="", text=text, source="") for id_, text in TEXTS.items()),
    (
        Example("q 1", "Who founded Normandy?", ("Rollo",), ("n 1",), "en"),
        Example("q2", "Who improved the steam engine?", ("James Watt",), ("s",), "en"),
        Example("q3", "من أسس مدينة القاهرة؟", ("جوهر الصقلي",), ("c",), "ar"),
        Example("q4", "من حفر مدينة البتراء؟", ("الأنباط",), ("p",), "ar"),
        Example("q5", "zzz qqq?", (), ("n 1",), "en"),
    ),
    ('small.json: data[0]: no "question"',),
    1,
    {"small.json": "ab12"},
)
