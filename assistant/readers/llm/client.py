"""A model's answer as it comes, piece by piece, from any OpenAI-compatible endpoint.

The request runs in a thread with an event loop of its own, so that it can be broken off at any moment: while
nothing comes, whoever waits is asked ten times a second, and leaving the block closes the connection at once.
Only what the protocol needs is sent: no header of the client library's about this machine, nothing that
``OPENAI_*`` in the environment says. A redirect is not followed, and what is on this machine is asked without
a proxy, so that questions go where the person said and nowhere else.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from assistant.readers.llm.endpoint import Endpoint
from assistant.readers.llm.failures import ModelFailure

Message = dict[str, str]  # role, content
GLANCE = 0.1  # seconds between two looks at whether to stop
CONNECTING = 10.0  # seconds till a connection must stand
RETRY_WITHIN = 5.0  # seconds of a Retry-After that are waited for, once
LETTERS_A_TOKEN = 8  # of a piece, at most: an endpoint that heeds no limit is cut off
USER_AGENT = "majlis"  # by which an endpoint of this program knows that it would ask itself
ASKS_ITSELF = "asks_itself"  # the code of the problem that it tells then
ASKED_AGAIN = 3  # times, without what the endpoint does not know
_SENT = {"host", "accept", "accept-encoding", "connection", "content-length", "content-type", "user-agent"}


class ModelStream:
    """One answer of the model; used in a ``with`` block, and ``pieces`` taken once.

    ``prompt_tokens``, ``completion_tokens``: 0 where the endpoint does not say. ``cut``: it met its limit.
    """

    def __init__(
        self, endpoint: Endpoint, messages: Sequence[Message], limit: int, timeout: float | None = None
    ) -> None:
        self._endpoint = endpoint
        self._messages = list(messages)
        self._limit = limit
        self._timeout = timeout or endpoint.timeout
        self._queue: Queue[str | ModelFailure | None] = Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._left = False
        self._heard = float("inf")  # when something came last; from when it is asked
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.cut = False

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._run, name="asks the model", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = True
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop has closed by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(1.0)

    def pieces(self, waiting: Callable[[], None]) -> Iterator[str]:
        """The text as it comes; ``ModelFailure`` where it does not, or not to its end.

        ``waiting`` is called whenever nothing has come for a moment; what it raises ends the request.
        """
        letters = 0
        while True:
            try:
                piece = self._queue.get(timeout=GLANCE)
            except Empty:
                waiting()
                if time.monotonic() - self._heard > self._timeout:
                    raise ModelFailure("slow") from None
                continue
            if piece is None:
                return
            if isinstance(piece, ModelFailure):
                raise piece
            self._heard, letters = time.monotonic(), letters + len(piece)
            yield piece
            if letters > LETTERS_A_TOKEN * self._limit:
                self.cut = True
                return

    def _run(self) -> None:
        try:
            asyncio.run(self._ask())
        except asyncio.CancelledError:
            pass
        except ModelFailure as failure:
            self._queue.put(failure)
        else:
            self._queue.put(None)

    async def _ask(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._left:
            return
        import openai

        async with self._client() as client:
            try:
                async with await self._begin(client) as stream:
                    await self._take(stream)
            except openai.APIError as error:
                raise self._failure(error, openai) from None

    def _client(self) -> Any:
        import openai

        endpoint = self._endpoint

        async def bare(request: Any) -> None:
            for name in [name for name in request.headers if name.lower() not in _SENT]:
                del request.headers[name]
            request.headers["user-agent"] = USER_AGENT
            if endpoint.key:
                request.headers["authorization"] = f"Bearer {endpoint.key}"

        return openai.AsyncOpenAI(
            base_url=endpoint.url,
            api_key=endpoint.key or "none",
            admin_api_key="",
            organization="",
            project="",
            max_retries=0,
            timeout=openai.Timeout(self._timeout, connect=min(CONNECTING, self._timeout)),
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                trust_env=not endpoint.is_here,
                verify=endpoint.url.startswith("https:"),  # making a context for none takes its time
                event_hooks={"request": [bare]},
            ),
        )

    async def _begin(self, client: Any) -> Any:
        """The stream; asked once more after a 429, and without what the endpoint says it does not know."""
        import openai

        options: dict[str, Any] = {
            "temperature": 0.0,
            "max_tokens": self._limit,
            "stream_options": {"include_usage": True},
        }
        waited, tries = False, 0
        create = client.chat.completions.create  # it is loaded when first named, which takes its time
        self._heard = time.monotonic()
        while True:
            try:
                return await create(
                    model=self._endpoint.model, messages=self._messages, stream=True, **options
                )
            except openai.RateLimitError as error:
                seconds = _retry_after(error.response.headers.get("retry-after"))
                if waited or seconds is None:
                    raise
                waited = True
                await asyncio.sleep(seconds)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                unknown = next((name for name in options if name in str(error)), None)
                if unknown is None or tries == ASKED_AGAIN:
                    raise
                tries += 1
                value = options.pop(unknown)
                if unknown == "max_tokens" and "max_completion_tokens" in str(error):
                    options["max_completion_tokens"] = value

    async def _take(self, stream: Any) -> None:
        """Puts the pieces; ``ModelFailure`` where the stream does not come to its end."""
        any_chunk, finish = False, ""
        try:
            async for chunk in stream:
                if self._left:
                    return
                any_chunk = True
                if usage := getattr(chunk, "usage", None):
                    self.prompt_tokens = int(usage.prompt_tokens or 0)
                    self.completion_tokens = int(usage.completion_tokens or 0)
                for choice in chunk.choices or ():
                    if choice.delta is not None and (text := choice.delta.content):
                        self._queue.put(str(text))
                    finish = choice.finish_reason or finish
        except (ValueError, TypeError, AttributeError, KeyError):  # no JSON, or JSON of something else
            raise ModelFailure("malformed") from None
        if not any_chunk:
            raise ModelFailure("malformed")
        if not finish:
            raise ModelFailure("dropped")
        self.cut = finish == "length"

    def _failure(self, error: Any, openai: Any) -> ModelFailure:
        if isinstance(error, openai.APITimeoutError):
            connecting = type(error.__cause__).__name__ == "ConnectTimeout"
            return ModelFailure("unreachable" if connecting else "slow")
        if isinstance(error, openai.APIConnectionError):
            cause = type(error.__cause__).__name__
            return ModelFailure("unreachable" if cause == "ConnectError" else "dropped")
        if getattr(error, "code", None) == ASKS_ITSELF:
            return ModelFailure("itself")
        detail = str(getattr(error, "message", ""))
        status = getattr(error, "status_code", None)
        if self._endpoint.key:
            detail = detail.replace(self._endpoint.key, "…")
        if status is None:  # an error that came in the stream
            return ModelFailure("refused" if detail else "malformed", detail)
        if status in (401, 403):
            return ModelFailure("key" if self._endpoint.key else "no key")
        if status == 404:
            return ModelFailure("model")
        if status == 429:
            return ModelFailure("busy")
        if status in (400, 413, 422) and ("context" in detail.lower() or status == 413):
            return ModelFailure("window")
        said = detail.partition(" - ")[2]  # what the client library puts before it says the same
        detail = f"HTTP {status}: {said}" if said else f"HTTP {status}"
        return ModelFailure("broken" if status >= 500 else "refused", detail)


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait; None where that is longer than a person would."""
    try:
        seconds = float(value) if value else 1.0
    except ValueError:  # a date
        return None
    return seconds if 0 <= seconds <= RETRY_WITHIN else None
