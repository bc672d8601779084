"""Passages, embedded on the machines of a cluster: the vectors of the local embedder, in the same order."""

from collections.abc import Sequence

from index.cluster import Cluster, Sent, tasks
from index.embedders import Embedder, Vectors, WindowVectors
from index.progress import Progress, silent

FEWEST, MOST = 4, 64  # texts in one task


class ClusterEmbedder:
    """The embedder ``local``, by name, fingerprint and questions, whose passages are embedded elsewhere."""

    def __init__(self, cluster: Cluster, local: Embedder) -> None:
        self._cluster = cluster
        self._local = local
        self._probed = False
        self.name = local.name
        self.fingerprint = local.fingerprint
        self.dimension = local.dimension
        self.languages = local.languages

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        if not self._probed:
            self._probe()
        size = max(FEWEST, min(MOST, len(texts) // (8 * self._cluster.cores)))
        parts = [list(texts[start : start + size]) for start in range(0, len(texts), size)]
        rows: list[Vectors] = []
        for _, found in self._cluster.in_order(
            Sent(None, self._cluster.submit(tasks.embed, self.name, self.fingerprint, part)) for part in parts
        ):
            rows += found.by_text()
            progress("embedding", len(rows), len(texts))
        return WindowVectors.of(rows, self.dimension)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._local.embed_questions(texts)

    def _probe(self) -> None:
        """Notes the machines whose vectors are not, to the bit, those of this one; refuses other models."""
        here = tasks.digest_of(self._local.embed_passages(tasks.PROBE))
        asked = [
            (address, self._cluster.submit(tasks.probe, self.name, self.fingerprint, node=node))
            for node, address in self._cluster.nodes()
        ]
        others = sorted({address for address, ref in asked if self._cluster.result(ref) != here})
        if others:
            self._cluster.notes.append(
                f"vectors of {', '.join(others)} differ from this machine's in their last bits: another kind "
                "of processor, or of libraries; answers are the same as far as that goes"
            )
        self._probed = True
