"""The tokenizer of encoder and reader: those of the base's pieces that Arabic and English text needs.

The base knows a hundred languages; four fifths of its pieces never occur in the training texts. Words are
cut as the base cuts them, the likeliest way (unigram model: Kudo 2018), unless a piece of one was left out.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertModel

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
BASE_PLACES = (1, 3, 0, 2)  # of these in the base
_NEVER = -1000.0  # log probability: no text is cut into a special piece
SIGNS = r"\u064b-\u0652\u0670\u0640"  # Arabic vowel signs and elongation
_SILENT = rf"[{SIGNS}\p{{Cf}}]"  # and marks of direction


def make_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """A tokenizer with the special pieces and then these; no text is too long."""
    vocabulary = [*((name, _NEVER) for name in SPECIAL), *pieces]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index("[UNK]"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(_SILENT), ""),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    # split first, so that no piece's range begins with white space
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def needed(pieces: Sequence[tuple[str, float]], texts: Sequence[str], least: int) -> list[tuple[str, float]]:
    """The base's pieces to keep, in order: those in the texts ``least`` times, a single letter once."""
    ordinary = pieces[len(SPECIAL) :]
    whole = make_tokenizer(ordinary)
    counts: Counter[int] = Counter()
    for start in range(0, len(texts), 2_000):
        for encoding in whole.encode_batch(texts[start : start + 2_000], add_special_tokens=False):
            counts.update(encoding.ids)
    return [
        (piece, score)
        for place, (piece, score) in enumerate(ordinary, start=len(SPECIAL))
        if counts[place] >= (1 if len(piece) == 1 else least)
    ]


def places_in(pieces: Sequence[tuple[str, float]], tokenizer: Tokenizer) -> list[int]:
    """For each piece of the tokenizer, in order, its place among the base's."""
    places = {piece: place for place, (piece, _) in enumerate(pieces)}
    numbers = tokenizer.get_vocab()
    return [
        *BASE_PLACES,
        *(places[piece] for piece in sorted(numbers, key=numbers.__getitem__)[len(SPECIAL) :]),
    ]


def cut_vocabulary(model: BertModel, pieces: Sequence[tuple[str, float]], tokenizer: Tokenizer) -> BertModel:
    """A copy of the base's model that knows the tokenizer's pieces only."""
    cut = deepcopy(model)
    words = cut.embeddings.word_embeddings.weight.detach()[places_in(pieces, tokenizer)]
    cut.resize_token_embeddings(len(words), mean_resizing=False)
    cut.embeddings.word_embeddings.weight.data = words
    return cut
