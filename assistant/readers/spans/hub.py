"""Any extractive question-answering model of transformers, by name or folder, as a reading model.

What "no answer here" is, the token says that stands for the whole input, as in models trained on SQuAD 2.0:
``[CLS]`` or its like, first in BERT and its kin, last in XLNet. One trained on questions that all have
answers says nothing by it, and then only the evidence beside it makes for silence. Left out: models that
bring their own code, and whatever else than a CPU could run them.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.readers.spans import Window
from index.checkpoints import checkpoint_fingerprint, load_checkpoint, reason_of
from index.errors import ModelUnavailable
from index.models import length_batches

WINDOW_TOKENS = 384  # question and text together, where the model reads as many
OVERLAP = 128
QUESTION_SHARE = 2  # the question has at most one in so many of a window's tokens
BATCH_TOKENS = 8 * WINDOW_TOKENS  # padded

Places = NDArray[np.int64]


class HubSpanModel:
    """A transformers checkpoint with a question-answering head and a fast tokenizer.

    Safe to use from many threads at once. A text is read the same alone and beside others.
    """

    def __init__(self, name: str) -> None:
        try:
            self._tokenizer, self._model = load_checkpoint(name, "AutoModelForQuestionAnswering", "answer")
            self._limit = _limit(self._tokenizer, self._model)
            self.fingerprint = checkpoint_fingerprint(name, self._tokenizer, self._model, self._limit)
            self._tokenizing = Lock()
            self.read("?", ["."])  # some load, and yet want more than a question and a text
        except Exception as problem:  # hub, network, missing, damaged and unfit files, each its own type
            raise ModelUnavailable(
                f"The reader {name!r} cannot be loaded ({reason_of(problem)}); "
                "give a transformers question-answering folder, or use --reader bundled"
            ) from problem

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        import torch

        if not texts:
            return []
        encoded = self._encoded(question, texts)
        offsets = encoded.pop("offset_mapping").numpy().astype(np.int64)
        owners = encoded.pop("overflow_to_sample_mapping").tolist()
        mask = encoded["attention_mask"].bool()
        read: list[dict[int, Window]] = [{} for _ in texts]
        for rows in length_batches(mask.sum(dim=1).tolist(), BATCH_TOKENS):
            used = mask[rows].any(dim=0)
            with torch.inference_mode():
                out = self._model(**{name: tensor[rows][:, used] for name, tensor in encoded.items()})
            logits = torch.stack([out.start_logits, out.end_logits], dim=-1).numpy()
            for row, tokens in zip(rows, logits, strict=True):
                # 0 the question's, 1 the text's, -1 what the tokenizer adds
                sides = np.array([-1 if side is None else side for side in encoded.sequence_ids(row)])
                sides, inside = sides[used], sides == 1
                starts, ends = _without_spaces(texts[owners[row]], *offsets[row][inside].T)
                none = tokens[self._null(encoded["input_ids"][row][used].numpy(), sides)].sum()
                said = tokens[sides == 1]
                read[owners[row]][row] = Window(starts, ends, said[:, 0], said[:, 1], float(none))
        return [[window for _, window in sorted(windows.items())] for windows in read]

    def _encoded(self, question: str, texts: Sequence[str]) -> Any:
        """Question and text in windows, a row each, as tensors."""
        with self._tokenizing:  # how it cuts is a state of the tokenizer, which every call sets anew
            asked = self._tokenizer(
                question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
            )
            places = asked["offset_mapping"][: self._limit // QUESTION_SHARE]
            room = self._limit - len(places) - self._tokenizer.num_special_tokens_to_add(pair=True)
            return self._tokenizer(
                [question[: places[-1][1]] if places else question] * len(texts),
                list(texts),
                truncation="only_second",
                max_length=self._limit,
                stride=min(OVERLAP, room // 3),
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
                return_attention_mask=True,
                padding=True,
                return_tensors="pt",
            )

    def _null(self, ids: Places, sides: Places) -> int:
        """Where "no answer here" stands, as transformers' own ``run_qa.py`` trains it."""
        for token in (self._tokenizer.cls_token_id, self._tokenizer.bos_token_id):
            found = np.flatnonzero((ids == token) & (sides == -1))
            if token is not None and len(found):
                return int(found[0])
        raise ValueError('none of its tokens stands for "no answer"')


def _limit(tokenizer: Any, model: Any) -> int:
    """How many tokens it reads at once."""
    limit = min(WINDOW_TOKENS, int(tokenizer.model_max_length))
    positions = getattr(model.config, "max_position_embeddings", None) or -1  # XLNet's way to say: any number
    # RoBERTa and its kin count two positions that no token has
    return min(limit, int(positions) - 2) if positions > 0 else limit


def _without_spaces(text: str, starts: Places, ends: Places) -> tuple[Places, Places]:
    """The tokens' ranges without the space before a word, which SentencePiece counts in; of all space: empty.

    >>> _without_spaces("a  b ", np.array([0, 1]), np.array([1, 5]))
    (array([0, 3]), array([1, 4]))
    """
    solid = np.flatnonzero([not letter.isspace() for letter in text])
    if not len(solid):
        return starts, starts.copy()
    first = solid[np.minimum(np.searchsorted(solid, starts), len(solid) - 1)]
    last = solid[np.maximum(np.searchsorted(solid, ends) - 1, 0)] + 1
    kept = (first >= starts) & (last <= ends) & (first < last)
    return np.where(kept, first, starts), np.where(kept, last, starts)
