"""Embedders: texts in, unit vectors out: several a passage, one a question.

    load_embedder("bundled")   the Arabic-English encoder in the package (``onnx_encoder``)
    load_embedder("hashing")   words hashed into 256 buckets: no model at all, for tests (``hashing``)
    load_embedder(NAME)        any sentence-transformers model, by name or folder (``sentence_transformer``)

A text that is longer than an encoder reads is cut into windows of equal length (``windows``); nothing
is ever cut off in silence. Left out: fine-tuning (``index.training``).
"""

from collections.abc import Sequence
from typing import Protocol

from index.embedders.hashing import HashingEmbedder as HashingEmbedder
from index.embedders.windows import Vectors as Vectors
from index.embedders.windows import WindowVectors as WindowVectors
from index.progress import Progress, silent

DEFAULT_EMBEDDER = "bundled"


class Embedder(Protocol):
    """What turns texts into vectors. Passages and questions have a method each: models prefix them apart.

    A passage gets a vector a window. A question gets one, the mean of its windows: float32 rows of unit
    length, ``(len(texts), dimension)``, in the order of the texts; no texts give ``(0, dimension)``.
    Equal ``fingerprint``: equal windows and vectors for equal texts. ``languages`` None: any.
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def languages(self) -> frozenset[str] | None: ...

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors: ...
    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...


def load_embedder(name: str = DEFAULT_EMBEDDER) -> Embedder:
    """The embedder of that name; ``EmbedderUnavailable`` says why there is none."""
    if name == "bundled":
        from index.embedders.onnx_encoder import BUNDLED_FOLDER, OnnxEncoder

        return OnnxEncoder(BUNDLED_FOLDER)
    if name == "hashing":
        return HashingEmbedder()
    from index.embedders.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name)
