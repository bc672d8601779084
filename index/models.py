"""Models as files: how one is known to be whole, what it is known by, and how it is run.

A model that comes with the package is a folder with a ``manifest.json`` that vouches for the files beside it:
``model.onnx`` and ``tokenizer.json``, or a table. What is run from there are small models in ONNX Runtime:
each input on one core, several at once, for their operations are too short to be shared between cores. A
torch model is known by its weights.
"""

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from index.errors import ModelUnavailable

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
REINSTALL = "install Majlis again: pip install --force-reinstall majlis"


class ModelFolder:
    """A folder of which every file is what the manifest says; else ``ModelUnavailable``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.manifest: dict[str, Any] = json.loads((path / "manifest.json").read_text("utf-8"))
            for name, expected in self.manifest["files"].items():
                if sha256((path / name).read_bytes()) != expected:
                    raise ModelUnavailable(f"The model file {path / name} is damaged; {REINSTALL}")
        except (OSError, ValueError, KeyError) as problem:
            raise ModelUnavailable(
                f"The model in {path} cannot be read ({problem}); {REINSTALL}"
            ) from problem

    def fingerprint(self, *others: Any) -> str:
        """The model's name with a digest of its files and of what else matters (JSON)."""
        matters = json.dumps([self.manifest["files"], *others], sort_keys=True)
        return f"{self.manifest['name']}-{sha256(matters.encode())[:16]}"

    def tokenizer(self) -> Any:
        """Its tokenizer, of ``tokenizers``; it neither pads nor cuts."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.path / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        return tokenizer

    def network(self, beside: "ModelFolder | None" = None) -> "OnnxNetwork":
        """The model, ready to be run; what its file leaves out stands in that of the model ``beside``."""
        if beside and self.manifest["shares"] != beside.manifest["files"]["model.onnx"]:
            raise ModelUnavailable(f"The model in {self.path} is not for that in {beside.path}; {REINSTALL}")
        return OnnxNetwork(self.path / "model.onnx", beside.path if beside else None)


class OnnxNetwork:
    """A model in ONNX Runtime; safe to run from many threads at once.

    ``beside``: the folder in which the weights are that its file leaves out.
    """

    def __init__(self, path: Path, beside: Path | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        if beside:
            where = str(beside.resolve())
            options.add_session_config_entry("session.model_external_initializers_file_folder_path", where)
        # only what is no file may have its weights elsewhere
        model = path.read_bytes() if beside else path
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run_each(self, inputs: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
        """For each input, arrays by name, the model's first output, in order.

        As many are run at once as there are cores; no more inputs are taken than are soon run.
        """
        waiting: deque[Future[Any]] = deque()
        for one in inputs:
            waiting.append(_cores().submit(self._session.run, None, one))
            if len(waiting) > 2 * CORES:
                yield waiting.popleft().result()[0]
        while waiting:
            yield waiting.popleft().result()[0]


def use_cores(count: int) -> None:
    """Runs so many inputs at once in this process, from before the first: others have the other cores."""
    global CORES
    CORES = count


@cache
def _cores() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(CORES, thread_name_prefix="network")


def length_batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions grouped by length, longest first, so that little of a batch is padding.

    >>> list(length_batches([2, 9, 3], 10))
    [[1], [2, 0]]
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda position: -lengths[position]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def sha256(data: bytes) -> str:
    """The SHA-256 of the bytes, hex."""
    return hashlib.sha256(data).hexdigest()


def weights_digest(model: Any, *others: Any) -> str:
    """16 hex digits that change with any weight of the torch module, and with ``others`` (JSON)."""
    import torch

    digest = hashlib.sha256(json.dumps(others).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode() + str(tuple(tensor.shape)).encode())
        bits = tensor.detach().cpu().contiguous().flatten().view(torch.uint8)
        digest.update(bits.numpy())
    return digest.hexdigest()[:16]
