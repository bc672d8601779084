"""Many machines for one change of a library: Ray reads files and embeds passages there.

    with connected("local") as cluster:
        articles = read_articles(paths, on_problem=print, reader=cluster.reader(scanned))
        library = Library.open(folder, cluster.embedder(load_embedder()))

SQLite has one writer, and so this process stages, commits and makes the indexes; a worker reads and embeds
and keeps nothing. What a worker was at when it died is done again elsewhere, which Ray sees to. Leaves out
GPUs, and Ray's client (``ray://``).
"""

import logging
import os
import shutil
import socket
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from index.cluster import tasks
from index.errors import UserError

if TYPE_CHECKING:
    from index.cluster.embedding import ClusterEmbedder
    from index.cluster.reading import ClusterReader
    from index.embedders import Embedder

RETRIES = 5  # of what a worker was at when it died
MOST_HELD = 256 * 2**20  # bytes of files that are on their way
STORE = 2**30  # bytes of shared memory of a cluster that is started here
AWAY = 10.0  # seconds that the cluster may not answer; after 60 Ray itself ends this process
PATIENCE = 60.0  # seconds without a single core, until it is said
GOES_ON = "what was embedded is kept, and the same command goes on from there"
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # it would report to its maker
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else it warns of its next version
}


@dataclass(frozen=True, slots=True)
class Sent:
    """Work that was handed to the cluster, for ``what``; without a ``ref`` it is to be done here."""

    what: Any
    ref: Any = None
    held: int = 0  # bytes that it takes until it is done


class Cluster:
    """The machines; one thread at a time uses them. ``notes``: lines for the person, none of them a fault."""

    def __init__(self, ray: Any, address: str) -> None:
        self.notes: list[str] = []
        self.cores = 1
        self._ray = ray
        self._remote: dict[Any, Any] = {}
        self._address = address
        self._watched = self._answered = self._had_cores = monotonic()
        host, _, port = ray.get_runtime_context().gcs_address.rpartition(":")
        self._control = host, int(port)
        self._count_cores()

    def reader(self, scanned: frozenset[str] = frozenset()) -> "ClusterReader":
        """What reads files on the machines; ``scanned`` as ``Snapshot.scanned_files`` gives it."""
        from index.cluster.reading import ClusterReader

        return ClusterReader(self, scanned)

    def embedder(self, local: "Embedder") -> "ClusterEmbedder":
        """The same embedder as ``local``, for passages on the machines."""
        from index.cluster.embedding import ClusterEmbedder

        return ClusterEmbedder(self, local)

    def submit(self, function: Any, *arguments: Any, node: str = "") -> Any:
        """A reference to what the function gives on one core of some machine, or of that ``node``."""
        options: dict[str, Any] = {"num_cpus": 1, "max_retries": RETRIES, "scheduling_strategy": "SPREAD"}
        if node:  # asked beside the work of others, so that nobody waits
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

            strategy = NodeAffinitySchedulingStrategy(node, soft=False)
            options |= {"num_cpus": 0, "scheduling_strategy": strategy}
        if function not in self._remote:  # once: with each new one, workers are asked for anew
            self._remote[function] = self._ray.remote(function)
        return self._remote[function].options(**options).remote(*arguments)

    def in_order(self, work: Iterable[Sent]) -> Iterator[tuple[Any, Any]]:
        """What each was for, and what came of it (None where it is to be done here), in order.

        Only so much is taken from ``work`` as keeps the machines busy, and as memory bears.
        """
        waiting: deque[Sent] = deque()
        held = 0
        for sent in work:
            waiting.append(sent)
            held += sent.held
            while waiting and (len(waiting) > 4 * self.cores or held > MOST_HELD):
                held -= waiting[0].held
                yield waiting[0].what, self.result(waiting.popleft().ref)
        while waiting:
            yield waiting[0].what, self.result(waiting.popleft().ref)

    def result(self, ref: Any) -> Any:
        """What came of the work; ``UserError`` where the cluster cannot do it."""
        if ref is None:
            return None
        ray = self._ray
        try:
            while not ray.wait([ref], timeout=1.0)[0]:
                self._watch()
            self._watch()
            return ray.get(ref)
        except ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, UserError):
                raise UserError(f"on a machine of the cluster: {cause}") from error
            if isinstance(cause, ImportError):
                raise UserError(f"a machine of the cluster lacks something: {cause}; {INSTALL}") from error
            raise
        except (ray.exceptions.RayError, ConnectionError) as error:
            raise self._lost(type(error).__name__) from error

    def nodes(self) -> list[tuple[str, str]]:
        """Id and address of each machine that has cores."""
        return [
            (node["NodeID"], node["NodeManagerAddress"])
            for node in self._ray.nodes()
            if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
        ]

    def check(self) -> None:
        """``UserError`` names a machine that would read or embed otherwise than this one."""

        def told() -> Any:  # goes there as code, for there may be no Majlis
            try:
                from index.cluster.tasks import versions
            except ImportError as error:
                return str(error)
            return versions()

        here = tasks.versions()
        asked = [(address, self.submit(told, node=node)) for node, address in self.nodes()]
        for address, ref in asked:
            there = self.result(ref)
            if isinstance(there, str):
                raise UserError(f"the machine {address} of the cluster lacks Majlis ({there}); {INSTALL}")
            for name, version in here.items():
                if there.get(name) != version:
                    raise UserError(
                        f"the machine {address} of the cluster has {name} {there.get(name) or '-'} and this "
                        f"one {version}, so it would make another library; install the same on both"
                    )

    def _watch(self) -> None:
        """``UserError`` where the cluster is away; looks once a second."""
        now = monotonic()
        if now - self._watched < 1.0:
            return
        self._watched = now
        if not answers(*self._control):
            if now - self._answered > AWAY:
                raise self._lost("it does not answer")
            return
        self._answered = now
        if self._count_cores():
            self._had_cores = now
        elif now - self._had_cores > PATIENCE:
            raise self._lost("no machine of it has a core")

    def _count_cores(self) -> int:
        cores = int(self._ray.cluster_resources().get("CPU", 0))
        self.cores = max(1, cores)
        return cores

    def _lost(self, why: str) -> UserError:
        return UserError(f"the cluster {self._address} was lost ({why}); {GOES_ON}")


INSTALL = "install there what is here: pip install 'majlis[ray]'"


@contextmanager
def connected(address: str) -> Iterator[Cluster | None]:
    """The cluster at an address, for the block; the empty one is none: all is done here.

    ``local`` starts one on this machine; ``auto`` is the one that this machine belongs to, and ``HOST:PORT``
    the same, named. ``UserError`` where there is none, and where a machine of it is not as this one.
    """
    if not address:
        yield None
        return
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise UserError(
            "--ray needs Ray, which is not installed; install it: pip install 'majlis[ray]'"
        ) from None
    host, _, port = address.rpartition(":")
    if port.isdecimal() and not answers(host, int(port)):
        raise UserError(
            f"no cluster answers at {address}; start it there (ray start --head) or use --ray local"
        )
    folder = tempfile.mkdtemp(prefix="majlis-ray-") if address == "local" else ""
    with _without_its_messages():
        try:
            _connect(ray, address, folder)
            cluster = Cluster(ray, address)
            cluster.check()
            yield cluster
        finally:
            with suppress(Exception):  # of a cluster that is gone
                ray.shutdown()
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _without_its_messages() -> Iterator[None]:
    """Ray prints what happens to its processes on our standard output, and has no setting against it."""
    from ray._private import worker

    before, worker.print_to_stdstream = worker.print_to_stdstream, lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = before


def _connect(ray: Any, address: str, folder: str) -> None:
    own = {"include_dashboard": False, "object_store_memory": STORE, "_temp_dir": folder} if folder else {}
    try:
        ray.init(address=address, logging_level=logging.CRITICAL, log_to_driver=False, **own)
    except Exception as error:  # each way in which there is no cluster has its own type
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(f"the cluster {address} cannot be used ({reason}); see docs/ray.md") from error


def answers(host: str, port: int) -> bool:
    """Whether anything takes connections there."""
    with suppress(OSError), socket.create_connection((host.strip("[]"), port), timeout=5):
        return True
    return False
