"""A model's answer over HTTP: as it comes, broken off at once, and every way in which it does not come."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from scripted_model import Reply, ScriptedModel, scripted_model

from assistant.readers.llm.client import Message, ModelStream
from assistant.readers.llm.endpoint import Endpoint
from assistant.readers.llm.failures import ModelFailure

ASKED: list[Message] = [{"role": "user", "content": "Who dug the canal?"}]
KEY = "sk-secret-1234"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model(key=KEY) as running:
        yield running


def asked(model: ScriptedModel, *replies: Reply | str, timeout: float = 5.0, limit: int = 50) -> ModelStream:
    model.say(*replies)
    model.requests.clear()
    return ModelStream(Endpoint(model.url, "scripted", KEY, timeout=timeout), ASKED, limit)


def failure_of(stream: ModelStream) -> ModelFailure:
    with stream, pytest.raises(ModelFailure) as failure:
        list(stream.pieces(lambda: None))
    return failure.value


def test_the_words_come_one_by_one_with_what_they_cost(model: ScriptedModel) -> None:
    with asked(model, "Mary Oakes did [1].") as stream:
        assert list(stream.pieces(lambda: None)) == ["Mary ", "Oakes ", "did ", "[1]."]
    assert (stream.prompt_tokens, stream.completion_tokens, stream.cut) == (4, 4, False)
    assert model.requests == [
        {
            "model": "scripted",
            "messages": ASKED,
            "stream": True,
            "temperature": 0.0,
            "max_tokens": 50,
            "stream_options": {"include_usage": True},
        }
    ]


def test_only_what_the_protocol_needs_is_sent(model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "of-another-service")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Of: of-another-service")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # what is on this machine is asked without it
    with asked(model, "Yes.") as stream:
        assert list(stream.pieces(lambda: None)) == ["Yes."]
    sent = {name.lower(): text for name, text in model.headers[-1].items()}
    assert sent.keys() == {
        *("host", "accept", "accept-encoding", "connection", "content-type", "content-length"),
        *("user-agent", "authorization"),
    }
    assert sent["user-agent"] == "majlis"
    assert sent["authorization"] == f"Bearer {KEY}"
    assert "of-another-service" not in str(sent)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("Mary Oakes did it.", drop_after=2), "dropped"),
        (Reply(status=429, headers=(("Retry-After", "60"),)), "busy"),
        (Reply(status=429, headers=(("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),)), "busy"),
        (Reply(status=401), "key"),
        (Reply(status=403), "key"),
        (Reply(status=404), "model"),
        (Reply(status=400, message="maximum context length is 2048 tokens"), "window"),
        (Reply(status=418), "refused"),
        (Reply(status=302, headers=(("Location", "http://127.0.0.1:9/"),)), "refused"),
        (Reply(status=500), "broken"),
        (Reply(raw=b"<html>hello</html>", raw_type="text/html"), "malformed"),
        (Reply(raw=b""), "malformed"),
        (Reply(raw=b"data: {not json\n\n"), "malformed"),
        (Reply(raw=b"data: 3\n\n"), "malformed"),
        (Reply(raw=b'data: {"choices": [3]}\n\n'), "malformed"),
        (Reply(raw=b'data: {"choices": [{"delta": "x"}]}\n\n'), "malformed"),
        (Reply(raw=b'{"choices": []}', raw_type="application/json"), "malformed"),
        (Reply(raw=b'data: {"error": {"message": "out of memory"}}\n\n'), "refused"),
        (Reply(raw=b'data: {"choices": [{"delta": {"content": "Ma"}}]}\n\n'), "dropped"),
    ],
)
def test_each_way_not_to_answer_has_its_reason(model: ScriptedModel, reply: Reply, reason: str) -> None:
    assert failure_of(asked(model, reply)).reason == reason
    assert len(model.requests) == 1


def test_a_busy_endpoint_is_asked_once_more(model: ScriptedModel) -> None:
    busy = Reply(status=429, headers=(("Retry-After", "0.05"),))
    with asked(model, busy, "Yes.") as stream:
        assert list(stream.pieces(lambda: None)) == ["Yes."]
    assert failure_of(asked(model, busy, busy, "Yes.")).reason == "busy"
    assert len(model.requests) == 2


def test_what_an_endpoint_does_not_know_is_left_out(model: ScriptedModel) -> None:
    def newer(body: dict[str, object]) -> Reply | str:
        if "max_tokens" in body:
            return Reply(status=400, message="'max_tokens' is not known: use 'max_completion_tokens'")
        if "temperature" in body:
            return Reply(status=422, message="'temperature' is fixed")
        return "Yes."

    stream = asked(model, "")
    model.respond = newer
    with stream:
        assert list(stream.pieces(lambda: None)) == ["Yes."]
    assert model.requests[-1].keys() == {
        "model",
        "messages",
        "stream",
        "max_completion_tokens",
        "stream_options",
    }


def test_an_answer_that_meets_its_limit_or_none_is_cut(model: ScriptedModel) -> None:
    with asked(model, Reply("Mary Oakes did", finish="length")) as stream:
        assert "".join(stream.pieces(lambda: None)) == "Mary Oakes did"
    assert stream.cut
    with asked(model, "on " * 500, limit=10) as stream:
        assert len("".join(stream.pieces(lambda: None))) < 100
    assert stream.cut


@pytest.mark.parametrize("reply", [Reply("Mary Oakes", before=9), Reply("Mary Oakes did", hang_after=1)])
def test_silence_is_waited_for_only_so_long_and_the_connection_is_closed(
    model: ScriptedModel, reply: Reply
) -> None:
    model.hung_up.clear()
    began = time.monotonic()
    assert failure_of(asked(model, reply, timeout=0.3)).reason == "slow"
    assert time.monotonic() - began < 2
    assert model.hung_up.wait(2)


@pytest.mark.parametrize("reply", [Reply("Mary Oakes", before=9), Reply("Mary Oakes did", hang_after=1)])
def test_whoever_waits_can_stop_at_any_moment(model: ScriptedModel, reply: Reply) -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    model.hung_up.clear()
    began = time.monotonic()
    with pytest.raises(Stopped), asked(model, reply) as stream:
        list(stream.pieces(stop))
    assert time.monotonic() - began < 1
    assert model.hung_up.wait(1)


def test_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for url in ("http://127.0.0.1:9/v1", "http://nowhere.invalid/v1"):
        assert failure_of(ModelStream(Endpoint(url, "m", timeout=3), ASKED, 5)).reason == "unreachable"


def test_a_wrong_key_is_told_without_the_key(model: ScriptedModel) -> None:
    wrong = Endpoint(model.url, "scripted", "sk-wrong-5678")
    failure = failure_of(ModelStream(wrong, ASKED, 5))
    assert failure.reason == "key"
    for language in ("en", "ar"):
        assert "sk-wrong" not in failure.notice(wrong, language, instead=True)
    echoed = failure_of(asked(model, Reply(status=418, message=f"who is {KEY}?")))
    notice = echoed.notice(Endpoint(model.url, "m", KEY), "en", instead=False)
    assert KEY not in notice
    assert "HTTP 418: who is …?" in notice
    assert KEY not in repr(replace(wrong, key=KEY))
