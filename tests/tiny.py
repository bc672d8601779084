"""A BERT with thirty English words, and its translations: small enough to train in a test."""

import json
import lzma
import re
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from index.training.base import PretrainedBase
from index.training.bert import SETTINGS
from index.training.vocabulary import SPECIAL, cut_vocabulary, make_tokenizer

ENGLISH = re.findall(
    r"\w+",
    """river city king book war sea tree house school bread sun moon door garden horse teacher window
    winter summer mountain road bridge ship market doctor letter child friend music water""",
)
ARABIC = re.findall(
    r"\w+",
    """نهر مدينة ملك كتاب حرب بحر شجرة بيت مدرسة خبز شمس قمر باب حديقة حصان معلم نافذة
    شتاء صيف جبل طريق جسر سفينة سوق طبيب رسالة طفل صديق موسيقى ماء""",
)
HEADS = 4


def tiny_bert(vocabulary: int, width: int = 64, layers: int = 2) -> BertModel:
    """A seeded random BERT of which the words are what its vectors depend on most."""
    size = {"hidden_size": width, "num_hidden_layers": layers, "intermediate_size": 2 * width}
    config = BertConfig(vocab_size=vocabulary, num_attention_heads=HEADS, **size, **SETTINGS)
    model = BertModel(config, add_pooling_layer=False)
    torch.manual_seed(0)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.05)
    torch.nn.init.normal_(model.embeddings.word_embeddings.weight, std=0.3)
    return model


def tiny_reader_base() -> PretrainedBase:
    """A network of noise that knows the words of both languages, and letters."""
    letters = sorted({letter for word in (*ENGLISH, *ARABIC) for letter in word})
    words = ["▁", "?", ".", *(f"▁{word}" for word in ("what", "who", *ENGLISH, *ARABIC)), *letters]
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(word, -8.0 if len(word) > 1 else -4.0) for word in words]
    return PretrainedBase(tiny_bert(len(pieces)), tuple(pieces))


def tiny_encoder() -> tuple[BertModel, Tokenizer]:
    """The network of noise and its tokenizer, as an encoder has them."""
    base = tiny_reader_base()
    tokenizer = make_tokenizer(base.pieces[len(SPECIAL) :])
    return cut_vocabulary(base.model, base.pieces, tokenizer), tokenizer


def sentences(count: int, seed: int) -> list[tuple[str, str]]:
    """English sentences of five to seven words with their word for word translations."""
    chance = np.random.default_rng(seed)
    numbers = [chance.permutation(len(ENGLISH))[: chance.integers(5, 8)] for _ in range(count)]
    return [
        (" ".join(ENGLISH[n] for n in row) + ".", " ".join(ARABIC[n] for n in row) + ".") for row in numbers
    ]


def write_data(folder: Path) -> None:
    """Training data of the layout that training reads, from the tiny language."""
    pairs = [{"en": english, "ar": arabic} for english, arabic in sentences(300, seed=1)]
    words = [{"en": english, "ar": arabic} for english, arabic in zip(ENGLISH, ARABIC, strict=True)]
    _write(folder / "parallel/toy.jsonl.xz", "\n".join(map(json.dumps, pairs)))
    _write(folder / "lexical/toy.jsonl.xz", "\n".join(map(json.dumps, words)))
    mono = [" ".join(arabic for _, arabic in sentences(3, seed=seed)) for seed in range(100, 140)]
    _write(folder / "mono/toy.txt.xz", "\n".join(mono))
    for name, side in (("toy", 0), ("arcd_toy", 1)):
        _write(folder / f"qa/{name}.json.xz", json.dumps(_squad(side)))
    same = {"question1": "ما نهر مدينة", "question2": "ما مدينة نهر", "label": "1"}
    _write(folder / "qa/q2q_ar_train.jsonl.xz", json.dumps(same))


def _squad(side: int) -> dict[str, object]:
    articles = []
    for number in range(5):
        paragraphs = []
        for text in (pair[side] for pair in sentences(8, seed=200 + number)):
            question = " ".join(text.split()[:3]) + "?"
            answers = [{"text": text.split()[3], "answer_start": text.index(text.split()[3])}]
            paragraphs.append(
                {"context": text, "qas": [{"id": text, "question": question, "answers": answers}]}
            )
        articles.append({"title": str(number), "paragraphs": paragraphs})
    return {"data": articles}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8", preset=0) as file:
        file.write(text)
