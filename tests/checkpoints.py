"""Tiny question-answering checkpoints of transformers, with random weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from tokenizers.processors import BertProcessing, TemplateProcessing
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    GPT2Config,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForQuestionAnswering,
    XLNetConfig,
    XLNetForQuestionAnsweringSimple,
)

from index.embedders.onnx_encoder import BUNDLED_FOLDER

CANAL = "The canal was opened in 1874 by Mary Oakes."
LONG = "Stone and water. " * 120
TEXTS = ["", CANAL, "افتُتحت القناة عام 1874.", LONG, " \n"]
LIMIT = 64  # tokens that the checkpoints read at once
TINY: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
BERT: dict[str, Any] = {**TINY, "intermediate_size": 16, "max_position_embeddings": LIMIT + 2}


def make_bert(folder: Path, kind: type[Any] = BertForQuestionAnswering) -> Path:
    """A BERT with random weights and the pieces of the bundled encoder."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(BUNDLED_FOLDER / "tokenizer.json"),
        model_max_length=LIMIT,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")},
    )
    ids = tokenizer.get_vocab()
    tokenizer.backend_tokenizer.post_processor = BertProcessing(
        ("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"])
    )
    return save(folder, kind(BertConfig(vocab_size=len(ids), **BERT)), tokenizer)


def make_pieces(folder: Path, pair: str, kind: type[Any], config: Any, side: str = "right") -> Path:
    """A model whose words begin with their space, as in SentencePiece; ``pair`` is how it joins texts."""
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<cls>", "<sep>"]
    words = ["▁", *(f"▁{word}" for word in [*CANAL[:-1].split(), "Stone", "and", "water", "When"]), ".", "?"]
    scored = [*((mark, 0.0) for mark in marks), *((word, -1.0) for word in words)]
    backend = Tokenizer(models.Unigram(scored, unk_id=3))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    ids = {mark: number for number, mark in enumerate(marks)}
    backend.post_processor = TemplateProcessing(
        single="$A", pair=pair, special_tokens=[(mark, ids[mark]) for mark in marks if mark in pair]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="<pad>",
        unk_token="<unk>",
        bos_token="<s>",
        **({"cls_token": "<cls>"} if "<cls>" in pair else {}),
        model_max_length=LIMIT,
        padding_side=side,
        model_input_names=["input_ids", "attention_mask"],
    )
    return save(folder, kind(config(vocab_size=len(scored))), tokenizer)


def save(folder: Path, model: Any, tokenizer: Any) -> Path:
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():  # far enough apart that a wrong place is seen
        for weights in model.parameters():
            weights.add_(torch.randn(weights.shape, generator=generator) * 0.2)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def roberta(vocab_size: int) -> XLMRobertaConfig:
    return XLMRobertaConfig(vocab_size=vocab_size, **BERT)


def xlnet(vocab_size: int) -> XLNetConfig:
    return XLNetConfig(vocab_size=vocab_size, d_model=16, n_layer=1, n_head=2, d_inner=16)


def gpt2(vocab_size: int) -> GPT2Config:
    return GPT2Config(vocab_size=vocab_size, n_embd=16, n_layer=1, n_head=2)


def make_roberta(folder: Path) -> Path:
    return make_pieces(folder, "<s> $A </s> </s> $B </s>", XLMRobertaForQuestionAnswering, roberta)


def make_xlnet(folder: Path) -> Path:
    pair = "$A:0 <sep>:0 $B:1 <sep>:1 <cls>:2"
    return make_pieces(folder, pair, XLNetForQuestionAnsweringSimple, xlnet, side="left")


MAKERS: dict[str, Callable[[Path], Path]] = {"bert": make_bert, "roberta": make_roberta, "xlnet": make_xlnet}
