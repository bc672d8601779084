"""Checkpoints of transformers, from the hub or a folder: how they are found, loaded and known.

Left out: models that bring their own code, and whatever else than a CPU could run them.
"""

import json
from pathlib import Path
from typing import Any

from index.models import sha256, weights_digest

HUB_SECONDS = 10.0  # that the hub has to answer


def load_checkpoint(name: str, kind: str, purpose: str) -> tuple[Any, Any]:
    """The tokenizer and the model, of the class ``kind`` of transformers; ``ValueError`` where it is unfit.

    ``purpose``: what such a model was trained to do, for the error.
    """
    import transformers
    from transformers.utils import logging

    _look_for(name)
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # what is missing is told below
    try:
        tokenizer: Any = transformers.AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        model, found = getattr(transformers, kind).from_pretrained(
            name, trust_remote_code=False, output_loading_info=True
        )
    finally:
        logging.set_verbosity(verbosity)
    if not tokenizer.is_fast:
        raise ValueError("it has no fast tokenizer, which says where its tokens stand")
    if found["missing_keys"]:  # transformers makes them up at random
        raise ValueError(f"it was not trained to {purpose}: it has no {min(found['missing_keys'])}")
    return tokenizer, model.eval().float()  # halves are slow on a CPU


def checkpoint_fingerprint(name: str, tokenizer: Any, model: Any, *others: Any) -> str:
    """Its name with a digest of what its answers depend on, and of ``others`` (JSON)."""
    settings = json.loads(model.config.to_json_string())
    settings.pop("transformers_version", None)
    pieces = sha256(tokenizer.backend_tokenizer.to_str().encode())
    return f"{Path(name).name}-{weights_digest(model, settings, pieces, *others)}"


def reason_of(problem: Exception) -> str:
    """The first line of what a library says is wrong; where it says nothing, the problem's type."""
    said = str(problem).strip()
    return said.splitlines()[0] if said else type(problem).__name__


def _look_for(name: str) -> None:
    """Asks the hub once for what is neither a folder nor cached; transformers asks again and again."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache

    if not Path(name).exists() and not isinstance(try_to_load_from_cache(name, "config.json"), str):
        get_hf_file_metadata(hf_hub_url(name, "config.json"), timeout=HUB_SECONDS)
