"""A BERT with thirty English words, and its translations: small enough to train in a test."""

import json
import lzma
import re
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from assistant.training import base as bases
from index.training.files import Base
from index.training.model import Encoder

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
WIDTH, LAYERS, HEADS, INNER = 64, 2, 4, 128


def tiny_base() -> Base:
    """A seeded random encoder that knows the English words and the question mark."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", ".", "what", "who", *ENGLISH]
    tokenizer = Tokenizer(
        models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    model = _noise(Encoder(len(pieces), width=WIDTH, layers=LAYERS, heads=HEADS, inner=INNER))
    weights = {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}
    return Base(weights, HEADS, tokenizer)


def tiny_reader_base() -> bases.Base:
    """A seeded random network that knows the words of both languages, and letters; what it says is noise."""
    letters = sorted({letter for word in (*ENGLISH, *ARABIC) for letter in word})
    words = ["▁", "?", ".", *(f"▁{word}" for word in ("what", "who", *ENGLISH, *ARABIC)), *letters]
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(word, -8.0 if len(word) > 1 else -4.0) for word in words]
    model = _noise(Encoder(len(pieces), width=WIDTH, layers=LAYERS, heads=HEADS, inner=INNER))
    weights = {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}
    return bases.Base(weights, HEADS, tuple(pieces))


def _noise(model: Encoder) -> Encoder:
    torch.manual_seed(0)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.05)
    torch.nn.init.normal_(model.words, std=0.3)
    return model


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
