"""Arabic WordPieces for an English tokenizer, and the folding that comes before them.

The English side is left exactly as it was. Arabic is folded as light stemmers fold it (Larkey et al. 2002):
accents, elongation, alef, yeh and teh marbuta forms; the article is dropped and the particles that are
written onto it stand alone, so that one word is one piece wherever it occurs. Digits and punctuation become
the ones that the English side already knows.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

LETTERS = {"ـ": "", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}
SIGNS = {"؟": "?", "،": ",", "؛": ";", "٪": "%", "٫": ".", "٬": ","}
DIGITS = {digit: str(value) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(digits)}
PARTICLES = {
    "وبال": "و ب ",
    "ولل": "و ل ",
    "وال": "و ",
    "فال": "ف ",
    "بال": "ب ",
    "كال": "ك ",
    "لل": "ل ",
    "ال": "",
}
ARABIC = re.compile(r"[\u0620-\u064a]")


def arabic_normalizer() -> normalizers.Normalizer:
    """BERT's own lower-casing and accent stripping, then the Arabic folding."""
    folded = {**LETTERS, **SIGNS, **DIGITS}
    # three letters must remain, or the word only looks as if it began with the article
    particles = [
        normalizers.Replace(Regex(rf"(?<!\p{{L}}){particle}(?=\p{{L}}{{3}})"), apart)
        for particle, apart in PARTICLES.items()
    ]
    return normalizers.Sequence(
        [
            normalizers.BertNormalizer(lowercase=True),
            *(normalizers.Replace(letter, plain) for letter, plain in folded.items()),
            *particles,
        ]
    )


def extend_tokenizer(base: Tokenizer, texts: Iterable[str], size: int) -> Tokenizer:
    """The base tokenizer with up to ``size`` Arabic pieces after its own, learnt from the texts.

    The base's pieces keep their numbers. No truncation, no padding.
    """
    learner = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    learner.normalizer = arabic_normalizer()
    learner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=3, special_tokens=["[UNK]"], show_progress=False
    )
    learner.train_from_iterator(texts, trainer)
    state: dict[str, Any] = json.loads(base.to_str())
    pieces: dict[str, int] = state["model"]["vocab"]
    for piece in sorted(learner.get_vocab(), key=learner.get_vocab().__getitem__):
        if ARABIC.search(piece) and piece not in pieces:
            pieces[piece] = len(pieces)
    extended = Tokenizer.from_str(json.dumps(state))
    extended.normalizer = arabic_normalizer()
    extended.no_padding()
    extended.no_truncation()
    return extended


def arabic_pieces(tokenizer: Tokenizer) -> list[int]:
    """The numbers of all pieces with an Arabic letter, in order."""
    return sorted(number for piece, number in tokenizer.get_vocab().items() if ARABIC.search(piece))
