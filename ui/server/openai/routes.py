"""``/v1/chat/completions`` and ``/v1/models``, as OpenAI's clients call them.

Questions wait in the same line and under the same limits as the page's. A client that hangs up stops the work
on its question. Problems come as OpenAI's error objects.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from threading import Event as Signal
from threading import Thread
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from assistant.answers import Answer
from assistant.pipeline import Assistant
from assistant.readers.llm.client import ASKS_ITSELF, USER_AGENT
from index.text.language import detect_language
from ui.asking import answering_in_turn, entered
from ui.queueing import QuestionQueue, Ticket, TooManyQuestions
from ui.render import ShownTurn
from ui.server.libraries import ServedLibrary
from ui.server.openai.asked import MODEL, AskedChat, NotAsked, asked_chat, check_model
from ui.server.openai.message import body_of, fields_of, foot_of, state_of, written_so_far
from ui.server.openai.words import message_words_in
from ui.server.visitors import visitor_of
from ui.words import words_in

LONGEST_BODY = 8 << 20  # bytes
HUNG_UP = 499  # of nobody who reads it
SILENCE = 5.0  # seconds


def completion_routes(served: Sequence[ServedLibrary], queue: QuestionQueue, root_path: str) -> APIRouter:
    """The routes; each library is a model, and ``queue`` is the line of the pages."""
    router = APIRouter()
    libraries = {f"{MODEL}{library.path}": library for library in served}
    told = {"object": "model", "created": int(time.time()), "owned_by": "majlis"}

    @router.get("/v1/models")
    async def models() -> Response:
        return _json({"object": "list", "data": [{"id": name, **told} for name in libraries]})

    @router.get("/v1/models/{name:path}")
    async def one_model(name: str) -> Response:
        try:
            check_model(name, [*libraries])
        except NotAsked as problem:
            return problem_response(problem)
        return _json({"id": name, **told})

    @router.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        if request.headers.get("user-agent") == USER_AGENT:  # whatever name or number led it here
            told = "Majlis asks itself here: its own --llm-url has to be the address of a model"
            return problem_response(NotAsked(told, None, ASKS_ITSELF))
        try:
            asked = asked_chat(await _body(request), [*libraries])
        except NotAsked as problem:
            return problem_response(problem)
        try:
            ticket = entered(queue, visitor_of(request))
        except TooManyQuestions as error:
            wait = {"retry-after": str(max(error.seconds, 1))}
            return problem_response(NotAsked(str(error), None, "rate_limit_exceeded", 429), wait)
        library = libraries[asked.model]
        asking = _Asking(library.assistant, asked, ticket)
        address = f"{request.url.scheme}://{request.headers['host']}{root_path}{library.path}/"
        if asked.stream:
            return _Stream(_streamed(asking, asked, address), asking.stop)
        turn = await _answered(asking, request)
        if turn is None:
            return Response(status_code=HUNG_UP)
        return _completed(turn, asked.model, address) if turn.answer else problem_response(_problem(turn))

    @router.api_route("/v1/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def elsewhere(path: str) -> Response:
        told = f"/v1/{path[:100]} cannot be had here in this way; POST /v1/chat/completions, GET /v1/models"
        return problem_response(NotAsked(told, None, "unknown_url", 404))

    return router


def problem_response(problem: NotAsked, headers: dict[str, str] | None = None) -> Response:
    """The problem as OpenAI's clients read it."""
    return _json(_error(problem), problem.status, headers)


class _Asking:
    """A question that a thread of its own waits and works for, and what comes of it, in an event loop."""

    def __init__(self, assistant: Assistant, asked: AskedChat, ticket: Ticket) -> None:
        self.stop = Signal()
        self._come: asyncio.Queue[ShownTurn | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        turns = answering_in_turn(
            ticket,
            assistant,
            asked.question,
            asked.turns,
            words_in(detect_language(asked.question)),
            within=asked.within,
            literally=asked.literally,
            stop=self.stop,
        )
        Thread(target=self._run, args=(turns,), daemon=True).start()

    async def turns(self) -> AsyncIterator[ShownTurn]:
        """The turn as it is worked on; none once it was stopped."""
        while (turn := await self._come.get()) is not None:
            yield turn

    def _run(self, turns: Iterator[ShownTurn]) -> None:
        for turn in turns:
            self._tell(turn)
        self._tell(None)

    def _tell(self, turn: ShownTurn | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._come.put_nowait, turn)


class _Stream(StreamingResponse):
    """Server-sent events; whatever ends them, the work behind them is stopped."""

    def __init__(self, events: AsyncIterator[bytes], stop: Signal) -> None:
        headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stop.set()


async def _streamed(asking: _Asking, asked: AskedChat, address: str) -> AsyncIterator[bytes]:
    """The events: what is written as it comes, then sources, how it was answered, and ``[DONE]``."""
    head = _head("chat.completion.chunk", asked.model)
    usage: dict[str, Any] = {"usage": None} if asked.usage else {}
    language = detect_language(asked.question)

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(head | {"choices": [choice]} | usage | more)

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    sent, told_at = "", time.monotonic()
    async for turn in asking.turns():
        if turn.problem:
            yield _event(_error(_problem(turn)))
        elif turn.answer:
            body = body_of(turn.answer)
            if not body.startswith(sent):
                body = f"{sent}\n\n{message_words_in(language).anew}\n\n{body}"
            whole = body + foot_of(turn.answer, address)
            yield chunk({"content": whole[len(sent) :]})
            told = fields_of(turn.answer, whole, address)
            yield chunk(told, "stop", majlis=state_of(turn.answer))
            if asked.usage:
                yield _event(head | {"choices": [], "usage": _usage(turn.answer)})
        elif turn.event and turn.event.draft:
            written = written_so_far(turn.event.draft, language)
            if len(written) > len(sent) and written.startswith(sent):
                yield chunk({"content": written[len(sent) :]})
                sent = written
        if time.monotonic() - told_at > SILENCE:
            told_at = time.monotonic()
            yield b": working\n\n"  # a comment, so that nothing in between takes the line for dead
    yield b"data: [DONE]\n\n"


def _completed(turn: ShownTurn, model: str, address: str) -> Response:
    assert turn.answer
    content = body_of(turn.answer) + foot_of(turn.answer, address)
    message = {"role": "assistant", "content": content, "refusal": None}
    message |= fields_of(turn.answer, content, address)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    head = _head("chat.completion", model)
    return _json(head | {"choices": [choice], "usage": _usage(turn.answer), "majlis": state_of(turn.answer)})


async def _answered(asking: _Asking, request: Request) -> ShownTurn | None:
    """What came of the question in the end; None where the client hung up before."""

    async def last() -> ShownTurn | None:
        came = None
        async for turn in asking.turns():
            came = turn
        return came

    answering = asyncio.create_task(last())
    hanging_up = asyncio.create_task(_hung_up(request))
    try:
        await asyncio.wait({answering, hanging_up}, return_when=asyncio.FIRST_COMPLETED)
        return answering.result() if answering.done() else None
    finally:
        asking.stop.set()
        answering.cancel()
        hanging_up.cancel()


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _body(request: Request) -> Any:
    data = b""
    async for piece in request.stream():
        data += piece
        if len(data) > LONGEST_BODY:
            raise NotAsked(f"the body has more than {LONGEST_BODY >> 20} MB; send less", status=413)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAsked(f"the body is no JSON ({type(error).__name__})") from None


def _problem(turn: ShownTurn) -> NotAsked:
    """What kept the question from being answered: nothing that another question would mend."""
    return NotAsked(turn.problem, None, "not_answered", 500)


def _head(kind: str, model: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": kind,
        "created": int(time.time()),
        "model": model,
        "system_fingerprint": None,
    }


def _usage(answer: Answer) -> dict[str, int]:
    """What a model took, where one wrote; else nothing was counted in tokens."""
    asked = answer.writing.prompt_tokens if answer.writing else 0
    said = answer.writing.completion_tokens if answer.writing else 0
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _error(problem: NotAsked) -> dict[str, Any]:
    kind = {429: "rate_limit_error", 500: "server_error"}.get(problem.status, "invalid_request_error")
    told = {"message": str(problem), "type": kind, "param": problem.param, "code": problem.code}
    return {"error": told}


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + _bytes(data) + b"\n\n"


def _json(data: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_bytes(data), status, headers, media_type="application/json")


def _bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
