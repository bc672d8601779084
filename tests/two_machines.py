"""A Ray cluster of two nodes of one core each, in a process of its own, and what is done to it.

    with two_machines() as cluster:
        run("index", "build", "articles", "--ray", cluster.address)

It is told on its standard input to end, and so does when whoever started it has died.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = """
import logging, os, sys
import ray
from ray.cluster_utils import Cluster
common = dict(num_cpus=1, object_store_memory=100 * 2**20, include_dashboard=False)
cluster = Cluster(initialize_head=True, connect=False, head_node_args=common)
cluster.add_node(**common)
print(cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_worker_niceness": "0",  # else its workers starve on a machine that does much beside
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class TwoMachines:
    """The cluster: where it is, and the process above all of its own."""

    address: str
    pid: int

    def processes(self, name: str = "") -> list[int]:
        """The processes of the cluster whose command line begins so, or ends so in its first word."""
        found = []
        for pid in _below(self.pid):
            first = _command(pid).split("\0")[0]
            if first.startswith(name) or Path(first).name == name:
                found.append(pid)
        return found

    def kill(self, name: str) -> int:
        """Kills the processes of that name; how many there were."""
        pids = self.processes(name)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        return len(pids)


@contextmanager
def two_machines() -> Iterator[TwoMachines]:
    """The cluster, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **QUIET},
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield TwoMachines(process.stdout.readline().strip(), process.pid)
        finally:
            below = _below(process.pid)
            process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            for pid in [process.pid, *below]:
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)


def _below(pid: int) -> list[int]:
    """The processes that were started by this one, and by those."""
    with suppress(OSError):
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
        return [found for child in children for found in (child, *_below(child))]
    return []


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return ""
