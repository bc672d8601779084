"""What a chat completion asks for, checked: the question, the turns before it, and where to look.

Follows OpenAI's reference of ``POST /v1/chat/completions``. What says how a model should write (temperature,
most tokens, a system's message) is taken and passed over: the articles' words are what they are. What would
be promised and not kept (tools, several answers, JSON, pictures) is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.follow_ups import stand_alone
from assistant.question import LONGEST_QUESTION
from index.errors import UserError
from index.filters import Filter
from index.text.language import detect_language
from ui.server.openai.message import said_before

MODEL = "majlis"
BEFORE = 4  # turns that a question is asked with
MOST = 1000  # messages

_NOT_DONE = {  # by parameter: what may stand there all the same
    "n": (1,),
    "tools": ([],),
    "functions": ([],),
    "response_format": ({"type": "text"},),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "modalities": (["text"],),
    "audio": (),
    "web_search_options": ({},),
}


class NotAsked(Exception):
    """What is wrong with a request: a status, and what OpenAI's error object says of it."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None, status: int = 400):
        super().__init__(message)
        self.param, self.code, self.status = param, code, status


@dataclass(frozen=True, slots=True)
class AskedChat:
    """A question with the turns before it; ``within`` is a filter as a person writes it."""

    model: str
    question: str
    turns: tuple[Turn, ...]
    within: str = ""
    literally: bool = False
    stream: bool = False
    usage: bool = False  # wanted at the end of a stream


def asked_chat(body: Any, models: Sequence[str] = (MODEL,)) -> AskedChat:
    """What is asked of one of the models; ``NotAsked`` where it cannot be."""
    if not isinstance(body, dict):
        raise NotAsked("the body is no JSON object")
    check_model(body.get("model"), models)
    for name, allowed in _NOT_DONE.items():
        if body.get(name) is not None and body[name] not in allowed:
            raise NotAsked(
                f"{name!r} cannot be had here: one answer in text comes from the articles; leave it out",
                name,
                "unsupported_parameter",
            )
    if body.get("tool_choice") not in (None, "none", "auto"):
        raise NotAsked("there are no tools to choose; leave 'tool_choice' out", "tool_choice")
    options = body.get("stream_options") or {}
    if not isinstance(options, dict):
        raise NotAsked("'stream_options' is no object", "stream_options", "invalid_type")
    question, turns = _conversation(body.get("messages"))
    return AskedChat(
        body["model"],
        question,
        turns,
        _within(body.get("within")),
        _switch(body, "literally"),
        _switch(body, "stream"),
        _switch(options, "include_usage"),
    )


def check_model(name: Any, models: Sequence[str]) -> None:
    """``NotAsked`` where the name is of no model."""
    if not isinstance(name, str) or not name:
        raise NotAsked(f"no 'model' is named; there is {', '.join(models)}", "model")
    if name not in models:
        told = f"the model {name[:100]!r} does not exist here; there is {', '.join(models)}"
        raise NotAsked(told, "model", "model_not_found", 404)


def _conversation(messages: Any) -> tuple[str, tuple[Turn, ...]]:
    """The last that a person said, and the turns before it, of which the last are kept."""
    if not isinstance(messages, list) or not messages or len(messages) > MOST:
        raise NotAsked(f"'messages' is no list of 1 to {MOST} messages", "messages", "invalid_type")
    said: list[tuple[str, str]] = []
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        if not isinstance(message, dict):
            raise NotAsked(f"{where} is no object", where, "invalid_type")
        role = message.get("role")
        if role in ("system", "developer"):
            continue
        if role not in ("user", "assistant"):
            told = "there are no tools here" if role in ("tool", "function") else "there is no such role"
            raise NotAsked(f"{where}.role is {role!r}: {told}", f"{where}.role", "invalid_value")
        said.append((role, _content(message.get("content"), where, role)))
    asked = [place for place, (role, _) in enumerate(said) if role == "user"]
    if not asked or not said[asked[-1]][1].strip():
        raise NotAsked("nothing was asked; let the last message of the user be a question", "messages")
    question = said[asked[-1]][1].strip()
    if len(question) > LONGEST_QUESTION:
        told = f"the question has {len(question)} characters; at most {LONGEST_QUESTION} are read"
        raise NotAsked(told, "messages", "string_above_max_length")
    return question, _turns(said[: asked[-1]])


def _content(content: Any, where: str, role: str) -> str:
    """A message's text: a string, or the texts of its parts."""
    if content is None and role == "assistant":
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise NotAsked(f"{where}.content is no text", f"{where}.content", "invalid_type")
    texts = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        text = part.get("text" if kind == "text" else "refusal") if isinstance(part, dict) else None
        if kind not in ("text", "refusal") or not isinstance(text, str):
            told = f"{where}.content has a part of the kind {kind!r}; only texts are read"
            raise NotAsked(told, f"{where}.content", "invalid_value")
        texts.append(text)
    return "\n".join(texts)


def _turns(said: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    """What was asked before and what was answered, each question as it is understood after those before."""
    turns: list[Turn] = []
    for role, text in said:
        if role == "user" and text.strip():
            question = text.strip()[:LONGEST_QUESTION]
            turns.append(Turn(question, _answered(question, "", turns)))
        elif role == "assistant" and turns:
            turns[-1] = Turn(turns[-1].question, _answered(turns[-1].question, text, turns[:-1]))
    return tuple(turns[-BEFORE:])


def _answered(question: str, text: str, before: Sequence[Turn]) -> Answer:
    said = said_before(text)
    return Answer(
        question=question,
        understood_as=stand_alone(question, before[-BEFORE:]),
        text=said,
        language=detect_language(said or question),
        citations=(),
        confidence=1.0 if said else 0.0,
        hits=(),
        timings_ms={},
    )


def _within(value: Any) -> str:
    if not isinstance(value or "", str):
        raise NotAsked("'within' is no text; give a filter, as in: source:minutes/", "within", "invalid_type")
    try:
        return str(Filter.parse(value or ""))
    except UserError as error:
        raise NotAsked(str(error), "within", "invalid_value") from None


def _switch(told: Mapping[str, Any], name: str) -> bool:
    value = told.get(name)
    if value is not None and not isinstance(value, bool):
        raise NotAsked(f"{name!r} is neither true nor false", name, "invalid_type")
    return bool(value)
