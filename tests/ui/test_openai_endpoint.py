"""Majlis as a model: OpenAI's own client against the server, streamed and not, and what it is refused."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from commands import run, told
from observatory import (
    ARABIC,
    ENGLISH,
    EVIL,
    NOWHERE,
    NOWHERE_ARABIC,
    SHORT,
    SHORT_ARABIC,
    KnownAnswers,
    open_observatory,
)
from serving import serving

from assistant.answers import Answer, Citation, Draft, Event, OnEvent, Statement, Writing, cite
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.readers.llm import ModelReader
from assistant.readers.llm.endpoint import Endpoint
from assistant.readers.sentence import SentenceReader
from ui.server.openai.message import body_of, said_before, written_so_far
from ui.server.serving import serve_app
from ui.server.sign_in.people import set_password

ROOT = Path(__file__).parent.parent.parent
WRITE = "Write about the comet."
WRITE_ARABIC = "اكتب عن المذنب."
FAIL = "Write, and break off."
ENDLESS = "Read without end."
WRITTEN = {
    WRITE: (
        "What is known:\n• Ada Birch saw the comet first.\n• It had 12 *tails* & <b>two</b> moons.\n\n"
        "1. She drew it."
    ),
    WRITE_ARABIC: "رصدت آدا بيرش المذنب أولًا. كان له 12 ذيلًا. ورسمته كل ليلة.",
}


class Writer(KnownAnswers):
    """Known answers, and two that are written word by word: their second sentence stands in no article."""

    ended = threading.Event()
    begun = threading.Event()

    def answer(
        self, question: str, turns: Sequence[Turn] = (), on_event: OnEvent | None = None, **told: Any
    ) -> Answer:
        assert on_event
        if question == ENDLESS:
            self.ended.clear()
            try:
                while True:
                    on_event(Event("reading", 1, 6))
                    self.begun.set()
                    time.sleep(0.01)
            finally:
                self.ended.set()
        if question not in WRITTEN and question != FAIL:
            return super().answer(question, turns, on_event, **told)
        text = WRITTEN[WRITE if question == FAIL else question]
        made = written(text, [self.article("comet"), self.article("mudhannab")], question)
        words = re.findall(r"\S+\s*", text)
        for number in range(1, len(words) + 1):
            so_far = "".join(words[:number])
            whole = tuple(one for one in made.statements if one.end <= len(so_far))
            on_event(Event("writing", draft=Draft(so_far, made.language, whole, made.citations)))
            time.sleep(0.01)
            if question == FAIL and len(whole) == 2:
                return super().answer(ENGLISH, turns, on_event, **told)
        return made


def written(text: str, articles: Sequence[Any], question: str) -> Answer:
    sentences = [found.span() for found in re.finditer(r"(?:(?<=• )|(?<=1\. )|(?<=[.] )|^)[^.:]+[.]", text)]
    figure = text.index("12")
    numbers: list[tuple[int, ...]] = [(1,), (), (1, 2)]
    statements = tuple(
        Statement(start, end, cited, bool(cited), () if cited else ((figure, figure + 2),))
        for (start, end), cited in zip(sentences, numbers, strict=True)
    )
    citations: tuple[Citation, ...] = tuple(
        cite(number, article, 0, article.text.index(".") + 1) for number, article in enumerate(articles, 1)
    )
    language = "ar" if "؟" in text or "كان" in text else "en"
    return Answer(
        question, question, text, language, citations, 0.9, (), {}, statements=statements,
        writing=Writing("scripted", 120, 30),
    )  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    opened = open_observatory(tmp_path_factory.mktemp("openai") / "library")
    return Writer(opened.library, opened.settings, opened.reader)


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant, per_minute=0) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0) as client:
        yield client


def asked(client: openai.OpenAI, *said: str, **options: Any) -> Any:
    """What is answered to the last of what was said in turn by a person and the assistant."""
    messages: list[Any] = [
        {"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(said)
    ]
    return client.chat.completions.create(model="majlis", messages=messages, **options)


def streamed(client: openai.OpenAI, question: str, **options: Any) -> tuple[list[str], list[Any]]:
    """The pieces of the text, and all chunks."""
    chunks = list(asked(client, question, stream=True, **options))
    pieces = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    return pieces, chunks


def test_the_models_are_one(client: openai.OpenAI) -> None:
    [model] = client.models.list()
    assert (model.id, model.object, model.owned_by) == ("majlis", "model", "majlis")
    assert abs(model.created - time.time()) < 600
    assert client.models.retrieve("majlis") == model
    with pytest.raises(openai.NotFoundError) as error:
        client.models.retrieve("gpt-5")
    assert (error.value.code, error.value.param) == ("model_not_found", "model")


@pytest.mark.parametrize(
    ("question", "words", "article", "sources", "otherwise"),
    [
        (SHORT, "Ada Birch [1][2]", "comet", "**Sources**", "**Another article says otherwise:** Karl Moss"),
        (SHORT_ARABIC, "آدا بيرش [1][2]", "mudhannab", "**المصادر**", "**مقال آخر يقول غير ذلك:** Karl Moss"),
    ],
)
def test_an_answer_has_its_marks_its_sources_and_both_as_fields(
    client: openai.OpenAI, address: str, question: str, words: str, article: str, sources: str, otherwise: str
) -> None:
    answer = asked(client, question)
    assert re.fullmatch(r"chatcmpl-[0-9a-f]{24}", answer.id)
    assert (answer.object, answer.model, len(answer.choices)) == ("chat.completion", "majlis", 1)
    assert abs(answer.created - time.time()) < 60
    assert answer.usage.total_tokens == 0
    [choice] = answer.choices
    assert (choice.index, choice.finish_reason, choice.message.role) == (0, "stop", "assistant")
    content = choice.message.content
    assert content.startswith(f"{words}\n\n{otherwise} [3]\n\n{sources}\n\n[1] [")
    quote, link = re.search(r"\]\((http\S+)\)\n> (.+)", content).group(2, 1)  # type: ignore[union-attr]
    [first, *_] = choice.message.citations
    assert (first["article_id"], first["quote"], first["url"]) == (article, quote, link)
    assert first["source"] == f"{article}.txt"
    assert link.startswith(f"{address}?article={article}&at={first['start']}-{first['end']}&hash=")
    assert [one.url_citation.url for one in choice.message.annotations] == [
        one["url"] for one in choice.message.citations
    ]
    marks = [
        content[a.url_citation.start_index : a.url_citation.end_index] for a in choice.message.annotations
    ]
    assert marks == ["[1]", "[2]", "[3]"]
    state = answer.majlis
    assert (state["certainty"], state["abstained"], state["answer"]) == ("sure", False, words[:-7])
    assert state["alternatives"][0]["answer"] == "Karl Moss"
    assert "/articles/" not in answer.model_dump_json()


def test_a_link_opens_the_quote_in_its_article(client: openai.OpenAI, address: str) -> None:
    link = asked(client, ENGLISH).choices[0].message.citations[0]["url"]
    assert httpx.get(link, headers={"accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("question", [ENGLISH, ARABIC, SHORT, NOWHERE])
def test_a_stream_says_the_same_as_an_answer_that_comes_at_once(client: openai.OpenAI, question: str) -> None:
    whole = asked(client, question)
    pieces, chunks = streamed(client, question, stream_options={"include_usage": True})
    assert "".join(pieces) == whole.choices[0].message.content
    assert len({(chunk.id, chunk.created, chunk.object) for chunk in chunks}) == 1
    assert chunks[0].object == "chat.completion.chunk"
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices == []
    assert (chunks[-1].usage.total_tokens, chunks[0].usage) == (0, None)
    last = chunks[-2]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 2) + ["stop"]
    assert last.choices[0].delta.citations == whole.choices[0].message.citations
    assert len(last.choices[0].delta.annotations) == len(whole.choices[0].message.annotations or [])
    times = {"timings_ms": None}
    assert last.majlis | times == whole.majlis | times
    assert all(chunk.usage is None for chunk in streamed(client, question)[1])


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (NOWHERE, "I found no answer in your articles."),
        (NOWHERE_ARABIC, "لم أجد جوابًا في مقالاتك."),
    ],
)
def test_silence_is_said_in_the_language_of_the_question(
    client: openai.OpenAI, question: str, told: str
) -> None:
    answer = asked(client, question)
    assert answer.choices[0].message.content == told
    assert answer.choices[0].message.citations == []
    assert (answer.majlis["abstained"], answer.majlis["certainty"]) == (True, "silent")


@pytest.mark.parametrize(
    ("question", "unsupported", "support"),
    [
        (
            WRITE,
            "(not found in the articles)",
            "*2 of 3 sentences supported by the articles. Written by scripted.*",
        ),
        (
            WRITE_ARABIC,
            "(لم نجد هذا في المقالات)",
            "*الجمل التي تسندها المقالات: 2 من 3. كتبه النموذج scripted.*",
        ),
    ],
)
def test_what_a_model_writes_comes_as_it_is_written_with_its_marks(
    client: openai.OpenAI, question: str, unsupported: str, support: str
) -> None:
    whole = asked(client, question)
    content = whole.choices[0].message.content
    if question == WRITE:
        assert content.startswith(
            "What is known:\n- Ada Birch saw the comet first. [1]\n"
            "- It had 12 \\*tails\\* & \\<b>two\\</b> moons. (not found in the articles)\n\n"
            "1. She drew it. [1][2]\n\n*2 of 3"
        )
    first, second, third = re.findall(r"[^.]*\. [\[(].*?[\])](?=\s)", content)[:3]
    assert [first[-5:], third[-7:]] == [". [1]", " [1][2]"]
    assert second.endswith(unsupported)
    assert support in content
    assert "12" in content.partition(support)[2]
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (120, 30)
    assert whole.majlis["support"] == [2, 3]
    assert whole.majlis["writing"]["model"] == "scripted"
    pieces, _ = streamed(client, question)
    assert len(pieces) == 4  # three sentences, each once it is whole and checked, and the foot
    assert "".join(pieces) == content


def test_what_breaks_off_is_answered_anew(client: openai.OpenAI) -> None:
    pieces, chunks = streamed(client, FAIL)
    text = "".join(pieces)
    assert text.startswith("What is known:\n- Ada Birch saw the comet first. [1]\n- It had 12")
    again = "\n\nWhat stands above was not finished. The answer:\n\nThe Alder observatory was founded"
    assert again in text
    mark = chunks[-1].choices[0].delta.annotations[0]["url_citation"]
    assert text[mark["start_index"] : mark["end_index"]] == "[1]"
    assert said_before(text).startswith("The Alder observatory was founded")


@pytest.mark.parametrize("question", [WRITE, WRITE_ARABIC])
def test_every_draft_begins_the_answer(assistant: Assistant, question: str) -> None:
    drafts: list[Draft] = []
    answer = assistant.answer(question, (), lambda event: drafts.append(event.draft) if event.draft else None)
    body, sent = body_of(answer), ""
    for draft in drafts:
        text = written_so_far(draft, answer.language)
        assert text.startswith(sent)
        assert body.startswith(text)
        sent = text
    assert sent == body


def test_what_articles_say_is_no_markup(client: openai.OpenAI) -> None:
    content = asked(client, "What did the gremlin write?").choices[0].message.content
    assert content.startswith("The gremlin wrote \\<script>window.evil")
    assert not re.search(r"(?<!\\)<script", content)
    assert "](javascript:" not in content.replace("\\]", "")
    assert said_before(content) == f"The gremlin wrote {EVIL}."


def test_turns_before_say_what_a_follow_up_means(client: openai.OpenAI) -> None:
    first = asked(client, ENGLISH).choices[0].message.content
    answer = asked(client, ENGLISH, first, "And when?")
    understood = "When was the Alder observatory founded?"
    assert answer.majlis["understood_as"] == understood
    assert f"*Understood as: {understood}*" in answer.choices[0].message.content
    again = asked(client, ENGLISH, first, "And when?", answer.choices[0].message.content, "And by whom?")
    assert "Alder observatory" in again.majlis["understood_as"]
    arabic = asked(client, ARABIC, "سليم الخوري [1]", "ومتى؟")
    assert "مرصد الصنوبر" in arabic.majlis["understood_as"]


def test_texts_may_come_in_parts_and_what_a_system_says_is_passed_over(client: openai.OpenAI) -> None:
    parts: list[Any] = [{"type": "text", "text": "Who saw the comet"}, {"type": "text", "text": "first?"}]
    messages: list[Any] = [
        {"role": "system", "content": "Answer as a pirate."},
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "content": parts},
    ]
    answer = client.chat.completions.create(
        model="majlis", messages=messages, temperature=0.7, max_tokens=5, stop=["."], seed=1, n=1
    )
    assert answer.majlis["understood_as"] == SHORT  # type: ignore[attr-defined]


def test_within_asks_some_articles_only(client: openai.OpenAI) -> None:
    answer = asked(client, ENGLISH, extra_body={"within": "language:ar", "literally": True})
    assert answer.majlis["within"]["given"] == "language:ar"
    assert {c["article_id"] for c in answer.choices[0].message.citations} <= {"sanawbar", "mudhannab"}
    with pytest.raises(openai.BadRequestError) as error:
        asked(client, ENGLISH, extra_body={"within": "published:soon"})
    assert (error.value.param, error.value.code) == ("within", "invalid_value")


PICTURE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]
TOOL = [{"type": "function", "function": {"name": "look", "parameters": {}}}]


@pytest.mark.parametrize(
    ("given", "param", "message"),
    [
        ({"n": 2}, "n", "'n' cannot be had here"),
        ({"tools": TOOL}, "tools", "'tools' cannot be had here"),
        ({"tool_choice": "required"}, "tool_choice", "no tools"),
        ({"response_format": {"type": "json_object"}}, "response_format", "cannot be had here"),
        ({"logprobs": True}, "logprobs", "cannot be had here"),
        ({"stream": "yes"}, "stream", "neither true nor false"),
        ({"stream": True, "stream_options": 3}, "stream_options", "no object"),
        ({"literally": 1}, "literally", "neither true nor false"),
        ({"within": ["a"]}, "within", "no text"),
        ({"messages": []}, "messages", "no list of 1 to 1000"),
        ({"messages": "Who?"}, "messages", "no list of 1 to 1000"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages", "nothing was asked"),
        ({"messages": [{"role": "system", "content": "Hi"}]}, "messages", "nothing was asked"),
        ({"messages": ["Who?"]}, "messages[0]", "no object"),
        ({"messages": [{"role": "tool", "content": "4"}]}, "messages[0].role", "no tools"),
        ({"messages": [{"role": "user", "content": PICTURE}]}, "messages[0].content", "only texts are read"),
        ({"messages": [{"role": "user", "content": 4}]}, "messages[0].content", "no text"),
        ({"messages": [{"role": "user", "content": "x" * 2001}]}, "messages", "2001 characters"),
        ({"model": ""}, "model", "no 'model' is named"),
        ({"model": 3}, "model", "no 'model' is named"),
    ],
)
def test_what_cannot_be_had_is_told_as_openai_tells_it(
    address: str, given: dict[str, Any], param: str, message: str
) -> None:
    sent = {"model": "majlis", "messages": [{"role": "user", "content": ENGLISH}]} | given
    response = httpx.post(f"{address}v1/chat/completions", json=sent)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert message in error["message"]
    assert "\n" not in error["message"]


def test_other_addresses_models_and_bodies_are_told_too(client: openai.OpenAI, address: str) -> None:
    with pytest.raises(openai.NotFoundError, match="does not exist here; there is majlis"):
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "?"}])
    with pytest.raises(openai.NotFoundError, match="/v1/embeddings cannot be had here") as error:
        client.embeddings.create(model="majlis", input="a")
    assert error.value.code == "unknown_url"
    for body in (b"", b"{", b"[" * 100_000, b"\xff", b'{"model": "\\ud800"}'):
        response = httpx.post(f"{address}v1/chat/completions", content=body)
        assert response.status_code in (400, 404)
        assert response.json()["error"]["type"] == "invalid_request_error"
    assert httpx.post(f"{address}v1/chat/completions", content=b" " * (9 << 20)).status_code == 413
    elsewhere = {"origin": "https://evil.example"}
    assert httpx.post(f"{address}v1/chat/completions", json={}, headers=elsewhere).status_code == 403
    assert httpx.get(f"{address}v1/models", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("stream", [False, True])
def test_who_hangs_up_stops_the_work(address: str, stream: bool) -> None:
    Writer.begun.clear()
    sent = {"model": "majlis", "messages": [{"role": "user", "content": ENDLESS}], "stream": stream}
    url = f"{address}v1/chat/completions"
    if stream:
        with httpx.stream("POST", url, json=sent):
            assert Writer.begun.wait(timeout=30)
    else:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(url, json=sent, timeout=1)
        assert Writer.begun.is_set()
    assert Writer.ended.wait(timeout=30)
    with openai.OpenAI(base_url=f"{address}v1", api_key="none", timeout=30) as again:
        assert "Mary Stone" in asked(again, ENGLISH).choices[0].message.content


def test_a_limit_is_told_with_when_to_come_again(assistant: Assistant) -> None:
    with (
        serving(assistant, per_minute=1) as address,
        openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0) as client,
    ):
        asked(client, ENGLISH)
        for stream in (False, True):
            with pytest.raises(openai.RateLimitError) as error:
                asked(client, ENGLISH, stream=stream)
            assert error.value.code == "rate_limit_exceeded"
            assert 0 < int(error.value.response.headers["retry-after"]) <= 60


def test_a_library_that_went_away_is_a_server_error_without_its_path(tmp_path: Path) -> None:
    opened = open_observatory(tmp_path / "library")
    with (
        serving(opened) as address,
        openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0) as client,
    ):
        (tmp_path / "library").rename(tmp_path / "elsewhere")
        with pytest.raises(openai.InternalServerError) as error:
            asked(client, ENGLISH)
        assert str(tmp_path) not in str(error.value)
        with pytest.raises(openai.APIError, match="library"):
            list(asked(client, ENGLISH, stream=True))


def test_a_key_or_a_password_lets_in(assistant: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "people.txt"
    set_password(file, "ليلى", "correct horse")
    set_password(file, "omar", "battery staple")
    key = run("ui-user", file, "ليلى", "--key").output.strip()
    assert key.isascii()
    assert run("ui-user", file, "ليلى", "--key").output.strip() == key
    assert "nobody is called 'sara'" in told("ui-user", file, "sara", "--key")

    def status(authorization: str) -> int:
        sent = {"authorization": authorization.encode()}
        return httpx.get(f"{address}v1/models", headers=sent).status_code

    with serving(assistant, auth=file) as address:
        base = f"{address}v1"
        for known in (key, "omar:battery staple"):
            with openai.OpenAI(base_url=base, api_key=known) as client:
                assert "Mary Stone" in asked(client, ENGLISH).choices[0].message.content
        for wrong in ("none", key[:-1], f"{key}0", key.replace(".", ".1", 1)):
            with (
                openai.OpenAI(base_url=base, api_key=wrong) as client,
                pytest.raises(openai.AuthenticationError) as error,
            ):
                asked(client, ENGLISH)
            assert error.value.code == "invalid_api_key"
        assert status("Bearer ليلى:correct horse") == 200
        set_password(file, "ليلى", "another horse")
        assert status(f"Bearer {key}") == 401  # a new password ends the key
        for number in range(5):
            assert status(f"Bearer omar:wrong {number}") == 401
        set_password(file, "omar", "staple battery")
        assert status("Bearer omar:staple battery") == 401  # after five failures it has to wait


def test_the_example_in_the_docs_runs_as_it_stands(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/openai.md").read_text("utf-8"), re.DOTALL)
    monkeypatch.setenv("MAJLIS_URL", address)
    asking_here = example.replace("Who proposed the expert council?", ENGLISH)
    exec(compile(asking_here, "docs/openai.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert "Mary Stone" in lines[0]
    assert json.loads(lines[-1])["certainty"] == "sure"


def test_a_model_that_is_this_server_is_told_so_and_asks_no_further(tmp_path: Path) -> None:
    """By whatever name it is reached."""
    assistant = open_observatory(tmp_path / "library")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    listening.close()
    for host, question, said in (
        ("127.0.0.1", ENGLISH, f"127.0.0.1:{port} is Majlis itself, and no model"),
        ("localhost", ARABIC, f"localhost:{port} هو مجلس نفسه"),
    ):
        endpoint = Endpoint(f"http://{host}:{port}/v1", "majlis", timeout=20)
        reader = ModelReader(endpoint, SentenceReader())
        itself = Assistant(assistant.library, replace(assistant.settings, port=port), reader)
        served = serve_app(itself, block=False)
        try:
            answer = itself.answer(question)
        finally:
            served.close()
        assert answer.notice.startswith(said)
        assert answer.notice.count("\n") == 0
