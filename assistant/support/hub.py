"""Any model of transformers that tells entailment, by name or folder, in place of the bundled network.

Such a model reads a text and a sentence and gives a number for each of its labels; the one that is called
entailment is taken against the others. A model with one number alone gives it for what is supported. Left
out: models that bring their own code, and whatever else than a CPU could run them.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from assistant.support.entailment import ReadClaim
from index.checkpoints import checkpoint_fingerprint, load_checkpoint, reason_of
from index.errors import ModelUnavailable

TOKENS = 512  # of text and sentence together, where the model reads as many
LABELS = ("entail", "supported", "consistent")  # what the label of the supported begins with


class HubEntailment:
    """A transformers checkpoint with a head over pairs of texts; safe to use from many threads at once."""

    def __init__(self, name: str) -> None:
        try:
            self._tokenizer, self._model = load_checkpoint(
                name, "AutoModelForSequenceClassification", "judge"
            )
            self._entailed = _entailed(self._model.config)
            self.fingerprint = checkpoint_fingerprint(name, self._tokenizer, self._model, self._limit)
            self._tokenizing = Lock()
            self.log_odds([ReadClaim("?", "", ((".", True),))])
        except Exception as problem:  # hub, network, missing, damaged and unfit files, each its own type
            raise ModelUnavailable(
                f"The model {name!r} of the support check cannot be loaded ({reason_of(problem)}); "
                "give a transformers folder that tells entailment, or use --llm-support bundled"
            ) from problem

    def log_odds(self, claims: Sequence[ReadClaim]) -> list[float]:
        """For each claim the log odds that what is read beside it says it."""
        import torch

        odds = []
        for one in claims:  # a batch would be padded, and say a little else
            text = "\n".join(filter(None, (one.title, " ".join(text for text, _ in one.sentences))))
            with self._tokenizing:  # how it cuts is a state of the tokenizer, which every call sets anew
                encoded = self._tokenizer(
                    text, one.claim, truncation="longest_first", max_length=self._limit, return_tensors="pt"
                )
            with torch.inference_mode():
                logits = self._model(**encoded).logits[0]
            others = torch.cat([logits[: self._entailed], logits[self._entailed + 1 :]])
            against = torch.logsumexp(others, 0) if len(others) else 0.0
            odds.append(float(logits[self._entailed] - against))
        return odds

    @property
    def _limit(self) -> int:
        positions = getattr(self._model.config, "max_position_embeddings", None) or TOKENS
        # RoBERTa and its kin count two positions that no token has
        return min(TOKENS, int(self._tokenizer.model_max_length), int(positions) - 2)


def _entailed(config: Any) -> int:
    """The place of the label of the supported; ``ValueError`` where no label is called so."""
    labels = {int(place): str(label) for place, label in config.id2label.items()}
    if len(labels) == 1:
        return 0
    for place, label in labels.items():
        if label.lower().startswith(LABELS):
            return place
    raise ValueError(f"none of its labels is called entailment: {', '.join(labels.values())}")
