"""The rooms know each other in one direction: index <- assistant <- {ui, eval}; their sizes and their names.

Commands of the rooms above are found by name; training, which the product never imports, measures with eval.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from assistant.cli import ABOVE

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "index": {"index"},
    "assistant": {"index", "assistant"},
    "ui": {"index", "assistant", "ui"},
    "eval": {"index", "assistant", "eval"},
}
HEAVY = {"torch", "sentence_transformers", "transformers", "gradio", "faiss", "onnxruntime", "openai", "trafilatura"}
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for room in MAY_IMPORT
    for path in sorted((ROOT / room).rglob("*.py"))
}
MODULES = {name: ast.parse(text) for name, text in TEXTS.items()}
TRAINING = [name for name in MODULES if "/training/" in name]
PRODUCT = [name for name in MODULES if name not in TRAINING]
TYPE_NAME = re.compile(r"[A-Z](?=.*[a-z])[A-Za-z0-9]*")


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "").split(".")[0]


def strings(tree: ast.Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("name", MODULES)
def test_module_keeps_its_place(name: str) -> None:
    tree, room = MODULES[name], name.split("/")[0]
    allowed = MAY_IMPORT[room] | ({"eval"} if name in TRAINING and room == "assistant" else set())
    assert {other for other in imported(ast.walk(tree)) if other in MAY_IMPORT} <= allowed
    above = "|".join(MAY_IMPORT.keys() - allowed)
    named = {text for text in strings(tree) if re.fullmatch(rf"(?:{above})(?:[.:]\w+)+", text)}
    assert named == (set(ABOVE.values()) if name == "assistant/cli/__init__.py" else set())

    # ui/ is only imported by `majlis ui`, and training only by its own command: both may be heavy.
    if room != "ui" and name in PRODUCT:
        assert not HEAVY & set(imported(tree.body)), "heavy imports stay inside functions"
    assert ast.get_docstring(tree), "a module's docstring says what it is"
    assert len(TEXTS[name].splitlines()) <= 300
    stem = Path(name).stem
    assert stem not in {"utils", "helpers", "common", "types"}
    assert stem == "__init__" or stem not in sys.stdlib_module_names


def test_the_commands_above_are_where_they_are_said_to_be() -> None:
    for command, place in ABOVE.items():
        module, _, function = place.partition(":")
        assert getattr(import_module(module), function).name == command


def test_a_folder_holds_what_one_can_name_by_heart() -> None:
    folders: dict[Path, list[str]] = defaultdict(list)
    for name in MODULES:
        folders[Path(name).parent].append(name)
    assert not (full := [f"{folder}: {len(held)}" for folder, held in folders.items() if len(held) > 14]), (
        full
    )


def type_names(tree: ast.Module) -> Iterator[str]:
    """Classes, and what is set to a type under a name written like a class."""
    yield from (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_one_type_name_means_one_thing_in_the_whole_house() -> None:
    defined: dict[str, list[str]] = defaultdict(list)
    for name, tree in MODULES.items():
        for found in type_names(tree):
            if TYPE_NAME.fullmatch(found):
                defined[found].append(name)
    twice = [f"{name}: {', '.join(places)}" for name, places in sorted(defined.items()) if len(places) > 1]
    assert not twice, "\n".join(twice)


def distributions(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in requirements}


OTHERS_NEED = {"lxml_html_clean"}  # trafilatura, by an extra that older pips do not know


@pytest.mark.parametrize("training", [False, True])
def test_declared_dependencies_are_the_imported_ones(training: bool) -> None:
    """Of the product ``dependencies``, of training the extra of that name beside them; none too many."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    product = distributions(project["dependencies"])
    extra = distributions(project["optional-dependencies"]["training"])
    ours = MAY_IMPORT.keys() | sys.stdlib_module_names
    trees = [MODULES[name] for name in (TRAINING if training else PRODUCT)]
    modules = {module for tree in trees for module in imported(ast.walk(tree))} - ours
    owners = packages_distributions()
    wanted = {owner.lower() for module in modules for owner in owners.get(module, [module])}
    assert wanted - product - (extra if training else set()) == set()
    # a package that is only there for its files is looked for by its name
    named = set().union(*map(strings, trees))
    used = wanted | {owner.lower() for module in named & owners.keys() for owner in owners[module]}
    assert (extra if training else product) - used - OTHERS_NEED == set()
