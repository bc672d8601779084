"""What a plausible model says to a prompt of ours: it quotes the passages, with their marks.

    with scripted_model(plausible) as model: ...

It stands in for a real one where the pipeline is tried in life: it takes the sentence that shares most words
with the question, and for a summary one of each passage, abstains where none shares any, rewrites nothing.
"""

import re
from typing import Any

from index.text.analysis import analyse, is_stop
from index.text.sentences import sentence_ranges

PASSAGE = re.compile(r'<passage-(\w+) number="(\d+)" title="([^"]*)"[^>]*>\n(.*?)\n</passage-\1>', re.DOTALL)
QUESTION = re.compile(r"^(?:The question|The new question|السؤال|السؤال الجديد): (.+)$", re.MULTILINE)
SEVERAL = re.compile(r"summar|compar|what do|overview|لخص|قارن|ماذا تقول|ملخص", re.IGNORECASE)


def passages_in(body: dict[str, Any]) -> dict[int, str]:
    """The passages that a request carries, by number."""
    return {int(number): text for _, number, _, text in PASSAGE.findall(body["messages"][-1]["content"])}


def question_in(body: dict[str, Any]) -> str:
    """The question that a request asks."""
    return str(QUESTION.findall(body["messages"][-1]["content"])[-1])


def plausible(body: dict[str, Any]) -> str:
    """The answer to a request."""
    question, passages = question_in(body), passages_in(body)
    if not passages:  # a follow-up is to be rewritten
        return question
    asked = content(question)
    sentences = [
        (len(asked & content(text[start:end])), number, text[start:end])
        for number, text in passages.items()
        for start, end in sentence_ranges(text)
        if len(text[start:end].split()) > 4
    ]
    best = sorted(sentences, key=lambda one: -one[0])
    if not best or not best[0][0]:
        return "NOT_IN_ARTICLES"
    if SEVERAL.search(question):
        first = {number: text for _, number, text in reversed(best)}
        return "\n".join(f"- {text} [{number}]" for number, text in sorted(first.items())[:4])
    return f"{best[0][2]} [{best[0][1]}]"


def content(text: str) -> set[str]:
    return {term.text for term in analyse(text) if not is_stop(term.text)}
