"""A digest of a torch model: what its outputs depend on."""

import hashlib
import json
from typing import Any


def weights_digest(model: Any, *others: Any) -> str:
    """16 hex digits that change with any weight of the torch module, and with ``others`` (JSON)."""
    import torch

    digest = hashlib.sha256(json.dumps(others).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode() + str(tuple(tensor.shape)).encode())
        bits = tensor.detach().cpu().contiguous().flatten().view(torch.uint8)
        digest.update(bits.numpy())
    return digest.hexdigest()[:16]
