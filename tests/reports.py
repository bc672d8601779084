"""Reports as `majlis eval run` writes them, by hand: each way a question can go, and hostile text."""

from html.parser import HTMLParser
from typing import Any

EVIL = (
    "<script>window.evil=1</script><img src=https://evil.example/x onerror='window.evil=2'>\"'></mark>"
    "</details></bdi></section><!-- <style>*{display:none}</style> \u202eabc\x00\ud800 {{x}} ${x}"
)
ARABIC = "من أعطى المستوطنين الفايكينغ هوية مشتركة؟"
QUOTE = "كان رولو زعيم النورمان."


def question(number: int, failure: str | None, **more: Any) -> dict[str, Any]:
    citation = {
        "article_id": "a1",
        "title": "النورمان",
        "number": 1,
        "start": 40,
        "end": 63,
        "quote": QUOTE,
        "before": "وصل الفايكينغ في القرن التاسع.",
        "after": "ثم استقر أتباعه.",
        "gold": True,
        "answer": True,
    }
    hits = [
        {
            "article_id": f"a{place}",
            "title": "Normans",
            "text": f"Passage {place} speaks of Rollo. " * 20,
            "score": 1 / place,
            "gold": place == 1,
            "lexical": {"rank": place, "score": 2.0},
            "dense": None if place == 1 else {"rank": place + 20, "score": 0.5},
        }
        for place in range(1, 4)
    ]
    return {
        "id": f"id-{number}",
        "question": ARABIC if number % 2 else f"Who led the Normans, number {number}?",
        "language": "ar",
        "answers": ["رولو"],
        "gold_articles": ["a1"],
        "gold": [{"article_id": "a1", "title": "النورمان", "text": f"وصل الفايكينغ. {QUOTE}"}],
        "values": {"answering": {"sentence_match": 1.0, "f1": 0.25}},
        "ranks": {"hybrid": 1, "lexical": 2, "dense": None},
        "hits": hits,
        "answering": {"text": QUOTE, "confidence": 0.75, "citations": [citation], "withheld": None},
        "abstention": {"text": "", "confidence": 0.1, "citations": []},
        "failure": failure,
        **more,
    }


def silent(number: int, failure: str) -> dict[str, Any]:
    withheld = {"text": "A guess.", "citations": []}
    return question(
        number, failure, answering={"text": "", "confidence": 0.12, "citations": [], "withheld": withheld}
    )


def report(*questions: dict[str, Any]) -> dict[str, Any]:
    return {
        "dataset": {
            "name": "سؤال.json",
            "sha256": {"سؤال.json": "ab12"},
            "articles": 3,
            "left_out": 1,
            "problems": ["سؤال.json: data[0]: not an object"],
        },
        "settings": {"embedder": "hashing", "retrievers": ["hybrid", "lexical"], "limit": None},
        "versions": {"analysis": "1"},
        "summary": {
            "retrieval/hybrid": {"questions": 4, "success@1": 0.75},
            "answering": {"questions": 4, "f1": 0.25},
            "abstention": {"questions": 4, "silent": 0.5},
        },
        "intervals": {"answering": {"f1": [0.125, 0.375]}},
        "confidence": {
            "questions": 4,
            "AURC": 0.115,
            "ECE": 0.186,
            "reliability": [{"low": 0.7, "high": 0.8, "questions": 3, "confidence": 0.75, "right": 0.5}],
            "risk_coverage": [[0.25, 0.0, 0.9], [1.0, 0.5, 0.1]],
        },
        "questions": list(questions),
        "timings": {
            "by_question_ms": [20.0, 30.0, 40.0, None],
            "stages_ms": {"read": {"p50": 9.5, "p95": 12.0, "p99": 13.0}, "dense": {}},
        },
    }


FULL = report(
    question(1, "right"),
    question(2, "wrong span"),
    silent(3, "wrongly silent"),
    question(4, "right", abstention={"text": "Something else.", "confidence": 0.5, "citations": []}),
)
# As the first version wrote it, and as a run of another system without answers is scored.
OLD = {
    "questions": [
        {
            "id": "q1",
            "question": ARABIC,
            "answers": ["رولو"],
            "values": {"answering": {"f1": 0.5}},
            "ranks": {"lexical": 1},
            "answering": {
                "text": QUOTE,
                "confidence": 0.5,
                "citations": [{"article_id": "a1", "start": 0, "end": 23, "quote": QUOTE}],
            },
        }
    ]
}
SCORED = {
    "dataset": {"name": "trec"},
    "questions": [{"id": "q1", "question": "Who?", "answers": None, "values": {}, "ranks": {"run": 3}}],
    "confidence": None,
    "timings": {},
}


class Elements(HTMLParser):
    """The elements of a page, with the text inside each that is asked for."""

    VOID = frozenset({"meta", "input", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[tuple[str, int]] = []
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in self.VOID:
            self._open.append((tag, len(self.texts) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        for _, place in self._open:
            self.texts[place] += data

    def found(self, tag: str, kind: str = "") -> list[tuple[dict[str, str], str]]:
        return [
            (attrs, text)
            for (name, attrs), text in zip(self.elements, self.texts, strict=True)
            if name == tag and (not kind or kind in attrs.get("class", "").split())
        ]
