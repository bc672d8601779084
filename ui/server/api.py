"""What programs may call by name: ask, search, articles, through gradio_client, HTTP or MCP.

The objects are those that ``majlis ask --json``, ``search --json`` and ``index list --json`` print, but for
``source``: of a file only its name is told, never where it lies on the server. Questions wait in the same line
and under the same limits as the page's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

import gradio as gr

from assistant.answers import answer_to_json, hits_to_json
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from index.errors import UserError
from ui.queueing import QuestionQueue
from ui.request_log import record
from ui.visitors import visitor_of

LONGEST = 2000  # characters of a question
MOST = 1000  # passages of a search


def add_endpoints(app: gr.Blocks, assistant: Assistant, queue: QuestionQueue) -> None:
    """Adds the named endpoints to a page; their docstrings are what programs are told of them."""

    def ask(question: str, turns: list[dict[str, Any]] | None = None, request: gr.Request = None) -> dict[str, Any]:  # type: ignore[assignment]  # noqa: E501
        """Answer a question from the articles, with the sentences it stands on, or abstain.

        Args:
            question: the question, in Arabic or English
            turns: the questions asked before it, oldest first: [{"question": "..."}]
        """
        with answered("ask", queue, request) as outcome:
            before = [Turn(checked(turn.get("question"))) for turn in turns or []]
            answer = assistant.answer(checked(question), before)
            outcome.append(answer.certainty)
            return without_paths(answer_to_json(answer))

    def search(question: str, k: int = 10, request: gr.Request = None) -> dict[str, Any]:  # type: ignore[assignment]
        """Find the passages nearest to a question, best first, without an answer.

        Args:
            question: the question or the words to look for, in Arabic or English
            k: how many passages, 1 to 1000
        """
        with answered("search", queue, request) as outcome:
            if not 1 <= k <= MOST:
                raise UserError(f"k is {k}; give it a whole number from 1 to {MOST}")
            hits = assistant.search(checked(question), k)
            outcome.append("found" if hits else "nothing")
            return {"question": question, "hits": hits_to_json(hits)}

    def articles(request: gr.Request = None) -> list[dict[str, Any]]:  # type: ignore[assignment]
        """List the articles of the library: id, title, language, source and number of passages."""
        with answered("articles", queue, request) as outcome:
            listed = [without_paths(asdict(article)) for article in assistant.library.articles()]
            outcome.append("listed")
            return listed

    endpoints = {endpoint.__name__: endpoint for endpoint in (ask, search, articles)}
    for event in app.fns.values():
        if event.api_name in endpoints:  # the page's own events have no name that anybody calls
            event.api_name = f"page_{event.api_name}"
    with app:
        for name, endpoint in endpoints.items():
            gr.api(endpoint, api_name=name, concurrency_limit=None)


@contextmanager
def answered(endpoint: str, queue: QuestionQueue, request: gr.Request) -> Iterator[list[str]]:
    """The block's turn in the line; what the caller can mend reaches it as a message."""
    visitor, began = visitor_of(request), time.monotonic()
    outcome: list[str] = []
    try:
        ticket = queue.enter(visitor)
        try:
            while ticket.ahead(60.0) is not None:
                pass
            yield outcome
        finally:
            ticket.leave()
    except UserError as error:
        outcome = ["problem"]
        raise gr.Error(str(error), print_exception=False) from None
    finally:
        record(time.monotonic() - began, visitor, endpoint=endpoint, outcome=(outcome or ["error"])[0])


def checked(question: Any) -> str:
    """The question, if it is one."""
    if not isinstance(question, str) or not question.strip():
        raise UserError("nothing was asked; give a question")
    if len(question) > LONGEST:
        raise UserError(f"the question has {len(question)} characters; at most {LONGEST} are read")
    return question.strip()


def without_paths(value: Any) -> Any:
    """The same with each ``source`` and ``origin`` that is a path on this machine cut to its file's name."""
    if isinstance(value, dict):
        return {
            key: file_name(held) if key in ("source", "origin") and isinstance(held, str) else without_paths(held)
            for key, held in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_paths(held) for held in value]
    return value


def file_name(source: str) -> str:
    path = PurePath(source)
    return path.name if path.is_absolute() else source
