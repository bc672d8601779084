"""What a worker of the cluster does: reads files that it is sent, and embeds texts. It keeps nothing."""

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.articles import ArticleFile, Found, read_file
from index.embedders import Embedder, WindowVectors, load_embedder
from index.errors import UserError
from index.formats.ocr import Recognition, recognising
from index.models import use_cores

MAKERS = (  # whose versions decide what an article or a vector is
    "charset-normalizer",
    "langchain-text-splitters",
    "lxml",
    "markdown-it-py",
    "numpy",
    "onnxruntime",
    "pillow",
    "pypdfium2",
    "python-docx",
    "pyyaml",
    "tokenizers",
    "trafilatura",
)
PROBE = ("The council was proposed in Cairo.", "اقترح الوزير تشكيل مجلس خبراء مستقل. " * 20)


def versions() -> dict[str, str]:
    """What decides how this machine reads and embeds, by name: equal ones make equal articles."""
    code = hashlib.sha256()
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        code.update(file.read_bytes())
    found = {"Python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    for name in ("majlis", *MAKERS):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found | {"code of majlis": code.hexdigest()[:12]}


def read(mode: str, sent: Sequence[tuple[ArticleFile, bytes]]) -> list[list[Found]]:
    """What each of the files holds; ``mode``: which pages are read as scans (``index.formats.ocr.MODES``)."""
    use_cores(1)
    found = []
    with recognising(Recognition(mode, at_once=1)):
        for file, contents in sent:
            with tempfile.TemporaryDirectory(prefix="majlis-") as folder:
                copy = Path(folder, file.path.name)
                copy.write_bytes(contents)
                found.append(list(read_file(file, copy)))
    return found


def embed(name: str, fingerprint: str, texts: Sequence[str]) -> WindowVectors:
    """The vectors of passages; ``UserError`` where the embedder of that name is another here."""
    embedder = _embedder(name)
    if embedder.fingerprint != fingerprint:
        raise UserError(
            f"the embedder {name} is {embedder.fingerprint} there and {fingerprint} here; "
            f"install the same model on both"
        )
    return embedder.embed_passages(texts)


def probe(name: str, fingerprint: str) -> str:
    """A digest of the vectors of two texts: equal ones come of processors that reckon alike."""
    return digest_of(embed(name, fingerprint, PROBE))


def digest_of(found: WindowVectors) -> str:
    """The SHA-256 (hex) of vectors, as they are stored."""
    return hashlib.sha256(found.vectors.astype("<f4").tobytes()).hexdigest()


@cache
def _embedder(name: str) -> Embedder:
    use_cores(1)
    return load_embedder(name)
