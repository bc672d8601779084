"""The machine that figures were measured on; says nothing of whose it is or where."""

import os
import platform
from contextlib import suppress
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Cores that this process may use, the processor's model, bytes of memory, the system's name.

    What the system does not tell is absent.
    """
    told: dict[str, Any] = {"cores": _cores(), "processor": _processor(), "system": platform.system()}
    with suppress(AttributeError, ValueError, OSError):  # none of it on Windows
        told["memory_bytes"] = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return told


def load() -> float | None:
    """How many processes wanted a core in the last minute, on average; none where nobody counts."""
    with suppress(AttributeError, OSError):
        return os.getloadavg()[0]
    return None


def _cores() -> int:
    with suppress(AttributeError):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
