"""The objects that scripts read, and quotes that cannot lie."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Alternative, Answer, Statement, cite, marks_of
from assistant.answers.as_json import answer_to_json, hits_to_json
from index.articles import Article
from index.passages import Hit, LegScore, Passage

TEXT = "عُقد الاجتماع في سوتشي. اقترح لافروف مجلس خبراء. انتهى اللقاء."
ARTICLE = Article("a1", "اجتماع", TEXT, "ar", "/articles/a1.txt")
START = TEXT.index("اقترح")
END = TEXT.index(" انتهى")
HIT = Hit(
    Passage("a1", "اجتماع", "/articles/a1.txt", "ar", 0, END, TEXT[:END]),
    0.75,
    dense=LegScore(2, 0.5),
    lexical=None,
)
ANSWER = Answer(
    question=" من اقترح المجلس؟",
    understood_as="من اقترح المجلس؟",
    text=TEXT[START:END],
    language="ar",
    citations=(cite(1, ARTICLE, START, END),),
    confidence=0.87654321,
    hits=(HIT,),
    timings_ms={"total": 12.345678},
    statements=(Statement(0, END - START, (1,)),),
    revision=3,
    reader="sentence-1",
)


def test_a_citation_quotes_the_article_it_was_made_from() -> None:
    (citation,) = ANSWER.citations
    assert citation.quote == citation.answer == "اقترح لافروف مجلس خبراء."
    assert citation.within == (0, END - START)
    assert citation.content_hash == hashlib.sha256(TEXT.encode()).hexdigest()


def test_a_quote_is_as_long_as_its_range() -> None:
    with pytest.raises(ValueError, match=r"a1: 'اقترح' is not 24-48"):
        replace(ANSWER.citations[0], quote="اقترح")


places = st.integers(0, len(TEXT))


@given(places, places, places, places)
def test_an_answer_lies_inside_its_quote(start: int, end: int, first: int, last: int) -> None:
    if start <= first <= last <= end:
        citation = cite(1, ARTICLE, start, end, (first, last))
        assert citation.quote == TEXT[start:end]
        assert citation.answer == TEXT[first:last] == citation.quote[slice(*citation.within)]
        assert citation.partial is (TEXT[first:last] != TEXT[start:end])
    else:
        with pytest.raises(ValueError, match=f"{first}-{last} is not inside the quote {start}-{end}"):
            cite(1, ARTICLE, start, end, (first, last))


def printed_citation(number: int, start: int, end: int, first: int, last: int) -> dict[str, object]:
    return {
        "number": number,
        "article_id": "a1",
        "title": "اجتماع",
        "source": "/articles/a1.txt",
        "published": "",
        "start": start,
        "end": end,
        "answer_start": first,
        "answer_end": last,
        "quote": TEXT[start:end],
        "page": None,
        "page_label": "",
        "last_page": None,
        "last_page_label": "",
        "page_kind": "page",
        "section": "",
        "read_from_scan": False,
        "scan_confidence": None,
        "doubtful": [],
    }


def test_answer_to_json_has_the_promised_keys_and_survives_json() -> None:
    name = TEXT.index("سوتشي")
    other = Alternative("سوتشي", "ar", cite(2, ARTICLE, 0, START - 1, (name, name + 5)), 0.43211)
    disputed = replace(ANSWER, alternatives=(other,))
    assert [citation.number for citation in disputed.all_citations] == [1, 2]
    printed = json.loads(json.dumps(answer_to_json(disputed)))
    assert printed == {
        "question": " من اقترح المجلس؟",
        "understood_as": "من اقترح المجلس؟",
        "answer": "اقترح لافروف مجلس خبراء.",
        "language": "ar",
        "abstained": False,
        "certainty": "sure",
        "confidence": 0.8765,
        "citations": [printed_citation(1, START, END, START, END)],
        "alternatives": [
            {
                "answer": "سوتشي",
                "language": "ar",
                "confidence": 0.4321,
                "citation": printed_citation(2, 0, START - 1, name, name + 5),
            }
        ],
        "hits": [
            {
                "article_id": "a1",
                "title": "اجتماع",
                "start": 0,
                "end": END,
                "score": 0.75,
                "dense": {"rank": 2, "score": 0.5},
                "lexical": None,
                "text": TEXT[:END],
            }
        ],
        "timings_ms": {"total": 12.3},
        "revision": 3,
        "reader": "sentence-1",
        "within": None,
        "statements": [
            {"start": 0, "end": END - START, "citations": [1], "supported": True, "unfound": []},
        ],
        "support": [1, 1],
        "writing": None,
        "notice": "",
    }


def test_marks_stand_after_each_statement_and_who_only_agrees_at_the_end() -> None:
    text = "One. Two. "
    citations = tuple(cite(number, ARTICLE, 0, START - 1) for number in (1, 2, 3, 4))
    statements = (Statement(0, 4, (2,)), Statement(5, 9, (1, 3)))
    written = replace(ANSWER, text=text, citations=citations, statements=statements)
    assert [citation.number for citation in written.agreeing] == [4]
    assert marks_of(written) == {4: (2,), 9: (1, 3, 4)}
    assert marks_of(replace(written, text="One. Two. Three.")) == {4: (2,), 9: (1, 3), 16: (4,)}
    assert marks_of(replace(written, text="", citations=(), statements=())) == {}


def test_no_text_is_an_abstention() -> None:
    abstention = replace(ANSWER, text="", citations=())
    printed = answer_to_json(abstention)
    assert (printed["abstained"], printed["certainty"]) == (True, "silent")
    assert printed["answer"] == ""
    assert printed["hits"] == hits_to_json([HIT])
