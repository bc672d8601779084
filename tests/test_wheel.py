"""The wheel, installed into a fresh environment and run from another folder, as a person has it."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
Run = Callable[..., str]


@pytest.fixture(scope="module")
def majlis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs a program of an environment in which only the wheel (and what it depends on) is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    # hatchling reads the tree: a copy of what git knows keeps local leftovers out of the wheel.
    tree = folder / "tree"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    for name in filter(None, map(os.fsdecode, listed)):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tree / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", wheel],
        check=True,
        capture_output=True,
    )
    # The dependencies are the ones of this environment; a path in a .pth file brings no editable install.
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()

    def run(program: str, *arguments: str) -> str:
        ours = ("MAJLIS", "PYTHON")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        done = subprocess.run(
            [environment / "bin" / program, *arguments],
            cwd=elsewhere,
            env=clean,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def demo(majlis: Run) -> str:
    """What the demo printed; its library is ``majlis-demo``."""
    return majlis("majlis", "demo", "--no-serve")


def test_every_module_comes_from_the_wheel(majlis: Run) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ("index", "assistant", "ui", "eval")
        for path in (ROOT / room).rglob("*.py")
    ]
    code = "import sys, importlib.util as it\nfor name in sys.argv[1:]: print(it.find_spec(name).origin)"
    files = majlis("python", "-c", code, *modules).splitlines()
    assert len(files) == len(modules)
    assert all("environment" in Path(file).parts for file in files)


def test_demo_answers_in_both_languages_with_exact_citations(majlis: Run, demo: str) -> None:
    assert demo.count("\n[1] ") == 2
    for question in ("من اقترح تشكيل مجلس الخبراء؟", "Who proposed the expert council?"):
        answer = json.loads(majlis("majlis", "ask", question, "--library", "majlis-demo", "--json"))
        assert not answer["abstained"]
        assert answer["citations"]


def test_the_answer_that_the_readme_shows_is_the_answer_given(demo: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    asked = re.findall(r"^\$ majlis ask \"(.*)\"$", shown, re.MULTILINE)
    assert len(asked) == 2
    for part in re.split(r"^\$ majlis ask .*\n", shown, flags=re.MULTILINE)[1:]:
        assert part.strip() in demo


def test_asking_imports_neither_torch_nor_gradio(majlis: Run, demo: str) -> None:
    printed = majlis(
        "python",
        "-c",
        "import sys; from assistant.cli import main\n"
        "main(['ask', 'When did the START treaty end?', '--library', 'majlis-demo'], standalone_mode=False)\n"
        "print(sorted({'torch', 'gradio', 'transformers', 'sentence_transformers'} & set(sys.modules)))",
    )
    assert printed.splitlines()[-1] == "[]"
