"""Any extractive question-answering model of transformers, by name or folder, as a reading model.

What "no answer here" is, the first token says, as in models trained on SQuAD 2.0; one trained on questions
that all have answers says nothing by it, and then only the evidence beside it makes for silence.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.spans import Window
from index.errors import ModelUnavailable
from index.weights import weights_digest

WINDOW_TOKENS = 384  # question and text together, where the model reads as many
OVERLAP = 128
QUESTION_SHARE = 2  # the question has at most one in so many of a window's tokens
BATCH = 8  # windows


class HubSpanModel:
    """A transformers checkpoint with a question-answering head and a fast tokenizer."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except Exception as problem:  # hub, network, missing and damaged files all end here
            reason = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
            raise ModelUnavailable(
                f"The reader {name!r} cannot be loaded ({reason}); "
                "give a transformers question-answering folder, or use --reader bundled"
            ) from problem
        if not self._tokenizer.is_fast:
            raise ModelUnavailable(
                f"The reader {name!r} has no fast tokenizer, which says where its tokens stand; "
                "choose another model, or use --reader bundled"
            )
        positions = getattr(self._model.config, "max_position_embeddings", None) or WINDOW_TOKENS
        # RoBERTa and its kin count two positions that no token has
        self._limit = min(WINDOW_TOKENS, positions - 2, self._tokenizer.model_max_length)
        self.fingerprint = f"{Path(name).name}-{weights_digest(self._model, self._limit)}"

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        import torch

        if not texts:
            return []
        room = self._limit // QUESTION_SHARE
        asked = self._tokenizer(
            question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        offsets = asked["offset_mapping"][:room]
        cut = question[: offsets[-1][1]] if offsets else question
        special = self._tokenizer.num_special_tokens_to_add(pair=True)
        overlap = min(OVERLAP, (self._limit - len(offsets) - special) // 3)
        encoded = self._tokenizer(
            [cut] * len(texts),
            list(texts),
            truncation="only_second",
            max_length=self._limit,
            stride=overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding=True,
            return_tensors="pt",
        )
        places = encoded.pop("offset_mapping").numpy()
        owners = encoded.pop("overflow_to_sample_mapping").tolist()
        read: list[list[Window]] = [[] for _ in texts]
        for begin in range(0, len(owners), BATCH):
            rows = slice(begin, begin + BATCH)
            with torch.inference_mode():
                out = self._model(**{name: tensor[rows] for name, tensor in encoded.items()})
            starts, ends = out.start_logits.float().numpy(), out.end_logits.float().numpy()
            for row, (start, end) in enumerate(zip(starts, ends, strict=True), start=begin):
                tokens = np.array([part == 1 for part in encoded.sequence_ids(row)])
                where = places[row][tokens].astype(np.int64).reshape(-1, 2)
                first = int(encoded["attention_mask"][row].argmax())  # left of it may be padding
                none = float(start[first] + end[first])
                window = Window(where[:, 0], where[:, 1], start[tokens], end[tokens], none)
                read[owners[row]].append(window)
        return read
