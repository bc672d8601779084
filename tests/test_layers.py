"""The rooms know each other in one direction: index <- assistant <- {ui, eval}.

The command line opens every room; training, which the product never imports, measures with eval.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "index": {"index"},
    "assistant": {"index", "assistant"},
    "ui": {"index", "assistant", "ui"},
    "eval": {"index", "assistant", "eval"},
}
ALSO = {
    "assistant/cli/__init__.py": {"ui", "eval"},
    "assistant/training/dev.py": {"eval"},
    "assistant/training/examples.py": {"eval"},
    "assistant/training/weighing.py": {"eval"},
}
HEAVY = {"torch", "sentence_transformers", "transformers", "gradio", "faiss", "onnxruntime", "trafilatura"}
MODULES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_keeps_its_place(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = MAY_IMPORT[path.relative_to(ROOT).parts[0]] | ALSO.get(name, set())
    assert {room for room in imported(ast.walk(tree)) if room in MAY_IMPORT} <= allowed

    # ui/ is only imported by `majlis ui`, and training only by its own command: both may be heavy.
    if not name.startswith("ui/") and "training/" not in name:
        assert not HEAVY & set(imported(iter(tree.body))), "heavy imports stay inside functions"
    assert ast.get_docstring(tree), "a module's docstring says what it is"


def test_module_names() -> None:
    for path in MODULES:
        assert path.stem not in {"utils", "helpers", "common", "types"}
        assert path.stem == "__init__" or path.stem not in sys.stdlib_module_names, path.name
