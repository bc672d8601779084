"""A server that speaks the OpenAI protocol and says what a test scripts: well, slowly, wrongly or not at all.

    with scripted_model("The tower is 41 metres high [1].") as model:
        ...  # model.url is the endpoint; model.requests what it was asked

It answers ``/v1/chat/completions``, streamed and not, and ``/v1/models``.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

MODEL = "scripted"


@dataclass(frozen=True)
class Reply:
    """What is sent back, and how it goes wrong.

    ``pieces``: what is streamed, the text word by word where there are none. ``drop_after``: so many pieces
    come and the connection closes. ``hang_after``: so many come and then nothing, till the other hangs up.
    ``raw``: these bytes in place of a body.
    """

    text: str = ""
    pieces: tuple[str, ...] = ()
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    message: str = "as scripted"  # of an error
    raw: bytes | None = None
    raw_type: str = "text/event-stream"
    before: float = 0.0  # seconds before anything comes
    between: float = 0.0  # seconds between pieces
    drop_after: int | None = None
    hang_after: int | None = None
    finish: str = "stop"
    usage: bool = True

    @property
    def streamed(self) -> tuple[str, ...]:
        return self.pieces or tuple(
            word + " " * (number < self.text.count(" ")) for number, word in enumerate(self.text.split(" "))
        )


Respond = Callable[[dict[str, Any]], Reply | str]


@dataclass
class ScriptedModel:
    """The server while it runs; ``respond`` may be replaced between questions."""

    respond: Respond
    key: str = ""  # that a request must bring, where there is one
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)  # their bodies
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: Event = field(default_factory=Event)  # the other closed the connection before the end

    def say(self, *replies: Reply | str) -> None:
        """These one after the other from now on, the last of them again and again."""
        left = list(replies)
        self.respond = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def prompt(self, number: int = -1) -> str:
        """All that the model was sent with a request, as one text."""
        return "\n\n".join(str(message["content"]) for message in self.requests[number]["messages"])


def make_handler(model: ScriptedModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            one = {"id": MODEL, "object": "model", "created": 0, "owned_by": "test"}
            self.send_json(200, {"object": "list", "data": [one]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if model.key and self.headers.get("Authorization") != f"Bearer {model.key}":
                self.send_json(
                    401, {"error": {"message": "Incorrect API key provided", "code": "invalid_key"}}
                )
                return
            if not self.path.endswith("/chat/completions"):
                self.send_json(404, {"error": {"message": f"no such path: {self.path}"}})
                return
            model.requests.append(body)
            model.headers.append(dict(self.headers.items()))
            reply = model.respond(body)
            reply = Reply(reply) if isinstance(reply, str) else reply
            try:
                self.reply(body, reply)
            except (BrokenPipeError, ConnectionResetError):
                model.hung_up.set()
                self.close_connection = True

        def reply(self, body: dict[str, Any], reply: Reply) -> None:
            if reply.before:
                self.wait(reply.before)
            if reply.raw is not None:
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.raw_type)
                self.send_header("Content-Length", str(len(reply.raw)))
                self.end_headers()
                self.wfile.write(reply.raw)
            elif reply.status != 200:
                self.send_json(reply.status, {"error": {"message": reply.message}}, reply.headers)
            elif body.get("stream"):
                self.stream(body, reply)
            else:
                self.send_json(200, completion(body, reply))

        def stream(self, body: dict[str, Any], reply: Reply) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.send_event(chunk({"role": "assistant", "content": ""}))
            for number, piece in enumerate(reply.streamed):
                if reply.drop_after == number:
                    self.close_connection = True
                    return
                if reply.hang_after == number:
                    self.wait(60)
                if number and reply.between:
                    self.wait(reply.between)
                self.send_event(chunk({"content": piece}))
            self.send_event(chunk({}, reply.finish))
            if reply.usage and (body.get("stream_options") or {}).get("include_usage"):
                self.send_event(chunk(None) | {"choices": [], "usage": usage(body, reply)})
            self.send_bytes(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def wait(self, seconds: float) -> None:
            """Waits so long, or till the other hangs up: then a ``BrokenPipeError``."""
            until = time.monotonic() + seconds
            self.connection.settimeout(0.02)
            try:
                while (left := until - time.monotonic()) > 0:
                    try:
                        if not self.connection.recv(1):
                            raise BrokenPipeError
                    except TimeoutError:
                        time.sleep(min(left, 0.01))
            finally:
                self.connection.settimeout(None)

        def send_event(self, event: dict[str, Any]) -> None:
            self.send_bytes(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

        def send_bytes(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

        def send_json(self, status: int, value: Any, headers: tuple[tuple[str, str], ...] = ()) -> None:
            data = json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, text in headers:
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(data)

    return Handler


def chunk(delta: dict[str, Any] | None, finish: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": MODEL,
    }
    return made | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def completion(body: dict[str, Any], reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(reply.streamed)}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        "usage": usage(body, reply),
    }


def usage(body: dict[str, Any], reply: Reply) -> dict[str, int]:
    asked = sum(len(str(message["content"]).split()) for message in body["messages"])
    said = len(reply.streamed)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: that the other hangs up is what tests do."""


@contextmanager
def scripted_model(
    respond: Respond | Reply | str = "", *, key: str = "", port: int = 0
) -> Iterator[ScriptedModel]:
    """A model on a free port of this machine that says what is scripted, till the block ends."""
    model = ScriptedModel(respond if callable(respond) else lambda _: respond, key)
    server = _Server(("127.0.0.1", port), make_handler(model))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
