"""An embedder without a model, whose vectors a person can reckon: for tests, and where any will do."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from index.embedders.windows import Vectors, WindowVectors, unit, window_ranges
from index.progress import Progress, silent


class HashingEmbedder:
    """Counts of folded words, hashed into buckets: the same on every machine, and a person can predict it.

    Texts that share words are near one another; it knows nothing of meaning and nothing across languages.
    """

    name = "hashing"
    fingerprint = "hashing-2"
    dimension = 256
    languages: frozenset[str] | None = None
    window = 64  # words

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        by_text = []
        for done, text in enumerate(texts, start=1):
            letters = unicodedata.normalize("NFKD", text.casefold())
            words = re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))) or [""]
            ranges = window_ranges(len(words), self.window)
            counts = np.zeros((len(ranges), self.dimension), dtype=np.float32)
            for row, (start, end) in enumerate(ranges):
                for word in words[start:end]:
                    digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
                    counts[row, int.from_bytes(digest) % self.dimension] += 1
            by_text.append(unit(counts))
            progress("embedding", done, len(texts))
        return WindowVectors.of(by_text, self.dimension)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts).means()
