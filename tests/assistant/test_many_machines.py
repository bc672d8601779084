"""A library that two nodes read and embed for is the one that is built here, whoever dies meanwhile.

The cluster is started once; the last test ends it. With more articles: python -m tests.spread_library
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import run, told
from spread_library import contents
from two_machines import QUIET, TwoMachines, two_machines

from index.library import Library

if sys.platform != "linux":
    pytest.skip("processes are looked for in /proc", allow_module_level=True)

MAJLIS = "from assistant.cli import main; main()"
SENTENCES = {
    "en": "Barge number {0} carried coal from Lindham to the sea in the year {1}, and came back with salt. ",
    "ar": "حملت السفينة رقم {0} الفحم من المدينة إلى البحر في عام {1}، ثم عادت محملة بالملح إلى الميناء. ",
}
COUNT = 44  # the first batch that is committed has 32 passages


@pytest.fixture(scope="module")
def machines() -> Iterator[TwoMachines]:
    with two_machines() as machines:
        yield machines


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    for number in range(COUNT - 2):
        text = SENTENCES["ar" if number % 2 else "en"].format(number, 1800 + number) * 2
        (folder / f"{number:02}.{'md' if number % 3 else 'txt'}").write_text(text)
    (folder / "none.txt").touch()
    lines = [json.dumps({"text": f"Ferry {number} sank."}) for number in range(2)]
    (folder / "sunk.jsonl").write_text("\n".join([lines[0], "{", lines[1]]))
    (folder / "accounts.xls").touch()
    return folder


@pytest.fixture(scope="module")
def here(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The library that is built here, and what the command says of it."""
    folder = tmp_path_factory.mktemp("here") / "library"
    result = run("index", "build", articles, "--library", folder, "--json")
    assert result.exit_code == 1  # a file could not be taken
    said = json.loads(result.stdout)
    assert (said["added"], said["embedded"], len(said["problems"])) == (COUNT, COUNT, 2)
    return folder, said


def started(*arguments: str | Path, program: str = MAJLIS) -> "subprocess.Popen[str]":
    """The command as a person types it."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name not in QUIET}
        | {"OMP_NUM_THREADS": "1"},
        text=True,
    )


def build(articles: Path, folder: Path, machines: TwoMachines, *more: str) -> "subprocess.Popen[str]":
    return started("index", "build", articles, "--library", folder, "--ray", machines.address, *more)


def until_embedded(building: "subprocess.Popen[str]", count: int) -> None:
    """Waits until it says that so many passages are embedded."""
    assert building.stderr is not None
    for line in building.stderr:
        stage, _, rest = line.partition(" ")
        if stage == "embedding" and int(rest.split("/")[0]) >= count:
            return
    raise AssertionError("it ended before")


def test_the_same_library_though_a_worker_dies(
    articles: Path, here: tuple[Path, dict[str, Any]], machines: TwoMachines, tmp_path: Path
) -> None:
    building = build(articles, tmp_path / "library", machines)
    until_embedded(building, 4)
    for _ in range(200):
        if machines.kill("ray::embed"):
            break
        time.sleep(0.01)
    else:
        raise AssertionError("no worker was seen to embed")
    out, err = building.communicate(timeout=100)
    lines = out.splitlines()
    assert lines[0] == f"{tmp_path / 'library'}: {COUNT} added, 2 not taken; {COUNT} passages embedded."
    assert lines[1:] == [
        "passed over, of kinds that are not read: .xls 1",
        *(f"not taken: {problem}" for problem in here[1]["problems"]),
    ]
    assert {line.split(" ")[0] for line in err.splitlines()} == {"embedding", "indexing"}
    assert contents(tmp_path / "library") == contents(here[0])
    assert Library.open(tmp_path / "library").verify() == []


def test_a_build_that_is_cut_off_goes_on(
    articles: Path, here: tuple[Path, dict[str, Any]], machines: TwoMachines, tmp_path: Path
) -> None:
    building = build(articles, tmp_path / "library", machines)
    until_embedded(building, 33)  # one batch is committed
    building.send_signal(signal.SIGINT)
    out, err = building.communicate(timeout=60)
    assert (out, err.endswith("Aborted!\n"), "Traceback" in err) == ("", True, False)
    building = build(articles, tmp_path / "library", machines)
    until_embedded(building, 1)
    building.kill()
    building.communicate()
    assert Library.open(tmp_path / "library").info().articles == 0
    out, err = build(articles, tmp_path / "library", machines, "--json").communicate(timeout=100)
    assert (0 < json.loads(out)["embedded"] <= COUNT - 32, err) == (True, "")
    assert contents(tmp_path / "library") == contents(here[0])


def test_a_machine_that_would_read_otherwise_is_refused(
    articles: Path, machines: TwoMachines, tmp_path: Path
) -> None:
    other = f"from index.cluster import tasks; tasks.MAKERS = ('click',); {MAJLIS}"
    refused = started(
        "index", "build", articles, "--library", tmp_path / "l", "--ray", machines.address, program=other
    )
    _, err = refused.communicate(timeout=60)
    assert refused.returncode == 1
    host = machines.address.split(":")[0]
    assert err.startswith(f"majlis: the machine {host} of the cluster has click - and this one ")
    assert err.count("\n") == 1
    assert not (tmp_path / "l").exists()


def test_without_ray_or_a_cluster_one_line_says_so(articles: Path, tmp_path: Path) -> None:
    build = ("index", "build", articles, "--library", tmp_path / "library", "--ray")
    assert "no cluster answers at 127.0.0.1:1; start it there" in told(*build, "127.0.0.1:1")
    for wrong in ("cluster", "ray://127.0.0.1:10001"):
        assert f"--ray is '{wrong}'; give it local, auto or HOST:PORT (6379" in told(*build, wrong)
    lacking = started(*build, "local", program=f"import sys; sys.modules['ray'] = None; {MAJLIS}")
    assert lacking.communicate(timeout=60) == (
        "",
        "majlis: --ray needs Ray, which is not installed; install it: pip install 'majlis[ray]'\n",
    )
    assert not (tmp_path / "library").exists()


def test_a_cluster_that_is_lost_is_said_in_one_line(
    articles: Path, here: tuple[Path, dict[str, Any]], machines: TwoMachines, tmp_path: Path
) -> None:
    building = build(articles, tmp_path / "library", machines)
    until_embedded(building, 1)
    assert machines.kill("raylet") == 2
    out, err = building.communicate(timeout=100)
    assert (out, building.returncode) == ("", 1)
    last = err.splitlines()[-1]
    assert last.startswith(f"majlis: the cluster {machines.address} was lost (")
    assert last.endswith("; what was embedded is kept, and the same command goes on from there")
    said = run("index", "build", articles, "--library", tmp_path / "library", "--json")
    assert json.loads(said.stdout)["added"] == COUNT
    assert contents(tmp_path / "library") == contents(here[0])
