"""The protocol as it is in life: ``transformers serve`` with a causal language model of noise made here."""

import time
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from threading import Thread

import httpx
import pytest
import torch
from lindham import LINDHAM, hits
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from assistant.answers import Event
from assistant.question import understand
from assistant.readers.llm import ModelReader
from assistant.readers.llm.client import ModelStream
from assistant.readers.llm.endpoint import Endpoint
from assistant.readers.llm.failures import ModelFailure
from assistant.readers.parts import read_question
from assistant.readers.sentence import SentenceReader

TEMPLATE = "{% for one in messages %}{{ one['role'] }}: {{ one['content'] }}\n{% endfor %}assistant:"


def tiny_llama() -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """A network of noise over single bytes."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*letters, "<s>", "</s>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
    fast.chat_template = TEMPLATE
    size = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    ends = {"bos_token_id": 256, "eos_token_id": 257, "pad_token_id": 257}
    torch.manual_seed(0)
    config = LlamaConfig(vocab_size=258, max_position_embeddings=16384, **size, **ends)
    return LlamaForCausalLM(config), fast


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    from transformers.cli.serve import Serve
    from transformers.cli.serving.model_manager import TimedModel

    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Serve.__new__(Serve)  # the making of it ends with the server
    arguments = {"host": "127.0.0.1", "port": port, "device": "cpu", "log_level": "error"}
    thread = Thread(target=server.__init__, kwargs=arguments)  # type: ignore[misc]
    thread.start()
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx.get(f"{address}/health")
            break
        except httpx.ConnectError:
            time.sleep(0.05)
    model, tokenizer = tiny_llama()
    # made here, it need not be loaded, which takes a package of its own
    server._model_manager.loaded_models["tiny@main"] = TimedModel(model, 300, processor=tokenizer)
    yield f"{address}/v1"
    server.server.should_exit = True
    thread.join()


def test_a_stream_comes_piece_by_piece_with_its_usage(served: str) -> None:
    with ModelStream(Endpoint(served, "tiny"), [{"role": "user", "content": "hello"}], 12) as stream:
        pieces = [*stream.pieces(lambda: None)]
    assert pieces
    assert stream.cut  # noise does not end by itself
    assert (stream.prompt_tokens, stream.completion_tokens) == (len("user: hello\nassistant:"), 12)


def test_noise_is_no_answer_and_the_articles_own_words_are_given(served: str) -> None:
    events: list[Event] = []
    reader = ModelReader(Endpoint(served, "tiny", window=2048), SentenceReader())
    question = understand("When was the canal of Lindham opened?")
    reading = read_question(reader, question, hits("canal"), LINDHAM, 0.35, events.append)
    assert reading.text == "The canal of Lindham was opened in 1874 by Mary Oakes, an engineer from Hull."
    assert reading.notice.endswith("; these are the articles' own words.")
    assert reading.writing is None
    assert "writing" in [event.stage for event in events]


def test_a_model_that_is_not_there_is_named(served: str, tmp_path: Path) -> None:
    absent = Endpoint(served, str(tmp_path / "absent"))
    with (
        ModelStream(absent, [{"role": "user", "content": "hello"}], 12) as stream,
        pytest.raises(ModelFailure) as failure,
    ):
        list(stream.pieces(lambda: None))
    assert absent.host in failure.value.notice(absent, "en", instead=True)
