"""What programs may call by name: ask, search, articles, through gradio_client, HTTP or MCP.

The objects are those that ``majlis ask --json``, ``search --json`` and ``index list --json`` print, but for
``source``: of a file only its name is told, never where it lies on the server. Questions wait in the same
line and under the same limits as the page's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.events import api

from assistant.answers.as_json import answer_to_json, hits_to_json
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.question import LONGEST_QUESTION
from index.errors import UserError
from index.filters import Filter
from ui.queueing import QuestionQueue
from ui.server.paths import told_outside, without_paths
from ui.server.request_log import record
from ui.server.visitors import visitor_of

MOST = 1000  # passages of a search


def add_endpoints(app: gr.Blocks, assistant: Assistant, queue: QuestionQueue) -> None:
    """Adds the named endpoints to a page; their docstrings are what programs are told of them."""

    def ask(
        question: str,
        turns: list[dict[str, Any]] | None = None,
        within: str = "",
        literally: bool = False,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the articles, with the sentences it stands on, or abstain.

        Args:
            question: the question, in Arabic or English
            turns: the questions asked before it, oldest first: [{"question": "..."}]
            within: which articles to ask, as in: source:minutes/ published:2023.. -language:ar tag:budget
            literally: heed no "in the 2023 report" that the question says itself
        """
        with answered("ask", assistant, queue, request) as outcome:
            asked = narrowed(within) | ({"literally": True} if literally else {})
            answer = assistant.answer(checked(question), checked_turns(turns), **asked)
            outcome.append(answer.certainty)
            told: dict[str, Any] = without_paths(answer_to_json(answer))
            return told

    def search(
        question: str, k: int = 10, within: str = "", request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Find the passages nearest to a question, best first, without an answer.

        Args:
            question: the question or the words to look for, in Arabic or English
            k: how many passages, 1 to 1000
            within: which articles to search, as in: source:minutes/ published:2023.. -language:ar tag:budget
        """
        with answered("search", assistant, queue, request) as outcome:
            if not isinstance(k, int) or not 1 <= k <= MOST:
                raise UserError(f"k is {k!r}; give it a whole number from 1 to {MOST}")
            hits = assistant.search(checked(question), k, **narrowed(within))
            outcome.append("found" if hits else "nothing")
            return {"question": question, "hits": hits_to_json(hits)}

    def articles(request: gr.Request | None = None) -> list[dict[str, Any]]:
        """List the articles of the library: id, title, language, source and number of passages."""
        with answered("articles", assistant, queue, request) as outcome:
            listed = [without_paths(asdict(article)) for article in assistant.library.articles()]
            outcome.append("listed")
            return listed

    endpoints = {endpoint.__name__: endpoint for endpoint in (ask, search, articles)}
    for event in app.fns.values():
        if event.api_name in endpoints:  # the page's own events have no name that anybody calls
            event.api_name = f"page_{event.api_name}"
    with app:
        for name, endpoint in endpoints.items():
            api(endpoint, api_name=name, queue=False)  # they wait in our line, not in Gradio's


@contextmanager
def answered(
    endpoint: str, assistant: Assistant, queue: QuestionQueue, request: gr.Request | None
) -> Iterator[list[str]]:
    """The block's turn in the line; what the caller can mend reaches it as a message.

    The block appends how it ended, for the log.
    """
    visitor, began = visitor_of(request), time.monotonic()
    outcome: list[str] = []
    try:
        with queue.turn(visitor):
            yield outcome
    except UserError as error:
        outcome = ["problem"]
        told = told_outside(error, assistant.library.folder)
        raise gr.Error(told, print_exception=False) from None
    finally:
        record(time.monotonic() - began, visitor, endpoint=endpoint, outcome=(outcome or ["error"])[0])


def checked(question: Any) -> str:
    """The question, if it is one."""
    if not isinstance(question, str) or not question.strip():
        raise UserError("nothing was asked; give a question")
    if len(question) > LONGEST_QUESTION:
        raise UserError(f"the question has {len(question)} characters; at most {LONGEST_QUESTION} are read")
    return question.strip()


def narrowed(within: Any) -> dict[str, Any]:
    """What the assistant is given of a filter; nothing where none is."""
    if not isinstance(within or "", str):
        raise UserError("within is no text; give a filter, as in: source:minutes/ published:2023..")
    filter = Filter.parse(within or "")
    return {"within": filter} if filter else {}


def checked_turns(turns: Any) -> list[Turn]:
    """The questions asked before."""
    if turns is None:
        return []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise UserError('turns is no list of objects; give [{"question": "..."}], oldest first')
    return [Turn(checked(turn.get("question"))) for turn in turns]
